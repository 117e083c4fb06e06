"""Programmes: list, the funnel of one, the list behind each bar, how one candidate was decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.access.permissions import can
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.kernel.scope import current_actor
from berdaya.process.overview.programmes import (
    STAGES,
    CandidateFilter,
    CandidateRow,
    ProgrammeFilter,
    ProgrammeRow,
    ProgrammeView,
    candidate_rows,
    programme_head,
    stage_list,
    stage_queryset,
)
from berdaya.process.overview.programmes import programme as programme_of
from berdaya.process.overview.programmes import programmes as programmes_of
from berdaya.process.overview.steps import tells_steps
from berdaya.web.components.parts import Crumb, Drop, Fact, Figure, Funnel, Stage, Tab, status_badge
from berdaya.web.components.tables import Cell, Control
from berdaya.web.office import words
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

WAY = ("usulan", "tunggal", "layak", "terverifikasi", "terpilih", "dilatih", "menerima")
FALLEN = {
    "tunggal": ("ganda",),
    "layak": ("dikecualikan", "tidak-layak", "belum-lengkap", "belum-disaring"),
    "terverifikasi": ("gugur", "belum-diverifikasi"),
    "terpilih": ("tunggu", "belum-diperingkat", "diganti"),
}
DOUBLED = ("duplicate_nik", "duplicate_kk")
STEPPING = ("selection.run", "verification.record", "report.make")
"""Who holds one of these takes steps of a programme."""
STATE_OF = {"dikecualikan": "excluded", "tidak-layak": "ineligible"}


def _list_columns() -> list[Col[ProgrammeRow]]:
    return [
        Col(
            _("Program"),
            lambda row: Cell(row.name, reverse("office:programme", args=[row.code]), row.office, fake=row.synthetic),
            lambda row: row.name,
        ),
        Col(_("Tahun"), lambda row: Cell(str(row.year)), lambda row: row.year),
        number_col(_("Calon"), lambda row: row.candidates),
        number_col(_("Terpilih"), lambda row: row.selected),
        number_col(_("Kuota"), lambda row: row.quota),
        number_col(_("Usaha"), lambda row: sum(row.statuses.values())),
        Col(
            _("Usaha aktif"),
            lambda row: Cell(
                fmt.number(row.statuses.get("active", 0)),
                sub=fmt.percent(row.statuses.get("active", 0), sum(row.statuses.values())),
            ),
            lambda row: row.statuses.get("active", 0),
            right=True,
        ),
    ]


@office_page("programme.read")
def programmes(request: OfficeRequest) -> HttpResponse:
    """All programmes that the role may see."""
    filters = ProgrammeFilter.parse(request.GET)
    page = programmes_of(actor=request.actor, filters=filters)
    labels: Labels = {"q": (_("Nama"), None), "year": (_("Tahun"), None), "area": (_("Wilayah"), None)}
    context = {
        "title": _("Program"),
        "lead": _("Setiap program: satu kantor, satu wilayah, satu tahun, satu skema."),
        "crumbs": (),
        "controls": (
            Control("q", _("Nama program"), "search", filters.q, width=20),
            Control("year", _("Tahun"), value=filters.year, width=4),
        ),
        "table": list_table(
            page,
            _list_columns(),
            filters,
            caption=_("Program"),
            noun=_("program"),
            chips=chips_of(filters, labels),
            empty=(_("Belum ada program di wilayah Anda"), _("Program dibuat dari satu folder: berdaya run FOLDER.")),
        ),
    }
    return render(request, "office/list.html", context)


def _of_villages() -> bool:
    """True for roles that lie below every programme; its steps are not told to them."""
    actor = current_actor()
    return actor is not None and actor.role in {"camat", "lurah"}


def tabs(code: str, current: str, *, steps: bool) -> tuple[Tab, ...]:
    """Pages of one programme that the role may open; ``steps`` where the actor's office may read them."""
    query = f"?programme={code}"
    every = (
        (_("Ringkasan"), way("office:programme", code), "", "summary"),
        (_("Langkah"), way("office:steps", code) if steps and not _of_villages() else "", "", "steps"),
        (_("Kunjungan"), way("office:visits", code) if steps else "", "", "visits"),
        (_("Musyawarah"), way("office:meetings", code) if steps else "", "", "meetings"),
        (_("Sanggahan"), way("office:objections", code) if steps else "", "", "objections"),
        (_("Simulasi"), way("office:simulation", code) if steps else "", "", "simulation"),
        (_("SK"), way("office:decrees", code) if steps else "", "", "decrees"),
        (_("Kelas"), way("office:classes"), query, ""),
        (_("Penyaluran"), way("office:handovers"), query, ""),
        (_("Usaha"), way("office:businesses"), query, ""),
        (_("Dokumen"), way("office:documents"), query, ""),
        (_("Bukti"), way("office:proof", code), "", "proof"),
        (_("Laporan"), way("office:report", code), "", "report"),
    )
    return tuple(Tab(text, href + more, name == current) for text, href, more, name in every if href)


@office_page("programme.read")
def programme(request: OfficeRequest, code: str) -> HttpResponse:
    """One programme: the funnel as its picture, what waits for a decision, rules in short."""
    view = programme_of(actor=request.actor, code=code)
    linked = can(request.actor, "family.read")
    steps = tells_steps(actor=request.actor, code=code)
    context = {
        "view": view,
        "lead": _lead(view),
        "tabs": tabs(code, "summary", steps=steps),
        "may_see_businesses": bool(way("office:businesses")),
        "funnel": funnel_of(view, linked=linked),
        "figures": _figures(view),
        "statuses": [(status_badge(name), view.row.statuses.get(name, 0), name) for name in _ORDER],
        "approvals": [
            (
                row,
                words.join((words.approval_stage(row.stage), str(row.summary.get("number", "")))),
                reverse("office:approve", args=[code, row.id])
                if row.checked_at is None and not row.own and can(request.actor, "stage.approve")
                else "",
            )
            for row in view.approvals
        ],
        "rules": _rules(view),
        "may_import": can(request.actor, "import.run"),
        "may_step": steps and view.whole and any(can(request.actor, permission) for permission in STEPPING),
        "crumbs": (Crumb(_("Program"), reverse("office:programmes")), Crumb(view.row.name)),
    }
    return render(request, "office/programme.html", context)


_ORDER = ("active", "weak", "dormant", "holiday_only", "unknown")


def _lead(view: ProgrammeView) -> tuple[str, ...]:
    scheme = _("kelompok") if view.row.scheme == "group" else _("perorangan")
    aid = view.config.get("aid") or {}
    form = {"goods": _("barang"), "cash": _("modal"), "coaching": _("pembinaan")}.get(str(aid.get("form", "")), "")
    ceiling = aid.get("ceiling_idr")
    limit = _("sampai %(amount)s") % {"amount": fmt.rupiah(ceiling)} if ceiling else ""
    sources = ", ".join(str(item.get("source", "")) for item in (view.config.get("programme") or {}).get("funding", []))
    parts = (view.row.office, str(view.row.year), scheme, f"{form} {limit}".strip(), sources)
    return tuple(part for part in parts if part)


def funnel_of(view: ProgrammeView, *, linked: bool = True) -> Funnel:
    """The funnel: each bar a count, between the bars why some fell out; the last bar counts businesses."""
    code = view.row.code

    def link(stage: str, reason: str) -> str:
        address = reverse("office:stage", args=[code, stage])
        return f"{address}?{CandidateFilter(reason=reason).query()}".rstrip("?") if linked else ""

    stages = _rows_read(view)
    bars = [stage for stage in WAY if stage != "tunggal" or view.counts.get("ganda")]
    for stage, after in zip(bars, (*bars[1:], ""), strict=True):
        drops = [drop for fallen in FALLEN.get(after, ()) for drop in _drops(view, fallen, link)]
        stages.append(Stage(words.stage(stage), view.counts.get(stage, 0), link(stage, ""), tuple(drops)))
    active = view.row.statuses.get("active", 0)
    total = sum(view.row.statuses.values())
    if total:
        businesses = way("office:businesses")
        address = f"{businesses}?programme={code}&status=active" if businesses else ""
        share = fmt.percent(active, total)
        stages.append(Stage(_("Usaha aktif"), active, address, alt=True, share=share))
    return Funnel(_finding(view, active, total), tuple(stages), clock.today(), note=_note(total))


def _rows_read(view: ProgrammeView) -> list[Stage]:
    """The rows of the files, where a file was read: the first bar, with the rows that were refused."""
    if not view.rows_in:
        return []
    href = way("office:upload", view.row.code)
    doubled = sum(view.rows_refused.get(code, 0) for code in DOUBLED)
    broken = sum(view.rows_refused.values()) - doubled
    drops = ((broken, _("baris rusak")), (doubled, _("ganda di dalam daftar")))
    return [Stage(_("Baris daftar"), view.rows_in, href, tuple(Drop(count, text) for count, text in drops if count))]


def _note(total: int) -> str:
    return _("Usaha aktif: dari %(total)s usaha.") % {"total": fmt.number(total)} if total else ""


def _drops(view: ProgrammeView, fallen: str, link: Callable[[str, str], str]) -> list[Drop]:
    count = view.counts.get(fallen, 0)
    if not count:
        return []
    by_reason = view.reasons.get(STATE_OF.get(fallen, ""), {})
    if len(by_reason) < 2:
        return [Drop(count, words.stage(fallen).lower(), link(fallen, ""))]
    return [Drop(number, words.reason(reason), link(fallen, reason)) for reason, number in by_reason.items()]


def _finding(view: ProgrammeView, active: int, total: int) -> str:
    people = _("kelompok") if view.row.scheme == "group" and not view.counts.get("dilatih") else _("calon")
    first = fmt.number(view.counts.get("usulan", 0))
    if total:
        return _("Dari %(first)s %(people)s, %(selected)s terpilih; %(active)s dari %(total)s usaha aktif") % {
            "first": first,
            "people": people,
            "selected": fmt.number(view.counts.get("terpilih", 0)),
            "active": fmt.number(active),
            "total": fmt.number(total),
        }
    return _("Dari %(first)s %(people)s, %(selected)s terpilih") % {
        "first": first,
        "people": people,
        "selected": fmt.number(view.counts.get("terpilih", 0)),
    }


def _decree_words(view: ProgrammeView) -> str:
    if not view.whole:
        return _("di wilayah Anda")
    if not view.decree_number:
        return _("belum ada SK")
    first = _("SK %(number)s · %(day)s") % {"number": view.decree_number, "day": fmt.day_short(view.decreed_on)}
    more = view.more_decrees
    return words.join((first, _("%(n)s SK susulan") % {"n": fmt.number(more)} if more else ""))


def _figures(view: ProgrammeView) -> list[Figure]:
    selected = view.counts.get("terpilih", 0)
    figures = [
        Figure(
            _("Terpilih"),
            fmt.number(selected),
            compare=_("dari kuota %(quota)s") % {"quota": fmt.number(view.row.quota)}
            if view.row.quota and view.whole
            else "",
            source=_decree_words(view),
        ),
        Figure(_("Daftar tunggu"), fmt.number(view.counts.get("tunggu", 0)), source=_("urut peringkat")),
    ]
    if view.first_choice_share is not None:
        figures.append(
            Figure(
                _("Mendapat kelas pilihan pertama"),
                fmt.percent(view.first_choice_share),
                compare=_("selisih dari hasil terbaik: %(gap)s") % {"gap": fmt.percent(view.gap, 1, 2)},
                source=_("Penempatan ke-%(number)s") % {"number": view.runs},
            )
        )
    received = view.counts.get("menerima", 0)
    figures.append(
        Figure(
            _("Menerima bantuan"),
            fmt.number(received),
            compare=_("%(share)s dari yang terpilih") % {"share": fmt.percent(received, selected)} if selected else "",
            source=_("BAST dan buku dana"),
        )
    )
    return figures


def _rules(view: ProgrammeView) -> list[Fact]:
    config: Mapping[str, Any] = view.config
    eligibility = config.get("eligibility") or {}
    age = eligibility.get("age") or {}
    facts = []
    sources = [str(item) for item in (config.get("candidates") or {}).get("sources", ())]
    if sources:
        facts.append(Fact(_("Sumber calon"), ", ".join(source_name(item) for item in sources)))
    if age:
        facts.append(Fact(_("Umur"), f"{age.get('min', 0)}–{age.get('max', '…')}"))
    if eligibility.get("desil_max"):
        facts.append(Fact(_("Desil"), _("paling tinggi %(desil)s") % {"desil": eligibility["desil_max"]}))
    if eligibility.get("exclude"):
        facts.append(Fact(_("Dikecualikan"), ", ".join(words.reason(str(item)) for item in eligibility["exclude"])))
    weights = (config.get("ranking") or {}).get("weights") or {}
    if weights:
        facts.append(
            Fact(_("Bobot peringkat"), ", ".join(f"{criterion(name)} {weight}" for name, weight in weights.items()))
        )
    months = (config.get("graduation") or {}).get("months")
    if months:
        facts.append(Fact(_("Graduasi"), _("setelah %(months)s bulan") % {"months": months}))
    return facts


def source_name(code: str) -> str:
    """Where candidates come from: `alumni:jamsosratu` is `alumni Jamsosratu`."""
    kind, _colon, name = code.partition(":")
    return _("alumni %(name)s") % {"name": name.capitalize()} if kind == "alumni" else code


def criterion(code: str) -> str:
    """A criterion of ranking as people call it."""
    return {
        "desil": _("desil"),
        "female_head": _("kepala keluarga perempuan"),
        "disability": _("disabilitas"),
        "never_in_business": _("belum pernah usaha"),
        "in_business": _("sudah merintis usaha"),
        "members": _("jumlah anggota"),
        "dependants": _("tanggungan"),
        "income": _("penghasilan"),
        "women": _("anggota perempuan"),
        "poor_members": _("anggota miskin"),
    }.get(code, code)


def _stage_columns(code: str) -> list[Col[CandidateRow]]:
    return [
        text_col(_("No."), lambda row: row.ref, sort="no"),
        Col(
            _("Nama"),
            lambda row: Cell(row.name, reverse("office:decision", args=[code, row.id]), fake=row.synthetic),
            lambda row: row.name,
        ),
        text_col(_("Wilayah"), lambda row: row.place, sort="wilayah"),
        text_col(_("Jenis usaha"), lambda row: words.kind(row.kind) if row.kind else ""),
        Col(
            _("Keadaan"),
            lambda row: Cell(badge=words.state_badge(row.state)),
            lambda row: words.state(row.state),
        ),
        text_col(_("Alasan"), lambda row: words.reason(row.reason) if row.reason else ""),
        number_col(_("Peringkat"), lambda row: row.rank, sort="peringkat"),
    ]


@office_page("programme.read")
def stage(request: OfficeRequest, code: str, stage: str) -> HttpResponse:
    """The list behind one bar of the funnel."""
    filters = CandidateFilter.parse(request.GET)
    name, scheme = programme_head(actor=request.actor, code=code)
    page = stage_list(actor=request.actor, code=code, stage=stage, filters=filters)
    labels: Labels = {
        "q": (_("Nama"), None),
        "area": (_("Wilayah"), None),
        "reason": (_("Alasan"), words.reason),
        "state": (_("Keadaan"), words.state),
        "kind": (_("Jenis"), words.kind),
    }
    export = reverse("office:stage-export", args=[code, stage]) if may_export(request) else ""
    context = {
        "title": words.stage(stage),
        "lead": name,
        "crumbs": (
            Crumb(_("Program"), reverse("office:programmes")),
            Crumb(name, reverse("office:programme", args=[code])),
            Crumb(words.stage(stage)),
        ),
        "controls": (
            Control("q", _("Nama"), "search", filters.q, width=20),
            Control("area", _("Kode wilayah"), value=filters.area, width=10, hint="36.01"),
            select("kind", _("Jenis usaha"), filters.kind, words.kinds()),
            *kept(filters, "reason", "state", "sort"),
        ),
        "table": list_table(
            page,
            _stage_columns(code),
            filters,
            caption=words.stage(stage),
            noun=_("kelompok") if scheme == "group" and page.rows and page.rows[0].group_id else _("calon"),
            export=export,
            chips=chips_of(filters, labels),
        ),
    }
    return render(request, "office/list.html", context)


@office_page("family.read")
def stage_export(request: OfficeRequest, code: str, stage: str) -> HttpResponse:
    """The same list as a workbook."""
    filters = CandidateFilter.parse(request.GET)
    back = reverse("office:stage", args=[code, stage])
    return export_page(
        request,
        name=f"{code}-{stage}",
        title=words.stage(stage) if stage in STAGES else stage,
        back=f"{back}?{filters.query()}",
        queryset=stage_queryset(actor=request.actor, code=code, stage=stage, filters=filters),
        rows_of=candidate_rows,
        columns=_stage_columns(code),
    )


def results(result: str) -> str:
    """What a home visit found."""
    return {
        "confirmed": _("ditemukan dan sesuai"),
        "not_found": _("tidak ditemukan"),
        "not_poor": _("tidak miskin"),
        "moved": _("pindah"),
        "died": _("meninggal dunia"),
    }.get(result, result)
