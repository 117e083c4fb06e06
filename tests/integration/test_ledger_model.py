"""The ledger against a model that anyone understands: a dictionary of balances. Random histories, same end."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import date
from itertools import permutations
from typing import ClassVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test

from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.ledger import selectors, services
from berdaya.ledger.rules import balances
from berdaya.ledger.types import AccountDraft, Outcome, TransferDraft

AREA = 3512010001
LIMITS: dict[str, tuple[int | None, int | None]] = {
    "cash": (0, None),
    "capital": (None, 0),
    "debt": (0, None),
    "saving": (None, 0),
}


class Book(RuleBasedStateMachine):
    """Random postings, replays and reversals; `actor` and `office` are set by the test."""

    actor: ClassVar[Actor]
    office: ClassVar[int]
    transfers = Bundle("transfers")

    def __init__(self) -> None:
        super().__init__()
        self.book = new_id()
        self.accounts = {code: new_id() for code in LIMITS}
        self.expected = dict.fromkeys(self.accounts.values(), 0)
        self.limits = {self.accounts[code]: limit for code, limit in LIMITS.items()}
        self.reversed: set[UUID] = set()
        with scoped(self.actor):
            services.open_books_many(actor=self.actor, rows=[(self.book, AREA, self.office, None)])
            services.open_accounts_many(
                actor=self.actor,
                drafts=[
                    AccountDraft(self.accounts[code], self.book, code, code, "IDR", *LIMITS[code]) for code in LIMITS
                ],
            )

    def _allowed(self, drafts: list[TransferDraft]) -> bool:
        running = dict(self.expected)
        for draft in drafts:
            for account, delta in ((draft.debit, draft.amount), (draft.credit, -draft.amount)):
                running[account] += delta
                floor, ceiling = self.limits[account]
                if (floor is not None and running[account] < floor) or (
                    ceiling is not None and running[account] > ceiling
                ):
                    return False
        return True

    def _post(self, drafts: list[TransferDraft]) -> bool:
        allowed = self._allowed(drafts)
        expected = contextlib.nullcontext() if allowed else pytest.raises(Problem, match="holds too little")
        with expected, scoped(self.actor):
            services.post_event(actor=self.actor, book=self.book, transfers=drafts)
        if not allowed:
            return False
        for draft in drafts:
            self.expected[draft.debit] += draft.amount
            self.expected[draft.credit] -= draft.amount
        return True

    @rule(
        target=transfers,
        moves=st.lists(
            st.tuples(st.sampled_from(list(permutations(LIMITS, 2))), st.integers(1, 500)),
            min_size=1,
            max_size=4,
        ),
    )
    def post(self, moves: list[tuple[tuple[str, str], int]]) -> object:
        event = new_id()
        drafts = [
            TransferDraft(
                new_id(), event, self.accounts[debit], self.accounts[credit], amount, "move", date(2024, 9, 2)
            )
            for (debit, credit), amount in moves
        ]
        return multiple(*drafts) if self._post(drafts) else multiple()

    @rule(transfer=transfers)
    def replay(self, transfer: TransferDraft) -> None:
        with scoped(self.actor):
            (posted,) = services.post_event(actor=self.actor, book=self.book, transfers=[transfer])
        assert posted.outcome is Outcome.IDENTICAL

    @rule(transfer=transfers)
    def reverse(self, transfer: TransferDraft) -> None:
        draft = TransferDraft(
            new_id(), new_id(), transfer.credit, transfer.debit, transfer.amount, "reversal",
            date(2024, 9, 3), transfer.id,
        )  # fmt: skip
        if transfer.id in self.reversed:
            with pytest.raises(Problem, match="reversal"), scoped(self.actor):
                services.post_event(actor=self.actor, book=self.book, transfers=[draft])
        elif self._post([draft]):
            self.reversed.add(transfer.id)

    @invariant()
    def balances_are_the_sums_of_their_transfers(self) -> None:
        with scoped(self.actor):
            kept = {row.id: row.balance for row in selectors.account_balances(actor=self.actor, books=[self.book])}
            sums = balances(selectors.links(actor=self.actor, book=self.book))
            assert selectors.verify_book(actor=self.actor, book=self.book).fault is None
        assert kept == self.expected
        assert kept == {account: sums.get(account, 0) for account in kept}
        assert sum(kept.values()) == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("runs", "steps"), [(15, 12), pytest.param(1_000, 50, marks=pytest.mark.nightly, id="nightly")]
)
def test_any_history_keeps_the_book_right(
    make_actor: Callable[..., Actor], offices: dict[str, int], runs: int, steps: int
) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        type("Bound", (Book,), {"actor": make_actor("operator"), "office": offices["dinsos-situbondo"]}),
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        ),
    )
