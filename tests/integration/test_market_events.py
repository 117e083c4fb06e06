"""Exhibitions and contests that an office opens, runs and closes itself; outsiders and late comers are refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from berdaya.audit.models import AuditEntry
from berdaya.enterprises.models import EnterpriseMonth
from berdaya.kernel import clock
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.market import contests, fairs
from berdaya.market.models import Contest, ContestEntry, Exhibition, Stall
from berdaya.market.types import NewContest, NewExhibition, StallTakings
from tests.business_world import World, build
from tests.field_world import SITUBONDO

pytestmark = pytest.mark.django_db
CRITERIA = [("Mutu", 60), ("Kemasan", 40)]


@pytest.fixture
def world(make_actor: Callable[..., Actor], offices: dict[str, int]) -> World:
    return build(make_actor, offices, families=3)


def a_fair(world: World, *, first: int = -1, last: int = 1) -> NewExhibition:
    today = clock.today()
    return NewExhibition(
        new_id(), SITUBONDO, world.office_id, "P1", "Bazar Uji", "Alun-alun", SITUBONDO,
        today + timedelta(days=first), today + timedelta(days=last),
    )  # fmt: skip


def a_contest(world: World) -> NewContest:
    return NewContest(new_id(), SITUBONDO, world.office_id, "L1", "Lomba Uji", "kabupaten", clock.today())


def refused(call: Callable[..., object], actor: Actor, **facts: object) -> str:
    """Code of the problem that the service answers."""
    with pytest.raises(Problem) as raised:
        call(actor=actor, **facts)
    return raised.value.code


def test_an_exhibition_from_its_opening_to_its_closed_books(world: World) -> None:
    fair = a_fair(world)
    operator = world.operator
    with scoped(operator):
        fairs.open_exhibition(actor=operator, exhibition=fair)
        fairs.open_exhibition(actor=operator, exhibition=replace(fair, name="Bazar Baru"))
        first, second, third = world.enterprises
        assert fairs.seat_stalls_many(actor=operator, exhibition_id=fair.id, enterprises=[first, second]) == 2
        assert fairs.seat_stalls_many(actor=operator, exhibition_id=fair.id, enterprises=[second, third]) == 1
        stalls = {row.enterprise_id: row for row in Stall.objects.filter(exhibition=fair.id)}
        assert sorted(row.number for row in stalls.values()) == ["1", "2", "3"]
        takings = [StallTakings(stalls[first].pk, "A1", 750_000, 4), StallTakings(stalls[second].pk, "2", 0, 0)]
        assert fairs.enter_takings_many(actor=operator, exhibition_id=fair.id, takings=takings) == 1
        assert fairs.enter_takings_many(actor=operator, exhibition_id=fair.id, takings=takings) == 0
        month = EnterpriseMonth.objects.get(enterprise=first, month=fair.ends_on.replace(day=1))
        assert month.turnover_market_idr == 750_000
        fairs.free_stall(actor=operator, exhibition_id=fair.id, stall_id=stalls[third].pk)
        fairs.close_exhibition(actor=operator, exhibition_id=fair.id)
        kept = Exhibition.objects.get()
        assert (kept.name, kept.closed_on, Stall.objects.count()) == ("Bazar Baru", clock.today(), 2)
    names = list(AuditEntry.objects.values_list("name", flat=True))
    for name in ("market.stalls_seated", "market.stall_freed", "market.exhibition_closed"):
        assert name in names


def test_what_an_exhibition_refuses_by_name(world: World) -> None:
    operator, (first, second, _) = world.operator, world.enterprises
    fair = a_fair(world)
    with scoped(operator):
        fairs.open_exhibition(actor=operator, exhibition=fair)
        fairs.seat_stalls_many(actor=operator, exhibition_id=fair.id, enterprises=[first])
        stall = Stall.objects.get()
        takings = [StallTakings(stall.pk, "1", 10_000, 0)]
        fairs.enter_takings_many(actor=operator, exhibition_id=fair.id, takings=takings)
    freeing = {"exhibition_id": fair.id, "stall_id": stall.pk}
    seating = {"exhibition_id": fair.id, "enterprises": [second]}
    with scoped(operator):
        gone = replace(fair, ends_on=fair.starts_on - timedelta(days=1))
        assert refused(fairs.open_exhibition, operator, exhibition=gone) == "exhibition_days"
        assert refused(fairs.free_stall, operator, **freeing) == "stall_sold"
        fairs.close_exhibition(actor=operator, exhibition_id=fair.id)
        assert refused(fairs.free_stall, operator, **freeing) == "exhibition_closed"
        assert refused(fairs.open_exhibition, operator, exhibition=fair) == "exhibition_closed"
        assert refused(fairs.seat_stalls_many, operator, **seating) == "exhibition_closed"
        fairs.reopen_exhibition(actor=operator, exhibition_id=fair.id)
    for stranger in (world.outsider, world.other_office):
        with scoped(stranger):
            assert refused(fairs.seat_stalls_many, stranger, **seating) in {"not_found", "enterprise_not_found"}
            assert refused(fairs.close_exhibition, stranger, exhibition_id=fair.id) == "not_found"
            assert refused(fairs.enter_takings_many, stranger, exhibition_id=fair.id, takings=takings) == "not_found"
    powerless = operator.with_(permissions=frozenset({"programme.read"}))
    with scoped(powerless):
        assert refused(fairs.seat_stalls_many, powerless, **seating) == "not_allowed"


def test_a_closed_exhibition_still_takes_a_late_day_from_a_phone(world: World) -> None:
    from tests.field_world import siti

    fair, operator = a_fair(world), world.operator
    with scoped(operator):
        fairs.open_exhibition(actor=operator, exhibition=fair)
        fairs.seat_stalls_many(actor=operator, exhibition_id=fair.id, enterprises=world.enterprises[:1])
        stall = Stall.objects.get()
    phone = siti(world, world.enterprises[:1])
    assert "exhibition" in {pack["kind"] for pack in phone.get("/sinkron/paket/").json()["packs"]}
    with scoped(operator):
        fairs.close_exhibition(actor=operator, exhibition_id=fair.id)
    assert "exhibition" not in {pack["kind"] for pack in phone.get("/sinkron/paket/").json()["packs"]}
    on = fair.starts_on.isoformat()
    body = {"stall": str(stall.pk), "on": on, "turnover_idr": 90_000, "leads": 1}
    late = {"id": str(new_id()), "kind": "sale", "version": 1, "revision": 1, "device_at": f"{on}T10:00:00+07:00",
            "body": body}  # fmt: skip
    assert phone.outcomes(late) == [("new", "")]
    assert Stall.objects.get().turnover_idr == 90_000


def entries_of(contest: UUID) -> dict[UUID, UUID]:
    return dict(ContestEntry.objects.filter(contest=contest).values_list("enterprise_id", "id"))


def test_a_contest_from_its_opening_to_final_places(world: World) -> None:
    operator, contest = world.operator, a_contest(world)
    first, second, third = world.enterprises
    with scoped(operator):
        contests.open_contest(actor=operator, contest=contest, criteria=CRITERIA, enterprises=())
        assert contests.enter_many(actor=operator, contest_id=contest.id, enterprises=world.enterprises) == 3
        assert contests.enter_many(actor=operator, contest_id=contest.id, enterprises=[first]) == 0
        entries = entries_of(contest.id)
        contests.withdraw_entry(actor=operator, contest_id=contest.id, entry_id=entries[third])
        for juror, enterprise, marks in (
            ("Bu Tini", first, (80, 70)), ("Bu Tini", second, (60, 90)), ("Pak Edi", first, (90, 90)),
        ):  # fmt: skip
            sheet = dict(zip(("Mutu", "Kemasan"), marks, strict=True))
            contests.mark_entry(actor=operator, entry_id=entries[enterprise], juror=juror, marks=sheet)
        with pytest.raises(Problem) as raised:
            contests.close_contest(actor=operator, contest_id=contest.id)
        assert (raised.value.code, raised.value.params["count"]) == ("contest_unmarked", 1)
        last = {"Mutu": 70, "Kemasan": 70}
        contests.mark_entry(actor=operator, entry_id=entries[second], juror="Pak Edi", marks=last)
        contests.close_contest(actor=operator, contest_id=contest.id)
        contests.close_contest(actor=operator, contest_id=contest.id)
        assert Contest.objects.get().closed_on == clock.today()
        assert ContestEntry.objects.get(pk=entries[first]).rank == 1
        ani = {"entry_id": entries[first], "juror": "Bu Ani", "marks": last}
        assert refused(contests.mark_entry, operator, **ani) == "contest_closed"
        assert contests.mark_entry(actor=operator, entry_id=entries[second], juror="Pak Edi", marks=last) is False
        more = {"contest_id": contest.id, "enterprises": [third]}
        assert refused(contests.enter_many, operator, **more) == "contest_closed"
        contests.reopen_contest(actor=operator, contest_id=contest.id)
        assert contests.mark_entry(actor=operator, **ani)
    names = list(AuditEntry.objects.values_list("name", flat=True))
    assert {"market.contest_closed", "market.contest_reopened", "market.contest_withdrawn"} <= set(names)


def test_what_a_contest_refuses_by_name(world: World) -> None:
    operator, contest = world.operator, a_contest(world)
    with scoped(operator):
        contests.open_contest(actor=operator, contest=contest, criteria=CRITERIA, enterprises=world.enterprises[:2])
        entries = entries_of(contest.id)
        key = entries[world.enterprises[0]]
        contests.open_contest(actor=operator, contest=contest, criteria=[("Rasa", 1)], enterprises=())
        contests.mark_entry(actor=operator, entry_id=key, juror="Bu Tini", marks={"Rasa": 80})
        again = {"contest": contest, "criteria": CRITERIA, "enterprises": ()}
        out = {"contest_id": contest.id, "entry_id": key}
        assert refused(contests.open_contest, operator, **again) == "contest_begun"
        assert refused(contests.withdraw_entry, operator, **out) == "contest_begun"
    for stranger in (world.outsider, world.other_office):
        with scoped(stranger):
            assert refused(contests.withdraw_entry, stranger, **out) == "not_found"
            assert refused(contests.close_contest, stranger, contest_id=contest.id) == "not_found"
    with scoped(world.other_office):
        assert refused(contests.open_contest, world.other_office, **again) == "not_found"
    powerless = operator.with_(permissions=frozenset({"programme.read"}))
    with scoped(powerless):
        assert refused(contests.withdraw_entry, powerless, **out) == "not_allowed"
    assert Contest.objects.get().criteria == [["Rasa", 1]]
