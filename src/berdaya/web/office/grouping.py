"""Groups out of classes: proposals of a programme, who joins or leaves, the founding meeting."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from berdaya.groups import services as groups
from berdaya.groups.services import Founding
from berdaya.groups.types import Left, Position
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.kernel.problems import Problem
from berdaya.process import grouping as process
from berdaya.process.grouping import GroupingView, ProposalRow, ProposalView
from berdaya.web.components.parts import Badge, Bar, Bars, Crumb, Figure
from berdaya.web.components.tables import Cell, Column, Table
from berdaya.web.office import words
from berdaya.web.office.acting import act, entry, id_of
from berdaya.web.office.sections import cleaned
from berdaya.web.problems import shown, told
from berdaya.web.session import OfficeRequest, office_page, way


def left_text(reason: Left, count: int, needed: int) -> str:
    """Why somebody is in no group, in words."""
    return {
        Left.TOO_FEW: _("baru %(n)s orang seusaha di kecamatan ini, perlu %(need)s") % {"n": count, "need": needed},
        Left.DOES_NOT_DIVIDE: _("jumlahnya tidak habis dibagi menjadi kelompok"),
        Left.SAME_HOUSEHOLD: _("keluarganya sudah diwakili orang lain"),
        Left.NO_KIND: _("belum memilih jenis usaha"),
        Left.IN_A_GROUP: _("sudah menjadi anggota kelompok"),
    }[reason]


def state_badge(row: ProposalRow) -> Badge:
    """State of a proposal with colour and shape."""
    return {
        "open": Badge(_("menunggu jawaban") if row.silent else _("siap rapat pendirian"),
                      "warn" if row.silent else "info", "half"),
        "founded": Badge(_("berdiri"), "good", "tick"),
        "dropped": Badge(_("dibatalkan"), "none", "cross"),
    }[row.state]  # fmt: skip


class WishForm(forms.Form):
    """Two people who want to be in one group."""

    one = forms.CharField(label=gettext_lazy("Nomor pada daftar"), max_length=40)
    other = forms.CharField(label=gettext_lazy("Ingin bersama nomor"), max_length=40)
    mutual = forms.BooleanField(label=gettext_lazy("Keduanya saling meminta"), required=False, initial=True)


class FoundingForm(forms.Form):
    """The founding meeting as its minutes have it."""

    on = forms.DateField(
        label=gettext_lazy("Tanggal rapat"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    place = forms.CharField(label=gettext_lazy("Tempat"), max_length=160)
    present = forms.IntegerField(label=gettext_lazy("Yang hadir"), min_value=1, max_value=60)
    name = forms.CharField(label=gettext_lazy("Nama kelompok"), max_length=160)
    ketua = forms.TypedChoiceField(label=gettext_lazy("Ketua"), coerce=UUID)
    sekretaris = forms.TypedChoiceField(label=gettext_lazy("Sekretaris"), coerce=UUID)
    bendahara = forms.TypedChoiceField(label=gettext_lazy("Bendahara"), coerce=UUID)
    rule = forms.ChoiceField(
        label=gettext_lazy("Cara memilih"),
        choices=[("consensus", gettext_lazy("musyawarah")), ("vote", gettext_lazy("pemungutan suara"))],
    )
    minutes = forms.CharField(
        label=gettext_lazy("Catatan rapat: apa yang disepakati"), max_length=process.MOST_MINUTES,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip

    def __init__(self, *args: Any, view: ProposalView, **more: Any) -> None:
        super().__init__(*args, **more)
        people = [(str(m.person_id), f"{m.number}. {m.name}") for m in view.confirmed]
        for position in Position:
            self.fields[position.value].choices = [("", ""), *people]  # type: ignore[attr-defined]

    def founding(self) -> Founding:
        """The meeting. Raises `invalid_form`."""
        facts = cleaned(self)
        officers = {position: facts[position.value] for position in Position}
        return Founding(facts["on"], facts["place"], facts["present"], officers, facts["rule"], facts["name"])


@office_page("group.read")
def proposals(request: OfficeRequest, code: str) -> HttpResponse:
    """Proposals of a programme; the button proposes to everybody who stands in none."""
    view = process.grouping_view(actor=request.actor, code=code)
    posted = request.POST if request.POST.get("aksi") == "minta" else None
    wish = WishForm(posted)
    acted = act(
        request,
        {"usulkan": lambda: _propose(request, code), "minta": lambda: _wish(request, code, wish),
         "lepas": lambda: _unwish(request, view)},
        reverse("office:group-proposals", args=[code]),
    )  # fmt: skip
    if acted.answer:
        return acted.answer
    context = {
        "title": _("Kelompok dari kelas"),
        "view": view,
        "problem_text": acted.text,
        "figures": _figures(view),
        "rows": [_drawn(row) for row in view.rows if row.state == "founded" or (row.state == "open" and row.heard)],
        "silent": [_drawn(row) for row in view.rows if row.state == "open" and not row.heard],
        "possible": len(view.possible),
        "possible_people": sum(len(g.members) for g in view.possible),
        "left": _left(view),
        "wish": wish if view.may else None,
        "crumbs": (
            Crumb(_("Program"), reverse("office:programmes")),
            Crumb(view.name, way("office:programme", code)),
            Crumb(_("Kelompok dari kelas")),
        ),
    }  # fmt: skip
    return render(request, "office/group_proposals.html", context, status=acted.status)


def _drawn(row: ProposalRow) -> tuple[ProposalRow, str, Badge, str]:
    return row, words.kind(row.kind), state_badge(row), _answers(row)


def _propose(request: OfficeRequest, code: str) -> str:
    done = process.propose(actor=request.actor, code=code)
    return _("%(n)s usulan untuk %(people)s orang; %(kept)s usulan yang sudah dijawab tetap.") % {
        "n": len(done.proposals), "people": done.people, "kept": done.kept,
    }  # fmt: skip


def _wish(request: OfficeRequest, code: str, form: WishForm) -> str:
    facts = cleaned(form)
    process.wish_by_ref(actor=request.actor, code=code, **facts)
    return _("Permintaan tercatat; berlaku pada usulan berikutnya.")


def _unwish(request: OfficeRequest, view: GroupingView) -> str:
    groups.drop_wish(
        actor=request.actor, programme_id=view.programme_id, person=id_of(request, "orang"),
        wanted=id_of(request, "dengan"),
    )  # fmt: skip
    return _("Permintaan dihapus.")


def _figures(view: GroupingView) -> list[Figure]:
    standing = [row for row in view.rows if row.state == "open"]
    founded = [row for row in view.rows if row.state == "founded"]
    return [
        Figure(_("Penerima dalam SK"), fmt.number(view.people), source=view.name),
        Figure(_("Usulan terbuka"), fmt.number(len(standing)),
               compare=_("%(n)s orang") % {"n": fmt.number(sum(r.people for r in standing))}),
        Figure(_("Sudah mau"), fmt.number(sum(r.yes for r in standing)),
               compare=_("%(n)s belum menjawab") % {"n": fmt.number(sum(r.silent for r in standing))}),
        Figure(_("Sudah berdiri"), fmt.number(len(founded)),
               compare=_("%(n)s anggota") % {"n": fmt.number(sum(r.yes for r in founded))}),
        Figure(_("Belum berkelompok"), fmt.number(view.left_count), href="#sisa" if view.left_count else ""),
    ]  # fmt: skip


def _answers(row: ProposalRow) -> str:
    return _("%(yes)s mau · %(no)s tidak · %(silent)s belum menjawab") % {
        "yes": row.yes, "no": row.no, "silent": row.silent,
    }  # fmt: skip


def _left(view: GroupingView) -> Table:
    rows = tuple(
        (Cell(f"{ref}. {name}"), Cell(words.kind(x.joiner.kind) if x.joiner.kind else "–"),
         Cell(left_text(x.reason, x.found, x.needed or view.limits.smallest)))
        for ref, name, x in view.left
    )  # fmt: skip
    return Table(
        caption=_("Belum berkelompok"), caption_hidden=True,
        columns=(Column(_("Orang")), Column(_("Jenis usaha")), Column(_("Mengapa"))), rows=rows,
        count_text=_("%(n)s orang") % {"n": fmt.number(view.left_count)},
        empty_title=_("Semua orang berkelompok atau diusulkan"), empty_text=_("Tidak ada yang tersisa."),
    )  # fmt: skip


@office_page("group.read")
def proposal(request: OfficeRequest, proposal_id: UUID) -> HttpResponse:
    """One proposal: answers of its people, and the meeting that makes it a group."""
    view = process.proposal_view(actor=request.actor, proposal_id=proposal_id)
    posted = request.POST if request.POST.get("aksi") == "dirikan" else None
    first = {"on": clock.today(), "name": view.row.name, "present": len(view.confirmed) or None}
    form = FoundingForm(posted, view=view, initial=first)
    here = reverse("office:group-proposal", args=[proposal_id])
    if posted is not None:
        try:
            made = process.found_by_meeting(
                actor=request.actor, proposal_id=proposal_id, founding=form.founding(),
                minutes=form.cleaned_data.get("minutes", ""),
            )  # fmt: skip
        except Problem as problem:
            return _page(request, view, form, shown(problem))
        return HttpResponseRedirect(reverse("office:group", args=[made]))
    acted = act(request, {"jawab": lambda: _answer(request, view), "batal": lambda: _drop(request, proposal_id)}, here)
    return acted.answer or _page(request, view, form, acted.problem)


def _page(request: OfficeRequest, view: ProposalView, form: FoundingForm, problem: Problem | None) -> HttpResponse:
    row = view.row
    context = {
        "title": row.name,
        "view": view,
        "kind": words.kind(row.kind),
        "badge": state_badge(row),
        "bars": _bars(row),
        "may_answer": view.may and row.state == "open",
        "form": form if view.may and row.state == "open" and len(view.confirmed) >= view.limits.smallest else None,
        "short": max(0, view.limits.smallest - len(view.confirmed)) if row.state == "open" else 0,
        "group_href": way("office:group", row.group_id) if row.group_id else "",
        "paper": reverse("office:group-proposal-paper", args=[row.id]),
        "problem_text": told(problem),
        "crumbs": (
            Crumb(view.programme_name, way("office:programme", view.programme_code)),
            Crumb(_("Kelompok dari kelas"), reverse("office:group-proposals", args=[view.programme_code])),
            Crumb(row.name),
        ),
    }
    return render(request, "office/group_proposal.html", context, status=problem.status if problem else 200)


def _bars(row: ProposalRow) -> Bars:
    total = row.people or 1
    parts = ((_("mau"), row.yes), (_("tidak"), row.no), (_("belum menjawab"), row.silent))
    return Bars(
        _("%(yes)s dari %(all)s orang mau") % {"yes": row.yes, "all": row.people},
        tuple(Bar(name, count / total, fmt.number(count)) for name, count in parts),
    )


def _answer(request: OfficeRequest, view: ProposalView) -> str:
    answers = {
        m.person_id: request.POST.get(f"jawab-{m.person_id}", "")
        for m in view.members
        if f"jawab-{m.person_id}" in request.POST
    }
    yes, no = groups.answer_many(actor=request.actor, proposal_id=view.row.id, answers=answers, on=clock.today())
    return _("Tersimpan: %(yes)s mau, %(no)s tidak.") % {"yes": yes, "no": no}


def _drop(request: OfficeRequest, proposal_id: UUID) -> str:
    groups.drop_proposal(actor=request.actor, proposal_id=proposal_id, reason=entry(request, "alasan", 300))
    return _("Usulan dibatalkan; orangnya dapat diusulkan lagi.")


@office_page("group.read")
def proposal_paper(request: OfficeRequest, proposal_id: UUID) -> HttpResponse:
    """The list to take to the village, as PDF."""
    response = HttpResponse(
        process.proposal_paper(actor=request.actor, proposal_id=proposal_id), content_type="application/pdf"
    )
    response.headers["Content-Disposition"] = 'inline; filename="usulan-kelompok.pdf"'
    return response
