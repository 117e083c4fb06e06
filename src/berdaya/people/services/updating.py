"""A list that comes again with newer facts: what would change field by field, and changing it.

A blank never takes away what is known, and letters in another case are no change. The number of the family card is
never changed by a list: it is reported, and mended by `correct_identity`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from berdaya.access.permissions import require
from berdaya.audit.services import record
from berdaya.kernel import bulk
from berdaya.kernel.crypto import key_ring
from berdaya.kernel.ids import new_ids
from berdaya.kernel.memory import collector_paused
from berdaya.kernel.scope import Actor
from berdaya.people.numbers import KK, NIK, nik_context, nik_index
from berdaya.people.rules.names import spelling_key
from berdaya.people.services.register import PERMISSION, prepare
from berdaya.people.types import Outcome, PersonInput

_STORED = """SELECT p.id, p.household_id, p.area, p.name, p.birth_place, p.birth_date, p.sex, p.marital, p.phone,
  p.occupation, p.nik_index IS NOT NULL, h.address, h.female_head, h.dependants, h.kk_index, v.disability, v.income_idr
  FROM people_person p JOIN people_household h ON h.id = p.household_id AND h.area = p.area
  LEFT JOIN people_personprivate v ON v.person_id = p.id AND v.area = p.area WHERE p.id = ANY (%s)"""
_DESILS = """SELECT household_id, as_of FROM people_desilsnapshot WHERE household_id = ANY (%s) AND source = 'DTSEN'"""
_OF_PERSON = {
    "name": "text", "birth_place": "text", "birth_date": "date", "sex": "text", "marital": "text", "phone": "text",
    "occupation": "text",
}  # fmt: skip
_OF_HOUSEHOLD = {"address": "text", "female_head": "boolean", "dependants": "smallint"}
_OF_PRIVATE = {"disability": "boolean", "income_idr": "bigint"}
Change = tuple[object, object]


@dataclass(frozen=True, slots=True)
class Compared:
    """What a list would do to one person. `changes` are field -> (known, written); NIK and KK stand without values."""

    key: str
    outcome: Outcome
    person_id: UUID | None = None
    household_id: UUID | None = None
    changes: Mapping[str, Change] = field(default_factory=dict)


def compare_many(*, actor: Actor, people: Sequence[PersonInput]) -> list[Compared]:
    """One answer per row, in order; writes nothing but the count of look-ups.

    Raises:
        Problem: `not_allowed`, `lookup_limit`.
    """
    require(actor, PERMISSION)
    if not people:
        return []
    with collector_paused():
        plan, _, kks = prepare(actor, people)
        changes = _changes(people, plan.known, kks)
    answers = []
    for at, person in enumerate(people):
        registered = plan.outcomes[at]
        if at in plan.known:
            home, found = changes[at]
            answers.append(Compared(person.key, Outcome.KNOWN, plan.known[at], home, found))
        elif registered is not None:
            answers.append(Compared(person.key, registered.outcome))
        else:
            answers.append(Compared(person.key, Outcome.REPEATED))
    return answers


def _changes(
    people: Sequence[PersonInput], known: Mapping[int, UUID], kks: Sequence[bytes]
) -> dict[int, tuple[UUID, dict[str, Change]]]:
    stored: dict[UUID, tuple[Any, ...]] = {}
    ids = list(dict.fromkeys(known.values()))
    for start in range(0, len(ids), 10_000):
        stored |= {row[0]: row for row in bulk.fetch(_STORED, [ids[start : start + 10_000]])}
    homes = list({row[1] for row in stored.values()}) if any(one.desil for one in people) else []
    desils: set[tuple[UUID, date]] = set()
    for start in range(0, len(homes), 10_000):
        desils.update((row[0], row[1]) for row in bulk.fetch(_DESILS, [homes[start : start + 10_000]]))
    return {at: _differences(people[at], stored[person], kks[at], desils) for at, person in known.items()}


def _differences(
    one: PersonInput, row: tuple[Any, ...], kk: bytes, desils: set[tuple[UUID, date]]
) -> tuple[UUID, dict[str, Change]]:
    _, home, _, *values, has_nik, address, female_head, dependants, kk_index, disability, income = row
    old = dict(zip(_OF_PERSON, values, strict=True)) | {
        "address": address, "female_head": female_head, "dependants": dependants, "disability": disability,
        "income_idr": income,
    }  # fmt: skip
    found: dict[str, Change] = {}
    for name, before in old.items():
        after = getattr(one, name)
        if after is None or after in {"", before} or _same_letters(before, after):
            continue
        found[name] = (before, after)
    if one.nik and not has_nik:
        found["nik"] = ("", "")
    if one.kk and kk_index is not None and bytes(kk_index) != kk:
        found["kk"] = ("", "")
    if one.desil is not None and one.desil_on is not None and (home, one.desil_on) not in desils:
        found["desil"] = (None, one.desil)
    return home, found


def _same_letters(before: object, after: object) -> bool:
    if not isinstance(before, str) or not isinstance(after, str):
        return False
    return " ".join(before.casefold().split()) == " ".join(after.casefold().split())


def update_many(*, actor: Actor, people: Sequence[PersonInput], known: Mapping[int, UUID]) -> dict[UUID, list[str]]:
    """Write what differs of known people, by position in the list; answers the changed fields of each changed person.

    History keeps the replaced versions. Desil snapshots are added by `register_many`, not here.

    Raises:
        Problem: `not_allowed`.
    """
    require(actor, PERMISSION)
    if not known:
        return {}
    kks = key_ring().index_many([one.kk for one in people], purpose=KK)
    with transaction.atomic():
        found = {
            at: (known[at], home, {name: new for name, (_, new) in changes.items() if name not in {"kk", "desil"}})
            for at, (home, changes) in _changes(people, known, kks).items()
        }
        found = {at: one for at, one in found.items() if one[2]}
        if not found:
            return {}
        _write(people, found)
        counts: dict[str, int] = {}
        for _, _, changes in found.values():
            for name in changes:
                counts[name] = counts.get(name, 0) + 1
        record(actor=actor, name="people.updated", subject_kind="person", rows=len(found), fields=counts)
    return {person: sorted(changes) for person, _, changes in found.values()}


Found = Mapping[int, tuple[UUID, UUID, Mapping[str, object]]]


def _write(people: Sequence[PersonInput], found: Found) -> None:
    persons = {person: changes for person, _, changes in found.values()}
    homes: dict[UUID, dict[str, object]] = {}
    for _, home, changes in found.values():
        homes.setdefault(home, {}).update(changes)
    _set("people_person", {**_OF_PERSON, "name_key": "text"}, {
        person: {**changes, "name_key": spelling_key(str(changes["name"]))[:120]} if "name" in changes else changes
        for person, changes in persons.items()
    })  # fmt: skip
    _set("people_household", _OF_HOUSEHOLD, homes)
    _set_private({person: changes for person, changes in persons.items() if set(changes) & set(_OF_PRIVATE)})
    _set_numbers({person: people[at].nik for at, (person, _, changes) in found.items() if "nik" in changes})


def _set(table: str, columns: Mapping[str, str], changes: Mapping[UUID, Mapping[str, object]]) -> None:
    """Write the columns that change; those that do not keep what they hold."""
    rows = [[key, *(one.get(name) for name in columns)] for key, one in changes.items() if set(one) & set(columns)]
    if not rows:
        return
    wanted = ", ".join(f'"{name}" = coalesce(s."{name}", t."{name}")' for name in columns)
    with connection.cursor() as cursor:
        bulk.stage(cursor, "changed_rows", {"id": "uuid", **columns}, rows)
        cursor.execute(f'UPDATE "{table}" t SET {wanted} FROM pg_temp.changed_rows s WHERE t.id = s.id')


def _set_private(changes: Mapping[UUID, Mapping[str, object]]) -> None:
    if not changes:
        return
    rows = [
        [fresh, person, one.get("disability"), one.get("income_idr")]
        for fresh, (person, one) in zip(new_ids(len(changes)), changes.items(), strict=True)
    ]
    with connection.cursor() as cursor:
        bulk.stage(cursor, "changed_private", {"id": "uuid", "person_id": "uuid", **_OF_PRIVATE}, rows)
        cursor.execute(
            "UPDATE people_personprivate t SET disability = coalesce(s.disability, t.disability),"
            " income_idr = coalesce(s.income_idr, t.income_idr)"
            " FROM pg_temp.changed_private s WHERE t.person_id = s.person_id"
        )
        cursor.execute(
            "INSERT INTO people_personprivate (id, area, person_id, disability, ppks, income_idr)"
            " SELECT s.id, p.area, p.id, s.disability, '', s.income_idr"
            " FROM pg_temp.changed_private s JOIN people_person p ON p.id = s.person_id"
            " WHERE NOT EXISTS (SELECT 1 FROM people_personprivate v WHERE v.person_id = p.id)"
        )


def _set_numbers(niks: Mapping[UUID, str]) -> None:
    """The NIK of people who were registered without one; their families are complete where the card is known."""
    if not niks:
        return
    ring = key_ring()
    rows = [
        [person, ring.seal(nik, context=nik_context(person)), ring.current.id, nik_index(nik),
         ring.last_four(nik, purpose=NIK)]
        for person, nik in niks.items()
    ]  # fmt: skip
    columns = {"id": "uuid", "nik_cipher": "bytea", "nik_key": "smallint", "nik_index": "bytea", "last4_index": "bytea"}
    bulk.update("people_person", columns, rows)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_household h SET incomplete = false FROM people_person p"
            " WHERE p.id = ANY (%s) AND h.id = p.household_id AND h.kk_index IS NOT NULL AND h.incomplete",
            [list(niks)],
        )
