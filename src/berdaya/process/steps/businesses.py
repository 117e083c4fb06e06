"""Businesses of the recipients: started, given to mentors, visited, judged, and watched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from berdaya.areas.codes import Level, ancestor, area_range
from berdaya.enterprises.models import Enterprise
from berdaya.enterprises.services import (
    assign_mentors_many,
    register_mentors_many,
)
from berdaya.enterprises.types import Assignment, Method, NewMentor
from berdaya.grants.services.assets import AssetSeen, see_assets_many
from berdaya.grants.types import AssetState
from berdaya.groups.models import Membership, Officer
from berdaya.groups.types import Origin
from berdaya.intake.types import MentorRow, VisitRow
from berdaya.kernel import clock
from berdaya.kernel.bulk import fetch
from berdaya.kernel.ids import stable_id
from berdaya.process.by_hand import judge_businesses, start_businesses
from berdaya.process.starting import started_on
from berdaya.process.walk import Walk
from berdaya.visits.services import record_visits_many
from berdaya.visits.types import VisitInput

VISITS_AT_ONCE = 20_000


@dataclass(frozen=True)
class Subjects:
    """Which business a file's ``ref`` speaks of: a family's own, a group's by its code, or by its chair."""

    by_ref: Mapping[str, UUID]
    members: frozenset[str]
    """Refs of group members other than the chair: what is addressed to them is not the group's."""


def start(walk: Walk) -> str:
    """One business for each recipient: of the family, of the existing group, or of the group formed from a class."""
    with walk.acting("businesses") as actor:
        started = start_businesses(actor=actor, programme_id=walk.programme)
    return f"{started.total} usaha, {started.made} baru dimulai"


def subjects(walk: Walk) -> Subjects:
    """Every ref of the folder that names a business; needs an open scope."""
    by_ref = dict(Enterprise.objects.filter(programme=walk.programme).values_list("ref", "id"))
    enterprise_of = dict(
        Enterprise.objects.filter(programme=walk.programme, group__origin=Origin.FORMED).values_list("group_id", "id")
    )
    chairs = set(
        Officer.objects.filter(group__in=enterprise_of, position="ketua", until=None).values_list(
            "membership_id", flat=True
        )
    )
    rows = Membership.objects.filter(
        group__in=enterprise_of, left_on=None, person__candidacies__programme=walk.programme
    ).values_list("id", "group_id", "person__candidacies__ref")
    others = set()
    for membership, group, ref in rows:
        if membership in chairs:
            by_ref[ref] = enterprise_of[group]
        else:
            others.add(ref)
    return Subjects(by_ref, frozenset(others))


def give_to_mentors(walk: Walk, rows: Iterable[MentorRow]) -> str:
    """Register the mentors, and give each business to the mentor of its area with the fewest so far."""
    mentors = sorted(rows, key=lambda row: row.code)
    if not mentors:
        return "tanpa pendamping"
    with walk.acting("mentors") as actor:
        ids = register_mentors_many(
            actor=actor,
            mentors=[
                NewMentor(
                    id=stable_id(walk.office.code, "mentor", row.code),
                    office_id=walk.office.pk,
                    code=row.code,
                    name=row.name,
                    areas=row.areas,
                    phone=row.phone,
                    synthetic=walk.synthetic,
                )
                for row in mentors
            ],
        )
        since = started_on(walk.config)
        businesses = Enterprise.objects.filter(programme=walk.programme).order_by("area", "ref")
        chosen = _spread(mentors, list(businesses.values_list("id", "area")))
        assign_mentors_many(
            actor=actor,
            assignments=[
                Assignment(enterprise_id=business, mentor_id=ids[code], since=since)
                for business, code in chosen.items()
            ],
        )
    return f"{len(mentors)} pendamping, {len(chosen)} usaha didampingi"


def _spread(mentors: list[MentorRow], businesses: list[tuple[UUID, int]]) -> dict[UUID, str]:
    """Business -> mentor's code: whose area is the smallest that holds it, then who has the fewest."""
    load: dict[str, int] = {row.code: 0 for row in mentors}
    ranges = [(area_range(area), row.code) for row in mentors for area in row.areas]
    by_district: dict[int, list[tuple[int, str]]] = {}
    chosen = {}
    for business, area in businesses:
        district = ancestor(area, Level.DISTRICT)
        if district not in by_district:
            by_district[district] = sorted(
                {(hi - lo, code) for (lo, hi), code in ranges if lo <= district <= hi or lo <= area <= hi}
            )
        near = by_district[district]
        if not near:
            continue
        width = near[0][0]
        code = min((code for size, code in near if size == width), key=lambda item: (load[item], item))
        load[code] += 1
        chosen[business] = code
    return chosen


def visit(walk: Walk, rows: Iterable[VisitRow]) -> str:
    """Take the visits in, by the thousand; each is named by programme, business, day and mentor."""
    counted: dict[str, int] = defaultdict(int)
    with walk.acting("visits"):
        known = subjects(walk)
        mentors = dict(
            Enterprise.objects.filter(programme=walk.programme, assignments__until=None).values_list(
                "assignments__mentor__code", "assignments__mentor_id"
            )
        )
    batch: list[VisitInput] = []
    for row in rows:
        enterprise = known.by_ref.get(row.ref)
        if enterprise is None:
            counted["anggota" if row.ref in known.members else "bukan penerima"] += 1
            continue
        batch.append(_visit(walk, row, enterprise, mentors.get(row.mentor)))
        if len(batch) >= VISITS_AT_ONCE:
            _take(walk, batch, counted)
            batch = []
    _take(walk, batch, counted)
    _see_things(walk)
    return ", ".join(f"{name} {count}" for name, count in sorted(counted.items())) or "tanpa kunjungan"


def _see_things(walk: Walk) -> None:
    """Invented visits look at the things as well: nine in ten are at work on the day of the last visit."""
    if not (settings.DEMO and walk.synthetic):
        return
    with walk.acting("things") as actor:
        last = fetch(
            """
            SELECT a.id, max(v.occurred_on) FROM grants_asset a
            JOIN enterprises_enterprise e ON e.id = a.enterprise_id JOIN visits_visit v ON v.enterprise_id = e.id
            WHERE e.programme_id = %s AND a.state = 'present' GROUP BY a.id
            """,
            [walk.programme],
        )
        see_assets_many(actor=actor, seen=[AssetSeen(asset, _state(asset), on) for asset, on in last])


def _state(asset: UUID) -> AssetState:
    share = asset.int % 50
    return AssetState.BROKEN if share < 3 else AssetState.WORKING


def _visit(walk: Walk, row: VisitRow, enterprise: UUID, mentor: UUID | None) -> VisitInput:
    return VisitInput(
        id=stable_id(walk.code, "visit", row.ref, row.date, row.mentor),
        enterprise_id=enterprise,
        mentor_id=mentor,
        occurred_on=row.date,
        method=Method(row.method),
        production_days=row.production_days,
        turnover_idr=row.turnover_idr,
        cost_idr=row.cost_idr,
        stock_idr=row.stock_idr,
        workers=row.workers,
        active_members=row.active_members,
        income_idr=row.income_idr,
        problem=row.problem,
        advice=row.advice,
        note=row.note,
    )


def _take(walk: Walk, batch: list[VisitInput], counted: dict[str, int]) -> None:
    if not batch:
        return
    with walk.acting("visits") as actor:
        outcomes = record_visits_many(actor=actor, visits=batch)
    for outcome in outcomes.by_id.values():
        counted[outcome.value] += 1


def judge(walk: Walk) -> str:
    """Statuses at six, twelve and twenty-four months and today, and the tasks that they raise."""
    with walk.acting("status") as actor:
        kept = judge_businesses(actor=actor, config=walk.config, on=clock.today())
    return f"{kept} status"
