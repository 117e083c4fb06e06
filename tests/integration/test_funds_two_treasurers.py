"""Two treasurers at once: one meeting from two phones and from two browsers, each with a connection of its own."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from berdaya.access.models import Account, Role
from berdaya.access.selectors import actor_for
from berdaya.cli import ledger
from berdaya.devices.models import Inbox
from berdaya.funds.models import CashEvent, Fund, Meeting
from berdaya.funds.services import receive_capital
from berdaya.funds.types import CapitalDraft
from berdaya.groups.models import Membership
from berdaya.kernel.ids import new_id
from berdaya.kernel.scope import scoped
from tests import web_world
from tests.field_world import Phone, phone
from tests.web_world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fixed_day")]
DAY = web_world.TODAY
SAVED = 10_000


@pytest.fixture
def world() -> World:
    """A fund with Rp1,000,000, nothing else in its book."""
    made = web_world.build(2)
    fund = Fund.objects.get(pk=made.ids["fund"])
    operator = actor_for(web_world.sign_up(made.office, "operator", username="pembuka").pk)
    with scoped(operator) as who:
        receive_capital(actor=who, draft=CapitalDraft(new_id(), fund.pk, 1_000_000, date(2024, 2, 1)))
    return made


def treasurer(world: World, name: str) -> Account:
    account = web_world.sign_up(world.office, "group_officer", username=name)
    web_world.open_to(account, groups=world.ids["group"])
    return account


def members(world: World) -> list[Membership]:
    return list(Membership.objects.filter(group=world.ids["group"], left_on=None).order_by("number"))


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Each work in a thread of its own, let go at the same moment; an error of one is its result."""
    gate, results = threading.Barrier(len(works)), [None] * len(works)

    def run(index: int) -> None:
        try:
            gate.wait(180)
            results[index] = works[index]()
        except Exception as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(600)
    return results


def record(world: World, key: UUID) -> dict[str, Any]:
    """The whole meeting as the phone writes it: everybody saves."""
    return {
        "id": str(key),
        "kind": "meeting",
        "version": 1,
        "revision": 1,
        "device_at": datetime.now(tz=UTC).isoformat(),
        "body": {
            "fund": str(world.ids["fund"]),
            "held_on": DAY.isoformat(),
            "lines": [{"membership": str(row.pk), "saving_idr": SAVED} for row in members(world)],
        },
    }


def phones(world: World) -> list[Phone]:
    accounts = [treasurer(world, name) for name in ("bendahara", "sekretaris")]
    return [phone(row.pk, Role.objects.get(account=row).pk, name=row.username) for row in accounts]


def posted(world: World) -> Counter[str]:
    made = Meeting.objects.filter(fund=world.ids["fund"]).exclude(pk=world.ids["fund_meeting"])
    return Counter(made.values_list("state", flat=True))


def sound(world: World) -> None:
    """One meeting's savings in the book, no more and no less, and the book whole."""
    saved = CashEvent.objects.filter(fund=world.ids["fund"], kind="saving", occurred_on=DAY)
    assert sorted(saved.values_list("membership__number", flat=True)) == [row.number for row in members(world)]
    book = Fund.objects.get(pk=world.ids["fund"]).book_id
    assert [one.faults for one in ledger.examine([]) if one.book == book] == [()]


@pytest.mark.parametrize("attempt", range(3))
def test_one_record_from_two_phones_at_once_is_posted_once(world: World, attempt: int) -> None:
    pair = phones(world)
    meeting = record(world, new_id())
    found = [line[0][0] for line in at_once(*(lambda p=each: p.outcomes(meeting) for each in pair))]
    assert sorted(found) == ["conflict", "new"], "an id belongs to the phone that handed it in first"
    assert posted(world) == {"posted": 1}
    sound(world)
    first = pair[found.index("new")]
    assert first.outcomes(meeting)[0][0] == "identical", "again changes nothing"
    assert pair[found.index("conflict")].outcomes(meeting)[0][0] == "conflict"
    assert posted(world) == {"posted": 1}
    assert Inbox.objects.filter(record_id=meeting["id"]).exists()


@pytest.mark.parametrize("attempt", range(3))
def test_one_meeting_written_by_two_treasurers_is_posted_once_and_the_other_waits(world: World, attempt: int) -> None:
    one, two = phones(world)
    found = at_once(lambda: one.outcomes(record(world, new_id())), lambda: two.outcomes(record(world, new_id())))
    assert sorted(line[0] for line in found) == [("conflict", "funds.meeting_twice"), ("new", "")], found
    assert posted(world) == {"posted": 1, "conflict": 1}, "nothing is lost: two officers decide on the second"
    sound(world)


@pytest.mark.parametrize("same", [True, False], ids=["the same form twice", "two forms"])
def test_two_browsers_at_once(world: World, same: bool) -> None:
    browsers = [web_world.sign_in(Client(), treasurer(world, name)) for name in ("bendahara", "sekretaris")]
    keys = [new_id()] * 2 if same else [new_id(), new_id()]
    address = reverse("office:fund-meeting", args=[world.ids["fund"]])

    def post(client: Client, key: UUID) -> int:
        data = {"id": str(key), "tanggal": DAY.isoformat(), "urutan": "1"}
        data |= {f"hadir-{row.pk}": "present" for row in members(world)}
        data |= {f"simpanan-{row.pk}": str(SAVED) for row in members(world)}
        return client.post(address, data).status_code

    seen = at_once(*(lambda c=client, k=key: post(c, k) for client, key in zip(browsers, keys, strict=True)))
    assert sorted(seen) == ([302, 302] if same else [302, 409]), seen
    assert posted(world) == {"posted": 1}
    sound(world)
