"""Confirmation by recipients: one picture of their words, codes on paper, what is said in person, the second look."""

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
from berdaya.accountability.services.codes import issue_codes_many, replace_code
from berdaya.accountability.services.statements import record_in_person, record_spot_check
from berdaya.accountability.types import MENTOR_PHONE, SHARED_PHONE, Word
from berdaya.kernel import formats as fmt
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.process.accounting import issue_programme_codes, print_slips
from berdaya.process.overview.accountability import (
    PER_PAGE,
    SpeechView,
    WordFilter,
    WordRow,
    WordView,
    programme_choices,
    programme_id_of,
    speech_of,
    words_of,
)
from berdaya.web.components.parts import Badge, Bar, Bars, Crumb, Figure
from berdaya.web.components.tables import Cell, Column, Option, Table, pager
from berdaya.web.office import words as vocabulary
from berdaya.web.office.acting import id_of
from berdaya.web.office.lists import kept, select
from berdaya.web.photos import photo_field
from berdaya.web.problems import told
from berdaya.web.said_form import SaidForm
from berdaya.web.session import OfficeRequest, office_page


def word_badge(word: Word) -> Badge:
    """A word of recipients as a badge; silence is grey, never green."""
    return {
        Word.CONFIRMED: Badge(_("semua diterima"), "good", "tick"),
        Word.DIFFERS: Badge(_("ada selisih"), "bad", "cross"),
        Word.PARTLY: Badge(_("belum semua bicara"), "warn", "half"),
        Word.UNCONFIRMED: Badge(_("belum dikonfirmasi"), "none", "ring"),
    }[word]


ORDER = (Word.CONFIRMED, Word.PARTLY, Word.UNCONFIRMED, Word.DIFFERS)


@office_page("family.read")
def confirmations(request: OfficeRequest) -> HttpResponse:
    """What recipients say of all handovers, in one picture, with the differences on top."""
    filters = WordFilter.parse(request.GET)
    view = words_of(actor=request.actor, filters=filters)
    choices = programme_choices(actor=request.actor)
    states = [(word.value, word_badge(word).text) for word in ORDER]
    context = {
        "crumbs": (Crumb(_("Penyaluran"), reverse("office:handovers")), Crumb(_("Konfirmasi"))),
        "figures": _figures(view, filters),
        "picture": _picture(view, filters),
        "controls": (
            select("programme", _("Program"), filters.programme, choices),
            select("word", _("Kata penerima"), filters.word, states),
            *kept(filters, "area"),
        ),
        "table": _table(view, filters),
        "programme": filters.programme,
        "may_issue": can(request.actor, "confirmation.record"),
        "choices": [Option(code, name, code == filters.programme) for code, name in choices],
    }
    return render(request, "office/confirmations.html", context)


def _said(word: Word, filters: WordFilter) -> str:
    """The list behind one figure, within the programme and area that are looked at."""
    return f"?{WordFilter(programme=filters.programme, area=filters.area, word=word.value).query()}"


def _figures(view: WordView, filters: WordFilter) -> tuple[Figure, ...]:
    total = sum(view.counts.values())
    confirmed = view.counts.get(Word.CONFIRMED, 0)
    return (
        Figure(_("Dikonfirmasi penerima"), fmt.percent(confirmed, total or 1), source=_("dari semua penyaluran")),
        Figure(
            _("Ada selisih"),
            fmt.number(view.counts.get(Word.DIFFERS, 0)),
            href=_said(Word.DIFFERS, filters),
            source=_("menjadi tugas orang lain"),
        ),
        Figure(_("Kode dibagikan"), fmt.number(view.issued), source=_("di kertas atau WhatsApp")),
        Figure(_("Nomor ditandai"), fmt.number(view.flagged), source=_("dipakai beberapa keluarga atau pendamping")),
        Figure(
            _("Uji petik selesai"),
            f"{fmt.number(view.checks_done)}/{fmt.number(view.checks_done + view.checks_open)}",
            source=_("satu dari dua puluh, diundi"),
        ),
    )


def _picture(view: WordView, filters: WordFilter) -> Bars:
    total = sum(view.counts.values()) or 1
    confirmed = view.counts.get(Word.CONFIRMED, 0)
    return Bars(
        _("%(share)s penyaluran dikonfirmasi semua penerimanya") % {"share": fmt.percent(confirmed, total)},
        tuple(
            Bar(
                word_badge(word).text,
                view.counts.get(word, 0) / total,
                f"{fmt.number(view.counts.get(word, 0))} · {fmt.rupiah_short(view.amounts.get(word, 0))}",
                _said(word, filters) if view.counts.get(word, 0) else "",
            )
            for word in ORDER
        ),
        _("Diam bukan tanda setuju: barang yang belum dikonfirmasi tidak dihitung sebagai diterima."),
    )


def _table(view: WordView, filters: WordFilter) -> Table:
    def row(item: WordRow) -> tuple[Cell, ...]:
        href = reverse("office:speech", args=[item.id])
        spoke = f"{fmt.number(item.spoke)} / {fmt.number(item.people)}" if item.people else _("kode belum dibagikan")
        return (
            Cell(item.recipient, href, sub=item.number),
            Cell(item.area),
            Cell(fmt.day_short(item.on)),
            Cell(fmt.rupiah(item.value_idr)),
            Cell(spoke, sub=_("nomor telepon ditandai") if item.flagged else ""),
            Cell(badge=word_badge(item.word)),
        )

    page = view.page
    return Table(
        caption=_("Penyaluran menurut kata penerima"),
        columns=(
            Column(_("Penerima")),
            Column(_("Wilayah")),
            Column(_("Tanggal")),
            Column(_("Nilai"), "right"),
            Column(_("Sudah bicara")),
            Column(_("Kata penerima")),
        ),
        rows=tuple(row(item) for item in page.rows),
        count_text=_("%(count)s penyaluran") % {"count": fmt.number(page.total)},
        pager=pager(page.number, -(-page.total // PER_PAGE), lambda n: f"?{filters.query(page=n)}"),
        caption_hidden=True,
        empty_title=_("Belum ada penyaluran"),
        empty_text=_("Setelah barang diserahkan, bagikan kertas kode kepada penerimanya."),
    )


@require_POST
@office_page("confirmation.record")
def slips(request: OfficeRequest) -> HttpResponse:
    """Codes for a whole programme, or for one handover, as papers to print and cut."""
    handover = request.POST.get("bast", "")
    actor = request.actor
    if handover:
        codes = issue_codes_many(actor=actor, handovers=[id_of(request, "bast")])
    else:
        programme = programme_id_of(actor=actor, code=request.POST.get("program", ""))
        codes = issue_programme_codes(actor=actor, programme_id=programme)
    response = HttpResponse(print_slips(actor=actor, codes=codes), content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="kertas-kode.pdf"'
    return response


class SpeechForm(SaidForm):
    """What one recipient says in person; a number for each line of goods stands beside it."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    person = forms.ChoiceField(label=gettext_lazy("Yang berbicara"))
    company = forms.CharField(
        label=gettext_lazy("Bersama siapa"),
        help_text=gettext_lazy("Ia sendiri yang memilih, misalnya lurah."),
        max_length=120,
    )
    place = forms.CharField(label=gettext_lazy("Di mana"), max_length=120)
    words = forms.CharField(
        label=gettext_lazy("Kata-katanya sendiri"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    photo = photo_field(gettext_lazy("Foto barang (boleh kosong)"))

    def __init__(self, view: SpeechView, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(item.person), item.name) for item in view.people]
        self.fields["person"].choices = people if len(people) == 1 else [("", ""), *people]  # type: ignore[attr-defined]
        for line in view.lines:
            self.add_line(line.pk, f"{line.item.name} ({line.quantity} {line.item.unit})")


@office_page("family.read")
def speech(request: OfficeRequest, handover_id: UUID) -> HttpResponse:
    """One handover as its recipients tell it; on POST what one of them says now."""
    view = speech_of(actor=request.actor, handover_id=handover_id)
    form = SpeechForm(view, request.POST or None, request.FILES or None, initial={"id": new_id()})
    if request.method == "POST" and form.is_valid():
        try:
            record_in_person(
                actor=request.actor,
                id=form.cleaned_data["id"],
                handover_id=handover_id,
                person_id=UUID(form.cleaned_data["person"]),
                said=form.said(),
            )
        except Problem as problem:
            form.add_error(None, told(problem))
        else:
            messages.success(request, _("Kata penerima tercatat."))
            return HttpResponseRedirect(reverse("office:speech", args=[handover_id]))
    return render(request, "office/speech.html", _speech(request, view, form), status=400 if form.errors else 200)


def _speech(request: OfficeRequest, view: SpeechView, form: SpeechForm) -> dict[str, Any]:
    names = {item.person: item.name for item in view.people}
    codes = {code.person_id: code for code in view.codes}
    latest = {item.person_id: item for item in view.statements}
    check = view.check
    return {
        "view": view,
        "badge": word_badge(view.word),
        "crumbs": (Crumb(_("Konfirmasi"), reverse("office:confirmations")), Crumb(view.recipient)),
        "people": [
            {
                "name": item.name,
                "code": codes.get(item.person),
                "flags": [_flag(flag) for flag in (codes[item.person].flags if item.person in codes else [])],
                "link": view.links.get(item.person, ""),
                "badge": _person_badge(latest.get(item.person)),
            }
            for item in view.people
        ],
        "table": _said_table(view, names),
        "form": form if can(request.actor, "confirmation.record") and not view.own else None,
        "lines": [form[f"line-{line.pk}"] for line in view.lines],
        "may_issue": can(request.actor, "confirmation.record"),
        "check_open": check is not None
        and check.checked_on is None
        and not view.own
        and can(request.actor, "task.complete"),
    }


def _person_badge(statement: Any) -> Badge:
    if statement is None:
        return word_badge(Word.UNCONFIRMED)
    return word_badge(Word.CONFIRMED if statement.complete else Word.DIFFERS)


def _flag(code: str) -> str:
    return {
        SHARED_PHONE: _("nomornya dipakai beberapa keluarga: bagikan lewat kertas"),
        MENTOR_PHONE: _("nomornya milik pendamping: bagikan lewat kertas"),
    }.get(code, code)


def _said_table(view: SpeechView, names: dict[UUID, str]) -> Table:
    channels = {"code": _("kertas kode"), "link": _("tautan"), "in_person": _("tatap muka")}
    columns = [
        Column(_("Penerima")),
        *(Column(f"{line.item.name} ({line.quantity})", "right") for line in view.lines),
        Column(_("Kata-katanya")),
    ]
    rows = []
    for item in view.statements:
        told = view.told[item.pk]
        quantities = [
            Cell(fmt.number(told.get(line.pk, 0)), badge=_short(told.get(line.pk, 0), line.quantity))
            for line in view.lines
        ]
        sub = vocabulary.join((fmt.day_short(item.said_on), channels.get(item.channel, ""), item.company, item.place))
        rows.append((Cell(names.get(item.person_id, ""), sub=sub), *quantities, Cell(item.words or "–")))
    return Table(
        caption=_("Apa yang diterima, menurut mereka sendiri"),
        columns=tuple(columns),
        rows=tuple(rows),
        count_text="",
        empty_title=_("Belum ada yang berbicara"),
        empty_text=_("Bagikan kertas kode, atau catat kata penerima di kantor desa."),
    )


def _short(told: int, handed: int) -> Badge | None:
    return Badge(_("kurang %(n)s") % {"n": handed - told}, "bad", "cross") if told < handed else None


@require_POST
@office_page("confirmation.record")
def lost_code(request: OfficeRequest, code_id: UUID) -> HttpResponse:
    """Take a code back and print the new paper at once."""
    fresh = replace_code(actor=request.actor, code_id=code_id, reason=request.POST.get("alasan", ""))
    response = HttpResponse(print_slips(actor=request.actor, codes=[fresh]), content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="kertas-kode.pdf"'
    return response


@require_POST
@office_page("task.complete")
def second_look(request: OfficeRequest, handover_id: UUID) -> HttpResponse:
    """What the second look at a drawn handover found."""
    record_spot_check(
        actor=request.actor,
        handover_id=handover_id,
        complete=request.POST.get("lengkap") == "ya",
        words=request.POST.get("keterangan", ""),
    )
    messages.success(request, _("Uji petik tercatat."))
    return HttpResponseRedirect(reverse("office:speech", args=[handover_id]))
