"""Families: search without leaving a trace of digits, list, page."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from berdaya.access.permissions import can
from berdaya.areas.selectors import path
from berdaya.kernel.crypto import key_ring
from berdaya.kernel.problems import Problem
from berdaya.people.consent_texts import PURPOSES
from berdaya.people.numbers import NIK
from berdaya.people.services import move_household, reveal_nik
from berdaya.process.overview.families import (
    FamilyFilter,
    FamilyRow,
    FamilyView,
    families_queryset,
    family_rows,
)
from berdaya.process.overview.families import families as families_of
from berdaya.process.overview.families import family as family_of
from berdaya.training.inputs import ASSESSMENT
from berdaya.web.components.parts import Badge, Crumb
from berdaya.web.components.tables import Cell, Control
from berdaya.web.office import consent_words, words
from berdaya.web.office.lists import Col, Labels, chips_of, export_page, list_table, may_export, number_col, text_col
from berdaya.web.office.village_picker import HINT, chosen_village, village_input
from berdaya.web.problems import shown, told
from berdaya.web.session import OfficeRequest, office_page, way


def _columns() -> list[Col[FamilyRow]]:
    return [
        Col(
            _("Keluarga"),
            lambda row: Cell(row.name or _("tanpa nama"), reverse("office:family", args=[row.id]), fake=row.synthetic),
            lambda row: row.name,
        ),
        number_col(_("Anggota"), lambda row: row.members),
        text_col(_("Alamat"), lambda row: row.address),
        text_col(_("Wilayah"), lambda row: row.place),
        Col(
            _("Program"),
            _programme_cell,
            lambda row: "; ".join(f"{name}: {words.state(state)}" for _code, name, state in row.programmes),
        ),
    ]


def _programme_cell(row: FamilyRow) -> Cell:
    if not row.programmes:
        return Cell()
    code, name, state = row.programmes[-1]
    others = len(row.programmes) - 1
    more = _("dan %(count)s lainnya") % {"count": others} if others else ""
    return Cell(name, way("office:programme", code), sub=words.join((words.state(state), more)))


@office_page("family.read")
def families(request: OfficeRequest) -> HttpResponse:
    """Families by name, area, or the keyed mark of four digits."""
    filters = FamilyFilter.parse(request.GET)
    page = families_of(actor=request.actor, filters=filters)
    labels: Labels = {
        "q": (_("Nama"), None),
        "area": (_("Wilayah"), None),
        "mark": (_("Empat angka NIK"), lambda _mark: _("cocok")),
    }
    table = list_table(
        page,
        _columns(),
        filters,
        caption=_("Keluarga"),
        noun=_("keluarga"),
        export=reverse("office:families-export") if may_export(request) else "",
        chips=chips_of(filters, labels),
        empty=(_("Tidak ada keluarga yang cocok"), _("Periksa ejaan nama, atau cari dengan empat angka terakhir NIK.")),
    )
    context = {
        "title": _("Keluarga"),
        "lead": _("Cari dengan nama, atau empat angka terakhir NIK. Angka itu tidak disimpan dan tidak ditampilkan."),
        "crumbs": (),
        "controls": (
            Control("q", _("Nama, atau 4 angka terakhir NIK"), "search", width=20),
            Control("area", _("Kode wilayah"), value=filters.area, width=10, hint="36.01"),
        ),
        "search_action": reverse("office:search"),
        "table": table,
    }
    return render(request, "office/list.html", context)


@require_POST
@sensitive_post_parameters("q")
@office_page("family.read")
def search(request: OfficeRequest) -> HttpResponse:
    """Four digits become their keyed mark before they reach an address; names stay names."""
    wanted = request.POST.get("q", "").strip()
    filters = FamilyFilter(area=request.POST.get("area", "").strip()[:13])
    digits = "".join(letter for letter in wanted if letter.isdigit())
    if len(digits) >= 4 and not any(letter.isalpha() for letter in wanted):
        filters = filters.with_(mark=key_ring().last_four(digits, purpose=NIK).hex())
    else:
        filters = filters.with_(q=wanted[:80])
    query = filters.query()
    return HttpResponseRedirect(reverse("office:families") + (f"?{query}" if query else ""))


@office_page("family.read")
def families_export(request: OfficeRequest) -> HttpResponse:
    """The same families as a workbook."""
    filters = FamilyFilter.parse(request.GET)
    return export_page(
        request,
        name="keluarga",
        title=_("Keluarga"),
        back=f"{reverse('office:families')}?{filters.query()}",
        queryset=families_queryset(actor=request.actor, filters=filters),
        rows_of=family_rows,
        columns=_columns(),
    )


@office_page("family.read")
def family(request: OfficeRequest, household_id: UUID) -> HttpResponse:
    """One family and what reached it; on POST it moves to another village."""
    problem: Problem | None = None
    if request.method == "POST":
        try:
            return _moved(request, household_id)
        except Problem as raised:
            problem = shown(raised)
    view = family_of(actor=request.actor, household_id=household_id)
    ways = [
        {
            "name": item["programme__name"],
            "href": way("office:decision", item["programme__code"], item["id"]),
            "badge": words.state_badge(item["state"]),
            "on": item["proposed_on"],
            "rank": item["rank"],
            "reason": words.reason(item["reason"]) if item["reason"] else "",
        }
        for item in view.candidacies
    ]
    context = {
        "view": view,
        "may_see_tasks": bool(way("office:tasks")),
        "fill_href": way("office:instrument-fill", ASSESSMENT, household_id),
        "ways": ways,
        "persons": [(person, words.sex(person.sex), words.marital(person.marital)) for person in view.persons],
        "businesses": [(item, words.kind(item["kind"])) for item in view.businesses],
        "handovers": [(item, words.condition(item["condition"])) for item in view.handovers],
        "may_reveal": can(request.actor, "nik.reveal"),
        "may_move": can(request.actor, "family.move"),
        "target": village_input(
            name="wilayah", near=view.area, value=request.POST.get("wilayah", "")[:200], described="wilayah-petunjuk"
        )
        if can(request.actor, "family.move")
        else "",
        "target_hint": HINT,
        "reason": request.POST.get("alasan", ""),
        "problem_text": told(problem),
        "consents": _consents(view) if request.actor.kind == "staff" else None,
        "crumbs": (Crumb(_("Keluarga"), reverse("office:families")), Crumb(view.name)),
    }
    return render(request, "office/family.html", context, status=problem.status if problem else 200)


def _moved(request: OfficeRequest, household_id: UUID) -> HttpResponse:
    """The family moves with all that hangs on it; where it leaves the own area its page is not there any more."""
    area = chosen_village(
        request.POST.get("wilayah", ""), near=family_of(actor=request.actor, household_id=household_id).area
    )
    move_household(
        actor=request.actor, household_id=household_id, new_area=area, reason=request.POST.get("alasan", "")[:300]
    )
    place = path(area, short=True)
    messages.success(request, _("Keluarga pindah ke %(place)s, dengan usaha, bantuan dan tugasnya.") % {"place": place})
    stays = request.actor.covers(area)
    return HttpResponseRedirect(reverse("office:family", args=[household_id]) if stays else reverse("office:families"))


def _consents(view: FamilyView) -> list[tuple[str, Badge]]:
    """Each purpose with where its consent stands."""
    said = []
    for code in PURPOSES:
        rows = [row for row in view.consents if row["purpose"] == code]
        stands = any(row["withdrawn_on"] is None for row in rows)
        said.append((consent_words.purpose(code), consent_words.badge(stands=stands, ended=bool(rows))))
    return said


@office_page("nik.reveal")
@sensitive_post_parameters("alasan")
def reveal(request: OfficeRequest, household_id: UUID, person_id: UUID) -> HttpResponse:
    """Ask why, then show one number once; both stay in the audit trail."""
    view = family_of(actor=request.actor, household_id=household_id)
    person = next((item for item in view.persons if item.id == person_id), None)
    if person is None:
        raise Problem("not_found")
    problem: Problem | None = None
    number = ""
    if request.method == "POST":
        try:
            number = reveal_nik(actor=request.actor, person_id=person_id, reason=request.POST.get("alasan", ""))
        except Problem as raised:
            problem = raised
    back = reverse("office:family", args=[household_id])
    context = {
        "person": person,
        "number": " ".join((number[:6], number[6:12], number[12:])) if number else "",
        "problem_text": told(problem),
        "reason": request.POST.get("alasan", ""),
        "back": back,
        "crumbs": (
            Crumb(_("Keluarga"), reverse("office:families")),
            Crumb(view.name, back),
            Crumb(_("Buka NIK")),
        ),
    }
    return render(request, "office/reveal.html", context, status=problem.status if problem else 200)
