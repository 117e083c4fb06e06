"""Cards of a group on paper, a member's own statement, and all books of a group as one workbook."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from datetime import date
from typing import IO, Any
from uuid import UUID

import xlsxwriter
from django.conf import settings

from berdaya.access.permissions import require
from berdaya.audit.services import record
from berdaya.documents.render import LetterFile, qr_pixels, render
from berdaya.funds import books
from berdaya.funds.selectors import fund_statement, funds_of_groups
from berdaya.funds.services import confirm_meeting
from berdaya.funds.types import MeetingResult
from berdaya.governance.models import GrowthAssessment
from berdaya.governance.services.cards import cards_of, check_code, issue_cards_many
from berdaya.governance.services.growth import assess_growth_many, groups_with_growth
from berdaya.groups.models import Group, Membership
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.process.accounting import unnumbered_letter

CARDS_PER_SHEET = 8


def print_cards(*, actor: Actor, group_id: UUID) -> bytes:
    """Cards of all present members as PDF, eight on a sheet; those that stand are printed the same again."""
    cards = issue_cards_many(actor=actor, group_id=group_id)
    if not cards:
        raise Problem("not_found")
    group = Group.objects.select_related("office").get(pk=group_id)
    address = f"{settings.BERDAYA_PUBLIC_URL.rstrip('/')}/kartu/"
    demo = settings.DEMO or group.synthetic
    body = {"title": "Kartu anggota", "group": group.name, "office": group.office.name, "demo": demo}
    items = [
        {"number": card.member_number, "name": card.name, "code": card.code, "qr": qr_pixels(f"{address}{card.token}/")}
        for card in cards
    ]
    sheets = [
        unnumbered_letter("card", group.office, body | {"items": items[start : start + CARDS_PER_SHEET]}, demo=demo)
        for start in range(0, len(items), CARDS_PER_SHEET)
    ]
    return render(LetterFile(f"Kartu anggota {group.name}", group.office.name, tuple(sheets))).pdf


def confirm_by_card(*, actor: Actor, meeting: UUID, membership: UUID, code: str) -> MeetingResult:
    """A member confirms a paper form that others typed, by the six digits on her own card.

    Where she has no standing card her word is taken as before. Raises `governance.card_wrong`,
    `governance.card_slowed` and what :func:`funds.services.confirm_meeting` raises; a wrong code is counted only where
    the caller lets its transaction stand.
    """
    group = Membership.objects.filter(pk=membership).values_list("group_id", flat=True).first()
    has_card = group is not None and membership in cards_of(actor=actor, group_id=group)
    if has_card and not check_code(actor=actor, membership=membership, code=code):
        raise Problem("governance.card_wrong")
    return confirm_meeting(actor=actor, meeting=meeting, membership=membership)


def assess_growth(*, actor: Actor, as_of: date) -> dict[str, int]:
    """Judge every group of the scope; class -> number of groups."""
    groups = groups_with_growth(actor=actor)
    counts = assess_growth_many(actor=actor, groups=groups, as_of=as_of)
    return {level.value: count for level, count in counts.items()}


def latest_growth(*, group_id: UUID) -> GrowthAssessment | None:
    """The last judgement of a group."""
    return GrowthAssessment.objects.filter(group=group_id).order_by("-assessed_on").first()


def books_workbook(*, actor: Actor, group_id: UUID, since: date, until: date) -> IO[bytes]:
    """Books of a group, a sheet each: members, and where it has a fund cash, savings, loans, goods, minutes."""
    require(actor, "group.read")
    group = Group.objects.filter(pk=group_id).first()
    fund = funds_of_groups(actor=actor, groups=[group_id]).get(group_id)
    if group is None:
        raise Problem("not_found")
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheets = [_members(group_id), *(_sheets(actor, fund, since, until) if fund else ())]
    for name, columns, rows in sheets:
        _write(book, name, columns, rows)
    book.close()
    file.seek(0)
    record(actor=actor, name="group.books", subject_kind="group", subject_id=group_id, area=group.area)
    return file


_LOANS = ("No", "Nama", "Tanggal", "Pokok", "Jasa", "Angsuran", "Dibayar", "Sisa", "Menunggak", "Hari", "Keadaan")
_GOODS = ("Satuan", "Diterima", "Lahir", "Di kelompok", "Dipelihara", "Milik sendiri", "Terjual", "Mati atau hilang")
Sheet = tuple[str, Sequence[str], Iterable[Sequence[object]]]


def _struck(row: Any) -> str:
    return "ya" if row.reversed else ""


def _members(group_id: UUID) -> Sheet:
    rows = Membership.objects.filter(group=group_id).select_related("person").order_by("number")
    return (
        "Anggota",
        ("No", "Nama", "Masuk", "Keluar", "Alasan"),
        [(row.number, row.person.name, row.joined_on, row.left_on or "", row.reason) for row in rows],
    )


def _sheets(actor: Actor, fund: UUID, since: date, until: date) -> list[Sheet]:
    return [
        _cash(actor, fund, since, until),
        _savings(actor, fund, since, until),
        _loans(actor, fund, until),
        _inventory(actor, fund),
        _minutes(actor, fund),
    ]


def _cash(actor: Actor, fund: UUID, since: date, until: date) -> Sheet:
    book = fund_statement(actor=actor, fund=fund, since=since, until=until)
    rows = [(r.occurred_on, r.text, r.income, r.expense, r.balance, _struck(r)) for r in book.rows]
    columns = ("Tanggal", "Uraian", "Masuk", "Keluar", "Saldo", "Batal")
    return "Kas", columns, [(since, "Saldo awal", "", "", book.opening, ""), *rows]


def _savings(actor: Actor, fund: UUID, since: date, until: date) -> Sheet:
    rows = books.savings_book(actor=actor, fund=fund, since=since, until=until)
    columns = ("Tanggal", "No", "Nama", "Simpanan", "Penarikan", "IKS", "Saldo simpanan", "Batal")
    return (
        "Simpanan dan IKS",
        columns,
        [(r.occurred_on, r.number, r.name, r.saving, r.withdrawal, r.iks, r.balance, _struck(r)) for r in rows],
    )


def _loans(actor: Actor, fund: UUID, until: date) -> Sheet:
    names = ("number", "name", "opened_on", "amount", "fee", "instalments", "paid", "open", "overdue", "days", "state")
    rows = books.loan_book(actor=actor, fund=fund, as_of=until)
    return "Pinjaman", _LOANS, [[getattr(row, name) for name in names] for row in rows]


def _inventory(actor: Actor, fund: UUID) -> Sheet:
    names = ("unit", "received", "born", "stock", "kept", "own", "sold", "lost")
    rows = books.inventory_book(actor=actor, fund=fund)
    return "Persediaan", _GOODS, [[getattr(row, name) for name in names] for row in rows]


def _minutes(actor: Actor, fund: UUID) -> Sheet:
    names = ("held_on", "place", "present", "members", "saving_idr", "paid_back_idr", "iks_idr", "lent_idr", "note")
    columns = ("Tanggal", "Tempat", "Hadir", "Anggota", "Simpanan", "Angsuran", "IKS", "Dipinjamkan", "Catatan")
    rows = books.minutes_book(actor=actor, fund=fund)
    return "Notulen", columns, [[getattr(row, name) for name in names] for row in rows]


def _write(book: xlsxwriter.Workbook, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    sheet = book.add_worksheet(name)
    head = book.add_format({"bold": True, "bottom": 2})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    money = book.add_format({"num_format": "#,##0"})
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(columns) - 1, 16)
    for column, title in enumerate(columns):
        sheet.write_string(0, column, title, head)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(number, column, value, day)
            elif isinstance(value, int):
                sheet.write_number(number, column, value, money)
            else:
                sheet.write_string(number, column, str(value))
