"""The chain: any change of any covered field is found, and so is a gap, a cut tail or a wrong balance."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from berdaya.ledger.rules import GENESIS, balances, compare_balances, link_hash, verify_chain
from berdaya.ledger.types import FaultKind, Link

ACCOUNTS = [UUID(int=number) for number in range(1, 6)]


def chained(moves: list[tuple[int, int, int]]) -> list[Link]:
    links: list[Link] = []
    previous = GENESIS
    for index, (debit, credit, amount) in enumerate(moves, start=1):
        bare = Link(
            seq=index,
            id=UUID(int=1_000 + index),
            debit=ACCOUNTS[debit],
            credit=ACCOUNTS[credit],
            unit="IDR",
            amount=amount,
            code="saving",
            occurred_on=date(2024, 9, 1),
            event=UUID(int=5_000 + index),
            reverses=None,
            hash=b"",
        )
        previous = link_hash(previous, bare)
        links.append(replace(bare, hash=previous))
    return links


moves = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(1, 10**12)).filter(lambda move: move[0] != move[1]),
    min_size=1,
    max_size=20,
)


@given(moves)
def test_an_untouched_chain_is_whole_and_balances_sum_to_nothing(steps: list[tuple[int, int, int]]) -> None:
    chain = chained(steps)
    assert verify_chain(chain, seq=len(chain), head=chain[-1].hash) is None
    assert sum(balances(chain).values()) == 0
    assert compare_balances(chain, balances(chain)) is None


@pytest.mark.parametrize(
    "change",
    [
        {"amount": 7},
        {"debit": UUID(int=9)},
        {"credit": UUID(int=9)},
        {"code": "iks"},
        {"unit": "ekor"},
        {"occurred_on": date(2024, 9, 2)},
        {"event": UUID(int=9)},
        {"reverses": UUID(int=9)},
        {"id": UUID(int=9)},
    ],
)
def test_each_covered_field_is_guarded(change: dict[str, object]) -> None:
    chain = chained([(0, 1, 5), (1, 2, 6), (2, 0, 3)])
    chain[1] = replace(chain[1], **change)  # type: ignore[arg-type]
    fault = verify_chain(chain, seq=3, head=chain[-1].hash)
    assert fault is not None
    assert (fault.kind, fault.seq) == (FaultKind.ALTERED, 2)


def test_gap_cut_tail_and_swapped_rows_are_found() -> None:
    chain = chained([(0, 1, 5), (1, 2, 6), (2, 0, 3)])
    head = chain[-1].hash
    gap = verify_chain([chain[0], chain[2]], seq=3, head=head)
    cut = verify_chain(chain[:2], seq=3, head=head)
    swapped = verify_chain([chain[1], chain[0], chain[2]], seq=3, head=head)
    assert gap is not None
    assert gap.kind is FaultKind.GAP
    assert cut is not None
    assert cut.kind is FaultKind.HEAD
    assert swapped is not None
    assert swapped.kind is FaultKind.GAP


def test_a_wrong_kept_balance_is_found() -> None:
    chain = chained([(0, 1, 5)])
    fault = compare_balances(chain, {ACCOUNTS[0]: 5, ACCOUNTS[1]: -4})
    assert fault is not None
    assert fault.account == ACCOUNTS[1]
