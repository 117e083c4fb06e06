"""``ledger verify`` finds what a superuser did to the books, and names it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection

from berdaya.cli import ledger
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.ledger import selectors
from berdaya.ledger.rules import link_hash
from berdaya.ledger.types import Fault, FaultKind, Link
from tests.integration.test_ledger_posting import Fund

pytestmark = pytest.mark.django_db(transaction=True)
MakeActor = Callable[..., Actor]
DAY = date(2026, 10, 31)


@pytest.fixture
def fund(make_actor: MakeActor, offices: dict[str, int]) -> Fund:
    """A book of six transfers, beside a sound one of another office."""
    other = Fund(make_actor("operator", office="diskop-situbondo"), offices["diskop-situbondo"])
    other.post(other.move(other.cash, other.capital, 500))
    made = Fund(make_actor("operator"), offices["dinsos-situbondo"])
    made.post(*(made.move(made.cash, made.capital, 1_000 * n) for n in range(1, 7)))
    return made


def faults(book: UUID, path: Path | None = None) -> list[Fault]:
    found = ledger.examine(ledger.read_anchors(path) if path else [])
    assert all(not one.faults for one in found if one.book != book)
    return [fault for one in found if one.book == book for fault in one.faults]


def superuser(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def anchored(path: Path) -> Path:
    ledger.add_anchors(path, ledger.examine([]), DAY)
    return path


def chain_of(fund: Fund) -> list[Link]:
    with scoped(fund.actor) as who:
        return selectors.links(actor=who, book=fund.book)


def made_anew(fund: Fund, keep: int, amount: int) -> None:
    """What somebody with the whole database and this code can do: alter, cut, hash again, set head and balances."""
    superuser("DELETE FROM ledger_transfer WHERE book_id = %s AND seq > %s", fund.book, keep)
    superuser("UPDATE ledger_transfer SET amount = %s WHERE book_id = %s AND seq = 2", amount, fund.book)
    previous = b""
    for link in chain_of(fund):
        previous = link_hash(previous, link)
        superuser("UPDATE ledger_transfer SET hash = %s WHERE id = %s", previous, link.id)
    superuser("UPDATE ledger_book SET seq = %s, head = %s WHERE id = %s", keep, previous, fund.book)
    total = sum(link.amount for link in chain_of(fund))
    superuser("UPDATE ledger_account SET balance = %s WHERE id = %s", total, fund.cash)
    superuser("UPDATE ledger_account SET balance = %s WHERE id = %s", -total, fund.capital)


def test_sound_books_of_every_office_are_seen(fund: Fund, tmp_path: Path) -> None:
    found = ledger.examine([])
    assert [(one.seq, one.faults) for one in sorted(found, key=lambda one: one.seq)] == [(1, ()), (6, ())]
    path = anchored(tmp_path / "anchor.csv")
    assert faults(fund.book, path) == []
    assert len(path.read_text().splitlines()) == 3


def test_an_altered_row_is_named(fund: Fund) -> None:
    superuser("UPDATE ledger_transfer SET amount = amount + 1 WHERE book_id = %s AND seq = 3", fund.book)
    found = faults(fund.book)
    assert found[0] == Fault(FaultKind.ALTERED, 3)
    assert {fault.account for fault in found[1:]} == {fund.cash, fund.capital}
    assert "transfer 3 was altered" in ledger.describe(found[0], "en")


@pytest.mark.parametrize(
    "column", ["code = 'x'", "occurred_on = '2024-09-03'", "debit_id = credit_id, credit_id = debit_id"]
)
def test_every_column_that_means_something_is_covered(fund: Fund, column: str) -> None:
    superuser(f"UPDATE ledger_transfer SET {column} WHERE book_id = %s AND seq = 2", fund.book)
    assert Fault(FaultKind.ALTERED, 2) in faults(fund.book)


def test_removed_rows_are_named(fund: Fund) -> None:
    superuser("DELETE FROM ledger_transfer WHERE book_id = %s AND seq IN (2, 3)", fund.book)
    found = faults(fund.book)
    assert found[0] == Fault(FaultKind.GAP, 2, last=3)
    assert {fault.kind for fault in found[1:]} == {FaultKind.BALANCE}


def test_a_removed_tail_is_named(fund: Fund) -> None:
    superuser("DELETE FROM ledger_transfer WHERE book_id = %s AND seq > 4", fund.book)
    assert Fault(FaultKind.GAP, 5, last=6) in faults(fund.book)
    assert ledger.describe(Fault(FaultKind.GAP, 5, last=6), "en") == "transfers 5 to 6 are missing"
    assert ledger.describe(Fault(FaultKind.GAP, 5, last=5), "en") == "transfer 5 is missing"


def test_a_head_that_was_set_is_named(fund: Fund) -> None:
    superuser("UPDATE ledger_book SET head = %s WHERE id = %s", b"x" * 32, fund.book)
    assert faults(fund.book) == [Fault(FaultKind.HEAD, 6)]
    superuser("UPDATE ledger_book SET seq = 1000000000 WHERE id = %s", fund.book)
    assert faults(fund.book) == [Fault(FaultKind.GAP, 7, last=1_000_000_000)]


def test_a_balance_that_was_set_is_named(fund: Fund) -> None:
    superuser("UPDATE ledger_account SET balance = balance - 1 WHERE id = %s", fund.siti)
    assert faults(fund.book) == [Fault(FaultKind.BALANCE, 0, fund.siti)]


def test_a_chain_made_anew_is_found_by_its_anchor_only(fund: Fund, tmp_path: Path) -> None:
    path = anchored(tmp_path / "anchor.csv")
    made_anew(fund, keep=6, amount=9_000)
    assert faults(fund.book) == []
    assert faults(fund.book, path) == [Fault(FaultKind.REWRITTEN, 6)]


def test_a_tail_cut_off_cleanly_is_found_by_its_anchor_only(fund: Fund, tmp_path: Path) -> None:
    path = anchored(tmp_path / "anchor.csv")
    made_anew(fund, keep=4, amount=2_000)
    assert faults(fund.book) == []
    assert faults(fund.book, path) == [Fault(FaultKind.CUT, 6)]


def test_a_book_taken_out_whole_is_found_by_its_anchor(fund: Fund, tmp_path: Path) -> None:
    path = anchored(tmp_path / "anchor.csv")
    for table in ("transfer", "account"):
        superuser(f"DELETE FROM ledger_{table} WHERE book_id = %s", fund.book)
    superuser("DELETE FROM ledger_book WHERE id = %s", fund.book)
    assert faults(fund.book, path) == [Fault(FaultKind.GONE, 6)]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def opened(*, demo: bool, owner: bool) -> Iterator[None]:
        assert owner
        yield

    monkeypatch.setattr(ledger, "existing", opened)


def run(*given: object) -> int:
    parser = argparse.ArgumentParser()
    ledger.add_arguments(parser)
    words = given if given[0] == "anchor" else ("verify", *given)
    return ledger.run(parser.parse_args([str(word) for word in words]))


@pytest.mark.usefixtures("here")
def test_anchors_grow_and_never_bless_a_broken_book(
    fund: Fund, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "anchor.csv", tmp_path / "out.json"
    assert run("--write-anchor", path) == 0
    first = path.read_text()
    assert run("--write-anchor", path) == 0
    assert path.read_text() == first
    fund.post(fund.move(fund.cash, fund.capital, 1))
    assert run("--write-anchor", path, "--anchor", path) == 0
    assert path.read_text().startswith(first)
    assert len(path.read_text().splitlines()) == 4
    made_anew(fund, keep=6, amount=9_000)
    before = path.read_text()
    capsys.readouterr()
    assert run("--write-anchor", path, "--json", out) == 1
    assert path.read_text() == before
    report = json.loads(out.read_text())
    assert [(fault["kind"], fault["seq"]) for fault in report["faults"]] == [("rewritten", 6), ("cut", 7)]
    assert (report["books"], report["ok"], report["anchors"]) == (2, False, 3)
    assert "1 rusak / broken" in capsys.readouterr().out


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("harm", "words"),
    [
        ("UPDATE ledger_transfer SET amount = 1 WHERE book_id = %s AND seq = 4", "transfer 4 was altered"),
        ("DELETE FROM ledger_transfer WHERE book_id = %s AND seq BETWEEN 3 AND 4", "transfers 3 to 4 are missing"),
        ("DELETE FROM ledger_transfer WHERE book_id = %s AND seq > 4", "transfers 5 to 6 are missing"),
        (None, "transfer 6 is not the anchored one"),
    ],
    ids=["altered", "middle", "tail", "recomputed"],
)
def test_the_evenings_heads_find_what_a_superuser_did_in_the_night(
    fund: Fund, tmp_path: Path, capsys: pytest.CaptureFixture[str], harm: str | None, words: str
) -> None:
    path = tmp_path / "anchor.csv"
    assert run("anchor", "--out", path) == 0
    assert len(path.read_text().splitlines()) == 3
    assert run("--anchor", path) == 0
    if harm:
        superuser(harm, fund.book)
    else:
        made_anew(fund, keep=6, amount=9_000)
        assert run("--json", tmp_path / "alone.json") == 0, "without the anchor a whole new chain looks whole"
    before = path.read_text()
    capsys.readouterr()
    assert run("--anchor", path) == 1
    said = capsys.readouterr().out
    assert words in said
    assert str(fund.book) in said
    assert run("anchor", "--out", path) == 1
    assert path.read_text() == before, "a broken book is never blessed"


@pytest.mark.parametrize("text", ["date,book,seq,head\n2026-10-31,x,1,aa\n", "1,2\n", "\x00"])
def test_a_broken_anchor_file_is_a_problem(tmp_path: Path, text: str) -> None:
    path = tmp_path / "anchor.csv"
    path.write_text(text)
    with pytest.raises(Problem) as caught:
        ledger.read_anchors(path)
    assert caught.value.code == "ledger.anchor_broken"


def test_every_kind_of_fault_has_its_words() -> None:
    assert set(ledger.TEXTS) == {kind.value for kind in FaultKind}
