"""Eligibility (syarat): each criterion is met, not met or unknown, with the evidence that says so.

Unknown never passes silently: a household with an unknown criterion is held as belum lengkap; an existing
group may be taken (`eligibility.incomplete = "take"`), but the unknown criterion stays on its decision.
Sources of the rules: Permensos 2/2019 (size, same kecamatan, officers, age or married), DOMAIN local
variants.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from berdaya.areas.codes import ancestor, format_code
from berdaya.programmes.rules.evidence import CriterionResult
from berdaya.programmes.types import LEVELS, ExclusionKind, Outcome, ProgrammeConfig, Verdict

OFFICES = ("ketua", "sekretaris", "bendahara")
WITHDRAWN = "consent_withdrawn"
"""Hit of a family that has taken its consent back. No rule asks for it and nobody sets it aside: it always binds."""
SCREENED = frozenset({*(kind.value for kind in ExclusionKind), "cool_off", "group_exclusions", WITHDRAWN})
"""Criteria whose failure makes a candidate excluded (dikecualikan) rather than ineligible."""

MET, NOT_MET, UNKNOWN = Outcome.MET, Outcome.NOT_MET, Outcome.UNKNOWN
MaritalStatus = Literal["single", "married", "divorced", "widowed"]


@dataclass(frozen=True, slots=True)
class ExclusionHit:
    """A line of an exclusion list that names this person or family."""

    kind: str
    source: str
    since: date | None = None


@dataclass(frozen=True, slots=True)
class AidHit:
    """Aid that this family received: its kind (`business_aid`, `cash`), from whom, when."""

    kind: str
    office: str
    programme: str
    year: int


@dataclass(frozen=True, slots=True)
class Screening:
    """What the registers said on ``on``; no screening at all is unknown, not clear.

    What two people have set aside stands apart: it keeps nobody out and stays readable.
    """

    on: date
    exclusions: Sequence[ExclusionHit] = ()
    aid: Sequence[AidHit] = ()
    exclusions_aside: Sequence[ExclusionHit] = ()
    aid_aside: Sequence[AidHit] = ()


@dataclass(frozen=True, slots=True)
class HouseholdFacts:
    """A proposed family with the person who would run the business; None where nobody knows.

    ``sources`` are the doors it came through, e.g. ``alumni:jamsosratu``, ``village``.
    """

    birth_date: date | None = None
    marital_status: MaritalStatus | None = None
    desil: int | None = None
    desil_as_of: date | None = None
    sources: frozenset[str] = frozenset()
    screening: Screening | None = None


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """A member of an existing group.

    Number in the group's list, office held, and the facts that bind members.
    """

    number: str
    area: int
    office: str = "anggota"
    birth_date: date | None = None
    desil: int | None = None
    screening: Screening | None = None


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """An existing group; ``members`` is None where no list of members exists yet (belum lengkap)."""

    area: int
    members: Sequence[MemberFacts] | None = None
    sources: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict with every criterion that led to it.

    ``incomplete`` marks a taken group with unknown facts.
    """

    verdict: Verdict
    results: tuple[CriterionResult, ...]
    incomplete: bool

    @property
    def reasons(self) -> tuple[str, ...]:
        """Names of the criteria that were not met (or unknown, where nothing failed)."""
        failed = tuple(item.criterion for item in self.results if item.outcome is NOT_MET)
        return failed or tuple(item.criterion for item in self.results if item.outcome is UNKNOWN)


def decide(config: ProgrammeConfig, facts: HouseholdFacts | GroupFacts) -> Decision:
    """Judge one candidate under ``config``; the same facts always give the same decision."""
    found = _household(config, facts) if isinstance(facts, HouseholdFacts) else _group(config, facts)
    results = tuple(found)
    failed = {item.criterion.partition("/")[0] for item in results if item.outcome is NOT_MET}
    unknown = any(item.outcome is UNKNOWN for item in results)
    if failed & SCREENED:
        verdict = Verdict.EXCLUDED
    elif failed:
        verdict = Verdict.INELIGIBLE
    elif unknown and config.when_incomplete == "hold":
        verdict = Verdict.INCOMPLETE
    else:
        verdict = Verdict.ELIGIBLE
    still_in = verdict in (Verdict.ELIGIBLE, Verdict.INCOMPLETE)
    return Decision(verdict, results, incomplete=unknown and still_in)


def completed_years(born: date, at: date) -> int:
    """Age in completed years; someone born on 29 February ages on 1 March of common years."""
    return at.year - born.year - ((at.month, at.day) < (born.month, born.day))


def _household(config: ProgrammeConfig, facts: HouseholdFacts) -> Iterable[CriterionResult]:
    rule = config.eligibility
    if rule.age is not None:
        yield _age(config, facts)
    if rule.desil_max is not None:
        yield _desil(config, facts)
    if config.candidates.sources:
        yield _source(config, facts.sources)
    for kind in rule.exclude:
        yield _exclusion(kind, facts.screening)
    for aid_kind in sorted(rule.cool_off_years):
        yield _cool_off(config, aid_kind, facts.screening)
    yield from _consent(facts.screening)


def _age(config: ProgrammeConfig, facts: HouseholdFacts) -> CriterionResult:
    rule, at = config.eligibility.age, config.dates.proposal
    assert rule is not None  # noqa: S101  (the caller asked)
    if facts.birth_date is None:
        return CriterionResult("age", UNKNOWN, "age_no_birth_date")
    age = completed_years(facts.birth_date, at)
    params = {"age": age, "at": at.isoformat(), "min": rule.min, "max": rule.max}
    if rule.min <= age <= rule.max:
        return CriterionResult("age", MET, "age_within", params)
    waived = rule.or_married is True or (rule.or_married == "below_min" and age < rule.min)
    if not waived or facts.marital_status not in {"married", None}:
        return CriterionResult("age", NOT_MET, "age_outside", params)
    if facts.marital_status is None:
        return CriterionResult("age", UNKNOWN, "age_no_marital_status", params)
    return CriterionResult("age", MET, "age_married", params)


def _desil(config: ProgrammeConfig, facts: HouseholdFacts) -> CriterionResult:
    limit, months = config.eligibility.desil_max, config.eligibility.desil_max_age_months
    if facts.desil is None:
        return CriterionResult("desil", UNKNOWN, "desil_not_in_dtsen")
    if facts.desil_as_of is None:
        return CriterionResult("desil", UNKNOWN, "desil_undated", {"desil": facts.desil})
    params = {"desil": facts.desil, "as_of": facts.desil_as_of.isoformat(), "max": limit}
    if months is not None and _months_between(facts.desil_as_of, config.dates.proposal) > months:
        return CriterionResult("desil", UNKNOWN, "desil_stale", {**params, "months": months})
    within = limit is not None and facts.desil <= limit
    return CriterionResult("desil", MET if within else NOT_MET, "desil_within" if within else "desil_above", params)


def _months_between(start: date, end: date) -> int:
    """Whole months from ``start`` to ``end``, a started month counting in full."""
    return (end.year - start.year) * 12 + end.month - start.month + (end.day > start.day)


def _source(config: ProgrammeConfig, sources: frozenset[str]) -> CriterionResult:
    wanted = config.candidates.sources
    for source in wanted:
        if source in sources:
            return CriterionResult("source", MET, "source_found", {"source": source})
    return CriterionResult("source", NOT_MET, "source_missing", {"sources": list(wanted)})


def _consent(screening: Screening | None) -> Iterable[CriterionResult]:
    """Only where a family has taken its consent back; who never agreed in writing is no case of this rule."""
    for hit in screening.exclusions if screening else ():
        if hit.kind == WITHDRAWN:
            yield CriterionResult(WITHDRAWN, NOT_MET, WITHDRAWN, {"on": hit.since.isoformat() if hit.since else ""})


def _exclusion(kind: ExclusionKind, screening: Screening | None) -> CriterionResult:
    if screening is None:
        return CriterionResult(kind.value, UNKNOWN, "list_not_screened")
    for hit in screening.exclusions:
        if hit.kind == kind.value:
            since = hit.since.isoformat() if hit.since else ""
            return CriterionResult(kind.value, NOT_MET, "list_hit", {"source": hit.source, "since": since})
    for hit in screening.exclusions_aside:
        if hit.kind == kind.value:
            return CriterionResult(kind.value, MET, "list_aside", {"source": hit.source})
    return CriterionResult(kind.value, MET, "list_clear", {"screened_on": screening.on.isoformat()})


def _cool_off(config: ProgrammeConfig, kind: str, screening: Screening | None) -> CriterionResult:
    years, criterion = config.eligibility.cool_off_years[kind], f"cool_off/{kind}"
    if screening is None:
        return CriterionResult(criterion, UNKNOWN, "list_not_screened")
    hit = _recent_aid(config, kind, screening)
    if hit is not None:
        return CriterionResult(criterion, NOT_MET, "aid_hit", _aid_params(hit))
    aside = _recent_aid(config, kind, Screening(screening.on, aid=screening.aid_aside))
    if aside is not None:
        return CriterionResult(criterion, MET, "aid_aside", _aid_params(aside))
    params = {"kind": kind, "years": years, "screened_on": screening.on.isoformat()}
    return CriterionResult(criterion, MET, "aid_clear", params)


def _recent_aid(config: ProgrammeConfig, kind: str, screening: Screening) -> AidHit | None:
    """The latest aid of ``kind`` in the programme's year or the ``cool_off_years`` before it."""
    year = config.programme.year
    first = year - config.eligibility.cool_off_years[kind]
    hits = [hit for hit in screening.aid if hit.kind == kind and first <= hit.year <= year]
    return max(hits, key=lambda hit: (hit.year, hit.office, hit.programme), default=None)


def _aid_params(hit: AidHit) -> dict[str, str | int]:
    return {"kind": hit.kind, "office": hit.office, "programme": hit.programme, "year": hit.year}


def _group(config: ProgrammeConfig, facts: GroupFacts) -> Iterable[CriterionResult]:
    rule = config.eligibility
    if config.candidates.sources:
        yield _source(config, facts.sources)
    checks: list[tuple[str, Callable[[ProgrammeConfig, GroupFacts, Sequence[MemberFacts]], CriterionResult]]] = [
        ("group_size", _group_size),
        ("group_area", _group_area),
        ("group_officers", _group_officers),
    ]
    if rule.desil_max is not None:
        checks.append(("group_desil", _group_desil))
    if rule.exclude or rule.cool_off_years:
        checks.append(("group_exclusions", _group_exclusions))
    for name, check in checks:
        if facts.members is None:
            yield CriterionResult(name, UNKNOWN, "group_members_unknown")
        else:
            yield check(config, facts, facts.members)


def _group_size(config: ProgrammeConfig, facts: GroupFacts, members: Sequence[MemberFacts]) -> CriterionResult:
    del facts
    size = config.group.size
    count = len({member.number for member in members})
    params = {"members": count, "min": size.min, "max": size.max}
    if size.min <= count <= size.max:
        return CriterionResult("group_size", MET, "group_size_within", params)
    return CriterionResult("group_size", NOT_MET, "group_size_outside", params)


def _group_area(config: ProgrammeConfig, facts: GroupFacts, members: Sequence[MemberFacts]) -> CriterionResult:
    level = config.group.same
    home = ancestor(facts.area, LEVELS[level])
    away = [member.number for member in members if ancestor(member.area, LEVELS[level]) != home]
    params: dict[str, object] = {"level": level, "area": format_code(home)}
    if away:
        return CriterionResult("group_area", NOT_MET, "group_area_differs", {**params, "members": away})
    return CriterionResult("group_area", MET, "group_area_same", params)


def _group_officers(config: ProgrammeConfig, facts: GroupFacts, members: Sequence[MemberFacts]) -> CriterionResult:
    del facts
    youngest, at = config.group.officer_min_age, config.dates.proposal
    officers = [member for member in members if member.office in OFFICES]
    minors = [m.number for m in officers if m.birth_date and completed_years(m.birth_date, at) < youngest]
    if minors:
        params: dict[str, object] = {"members": minors, "min": youngest}
        return CriterionResult("group_officers", NOT_MET, "group_officers_minor", params)
    missing = [office for office in OFFICES if office not in {member.office for member in officers}]
    if missing:
        return CriterionResult("group_officers", UNKNOWN, "group_officers_missing", {"missing": missing})
    numbers = [member.number for member in officers]
    double = sorted({number for number in numbers if numbers.count(number) > 1})
    if double:
        return CriterionResult("group_officers", NOT_MET, "group_officers_double", {"members": double})
    undated = [member.number for member in officers if member.birth_date is None]
    if undated:
        return CriterionResult("group_officers", UNKNOWN, "group_officers_no_birth_date", {"members": undated})
    return CriterionResult("group_officers", MET, "group_officers_complete")


def _group_desil(config: ProgrammeConfig, facts: GroupFacts, members: Sequence[MemberFacts]) -> CriterionResult:
    del facts
    limit = config.eligibility.desil_max or 0
    above = [member.number for member in members if member.desil is not None and member.desil > limit]
    if above:
        return CriterionResult("group_desil", NOT_MET, "group_desil_above", {"members": above, "max": limit})
    absent = [member.number for member in members if member.desil is None]
    if absent:
        return CriterionResult("group_desil", UNKNOWN, "group_desil_unknown", {"members": absent})
    return CriterionResult("group_desil", MET, "group_desil_within", {"max": limit})


def _group_exclusions(config: ProgrammeConfig, facts: GroupFacts, members: Sequence[MemberFacts]) -> CriterionResult:
    """One member on an excluding list, or aided of late, keeps the group out until that member leaves."""
    del facts
    name, rule = "group_exclusions", config.eligibility
    screened = [(member.number, member.screening) for member in members if member.screening is not None]
    params: dict[str, object]
    for number, screening in screened:
        for hit in screening.exclusions:
            if hit.kind == WITHDRAWN:
                params = {"members": [number], "on": hit.since.isoformat() if hit.since else ""}
                return CriterionResult(name, NOT_MET, "group_consent_withdrawn", params)
            if hit.kind in {kind.value for kind in rule.exclude}:
                return CriterionResult(name, NOT_MET, "group_list_hit", {"members": [number], "source": hit.source})
        for kind in sorted(rule.cool_off_years):
            aid = _recent_aid(config, kind, screening)
            if aid is not None:
                params = {"members": [number], **_aid_params(aid)}
                return CriterionResult(name, NOT_MET, "group_aid_hit", params)
    if len(screened) < len(members):
        return CriterionResult(name, UNKNOWN, "list_not_screened")
    latest = max((screening.on for _, screening in screened), default=None)
    return CriterionResult(name, MET, "list_clear", {"screened_on": latest.isoformat() if latest else ""})


def verification_outcome(result: str, meeting_decision: str) -> bool | None:
    """True where visit and village meeting accept, False where either refuses, None while the meeting is open."""
    if result != "confirmed" or meeting_decision == "rejected":
        return False
    return True if meeting_decision == "accepted" else None
