"""Where a row says its family lives: a village of the same name in another kabupaten is not the one of this office."""

from __future__ import annotations

import pytest

from berdaya.areas import selectors
from berdaya.areas.models import Area
from berdaya.intake.services import area_finder
from berdaya.kernel.scope import Actor, scoped
from tests.integration.test_intake_import import ani, areas

__all__ = ["ani", "areas"]
pytestmark = pytest.mark.django_db


def test_a_village_that_is_said_to_lie_in_another_kabupaten_is_outside(ani: Actor) -> None:
    Area.objects.get_or_create(
        code=3511012009,
        defaults={
            "level": 4,
            "kind": "desa",
            "name": "Olean",
            "parent": 3511010000,
            "edition": "uji",
            "name_key": "",
        },
    )
    selectors.forget()
    with scoped(ani):
        find = area_finder(3512000000)
        assert find(None, "Olean", "", "Kab. Situbondo") == 3512072001
        assert find(None, "Olean", "", "") == 3512072001
        assert find(None, "Olean", "", "Kabupaten Bondowoso") == "area_outside"
        assert find(None, "Talkandang", "Situbondo", "Bondowoso") == 3512072003
