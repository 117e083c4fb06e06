"""Public figures against differencing: one stall, two looks on one day, one business; nothing of a case in the shop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client

from berdaya.kernel.ids import new_id
from berdaya.kernel.scope import Actor
from berdaya.market import public
from berdaya.market.models import Exhibition, Stall
from tests.business_world import World, build, open_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(make_actor: Callable[..., Actor], offices: dict[str, int]) -> World:
    return open_shop(build(make_actor, offices))


def told() -> dict[str, tuple[int | None, int | None]]:
    return {item.name: (item.turnover_idr, item.leads) for item in public.exhibitions()}


def fair(ends_on: date, sold: list[int]) -> Exhibition:
    """An exhibition of as many businesses as there are amounts; who has none yet has zero."""
    from berdaya.enterprises.models import Enterprise

    first = Exhibition.objects.first()
    assert first is not None
    held = Exhibition.objects.create(
        area=first.area, office_id=first.office_id, code="serangan", name="Serangan", venue="Lapangan",
        place=first.place, starts_on=ends_on, ends_on=ends_on,
    )  # fmt: skip
    one = Enterprise.objects.order_by("id").first()
    assert one is not None
    businesses = [one]
    for _ in sold[1:]:
        values = {name: getattr(one, name) for name in (field.attname for field in Enterprise._meta.concrete_fields)}
        businesses.append(Enterprise.objects.create(**{**values, "id": new_id(), "programme_id": None}))
    for number, (business, amount) in enumerate(zip(businesses, sold, strict=True)):
        Stall.objects.create(
            area=business.area, office_id=business.office_id, exhibition=held, enterprise=business,
            number=str(number), turnover_idr=amount, leads=1 if amount else 0,
        )  # fmt: skip
    return held


def real_today() -> date:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_date")
        (day,) = cursor.fetchone()
    assert isinstance(day, date)
    return day


def test_two_looks_at_an_open_exhibition_tell_no_stalls_sales(world: World) -> None:
    held = fair(real_today(), [100_000] * 5)
    assert told()["Serangan"] == (None, None), "while it lasts, one more sale would be one family's"
    Exhibition.objects.filter(pk=held.pk).update(ends_on=real_today() - timedelta(days=1))
    assert told()["Serangan"] == (500_000, 5)


def test_many_stalls_of_which_few_sold_tell_nothing(world: World) -> None:
    fair(real_today() - timedelta(days=9), [750_000, 0, 0, 0, 0])
    assert told()["Serangan"] == (None, None)
    page = Client().get("/pasar/pameran/").content.decode()
    assert "750" not in page


def test_the_role_of_the_public_reads_no_table(world: World) -> None:
    """Also by itself, without any page: only views without personal data, and functions as named channels."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
            " AND has_table_privilege('berdaya_public', oid, 'SELECT')"
        )
        readable = {name for (name,) in cursor.fetchall()}
        cursor.execute(
            "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'v' AND a.attnum > 0"
            " AND has_table_privilege('berdaya_public', c.oid, 'SELECT')"
        )
        columns = set(cursor.fetchall())
    personal = {"nik", "nik_sealed", "kk_sealed", "birth_date", "household_id", "person_id", "desil", "disability"}
    assert columns
    assert not {column for _view, column in columns} & personal
    told_apart = [name for name in readable if name.startswith(("people_", "funds_", "grants_", "programmes_cand"))]
    assert told_apart == [], "tables of people and money"
