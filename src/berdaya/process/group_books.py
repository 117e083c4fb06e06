"""The books of one fund in the usual columns: one description for the screen, the PDF and the workbook."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO, Any
from uuid import UUID

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from berdaya.access.permissions import require
from berdaya.audit.services import record
from berdaya.funds import books
from berdaya.funds.models import Fund
from berdaya.funds.paper import books_on_paper
from berdaya.funds.selectors import fund_statement, names_of
from berdaya.grants.models import Asset
from berdaya.groups.models import Group, Membership, Officer
from berdaya.kernel import formats as fmt
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor

TEXT, DAY, MONEY, COUNT = "text", "day", "money", "count"
Value = str | int | date | None
_LOAN_STATES = {"open": ("berjalan", "running"), "closed": ("lunas", "paid back"), "written_off": ("dihapus", "off")}
_MEETING_STATES = {
    "posted": ("masuk buku", "in the book"),
    "conflict": ("menunggu dua petugas", "waits for two officers"),
    "awaiting": ("menunggu dua anggota", "waits for two members"),
    "refused": ("ditolak", "refused"),
}
_ASSET_STATES = {
    "present": ("ada", "there"), "working": ("dipakai", "in use"), "broken": ("rusak", "broken"),
    "sold": ("terjual", "sold"), "died": ("mati", "dead"), "passed_on": ("digulirkan", "passed on"),
    "lost": ("hilang", "lost"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Head:
    """One column: Indonesian and English name, and what stands in it."""

    id: str
    en: str
    kind: str = TEXT


@dataclass(frozen=True, slots=True)
class Row:
    """Values in the order of the columns; a struck row was reversed and stays to be seen."""

    values: tuple[Value, ...]
    struck: bool = False
    event: UUID | None = None
    """What made the row, where it is one entry."""


@dataclass(frozen=True, slots=True)
class GroupBook:
    """Satu buku kelompok: `code` is its name in addresses, `title` Indonesian and English, `sums` columns added up."""

    code: str
    title: tuple[str, str]
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    sums: tuple[int, ...] = ()

    @property
    def wide(self) -> bool:
        """Whether its columns need a sheet that lies."""
        return len(self.heads) > UPRIGHT

    def totals(self) -> tuple[Value, ...]:
        """The last line: sums of the columns that are added up; nothing where there is none."""
        if not self.sums or not self.rows:
            return ()
        added = {at: sum(_int(row.values[at]) for row in self.rows if not row.struck) for at in self.sums}
        return tuple(added.get(at) or None for at in range(len(self.heads)))


@dataclass(frozen=True, slots=True)
class FundBooks:
    """All books of one fund for a span of days, with number and hash of the last entry."""

    fund: UUID
    group: UUID
    group_name: str
    code: str
    kind: str
    area: int
    synthetic: bool
    since: date
    until: date
    head_seq: int
    head_hash: str
    books: tuple[GroupBook, ...]


def fund_books(*, actor: Actor, fund: UUID, since: date, until: date, language: str = "id") -> FundBooks:
    """Cash, savings and IKS, loans, inventory, members and minutes of a fund. Raises `not_allowed`, `not_found`."""
    require(actor, "group.read")
    row = books.fund_row(fund)
    side = 1 if language.startswith("en") else 0
    cash = fund_statement(actor=actor, fund=fund, since=since, until=until, language=language)
    opening = Row((None, since, ("Saldo awal", "Opening balance")[side], None, None, cash.opening))
    lines = [
        Row(
            (at, item.occurred_on, item.text, item.income or None, item.expense or None, item.balance),
            item.reversed,
            item.event,
        )
        for at, item in enumerate(cash.rows, start=1)
    ]
    return FundBooks(
        row.pk, row.group_id, row.group.name, row.group.code, row.kind, row.area, row.group.synthetic, since, until,
        cash.head_seq, cash.head_hash,
        (
            GroupBook("kas", ("Buku kas", "Cash book"), _CASH, (opening, *lines), (3, 4)),
            _savings(actor, fund, since, until),
            _loans(actor, fund, until, side),
            *_inventory(actor, row, side),
            members_book(row.group_id, side),
            _minutes(actor, row, since, until, side),
        ),
    )  # fmt: skip


SHOWN_HASH = 16
UPRIGHT = 8
"""So many columns stand on an upright A4 sheet."""
SIGNING = {"ketua": "Ketua", "bendahara": "Bendahara"}
WIDTHS = {"Uraian": 52, "Jabatan": 14, "Satuan": 16, "Keadaan": 16, "Tempat": 22}
"""Columns of a sheet that need another width than their kind, in characters."""
_NO = Head("Nomor", "Number", COUNT)
_ON, _NAME = Head("Tanggal", "Day", DAY), Head("Nama", "Name")
_CASH = (
    _NO, _ON, Head("Uraian", "Entry"), Head("Masuk (debit)", "In (debit)", MONEY),
    Head("Keluar (kredit)", "Out (credit)", MONEY), Head("Saldo", "Balance", MONEY),
)  # fmt: skip
_SAVINGS = (
    _ON, Head("No anggota", "Member no", COUNT), _NAME, Head("Simpanan", "Saving", MONEY),
    Head("Penarikan", "Withdrawn", MONEY), Head("IKS", "IKS", MONEY), Head("Saldo simpanan", "Savings", MONEY),
)  # fmt: skip
_LOANS = (
    Head("No anggota", "Member no", COUNT), _NAME, Head("Tanggal pinjam", "Lent on", DAY),
    Head("Pokok", "Principal", MONEY), Head("Jasa", "Fee", MONEY), Head("Angsuran", "Instalments", COUNT),
    Head("Dibayar", "Paid", MONEY), Head("Sisa", "Left", MONEY), Head("Menunggak", "Overdue", MONEY),
    Head("Hari", "Days", COUNT), Head("Keadaan", "State"),
)  # fmt: skip
_GOODS = (
    Head("Satuan", "Unit"), Head("Diterima", "Received", COUNT), Head("Lahir", "Born", COUNT),
    Head("Di kelompok", "With the group", COUNT), Head("Digaduh", "In keeping", COUNT),
    Head("Milik anggota", "Members' own", COUNT), Head("Terjual", "Sold", COUNT),
    Head("Mati atau hilang", "Died or lost", COUNT),
)  # fmt: skip
_THINGS = (
    _NO, Head("Nama barang", "Thing"), Head("Nilai", "Value", MONEY), Head("Keadaan", "State"),
    Head("Dilihat", "Seen on", DAY),
)  # fmt: skip
_MEMBERS = (
    _NO, _NAME, Head("Jabatan", "Office"), Head("Masuk", "Joined", DAY), Head("Keluar", "Left", DAY),
    Head("Alasan", "Reason"),
)  # fmt: skip
_MINUTES = (
    _ON, Head("Tempat", "Place"), Head("Hadir", "Present", COUNT), Head("Anggota", "Members", COUNT),
    Head("Simpanan", "Savings", MONEY), Head("Angsuran", "Instalments", MONEY), Head("IKS", "IKS", MONEY),
    Head("Giliran", "Turns", MONEY), Head("Kas dihitung", "Cash counted", MONEY), Head("Keadaan", "State"),
    Head("Catatan", "Note"),
)  # fmt: skip


def _int(value: Value) -> int:
    return value if isinstance(value, int) else 0


def _savings(actor: Actor, fund: UUID, since: date, until: date) -> GroupBook:
    rows = books.savings_book(actor=actor, fund=fund, since=since, until=until)
    made = tuple(
        Row((r.occurred_on, r.number, r.name, r.saving or None, r.withdrawal or None, r.iks or None,
             None if r.reversed else r.balance), r.reversed)
        for r in rows
    )  # fmt: skip
    return GroupBook("simpanan", ("Buku simpanan dan IKS", "Savings and IKS"), _SAVINGS, made, (3, 4, 5))


def _loans(actor: Actor, fund: UUID, until: date, side: int) -> GroupBook:
    rows = books.loan_book(actor=actor, fund=fund, as_of=until)
    made = tuple(
        Row((r.number, r.name, r.opened_on, r.amount, r.fee or None, r.instalments, r.paid, r.open, r.overdue or None,
             r.days or None, _LOAN_STATES[r.state][side]))
        for r in rows
    )  # fmt: skip
    return GroupBook("pinjaman", ("Buku pinjaman", "Loans"), _LOANS, made, (3, 4, 6, 7, 8))


def _inventory(actor: Actor, fund: Fund, side: int) -> list[GroupBook]:
    """Revolving goods where the fund counts any, and the things of the group's business."""
    goods = tuple(
        Row((r.unit, r.received, r.born, r.stock, r.kept, r.own, r.sold, r.lost))
        for r in books.inventory_book(actor=actor, fund=fund.pk)
    )
    things = Asset.objects.filter(enterprise__group_id=fund.group_id).order_by("name", "id")
    made = tuple(
        Row((at, r.name, r.value_idr, _ASSET_STATES.get(r.state, (r.state, r.state))[side], r.state_on))
        for at, r in enumerate(things, start=1)
    )
    found = [GroupBook("inventaris", ("Buku inventaris", "Inventory"), _THINGS, made, (2,))]
    if goods or fund.kind == "goods_turns":
        found.insert(0, GroupBook("ternak", ("Buku ternak dan barang bergulir", "Livestock and goods"), _GOODS, goods))
    return found


def members_book(group: UUID, side: int = 0) -> GroupBook:
    """Everybody who is or was a member, by number."""
    rows = list(Membership.objects.filter(group=group).order_by("number"))
    names = names_of(rows)
    seats = dict(Officer.objects.filter(group=group, until=None).values_list("membership_id", "position"))
    offices = {"ketua": "chair", "sekretaris": "secretary", "bendahara": "treasurer"}
    made = tuple(
        Row((r.number, names[r.pk], offices.get(seats.get(r.pk, ""), "") if side else seats.get(r.pk, ""),
             r.joined_on, r.left_on, r.reason))
        for r in rows
    )  # fmt: skip
    return GroupBook("anggota", ("Buku anggota", "Members"), _MEMBERS, made)


def _minutes(actor: Actor, fund: Fund, since: date, until: date, side: int) -> GroupBook:
    rows = [r for r in books.minutes_book(actor=actor, fund=fund.pk) if since <= r.held_on <= until]
    made = tuple(
        Row((r.held_on, r.place, r.present, r.members, r.saving_idr or None, r.paid_back_idr or None, r.iks_idr or None,
             r.lent_idr or None, r.counted_idr, _MEETING_STATES[r.state][side], r.note))
        for r in rows
    )  # fmt: skip
    return GroupBook("notulen", ("Buku notulen", "Minutes"), _MINUTES, made, (4, 5, 6, 7))


def books_pdf(*, actor: Actor, fund: UUID, since: date, until: date) -> bytes:
    """All books of a fund as one PDF, in Indonesian, with number and hash of the last entry on every page.

    Chair and treasurer sign each book. Raises `not_allowed`, `not_found`.
    """
    found = fund_books(actor=actor, fund=fund, since=since, until=until)
    record(actor=actor, name="group.books", subject_kind="group", subject_id=found.group, area=found.area)
    return books_on_paper(
        group=found.group_name, code=found.code, since=since, until=until, synthetic=found.synthetic,
        head_seq=found.head_seq, head_hash=found.head_hash,
        books=[on_paper(book, signing(found.group), _figures(book)) for book in found.books],
    )  # fmt: skip


def signing(group: UUID) -> list[tuple[str, str]]:
    """Chair and treasurer with their names, in this order; empty names where nobody is chosen."""
    rows = list(Officer.objects.filter(group=group, until=None, position__in=SIGNING).select_related("membership"))
    names = names_of([row.membership for row in rows])
    seats = {row.position: names[row.membership_id] for row in rows}
    return [(title, seats.get(post, "")) for post, title in SIGNING.items()]


def _figures(book: GroupBook) -> list[tuple[str, str]]:
    """What a cash book comes to, above its lines."""
    if book.code != "kas" or not book.rows:
        return []
    (_, _, _, income, spent, *_), first, last = book.totals(), book.rows[0].values[-1], book.rows[-1].values[-1]
    figures = (("Saldo awal", first), ("Masuk", income), ("Keluar", spent), ("Saldo akhir", last))
    return [(name, fmt.rupiah(_int(value), lang="id")) for name, value in figures]


def on_paper(
    book: GroupBook, signers: Sequence[tuple[str, str]], figures: Sequence[tuple[str, str]] = ()
) -> dict[str, Any]:
    """One book as :func:`berdaya.funds.paper.books_on_paper` takes it, in Indonesian."""
    return {
        "title": book.title[0],
        "wide": book.wide,
        "signers": [list(row) for row in signers],
        "figures": [list(row) for row in figures],
        "heads": [[head.id, head.kind] for head in book.heads],
        "rows": [{"cells": [_plain(value) for value in row.values], "struck": row.struck} for row in book.rows],
        "totals": [_plain(value) for value in book.totals()],
    }


def _plain(value: Value) -> str | int | None:
    return value.isoformat() if isinstance(value, date) else value


def books_workbook(*, actor: Actor, group_id: UUID, since: date, until: date, fund: UUID | None = None) -> IO[bytes]:
    """The books of a group (of one of its funds) as a workbook, a sheet each; members also where there is no fund.

    Raises `not_found`.
    """
    require(actor, "group.read")
    group = Group.objects.filter(pk=group_id).first()
    if group is None:
        raise Problem("not_found")
    funds = Fund.objects.filter(group=group).order_by("opened_on", "id").values_list("id", flat=True)
    wanted = [fund] if fund else list(funds)
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheets: list[tuple[GroupBook, str]] = []
    for at, key in enumerate(wanted, start=1):
        found = fund_books(actor=actor, fund=key, since=since, until=until)
        proof = f"entri ke-{found.head_seq}, sidik {found.head_hash[:SHOWN_HASH]}" if found.head_seq else ""
        # What belongs to the group and not to a fund stands once.
        sheets += [(item, proof) for item in found.books if at == 1 or item.code not in {"anggota", "inventaris"}]
    signers = signing(group.pk)
    taken: dict[str, int] = {}
    for item, proof in sheets or [(members_book(group_id), "")]:
        taken[item.code] = taken.get(item.code, 0) + 1
        name = item.code.capitalize() + (f" {taken[item.code]}" if taken[item.code] > 1 else "")
        sheet = _write(book, name, item, signers)
        mark = "&R&BCONTOH, bukan orang sungguhan" if group.synthetic else ""
        sheet.set_header(f"&L{_printed(group.name)} ({_printed(group.code)})&C&B{item.title[0]}&B{mark}")
        sheet.set_footer(f"&L{proof}&C{since:%d/%m/%Y} sampai {until:%d/%m/%Y}&RLembar &P dari &N")
    book.close()
    file.seek(0)
    record(actor=actor, name="group.books", subject_kind="group", subject_id=group_id, area=group.area)
    return file


def _printed(text: str) -> str:
    """A text as it may stand in the head of a sheet, where an ampersand gives orders; 60 signs of it."""
    return text[:60].replace("&", "&&")


def _write(book: xlsxwriter.Workbook, name: str, found: GroupBook, signers: Sequence[tuple[str, str]]) -> Worksheet:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "bottom": 2, "text_wrap": True, "valign": "top"})
    styles = _styles(book, {})
    gone = _styles(book, {"font_strikeout": True})
    last = _styles(book, {"bold": True, "top": 1})
    sheet.freeze_panes(1, 0)
    if found.wide:
        sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.8)
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for at, head in enumerate(found.heads):
        sheet.set_column(at, at, WIDTHS.get(head.id, {TEXT: 28, DAY: 12, MONEY: 16, COUNT: 10}[head.kind]))
        sheet.write_string(0, at, head.id, bold)
    lines = [(row.values, gone if row.struck else styles) for row in found.rows]
    totals = found.totals()
    if totals:
        lines.append((("Jumlah", *totals[1:]), last))
    for number, (values, style) in enumerate(lines, start=1):
        for at, value in enumerate(values):
            kind = found.heads[at].kind
            if isinstance(value, date):
                sheet.write_datetime(number, at, value, style[DAY])
            elif isinstance(value, int):
                sheet.write_number(number, at, value, style[kind if kind in {MONEY, COUNT} else COUNT])
            elif value is not None:
                sheet.write_string(number, at, str(value), style[TEXT])
            else:
                sheet.write_blank(number, at, None, style[TEXT])
    _sign(sheet, len(lines) + 3, len(found.heads), signers)
    return sheet


def _sign(sheet: Worksheet, row: int, columns: int, signers: Sequence[tuple[str, str]]) -> None:
    """Places to sign below the lines, far enough from them that a filter or sum does not take them in."""
    places = (1, max(columns - 2, 2))
    for offset, part in ((0, 0), (5, 1)):
        for at, signer in zip(places, signers, strict=False):
            sheet.write_string(row + offset, at, signer[part] or "................................")


def _styles(book: xlsxwriter.Workbook, more: dict[str, object]) -> dict[str, xlsxwriter.format.Format]:
    formats: dict[str, dict[str, object]] = {
        TEXT: {"text_wrap": True}, DAY: {"num_format": "dd/mm/yyyy"}, MONEY: {"num_format": "#,##0"},
        COUNT: {"num_format": "0"},
    }  # fmt: skip
    ruled = {"border": 4, "valign": "top"}
    return {kind: book.add_format({**ruled, **style, **more}) for kind, style in formats.items()}


def chosen(found: FundBooks, code: str) -> GroupBook:
    """The book of that code, else the first."""
    wanted: Iterable[GroupBook] = (book for book in found.books if book.code == code)
    return next(iter(wanted), found.books[0])
