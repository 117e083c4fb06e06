"""The change log: only what changed is told, a slow transaction is never missed, and who left goes with a word."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from berdaya.kernel import clock
from berdaya.kernel.scope import Actor, scoped
from berdaya.process.field.handing import end_stand_in, hand_over, lend
from tests.business_world import World, add_group, build
from tests.field_world import mentor, phone, siti, stores, take, visit_record

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(make_actor: Callable[..., Actor], offices: dict[str, int]) -> Iterator[World]:
    made = build(make_actor, offices, families=4)
    add_group(made)
    yield made
    with connection.cursor() as cursor:
        # Django flushes what it made itself; the inbox with its partitions is made by SQL.
        cursor.execute("TRUNCATE devices_inbox")


def test_only_what_changed_is_told(world: World) -> None:
    one = siti(world, world.enterprises)
    _, held = take(one)
    one.push(visit_record(world.enterprises[1], turnover_idr=77_000))
    told = one.get("/sinkron/perubahan/", **held).json()
    (pack,) = told["packs"]
    assert not told["reset"]
    assert not pack["replace"]
    found = stores(pack["rows"])
    assert [row["id"] for row in found["business"]] == [str(world.enterprises[1])]
    assert found["last_visit"][0]["body"]["turnover_idr"] == 77_000
    again = one.get("/sinkron/perubahan/", cursor=told["cursor"], paket=held["paket"]).json()
    assert "business" not in stores(again["packs"][0]["rows"])
    assert [line["outcome"] for line in again["outcomes"]] == ["new"]


def test_a_slow_transaction_is_not_missed(world: World) -> None:
    import psycopg

    one = siti(world, world.enterprises)
    settings = connection.get_connection_params()
    settings.pop("cursor_factory", None)
    settings.pop("context", None)
    with psycopg.connect(**settings) as slow:
        slow.execute("UPDATE enterprises_enterprise SET name = 'Pelan' WHERE id = %s", [world.enterprises[2]])
        _, held = take(one)
        one.push(visit_record(world.enterprises[1]))
        early = one.get("/sinkron/perubahan/", **held).json()
        assert "business" not in stores(early["packs"][0]["rows"]), "nothing above the slow transaction is told yet"
        slow.commit()
    late = one.get("/sinkron/perubahan/", cursor=early["cursor"], paket=held["paket"]).json()
    names = {row["id"]: row["body"]["name"] for row in stores(late["packs"][0]["rows"])["business"]}
    assert names[str(world.enterprises[2])] == "Pelan"
    assert str(world.enterprises[1]) in names


def test_a_revision_of_the_scope_leaves_with_a_word(world: World) -> None:
    one = siti(world, world.enterprises[:2])
    account, role, other = mentor(world, "budi", world.enterprises[2:])
    two = phone(account, role)
    _, held = take(one)
    _, theirs = take(two)
    boss = world.operator
    with scoped(boss):
        hand_over(actor=boss, enterprises=[world.enterprises[0]], to_mentor=other, note="Sakit, jenguk pagi")
    told = one.get("/sinkron/perubahan/", **held).json()
    (gone,) = told["packs"][0]["removed"]
    assert (gone["id"], gone["reason"], gone["note"]) == (
        str(world.enterprises[0]), "handed_over", "Sakit, jenguk pagi",
    )  # fmt: skip
    assert one.outcomes(visit_record(world.enterprises[0])) == [("invalid", "not_yours")]
    come = stores(two.get("/sinkron/perubahan/", **theirs).json()["packs"][0]["rows"])
    assert str(world.enterprises[0]) in {row["id"] for row in come["business"]}
    assert [row["body"]["note"] for row in come["handover_note"]] == ["Sakit, jenguk pagi"]


def test_a_stand_in_takes_a_pack_that_ends(world: World) -> None:
    _, _, away = mentor(world, "budi", world.enterprises[2:])
    account, role, here = mentor(world, "siti", world.enterprises[:2])
    one = phone(account, role)
    boss = world.operator
    until = clock.today() + timedelta(days=7)
    with scoped(boss):
        lent = lend(actor=boss, mentor_id=away, to_mentor=here, until=until, note="Cuti melahirkan")
    pack, held = take(one, "standin")
    found = stores(pack["rows"])
    assert {row["id"] for row in found["business"]} == {str(key) for key in world.enterprises[2:]}
    assert [row["body"]["note"] for row in found["handover_note"]] == ["Cuti melahirkan"]
    own, _ = take(one)
    assert {row["id"] for row in stores(own["rows"])["business"]} == {str(key) for key in world.enterprises[:2]}
    assert pack["expires_at"][:10] == str(until + timedelta(days=1))
    assert one.outcomes(visit_record(world.enterprises[3])) == [("new", "")]
    with scoped(boss):
        end_stand_in(actor=boss, stand_in_id=lent)
    told = one.get("/sinkron/perubahan/", **held).json()
    assert [item["kind"] for item in told["dropped"]] == ["standin"]
    assert one.outcomes(visit_record(world.enterprises[3])) == [("invalid", "not_yours")]


def test_who_came_back_is_open_again(world: World) -> None:
    from berdaya.access.selectors import actor_for

    account, role, first = mentor(world, "siti", world.enterprises[:2])
    _, _, second = mentor(world, "budi", world.enterprises[2:])
    boss, moved = world.operator, world.enterprises[0]

    def open_now() -> set[UUID]:
        return set(actor_for(account, role_id=role).enterprises)

    for to_mentor, expected in ((second, False), (first, True)):
        with scoped(boss):
            hand_over(actor=boss, enterprises=[moved], to_mentor=to_mentor, note="pindah")
        assert (moved in open_now()) is expected
