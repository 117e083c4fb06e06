"""The ledger in the database: one way in, nothing out, right under races and for the wrong caller."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import ALL_OFFICES, Actor, scoped
from berdaya.ledger import selectors, services
from berdaya.ledger.rules import link_hash
from berdaya.ledger.types import AccountDraft, FaultKind, Outcome, TransferDraft

pytestmark = pytest.mark.django_db

AREA = 3512010001
DAY = date(2024, 9, 2)
MakeActor = Callable[..., Actor]


class Fund:
    """A book with cash (never below 0), capital (owed, never above 0) and two members' savings."""

    def __init__(self, actor: Actor, office: int, group: UUID | None = None) -> None:
        self.actor, self.book = actor, new_id()
        with scoped(actor):
            services.open_books_many(actor=actor, rows=[(self.book, AREA, office, group)])
            self.cash = self.account("cash", 0, None)
            self.capital = self.account("capital", None, 0)
            self.siti = self.account("saving:1", None, 0)
            self.goats = self.account("goats", 0, None, unit="ekor")

    def account(self, code: str, floor: int | None, ceiling: int | None, unit: str = "IDR") -> UUID:
        draft = AccountDraft(new_id(), self.book, code, code.title(), unit, floor, ceiling)
        services.open_accounts_many(actor=self.actor, drafts=[draft])
        return draft.id

    def move(self, debit: UUID, credit: UUID, amount: int, **changes: Any) -> TransferDraft:
        values: dict[str, Any] = {"id": new_id(), "event": new_id(), "code": "test", "occurred_on": DAY}
        return TransferDraft(**(values | {"debit": debit, "credit": credit, "amount": amount} | changes))

    def post(self, *transfers: TransferDraft, actor: Actor | None = None) -> list[Any]:
        with scoped(actor or self.actor) as who:
            return services.post_event(actor=who, book=self.book, transfers=transfers)

    def balance(self, account: UUID) -> int:
        with scoped(self.actor) as who:
            return {row.id: row.balance for row in selectors.account_balances(actor=who, books=[self.book])}[account]


@pytest.fixture
def fund(operator: Actor, offices: dict[str, int]) -> Fund:
    return Fund(operator, offices["dinsos-situbondo"])


def test_posting_moves_both_accounts_and_extends_the_chain(fund: Fund) -> None:
    posted = fund.post(fund.move(fund.cash, fund.capital, 1_000), fund.move(fund.cash, fund.siti, 50))
    assert [(row.seq, row.outcome) for row in posted] == [(1, Outcome.NEW), (2, Outcome.NEW)]
    assert (fund.balance(fund.cash), fund.balance(fund.capital), fund.balance(fund.siti)) == (1_050, -1_000, -50)
    with scoped(fund.actor) as who:
        assert connection.cursor().execute("SELECT current_user").fetchone() == ("berdaya_app",)
        first, second = selectors.links(actor=who, book=fund.book)
        assert first.hash == link_hash(b"", first)
        assert second.hash == link_hash(first.hash, second)
        assert selectors.book_head(actor=who, book=fund.book) == (2, second.hash)
        assert selectors.verify_book(actor=who, book=fund.book).fault is None


def test_the_same_id_again_changes_nothing_and_another_body_is_a_conflict(fund: Fund) -> None:
    transfer = fund.move(fund.cash, fund.capital, 1_000)
    fund.post(transfer)
    (again,) = fund.post(transfer)
    assert (again.seq, again.outcome) == (1, Outcome.IDENTICAL)
    assert fund.balance(fund.cash) == 1_000
    other = fund.move(fund.cash, fund.capital, 2_000, id=transfer.id)
    with pytest.raises(Problem, match="another content") as caught:
        fund.post(fund.move(fund.cash, fund.capital, 7), other)
    assert caught.value.code == "ledger.conflict"
    assert fund.balance(fund.cash) == 1_000


def test_limits_hold_after_each_single_transfer_and_name_what_is_there(fund: Fund) -> None:
    fund.post(fund.move(fund.cash, fund.capital, 100))
    with pytest.raises(Problem) as caught:
        fund.post(fund.move(fund.capital, fund.cash, 101), fund.move(fund.cash, fund.capital, 500))
    assert caught.value.code == "ledger.short"
    assert caught.value.params == {"account": "Cash", "amount": 101, "available": 100}
    with pytest.raises(Problem) as caught:
        fund.post(fund.move(fund.siti, fund.cash, 1))
    assert caught.value.params["available"] == 0
    assert fund.balance(fund.cash) == 100


@pytest.mark.parametrize("case", ["units", "unknown", "same", "zero", "code"])
def test_malformed_transfers_are_refused(fund: Fund, case: str) -> None:
    bad = {
        "units": (fund.move(fund.goats, fund.capital, 1), "ledger.no_account"),
        "unknown": (fund.move(new_id(), fund.capital, 1), "ledger.no_account"),
        "same": (fund.move(fund.cash, fund.cash, 1), "ledger.bad_transfer"),
        "zero": (fund.move(fund.cash, fund.capital, 0), "ledger.bad_transfer"),
        "code": (fund.move(fund.cash, fund.capital, 1, code="a|b"), "ledger.bad_transfer"),
    }
    transfer, code = bad[case]
    with pytest.raises(Problem) as caught:
        fund.post(fund.move(fund.cash, fund.capital, 5), transfer)
    assert caught.value.code == code
    assert fund.balance(fund.cash) == 0


def test_a_reversal_restores_balances_and_happens_once(fund: Fund) -> None:
    wrong = fund.move(fund.cash, fund.capital, 300)
    fund.post(wrong)
    fund.post(fund.move(fund.capital, fund.cash, 300, reverses=wrong.id))
    assert fund.balance(fund.cash) == 0
    for draft in (
        fund.move(fund.capital, fund.cash, 300, reverses=wrong.id),
        fund.move(fund.capital, fund.cash, 1, reverses=wrong.id),
        fund.move(fund.capital, fund.cash, 300, reverses=new_id()),
    ):
        with pytest.raises(Problem) as caught:
            fund.post(fund.move(fund.cash, fund.capital, 300), draft)
        assert caught.value.code == "ledger.bad_reversal"


def test_outsiders_reach_nothing_and_insiders_do(fund: Fund, make_actor: MakeActor) -> None:
    good = fund.move(fund.cash, fund.capital, 10)
    outsiders = [
        make_actor("operator", area=3511000000, office="dinsos-bondowoso"),
        make_actor("operator", office="diskop-situbondo"),
        make_actor("auditor", office="*"),
        make_actor("group_officer", office=None, kind="subject", groups=(new_id(),)),
        make_actor("group_officer", kind="subject", groups=(new_id(),)),
        make_actor("public", office=None, kind="public"),
    ]
    assert outsiders[2].office == ALL_OFFICES
    for outsider in outsiders:
        with pytest.raises((Problem, DatabaseError)) as caught:
            fund.post(good, actor=outsider)
        if isinstance(caught.value, Problem):
            assert caught.value.code == "not_found", outsider
        else:
            assert "permission denied" in str(caught.value)
    assert fund.balance(fund.cash) == 0
    fund.post(good)
    assert fund.balance(fund.cash) == 10


def test_a_group_officer_posts_into_the_own_group_only(
    operator: Actor, offices: dict[str, int], make_actor: MakeActor
) -> None:
    from berdaya.groups.models import Group

    office = offices["dinsos-situbondo"]
    group = Group.objects.create(area=AREA, office_id=office, code="K1", name="KUBE Contoh").pk
    fund = Fund(operator, office, group)
    officer = make_actor("group_officer", office=None, kind="subject", groups=(group,))
    fund.post(fund.move(fund.cash, fund.capital, 10), actor=officer)
    assert fund.balance(fund.cash) == 10
    with scoped(officer) as who:
        assert selectors.verify_book(actor=who, book=fund.book).fault is None


def test_no_scope_posts_nothing(fund: Fund) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE berdaya_app")
        cursor.execute(
            "SELECT set_config('berdaya.ranges', '{}', true), set_config('berdaya.office', '', true),"
            " set_config('berdaya.groups', '', true)"
        )
        with pytest.raises(DatabaseError, match="not_found"), transaction.atomic():
            cursor.execute("SELECT * FROM ledger_post(%s, '[]'::jsonb)", [fund.book])


@pytest.mark.parametrize("role", ["berdaya_app", "berdaya_subject", "berdaya_public"])
@pytest.mark.parametrize("table", ["ledger_transfer", "ledger_account", "ledger_book"])
@pytest.mark.parametrize(
    "sql",
    ["UPDATE {t} SET area = area", "DELETE FROM {t}", "TRUNCATE {t} CASCADE", "ALTER TABLE {t} DISABLE TRIGGER ALL"],
)
def test_no_role_of_the_application_can_change_the_book(fund: Fund, role: str, table: str, sql: str) -> None:
    fund.post(fund.move(fund.cash, fund.capital, 10))
    with scoped(fund.actor), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
        with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
            cursor.execute(sql.format(t=table))
        cursor.execute("SET LOCAL ROLE berdaya_app")
    assert fund.balance(fund.cash) == 10


def test_transfers_cannot_be_inserted_past_the_function(fund: Fund) -> None:
    refused = pytest.raises(DatabaseError, match="permission denied")
    with scoped(fund.actor), connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute("INSERT INTO ledger_transfer (id) VALUES (%s)", [new_id()])


def test_an_account_cannot_start_with_money(fund: Fund) -> None:
    from berdaya.ledger.models import Account

    with scoped(fund.actor), pytest.raises(DatabaseError, match="starts empty"), transaction.atomic():
        Account.objects.create(
            area=AREA, office_id=fund.actor.office, book_id=fund.book, code="gift", name="Gift", balance=5
        )


def test_what_the_owner_alters_is_found(fund: Fund) -> None:
    fund.post(*(fund.move(fund.cash, fund.capital, 10) for _ in range(3)))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_transfer SET amount = 11 WHERE book_id = %s AND seq = 2", [fund.book])
    with scoped(fund.actor) as who:
        found = selectors.verify_book(actor=who, book=fund.book).fault
    assert found is not None
    assert (found.kind, found.seq) == (FaultKind.ALTERED, 2)


def _at_once(work: Callable[[int], str], count: int) -> list[str]:
    gate, results = threading.Barrier(count), [""] * count

    def run(index: int) -> None:
        try:
            gate.wait(180)
            results[index] = work(index)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(600)
    return results


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("isolation", ["READ COMMITTED", "SERIALIZABLE"])
def test_fifty_withdrawals_at_once_with_money_for_one(operator: Actor, offices: dict[str, int], isolation: str) -> None:
    fund = Fund(operator, offices["dinsos-situbondo"])
    fund.post(fund.move(fund.cash, fund.capital, 100))

    def withdraw(_: int) -> str:
        for _attempt in range(60):
            try:
                with transaction.atomic():
                    connection.cursor().execute(f"SET TRANSACTION ISOLATION LEVEL {isolation}")
                    fund.post(fund.move(fund.capital, fund.cash, 100))
            except Problem as problem:
                return problem.code
            except DatabaseError as error:
                if "serialize" not in str(error):
                    return str(error)
            else:
                return "taken"
        return "never"

    results = _at_once(withdraw, 50)
    assert sorted(set(results)) == ["ledger.short", "taken"]
    assert results.count("taken") == 1
    assert fund.balance(fund.cash) == 0
    with scoped(operator) as who:
        assert selectors.verify_book(actor=who, book=fund.book).fault is None


@pytest.mark.django_db(transaction=True)
def test_one_transfer_sent_twenty_times_at_once_counts_once(operator: Actor, offices: dict[str, int]) -> None:
    fund = Fund(operator, offices["dinsos-situbondo"])
    transfer = fund.move(fund.cash, fund.capital, 100)
    results = _at_once(lambda _: str(fund.post(transfer)[0].outcome), 20)
    assert sorted(results) == ["identical"] * 19 + ["new"]
    assert fund.balance(fund.cash) == 100
