"""Programmes: the list, one programme with its funnel, and the list behind each bar.

A bar and its list come from the same condition (:data:`STAGES`), so that the count you click is the list you get.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from berdaya.access.models import Account
from berdaya.access.permissions import require
from berdaya.funds.models import Fund
from berdaya.grants.models import Handover
from berdaya.intake.models import ImportRun
from berdaya.kernel import clock
from berdaya.kernel.filters import ListFilter
from berdaya.kernel.scope import Actor
from berdaya.process.overview.common import Page, found, order_of, page_of, places, staff_only, within
from berdaya.process.overview.enterprises import status_counts
from berdaya.programmes.models import Approval, Candidate, Decree, Programme, ProgrammeVersion
from berdaya.programmes.states import HOLDING
from berdaya.training.models import Placement

_PASSED = ("eligible", "refused_verification", "verified", "selected", "waiting", "decreed", "replaced")
_CONFIRMED = ("verified", "selected", "waiting", "decreed", "replaced")
_DECREED = ("decreed", "replaced")


@dataclass(frozen=True)
class StageRule:
    """One bar: the condition of its list. ``drop`` marks what fell out instead of what went on."""

    where: Q
    drop: bool = False


def _trained() -> Exists:
    return Exists(Placement.objects.filter(candidate_id=OuterRef("pk"), training_class__isnull=False, in_force=True))


def _received() -> Q:
    goods = Handover.objects.filter(decree_line__candidate_id=OuterRef("pk"))
    capital = Fund.objects.filter(decree_line__candidate_id=OuterRef("pk"))
    # Only who stands in a decree can have received: the state's index answers before the other tables are asked.
    return Q(state__in=_DECREED) & (Q(Exists(goods)) | Q(Exists(capital)))


STAGES: Mapping[str, StageRule] = {
    "usulan": StageRule(Q()),
    "tunggal": StageRule(~Q(state="duplicate")),
    "layak": StageRule(Q(state__in=_PASSED)),
    "terverifikasi": StageRule(Q(state__in=_CONFIRMED)),
    "terpilih": StageRule(Q(state__in=HOLDING)),
    "dilatih": StageRule(Q(_trained())),
    "menerima": StageRule(_received()),
    "ganda": StageRule(Q(state="duplicate"), drop=True),
    "dikecualikan": StageRule(Q(state="excluded"), drop=True),
    "tidak-layak": StageRule(Q(state="ineligible"), drop=True),
    "belum-lengkap": StageRule(Q(state="incomplete"), drop=True),
    "belum-disaring": StageRule(Q(state="proposed"), drop=True),
    "gugur": StageRule(Q(state="refused_verification"), drop=True),
    "belum-diverifikasi": StageRule(Q(state="eligible"), drop=True),
    "tunggu": StageRule(Q(state="waiting"), drop=True),
    "diganti": StageRule(Q(state="replaced"), drop=True),
    "belum-diperingkat": StageRule(Q(state="verified"), drop=True),
}
"""Word of the address -> rule."""


_BY_ROWS = ("dilatih", "menerima")
"""Stages that other tables decide; the rest follow from the state alone."""


@dataclass(frozen=True)
class ProgrammeFilter(ListFilter):
    """Filter of the list of programmes."""

    year: str = ""


@dataclass(frozen=True)
class CandidateFilter(ListFilter):
    """Filter of the list behind a bar."""

    state: str = ""
    reason: str = ""
    kind: str = ""


@dataclass(frozen=True)
class ProgrammeRow:
    """A programme with the three counts that tell where it stands."""

    id: UUID
    code: str
    name: str
    year: int
    scheme: str
    office: str
    area: int
    candidates: int
    selected: int
    quota: int | None
    statuses: Mapping[str, int]
    synthetic: bool


@dataclass(frozen=True)
class ApprovalRow:
    """One stage that was made by one person and waits for, or has, the other."""

    id: UUID
    stage: str
    made_by: str
    made_at: datetime
    checked_by: str
    checked_at: datetime | None
    own: bool
    subject_id: UUID | None
    summary: Mapping[str, Any]


@dataclass(frozen=True)
class ProgrammeView:
    """One programme: its rules in short, counts by stage, what waits for a decision."""

    row: ProgrammeRow
    config: Mapping[str, Any]
    counts: Mapping[str, int]
    reasons: Mapping[str, Mapping[str, int]]
    approvals: tuple[ApprovalRow, ...]
    decree_number: str
    decreed_on: date | None
    runs: int
    businesses: int
    rows_in: int = 0
    rows_refused: Mapping[str, int] = field(default_factory=dict)
    whole: bool = True
    """False where the scope holds some villages of the programme only: what stands above them is not told."""
    more_decrees: int = 0
    """Decrees after the first one, which name those who came in from the waiting list."""
    first_choice_share: float | None = None
    gap: float | None = None


@dataclass(frozen=True)
class CandidateRow:
    """One candidate in a list: who, where, in which state and why."""

    id: UUID
    ref: str
    name: str
    household_id: UUID | None
    group_id: UUID | None
    area: int
    place: str
    kind: str
    state: str
    reason: str
    score: int | None
    rank: int | None
    synthetic: bool


def programmes(*, actor: Actor, filters: ProgrammeFilter) -> Page[ProgrammeRow]:
    """One page of programmes."""
    page = page_of(programmes_queryset(actor=actor, filters=filters), filters)
    return page.having(programme_rows(list(page.rows)))


def programmes_queryset(*, actor: Actor, filters: ProgrammeFilter) -> QuerySet[Programme]:
    """Programmes whose area contains or lies in the actor's, the newest first."""
    staff_only(actor)
    require(actor, "programme.read")
    rows = Programme.objects.select_related("office").filter(within(filters.area))
    if filters.year.isdecimal():
        rows = rows.filter(year=int(filters.year[:4]))
    if filters.q:
        rows = rows.filter(Q(name__icontains=filters.q) | Q(code__icontains=filters.q))
    return rows.order_by("-year", "code")


def _candidates_of(ids: list[UUID]) -> dict[UUID, tuple[int, int]]:
    counted = (
        Candidate.objects.filter(programme_id__in=ids)
        .values_list("programme_id")
        .annotate(every=Count("id"), selected=Count("id", filter=STAGES["terpilih"].where))
    )
    return {pk: (every, selected) for pk, every, selected in counted}


def programme_rows(
    programmes: list[Programme], counted: Mapping[UUID, tuple[int, int]] | None = None
) -> list[ProgrammeRow]:
    """Programmes as rows: candidates, quota and states of businesses in one query each.

    ``counted`` hands in candidates and chosen ones where the caller has counted them already.
    """
    ids = [item.pk for item in programmes]
    by_id = _candidates_of(ids) if counted is None else counted
    quotas = _quotas(ids)
    statuses = status_counts(programme_ids=ids)
    return [
        ProgrammeRow(
            item.pk,
            item.code,
            item.name,
            item.year,
            item.scheme,
            item.office.name,
            item.area,
            *by_id.get(item.pk, (0, 0)),
            quotas.get(item.pk),
            statuses.get(item.pk, {}),
            item.synthetic,
        )
        for item in programmes
    ]


def _quotas(ids: list[UUID]) -> dict[UUID, int]:
    versions = ProgrammeVersion.objects.filter(programme_id__in=ids).order_by("programme_id", "-number")
    latest = versions.distinct("programme_id").values_list("programme_id", "config__quota__total")
    return {pk: int(total) for pk, total in latest if total is not None}


def programme(*, actor: Actor, code: str) -> ProgrammeView:
    """One programme by its code; ``not_found`` outside the scope."""
    staff_only(actor)
    require(actor, "programme.read")
    item = found(Programme.objects.select_related("office").filter(code=code).first())
    counts, reasons = _counts(item)
    row = programme_rows([item], {item.pk: (counts["usulan"], counts["terpilih"])})[0]
    version = item.versions.order_by("-number").first()
    run = item.placement_runs.order_by("-number").first()
    decrees = list(Decree.objects.filter(programme=item).order_by("decreed_on", "number"))
    decree = decrees[0] if decrees else None
    read, refused = _files(code)
    return ProgrammeView(
        row=row,
        config=version.config if version else {},
        counts=counts,
        reasons=reasons,
        approvals=_approvals(item, actor),
        decree_number=decree.number if decree else "",
        decreed_on=decree.decreed_on if decree else None,
        whole=actor.covers(item.area),
        more_decrees=len(decrees[1:]),
        runs=run.number if run else 0,
        businesses=sum(row.statuses.values()),
        rows_in=read,
        rows_refused=refused,
        first_choice_share=run.first_choice_share if run else None,
        gap=run.gap if run else None,
    )


def _files(code: str) -> tuple[int, Mapping[str, int]]:
    """Rows of the lists of candidates that were read, and rows refused by reason.

    A list of groups has rows of groups and of members: its rows do not compare with candidates.
    """
    rows, refused = 0, Counter[str]()
    files = ImportRun.objects.filter(programme_code=code, kind="candidates")
    for count, reasons in files.values_list("rows_in", "refused"):
        rows += count
        refused.update(reasons)
    return rows, refused


def programme_head(*, actor: Actor, code: str) -> tuple[str, str]:
    """Name and scheme of a programme, for pages that need no more; ``not_found`` outside the scope."""
    staff_only(actor)
    require(actor, "programme.read")
    return found(Programme.objects.filter(code=code).values_list("name", "scheme").first())


def _counts(item: Programme) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    """Counts of every stage in one query of sums, and of every state by reason in another."""
    candidates = Candidate.objects.filter(programme=item)
    by_state: Counter[str] = Counter()
    reasons: dict[str, dict[str, int]] = defaultdict(dict)
    for state, reason, count in (
        candidates.values_list("state", "reason").annotate(count=Count("id")).order_by("-count")
    ):
        by_state[state] += count
        reasons[state][reason] = count
    counts = {code: _of_states(rule.where, by_state) for code, rule in STAGES.items() if code not in _BY_ROWS}
    for code in _BY_ROWS:
        counts[code] = candidates.filter(STAGES[code].where).count()
    return counts, reasons


def _of_states(where: Q, by_state: Mapping[str, int]) -> int:
    """Sum of ``by_state`` under a condition that speaks of the state only."""
    if not where.children:
        return sum(by_state.values())
    (lookup, value) = where.children[0]  # type: ignore[misc]
    states = set(value) if lookup.endswith("__in") else {value}
    hit = sum(count for state, count in by_state.items() if state in states)
    return sum(by_state.values()) - hit if where.negated else hit


def _approvals(item: Programme, actor: Actor) -> tuple[ApprovalRow, ...]:
    rows = list(Approval.objects.filter(programme=item).order_by("made_at"))
    people = {who for row in rows for who in (row.made_by, row.checked_by) if who}
    names = dict(Account.objects.filter(pk__in=people).values_list("pk", "name"))
    return tuple(
        ApprovalRow(
            row.pk,
            row.stage,
            names.get(row.made_by, ""),
            row.made_at,
            names.get(row.checked_by, "") if row.checked_by else "",
            row.checked_at,
            row.made_by == actor.account_id,
            row.subject_id,
            row.summary,
        )
        for row in rows
    )


CANDIDATE_SORTS = {
    "no": ("list_no",),
    "peringkat": ("rank", "list_no"),
    "wilayah": ("area", "id"),
}


def stage_list(*, actor: Actor, code: str, stage: str, filters: CandidateFilter) -> Page[CandidateRow]:
    """The candidates behind one bar; ``not_found`` for an unknown stage."""
    rows = stage_queryset(actor=actor, code=code, stage=stage, filters=filters)
    page = page_of(rows, filters)
    return page.having(candidate_rows(list(page.rows)))


def stage_queryset(*, actor: Actor, code: str, stage: str, filters: CandidateFilter) -> QuerySet[Candidate]:
    """The same candidates as a queryset, for exports that walk all of them."""
    staff_only(actor)
    require(actor, "programme.read")
    require(actor, "family.read")
    item = found(Programme.objects.filter(code=code).first())
    rule = found(STAGES.get(stage))
    rows = Candidate.objects.filter(rule.where, within(filters.area), programme=item)
    for name in ("state", "reason", "kind"):
        if getattr(filters, name):
            rows = rows.filter(**{name: getattr(filters, name)})
    if filters.q:
        rows = rows.filter(Q(person__name__icontains=filters.q) | Q(group__name__icontains=filters.q))
    default = "peringkat" if stage in {"terpilih", "tunggu"} else "no"
    return rows.select_related("person", "group").order_by(*order_of(filters.sort or default, CANDIDATE_SORTS))


def candidate_rows(candidates: list[Candidate]) -> list[CandidateRow]:
    """Candidates as rows, with the names of their areas in one go."""
    names = places(item.area for item in candidates)
    return [
        CandidateRow(
            item.pk,
            item.ref,
            item.person.name if item.person else item.group.name if item.group else item.ref,
            item.household_id,
            item.group_id,
            item.area,
            names.get(item.area, ""),
            item.kind,
            item.state,
            item.reason,
            item.score,
            item.rank,
            bool((item.person and item.person.synthetic) or (item.group and item.group.synthetic)),
        )
        for item in candidates
    ]


@dataclass(frozen=True)
class DecisionView:
    """How one candidate came to its place: each criterion with evidence, visits, rank, chance."""

    row: CandidateRow
    programme_code: str
    programme_name: str
    proposed_on: date
    checks: tuple[Mapping[str, Any], ...]
    verifications: tuple[Mapping[str, Any], ...]
    probability: float | None
    quota_area: int | None
    quota_place: str
    stratum: str
    sources: tuple[str, ...]
    interests: tuple[str, ...]
    decree_number: str
    placement: Mapping[str, Any] | None
    as_of: date
    replaced_on: date | None = None
    replaced_reason: str = ""
    came: tuple[UUID, str] | None = None
    """Who took the place of this one."""
    instead_of: tuple[UUID, str] | None = None
    """Whose place this one took."""


def decision(*, actor: Actor, code: str, candidate_id: UUID) -> DecisionView:
    """The decision page of one candidate."""
    staff_only(actor)
    require(actor, "family.read")
    rows = Candidate.objects.select_related("person", "group", "programme")
    item = found(rows.filter(pk=candidate_id, programme__code=code).first())
    line = item.decree_lines.select_related("decree").order_by("-number").first()
    visits = item.verifications.order_by("visited_on").values(
        "visited_on",
        "verifier",
        "result",
        "meeting_on",
        "meeting_decision",
        "note",
        "own_words",
        "house_photo_id",
        "home_lat",
        "home_lon",
    )
    seat = item.placements.filter(in_force=True).select_related("training_class").order_by("number").first()
    return DecisionView(
        row=candidate_rows([item])[0],
        programme_code=item.programme.code,
        programme_name=item.programme.name,
        proposed_on=item.proposed_on,
        checks=tuple(item.checks),
        verifications=tuple(visits),
        probability=item.probability,
        quota_area=item.quota_area,
        quota_place=places([item.quota_area]).get(item.quota_area, "") if item.quota_area else "",
        stratum=item.stratum,
        sources=tuple(item.sources),
        interests=tuple(item.interests),
        decree_number=line.decree.number if line else "",
        placement=_seat(seat) if seat else None,
        as_of=clock.today(),
        replaced_on=item.replaced_on,
        replaced_reason=item.replaced_reason,
        came=_person(rows.filter(replaces=item).first()),
        instead_of=_person(rows.filter(pk=item.replaces_id).first() if item.replaces_id else None),
    )


def _person(item: Candidate | None) -> tuple[UUID, str] | None:
    return None if item is None else (item.pk, candidate_rows([item])[0].name)


def _seat(seat: Placement) -> dict[str, Any]:
    return {
        "class_id": seat.training_class_id,
        "class_name": seat.training_class.name if seat.training_class else "",
        "distance_m": seat.distance_m,
        "choice": seat.choice,
        "reason": seat.reason,
    }
