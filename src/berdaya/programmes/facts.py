"""Facts of candidates for the rules, read in a handful of queries however many candidates there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from berdaya.kernel.bulk import fetch
from berdaya.people.models import DesilSnapshot, PersonPrivate
from berdaya.programmes.models import Candidate, ScreeningOverrule, ScreeningRun
from berdaya.programmes.rules.eligibility import (
    AidHit,
    ExclusionHit,
    GroupFacts,
    HouseholdFacts,
    MaritalStatus,
    MemberFacts,
    Screening,
)
from berdaya.programmes.rules.hits import Hit, hits_of
from berdaya.programmes.rules.ranking import Standing
from berdaya.programmes.types import ProgrammeConfig

_MARITAL: Mapping[str, MaritalStatus] = {
    "single": "single",
    "married": "married",
    "divorced": "divorced",
    "widowed": "widowed",
}


@dataclass(frozen=True, slots=True)
class CandidateFacts:
    """Everything the rules ask of one candidate."""

    eligibility: HouseholdFacts | GroupFacts
    standing: Standing


@dataclass(frozen=True, slots=True)
class Look:
    """A look into the exclusion lists and the register of aid on a day.

    ``taken_at`` None is this moment. ``hits`` by candidate and member number; None where they stand with the candidate.
    """

    on: date
    taken_at: datetime | None
    hits: Mapping[UUID, Mapping[str, Any]] | None


@dataclass(frozen=True, slots=True)
class Registers:
    """Household -> desil and its date; person -> disability and income; the look; candidate -> hits set aside.

    Stays inside this package.
    """

    desils: Mapping[UUID, tuple[int, date]]
    private: Mapping[UUID, tuple[bool | None, int | None]]
    look: Look | None
    overruled: Mapping[UUID, frozenset[str]]


def _last_look(programme_id: UUID) -> Look | None:
    run = ScreeningRun.objects.filter(programme_id=programme_id).order_by("-recorded_at").first()
    return Look(run.on_day, run.recorded_at, None) if run else None


def facts_of(
    config: ProgrammeConfig,
    candidates: QuerySet[Candidate],
    *,
    as_of: date,
    look: Look | None = None,
) -> dict[UUID, CandidateFacts]:
    """Candidate id -> facts as the registers held them on ``as_of``; the candidates are of one programme.

    The screening is that of the latest run after the candidate (or the member) was recorded; none is unknown.
    ``look`` puts a look of this moment in its place.
    """
    rows = list(
        candidates.values(
            "id", "area", "group_id", "household_id", "person_id", "sources", "screening", "facts", "recorded_at",
            "programme_id",
            "person__birth_date", "person__marital", "household__female_head", "household__dependants",
        )
    )  # fmt: skip
    memberships = _memberships({row["group_id"] for row in rows if row["group_id"]})
    households = {row["household_id"] for row in rows if row["household_id"]}
    persons = {row["person_id"] for row in rows if row["person_id"]}
    for members in memberships.values():
        households |= {member.household_id for member in members}
        persons |= {member.person_id for member in members}
    if look is None and rows:
        look = _last_look(rows[0]["programme_id"])
    overruled = _overruled(rows[0]["programme_id"]) if rows else {}
    registers = Registers(_desils(households, as_of), _private(persons), look, overruled)
    result = {}
    for row in rows:
        if row["group_id"]:
            result[row["id"]] = _group(config, row, memberships[row["group_id"]], registers)
        else:
            result[row["id"]] = _household(row, registers)
    return result


def _screening(row: Mapping[str, Any], registers: Registers, since: datetime, member: int = 0) -> Screening | None:
    """One subject's part of the last screen; nothing found is clear, unless the subject came after it."""
    look = registers.look
    if look is None or (look.taken_at is not None and look.taken_at < max(since, row["recorded_at"])):
        return None
    hits = row["screening"] if look.hits is None else look.hits.get(row["id"])
    found = hits_of({str(member): (hits or {}).get(str(member), {})})
    aside = registers.overruled.get(row["id"], frozenset())
    binding = [hit for hit in found if hit.key not in aside]
    set_aside = [hit for hit in found if hit.key in aside]
    return Screening(look.on, _listed(binding), _aided(binding), _listed(set_aside), _aided(set_aside))


def _listed(hits: Sequence[Hit]) -> list[ExclusionHit]:
    return [
        ExclusionHit(kind, source, date.fromisoformat(since) if since else None)
        for kind, source, since in (hit.facts for hit in hits if hit.list == "exclusions")
    ]


def _aided(hits: Sequence[Hit]) -> list[AidHit]:
    return [AidHit(*hit.facts) for hit in hits if hit.list == "aid"]


def _household(
    row: Mapping[str, Any],
    registers: Registers,
) -> CandidateFacts:
    desil, desil_as_of = registers.desils.get(row["household_id"], (None, None))
    disability, income = registers.private.get(row["person_id"], (None, None))
    return CandidateFacts(
        HouseholdFacts(
            birth_date=row["person__birth_date"],
            marital_status=_MARITAL.get(row["person__marital"] or ""),
            desil=desil,
            desil_as_of=desil_as_of,
            sources=frozenset(row["sources"]),
            screening=_screening(row, registers, row["recorded_at"]),
        ),
        Standing(
            desil=desil,
            female_head=row["household__female_head"],
            disability=disability,
            ever_in_business=row["facts"].get("ever_in_business"),
            dependants=row["household__dependants"],
            income_idr=income,
        ),
    )


def _group(
    config: ProgrammeConfig, row: Mapping[str, Any], members: Sequence[_Member], registers: Registers
) -> CandidateFacts:
    facts = [
        MemberFacts(
            number=str(member.number),
            area=member.area,
            office=member.position,
            birth_date=member.birth_date,
            desil=registers.desils.get(member.household_id, (None, None))[0],
            screening=_screening(row, registers, member.recorded_at, member.number),
        )
        for member in members
    ]
    limit = config.eligibility.desil_max or 4
    # One who holds two offices comes twice: the rule of officers must see it, the counts must not.
    each = {member.number: member for member in members}.values()
    desils = [registers.desils.get(member.household_id, (None, None))[0] for member in each]
    standing = Standing(
        members=len(each) or None,
        women=sum(member.sex == "P" for member in each),
        members_with_disability=sum(bool(registers.private.get(member.person_id, (None, None))[0]) for member in each),
        poor_members=sum(desil is not None and desil <= limit for desil in desils),
    )
    # A group without a list of members is incomplete, which is not the same as a group of nobody.
    return CandidateFacts(GroupFacts(row["area"], facts or None, frozenset(row["sources"])), standing)


class _Member(NamedTuple):
    """One member of today with the office held; ``area`` is where the person lives."""

    group_id: UUID
    number: int
    person_id: UUID
    household_id: UUID
    recorded_at: datetime
    area: int
    birth_date: date | None
    sex: str
    position: str


def _memberships(groups: Iterable[UUID]) -> dict[UUID, list[_Member]]:
    rows = fetch(
        """
        SELECT m.group_id, m.number, m.person_id, m.household_id, m.recorded_at, p.area, p.birth_date, p.sex,
               coalesce(o.position, 'anggota')
        FROM groups_membership m
        JOIN people_person p ON p.id = m.person_id
        LEFT JOIN groups_officer o ON o.membership_id = m.id AND o.until IS NULL
        WHERE m.group_id = ANY (%s) AND m.left_on IS NULL
        ORDER BY m.group_id, m.number, o.position
        """,
        [list(groups)],
    )
    found: dict[UUID, list[_Member]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(_Member(*row))
    return found


def _desils(households: Iterable[UUID], as_of: date) -> dict[UUID, tuple[int, date]]:
    """The latest desil not after ``as_of``; of equals the one recorded last."""
    rows = (
        DesilSnapshot.objects.filter(household_id__in=list(households), as_of__lte=as_of)
        .order_by("household_id", "-as_of", "-recorded_at", "-id")
        .distinct("household_id")
        .values_list("household_id", "desil", "as_of")
    )
    return {household: (desil, day) for household, desil, day in rows}


def _private(persons: Iterable[UUID]) -> dict[UUID, tuple[bool | None, int | None]]:
    rows = PersonPrivate.objects.filter(person_id__in=list(persons))
    return {row[0]: (row[1], row[2]) for row in rows.values_list("person_id", "disability", "income_idr")}


def _overruled(programme_id: UUID) -> dict[UUID, frozenset[str]]:
    """Hits that two people have set aside, by candidate."""
    found: dict[UUID, set[str]] = defaultdict(set)
    rows = ScreeningOverrule.objects.filter(agreed=True, candidate__programme_id=programme_id)
    for candidate, hit in rows.values_list("candidate_id", "hit"):
        found[candidate].add(hit)
    return {candidate: frozenset(hits) for candidate, hits in found.items()}
