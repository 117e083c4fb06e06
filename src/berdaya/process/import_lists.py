"""What an import does with the rows of each kind of list: compare them with the register, and write them.

Long lists (candidates, families) come batch by batch; the others are small and are written as one batch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max

from berdaya.enterprises.services import register_mentors_many
from berdaya.enterprises.types import NewMentor
from berdaya.grants.services.packages import define_packages_many
from berdaya.grants.types import PackageLine
from berdaya.groups.models import Group
from berdaya.groups.services.registry import register_existing_many
from berdaya.groups.types import GroupRow, MemberRow
from berdaya.intake import services as intake
from berdaya.intake import types
from berdaya.intake.services import keep_carried
from berdaya.intake.types import Reading
from berdaya.kernel.bulk import fetch
from berdaya.kernel.crypto import key_ring
from berdaya.kernel.ids import stable_id
from berdaya.kernel.scope import Actor
from berdaya.people import services as people
from berdaya.people.models import AidReceived, Exclusion
from berdaya.people.numbers import KK, NIK, known_numbers
from berdaya.people.rules.names import spelling_key
from berdaya.people.services.updating import Compared
from berdaya.people.types import AidInput, ExclusionInput, Outcome, PersonInput
from berdaya.process import import_strangers
from berdaya.process.import_pages import keep_pages
from berdaya.programmes.models import Candidate
from berdaya.programmes.services.candidates import add_candidates_many, pair_motivators_many
from berdaya.programmes.types import ProgrammeConfig
from berdaya.programmes.values import NewCandidate
from berdaya.training.services.grouping import limits_of
from berdaya.training.services.planning import create_classes_many
from berdaya.training.services.resources import record_resources_many
from berdaya.training.values import NewClass, NewResource

REFUSED = {Outcome.ELSEWHERE: "elsewhere", Outcome.OUTSIDE: "area_outside"}
ORDINARY = "anggota"
SAMPLES = 100


@dataclass(frozen=True)
class Target:
    """Where a list goes: the office, its area, and the programme for those kinds that belong to one."""

    job: UUID
    office: int
    area: int
    as_of: date
    synthetic: bool
    programme: UUID | None = None
    config: ProgrammeConfig | None = None


@dataclass
class Written:
    """What a batch did: counts by outcome, refused lines with their code, ids for undoing it."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[int, str, str, int | None]] = field(default_factory=list)
    households: list[UUID] = field(default_factory=list)
    persons: list[UUID] = field(default_factory=list)
    candidates: list[UUID] = field(default_factory=list)
    groups: list[UUID] = field(default_factory=list)
    changed: list[UUID] = field(default_factory=list)
    others: list[UUID] = field(default_factory=list)
    samples: list[dict[str, object]] = field(default_factory=list)


def people_of(rows: Sequence[Any], *, synthetic: bool) -> list[PersonInput]:
    """Rows of candidates or families as people take them."""
    if rows and isinstance(rows[0], types.CandidateRow):
        return [intake.person_of_candidate(row, synthetic=synthetic) for row in rows]
    heads: set[str] = set()
    made = []
    for row in rows:
        first = row.kk not in heads if row.kk else True
        heads.add(row.kk)
        head = row.relation == "head" or (not row.relation and first)
        made.append(_family_person(row, head=head, synthetic=synthetic))
    return made


def _family_person(row: types.FamilyRow, *, head: bool, synthetic: bool) -> PersonInput:
    return PersonInput(
        key=str(row.row), nik=row.nik, kk=row.kk, name=row.name, area=row.area or 0, birth_place=row.birth_place,
        birth_date=row.birth_date, sex=row.sex, marital=row.marital, phone=row.phone, occupation=row.occupation,
        address=row.address, disability=row.disability, income_idr=row.income_idr, desil=row.desil,
        desil_on=row.desil_on, is_head=head, synthetic=synthetic,
    )  # fmt: skip


def compare_people(actor: Actor, target: Target, rows: Sequence[Any]) -> Written:
    """What writing these rows would do; writes nothing but the count of look-ups."""
    found = Written()
    if not rows:
        return found
    given = people_of(rows, synthetic=target.synthetic)
    corrected = _corrections(target, rows, given)
    compared = people.compare_many(actor=actor, people=given)
    standing = _standing(target, [one.household_id for one in compared if one.household_id])
    for at, (row, one) in enumerate(zip(rows, compared, strict=True)):
        if one.outcome in REFUSED or import_strangers.in_preview(one):
            found.refused.append(_refusal(row.row, one.outcome))
        elif at in corrected:
            found.counts["changed"] += 1
            found.counts["field:nik"] += 1
        else:
            found.counts[_what(one, standing, proposing=target.programme is not None)] += 1
            for name in one.changes:
                found.counts[f"field:{name}"] += 1
            if one.changes and len(found.samples) < SAMPLES:
                found.samples.append(_sample(row, one))
    return found


def _refusal(line: int, outcome: Outcome) -> tuple[int, str, str, int | None]:
    return line, "area" if outcome is Outcome.OUTSIDE else "nik", REFUSED.get(outcome, import_strangers.CODE), None


def _what(one: Compared, standing: Mapping[UUID, str], *, proposing: bool) -> str:
    if one.outcome is not Outcome.KNOWN:
        return "new" if one.outcome is Outcome.NEW else "identical"
    if set(one.changes) - {"kk"}:
        return "changed"
    return "known" if proposing and one.household_id not in standing else "identical"


def _sample(row: Any, one: Compared) -> dict[str, object]:
    return {
        "row": row.row, "household": one.household_id, "name": row.name,
        "changes": {name: [_plain(old), _plain(new)] for name, (old, new) in one.changes.items()},
    }  # fmt: skip


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _standing(target: Target, households: Sequence[UUID]) -> dict[UUID, str]:
    """Households of these that the programme has as candidates already, with their ref."""
    if target.programme is None or not households:
        return {}
    rows = fetch(
        "SELECT household_id, ref FROM programmes_candidate WHERE programme_id = %s AND household_id = ANY (%s)",
        [target.programme, list(households)],
    )
    return dict(rows)


def _corrections(target: Target, rows: Sequence[Any], given: Sequence[PersonInput]) -> dict[int, UUID]:
    """Rows whose number in the programme and name are those of a known candidate, but with another NIK that nobody has:
    the list was mended. Position -> person.
    """
    if target.programme is None:
        return {}
    refs = {row.ref: at for at, row in enumerate(rows) if row.nik}
    known = fetch(
        "SELECT c.ref, p.id, p.name_key, p.nik_index, h.kk_index FROM programmes_candidate c"
        " JOIN people_person p ON p.id = c.person_id LEFT JOIN people_household h ON h.id = c.household_id"
        " WHERE c.programme_id = %s AND c.ref = ANY (%s)",
        [target.programme, list(refs)],
    )
    facts = {ref: (person, key, index, card) for ref, person, key, index, card in known}
    if not facts:
        return {}
    ring = key_ring()
    maybe = {}
    for ref, (person, key, index, card) in facts.items():
        one = given[refs[ref]]
        written = ring.index(one.nik, purpose=NIK)
        # Short names of two people may share a spelling key; the family card must be the same too.
        same_card = card is not None and bool(one.kk) and bytes(card) == ring.index(one.kk, purpose=KK)
        if same_card and index is not None and bytes(index) != written and spelling_key(one.name)[:120] == key:
            maybe[refs[ref]] = (person, written)
    if not maybe:
        return {}
    taken, _ = known_numbers([index for _, index in maybe.values()], [])
    return {at: person for at, (person, index) in maybe.items() if index not in taken}


def write_people(actor: Actor, target: Target, rows: Sequence[Any]) -> Written:
    """Register new people, change known ones field by field, and propose candidates; one transaction of the caller."""
    done = Written()
    if not rows:
        return done
    if target.programme is not None:
        _alone_in(target.programme)
    given = people_of(rows, synthetic=target.synthetic)
    mended = _corrections(target, rows, given)
    for at, person in mended.items():
        people.correct_identity(
            actor=actor, person_id=person, reason=f"daftar yang diperbaiki, baris {rows[at].row}", nik=given[at].nik
        )
    registered = people.register_many(actor=actor, people=given)
    strangers = import_strangers.among(registered, given)
    known = import_strangers.known_of(registered, strangers)
    before = _opened(registered)
    changed = people.update_many(actor=actor, people=given, known=known)
    done.changed = list({*changed, *mended.values()})
    standing = _standing(target, [one.household_id for one in registered if one.household_id])
    fresh: list[tuple[Any, UUID, UUID]] = []
    for at, (row, one) in enumerate(zip(rows, registered, strict=True)):
        if one.outcome in REFUSED or at in strangers:
            done.refused.append(_refusal(row.row, one.outcome))
            continue
        if one.outcome is Outcome.NEW and one.person_id:
            done.persons.append(one.person_id)
        touched = one.person_id in changed or one.person_id in mended.values()
        proposing = target.programme is not None and one.household_id not in standing
        what = "new" if one.outcome is Outcome.NEW else "changed" if touched else "known" if proposing else "identical"
        done.counts[what] += 1
        if proposing and one.household_id and one.person_id:
            fresh.append((row, one.household_id, one.person_id))
    done.households = before
    if target.programme is not None and fresh:
        done.candidates = _propose(actor, target, fresh)
    for names in changed.values():
        done.counts.update(f"field:{name}" for name in names)
    return done


def _opened(registered: Sequence[Any]) -> list[UUID]:
    """Households that this registration opened: those of new people that hold nobody else."""
    made = Counter(one.household_id for one in registered if one.outcome is Outcome.NEW)
    held = fetch(
        "SELECT household_id, count(*) FROM people_person WHERE household_id = ANY (%s) GROUP BY household_id",
        [list(made)],
    )
    return [home for home, count in held if count == made[home]]


def _alone_in(programme: UUID) -> None:
    """Two operators who import into one programme at once take turns, so that no family is proposed twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 3))", [str(programme)])


def _propose(actor: Actor, target: Target, fresh: Sequence[tuple[types.CandidateRow, UUID, UUID]]) -> list[UUID]:
    assert target.programme is not None  # noqa: S101 - the caller has looked
    taken = _ids_of(target.programme, [row.ref for row, _, _ in fresh])
    last = Candidate.objects.filter(programme=target.programme).aggregate(Max("list_no"))["list_no__max"] or 0
    numbers = [int(row.ref) for row, _, _ in fresh if row.ref.isdecimal() and len(row.ref) < 9]
    following = max([last, *numbers]) + 1
    made, seen, refs = [], set(), {}
    for row, household, person in fresh:
        if household in seen:
            continue
        seen.add(household)
        ref = row.ref
        if ref in taken or not ref:
            ref, following = str(following), following + 1
        refs[row.ref] = ref
        made.append(
            NewCandidate(
                ref=ref, list_no=int(ref) if ref.isdecimal() and len(ref) < 9 else following, area=row.area or 0,
                household_id=household, person_id=person,
                sources=(f"alumni:{row.alumni}",) if row.alumni else (), kind=row.kind, interests=row.interests,
                skills=row.skills, ever_in_business=row.ever_in_business,
            )
        )  # fmt: skip
    config = target.config
    proposed_on = config.dates.proposal if config else target.as_of
    add_candidates_many(actor=actor, programme_id=target.programme, rows=made, proposed_on=proposed_on)
    pairs = [
        (refs[row.ref], refs.get(row.motivator, row.motivator))
        for row, _, _ in fresh
        if row.motivator and row.ref in refs
    ]
    if pairs:
        pair_motivators_many(actor=actor, programme_id=target.programme, pairs=pairs, paired_on=proposed_on)
    return list(_ids_of(target.programme, [one.ref for one in made]).values())


def _ids_of(programme: UUID, refs: Sequence[str]) -> dict[str, UUID]:
    """Candidates of these refs; an array goes as one parameter, where a list of ten thousand would go one by one."""
    return dict(
        fetch(
            "SELECT ref, id FROM programmes_candidate WHERE programme_id = %s AND ref = ANY (%s)",
            [programme, list(refs)],
        )
    )


Readings = Sequence[Reading[Any]]
Small = Callable[[Actor, Target, Readings], Written]


def _write_groups(actor: Actor, target: Target, readings: Readings) -> Written:
    groups, members, assets, balances, products = readings
    done = Written()
    places = {row.ref: row for row in groups.rows}
    given = [intake.person_of_member(row, places[row.ref], synthetic=target.synthetic) for row in members.rows]
    registered = people.register_many(actor=actor, people=given)
    seated: dict[str, list[MemberRow]] = {}
    for row, one in zip(members.rows, registered, strict=True):
        if one.outcome in REFUSED or one.person_id is None or one.household_id is None:
            done.refused.append((row.row, "nik", REFUSED.get(one.outcome, "elsewhere"), None))
            continue
        done.counts["people_new" if one.outcome is Outcome.NEW else "people_known"] += 1
        if one.outcome is Outcome.NEW:
            done.persons.append(one.person_id)
        seated.setdefault(row.ref, []).append(_member(row, one.person_id, one.household_id))
    done.households = _opened(registered)
    known = set(Group.objects.filter(office_id=target.office, code__in=list(places)).values_list("code", flat=True))
    config = target.config
    entered = register_existing_many(
        actor=actor,
        rows=[_group(row, seated.get(row.ref, ())) for row in groups.rows],
        sponsor_area=target.area,
        on=config.dates.proposal if config else target.as_of,
        limits=limits_of(config.group) if config else None,
        synthetic=target.synthetic,
    )
    done.groups = [pk for code, pk in entered.groups.items() if code not in known]
    done.counts["new"] += len(done.groups)
    done.counts["identical"] += len(known)
    done.counts["incomplete"] += sum(row.incomplete for row in groups.rows)
    _carry(target, entered.groups, known, (("asset", assets), ("balance", balances), ("product", products)), done)
    keep_pages(office=target.office, job=target.job, groups=entered.groups, known=known, listed=groups)
    if target.programme is not None:
        _propose_groups(actor, target, groups.rows, entered.groups, done)
    return done


def _member(row: types.MemberRow, person: UUID, household: UUID) -> MemberRow:
    return MemberRow(
        number=int(row.member), person_id=person, household_id=household, birth_date=row.birth_date,
        position="" if row.position == ORDINARY else row.position,
    )  # fmt: skip


def _group(row: types.GroupRow, members: Iterable[MemberRow]) -> GroupRow:
    return GroupRow(
        code=row.ref, name=row.name, area=row.area or 0, kind=row.kind, founded_year=row.founded_year,
        address=row.address, sponsor_kind=row.sponsor, sponsor_name=row.sponsor_name, members=tuple(members),
    )  # fmt: skip


Carried = Iterable[tuple[str, Reading[Any]]]


def _carry(target: Target, groups: Mapping[str, UUID], known: set[str], sheets: Carried, done: Written) -> None:
    """Assets, opening balances and products wait beside their group for those who open its book and its shop."""
    areas = dict(Group.objects.filter(pk__in=groups.values()).values_list("id", "area"))
    rows = []
    for kind, reading in sheets:
        for row in reading.rows:
            if row.ref in known or row.ref not in groups:
                continue
            facts = {name: _plain(value) for name, value in asdict(row).items() if name not in {"row", "ref"}}
            group = groups[row.ref]
            rows.append(types.Carry(stable_id("carry", group, kind, row.row), areas[group], group, kind, facts))
            done.counts[f"carried:{kind}"] += 1
    keep_carried(office=target.office, job=target.job, rows=rows)


def _propose_groups(
    actor: Actor, target: Target, rows: Sequence[types.GroupRow], groups: Mapping[str, UUID], done: Written
) -> None:
    assert target.programme is not None and target.config is not None  # noqa: S101, PT018 - the caller has looked
    _alone_in(target.programme)
    there = set(Candidate.objects.filter(programme=target.programme, group__isnull=False).values_list("ref", flat=True))
    add_candidates_many(
        actor=actor, programme_id=target.programme, proposed_on=target.config.dates.proposal,
        rows=[
            NewCandidate(ref=row.ref, list_no=number, area=row.area or 0, group_id=groups[row.ref], kind=row.kind,
                         interests=(row.kind,) if row.kind else ())
            for number, row in enumerate(rows, start=1) if row.ref in groups
        ],
    )  # fmt: skip
    refs = [row.ref for row in rows if row.ref not in there]
    done.candidates = list(_ids_of(target.programme, refs).values())


def _write_exclusions(actor: Actor, target: Target, readings: Readings) -> Written:
    rows = readings[0].rows
    keys = [_key(target, "exclusion", row.nik, row.kk, row.kind) for row in rows]
    fresh = _fresh(Exclusion.objects, keys)
    added = people.register_exclusions_many(
        actor=actor,
        exclusions=[
            ExclusionInput(key=key, nik=row.nik, kk=row.kk, kind=row.kind, source=row.source, as_of=row.date,
                           area=target.area)
            for key, row in zip(keys, rows, strict=True)
        ],
    )  # fmt: skip
    return Written(counts=Counter(new=added, identical=len(rows) - added), others=fresh)


def _fresh(known: Any, keys: Sequence[UUID]) -> list[UUID]:
    """Keys that are not in the register yet, each once."""
    there: set[UUID] = set()
    for start in range(0, len(keys), 10_000):
        part = keys[start : start + 10_000]
        there.update(known.filter(import_key__in=part).values_list("import_key", flat=True))
    return [key for key in dict.fromkeys(keys) if key not in there]


def _write_aid(actor: Actor, target: Target, readings: Readings) -> Written:
    rows = readings[0].rows
    keys = [_key(target, "aid", row.nik, row.kk, row.programme, row.year) for row in rows]
    fresh = _fresh(AidReceived.objects, keys)
    added = people.register_aid_many(
        actor=actor,
        aid=[
            AidInput(key=key, nik=row.nik, kk=row.kk, office=row.office, programme=row.programme, year=row.year,
                     form=row.form, source="other-aid", area=target.area, value_idr=row.value_idr)
            for key, row in zip(keys, rows, strict=True)
        ],
    )  # fmt: skip
    return Written(counts=Counter(new=added, identical=len(rows) - added), others=fresh)


def _key(target: Target, kind: str, nik: str, kk: str, *more: object) -> UUID:
    """The same row gives the same key; numbers go in as keyed indexes, for a plain hash of them could be guessed."""
    ring = key_ring()
    numbers = [ring.index(number, purpose=NIK).hex() if number else "" for number in (nik, kk)]
    return stable_id(target.office, kind, *numbers, *more)


def _write_classes(actor: Actor, target: Target, readings: Readings) -> Written:
    assert target.programme is not None  # noqa: S101 - the caller has looked
    made = create_classes_many(
        actor=actor, programme_id=target.programme,
        rows=[
            NewClass(
                code=row.code, name=row.name, area=row.area or target.area, venue=row.venue, seats=row.seats,
                starts_on=row.starts_on, ends_on=row.ends_on, kinds=row.kinds, skill=row.skill, lat=row.lat,
                lon=row.lon, minimum=row.minimum, trainer=row.trainer, partner=row.partner, wheelchair=row.wheelchair,
            )
            for row in readings[0].rows
        ],
    )  # fmt: skip
    counted = made.counted
    return Written(counts=Counter(new=counted.created, changed=counted.changed, identical=counted.identical))


def _write_packages(actor: Actor, target: Target, readings: Readings) -> Written:
    assert target.programme is not None  # noqa: S101 - the caller has looked
    made = define_packages_many(
        actor=actor, programme_id=target.programme,
        lines=[
            PackageLine(code=row.code, kind=row.kind, name=row.goods, specification=row.specification,
                        quantity=row.quantity, unit=row.unit, unit_price_idr=row.unit_price_idr, durable=row.asset,
                        row=row.row)
            for row in readings[0].rows
        ],
    )  # fmt: skip
    return Written(counts=Counter(new=made))


def _write_resources(actor: Actor, _target: Target, readings: Readings) -> Written:
    rows = readings[0].rows
    counted = record_resources_many(
        actor=actor,
        rows=[NewResource(row.area, row.resource, row.strength, row.source, row.date) for row in rows if row.area],
    )
    return Written(counts=Counter(new=counted.created, changed=counted.changed, identical=counted.identical))


def _write_mentors(actor: Actor, target: Target, readings: Readings) -> Written:
    code = target.config.programme.code if target.config else target.office
    rows = readings[0].rows
    register_mentors_many(
        actor=actor,
        mentors=[
            NewMentor(
                id=stable_id(code, "mentor", row.code), office_id=target.office, code=row.code, name=row.name,
                areas=row.areas, phone=row.phone, synthetic=target.synthetic,
            )
            for row in rows
        ],
    )  # fmt: skip
    return Written(counts=Counter(new=len(rows)))


SMALL: dict[str, Small] = {
    "groups": _write_groups, "exclusions": _write_exclusions, "other-aid": _write_aid, "classes": _write_classes,
    "packages": _write_packages, "resources": _write_resources, "mentors": _write_mentors,
}  # fmt: skip
OF_PROGRAMME = frozenset({"candidates", "classes", "packages"})
"""Kinds that need a programme; groups and mentors may have one."""
TAKES_PROGRAMME = OF_PROGRAMME | {"groups", "mentors"}
