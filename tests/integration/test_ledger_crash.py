"""Postings over a connection that dies: what was acknowledged is there, nothing is twice, after any kill -9."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from berdaya.kernel.ids import new_id
from berdaya.kernel.scope import Actor, scoped
from berdaya.ledger import selectors, services
from berdaya.ledger.types import AccountDraft
from tests.addresses import url_of
from tests.patience import PATIENCE

AREA = 3512010001
CHILD = Path(__file__).resolve().parents[1] / "ledger_child.py"


class Posting:
    """A process of its own that posts ids from a list, and says each one after its commit."""

    def __init__(self, environment: dict[str, str], arguments: list[str], ids: Iterable[UUID]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(CHILD), *arguments],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        # Ten thousand ids are more than a command line takes; the child reads them all before it posts.
        assert self.process.stdin is not None
        self.process.stdin.write("\n".join(str(key) for key in ids))
        self.process.stdin.close()

    def said(self, count: int) -> list[UUID]:
        """The next ``count`` ids that the process acknowledged, or fewer where it ended."""
        assert self.process.stdout is not None
        heard = []
        for line in self.process.stdout:
            heard.append(UUID(line.strip()))
            if len(heard) == count:
                break
        return heard

    def kill(self) -> list[UUID]:
        """kill -9, and what it had acknowledged until then."""
        self.process.send_signal(signal.SIGKILL)
        assert self.process.stdout is not None
        rest = [UUID(line.strip()) for line in self.process.stdout if len(line.strip()) == 36]
        self.process.wait(PATIENCE)
        return rest


def environment() -> dict[str, str]:
    """The child's database is the test's own."""
    url = url_of()
    root = Path(__file__).resolve().parents[2]
    return {
        **os.environ,
        "DATABASE_URL": url,
        "BERDAYA_OWNER_URL": url,
        "BERDAYA_TEST_URL": url,
        "PYTHONPATH": f"{root / 'src'}:{root}",
    }


def book_of(actor: Actor, office: int) -> tuple[UUID, UUID, UUID]:
    book, cash, capital = new_id(), new_id(), new_id()
    with scoped(actor):
        services.open_books_many(actor=actor, rows=[(book, AREA, office, None)])
        services.open_accounts_many(
            actor=actor,
            drafts=[
                AccountDraft(cash, book, "cash", "Kas", floor=0),
                AccountDraft(capital, book, "capital", "Modal", floor=None, ceiling=0),
            ],
        )
    return book, cash, capital


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("transfers", "kills", "victim"),
    [
        (400, 2, "client"),
        (400, 2, "backend"),
        pytest.param(10_000, 20, "client", marks=pytest.mark.nightly),
        pytest.param(10_000, 10, "backend", marks=pytest.mark.nightly),
    ],
)
def test_a_kill_loses_nothing_acknowledged_and_doubles_nothing(
    make_actor: Callable[..., Actor], offices: dict[str, int], transfers: int, kills: int, victim: str
) -> None:
    """`client` is the process that posts, `backend` the database's own process of its connection."""
    actor = make_actor("operator")
    office = offices["dinsos-situbondo"]
    book, cash, capital = book_of(actor, office)
    ids = [new_id() for _ in range(transfers)]
    arguments = [str(actor.account_id), str(office), str(book), str(cash), str(capital)]
    done: set[UUID] = set()
    step = transfers // (kills + 1)
    for _ in range(kills):
        posting = Posting(environment(), arguments, [key for key in ids if key not in done])
        done.update(posting.said(step))
        if victim == "backend":
            with psycopg.connect(environment()["DATABASE_URL"], autocommit=True) as other:
                other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE application_name = %s AND datname = current_database()",
                    [f"ledger-child-{posting.process.pid}"],
                )
            time.sleep(0.05)
        done.update(posting.kill())
    rest = Posting(environment(), arguments, ids)
    done.update(rest.said(transfers))
    rest.process.wait(PATIENCE)
    assert done == set(ids)
    with scoped(actor):
        chain = selectors.links(actor=actor, book=book)
        assert selectors.verify_book(actor=actor, book=book).fault is None
        kept = {row.id: row.balance for row in selectors.account_balances(actor=actor, books=[book])}
    assert sorted(link.id for link in chain) == sorted(ids), "each id exactly once"
    assert kept == {cash: 7 * transfers, capital: -7 * transfers}
