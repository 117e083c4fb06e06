"""A small world of classes: three villages on the map, families of a decree, classes, a published placement."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from berdaya.areas.models import AreaPosition
from berdaya.kernel.scope import Actor, scoped
from berdaya.programmes.models import Candidate
from berdaya.programmes.values import NewCandidate, ProgrammeRef
from berdaya.training import services
from berdaya.training.values import NewClass
from tests.integration import programmes_world as world

NEAR, NEXT, FAR = world.VILLAGES
SPOTS = {NEAR: (-7.70, 114.00), NEXT: (-7.72, 114.02), FAR: (-8.40, 114.00)}
DAY = date(2024, 7, 1)


def place_villages() -> None:
    """The three villages get their places: two are neighbours, the third is 70 km away."""
    for area, (lat, lon) in SPOTS.items():
        AreaPosition.objects.create(area=area, source="synthetic", lat=lat, lon=lon)


def new_class(code: str, **facts: Any) -> NewClass:
    """A class of two seats in the near village, five days from DAY."""
    base = NewClass(
        code=code, name=f"Kelas {code}", area=NEAR, venue="Balai Desa", seats=2, starts_on=DAY,
        ends_on=date(2024, 7, 5), kinds=("fish_crackers",), skill="fish_processing", trainer="Pak Karta",
    )  # fmt: skip
    return replace(base, **facts)


def decreed(operator: Actor, rows: list[NewCandidate], **sections: Any) -> ProgrammeRef:
    """A programme whose candidates all stand in a decree."""
    programme = world.opened(operator, world.config(**sections), rows)
    with scoped(operator):
        Candidate.objects.filter(programme=programme.id).update(
            verdict="eligible", verified=True, place="selected", decreed_on=world.DECREE
        )
    return programme


def families(operator: Actor, count: int, **facts: Any) -> list[NewCandidate]:
    """Families in two neighbouring villages that want fish crackers."""
    rows = world.proposal(world.families(operator, count * 2))
    near = [r for r in rows if r.area != FAR][:count]
    return [replace(r, kind="fish_crackers", interests=("fish_crackers", "chips"), **facts) for r in near]


def placed(operator: Actor, head: Actor, rows: list[NewCandidate], *classes: NewClass, **sections: Any) -> ProgrammeRef:
    """A decreed programme whose placement the head has published."""
    programme = decreed(operator, rows, **sections)
    with scoped(operator):
        services.create_classes_many(actor=operator, programme_id=programme.id, rows=classes)
        proposal = services.propose_placements(actor=operator, programme_id=programme.id)
    with scoped(head):
        services.publish_placements(actor=head, run_id=proposal.run_id)
    return programme
