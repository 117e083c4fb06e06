"""The short way in one call and the long way by the rules: the same books, row by row, or nothing of the short one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from berdaya.audit.models import AuditEntry
from berdaya.funds.models import Attendance, CashEvent, Fund, Instalment, Meeting, Turn
from berdaya.funds.services import meetings, payments, plain, record_meeting
from berdaya.funds.types import (
    EventKind,
    MeetingDraft,
    MeetingLine,
    MeetingState,
    MeetingTurn,
    Payment,
    PaymentOutcome,
    Presence,
    Source,
)
from berdaya.kernel.clock import frozen
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.ledger.models import Account, Transfer
from berdaya.ledger.selectors import verify_book

from .test_funds_services import TODAY, Kube

pytestmark = pytest.mark.django_db
DAYS = [
    date(2023, 12, 1),
    date(2024, 9, 1),
    date(2024, 10, 1),
    date(2024, 11, 1),
    date(2026, 10, 31),
    date(2026, 11, 1),
]


@dataclass(frozen=True)
class Paid:
    """A payment by the number of the member, so that it can be made in two groups."""

    member: int
    kind: EventKind
    day: date
    amount: int
    note: str = ""
    group: int = 0


@pytest.fixture
def pair(operator: Actor, offices: dict[str, int]) -> tuple[Kube, Kube]:
    return made(operator, offices["dinsos-situbondo"], "K1"), made(operator, offices["dinsos-situbondo"], "K2")


def made(operator: Actor, office: int, code: str) -> Kube:
    """A group with three turns and a member who left in October 2024."""
    kube = Kube(operator, office, code)
    kube.open(kube.turn(1), kube.turn(2, amount=50_000, fee_idr=1_000), kube.turn(3, day=date(2024, 10, 15)))
    kube.members[3].left_on = date(2024, 10, 20)
    kube.members[3].save(update_fields=["left_on"])
    return kube


@contextmanager
def long_way(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(module.plain, name, lambda *_: False)
        yield


def rows_of(kube: Kube) -> dict[str, Any]:
    """Everything that payments write, without ids and hashes, members by their numbers."""
    fund = Fund.objects.get(id=kube.fund)
    codes = dict(Account.objects.filter(book_id=fund.book_id).values_list("id", "code"))
    numbers = {member.pk: member.number for member in kube.members}
    turns = {turn.pk: numbers[turn.membership_id] for turn in Turn.objects.filter(fund=fund)}
    found = verify_book(actor=kube.actor, book=fund.book_id)
    assert found.fault is None
    return {
        "balances": dict(Account.objects.filter(book_id=fund.book_id).values_list("code", "balance")),
        "transfers": [
            (row.seq, codes[row.debit_id], codes[row.credit_id], row.amount, row.code, row.unit, row.occurred_on,
             row.area, row.office_id, row.group_id == kube.group, row.id == row.event_id, row.reverses, row.account_id)
            for row in Transfer.objects.filter(book_id=fund.book_id).order_by("seq")
        ],
        "events": sorted(
            (row.occurred_on, row.kind, row.amount, numbers.get(row.membership_id, 0), turns.get(row.turn_id, 0),
             row.note, row.unit, row.area, row.office_id, row.account_id, row.meeting_id is None)
            for row in CashEvent.objects.filter(fund=fund)
        ),
        "schedules": list(
            Instalment.objects.filter(turn__fund=fund)
            .order_by("turn__membership__number", "plan", "number")
            .values_list("turn__membership__number", "number", "paid_idr", "paid_on")
        ),
        "turns": sorted((turns[row.pk], row.closed_on or date.max) for row in Turn.objects.filter(fund=fund)),
        "meetings": list(
            Meeting.objects.filter(fund=fund).order_by("held_on").values_list(
                "held_on", "state", "source", "place", "note", "counted_idr", "book_idr", "problems", "entered_by",
                "area", "office_id", "decided_on",
            )
        ),
        "attendance": list(
            Attendance.objects.filter(meeting__fund=fund).order_by("meeting__held_on", "membership__number")
            .values_list(
                "membership__number", "presence", "signed", "file_id", "confirmed", "area", "office_id"
            )
        ),
        "audit": sorted(
            ((row.name, row.account_id, row.role, row.area, row.office_id, {**row.body, "meeting": ""})
            for row in AuditEntry.objects.filter(subject_kind="fund", subject_id=str(kube.fund))),
            key=str,
        ),
    }  # fmt: skip


def pay(kubes: Sequence[Kube], rows: Sequence[Paid]) -> list[tuple[PaymentOutcome, str]] | str:
    given = [
        Payment(new_id(), kubes[row.group].members[row.member - 1].pk, row.kind, row.day, row.amount, row.note)
        for row in rows
    ]
    try:
        with frozen(TODAY), scoped(kubes[0].actor) as who:
            found = payments.record_payments_many(actor=who, payments=given)
    except Problem as problem:
        return problem.code
    return [(one.outcome, one.problem.code if one.problem else "") for one in found]


# What is usual comes often, so that many a batch takes the short way whole.
usual = st.builds(
    Paid,
    st.integers(1, 5),
    st.sampled_from([EventKind.SAVING, EventKind.IKS, EventKind.FINE, EventKind.FEE]),
    st.sampled_from([date(2024, 10, 1), date(2024, 11, 1)]),
    st.integers(1, 50_000),
    st.sampled_from(["", "titip {\"x\", 'y'}"]),
    st.sampled_from([0, 0, 0, 1]),
)
instalment = st.builds(
    Paid, st.integers(1, 3), st.just(EventKind.INSTALMENT), st.sampled_from(DAYS),
    st.sampled_from([1, 5_100, 51_000, 10**6]), st.just(""), st.integers(0, 1),
)  # fmt: skip
anything = st.builds(
    Paid, st.integers(1, 5), st.sampled_from(sorted(plain.PLAIN | {EventKind.WITHDRAWAL, EventKind.TURN})),
    st.sampled_from(DAYS), st.integers(-1, 60_000),
)  # fmt: skip
batches = st.lists(
    st.one_of(
        st.lists(usual, min_size=1, max_size=6),
        st.lists(st.one_of(usual, instalment), min_size=1, max_size=6),
        st.lists(st.one_of(usual, anything), min_size=1, max_size=4),
    ),
    min_size=1,
    max_size=3,
)


class UndoneError(Exception):
    """Ends an example without leaving its rows."""


def test_both_ways_write_the_same_rows(
    operator: Actor, offices: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    kubes = [made(operator, offices["dinsos-situbondo"], f"K{number}") for number in range(1, 5)]
    short, long = kubes[:2], kubes[2:]
    taken: Counter[tuple[bool, int]] = Counter()
    first_way = plain.pay

    def counted(groups: int, *given: Any) -> bool:
        done = first_way(*given)
        taken[done, groups] += 1
        return done

    @settings(max_examples=80, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(batches)
    def check(rows: list[list[Paid]]) -> None:
        try:
            with transaction.atomic():
                for batch in rows:
                    groups = len({row.group for row in batch})
                    with monkeypatch.context() as patch:
                        patch.setattr(plain, "pay", partial(counted, groups))
                        found = pay(short, batch)
                    with long_way(monkeypatch, payments, "pay"):
                        assert pay(long, batch) == found
                    for one, other in zip(short, long, strict=True):
                        assert rows_of(one) == rows_of(other)
                raise UndoneError
        except UndoneError:
            pass

    check()
    assert min(taken[done, groups] for done in (True, False) for groups in (1, 2)) > 10, taken


def statements(work: Callable[[], object]) -> list[str]:
    with CaptureQueriesContext(connection) as seen:
        work()
    return [row["sql"] for row in seen.captured_queries if "set_config" not in row["sql"]]


def saving(kube: Kube, *members: int) -> list[Payment]:
    return [kube.payment(member, EventKind.SAVING, 1_000) for member in members]


def test_what_is_usual_takes_one_call(pair: tuple[Kube, Kube]) -> None:
    kube = pair[0]
    with frozen(TODAY), scoped(kube.actor) as who:
        made = [*saving(kube, 1, 2, 3), kube.payment(1, EventKind.INSTALMENT, 10_000)]
        (only,) = statements(lambda: payments.record_payments_many(actor=who, payments=made))
        assert only.startswith("SELECT funds_pay(")
        made = [*saving(kube, 1, 2), *saving(pair[1], 3), pair[1].payment(1, EventKind.INSTALMENT, 10_000)]
        (only,) = statements(lambda: payments.record_payments_many(actor=who, payments=made))
        assert only.startswith("SELECT funds_pay(")
        meeting = lines_of(kube)
        (only,) = statements(lambda: record_meeting(actor=who, draft=meeting))
        assert only.startswith("SELECT funds_meet(")


def test_whoever_adds_to_a_meeting_decides_what_the_short_way_makes_of_it() -> None:
    """Each name here is written by `funds_meet`, or makes a meeting unusual in `plain`."""
    assert {field.name for field in fields(MeetingDraft)} == {
        "id", "fund", "held_on", "lines", "turns", "counted_idr", "difference_agreed", "place", "note", "source",
        "seen_seq", "confirmed_by", "unit",
    }  # fmt: skip
    assert {field.name for field in fields(MeetingLine)} == {
        "membership", "presence", "saving_idr", "instalment_idr", "iks_idr", "fine_idr", "fee_idr", "signed", "file_id",
    }  # fmt: skip
    assert {field.name for field in fields(Payment)} == {
        "id", "membership", "kind", "occurred_on", "amount_idr", "note", "fund",
    }  # fmt: skip
    columns = {field.column for model in (Meeting, Attendance, CashEvent) for field in model._meta.concrete_fields}
    assert columns == {
        "id", "recorded_at", "area", "office_id", "fund_id", "group_id", "held_on", "place", "note", "source", "state",
        "counted_idr", "book_idr", "body", "problems", "entered_by", "decided_on", "meeting_id", "membership_id",
        "presence", "signed", "file_id", "confirmed", "turn_id", "reverses_id", "kind", "occurred_on", "amount", "unit",
        "account_id",
    }  # fmt: skip


UNUSUAL: dict[str, Callable[[Kube, Kube], list[Payment]]] = {
    "another group's member who left": lambda kube, other: saving(kube, 1) + saving(other, 4),
    "two groups, one fund": lambda kube, other: [
        replace(row, fund=kube.fund) for row in saving(kube, 1) + saving(other, 1)
    ],
    "an unknown member": lambda kube, _: [replace(saving(kube, 1)[0], membership=new_id())],
    "another group's fund": lambda kube, other: [replace(saving(kube, 1)[0], fund=other.fund)],
    "more than the debt": lambda kube, _: [kube.payment(2, EventKind.INSTALMENT, 51_001)],
    "no turn": lambda kube, _: [kube.payment(5, EventKind.INSTALMENT, 1_000)],
    "a turn of later": lambda kube, _: [kube.payment(3, EventKind.INSTALMENT, 1_000, date(2024, 10, 14))],
    "twice on one turn": lambda kube, _: [kube.payment(1, EventKind.INSTALMENT, 1_000) for _ in range(2)],
    "before the last payment": lambda kube, _: [kube.payment(1, EventKind.INSTALMENT, 1_000, date(2024, 9, 29))],
    "a member who left": lambda kube, _: saving(kube, 4),
    "not yet a member": lambda kube, _: [kube.payment(1, EventKind.SAVING, 1_000, date(2023, 12, 31))],
    "tomorrow": lambda kube, _: [kube.payment(1, EventKind.SAVING, 1_000, TODAY + timedelta(days=1))],
    "nothing": lambda kube, _: [kube.payment(1, EventKind.SAVING, 0)],
    "truth is no amount": lambda kube, _: [kube.payment(1, EventKind.SAVING, True)],
    "more than the ledger takes": lambda kube, _: [kube.payment(1, EventKind.SAVING, 10**15 + 1)],
    "savings paid out": lambda kube, _: [kube.payment(1, EventKind.WITHDRAWAL, 1)],
    "one id twice": lambda kube, _: saving(kube, 1) * 2,
}


@pytest.mark.parametrize("case", UNUSUAL)
def test_what_is_unusual_leaves_nothing_behind(pair: tuple[Kube, Kube], case: str) -> None:
    kube, other = pair
    before = rows_of(kube), rows_of(other)
    for rows in ([*saving(kube, 5), *UNUSUAL[case](kube, other)], [*saving(other, 5), *UNUSUAL[case](kube, other)]):
        with frozen(TODAY), scoped(kube.actor) as who:
            assert not plain.pay(who, rows)
    assert (rows_of(kube), rows_of(other)) == before


def test_a_known_id_goes_the_long_way_and_a_closed_fund_takes_nothing(pair: tuple[Kube, Kube]) -> None:
    kube = pair[0]
    (payment,) = saving(kube, 1)
    assert [row.outcome for row in kube.pay(payment)] == [PaymentOutcome.RECORDED]
    assert [row.outcome for row in kube.pay(payment)] == [PaymentOutcome.IDENTICAL]
    assert [row.outcome for row in kube.pay(replace(payment, amount_idr=7))] == [PaymentOutcome.CONFLICT]
    Fund.objects.filter(id=kube.fund).update(closed_on=date(2024, 10, 31))
    with frozen(TODAY), scoped(kube.actor) as who:
        assert not plain.pay(who, saving(kube, 1))


def test_outsiders_reach_no_book_by_the_short_way(pair: tuple[Kube, Kube], make_actor: Callable[..., Actor]) -> None:
    kube = pair[0]
    before = rows_of(kube)
    outsiders = {
        "another area": make_actor("operator", area=3578000000),
        "another office": make_actor("operator", office="dinsos-jatim", area=3500000000),
        "above the offices": make_actor("camat", office="*"),
        "another group": make_actor("group_officer", kind="subject", office=None, groups=(pair[1].group,)),
        "nobody's account": kube.actor.with_(account_id=None),
    }
    for name, actor in outsiders.items():
        with frozen(TODAY), scoped(actor) as who:
            assert not plain.pay(who, saving(kube, 1)), name
            assert not plain.pay(who, [*saving(kube, 1), *saving(pair[1], 1)]), name
            draft = lines_of(kube)
            assert not plain.meet(who, draft, meetings.payments_of(draft)), name
    assert rows_of(kube) == before


def lines_of(kube: Kube, day: date = date(2024, 11, 1), **changes: Any) -> MeetingDraft:
    """A usual meeting: all but the one who left save, three pay their instalments, one is excused."""
    lines = [
        MeetingLine(
            member.pk, saving_idr=5_000, iks_idr=500, instalment_idr=1_000 if member.number <= 3 else 0,
            signed="thumb" if member.number == 1 else "",
            presence=Presence.EXCUSED if member.number == 2 else Presence.PRESENT,
            file_id=UUID(int=7) if member.number == 1 else None,
        )
        for member in kube.members
        if member.number != 4
    ]  # fmt: skip
    return replace(MeetingDraft(new_id(), kube.fund, day, tuple(lines), place='Balai "desa"', note="ok"), **changes)


def meet(kube: Kube, draft: MeetingDraft) -> Any:
    with frozen(TODAY), scoped(kube.actor) as who:
        try:
            found = record_meeting(actor=who, draft=draft)
        except Problem as problem:
            return problem.code
    return found.state, found.known, tuple(problem.code for problem in found.problems)


MEETINGS: dict[str, Callable[[Kube], dict[str, Any]]] = {
    "usual": lambda _: {},
    "counted": lambda kube: {"counted_idr": rows_of(kube)["balances"]["cash"] + 4 * 5_500 + 3 * 1_000},
    "counted otherwise": lambda _: {"counted_idr": 1},
    "counted otherwise and agreed": lambda _: {"counted_idr": 1, "difference_agreed": True},
    "seen": lambda kube: {"seen_seq": rows_of(kube)["transfers"][-1][0]},
    "seen before something was entered": lambda _: {"seen_seq": 1},
    "tomorrow": lambda _: {"held_on": TODAY + timedelta(days=1)},
    "paper": lambda _: {"source": Source.PAPER},
    "paper and confirmed": lambda kube: {
        "source": Source.PAPER, "confirmed_by": (kube.members[0].pk, kube.members[2].pk),
    },
    "a phone": lambda _: {"source": Source.PHONE},
    "a phone of tomorrow": lambda _: {"source": Source.PHONE, "held_on": TODAY + timedelta(days=1)},
    "a turn": lambda kube: {"turns": (MeetingTurn(kube.members[4].pk, 100_000),)},
    "nobody": lambda kube: {"lines": (MeetingLine(kube.members[0].pk, Presence.ABSENT, saving_idr=1),)},
    "one line twice": lambda kube: {"lines": (MeetingLine(kube.members[0].pk, saving_idr=1),) * 2},
    "nothing paid": lambda kube: {"lines": (MeetingLine(kube.members[0].pk),)},
    "goats": lambda _: {"unit": "goat"},
    "less than nothing": lambda kube: {"lines": (MeetingLine(kube.members[0].pk, saving_idr=-1),)},
    "the one who left": lambda kube: {"lines": (MeetingLine(kube.members[3].pk, saving_idr=1),)},
    "too much": lambda kube: {"lines": (MeetingLine(kube.members[1].pk, instalment_idr=51_001),)},
}  # fmt: skip


@pytest.mark.parametrize("case", MEETINGS)
def test_both_ways_hold_the_same_meeting(pair: tuple[Kube, Kube], monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    short, long = (lines_of(kube, **MEETINGS[case](kube)) for kube in pair)
    first = meet(pair[0], short)
    with long_way(monkeypatch, meetings, "meet"):
        assert meet(pair[1], long) == first
    assert rows_of(pair[0]) == rows_of(pair[1])
    if case == "usual":
        assert first == (MeetingState.POSTED, False, ())
        again = meet(pair[0], short)
        assert again == (MeetingState.POSTED, True, ())
        assert meet(pair[0], replace(short, note="lain")) == "ledger.conflict"
        assert meet(pair[0], lines_of(pair[0])) == "funds.meeting_twice"
        assert rows_of(pair[0]) == rows_of(pair[1])
