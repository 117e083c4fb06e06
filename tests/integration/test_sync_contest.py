"""Marks of a contest from a phone: places follow at once, a mark once given stays, nobody else sees the sheets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from berdaya.access.models import Account, Role
from berdaya.kernel import clock
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.market.contests import open_contest
from berdaya.market.models import Contest, ContestEntry, JuryScore
from berdaya.market.types import NewContest
from tests.business_world import World, build
from tests.field_world import SITUBONDO, Phone, phone, siti

pytestmark = pytest.mark.django_db
CRITERIA = [("Mutu produk", 60), ("Kemasan", 40)]


@pytest.fixture
def world(make_actor: Callable[..., Actor], offices: dict[str, int]) -> World:
    return build(make_actor, offices, families=3)


def opened(world: World, *, days: int = 0) -> list[UUID]:
    """A contest of three businesses; ids of its entries in the order of the businesses."""
    contest = NewContest(
        new_id(), SITUBONDO, world.office_id, "L1", "Lomba Uji", "kabupaten", clock.today() + timedelta(days=days)
    )
    with scoped(world.operator):
        open_contest(actor=world.operator, contest=contest, criteria=CRITERIA, enterprises=world.enterprises)
        entries = {row.enterprise_id: row.pk for row in ContestEntry.objects.all()}
    return [entries[key] for key in world.enterprises]


def judge(world: World) -> Phone:
    account = Account.objects.create(username="juri", name="Operator Juri (contoh)", demo=False)
    role = Role.objects.create(
        account=account, kind="operator", title="Operator", office_id=world.office_id, area=SITUBONDO,
        ranges=[[SITUBONDO, SITUBONDO + 999_999]], valid_from=clock.today(),
    )  # fmt: skip
    return phone(account.pk, role.pk)


def sheet(entry: UUID, quality: int, packing: int, *, juror: str = "Bu Tini", **more: Any) -> dict[str, Any]:
    on = clock.today().isoformat()
    marks = {"Mutu produk": quality, "Kemasan": packing}
    body = {"entry": str(entry), "on": on, "juror": juror, "marks": marks, **more}
    return {"id": str(new_id()), "kind": "contest", "version": 1, "revision": 1, "device_at": f"{on}T09:00:00+07:00",
            "body": body}  # fmt: skip


def test_places_follow_from_the_sheets(world: World) -> None:
    first, second, third = opened(world)
    one = judge(world)
    sheets = [sheet(first, 80, 70), sheet(second, 90, 90), sheet(second, 70, 90, juror="Pak Edi")]
    assert one.outcomes(*sheets) == [("new", "")] * 3
    rows = ContestEntry.objects.in_bulk()
    assert [(rows[key].score, rows[key].rank) for key in (first, second, third)] == [(76.0, 2), (84.0, 1), (None, None)]
    assert one.outcomes(*sheets) == [("identical", "")] * 3
    assert JuryScore.objects.count() == 6


def test_each_wrong_sheet_is_named_and_the_rest_goes_on(world: World) -> None:
    first, second, _ = opened(world)
    one = judge(world)
    assert one.outcomes(sheet(first, 80, 70)) == [("new", "")]
    tomorrow = (clock.today() + timedelta(days=2)).isoformat()
    lacking = sheet(second, 1, 1, marks={"Mutu produk": 50})
    assert one.outcomes(
        sheet(first, 81, 70), sheet(first, 80, 70), lacking, sheet(second, 101, 1), sheet(new_id(), 1, 1),
        sheet(second, 1, 1, on=tomorrow), sheet(second, 60, 60),
    ) == [
        ("invalid", "contest_marked"), ("identical", ""), ("invalid", "market_marks"), ("invalid", "record_shape"),
        ("invalid", "not_yours"), ("invalid", "record_shape"), ("new", ""),
    ]  # fmt: skip


def test_a_mentor_marks_nobody(world: World) -> None:
    first, _, _ = opened(world)
    one = siti(world, world.enterprises[:1])
    assert one.outcomes(sheet(first, 80, 70)) == [("invalid", "record_permission")]
    assert "contest" not in {pack["kind"] for pack in one.get("/sinkron/paket/").json()["packs"]}


def test_the_pack_is_there_around_the_day(world: World) -> None:
    first, *_ = opened(world)
    one = judge(world)
    assert one.outcomes(sheet(first, 80, 70)) == [("new", "")]
    (offer,) = [pack for pack in one.get("/sinkron/paket/").json()["packs"] if pack["kind"] == "contest"]
    rows = one.get(f"/sinkron/paket/contest/{offer['subject']}/").json()["rows"]
    (head,) = [row["body"] for row in rows if row["store"] == "contest"]
    assert head["criteria"] == [list(pair) for pair in CRITERIA]
    assert head["jurors"] == ["Bu Tini"]
    entries = {row["id"]: row["body"]["marked_by"] for row in rows if row["store"] == "contest_entry"}
    assert len(entries) == 3
    assert entries[str(first)] == ["Bu Tini"]
    Contest.objects.update(held_on=clock.today() - timedelta(days=20))
    assert "contest" not in {pack["kind"] for pack in one.get("/sinkron/paket/").json()["packs"]}


@pytest.mark.parametrize("criteria", [[], [("", 10)], [("Mutu", 0)], [("Mutu", 5), ("Mutu", 6)]])
def test_criteria_that_are_none(world: World, criteria: list[tuple[str, int]]) -> None:
    contest = NewContest(new_id(), SITUBONDO, world.office_id, "L1", "Lomba Uji", "kabupaten", clock.today())
    with scoped(world.operator), pytest.raises(Problem) as raised:
        open_contest(actor=world.operator, contest=contest, criteria=criteria, enterprises=world.enterprises)
    assert raised.value.code == "market_marks"
    assert not Contest.objects.exists()
