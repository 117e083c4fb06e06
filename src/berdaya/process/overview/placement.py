"""The planner's page: runs with proof, classes short of seats, resources without a course, seats that are fixed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from berdaya.access.permissions import require
from berdaya.kernel.filters import ListFilter
from berdaya.kernel.scope import Actor
from berdaya.people.models import Person
from berdaya.process.overview.common import found, places, staff_only
from berdaya.programmes.models import Programme
from berdaya.training import selectors
from berdaya.training.models import Arrangement
from berdaya.training.values import ClassLine, PlacementLine, PlannerList, RunLine


@dataclass(frozen=True)
class PlacementFilter(ListFilter):
    """Which people of the newest run are shown: `why` a reason, `run` a number (the newest without)."""

    why: str = ""
    run: str = ""


@dataclass(frozen=True, slots=True)
class PlacementView:
    """One programme's placements."""

    programme_id: UUID
    code: str
    name: str
    synthetic: bool
    mine: bool
    runs: tuple[RunLine, ...]
    run: RunLine | None
    classes: tuple[ClassLine, ...]
    planner: PlannerList
    places: dict[int, str]
    people: tuple[PlacementLine, ...]
    arrangements: tuple[tuple[str, str, str, str], ...]


def placement_view(*, actor: Actor, code: str, filters: PlacementFilter) -> PlacementView:
    """Runs, classes and what the planner looks at next; people of one run with their reasons, fifty at most."""
    staff_only(actor)
    require(actor, "programme.read")
    programme = found(Programme.objects.filter(code=code).first())
    mine = programme.office_id == actor.office
    runs = tuple(selectors.placement_runs(actor, programme.pk))
    wanted = next((r for r in runs if str(r.number) == filters.run), runs[0] if runs else None)
    planner = selectors.planner_list(actor, programme.pk)
    people: tuple[PlacementLine, ...] = ()
    if wanted is not None:
        people = tuple(
            selectors.placement_lines(actor, programme.pk, run_id=wanted.id, why=filters.why or None, limit=50)
        )
    return PlacementView(
        programme_id=programme.pk, code=code, name=programme.name, synthetic=programme.synthetic, mine=mine, runs=runs,
        run=wanted, classes=tuple(selectors.class_lines(actor, programme.pk)), planner=planner,
        places=places([*(i.area for i in planner.idle), *(p.area for p in people)]), people=people,
        arrangements=_arrangements(programme.pk),
    )  # fmt: skip


def _arrangements(programme: UUID) -> tuple[tuple[str, str, str, str], ...]:
    """Ref, name, what is fixed, why."""
    rows: list[Any] = list(Arrangement.objects.filter(programme=programme).select_related("candidate", "fixed"))
    people = [r.person_id for r in rows] + [r.follows_id for r in rows if r.follows_id]
    names = dict(Person.objects.filter(pk__in=people).values_list("id", "name"))
    return tuple(
        (
            r.candidate.ref,
            names.get(r.person_id, ""),
            r.fixed.code if r.fixed else f"+ {names.get(r.follows_id, '')}",
            r.note,
        )
        for r in rows
    )
