"""Reading training: classes with fill, placements with reasons, runs with their proof, what the planner needs."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, QuerySet

from berdaya.access.permissions import can, require
from berdaya.areas.codes import area_range
from berdaya.kernel.scope import Actor
from berdaya.people.models import Person
from berdaya.programmes.models import Approval
from berdaya.programmes.selectors import config_of
from berdaya.programmes.values import Stage
from berdaya.training.catalogue import catalogue_for
from berdaya.training.models import (
    OutsideParticipant,
    Placement,
    PlacementRun,
    TrainingClass,
)
from berdaya.training.resources import idle_resources
from berdaya.training.values import (
    ClassLine,
    PlacementLine,
    PlannerList,
    RunLine,
    SeatNeed,
)


def _may_see_classes(actor: Actor) -> None:
    if not can(actor, "class.read"):
        require(actor, "programme.read")


def placement_runs(actor: Actor, programme_id: UUID) -> list[RunLine]:
    """All solved matchings of a programme, newest first, with objective, proved bound, gap and who approved."""
    require(actor, "programme.read")
    runs = list(PlacementRun.objects.filter(programme=programme_id).order_by("-number"))
    approvals = {
        a.subject_id: a
        for a in Approval.objects.filter(stage=Stage.PLACEMENT.value, subject_id__in=[r.pk for r in runs])
    }
    return [_run(r, approvals.get(r.pk)) for r in runs]


def _run(r: PlacementRun, approval: Approval | None) -> RunLine:
    return RunLine(
        id=r.pk,
        number=r.number,
        objective=r.objective,
        bound=r.bound,
        gap=r.gap,
        first_choice_share=r.first_choice_share,
        inputs_sha256=bytes(r.inputs_sha256).hex(),
        summary=r.summary,
        published=r.published_at is not None,
        approval_id=approval.pk if approval else None,
        made_by=approval.made_by if approval else None,
        checked_by=approval.checked_by if approval else None,
    )


def class_lines(actor: Actor, programme_id: UUID | None = None, *, area: int | None = None) -> list[ClassLine]:
    """Classes with their fill, ordered by programme and code; four queries whatever their number."""
    _may_see_classes(actor)
    rows = TrainingClass.objects.all()
    if programme_id is not None:
        rows = rows.filter(programme=programme_id)
    if area is not None:
        rows = rows.filter(area__range=area_range(area))
    classes = list(rows.order_by("programme", "code"))
    published = PlacementRun.objects.filter(
        programme__in={c.programme_id for c in classes}, published_at__isnull=False
    ).order_by("number")
    # A trainer has no right to the runs: she sees the fill of her classes without what was solved for them.
    latest = {r.programme_id: r for r in published} if can(actor, "programme.read") else {}
    seated = Placement.objects.filter(training_class__in=[c.pk for c in classes], in_force=True)
    placed = Counter(seated.values_list("training_class_id", flat=True))
    guests = dict(
        OutsideParticipant.objects.filter(training_class__in=[c.pk for c in classes])
        .values_list("training_class")
        .annotate(Count("id"))
        .order_by()
    )
    return [_class(c, placed[c.pk], guests.get(c.pk, 0), latest.get(c.programme_id)) for c in classes]


def _class(c: TrainingClass, placed: int, guests: int, run: PlacementRun | None) -> ClassLine:
    known: dict[str, Any] = run.summary.get("classes", {}).get(c.code, {}) if run else {}
    return ClassLine(
        id=c.pk,
        code=c.code,
        name=c.name,
        kinds=tuple(c.kinds),
        skill=c.skill,
        area=c.area,
        venue=c.venue,
        seats=c.seats,
        minimum=c.minimum,
        placed=placed,
        guests=guests,
        starts_on=c.starts_on,
        ends_on=c.ends_on,
        trainer=c.trainer,
        partner=c.partner,
        wheelchair=c.wheelchair,
        first_choice=known.get("first_choice", 0),
        closed=run is not None and c.code in run.summary.get("closed", ()),
        more_placed=known.get("more_placed", 0),
        more_points=known.get("more_points", 0),
    )


def placement_lines(
    actor: Actor,
    programme_id: UUID,
    *,
    run_id: UUID | None = None,
    class_id: UUID | None = None,
    unplaced: bool = False,
    why: str | None = None,
    offset: int = 0,
    limit: int | None = 50,
) -> list[PlacementLine]:
    """People of the run in force (or of `run_id`) in the order of the list, with class, reason and attendance."""
    _may_see_classes(actor)
    rows = Placement.objects.filter(run__programme=programme_id)
    rows = rows.filter(run=run_id) if run_id else rows.filter(in_force=True)
    if class_id is not None:
        rows = rows.filter(training_class=class_id)
    if why is not None:
        rows = rows.filter(reason__why=why)
    if unplaced:
        rows = rows.filter(training_class=None)
    ordered = rows.order_by("number", "person_id")
    return _placements(ordered[offset:] if limit is None else ordered[offset : offset + limit])


def roster(actor: Actor, class_id: UUID) -> dict[UUID, str]:
    """Names on the list of one class by person; a trainer gets those of her own classes only."""
    _may_see_classes(actor)
    if "class.read" in actor.permissions and actor.kind != "staff":
        with connection.cursor() as cursor:
            cursor.execute("SELECT person_id, name FROM training_roster(%s)", [class_id])
            return dict(cursor.fetchall())
    seated = Placement.objects.filter(training_class=class_id, in_force=True).values("person_id")
    return dict(Person.objects.filter(pk__in=seated).values_list("id", "name"))


def _placements(rows: QuerySet[Placement]) -> list[PlacementLine]:
    columns = (
        "id", "candidate_id", "person_id", "household_id", "area", "training_class_id", "score", "distance_m",
        "choice", "reason", "attendance__sessions", "attendance__attended", "attendance__pre", "attendance__post",
        "attendance__certificate", "attendance__certified_on",
    )  # fmt: skip
    page = list(rows.values(*columns))
    codes = dict(TrainingClass.objects.filter(pk__in={r["training_class_id"] for r in page}).values_list("id", "code"))
    names = dict(Person.objects.filter(pk__in=[r["person_id"] for r in page]).values_list("id", "name"))
    refs = dict(Placement.objects.filter(pk__in=[r["id"] for r in page]).values_list("id", "candidate__ref"))
    return [
        PlacementLine(
            id=r["id"],
            candidate_id=r["candidate_id"],
            person_id=r["person_id"],
            household_id=r["household_id"],
            ref=refs.get(r["id"], ""),
            name=names.get(r["person_id"], ""),
            area=r["area"],
            class_id=r["training_class_id"],
            class_code=codes.get(r["training_class_id"], ""),
            score=r["score"],
            distance_m=r["distance_m"],
            choice=r["choice"],
            reason=r["reason"],
            sessions=r["attendance__sessions"],
            attended=r["attendance__attended"],
            pre=r["attendance__pre"],
            post=r["attendance__post"],
            certificate=r["attendance__certificate"] or "" if r["attendance__certified_on"] else "",
        )
        for r in page
    ]


def planner_list(actor: Actor, programme_id: UUID, *, limit: int = 50) -> PlannerList:
    """Classes short of seats with what one more seat brings, idle resources, and why people are unplaced.

    Uses the newest run, published or not: it is what the planner decides upon.
    """
    require(actor, "programme.read")
    run = PlacementRun.objects.filter(programme=programme_id).order_by("-number").first()
    classes = list(TrainingClass.objects.filter(programme=programme_id).order_by("code"))
    figures: dict[str, Any] = run.summary.get("classes", {}) if run else {}
    needs = [
        SeatNeed(c.code, c.name, c.seats, f["first_choice"], f["more_placed"], f["more_points"])
        for c in classes
        if (f := figures.get(c.code)) and (f["more_placed"] or f["more_points"])
    ]
    needs.sort(key=lambda n: (-n.placed, -n.points, n.code))
    max_km = config_of(actor=actor, programme_id=programme_id).training.max_km
    idle = idle_resources(classes, max_km, catalogue_for(programme_id))
    return PlannerList(tuple(needs[:limit]), tuple(idle[:limit]), run.summary.get("unplaced_why", {}) if run else {})
