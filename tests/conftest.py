"""Named people that every test knows, and the database as the application's role sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, settings

from berdaya.kernel.scope import Actor


def pytest_configure(config: pytest.Config) -> None:
    """Properties never fail for a slow machine; the default run repeats its examples, the nightly one looks further."""
    searching = config.option.markexpr == "nightly"
    settings.register_profile(
        "berdaya", deadline=None, derandomize=not searching, suppress_health_check=[HealthCheck.too_slow]
    )
    settings.load_profile("berdaya")


@pytest.fixture
def offices(db: None) -> dict[str, int]:
    """Two offices of Situbondo (one is another OPD), one of Bondowoso, one of the province; made as the owner."""
    from berdaya.access.models import Office

    made = {}
    for code, name, area in [
        ("dinsos-situbondo", "Dinas Sosial Kabupaten Situbondo", 3512000000),
        ("diskop-situbondo", "Dinas Koperasi Kabupaten Situbondo", 3512000000),
        ("dinsos-bondowoso", "Dinas Sosial Kabupaten Bondowoso", 3511000000),
        ("dinsos-jatim", "Dinas Sosial Provinsi Jawa Timur", 3500000000),
    ]:
        made[code] = Office.objects.create(code=code, name=name, area=area).pk
    return made


@pytest.fixture
def make_actor(offices: dict[str, int]) -> Iterator[Callable[..., Actor]]:
    """``make_actor("operator", area=3512000000, office="dinsos-situbondo")``: an account with one role, as an Actor."""
    from berdaya.access.models import Account
    from berdaya.access.permissions import PERMISSIONS
    from berdaya.areas.codes import area_range

    count = 0

    def make(
        role: str,
        *,
        area: int = 3512000000,
        office: str | None = "dinsos-situbondo",
        kind: str = "staff",
        **lists: object,
    ) -> Actor:
        nonlocal count
        count += 1
        account = Account.objects.create(username=f"{role}{count}", name=f"{role} {count} (contoh)")
        return Actor(
            kind=kind,  # type: ignore[arg-type]
            role=role,
            account_id=account.pk,
            name=account.name,
            ranges=(area_range(area),),
            office=0 if office == "*" else offices[office] if office else None,
            permissions=PERMISSIONS.get(role, frozenset()),
            **lists,  # type: ignore[arg-type]
        )

    return make


@pytest.fixture
def operator(make_actor: Callable[..., Actor]) -> Actor:
    """Operator of Dinas Sosial Situbondo."""
    return make_actor("operator")


@pytest.fixture
def head(make_actor: Callable[..., Actor]) -> Actor:
    """Head of Dinas Sosial Situbondo."""
    return make_actor("head")


@pytest.fixture
def ani(make_actor: Callable[..., Actor]) -> Actor:
    """Operator of Dinas Sosial Situbondo, where two offices meet."""
    return make_actor("operator")


@pytest.fixture
def budi(make_actor: Callable[..., Actor]) -> Actor:
    """Operator of Dinas Sosial Bondowoso: another area, another office."""
    return make_actor("operator", area=3511000000, office="dinsos-bondowoso")


@pytest.fixture
def fixed_day() -> Iterator[None]:
    """Today is the day of the small world that pages are shown with."""
    from tests.web_world import TODAY

    with override_settings(BERDAYA_TODAY=TODAY):
        yield


@pytest.fixture
def own_files(tmp_path: Path) -> Iterator[None]:
    """Stored files go to a folder of the test's own."""
    with override_settings(BERDAYA_FILES=tmp_path):
        yield
