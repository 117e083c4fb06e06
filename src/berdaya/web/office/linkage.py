"""Pages of doubles: the queue, two records side by side with the reasons as bars, look-alikes, claims of families."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from berdaya.areas.codes import InvalidAreaCodeError, format_code, parse_code
from berdaya.kernel import formats as fmt
from berdaya.kernel.problems import Problem
from berdaya.people.linkage.services import decide_transfer, request_transfer, unmerge
from berdaya.people.linkage.types import Decision, PairView, Record, Transfer
from berdaya.people.rules.dates import read_date
from berdaya.process.doubles import decide_pair
from berdaya.process.overview import linkage as overview
from berdaya.process.overview.linkage import PairFilter, PairLine
from berdaya.web.components.parts import Badge, Crumb
from berdaya.web.components.tables import Cell, Control
from berdaya.web.office import words
from berdaya.web.office.lists import Col, list_table, select, text_col
from berdaya.web.problems import told
from berdaya.web.session import OfficeRequest, office_page

FIELDS = {
    "name": gettext_lazy("Nama"), "birth_date": gettext_lazy("Tanggal lahir"), "sex": gettext_lazy("Jenis kelamin"),
    "area": gettext_lazy("Desa atau kelurahan"), "phone": gettext_lazy("Telepon"), "address": gettext_lazy("Alamat"),
    "nik": gettext_lazy("NIK"), "kk": gettext_lazy("Nomor KK"),
}  # fmt: skip
LEVELS = {
    "same": gettext_lazy("sama"), "different": gettext_lazy("berbeda"), "one_word": gettext_lazy("satu kata sama"),
    "alike": gettext_lazy("mirip"), "shortened": gettext_lazy("yang satu lebih pendek"),
    "year": gettext_lazy("tahun sama"), "near": gettext_lazy("tahun dan sebagian sama"),
    "slip": gettext_lazy("salah tahun"), "filler": gettext_lazy("tahun sama, hari tidak pasti"),
    "swapped": gettext_lazy("hari dan bulan tertukar"), "district": gettext_lazy("kecamatan sama"),
    "regency": gettext_lazy("kabupaten sama"),
}  # fmt: skip
HALF, WIDEST = 100, 8.0
"""Width of either half of the picture of reasons, and the bits that fill it."""


def _chance(value: float) -> str:
    return _("hampir pasti") if value >= 0.99 else _("sangat mungkin") if value >= 0.95 else _("mungkin")


def _state(code: str) -> Badge:
    return {
        "open": Badge(_("menunggu"), "info", "ring"),
        "asked": Badge(_("ditanyakan ke lapangan"), "warn", "half"),
        "same": Badge(_("orang yang sama"), "good", "tick"),
        "different": Badge(_("dua orang berbeda"), "none", "cross"),
    }[code]


def _columns() -> list[Col[PairLine]]:
    return [
        Col(
            _("Dua catatan"),
            lambda row: Cell(
                row.pair.left or _("tanpa nama"), reverse("office:look-alike", args=[row.pair.id]), sub=row.pair.right
            ),
            lambda row: f"{row.pair.left} / {row.pair.right}",
        ),
        text_col(_("Satu orang?"), lambda row: _chance(row.pair.chance)),
        text_col(_("Wilayah"), lambda row: row.place),
        text_col(_("Ditemukan"), lambda row: fmt.day(row.pair.found_on)),
        Col(_("Keadaan"), lambda row: Cell(badge=_state(row.pair.state)), lambda row: _state(row.pair.state).text),
    ]


@office_page("family.merge")
def look_alikes(request: OfficeRequest) -> HttpResponse:
    """Pairs that wait for a person, the likeliest first."""
    filters = PairFilter.parse(request.GET)
    page = overview.pairs(actor=request.actor, filters=filters)
    states = [("", _("menunggu")), ("asked", _("ditanyakan ke lapangan")), ("same", _("orang yang sama")),
              ("different", _("dua orang berbeda"))]  # fmt: skip
    context = {
        "title": _("Mungkin orang yang sama"),
        "lead": _("Dua catatan yang mirip. Mesin hanya menunjukkan; Anda yang memutuskan, dan keputusan itu disimpan."),
        "crumbs": (Crumb(_("Keluarga"), reverse("office:families")), Crumb(_("Mungkin orang yang sama"))),
        "controls": (
            select("state", _("Keadaan"), filters.state, states),
            Control("area", _("Kode wilayah"), value=filters.area, width=10, hint="36.01"),
        ),
        "table": list_table(
            page,
            _columns(),
            filters,
            caption=_("Pasangan"),
            noun=_("pasangan"),
            empty=(
                _("Tidak ada yang menunggu"),
                _("Pasangan muncul sendiri setelah daftar diunggah, bila dua catatan mirip tetapi nomornya berbeda."),
            ),
        ),
    }
    return render(request, "office/linkage.html", context)


@office_page("family.merge")
def look_alike(request: OfficeRequest, pair_id: UUID) -> HttpResponse:
    """Both records and the reasons; on POST the decision, or the parting of what was merged."""
    problem: Problem | None = None
    if request.method == "POST":
        try:
            _decide(request, pair_id)
        except Problem as raised:
            problem = raised
        else:
            messages.success(request, _("Keputusan Anda disimpan."))
            return HttpResponseRedirect(reverse("office:look-alike", args=[pair_id]))
    view, places = overview.pair(actor=request.actor, pair_id=pair_id)
    context = {
        "view": view,
        "state": _state(view.state),
        "chance": _chance(view.chance),
        "rows": _rows(view, places),
        "bars": _bars(view),
        "open": view.state in {"open", "asked"},
        "asked": view.state == "asked",
        "problem_text": told(problem),
        "reason": request.POST.get("alasan", ""),
        "crumbs": (
            Crumb(_("Keluarga"), reverse("office:families")),
            Crumb(_("Mungkin orang yang sama"), reverse("office:look-alikes")),
            Crumb(view.left.name or view.right.name),
        ),
    }
    return render(request, "office/linkage_pair.html", context, status=problem.status if problem else 200)


def _decide(request: OfficeRequest, pair_id: UUID) -> None:
    reason, answer = request.POST.get("alasan", ""), request.POST.get("jawaban", "")
    if answer == "pisah":
        view, _places = overview.pair(actor=request.actor, pair_id=pair_id)
        if view.merge_id is None:
            raise Problem("already_decided")
        unmerge(actor=request.actor, merge_id=view.merge_id, reason=reason)
        return
    answers = {"sama": Decision.SAME, "beda": Decision.DIFFERENT, "tanya": Decision.ASKED}
    if answer not in answers:
        raise Problem("bad_state", state=answer or "-")
    keep = request.POST.get("simpan", "")
    try:
        kept = UUID(keep) if keep else None
    except ValueError:
        raise Problem("not_found") from None
    decide_pair(actor=request.actor, pair_id=pair_id, decision=answers[answer], reason=reason, keep=kept)


def _rows(view: PairView, places: dict[int, str]) -> list[tuple[str, str, str, bool]]:
    """Label, both sides, and whether they read the same."""

    def sides(label: str, of: object) -> tuple[str, str, str, bool]:
        left, right = (str(of(record) or "") for record in (view.left, view.right))  # type: ignore[operator]
        return label, left, right, left == right

    apart = {reason.field for reason in view.reasons if reason.level == "different"}

    def sealed(field: str, label: str, of: Callable[[Record], bool]) -> tuple[str, str, str, bool]:
        # Neither number is shown, so that two that differ would read the same.
        there = _("ada, nomornya berbeda") if field in apart else _("ada, tersegel")
        left, right = (there if of(record) else _("belum ada") for record in (view.left, view.right))
        return label, left, right, left == right and field not in apart

    def born(record: Record) -> str:
        day = fmt.day(record.birth_date) if record.birth_date else ""
        return ", ".join(part for part in (record.birth_place, day) if part)

    return [
        sides(_("Nama"), lambda record: record.name),
        sides(_("Lahir"), born),
        sides(_("Jenis kelamin"), lambda record: words.sex(record.sex)),
        sides(_("Wilayah"), lambda record: places.get(record.area, "")),
        sides(_("Alamat"), lambda record: record.address),
        sides(_("Telepon"), lambda record: record.phone),
        sealed("nik", _("NIK"), lambda record: record.has_nik),
        sealed("kk", _("Nomor KK"), lambda record: record.has_kk),
        sides(_("Anggota keluarga"), lambda record: fmt.number(record.members)),
        sides(_("Dicatat"), lambda record: fmt.day(record.recorded_on)),
    ]


def _bars(view: PairView) -> list[dict[str, object]]:
    """Reasons as bars from the middle: to the right for one person, to the left against; the strongest first."""
    made: list[dict[str, object]] = []
    for reason in sorted(view.reasons, key=lambda one: -abs(one.bits)):
        width = round(min(abs(reason.bits), WIDEST) / WIDEST * HALF)
        speaks = reason.bits > 0
        made.append(
            {
                "field": FIELDS.get(reason.field, reason.field),
                "level": LEVELS.get(reason.level, reason.level),
                "x": HALF if speaks else HALF - width,
                "width": max(width, 1),
                "speaks": speaks,
                "words": _("mendukung") if speaks else _("menentang"),
            }
        )
    return made


@office_page("family.merge")
def similar(request: OfficeRequest) -> HttpResponse:
    """People of a name like the one typed, for a clerk about to write a new one; ``potong=ya`` gives the list alone."""
    name = request.GET.get("nama", "").strip()[:80]
    found, places = overview.similar(actor=request.actor, name=name, born=_day(request.GET.get("lahir", "")))
    context = {
        "name": name,
        "born": request.GET.get("lahir", "")[:20],
        "found": [(row, places.get(row.area, "")) for row in found],
        "crumbs": (Crumb(_("Keluarga"), reverse("office:families")), Crumb(_("Nama yang mirip"))),
    }
    bare = request.GET.get("potong") == "ya"
    return render(request, "office/linkage_similar_list.html" if bare else "office/linkage_similar.html", context)


def _day(text: str) -> date | None:
    return read_date(text[:40], as_of=date.max).value if text else None


@office_page("family.move")
@sensitive_post_parameters("nik")
def transfers(request: OfficeRequest) -> HttpResponse:
    """Claims of families between offices; on POST one is made."""
    problem: Problem | None = None
    if request.method == "POST":
        try:
            answer = request_transfer(
                actor=request.actor,
                nik="".join(letter for letter in request.POST.get("nik", "") if letter.isdigit()),
                to_area=_area(request.POST.get("wilayah", "")),
                reason=request.POST.get("alasan", ""),
            )
            if answer is Transfer.YOURS:
                raise Problem("transfer_not_needed")
        except Problem as raised:
            problem = raised
        else:
            sent = _("Permintaan dikirim kepada kantor yang memegang keluarga itu.")
            messages.success(request, sent if answer is Transfer.ASKED else _("Keluarga ini sudah diminta."))
            return HttpResponseRedirect(reverse("office:transfers"))
    rows, places = overview.transfers(actor=request.actor)
    context = {
        "claims": [(row, places.get(row.area, ""), places.get(row.to_area, format_code(row.to_area))) for row in rows],
        "problem_text": told(problem),
        "area": request.POST.get("wilayah", ""),
        "reason": request.POST.get("alasan", ""),
        "crumbs": (Crumb(_("Keluarga"), reverse("office:families")), Crumb(_("Permintaan pindah"))),
    }
    return render(request, "office/linkage_transfers.html", context, status=problem.status if problem else 200)


def _area(text: str) -> int:
    try:
        return parse_code(text.strip())
    except InvalidAreaCodeError:
        raise Problem("move_area_unknown") from None


@office_page("family.move")
def transfer(request: OfficeRequest, transfer_id: UUID) -> HttpResponse:
    """One claim; on POST the word of the office that holds the family."""
    rows, places = overview.transfers(actor=request.actor)
    row = next((one for one in rows if one.id == transfer_id), None)
    if row is None:
        raise Problem("not_found")
    problem: Problem | None = None
    if request.method == "POST":
        try:
            accept = request.POST.get("jawaban") == "terima"
            decide_transfer(
                actor=request.actor, transfer_id=transfer_id, accept=accept, reason=request.POST.get("alasan", "")
            )
        except Problem as raised:
            problem = raised
        else:
            messages.success(request, _("Keputusan Anda disimpan."))
            return HttpResponseRedirect(reverse("office:transfers"))
    context = {
        "row": row,
        "from_place": places.get(row.area, ""),
        "to_place": places.get(row.to_area, format_code(row.to_area)),
        "open": row.state == "open" and row.side == "holds",
        "problem_text": told(problem),
        "reason": request.POST.get("alasan", ""),
        "crumbs": (
            Crumb(_("Keluarga"), reverse("office:families")),
            Crumb(_("Permintaan pindah"), reverse("office:transfers")),
            Crumb(row.family or row.asking_office),
        ),
    }
    return render(request, "office/linkage_transfer.html", context, status=problem.status if problem else 200)
