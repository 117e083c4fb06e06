"""Mentors in the field: last heard of when, what is unsent, which phone holds what, what asks for a decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.access.permissions import can
from berdaya.devices import rules, selectors
from berdaya.devices.services.phones import revoke
from berdaya.devices.types import ConflictRow, DeviceRow, StuckRow
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.kernel.filters import PAGE_SIZE, ListFilter
from berdaya.kernel.problems import Problem
from berdaya.process.field import handing, monthly, queues, resolving, supervising
from berdaya.process.field.supervising import MentorRow
from berdaya.process.overview.common import Page
from berdaya.web.components.charts import Spark, spark_bars
from berdaya.web.components.parts import Badge, Bar, Bars, Crumb, Fact, Figure
from berdaya.web.components.tables import Cell, Column, Control, Table
from berdaya.web.office import words
from berdaya.web.office.acting import id_of
from berdaya.web.office.held_visits import held_figure
from berdaya.web.office.lists import Col, chips_of, list_table, number_col
from berdaya.web.problems import shown, told
from berdaya.web.session import OfficeRequest, office_page

SEE = ("task.manage", "mentor.assign", "account.manage", "business.manage")
SILENT_DAYS = 14


@dataclass(frozen=True)
class MentorFilter(ListFilter):
    """Filter of mentors: ``q`` is a part of the name."""


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
    context = {
        "title": _("Pendamping dan HP"),
        "lead": _("Kunjungan 30 hari terakhir, kiriman terakhir, dan apa yang perlu ditanyakan."),
        "crumbs": (),
        "figures": (
            Figure(_("Menunggu keputusan"), fmt.number(conflicts), href=reverse("office:field-conflicts")),
            Figure(_("Belum diterapkan"), fmt.number(stuck), href=reverse("office:field-stuck")),
            *held_figure(request.actor),
            Figure(_("HP terdaftar"), fmt.number(sum(row.phones for row in rows)), href=reverse("office:devices")),
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
        "phones": _phone_table(supervising.phones_of(actor=request.actor, account_id=row.account_id)),
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


def _state(row: DeviceRow) -> Badge:
    if row.wiped_at is not None:
        return Badge(_("dicabut, sudah dihapus"), "none", "cross")
    if row.revoked_at is not None:
        return Badge(_("dicabut, belum memanggil"), "warn", "half")
    if row.copied_at is not None:
        return Badge(_("token dipakai dua HP"), "bad", "cross")
    return Badge(_("bekerja"), "good", "tick")


def _phone_table(rows: list[DeviceRow], *, total: int | None = None) -> Table:
    return Table(
        caption=_("HP"),
        columns=(
            Column(_("HP")),
            Column(_("Pemegang")),
            Column(_("Kiriman terakhir")),
            Column(_("Belum terkirim"), "right"),
            Column(_("Keadaan")),
        ),
        rows=tuple(
            (
                Cell(row.name, reverse("office:device", args=[row.id]), row.platform[:40]),
                Cell(row.holder),
                Cell(fmt.moment(row.pushed_at) if row.pushed_at else _("belum pernah")),
                Cell(fmt.number(row.unsent) if row.unsent else ""),
                Cell(badge=_state(row)),
            )
            for row in rows
        ),
        count_text=_("%(count)s HP") % {"count": fmt.number(len(rows) if total is None else total)},
        caption_hidden=True,
        empty_title=_("Belum ada HP"),
        empty_text=_("HP mendaftar sendiri saat pendamping masuk di alamat /lapangan/."),
    )


@office_page(*SEE)
def devices(request: OfficeRequest) -> HttpResponse:
    """Every phone of the office, the longest silent first."""
    filters = MentorFilter.parse(request.GET)
    rows, total = selectors.devices(actor=request.actor, limit=PAGE_SIZE, offset=filters.offset, text=filters.q)
    context = {
        "title": _("HP terdaftar"),
        "lead": _("HP yang hilang dicabut dengan satu ketukan; isinya terhapus saat HP itu memanggil lagi."),
        "crumbs": (Crumb(_("Pendamping dan HP"), reverse("office:field")), Crumb(_("HP terdaftar"))),
        "controls": (Control("q", _("Nama"), "search", filters.q, width=20),),
        "table": _phone_table(rows, total=total),
    }
    return render(request, "office/list.html", context)


@office_page(*SEE)
def device(request: OfficeRequest, device_id: UUID) -> HttpResponse:
    """One phone: what it sent, what it holds as its owner sees it, and the button that cuts it off."""
    if request.method == "POST":
        revoke(actor=request.actor, device_id=device_id, reason=request.POST.get("alasan", "").strip() or "hilang")
        return HttpResponseRedirect(reverse("office:device", args=[device_id]))
    row = selectors.device(actor=request.actor, device_id=device_id)
    off = row.clock_off_seconds
    gaps = ", ".join(f"{lo}–{hi}" if lo != hi else str(lo) for lo, hi in row.gaps)
    context = {
        "row": row,
        "state": _state(row),
        "crumbs": (
            Crumb(_("Pendamping dan HP"), reverse("office:field")),
            Crumb(_("HP terdaftar"), reverse("office:devices")),
            Crumb(row.name),
        ),
        "facts": (
            Fact(_("Pemegang"), row.holder),
            Fact(_("Jenis"), row.platform or "–"),
            Fact(_("Terdaftar"), fmt.moment(row.enrolled_at)),
            Fact(_("Panggilan terakhir"), fmt.moment(row.seen_at) if row.seen_at else _("belum pernah")),
            Fact(_("Kiriman terakhir"), fmt.moment(row.pushed_at) if row.pushed_at else _("belum pernah")),
            Fact(_("Belum terkirim"), fmt.number(row.unsent) if row.unsent is not None else "–"),
            Fact(_("Jam HP"), _clock(off)),
            Fact(_("Kiriman yang tidak sampai"), gaps or _("tidak ada")),
        ),
        "figures": tuple(Figure(words.outcome(code), fmt.number(count)) for code, count in sorted(row.counts.items())),
        "packs": [(item, fmt.moment(item.expires_at)) for item in selectors.packs_held(device_id)],
    }
    return render(request, "office/device.html", context)


def _clock(off: int | None) -> str:
    if off is None:
        return "–"
    if abs(off) <= 600:
        return _("tepat")
    minutes = fmt.number(abs(off) // 60)
    return (_("lambat %(n)s menit") if off > 0 else _("cepat %(n)s menit")) % {"n": minutes}


@office_page(*SEE)
def device_as(request: OfficeRequest, device_id: UUID) -> HttpResponse:
    """What a mentor's phone holds, as its owner sees it."""
    seen = supervising.view_as(actor=request.actor, device_id=device_id)
    stores = supervising.stores_of(seen.rows)
    last = {row.id: row.body for row in stores.get("last_visit", [])}
    context = {
        "row": seen.device,
        "title": _("Lihat sebagai %(name)s") % {"name": seen.device.holder},
        "lead": _("Persis isi HP ini: tanpa NIK, tanpa penghasilan, tanpa data khusus."),
        "crumbs": (
            Crumb(_("HP terdaftar"), reverse("office:devices")),
            Crumb(seen.device.name, reverse("office:device", args=[device_id])),
            Crumb(_("Isi HP")),
        ),
        "table": Table(
            caption=_("Binaan"),
            columns=(Column(_("Usaha")), Column(_("Wilayah")), Column(_("Jatuh tempo")), Column(_("Risiko"), "right"),
                     Column(_("Saran terakhir"))),
            rows=tuple(
                (
                    Cell(str(item.body["owner"]), "", str(item.body["name"])),
                    Cell(str(item.body["area_name"])),
                    Cell(fmt.day_short(item.body["due_on"])),
                    Cell(fmt.number(item.body["risk"])),
                    Cell(str(last.get(item.id, {}).get("advice", ""))),
                )
                for item in sorted(stores.get("business", []), key=lambda item: -int(item.body["risk"]))
            ),
            count_text=_("%(count)s usaha") % {"count": fmt.number(len(stores.get("business", [])))},
            empty_title=_("HP ini kosong"),
            empty_text=_("Perannya berakhir, atau belum ada binaan yang diserahkan."),
        ),
    }  # fmt: skip
    return render(request, "office/list.html", context)


@office_page(*SEE)
def conflicts(request: OfficeRequest) -> HttpResponse:
    """Records with two versions that wait for a person."""
    filters = MentorFilter.parse(request.GET)
    rows, total = selectors.conflicts(actor=request.actor, limit=PAGE_SIZE, offset=filters.offset)
    columns: list[Col[ConflictRow]] = [
        Col(
            _("Rekaman"),
            lambda row: Cell(words.record_kind(row.kind), reverse("office:field-conflict", args=[row.id])),
            lambda row: row.kind,
        ),
        Col(_("Dari"), lambda row: Cell(row.holder), lambda row: row.holder),
        Col(_("Masuk"), lambda row: Cell(fmt.moment(row.raised_at)), lambda row: row.raised_at),
        Col(_("Sebab"), lambda row: Cell(_cause(row.code, row.fields)), lambda row: row.code),
    ]
    context = {
        "title": _("Menunggu keputusan"),
        "lead": _("Dua orang mencatat hal yang sama dengan isi berbeda. Pilih satu; keduanya tetap tersimpan."),
        "crumbs": (Crumb(_("Pendamping dan HP"), reverse("office:field")), Crumb(_("Menunggu keputusan"))),
        "controls": (),
        "table": list_table(
            Page(tuple(rows), total, filters.page),
            columns,
            filters,
            caption=_("Perbedaan"),
            noun=_("perbedaan"),
            empty=(
                _("Tidak ada yang menunggu"),
                _("Bila dua orang mengubah isian yang sama, kedua isinya tampil di sini."),
            ),
        ),
    }
    return render(request, "office/list.html", context)


def _cause(code: str, fields: tuple[str, ...] = ()) -> str:
    return Problem(code, fields=", ".join(words.record_field(name) for name in fields)).text(fmt.language())


@office_page(*SEE)
def conflict(request: OfficeRequest, conflict_id: UUID) -> HttpResponse:
    """Both versions side by side, and the choice."""
    problem = ""
    if request.method == "POST":
        try:
            resolving.resolve(actor=request.actor, conflict_id=conflict_id, choice=request.POST.get("pilihan", ""))
            return HttpResponseRedirect(reverse("office:field-conflicts"))
        except Problem as raised:
            problem = told(shown(raised))
    row = selectors.conflict(actor=request.actor, conflict_id=conflict_id)
    context = {
        "row": row,
        "kind": words.record_kind(row.kind),
        "cause": _cause(row.code, row.fields),
        "problem": problem,
        "crumbs": (
            Crumb(_("Menunggu keputusan"), reverse("office:field-conflicts")),
            Crumb(words.record_kind(row.kind)),
        ),
        "table": _versions(row),
        "open": row.resolved_at is None,
        "has_held": bool(row.held),
    }
    return render(request, "office/conflict.html", context, status=409 if problem else 200)


def _versions(row: ConflictRow) -> Table:
    names = sorted({*row.sent, *row.held} - {"enterprise", "position", "answers", "assets", "photos", "voice"})
    differing = [name for name in names if row.sent.get(name) != row.held.get(name)] if row.held else names
    if row.fields:
        # Fields that only one of the two changed were joined; only these are left to choose.
        differing = ["on" if name == "occurred_on" else name for name in row.fields]
    return Table(
        caption=_("Kedua isi"),
        columns=(Column(_("Isian")), Column(_("Dikirim dari HP")), Column(_("Tersimpan di kantor"))),
        rows=tuple(
            (Cell(words.record_field(name)), Cell(_value(row.sent, name)), Cell(_value(row.held, name)))
            for name in differing
        ),
        count_text=_("%(count)s isian berbeda") % {"count": fmt.number(len(differing))},
        caption_hidden=True,
    )


def _value(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    if name.endswith("_idr") and isinstance(value, int):
        return fmt.rupiah(value)
    return str(value)


@office_page(*SEE)
def stuck(request: OfficeRequest) -> HttpResponse:
    """Records that were kept and not applied, with why; a waiting one can be tried again."""
    if request.method == "POST":
        resolving.try_again(actor=request.actor, record_id=id_of(request, "rekaman"))
        return HttpResponseRedirect(reverse("office:field-stuck"))
    filters = MentorFilter.parse(request.GET)
    rows, total = selectors.stuck(actor=request.actor, limit=PAGE_SIZE, offset=filters.offset)
    context = {
        "title": _("Belum diterapkan"),
        "lead": _("Tersimpan, tetapi belum dihitung: isian keliru, atau menunggu data lain. Tidak ada yang hilang."),
        "crumbs": (Crumb(_("Pendamping dan HP"), reverse("office:field")), Crumb(_("Belum diterapkan"))),
        "rows": [(row, words.record_kind(row.kind), words.outcome(row.outcome.value), _why(row)) for row in rows],
        "total": total,
    }
    return render(request, "office/field_stuck.html", context)


def _why(row: StuckRow) -> str:
    told = {
        name: ", ".join(words.record_field(str(item)) for item in value) if isinstance(value, list) else value
        for name, value in row.params.items()
        if name != "code"
    }
    return Problem(row.code, **told).text(fmt.language())


@office_page("visit.record", *SEE)
def queue(request: OfficeRequest) -> HttpResponse:
    """A file that a phone saved because it could not send: anybody signed in may bring it."""
    problem, received = "", None
    if request.method == "POST":
        file = request.FILES.get("berkas")
        try:
            if file is None:
                raise Problem("push_unreadable", detail=_("tanpa berkas"))
            received = queues.take(actor=request.actor, raw=file.read(rules.MOST_UNPACKED + 1))
        except Problem as raised:
            problem = raised.text(fmt.language())
    context = {
        "crumbs": (Crumb(_("Unggah antrean HP")),),
        "problem": problem,
        "received": received,
        "figures": tuple(
            Figure(words.outcome(code), fmt.number(count)) for code, count in received.counts.items() if count
        )
        if received
        else (),
    }
    return render(request, "office/field_queue.html", context, status=422 if problem else 200)
