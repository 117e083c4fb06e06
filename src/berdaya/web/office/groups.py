"""Groups: list and page with the cash book."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.access.permissions import can
from berdaya.funds.types import Statement
from berdaya.kernel import formats as fmt
from berdaya.process.brought import PERMISSION
from berdaya.process.overview.groups import GroupFilter, GroupRow, GroupView, MemberRow, group_rows, groups_queryset
from berdaya.process.overview.groups import group as group_of
from berdaya.process.overview.groups import groups as groups_of
from berdaya.web.components.parts import Badge, Crumb, Figure, Ledger, Line
from berdaya.web.components.tables import Cell, Column, Control, Table
from berdaya.web.office import words
from berdaya.web.office.brought import settled_words, told
from berdaya.web.office.lists import (
    Col,
    Labels,
    chips_of,
    export_page,
    kept,
    list_table,
    may_export,
    number_col,
    select,
    text_col,
)
from berdaya.web.session import OfficeRequest, office_page, way

SPONSORS = ("pkh", "tagana", "karang_taruna", "disability", "children")


def _columns() -> list[Col[GroupRow]]:
    return [
        Col(
            _("Kelompok"),
            lambda row: Cell(row.name, reverse("office:group", args=[row.id]), row.code, fake=row.synthetic),
            lambda row: row.name,
            sort="nama",
        ),
        text_col(_("Jenis usaha"), lambda row: words.kind(row.kind) if row.kind else ""),
        number_col(_("Anggota"), lambda row: row.members),
        text_col(_("Pembina"), lambda row: row.sponsor),
        text_col(_("Wilayah"), lambda row: row.place, sort="wilayah"),
        Col(
            _("Data"),
            lambda row: Cell(badge=Badge(_("belum lengkap"), "warn", "half") if row.incomplete else None),
            lambda row: _("belum lengkap") if row.incomplete else _("lengkap"),
        ),
    ]


@office_page("group.read")
def groups(request: OfficeRequest) -> HttpResponse:
    """Groups by name, sponsor, area and completeness."""
    filters = GroupFilter.parse(request.GET)
    page = groups_of(actor=request.actor, filters=filters)
    labels: Labels = {
        "q": (_("Nama"), None),
        "area": (_("Wilayah"), None),
        "sponsor": (_("Pembina"), words.sponsor),
        "incomplete": (_("Belum lengkap"), None),
    }
    context = {
        "title": _("Kelompok"),
        "lead": _("KUBE dan kelompok UEP, dengan anggota, pengurus dan buku kasnya."),
        "crumbs": (),
        "controls": (
            Control("q", _("Nama atau kode"), "search", filters.q, width=20),
            select("sponsor", _("Pembina"), filters.sponsor, [(code, words.sponsor(code)) for code in SPONSORS]),
            select("incomplete", _("Belum lengkap"), filters.incomplete, [("ya", _("ya")), ("tidak", _("tidak"))]),
            Control("area", _("Kode wilayah"), value=filters.area, width=10, hint="35.12"),
            *kept(filters, "sort"),
        ),
        "table": list_table(
            page,
            _columns(),
            filters,
            caption=_("Kelompok"),
            noun=_("kelompok"),
            export=reverse("office:groups-export") if may_export(request) else "",
            chips=chips_of(filters, labels),
        ),
    }
    return render(request, "office/groups.html", context | {"growth_rules": way("office:growth-rules")})


@office_page("group.read")
def groups_export(request: OfficeRequest) -> HttpResponse:
    """The same groups as a workbook."""
    filters = GroupFilter.parse(request.GET)
    return export_page(
        request,
        name="kelompok",
        title=_("Kelompok"),
        back=f"{reverse('office:groups')}?{filters.query()}",
        queryset=groups_queryset(actor=request.actor, filters=filters),
        rows_of=group_rows,
        columns=_columns(),
    )


@office_page("group.read")
def group(request: OfficeRequest, group_id: UUID) -> HttpResponse:
    """One group: members, officers, cash book."""
    view = group_of(actor=request.actor, group_id=group_id, words=fmt.language())
    context = {
        "view": view,
        "may_see_tasks": bool(way("office:tasks")),
        "kind": words.kind(view.row.kind) if view.row.kind else "",
        "figures": _figures(view),
        "members": _members(view),
        "brought": [told(row) for row in view.brought if row.taken_on is None],
        "settled": [settled_words(row) for row in view.brought if row.taken_on is not None],
        "complete_href": way("office:lifecycle", view.row.id) if view.row.incomplete else "",
        "may_take_on": can(request.actor, PERMISSION),
        "book": ledger_of(view.statement) if view.statement else None,
        "businesses": [(item, words.kind(item["kind"])) for item in view.businesses],
        "crumbs": (Crumb(_("Kelompok"), reverse("office:groups")), Crumb(view.row.name)),
    }
    return render(request, "office/group.html", context)


def _figures(view: GroupView) -> list[Figure]:
    figures = [Figure(_("Anggota"), fmt.number(view.row.members), source=view.row.sponsor or _("tanpa pembina"))]
    if view.figures is None:
        return figures
    fund = view.figures
    late = sum(amount for name, amount in fund.ageing.buckets.items() if name != "current")
    return [
        *figures,
        Figure(_("Kas"), fmt.rupiah_short(fund.cash_idr), exact=fmt.rupiah(fund.cash_idr), source=_("buku kas")),
        Figure(
            _("Sedang bergulir"),
            fmt.rupiah_short(fund.lent_idr),
            exact=fmt.rupiah(fund.lent_idr),
            compare=_("%(count)s giliran terbuka") % {"count": fund.open_turns},
            source=_("modal %(amount)s") % {"amount": fmt.rupiah_short(fund.capital_idr)},
        ),
        Figure(
            _("Menunggak"),
            fmt.rupiah_short(late),
            exact=fmt.rupiah(late),
            compare=_("%(share)s lewat 30 hari") % {"share": fmt.percent(fund.ageing.par30)},
        ),
        Figure(
            _("Simpanan dan IKS"),
            fmt.rupiah_short(fund.savings_idr + fund.iks_idr),
            exact=fmt.rupiah(fund.savings_idr + fund.iks_idr),
            source=_("milik anggota"),
        ),
    ]


def _members(view: GroupView) -> Table:
    with_cards = any(row.card for row in view.members)
    columns = [Column(_("Anggota")), Column(_("Jabatan")), Column(_("Bergabung"))]
    if with_cards:
        columns += [Column(_("Simpanan"), "right"), Column(_("Pinjaman"), "right"), Column(_("Menunggak"), "right")]
    elected = {code: since for code, _name, since in view.officers}
    rows = [_member(row, elected, with_cards=with_cards) for row in view.members]
    return Table(
        caption=_("Anggota dan pengurus"),
        columns=tuple(columns),
        rows=tuple(rows),
        empty_title=_("Belum ada daftar anggota"),
        empty_text=_("Kelompok diambil apa adanya; anggota dilengkapi saat kunjungan."),
    )


def _elected(row: MemberRow, elected: Mapping[str, date]) -> str:
    on = elected.get(row.position)
    return _("dipilih %(on)s") % {"on": fmt.day_short(on)} if on else ""


def _member(row: MemberRow, elected: Mapping[str, date], *, with_cards: bool) -> tuple[Cell, ...]:
    left = _("keluar %(day)s") % {"day": fmt.day_short(row.left_on)} if row.left_on else ""
    family = way("office:family", row.household_id)
    cells = (
        Cell(f"{row.number}. {row.name}", family, left, fake=row.synthetic),
        Cell(words.position(row.position) if row.position else "", sub=_elected(row, elected)),
        Cell(fmt.day_short(row.joined_on)),
    )
    if not with_cards:
        return cells
    card = row.card
    amounts = (card.savings_idr, card.debt_idr, card.overdue_idr) if card else (0, 0, 0)
    own = reverse("office:member-book", args=[card.membership]) if card else ""
    savings, *rest = (fmt.rupiah(amount) if amount else "" for amount in amounts)
    return (*cells, Cell(savings or _("lihat"), own) if own else Cell(savings), *(Cell(text) for text in rest))


def ledger_of(statement: Statement) -> Ledger:
    """The statement as the cash book that members know."""
    caption = _("Buku kas %(group)s, %(since)s sampai %(until)s") % {
        "group": statement.group_name,
        "since": fmt.day(statement.since),
        "until": fmt.day(statement.until),
    }
    lines = [Line(statement.since, _("Saldo awal"), balance=statement.opening)]
    lines += [
        Line(row.occurred_on, row.text, row.income, row.expense, row.balance, row.reversed) for row in statement.rows
    ]
    return Ledger(
        caption,
        tuple(lines),
        statement.opening,
        sum(row.income for row in statement.rows),
        sum(row.expense for row in statement.rows),
        statement.closing,
    )
