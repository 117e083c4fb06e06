"""Worlds that several files of services and pages begin with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import override_settings


@pytest.fixture
def positions(db: None) -> None:
    """The villages of `training_world` have places on the map."""
    from tests.integration.training_world import place_villages

    place_villages()


@pytest.fixture
def first_day(positions: None, own_files: None) -> Iterator[None]:
    """Today the classes of `training_world` begin."""
    from tests.integration.training_world import DAY

    with override_settings(BERDAYA_TODAY=DAY):
        yield
