"""Mentors in the field: how they go, what asks for a talk, who takes over whose families, the report of a month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.access.permissions import can
from berdaya.devices import selectors
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.kernel.filters import PAGE_SIZE
from berdaya.kernel.problems import Problem
from berdaya.process.field import handing, monthly, supervising
from berdaya.process.field.supervising import MentorRow
from berdaya.process.overview.common import Page
from berdaya.web.components.charts import Spark, spark_bars
from berdaya.web.components.parts import Badge, Bar, Bars, Crumb, Figure
from berdaya.web.components.tables import Cell, Control
from berdaya.web.office.devices import SEE, MentorFilter, phone_table
from berdaya.web.office.held_visits import held_figure
from berdaya.web.office.lists import Col, chips_of, list_table, number_col
from berdaya.web.problems import shown, told
from berdaya.web.session import OfficeRequest, office_page

SILENT_DAYS = 14


def _last_call(row: MentorRow) -> Badge:
    if row.account_id is None:
        return Badge(_("tanpa akun"), "none", "question")
    if not row.phones:
        return Badge(_("tanpa HP"), "warn", "half")
    if row.pushed_at is None:
        return Badge(_("belum pernah mengirim"), "warn", "half")
    days = (clock.now() - row.pushed_at).days
    text = fmt.day_short(row.pushed_at.date())
    return Badge(text, "bad", "cross") if days > SILENT_DAYS else Badge(text, "good", "tick")


def _unsent(row: MentorRow) -> str:
    if not row.unsent:
        return ""
    since = row.unsent_since.date() if row.unsent_since else None
    if since is None:
        return fmt.number(row.unsent)
    return _("%(count)s sejak %(on)s") % {"count": fmt.number(row.unsent), "on": fmt.day_short(since)}


def _ask(row: MentorRow) -> Cell:
    if row.falling and row.account_id is not None:
        return Cell(badge=Badge(_("turun"), "bad", "cross"))
    if row.far:
        return Cell(badge=Badge(_("%(count)s jauh") % {"count": row.far}, "warn", "half"))
    if row.same_share is not None and row.same_share > 0.5:
        return Cell(badge=Badge(_("banyak sama"), "warn", "half"))
    return Cell("")


def _share(part: int, whole: int) -> str:
    return fmt.percent(part / whole) if whole else ""


def _trend(months: list[tuple[date, int]]) -> Cell:
    """Six months of visits as small bars; the words tell the same."""
    counts = [count for _month, count in months]
    if not any(counts):
        return Cell(_("belum ada"))
    titles = [f"{fmt.month(first)}: {fmt.number(count)}" for first, count in months]
    first, last = fmt.month(months[0][0]), fmt.month(months[-1][0])
    spark = Spark(spark_bars(counts, titles), first, last, "; ".join(titles), fmt.number(max(counts)))
    return Cell(spark=spark)


def _columns(trends: Mapping[UUID, list[tuple[date, int]]]) -> list[Col[MentorRow]]:
    return [
        Col(
            _("Pendamping"),
            lambda row: Cell(row.name, reverse("office:field-mentor", args=[row.id]), row.code, fake=row.synthetic),
            lambda row: row.name,
        ),
        number_col(_("Binaan"), lambda row: row.caseload),
        Col(_("6 bulan"), lambda row: _trend(trends[row.id]), lambda row: trends[row.id][-1][1]),
        number_col(_("30 hari"), lambda row: row.visits),
        number_col(_("Sebelumnya"), lambda row: row.before),
        Col(_("Sama"), lambda row: Cell(_share(row.same, row.visits)), lambda row: row.same_share, right=True),
        Col(
            _("Tanpa posisi"),
            lambda row: Cell(_share(row.without_position, row.from_phone)),
            lambda row: row.without_position,
            right=True,
        ),
        Col(_("Kiriman terakhir"), lambda row: Cell(badge=_last_call(row)), lambda row: row.pushed_at),
        Col(_("Belum terkirim"), lambda row: Cell(_unsent(row)), lambda row: row.unsent),
        Col(_("Tanyakan"), _ask, lambda row: row.falling),
    ]


@office_page(*SEE)
def mentors(request: OfficeRequest) -> HttpResponse:
    """Mentors with their trend and their phones; what asks for a decision stands above."""
    filters = MentorFilter.parse(request.GET)
    rows, total = supervising.mentors(
        actor=request.actor, as_of=clock.today(), text=filters.q, limit=PAGE_SIZE, offset=filters.offset
    )
    trends = supervising.trends(actor=request.actor, mentors=[row.id for row in rows], as_of=clock.today())
    _open, conflicts = selectors.conflicts(actor=request.actor, limit=1)
    _rows, stuck = selectors.stuck(actor=request.actor, limit=1)
    _row, phones = selectors.devices(actor=request.actor, limit=1)
    context = {
        "title": _("Pendamping dan HP"),
        "lead": _("Kunjungan 30 hari terakhir, kiriman terakhir, dan apa yang perlu ditanyakan."),
        "crumbs": (),
        "figures": (
            Figure(_("Menunggu keputusan"), fmt.number(conflicts), href=reverse("office:field-conflicts")),
            Figure(_("Belum diterapkan"), fmt.number(stuck), href=reverse("office:field-stuck")),
            *held_figure(request.actor),
            Figure(_("HP terdaftar"), fmt.number(phones), href=reverse("office:devices")),
        ),
        "controls": (Control("q", _("Nama"), "search", filters.q, width=20),),
        "table": list_table(
            Page(tuple(rows), total, filters.page),
            _columns(trends),
            filters,
            caption=_("Pendamping"),
            noun=_("pendamping"),
            chips=chips_of(filters, {"q": (_("Nama"), None)}),
            empty=(_("Belum ada pendamping"), _("Pendamping datang dari mentors.xlsx program, atau dari penugasan.")),
        ),
    }
    return render(request, "office/field_list.html", context)


@office_page(*SEE)
def mentor(request: OfficeRequest, mentor_id: UUID) -> HttpResponse:
    """One mentor: six months of visits, phones, monthly reports."""
    problem = ""
    if request.method == "POST":
        try:
            _pass_on(request, mentor_id)
            return HttpResponseRedirect(reverse("office:field-mentor", args=[mentor_id]))
        except Problem as raised:
            problem = told(shown(raised))
    today = clock.today()
    row = supervising.mentor(actor=request.actor, mentor_id=mentor_id, as_of=today)
    months = supervising.months_of(actor=request.actor, mentor_id=mentor_id, as_of=today)
    most = max((count for _month, count in months), default=0) or 1
    context = {
        "row": row,
        "crumbs": (Crumb(_("Pendamping dan HP"), reverse("office:field")), Crumb(row.name)),
        "figures": (
            Figure(_("Binaan"), fmt.number(row.caseload)),
            Figure(_("Kunjungan 30 hari"), fmt.number(row.visits), compare=_("sebelumnya %(n)s") % {"n": row.before}),
            Figure(_("Sama seperti bulan lalu"), _share(row.same, row.visits) or "–"),
            Figure(_("Tanpa posisi"), _share(row.without_position, row.from_phone) or "–"),
            Figure(_("Lebih dari 5 km"), fmt.number(row.far)),
        ),
        "bars": Bars(
            _("Kunjungan tiap bulan"),
            tuple(Bar(fmt.month(month), count / most, fmt.number(count)) for month, count in months),
        ),
        "phones": phone_table(supervising.phones_of(actor=request.actor, account_id=row.account_id)),
        "falling": row.falling and row.account_id is not None,
        "month": f"{today:%Y-%m}",
        "problem": problem,
        "others": supervising.others(actor=request.actor, mentor_id=mentor_id),
        "caseload": supervising.caseload_of(actor=request.actor, mentor_id=mentor_id),
        "may_assign": (may_assign := can(request.actor, "mentor.assign")),
        "lent": may_assign and supervising.lent_by(actor=request.actor, mentor_id=mentor_id, as_of=today),
    }
    return render(request, "office/field_mentor.html", context, status=422 if problem else 200)


def _pass_on(request: OfficeRequest, mentor_id: UUID) -> None:
    """Families to another mentor for good, or the whole caseload to a stand-in until a day; never without a note."""
    note, sent = request.POST.get("catatan", ""), request.POST
    try:
        if sent.get("tindakan") == "akhiri":
            lent = UUID(sent.get("pengganti", ""))
            return handing.end_stand_in(actor=request.actor, stand_in_id=lent, mentor_id=mentor_id)
        to_mentor = UUID(sent.get("kepada", ""))
        chosen = [UUID(key) for key in sent.getlist("usaha")]
        until = date.fromisoformat(sent.get("sampai") or "0001-01-01")
    except ValueError as error:
        raise Problem("not_found") from error
    if sent.get("tindakan") == "pinjam":
        handing.lend(actor=request.actor, mentor_id=mentor_id, to_mentor=to_mentor, until=until, note=note)
        return None
    own = {key for key, _name in supervising.caseload_of(actor=request.actor, mentor_id=mentor_id)}
    going = [key for key in chosen if key in own]
    handing.hand_over(actor=request.actor, enterprises=going, to_mentor=to_mentor, note=note)
    return None


@office_page(*SEE)
def report(request: OfficeRequest, mentor_id: UUID, month: str) -> HttpResponse:
    """The mentor's report of a month, for signature."""
    pdf = monthly.office_report(actor=request.actor, mentor_id=mentor_id, month=monthly.month_of(month))
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="laporan-{month}.pdf"'
    return response
