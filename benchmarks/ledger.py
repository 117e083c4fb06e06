"""Single payments and whole meetings of 20 members, beside django-hordak and beside bare INSERTs.

**Ours** goes the product's way in a scope of an office's operator: row-level policies, balances with limits, hash
chain, schedules brought up to date, audit, history. ``record_payment`` takes one payment; ``record_payments_many`` a
meeting's 40 (a saving and an instalment of each member) as one atomic posting, or payments of many groups that were
handed in together; ``record_meeting``, what the meeting
screen sends, also keeps who was there and the cash that was counted. ``ledger.services.post_event`` is the ledger
alone.

**The limit** writes the same rows, finished, and nothing else: tables with the columns, defaults, CHECKs and indexes
of ours (``LIKE ... INCLUDING ALL``; foreign keys, triggers and policies are left out), one prepared INSERT a row,
pipelined, one commit for each of ours, as their owner on the same server. What ours writes: a transfer for the ledger
alone; a transfer, an event and a line of the audit trail for a payment; 40, 40 and 1 for a meeting; and the meeting
with 20 lines of attendance for what the screen sends. Balances, heads and schedules, which ours updates besides, have
no INSERT and are not in it.

**The peer** moves the same money between as many accounts by ``Account.transfer_to``, its documented way, each
transfer a transaction of its own kind as each of ours is an event of its own, a meeting in one commit. Beside it
stands ``folded``: the same meeting as a single transaction of 41 legs written by ``bulk_create``, the fastest that
its models allow, where no member's payment is an entry of its own any more. Neither has policies, chain, limits,
schedule or audit.

Then the ledger grows: ``--funds`` books are filled up to each size of ``--millions`` by bulk SQL with a whole chain
and balances (twenty of them are walked), and there the balance of one fund and a meeting are timed again. Ten million
take minutes and some 5 GB, fifty million half an hour and 25 GB.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from uuid import UUID

import psycopg

from benchmarks.harness import Row, Timing, in_turn
from berdaya.funds import accounts
from berdaya.funds.models import Fund
from berdaya.funds.services import (
    open_fund,
    open_turns_many,
    receive_capital,
    record_meeting,
    record_payment,
    record_payments_many,
)
from berdaya.funds.types import (
    CapitalDraft,
    EventKind,
    FundDraft,
    MeetingDraft,
    MeetingLine,
    MeetingState,
    Payment,
    PaymentOutcome,
    Source,
    TurnDraft,
)
from berdaya.funds.wire import meeting_json
from berdaya.groups.models import Group, Membership
from berdaya.kernel.ids import new_id, new_ids
from berdaya.kernel.scope import Actor, scoped
from berdaya.ledger.selectors import account_balances, verify_book
from berdaya.ledger.services import post_event
from berdaya.ledger.types import TransferDraft
from berdaya.people.models import Household, Person
from berdaya.process import cast
from berdaya.process.offices import NewOffice, ensure_office

ROOT = Path(__file__).resolve().parents[1]
AREA, VILLAGE = 3512000000, 3512072001
MEMBERS = 20
MEETING = 2 * MEMBERS
GROUPS, TOGETHER = 20, 200
OPENED, PAID = date(2024, 9, 2), date(2024, 10, 1)
DEBT = 60_000_000
KINDS = ("saving", "instalment")
Shape = tuple[str, int, int, Callable[[], object], Callable[[], object], list[str]]
LIMITED = ("ledger_transfer", "funds_cashevent", "audit_auditentry", "funds_meeting", "funds_attendance")
TRANSFER_INSERT = """
    INSERT INTO bench_ledger_transfer (id, area, office_id, group_id, book_id, seq, event_id, debit_id, credit_id, unit,
        amount, code, occurred_on, hash, account_id)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 'IDR', 1000, %s, %s, %s, %s)
"""
EVENT_INSERT = """
    INSERT INTO bench_funds_cashevent (id, area, office_id, fund_id, group_id, membership_id, turn_id, kind,
        occurred_on, amount, unit, note, meeting_id, account_id)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 1000, 'IDR', '', %s, %s)
"""
AUDIT_INSERT = """
    INSERT INTO bench_audit_auditentry (id, name, version, account_id, role, area, office_id, occurred_at, reason,
        subject_kind, subject_id, body)
    VALUES (%s, 'funds.payments_recorded', 1, %s, 'operator', %s, %s, now(), '', 'fund', %s, %s)
"""
MEETING_INSERT = """
    INSERT INTO bench_funds_meeting (id, area, office_id, fund_id, group_id, held_on, place, note, source, state,
        book_idr, body, problems, entered_by)
    VALUES (%s, %s, %s, %s, %s, %s, '', '', 'phone', 'posted', 0, %s, '[]', %s)
"""
ATTENDANCE_INSERT = """
    INSERT INTO bench_funds_attendance (id, area, office_id, meeting_id, group_id, membership_id, presence, signed,
        confirmed)
    VALUES (%s, %s, %s, %s, %s, %s, 'present', '', false)
"""
FILL_BOOKS = """
    WITH made AS (
        INSERT INTO ledger_book (id, area, office_id, group_id, seq, head)
        SELECT gen_random_uuid(), %(area)s, %(office)s, NULL, 0, '' FROM generate_series(1, %(count)s::bigint)
        RETURNING id)
    INSERT INTO ledger_account (id, area, office_id, group_id, book_id, code, name, unit, balance, floor, ceiling)
    SELECT gen_random_uuid(), %(area)s, %(office)s, NULL, made.id, a.code, a.code, 'IDR', 0, NULL, NULL
    FROM made CROSS JOIN (VALUES ('cash'), ('saving:1')) AS a(code)
"""
FILL_TRANSFERS = """
    WITH RECURSIVE link AS (
        SELECT b.id AS book, b.area, b.office_id, d.id AS debit, c.id AS credit, b.seq, b.head AS hash, b.id AS id
        FROM ledger_book b
        JOIN ledger_account d ON d.book_id = b.id AND d.code = 'cash'
        JOIN ledger_account c ON c.book_id = b.id AND c.code = 'saving:1'
        WHERE b.group_id IS NULL
        UNION ALL
        SELECT l.book, l.area, l.office_id, l.debit, l.credit, l.seq + 1,
            sha256(convert_to('berdaya.ledger.1|' || l.seq + 1 || '|' || encode(l.hash, 'hex') || '|' || x.id || '|'
                || l.debit || '|' || l.credit || '|IDR|1000|saving|2024-10-01|' || x.id || '|', 'UTF8')),
            x.id
        FROM link l CROSS JOIN LATERAL (
            SELECT (lpad(to_hex(1727740800000 + 604800000 * l.seq), 12, '0') || '7'
                    || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid AS id
        ) x
        WHERE l.seq < %(last)s::bigint
    ), kept AS (
        INSERT INTO ledger_transfer (id, area, office_id, group_id, book_id, seq, event_id, debit_id, credit_id, unit,
            amount, code, occurred_on, reverses, hash, account_id)
        SELECT id, area, office_id, NULL, book, seq, id, debit, credit, 'IDR', 1000, 'saving', '2024-10-01', NULL, hash,
            1
        FROM link WHERE seq > %(first)s::bigint
    ), held AS (
        UPDATE ledger_account a SET balance = CASE a.code WHEN 'cash' THEN 1000 ELSE -1000 END * %(last)s::bigint
        FROM ledger_book b WHERE a.book_id = b.id AND b.group_id IS NULL
    )
    UPDATE ledger_book b SET seq = l.seq, head = l.hash FROM link l WHERE l.book = b.id AND l.seq = %(last)s::bigint
"""
FILL_STEP = 1_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How many of each."""
    parser.add_argument("--singles", type=int, default=200, help="payments one at a time (default 200)")
    parser.add_argument("--meetings", type=int, default=100, help="meetings of 40 payments (default 100)")
    parser.add_argument("--funds", type=int, default=100_000, help="books beside ours while it grows (default 100,000)")
    parser.add_argument(
        "--millions", default="1", help="sizes to grow to, in millions of transfers: 1,10,50 (default 1; 0 is none)"
    )


@dataclass(frozen=True)
class Kube:
    """The benchmark's group: an operator, its fund's book and its members."""

    actor: Actor
    group: UUID
    fund: UUID
    book: UUID
    members: tuple[UUID, ...]
    meetings: Iterator[int] = field(default_factory=itertools.count)


def run(options: argparse.Namespace) -> list[Row]:
    """Every shape by every contender in turn; the book is walked at the end."""
    kube, whole = _kube("B1"), _kube("B2")
    singles, meetings = options.singles, options.meetings
    with psycopg.connect(os.environ["BERDAYA_OWNER_URL"], autocommit=True) as owner, _peer(options.peers) as peer:
        owner.execute("SET ROLE berdaya_owner")
        _singles(kube, 10)
        _transfers(kube, 10)
        _meetings(kube, 10)
        _pages(whole, 10)
        bare = Bare(owner, kube)
        single, meeting, folded = (
            f"meeting {singles} 1",
            f"meeting {meetings} {MEETING}",
            f"folded {meetings} {MEETING}",
        )
        batches = max(1, singles // TOGETHER)
        crowd = [kube, *(_kube(f"C{number}") for number in range(1, GROUPS))]
        _crowds(crowd, 3)
        shapes: list[Shape] = [
            (f"single payments of {GROUPS} groups, {TOGETHER} handed in together", batches, TOGETHER,
             lambda: _crowds(crowd, batches), lambda: bare.payments(batches, TOGETHER, audits=GROUPS),
             [f"meeting {batches} {TOGETHER}"]),
            ("single payments", singles, 1, lambda: _singles(kube, singles),
             lambda: bare.payments(singles, 1), [single]),
            ("single transfers, ledger alone", singles, 1, lambda: _transfers(kube, singles),
             lambda: bare.transfers(singles), [single]),
            ("meetings of 20 members", meetings, MEETING, lambda: _meetings(kube, meetings),
             lambda: bare.payments(meetings, MEETING), [meeting, folded]),
            ("meetings with attendance and counted cash", meetings, MEETING, lambda: _pages(whole, meetings),
             lambda: bare.screens(meetings), [meeting, folded]),
        ]  # fmt: skip
        table = []
        for name, count, size, ours, limit, asked in shapes:
            contenders: dict[str, Callable[[], object]] = {"ours": ours, "limit": limit}
            if peer:
                contenders |= {word: _ask(peer, line) for word, line in zip(("peer", "folded"), asked, strict=False)}
            table.append(_row(name, count, size, in_turn(contenders, runs=options.runs)))
        table.append(_walk(kube, options.runs))
        for size in sorted(int(float(text) * 1_000_000) for text in str(options.millions).split(",")):
            if size:
                table += _grown(kube, owner, options, size)
    return table


def _kube(code: str) -> Kube:
    office = ensure_office(NewOffice("bench", "Dinas Sosial Kabupaten Situbondo", AREA))
    maker, _ = cast.staff(office)
    people, fund = new_ids(4 * MEMBERS), new_id()
    homes = [Household(id=key, area=VILLAGE, synthetic=True) for key in people[:MEMBERS]]
    persons = [
        Person(
            id=key, household=home, area=VILLAGE, name=f"Anggota Contoh {at}", name_key=f"anggota contoh {at}",
            synthetic=True,
        )
        for at, (key, home) in enumerate(zip(people[MEMBERS:], homes, strict=False), start=1)
    ]  # fmt: skip
    with scoped(maker, reason="benchmark"):
        Household.objects.bulk_create(homes)
        Person.objects.bulk_create(persons)
        group = Group.objects.create(
            id=new_id(), area=VILLAGE, office_id=office.pk, code=code, name=f"KUBE Contoh {code}", synthetic=True
        )
        members = Membership.objects.bulk_create(
            Membership(
                id=key, area=VILLAGE, office_id=office.pk, group=group, person=person, household=person.household,
                number=number, joined_on=date(2024, 1, 1),
            )
            for number, (key, person) in enumerate(zip(people[2 * MEMBERS :], persons, strict=False), start=1)
        )  # fmt: skip
        open_fund(actor=maker, draft=FundDraft(fund, group.pk, OPENED))
        receive_capital(actor=maker, draft=CapitalDraft(new_id(), fund, MEMBERS * DEBT, OPENED))
        turns = [TurnDraft(new_id(), member.pk, DEBT, 10, OPENED) for member in members]
        open_turns_many(actor=maker, drafts=turns)
        book = Fund.objects.get(id=fund).book_id
    return Kube(maker, group.pk, fund, book, tuple(member.pk for member in members))


def _singles(kube: Kube, count: int) -> None:
    for at in range(count):
        payment = Payment(new_id(), kube.members[at % MEMBERS], EventKind.SAVING, PAID, 1_000)
        with scoped(kube.actor):
            assert record_payment(actor=kube.actor, payment=payment).outcome is PaymentOutcome.RECORDED


def _crowds(crowd: list[Kube], count: int) -> None:
    """Payments of members of many groups in one call, as a phone or a list of the bank hands them in."""
    for _ in range(count):
        payments = [
            Payment(key, crowd[at % GROUPS].members[at // GROUPS % MEMBERS], EventKind.SAVING, PAID, 1_000)
            for at, key in enumerate(new_ids(TOGETHER))
        ]
        with scoped(crowd[0].actor):
            results = record_payments_many(actor=crowd[0].actor, payments=payments)
        assert all(result.outcome is PaymentOutcome.RECORDED for result in results)


def _transfers(kube: Kube, count: int) -> None:
    cash = accounts.account_id(kube.book, accounts.CASH)
    for at in range(count):
        saving = accounts.account_id(kube.book, accounts.saving(at % MEMBERS + 1))
        draft = TransferDraft(new_id(), new_id(), cash, saving, 1_000, "saving", PAID)
        with scoped(kube.actor):
            post_event(actor=kube.actor, book=kube.book, transfers=[draft])


def _meetings(kube: Kube, count: int) -> None:
    for _ in range(count):
        day = PAID + timedelta(days=min(next(kube.meetings) // 4, 700))
        chosen = [(member, kind) for member in kube.members for kind in (EventKind.SAVING, EventKind.INSTALMENT)]
        payments = [Payment(key, *one, day, 1_000) for key, one in zip(new_ids(MEETING), chosen, strict=True)]
        with scoped(kube.actor):
            results = record_payments_many(actor=kube.actor, payments=payments)
        assert all(result.outcome is PaymentOutcome.RECORDED for result in results)


def _pages(kube: Kube, count: int) -> None:
    for _ in range(count):
        day = PAID + timedelta(days=next(kube.meetings))
        lines = tuple(MeetingLine(member, saving_idr=1_000, instalment_idr=1_000) for member in kube.members)
        draft = MeetingDraft(new_id(), kube.fund, day, lines, counted_idr=None, source=Source.PHONE)
        with scoped(kube.actor):
            assert record_meeting(actor=kube.actor, draft=draft).state is MeetingState.POSTED


class Bare:
    """INSERTs of finished rows, numbered on: as many as ours writes for the same, in as many commits."""

    def __init__(self, owner: psycopg.Connection[tuple[object, ...]], kube: Kube) -> None:
        self.owner, self.kube, self.seq, self.digest = owner, kube, 0, sha256(b"bench").digest()
        self.turns, self.meetings, self.accounts = new_ids(MEMBERS), itertools.count(), new_ids(2 * MEMBERS + 1)
        self.office, self.account = kube.actor.office, kube.actor.account_id
        for table in LIMITED:
            owner.execute(f"CREATE TABLE bench_{table} (LIKE {table} INCLUDING ALL)")

    def transfers(self, count: int) -> None:
        """``count`` transactions of a transfer each: the ledger alone."""
        for key in new_ids(count):
            with self.owner.transaction(), self.owner.cursor() as cursor:
                cursor.executemany(TRANSFER_INSERT, [self._transfer(key, 0, PAID)])

    def payments(self, count: int, size: int, *, audits: int = 1) -> None:
        """``count`` transactions of ``size`` payments, each with its event, and ``audits`` lines of audit."""
        for _ in range(count):
            with self.owner.transaction(), self.owner.cursor() as cursor:
                self._write(cursor, size, PAID, None, audits)

    def screens(self, count: int) -> None:
        """``count`` meetings as the screen sends them: with the meeting's own row and who was there."""
        for _ in range(count):
            meeting, day = new_id(), PAID + timedelta(days=next(self.meetings))
            lines = [MeetingLine(member, saving_idr=1_000, instalment_idr=1_000) for member in self.kube.members]
            draft = MeetingDraft(meeting, self.kube.fund, day, tuple(lines), source=Source.PHONE)
            with self.owner.transaction(), self.owner.cursor() as cursor:
                cursor.execute(MEETING_INSERT, (
                    meeting, VILLAGE, self.office, self.kube.fund, self.kube.group, day,
                    json.dumps(meeting_json(draft)), self.account,
                ))  # fmt: skip
                cursor.executemany(ATTENDANCE_INSERT, [
                    (key, VILLAGE, self.office, meeting, self.kube.group, member)
                    for key, member in zip(new_ids(MEMBERS), self.kube.members, strict=True)
                ])  # fmt: skip
                self._write(cursor, MEETING, day, meeting)

    def _write(
        self, cursor: psycopg.Cursor[tuple[object, ...]], size: int, day: date, meeting: UUID | None, audits: int = 1
    ) -> None:
        keys = new_ids(size)
        cursor.executemany(TRANSFER_INSERT, [self._transfer(key, at, day) for at, key in enumerate(keys)])
        cursor.executemany(EVENT_INSERT, [self._event(key, at, day, meeting) for at, key in enumerate(keys)])
        body = json.dumps({"count": size, "amount": 1_000 * size})
        fund = str(self.kube.fund)
        cursor.executemany(
            AUDIT_INSERT, [(key, self.account, VILLAGE, self.office, fund, body) for key in new_ids(audits)]
        )

    def _transfer(self, key: UUID, at: int, day: date) -> tuple[object, ...]:
        self.seq += 1
        return (
            key, VILLAGE, self.office, self.kube.group, self.kube.book, self.seq, key, self.accounts[-1],
            self.accounts[at % (2 * MEMBERS)], KINDS[at % 2], day, self.digest, self.account,
        )  # fmt: skip

    def _event(self, key: UUID, at: int, day: date, meeting: UUID | None) -> tuple[object, ...]:
        member = at // 2 % MEMBERS
        return (
            key, VILLAGE, self.office, self.kube.fund, self.kube.group, self.kube.members[member],
            self.turns[member] if at % 2 else None, KINDS[at % 2], day, meeting, self.account,
        )  # fmt: skip


@contextmanager
def _peer(wanted: bool) -> Iterator[subprocess.Popen[str] | None]:
    """The peer's process, ready to be asked; None without ``--peers``."""
    if not wanted:
        yield None
        return
    command = [sys.executable, "-m", "benchmarks._hordak_peer"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        _await(process, "ready")
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=30)


def _ask(process: subprocess.Popen[str], line: str) -> Callable[[], None]:
    def ask() -> None:
        assert process.stdin is not None
        process.stdin.write(line + "\n")
        process.stdin.flush()
        _await(process, "done")

    return ask


def _await(process: subprocess.Popen[str], word: str) -> None:
    assert process.stdout is not None
    if process.stdout.readline().strip() != word:
        raise RuntimeError("the peer ended; see its message above")


def _row(name: str, count: int, size: int, timings: dict[str, Timing]) -> Row:
    ours, posts = timings["ours"], count * size
    peer = timings.get("peer")
    return Row(
        name, posts, ours.seconds, posts / ours.seconds, "transfers/s", ours.peak_mb,
        peer="django-hordak" if peer else None, peer_value=posts / peer.seconds if peer else None,
        limit="bare INSERT", limit_value=posts / timings["limit"].seconds,
        extra={
            "ms_per_transaction": {name: round(1000 * one.seconds / count, 3) for name, one in timings.items()},
            "best_ms": {name: round(1000 * min(one.runs) / count, 3) for name, one in timings.items()},
            "load": round(os.getloadavg()[0], 1),
        },
    )  # fmt: skip


def _grown(
    kube: Kube, owner: psycopg.Connection[tuple[object, ...]], options: argparse.Namespace, size: int
) -> list[Row]:
    """The ledger filled up to ``size`` transfers in ``--funds`` books; then a balance and meetings beside them."""
    (books,) = owner.execute("SELECT count(*) FROM ledger_book WHERE group_id IS NULL").fetchone() or (0,)
    if not books:
        office = kube.actor.office
        owner.execute(FILL_BOOKS, {"area": VILLAGE, "office": office, "count": options.funds})
    (each,) = owner.execute(
        "SELECT coalesce(max(seq), 0) FROM ledger_transfer WHERE book_id = ("
        " SELECT id FROM ledger_book WHERE group_id IS NULL ORDER BY id LIMIT 1)"
    ).fetchone() or (0,)
    at, wanted = int(str(each)), max(1, size // options.funds)
    began, filled = perf_counter(), (wanted - at) * options.funds
    while at < wanted:
        last = min(wanted, at + max(1, FILL_STEP // options.funds))
        owner.execute(FILL_TRANSFERS, {"first": at, "last": last})
        at = last
    owner.execute("VACUUM (ANALYZE) ledger_book, ledger_account, ledger_transfer")
    took = perf_counter() - began
    chosen = [row[0] for row in owner.execute(
        "SELECT id FROM ledger_book WHERE group_id IS NULL ORDER BY id LIMIT 200"
    ).fetchall()]  # fmt: skip

    with scoped(kube.actor):
        for book in chosen[:20]:
            found = verify_book(actor=kube.actor, book=book)  # type: ignore[arg-type]
            assert (found.fault, found.seq) == (None, wanted), found

    def balances() -> None:
        for book in chosen:
            with scoped(kube.actor):
                assert account_balances(actor=kube.actor, books=[book])  # type: ignore[list-item]

    timings = in_turn({"balances": balances, "meetings": lambda: _meetings(kube, options.meetings)}, runs=options.runs)
    one, met = timings["balances"], timings["meetings"]
    posts = options.meetings * MEETING
    return [
        Row(
            f"chained in bulk up to {size / 1e6:g} million transfers", filled, took, filled / took if took else 0,
            "transfers/s", 0,
        ),
        Row(
            f"balance of one of {options.funds:,} funds at {size / 1e6:g} million transfers", size, one.seconds,
            len(chosen) / one.seconds, "balances/s", one.peak_mb,
            extra={"ms_per_balance": round(1000 * one.seconds / len(chosen), 3)},
        ),
        Row(
            f"meetings of 20 members at {size / 1e6:g} million transfers", posts, met.seconds, posts / met.seconds,
            "transfers/s", met.peak_mb,
            extra={"ms_per_transaction": round(1000 * met.seconds / options.meetings, 2)},
        ),
    ]  # fmt: skip


def _walk(kube: Kube, runs: int) -> Row:
    def walk() -> int:
        with scoped(kube.actor):
            found = verify_book(actor=kube.actor, book=kube.book)
        assert found.fault is None, found.fault
        return found.seq

    timing = in_turn({"walk": walk}, runs=runs)["walk"]
    assert isinstance(timing.result, int)
    return Row(
        "chain and balances walked", timing.result, timing.seconds, timing.result / timing.seconds, "transfers/s",
        timing.peak_mb,
    )  # fmt: skip
