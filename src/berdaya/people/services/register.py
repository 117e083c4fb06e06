"""Registration of people, one or a hundred thousand, on one path.

Numbers are looked up in the whole country first; what is new gets its ids here, is sealed here, and goes by
COPY into a temporary table and from there by INSERT ... SELECT under the application's role, so that row-
level security tests each row. Identity follows by trigger: two people registering the same number at once
cannot both succeed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from uuid import UUID

import polars as pl
from django.db import IntegrityError, transaction

from berdaya.access.permissions import require
from berdaya.audit.services import record
from berdaya.kernel.crypto import key_ring
from berdaya.kernel.ids import new_ids, stable_id
from berdaya.kernel.memory import collector_paused
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.people import bulk
from berdaya.people.models import Household, Person
from berdaya.people.numbers import KK, NIK, Known, known_numbers
from berdaya.people.rules.names import first_key, spelling_key
from berdaya.people.rules.spelling import spelling_keys
from berdaya.people.types import Outcome, PersonInput, Registered

PERMISSION = "import.run"
PORTION = 2_500
"""Rows that are made ready while the database takes the portion before: a few to a batch of an import."""


@dataclass
class _Plan:
    """What is to be made: positions of the new rows with their household, and who opens it."""

    outcomes: list[Registered | None]
    rows: list[int] = field(default_factory=list)
    households: list[UUID] = field(default_factory=list)
    opens: list[bool] = field(default_factory=list)
    persons: list[UUID] = field(default_factory=list)
    areas: list[int] = field(default_factory=list)
    repeats: list[tuple[int, bytes]] = field(default_factory=list)
    known: dict[int, UUID] = field(default_factory=dict)
    keys: list[bytes] = field(default_factory=list)


def register_many(*, actor: Actor, people: Sequence[PersonInput]) -> list[Registered]:
    """Register people with their households; answers one outcome per row, in order.

    Nothing that is known is changed, so the same list twice makes nothing the second time; a desil snapshot
    of a new date is added to known households. A `nik` that is given must be valid; without one the person is known
    again by family card and name, or by village, name and birth date. `kk` may be empty (a household of its own,
    incomplete).

    Raises:
        Problem: `not_allowed`, `lookup_limit`, `identity_busy` where another registration holds the same numbers.
    """
    require(actor, PERMISSION)
    if not people:
        return []
    with collector_paused():
        plan = _register(actor, people)
    result = [one for one in plan.outcomes if one is not None]
    counts = Counter(one.outcome.value for one in result)
    record(actor=actor, name="people.registered", subject_kind="person", rows=len(people), outcomes=dict(counts))
    return result


def _register(actor: Actor, people: Sequence[PersonInput]) -> _Plan:
    plan, niks, kks = prepare(actor, people)
    portions = [slice(start, start + PORTION) for start in range(0, len(plan.rows), PORTION)]
    try:
        with transaction.atomic():
            bulk.write(partial(_portion, people, plan, (niks, kks), part) for part in portions)
    except IntegrityError as error:
        if not any(name in str(error) for name in ("people_identity_once", "people_person_pkey")):
            raise
        raise Problem("identity_busy") from error
    _answer(people, plan, kks)
    return plan


def prepare(actor: Actor, people: Sequence[PersonInput]) -> tuple[_Plan, list[bytes], list[bytes]]:
    """What a registration would make, with the keyed indexes of NIK and KK; writes only the count of look-ups."""
    ring = key_ring()
    niks = ring.index_many([one.nik for one in people], purpose=NIK)
    kks = ring.index_many([one.kk for one in people], purpose=KK)
    known = known_numbers(
        [nik for nik, one in zip(niks, people, strict=True) if one.nik],
        [kk for kk, one in zip(kks, people, strict=True) if one.kk],
    )
    return _plan(actor, people, (niks, kks), known, _without_nik(people, kks)), niks, kks


@dataclass(frozen=True)
class _Owned:
    """Ids of people without a NIK: by position in the list, and those of them that are in the register."""

    ids: dict[int, UUID]
    known: dict[UUID, UUID]
    """Person -> household."""


def own_id(person: PersonInput, kk: bytes) -> UUID:
    """The id of a person who is registered without a NIK: the same again for the same name on the same family card,
    or, without a card, for the same name and birth date in the same village. `kk` is the card's keyed index.
    """
    name = first_key(person.name)
    if person.kk:
        return stable_id("person-without-nik", kk.hex(), name)
    return stable_id("person-without-nik", person.area, name, person.birth_date or person.key)


def _without_nik(people: Sequence[PersonInput], kks: Sequence[bytes]) -> _Owned:
    """Rows that have no NIK, and rows that bring the NIK of somebody who was registered without."""
    waiting = set(Person.objects.filter(nik_index=None, erased_on=None).values_list("id", flat=True)[:100_000])
    ids = {
        at: own
        for at, (one, kk) in enumerate(zip(people, kks, strict=True))
        if not one.nik or (waiting and one.kk)
        for own in [own_id(one, kk)]
        if not one.nik or own in waiting
    }
    known: dict[UUID, UUID] = {}
    wanted = list({own for own in ids.values() if own in waiting})
    for start in range(0, len(wanted), 10_000):
        known.update(Person.objects.filter(id__in=wanted[start : start + 10_000]).values_list("id", "household_id"))
    return _Owned(ids, known)


def _plan(
    actor: Actor,
    people: Sequence[PersonInput],
    indexes: tuple[Sequence[bytes], Sequence[bytes]],
    existing: tuple[dict[bytes, Known], dict[bytes, Known]],
    owned: _Owned,
) -> _Plan:
    known_niks, known_kks = existing
    plan = _Plan(outcomes=[None] * len(people))
    fresh = iter(new_ids(2 * len(people)))
    homes = _areas_of([one.subject for one in known_kks.values() if one.subject])
    opened: dict[bytes, tuple[UUID, int]] = {}
    made: set[bytes] = set()
    covered = {area: actor.covers(area) for area in {one.area for one in people}}
    for at, (person, nik, kk) in enumerate(zip(people, *indexes, strict=True)):
        own = owned.ids.get(at)
        unique = nik if person.nik or own is None else own.bytes
        if unique in made:
            plan.repeats.append((at, unique))
            continue
        known, household = known_niks.get(nik), known_kks.get(kk) if person.kk else None
        refusal = Outcome.OUTSIDE if not covered[person.area] else _refusal(known, household)
        if refusal is not None:
            plan.outcomes[at] = Registered(person.key, refusal)
            continue
        if known is not None and known.subject is not None:
            plan.known[at] = known.subject
            continue
        if known is None and own is not None and own in owned.known:
            plan.known[at] = own
            continue
        if household is not None and household.subject is not None:
            home, area, opens = household.subject, homes[household.subject], False
        elif person.kk and kk in opened:
            (home, area), opens = opened[kk], False
        else:
            home, area, opens = next(fresh), person.area, True
            opened[kk if person.kk else unique] = (home, area)
        made.add(unique)
        plan.rows.append(at)
        plan.households.append(home)
        plan.areas.append(area)
        plan.opens.append(opens)
        plan.persons.append(own if own is not None and not person.nik else next(fresh))
        plan.keys.append(unique)
        plan.outcomes[at] = Registered(person.key, Outcome.NEW, home, plan.persons[-1])
    return plan


def _refusal(nik: Known | None, kk: Known | None) -> Outcome | None:
    if nik is not None:
        return None if nik.mine else Outcome.ELSEWHERE
    return Outcome.ELSEWHERE if kk is not None and not kk.mine else None


def _areas_of(households: Sequence[UUID]) -> dict[UUID, int]:
    found: dict[UUID, int] = {}
    for start in range(0, len(households), 10_000):
        found.update(Household.objects.filter(id__in=households[start : start + 10_000]).values_list("id", "area"))
    return found


def _portion(
    people: Sequence[PersonInput], plan: _Plan, indexes: tuple[Sequence[bytes], Sequence[bytes]], part: slice
) -> memoryview:
    """A part of what is new with its finished columns: sealed numbers, indexes, spelling keys; as text for COPY."""
    ring = key_ring()
    places, households, persons = plan.rows[part], plan.households[part], plan.persons[part]
    rows = [people[at] for at in places]
    niks = [one.nik for one in rows]
    return bulk.packed(
        bulk.Columns(
            rows=rows,
            households=households,
            persons=persons,
            areas=plan.areas[part],
            opens=plan.opens[part],
            key_id=ring.current.id,
            nik_ciphers=ring.seal_many(niks, contexts=[b"person.nik:" + one.bytes for one in persons]),
            nik_indexes=[indexes[0][at] for at in places],
            last_fours=ring.last_four_many(niks, purpose=NIK),
            kk_ciphers=ring.seal_many(
                [one.kk for one in rows], contexts=[b"household.kk:" + one.bytes for one in households]
            ),
            kk_indexes=[indexes[1][at] for at in places],
            name_keys=spelling_keys(pl.Series([one.name for one in rows], dtype=pl.String)).str.slice(0, 120).to_list(),
        )
    )


def _answer(people: Sequence[PersonInput], plan: _Plan, kks: Sequence[bytes]) -> None:
    """Outcomes of known and repeated rows, and desil snapshots of known households."""
    stored = _stored(list(plan.known.values()))
    snapshots = []
    for at, person_id in plan.known.items():
        one = people[at]
        household, name_key, birth_date, kk = stored[person_id]
        changed = [
            *(["name"] if spelling_key(one.name)[:120] != name_key else []),
            *(["birth_date"] if one.birth_date and birth_date and one.birth_date != birth_date else []),
            *(["kk"] if one.kk and kk is not None and kk != kks[at] else []),
        ]
        plan.outcomes[at] = Registered(one.key, Outcome.KNOWN, household, person_id, tuple(changed))
        # Another name on another card may be another family: its desil is not this household's.
        if one.desil is not None and one.desil_on is not None and not {"name", "kk"} <= set(changed):
            snapshots.append((household, one.desil, one.desil_on))
    bulk.add_desils(snapshots)
    first = {key: plan.outcomes[at] for key, at in zip(plan.keys, plan.rows, strict=True)}
    for at, nik in plan.repeats:
        origin = first[nik]
        assert origin is not None  # noqa: S101  (a repeat follows the row that it repeats)
        plan.outcomes[at] = Registered(people[at].key, Outcome.REPEATED, origin.household_id, origin.person_id)


def _stored(persons: Sequence[UUID]) -> dict[UUID, tuple[UUID, str, date | None, bytes | None]]:
    found: dict[UUID, tuple[UUID, str, date | None, bytes | None]] = {}
    for start in range(0, len(persons), 10_000):
        for row in Person.objects.filter(id__in=persons[start : start + 10_000]).values_list(
            "id", "household_id", "name_key", "birth_date", "household__kk_index"
        ):
            found[row[0]] = (row[1], row[2], row[3], None if row[4] is None else bytes(row[4]))
    return found
