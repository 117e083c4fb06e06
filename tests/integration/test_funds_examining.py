"""What somebody with the whole database does beside the chain is found and named: events, schedules, accounts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from django.db import connection

from berdaya.cli import ledger
from berdaya.funds import services
from berdaya.funds.accounts import account_id
from berdaya.funds.models import CashEvent, Fund, Turn
from berdaya.funds.services import reverse_event
from berdaya.funds.types import EventKind, FundDraft, FundKind, FundRules, GoodsDraft, KeepingDraft
from berdaya.kernel.clock import frozen
from berdaya.kernel.ids import new_id
from berdaya.kernel.scope import Actor, scoped
from berdaya.ledger.models import Account
from berdaya.ledger.rules import anchor_faults
from berdaya.ledger.types import Anchor, Fault, FaultKind, Link
from tests.integration.test_funds_services import TODAY, Kube

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kube(make_actor: Callable[..., Actor], offices: dict[str, int]) -> Kube:
    """A turn half paid, savings, a correction, beside a second group that stays sound."""
    operator = make_actor("operator")
    made = Kube(operator, offices["dinsos-situbondo"])
    other = Kube(operator, offices["dinsos-situbondo"], code="K2")
    other.pay(other.payment(1, EventKind.SAVING, 7_000))
    made.open(made.turn(1, fee_idr=50_000))
    wrong = made.payment(3, EventKind.IKS, 9_000)
    made.pay(
        made.payment(1, EventKind.INSTALMENT, 105_000),
        made.payment(1, EventKind.SAVING, 40_000),
        made.payment(2, EventKind.SAVING, 10_000),
        wrong,
    )
    with frozen(TODAY), scoped(operator) as who:
        reverse_event(actor=who, event=wrong.id, reason="salah ketik")
    return made


def superuser(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def book_of(kube: Kube) -> UUID:
    return Fund.objects.get(pk=kube.fund).book_id


def found(kube: Kube) -> list[Fault]:
    """Faults of this book; every other book is sound."""
    examined = ledger.examine([])
    book = book_of(kube)
    assert all(not one.faults for one in examined if one.book != book)
    return [fault for one in examined if one.book == book for fault in one.faults]


def event_of(kube: Kube, kind: EventKind, member: int = 1) -> UUID:
    return CashEvent.objects.get(fund=kube.fund, kind=kind, membership=kube.members[member - 1].pk).pk


def test_a_sound_fund_has_no_fault(kube: Kube) -> None:
    assert found(kube) == []


@pytest.mark.parametrize(
    "change",
    [
        "amount = amount + 1",
        "occurred_on = '2024-09-05'",
        "kind = 'iks'",
        "membership_id = %s",
        "membership_id = NULL",
        "unit = 'goat'",
    ],
)
def test_an_altered_event_is_named(kube: Kube, change: str) -> None:
    event = event_of(kube, EventKind.SAVING)
    values = [kube.members[1].pk] if "%s" in change else []
    superuser(f"UPDATE funds_cashevent SET {change} WHERE id = %s", *values, event)
    (fault,) = found(kube)
    assert (fault.kind, fault.event) == (FaultKind.EVENT_ALTERED, event)
    assert str(event) in ledger.describe(fault, "id")
    assert "says another day" in ledger.describe(fault, "en")


def test_a_correction_of_animals_is_sound_and_says_their_unit(kube: Kube) -> None:
    goods = new_id()
    with frozen(TODAY), scoped(kube.actor) as who:
        rules = FundRules(unit="goat")
        draft = FundDraft(goods, kube.group, date(2026, 1, 5), FundKind.GOODS_TURNS, rules=rules)
        services.open_fund(actor=who, draft=draft)
        for count in (4, 3):
            key = new_id()
            services.receive_goods(actor=who, draft=GoodsDraft(key, goods, "goat", count, date(2026, 1, 6)))
        reverse_event(actor=who, event=key, reason="salah hitung")
        care = KeepingDraft(new_id(), goods, kube.members[0].pk, "goat", 2, 2, date(2026, 1, 7), date(2028, 1, 7))
        services.open_keeping(actor=who, draft=care)
        kid = services.record_birth(actor=who, id=new_id(), keeping=care.id, count=1, occurred_on=date(2026, 6, 1))
        assert kid == (1, 0), "the first kid is the keeper's alone"
    assert [one.faults for one in ledger.examine([]) if one.faults] == []
    undo = CashEvent.objects.get(fund=goods, kind=EventKind.REVERSAL)
    assert (undo.unit, undo.amount) == ("goat", 3)


def test_a_correction_turned_to_another_amount_is_named(kube: Kube) -> None:
    undo = CashEvent.objects.get(fund=kube.fund, kind=EventKind.REVERSAL).pk
    superuser("UPDATE funds_cashevent SET amount = 1 WHERE id = %s", undo)
    assert [(fault.kind, fault.event) for fault in found(kube)] == [(FaultKind.EVENT_ALTERED, undo)]


def test_a_removed_and_an_invented_event_are_named(kube: Kube) -> None:
    event = event_of(kube, EventKind.SAVING, 2)
    superuser("DELETE FROM funds_cashevent WHERE id = %s", event)
    (fault,) = found(kube)
    assert (fault.kind, fault.event) == (FaultKind.EVENT_GONE, event)
    assert fault.seq > 0
    superuser(
        "INSERT INTO funds_cashevent (id, area, office_id, fund_id, group_id, kind, occurred_on, amount, unit, note,"
        " account_id) SELECT gen_random_uuid(), area, office_id, fund_id, group_id, 'sale', occurred_on, 1, 'IDR', '',"
        " account_id FROM funds_cashevent WHERE fund_id = %s LIMIT 1",
        kube.fund,
    )
    assert sorted(fault.kind for fault in found(kube)) == [FaultKind.EVENT_EXTRA, FaultKind.EVENT_GONE]


def test_accounts_that_change_places_are_named(kube: Kube) -> None:
    """Two members' savings under each other's name: no transfer, hash or balance shows it."""
    book = book_of(kube)
    ids = [account_id(book, code) for code in ("saving:1", "saving:2")]
    for number, key in enumerate(ids):
        superuser("UPDATE ledger_account SET code = %s WHERE id = %s", f"weg:{number}", key)
    for code, key in zip(("saving:2", "saving:1"), ids, strict=True):
        superuser("UPDATE ledger_account SET code = %s WHERE id = %s", code, key)
    kinds = {(fault.kind, fault.account) for fault in found(kube)}
    assert {(FaultKind.ACCOUNT, key) for key in ids} <= kinds


def test_members_who_change_numbers_are_named(kube: Kube) -> None:
    one, two = kube.members[0].pk, kube.members[1].pk
    for member, number in ((one, 99), (two, 1), (one, 2)):
        superuser("UPDATE groups_membership SET number = %s WHERE id = %s", number, member)
    kinds = {fault.kind for fault in found(kube)}
    assert {FaultKind.EVENT_ALTERED, FaultKind.SCHEDULE} <= kinds


def test_a_loosened_floor_is_named(kube: Kube) -> None:
    cash = account_id(book_of(kube), "cash")
    superuser("UPDATE ledger_account SET floor = NULL WHERE id = %s", cash)
    assert found(kube) == [Fault(FaultKind.ACCOUNT, 0, cash)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE funds_instalment SET paid_idr = principal_idr + fee_idr WHERE number = 2 AND turn_id = %s",
        "DELETE FROM funds_instalment WHERE number = 9 AND turn_id = %s",
        "UPDATE funds_turn SET closed_on = '2024-12-01' WHERE id = %s",
    ],
    ids=["marked as paid", "instalment removed", "turn closed"],
)
def test_a_schedule_that_is_not_the_debt_is_named(kube: Kube, statement: str) -> None:
    superuser(statement, Turn.objects.get(fund=kube.fund).pk)
    assert found(kube) == [Fault(FaultKind.SCHEDULE, 0, account_id(book_of(kube), "debt:1"))]


def test_a_turn_of_another_amount_is_named(kube: Kube) -> None:
    superuser("UPDATE funds_turn SET amount_idr = 5 WHERE fund_id = %s", kube.fund)
    assert [fault.kind for fault in found(kube)] == [FaultKind.EVENT_ALTERED]


def test_a_fund_that_is_gone_is_named(kube: Kube) -> None:
    other = Fund.objects.exclude(pk=kube.fund).get()
    superuser("DELETE FROM funds_fund WHERE id = %s", other.pk)
    gone = {one.book: one.faults for one in ledger.examine([]) if one.faults}
    assert gone == {other.book_id: (Fault(FaultKind.FUND, 0),)}


def test_a_fund_given_to_another_group_is_named(kube: Kube) -> None:
    other = Fund.objects.exclude(pk=kube.fund).get().group_id
    superuser("UPDATE funds_fund SET group_id = %s, kind = 'vsla' WHERE id = %s", other, kube.fund)
    assert FaultKind.FUND in {fault.kind for fault in found(kube)}


def test_swapped_rows_are_named(kube: Kube) -> None:
    book = book_of(kube)
    for seq, to in ((2, 999_999), (3, 2), (999_999, 3)):
        superuser("UPDATE ledger_transfer SET seq = %s WHERE book_id = %s AND seq = %s", to, book, seq)
    kinds = [(fault.kind, fault.seq) for fault in found(kube)]
    assert (FaultKind.ALTERED, 2) in kinds
    assert (FaultKind.ALTERED, 3) in kinds


def test_a_removed_account_is_named(kube: Kube) -> None:
    book = book_of(kube)
    saving = account_id(book, "saving:2")
    superuser("DELETE FROM ledger_account WHERE id = %s", saving)
    assert Fault(FaultKind.BALANCE, 0, saving) in found(kube)
    assert not Account.objects.filter(pk=saving).exists()


def link(seq: int, head: bytes) -> Link:
    key = UUID(int=seq)
    return Link(seq, key, key, key, "IDR", 1, "x", date(2026, 1, 1), key, None, head)


def test_an_anchor_file_that_was_altered_is_told_apart_from_a_book_that_was() -> None:
    chain = [link(seq, bytes([seq]) * 32) for seq in range(1, 7)]
    book = UUID(int=9)

    def anchor(day: int, seq: int, head: bytes = b"") -> Anchor:
        return Anchor(date(2026, 10, day), book, seq, head or bytes([seq]) * 32)

    assert anchor_faults(chain, [anchor(1, 2), anchor(2, 6)]) == []
    altered = anchor_faults(chain, [anchor(1, 2, b"x" * 32), anchor(2, 6)])
    assert altered == [Fault(FaultKind.ANCHOR, 2)], "a later head covers all before it"
    assert anchor_faults(chain, [anchor(1, 2), anchor(2, 6, b"x" * 32)]) == [Fault(FaultKind.REWRITTEN, 6)]
    assert anchor_faults(chain, [anchor(3, 2), anchor(2, 6)]) == [Fault(FaultKind.ANCHOR, 6)], "days run with numbers"
    assert anchor_faults(chain, [anchor(1, 9)]) == [Fault(FaultKind.CUT, 9)]
