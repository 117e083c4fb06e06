"""What the proof of a plan leaves open is kept and shown as a share of the score, wherever a gap stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.urls import reverse

from berdaya.kernel.scope import Actor, scoped
from berdaya.training import services
from berdaya.training.models import PlacementRun
from berdaya.training.rules import matching
from berdaya.training.services import placing
from berdaya.training.types import Matching, MatchingProblem
from berdaya.training.values import WhatIfChange
from tests.integration.test_training_pages import client_of
from tests.integration.training_world import decreed, families, new_class

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("positions")]


def test_a_gap_that_penalties_would_hide_is_kept_and_shown(
    make_actor: Callable[..., Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two of three have a seat: beside the third one's penalty 1 % of the score is nothing."""

    def unproved(problem: MatchingProblem) -> Matching:
        best = matching.match(problem)
        return replace(best, bound=best.objective - best.total_score // 100)

    monkeypatch.setattr(placing, "match", unproved)
    operator = make_actor("operator")
    programme = decreed(operator, families(operator, 3))
    with scoped(operator):
        services.create_classes_many(actor=operator, programme_id=programme.id, rows=[new_class("K1", seats=2)])
        made = services.propose_placements(actor=operator, programme_id=programme.id)
        asked = services.what_if(actor=operator, programme_id=programme.id, change=WhatIfChange())
        run = PlacementRun.objects.get()
        code = programme.code
    assert (run.objective - run.bound) / run.objective < 0.005
    assert run.gap == made.gap == asked.gap == pytest.approx(0.01, rel=0.01)
    office = client_of(operator)
    assert "1,00%" in office.get(reverse("office:placement", args=[code])).text
    assert "1,00%" in office.get(reverse("office:programme", args=[code])).text
