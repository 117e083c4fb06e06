"""LPJ: how late reports are, one report with its receipts, handing it in, and what the office decides."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from berdaya.access.permissions import can
from berdaya.accountability.services import lpj as services
from berdaya.accountability.types import Age, EntryKind, LpjState, NewEntry
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.process.accounting import open_reports, report_file
from berdaya.process.overview.accountability import (
    LpjFilter,
    LpjRow,
    LpjView,
    lpj_of,
    lpj_page,
    lpj_queryset,
    lpj_rows,
    programme_choices,
    programme_id_of,
)
from berdaya.web.components.parts import Badge, Bar, Bars, Crumb, Fact, Figure
from berdaya.web.components.tables import Cell, Control, Option
from berdaya.web.office import words as vocabulary
from berdaya.web.office.acting import id_of
from berdaya.web.office.lists import Col, export_page, kept, list_table, may_export, select, text_col
from berdaya.web.photos import photo_bytes, photo_field
from berdaya.web.problems import told
from berdaya.web.session import OfficeRequest, office_page

ORDER = (Age.ACCEPTED, Age.SUBMITTED, Age.NOT_DUE, Age.LATE_30, Age.LATE_90, Age.LATE_MORE)


def age_name(age: Age) -> str:
    """A bucket of the ageing list in words."""
    return {
        Age.ACCEPTED: _("diterima"),
        Age.SUBMITTED: _("menunggu pemeriksaan"),
        Age.NOT_DUE: _("belum jatuh tempo"),
        Age.LATE_30: _("lewat 1–30 hari"),
        Age.LATE_90: _("lewat 31–90 hari"),
        Age.LATE_MORE: _("lewat lebih dari 90 hari"),
    }[age]


def state_badge(state: LpjState) -> Badge:
    """State of an LPJ as a badge."""
    return {
        LpjState.DRAFT: Badge(_("disusun"), "none", "ring"),
        LpjState.SUBMITTED: Badge(_("diajukan"), "info", "half"),
        LpjState.ACCEPTED: Badge(_("diterima"), "good", "tick"),
        LpjState.RETURNED: Badge(_("dikembalikan"), "warn", "cross"),
    }[state]


def _columns() -> list[Col[LpjRow]]:
    return [
        Col(_("Penerima"), lambda r: Cell(r.recipient, reverse("office:lpj", args=[r.id])), lambda r: r.recipient),
        text_col(_("Wilayah"), lambda row: row.area),
        text_col(_("Program"), lambda row: row.programme),
        Col(_("Diterima"), lambda row: Cell(fmt.rupiah(row.received_idr)), lambda row: row.received_idr, right=True),
        Col(_("Jatuh tempo"), lambda row: Cell(fmt.day_short(row.due_on), sub=_late(row)), lambda row: row.due_on),
        Col(_("Keadaan"), lambda row: Cell(badge=state_badge(row.state)), lambda row: state_badge(row.state).text),
        text_col(_("Penyusun"), lambda row: row.author),
    ]


def _late(row: LpjRow) -> str:
    return _("lewat %(days)s hari") % {"days": fmt.number(row.late_days)} if row.late_days else ""


@office_page("family.read", "lpj.write")
def reports(request: OfficeRequest) -> HttpResponse:
    """All LPJ, the most overdue first, with the picture of their age."""
    filters = LpjFilter.parse(request.GET)
    page, counts, amounts = lpj_page(actor=request.actor, filters=filters)
    choices = programme_choices(actor=request.actor) if can(request.actor, "programme.read") else []
    context = {
        "crumbs": (),
        "figures": _figures(counts, amounts, filters),
        "picture": _picture(counts, amounts, filters),
        "controls": (
            Control("q", _("Penerima"), "search", filters.q, width=20),
            select("programme", _("Program"), filters.programme, choices),
            select("age", _("Umur"), filters.age, [(age.value, age_name(age)) for age in ORDER]),
            *kept(filters, "area"),
        ),
        "table": list_table(
            page,
            _columns(),
            filters,
            caption=_("LPJ"),
            noun=_("laporan"),
            export=reverse("office:lpj-export") if may_export(request) else "",
            empty=(_("Belum ada LPJ"), _("Buka LPJ sebuah program setelah bantuannya diserahkan.")),
        ),
        "may_open": can(request.actor, "handover.record"),
        "choices": [Option(code, name, code == filters.programme) for code, name in choices],
    }
    return render(request, "office/lpj_list.html", context)


def _aged(age: Age, filters: LpjFilter) -> str:
    """The list behind one figure, within the programme and area that are looked at."""
    return f"?{LpjFilter(programme=filters.programme, area=filters.area, age=age.value).query()}"


def _figures(counts: dict[Age, int], amounts: dict[Age, int], filters: LpjFilter) -> tuple[Figure, ...]:
    total, money = sum(counts.values()) or 1, sum(amounts.values()) or 1
    late = [Age.LATE_30, Age.LATE_90, Age.LATE_MORE]
    return (
        Figure(_("Uang yang sudah dipertanggungjawabkan"), fmt.percent(amounts.get(Age.ACCEPTED, 0), money)),
        Figure(
            _("LPJ diterima"),
            fmt.number(counts.get(Age.ACCEPTED, 0)),
            href=_aged(Age.ACCEPTED, filters),
            source=fmt.percent(counts.get(Age.ACCEPTED, 0), total),
        ),
        Figure(
            _("Menunggu pemeriksaan"),
            fmt.number(counts.get(Age.SUBMITTED, 0)),
            href=_aged(Age.SUBMITTED, filters),
            source=fmt.rupiah_short(amounts.get(Age.SUBMITTED, 0)),
        ),
        Figure(
            _("Lewat jatuh tempo"),
            fmt.number(sum(counts.get(age, 0) for age in late)),
            source=fmt.rupiah_short(sum(amounts.get(age, 0) for age in late)),
        ),
    )


def _picture(counts: dict[Age, int], amounts: dict[Age, int], filters: LpjFilter) -> Bars:
    total = sum(counts.values()) or 1
    late = sum(counts.get(age, 0) for age in (Age.LATE_30, Age.LATE_90, Age.LATE_MORE))
    return Bars(
        _("%(share)s penerima terlambat mempertanggungjawabkan bantuannya") % {"share": fmt.percent(late, total)},
        tuple(
            Bar(
                age_name(age),
                counts.get(age, 0) / total,
                f"{fmt.number(counts.get(age, 0))} · {fmt.rupiah_short(amounts.get(age, 0))}",
                _aged(age, filters) if counts.get(age, 0) else "",
            )
            for age in ORDER
        ),
        _("Jatuh tempo 90 hari setelah bantuan diterima."),
    )


@office_page("family.read")
def export(request: OfficeRequest) -> HttpResponse:
    """The same reports as a workbook."""
    filters = LpjFilter.parse(request.GET)
    return export_page(
        request,
        name="lpj",
        title=_("LPJ"),
        back=f"{reverse('office:lpj-list')}?{filters.query()}",
        queryset=lpj_queryset(actor=request.actor, filters=filters),
        rows_of=lpj_rows,
        columns=_columns(),
    )


@require_POST
@office_page("handover.record")
def open_all(request: OfficeRequest) -> HttpResponse:
    """Open the missing LPJ of a programme and remind of those that are due."""
    code = request.POST.get("program", "")
    made = open_reports(actor=request.actor, programme_id=programme_id_of(actor=request.actor, code=code))
    due = services.remind_many(actor=request.actor, programme_code=code)
    counts = {"made": fmt.number(made), "due": fmt.number(due)}
    messages.success(request, _("%(made)s LPJ dibuka, %(due)s pengingat terbuka.") % counts)
    return HttpResponseRedirect(f"{reverse('office:lpj-list')}?programme={code}")


class EntryForm(forms.Form):
    """One receipt, or money given back."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    item = forms.ChoiceField(label=gettext_lazy("Untuk barang dalam RAB"))
    occurred_on = forms.DateField(
        label=gettext_lazy("Tanggal nota"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    amount = forms.CharField(
        label=gettext_lazy("Jumlah (Rp)"), max_length=20, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    seller = forms.CharField(label=gettext_lazy("Toko atau penjual"), required=False, max_length=120)
    description = forms.CharField(label=gettext_lazy("Keterangan"), required=False, max_length=200)
    receipt = photo_field(gettext_lazy("Foto nota"))

    def __init__(self, view: LpjView, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].choices = [  # type: ignore[attr-defined]
            ("", ""),
            *((str(item.pk), f"{item.number}. {item.name}") for item in view.items),
            (EntryKind.RETURNED.value, _("uang dikembalikan ke kas daerah")),
        ]

    def clean_amount(self) -> int:
        digits = self.cleaned_data["amount"].replace(".", "").replace(" ", "").removeprefix("Rp")
        if not digits.isdecimal() or int(digits) == 0:
            raise forms.ValidationError(_("Tulis jumlah dalam rupiah utuh, misalnya 250.000."))
        return int(digits)

    def entry(self) -> NewEntry:
        """The values of a valid form. Raises `files.too_large`."""
        facts = self.cleaned_data
        returned = facts["item"] == EntryKind.RETURNED.value
        return NewEntry(
            id=facts["id"],
            kind=EntryKind.RETURNED if returned else EntryKind.SPENT,
            occurred_on=facts["occurred_on"],
            amount_idr=facts["amount"],
            item=None if returned else UUID(facts["item"]),
            seller=facts["seller"],
            description=facts["description"],
            receipt=photo_bytes(facts["receipt"]),
        )


@office_page("family.read", "lpj.write")
def report(request: OfficeRequest, lpj_id: UUID) -> HttpResponse:
    """One LPJ; on POST a receipt, a reversal, handing in, or the office's decision."""
    view = lpj_of(actor=request.actor, lpj_id=lpj_id)
    adding = request.method == "POST" and request.POST.get("aksi") == "nota"
    form = EntryForm(view, request.POST if adding else None, request.FILES if adding else None, initial=_first())
    problem: Problem | None = None
    if request.method == "POST" and (not adding or form.is_valid()):
        try:
            _act(request, lpj_id, form)
        except Problem as raised:
            problem = raised
        else:
            return HttpResponseRedirect(reverse("office:lpj", args=[lpj_id]))
    status = problem.status if problem else 400 if form.errors else 200
    return render(request, "office/lpj.html", _context(request, view, form, problem), status=status)


def _first() -> dict[str, object]:
    return {"id": new_id(), "occurred_on": clock.today()}


def _act(request: OfficeRequest, lpj_id: UUID, form: EntryForm) -> None:
    actor, what = request.actor, request.POST.get("aksi", "")
    if what == "nota":
        services.add_entries_many(actor=actor, lpj_id=lpj_id, entries=[form.entry()])
        messages.success(request, _("Bukti tercatat."))
    elif what == "batal":
        services.take_back(actor=actor, entry_id=id_of(request, "baris"))
        messages.success(request, _("Baris dibatalkan; keduanya tetap terbaca di buku."))
    elif what == "ajukan":
        services.submit(actor=actor, lpj_id=lpj_id, author=request.POST.get("penyusun", ""))
        messages.success(request, _("LPJ diajukan."))
    else:
        accept = what == "terima"
        services.decide(actor=actor, lpj_id=lpj_id, accept=accept, reason=request.POST.get("alasan", ""))
        messages.success(request, _("LPJ diterima.") if accept else _("LPJ dikembalikan."))


def _context(request: OfficeRequest, view: LpjView, form: EntryForm, problem: Problem | None) -> dict[str, Any]:
    row, totals = view.row, view.totals
    writes = can(request.actor, "lpj.write") and view.open
    return {
        "view": view,
        "badge": state_badge(row.state),
        "crumbs": (Crumb("LPJ", reverse("office:lpj-list")), Crumb(row.recipient)),
        "figures": (
            Figure(_("Diterima"), fmt.rupiah(totals.received_idr), source=fmt.day(view.report.received_on)),
            Figure(
                _("Ada buktinya"),
                fmt.rupiah(totals.spent_idr),
                source=fmt.percent(totals.spent_idr, totals.received_idr),
            ),
            Figure(_("Dikembalikan"), fmt.rupiah(totals.returned_idr)),
            Figure(_("Belum ada bukti"), fmt.rupiah(totals.left_idr)),
        ),
        "budget": _budget(view),
        "facts": _facts(view),
        "form": form if writes else None,
        "entries": [
            (entry, entry.item.name if entry.item else _("dikembalikan ke kas daerah"), entry.pk in view.gone)
            for entry in view.entries
        ],
        "may_hand_in": writes and not totals.left_idr,
        "may_decide": can(request.actor, "lpj.decide") and row.state is LpjState.SUBMITTED and not view.own,
        "may_take_back": writes,
        "problem_text": told(problem),
        "may_open_files": request.actor.kind == "staff",
    }


def _budget(view: LpjView) -> Bars:
    totals = view.totals
    return Bars(
        _("RAB dan buktinya"),
        tuple(
            Bar(
                item.name,
                min(1.0, totals.by_item.get(item.pk, 0) / item.amount_idr) if item.amount_idr else 0.0,
                _("%(spent)s dari %(budget)s")
                % {"spent": fmt.rupiah(totals.by_item.get(item.pk, 0)), "budget": fmt.rupiah(item.amount_idr)},
            )
            for item in view.items
        ),
        _("Hanya barang dalam RAB yang dapat dipertanggungjawabkan; sisanya dikembalikan."),
    )


def _facts(view: LpjView) -> list[Fact]:
    row, report_ = view.row, view.report
    facts = [
        Fact(_("Wilayah"), row.area),
        Fact(_("Program"), row.programme),
        Fact(_("Jatuh tempo"), vocabulary.join((fmt.day(row.due_on), _late(row)))),
        Fact(
            _("Disusun oleh"),
            vocabulary.join((row.author, vocabulary.role(report_.author_role))) or "–",
        ),
    ]
    if report_.submitted_on:
        facts.append(Fact(_("Diajukan"), fmt.day(report_.submitted_on)))
    if report_.decided_on:
        facts.append(Fact(_("Diperiksa"), vocabulary.join((fmt.day(report_.decided_on), view.decided_by))))
    if report_.reason:
        facts.append(Fact(_("Alasan"), report_.reason))
    return facts


@office_page("family.read")
def paper(request: OfficeRequest, lpj_id: UUID) -> HttpResponse:
    """The LPJ complete as PDF."""
    response = HttpResponse(report_file(actor=request.actor, lpj_id=lpj_id), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="lpj.pdf"'
    return response
