"""``ledger verify``: every book's chain, head and balances; ``ledger anchor``: the daily heads, kept outside.

A chain shows what was altered or taken out of it. Who can write the whole database could make it anew; the anchor file,
kept on paper or on another machine, shows that too. Its lines are ``date,book,seq,head`` (ISO date, UUID, number and
SHA-256 of the last transfer). ``ledger anchor --out FILE`` (each evening, by cron) compares every book with
the lines that FILE has, adds today's heads and never removes a line; ``verify --write-anchor FILE`` does both at once.

Exit status: 0 where everything is whole, 1 where anything is not, 2 where it could not be checked.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from berdaya.cli.existing import existing, write_bytes, write_json
from berdaya.kernel.problems import Problem

if TYPE_CHECKING:
    from berdaya.ledger.types import Anchor, Examination, Fault

HELP = "check every book's chain and balances"
BROKEN = 1
HEADINGS = ["date", "book", "seq", "head"]
TEXTS = {
    "gap": ("transfer ke-{seq} sampai {last} hilang", "transfers {seq} to {last} are missing"),
    "altered": (
        "transfer ke-{seq} diubah, atau yang sebelumnya diubah dan sidiknya dibuat ulang",
        "transfer {seq} was altered, or the one before it was and had its hash made anew",
    ),
    "head": (
        "kepala buku tidak sama dengan transfer terakhir ({seq})",
        "the book's head is not its last transfer ({seq})",
    ),
    "balance": (
        "saldo akun {account} bukan jumlah transfernya",
        "the balance of account {account} is not the sum of its transfers",
    ),
    "cut": ("buku berakhir sebelum jangkar ke-{seq}", "the book ends before its anchor at {seq}"),
    "rewritten": (
        "transfer ke-{seq} bukan yang dijangkarkan: rantai dibuat ulang",
        "transfer {seq} is not the anchored one: the chain was made anew",
    ),
    "anchor": (
        "jangkar ke-{seq} tidak cocok dengan jangkar lain buku ini: berkas jangkar diubah",
        "the anchor at {seq} contradicts the other anchors of this book: the anchor file was altered",
    ),
    "account": (
        "akun {account} memakai kode atau batas lain daripada saat dibuka",
        "account {account} bears another code or other limits than it was opened with",
    ),
    "event_gone": (
        "peristiwa {event} dari transfer ke-{seq} tidak ada lagi",
        "the event {event} of transfer {seq} is gone",
    ),
    "event_extra": ("peristiwa {event} tidak menggerakkan apa pun", "the event {event} moved nothing"),
    "event_altered": (
        "peristiwa {event} menyebut hari, jenis, anggota, atau jumlah lain daripada transfernya",
        "the event {event} says another day, kind, member or amount than its transfers",
    ),
    "schedule": (
        "jadwal angsuran atau gaduhan tidak sama dengan saldo akun {account}",
        "the schedule of instalments or animals is not the balance of account {account}",
    ),
    "fund": ("dana dari buku ini hilang atau milik kelompok lain", "the fund of this book is gone or another group's"),
    "gone": ("buku yang dijangkarkan (sampai {seq}) tidak ada lagi", "the anchored book (up to {seq}) is gone"),
}

ONE_MISSING = ("transfer ke-{seq} hilang", "transfer {seq} is missing")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="verify|anchor", required=True)
    verify = actions.add_parser("verify", help="walk every book; reads only")
    verify.add_argument("--anchor", type=Path, metavar="FILE", help="compare with the heads kept there")
    verify.add_argument("--write-anchor", type=Path, metavar="FILE", help="add today's heads there, if all is whole")
    verify.add_argument("--json", type=Path, metavar="FILE", help="write every fault there")
    verify.add_argument("--demo", action="store_true", help="the demo database instead of the main one")
    anchor = actions.add_parser("anchor", help="keep today's heads in a file outside the database, if all is whole")
    anchor.add_argument("--out", type=Path, metavar="FILE", required=True, help="the file; its old lines stay")
    anchor.add_argument("--demo", action="store_true", help="the demo database instead of the main one")


def run(options: argparse.Namespace) -> int:
    """Check all books in one snapshot, say what is wrong, keep today's heads where nothing is."""
    if options.action == "anchor":
        options.anchor, options.write_anchor, options.json = None, options.out, None
    kept = [anchor for path in _anchor_files(options) for anchor in read_anchors(path)]
    with existing(demo=options.demo, owner=True):
        from berdaya.kernel.clock import today

        found = examine(kept)
        day = today()
    broken = [book for book in found if book.faults]
    if options.json:
        write_json(options.json, report(found, len(kept)))
    sys.stdout.write("\n".join(lines(found, len(kept))) + "\n")
    if broken:
        if options.write_anchor:
            sys.stderr.write(
                "berdaya: jangkar tidak ditambah karena ada kerusakan. / no heads were kept, as something is broken.\n"
            )
        return BROKEN
    if options.write_anchor:
        add_anchors(options.write_anchor, found, day)
    return 0


def _anchor_files(options: argparse.Namespace) -> list[Path]:
    """What is compared with: also the file that is about to be added to, so that it never blesses a broken book."""
    paths = [options.anchor] if options.anchor else []
    if options.write_anchor and options.write_anchor.exists() and options.write_anchor not in paths:
        paths.append(options.write_anchor)
    return paths


def examine(anchors: Iterable[Anchor]) -> list[Examination]:
    """Every book in one snapshot that cannot write, as whoever the connection belongs to (the owner of the tables).

    Chain, head and balances of each, and whether the funds' events, schedules and accounts say what the chain holds.
    """
    from dataclasses import replace

    from django.db import connection, transaction

    from berdaya.funds.examining import examine_funds
    from berdaya.kernel.scope import AREA_MAX, Actor
    from berdaya.ledger.selectors import examine_books

    verifier = Actor(kind="staff", role="owner", name="ledger verify", ranges=((0, AREA_MAX),))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        beside = examine_funds(actor=verifier)
        return [
            replace(book, faults=(*book.faults, *beside.get(book.book, ())))
            for book in examine_books(actor=verifier, anchors=anchors)
        ]


def read_anchors(path: Path) -> list[Anchor]:
    """The heads of an anchor file. Raises ``start.file_unreadable``, ``ledger.anchor_broken`` with the line."""
    from berdaya.ledger import problems  # noqa: F401  (registers the texts)
    from berdaya.ledger.types import Anchor

    try:
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    except OSError as error:
        raise Problem("start.file_unreadable", path=path, reason=error.strerror) from error
    except (UnicodeDecodeError, csv.Error):
        raise Problem("ledger.anchor_broken", path=path, line=1) from None
    anchors = []
    for number, row in enumerate(rows, start=1):
        if number == 1 and row == HEADINGS:
            continue
        try:
            day, book, seq, head = row
            anchors.append(Anchor(date.fromisoformat(day), UUID(book), int(seq), bytes.fromhex(head)))
        except ValueError:
            raise Problem("ledger.anchor_broken", path=path, line=number) from None
    return anchors


def add_anchors(path: Path, found: Sequence[Examination], day: date) -> int:
    """Add the heads that moved since the file was last written; answers how many. Empty books have none."""
    before = path.read_bytes() if path.exists() else b""
    latest = {anchor.book: anchor for anchor in read_anchors(path)} if before else {}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if not before:
        writer.writerow(HEADINGS)
    moved = [book for book in found if book.seq and (book.book not in latest or latest[book.book].seq != book.seq)]
    writer.writerows([day.isoformat(), str(book.book), book.seq, book.head.hex()] for book in moved)
    write_bytes(path, before + text.getvalue().encode())
    sys.stdout.write(f"{path}: +{len(moved)} jangkar / anchors, {day.isoformat()}\n")
    return len(moved)


def describe(fault: Fault, language: str) -> str:
    """What is wrong, in ``id`` or ``en``."""
    texts = ONE_MISSING if fault.last == fault.seq else TEXTS[fault.kind]
    return texts[language == "en"].format(seq=fault.seq, last=fault.last, account=fault.account, event=fault.event)


def report(found: Sequence[Examination], anchors: int) -> dict[str, object]:
    """Counts and every fault, as the JSON file has them."""
    return {
        "books": len(found),
        "transfers": sum(book.transfers for book in found),
        "anchors": anchors,
        "ok": not any(book.faults for book in found),
        "faults": [
            {
                "book": str(book.book),
                "kind": fault.kind.value,
                "seq": fault.seq,
                "last": fault.last,
                "account": str(fault.account) if fault.account else None,
                "event": str(fault.event) if fault.event else None,
                "id": describe(fault, "id"),
                "en": describe(fault, "en"),
            }
            for book in found
            for fault in book.faults
        ],
    }


def lines(found: Sequence[Examination], anchors: int) -> list[str]:
    """One line of counts, one for each fault."""
    transfers = sum(book.transfers for book in found)
    broken = sum(bool(book.faults) for book in found)
    verdict = f"{broken} rusak / broken" if broken else "utuh / whole"
    title = f"{len(found)} buku / books, {transfers} transfer / transfers, {anchors} jangkar / anchors: {verdict}"
    faults = [
        f"  ✗ {book.book}: {describe(fault, 'id')} / {describe(fault, 'en')}" for book in found for fault in book.faults
    ]
    return [title, *faults]
