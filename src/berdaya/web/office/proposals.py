"""Proposals with RAB: asked for within ceiling and kind, appraised by one person, approved by another."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.access.permissions import can
from berdaya.enterprises.catalogue import catalogue
from berdaya.grants import services
from berdaya.grants.types import PackageLine
from berdaya.kernel import formats as fmt
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.process.by_hand import of_office
from berdaya.process.overview.goods import programmes_of_office
from berdaya.process.overview.proposals import (
    Asking,
    ProposalFilter,
    ProposalRow,
    ProposalView,
    asking,
)
from berdaya.process.overview.proposals import proposal as proposal_of
from berdaya.process.overview.proposals import proposals as proposals_of
from berdaya.web.components.parts import Badge, Bar, Bars, Crumb, Fact, Figure, Step
from berdaya.web.components.tables import Cell, Control
from berdaya.web.office.budgets import budget_table
from berdaya.web.office.goods_words import goods_tabs
from berdaya.web.office.lists import Col, Labels, chips_of, kept, list_table, select, text_col
from berdaya.web.office.sent import BUDGET_ROWS, bad_form, budget_rows, key_of, told
from berdaya.web.session import OfficeRequest, office_page, owner_way


def kind_name(code: str) -> str:
    """A kind of business in words."""
    kind = catalogue().kinds.get(code)
    return kind.name() if kind else code


def badge_of(state: str) -> Badge:
    """Where a proposal stands."""
    return {
        "telaah": Badge(_("menunggu telaah"), "warn", "half"),
        "setuju": Badge(_("menunggu persetujuan"), "warn", "half"),
        "disetujui": Badge(_("disetujui"), "good", "tick"),
        "kembali": Badge(_("dikembalikan"), "bad", "cross"),
    }[state]


def _columns() -> list[Col[ProposalRow]]:
    return [
        Col(
            _("Pengusul"),
            lambda row: Cell(row.recipient, reverse("office:proposal", args=[row.id]), _("calon %s") % row.ref),
            lambda row: row.recipient,
        ),
        text_col(_("Jenis usaha"), lambda row: kind_name(row.kind)),
        text_col(_("Wilayah"), lambda row: row.area),
        Col(_("Tanggal"), lambda row: Cell(fmt.day_short(row.made_on)), lambda row: row.made_on),
        Col(_("Nilai RAB"), lambda row: Cell(fmt.rupiah(row.value_idr)), lambda row: row.value_idr, right=True),
        Col(_("Keadaan"), lambda row: Cell(badge=badge_of(row.state)), lambda row: badge_of(row.state).text),
    ]


@office_page("family.read")
def proposals(request: OfficeRequest) -> HttpResponse:
    """All proposals, where they stand, and the form of the next one."""
    problem: Problem | None = None
    if request.method == "POST":
        try:
            made = _propose(request)
        except Problem as raised:
            problem = raised
        else:
            messages.success(request, _("Usulan dicatat; menunggu telaah."))
            return HttpResponseRedirect(reverse("office:proposal", args=[made]))
    actor = request.actor
    filters = ProposalFilter.parse(request.GET)
    page, counts = proposals_of(actor=actor, filters=filters)
    may = can(actor, "candidate.propose")
    who: Asking | None = None
    code = request.POST.get("program") or request.GET.get("usul", "")
    ref = (request.POST.get("calon") or request.GET.get("calon", "")).strip()
    if may and code and ref:
        try:
            who = asking(actor=actor, programme_id=of_office(actor=actor, code=code), ref=ref)
        except Problem as raised:
            problem = problem or raised
    states = [(key, badge_of(key).text) for key in counts]
    labels: Labels = {"q": (_("Cari"), None), "state": (_("Keadaan"), lambda key: dict(states).get(key, key))}
    context = {
        "tabs": goods_tabs(request, "office:proposals"),
        "chart": _chart(counts),
        "controls": (
            Control("q", _("Nama atau nomor calon"), "search", filters.q, width=20),
            select("state", _("Keadaan"), filters.state, states),
            *kept(filters, "programme", "area"),
        ),
        "table": list_table(
            page, _columns(), filters, caption=_("Usulan"), noun=_("usulan"), chips=chips_of(filters, labels)
        ),
        "may_propose": may,
        "programmes": programmes_of_office(actor=actor) if may else (),
        "code": code,
        "ref": ref,
        "who": who,
        "ceiling": fmt.rupiah(who.ceiling_idr) if who and who.ceiling_idr is not None else "",
        "kinds": [(who.kind, kind_name(who.kind))] if who and who.kind else _kinds(),
        "rows": [(row, {name: request.POST.get(f"{name}-{row}", "") for name in FIELDS}) for row in BUDGET_ROWS],
        "id": request.POST.get("id") or new_id(),
        **told(problem),
    }
    return render(request, "office/proposals.html", context, status=problem.status if problem else 200)


FIELDS = ("barang", "spesifikasi", "jumlah", "satuan", "harga", "aset")


def _kinds() -> list[tuple[str, str]]:
    return sorted(((key, kind.name()) for key, kind in catalogue().kinds.items()), key=lambda pair: pair[1])


def _chart(counts: dict[str, tuple[int, int]]) -> Bars | None:
    whole = sum(count for count, _amount in counts.values())
    if not whole:
        return None
    waiting = counts["telaah"][0] + counts["setuju"][0]
    title = (
        _("%(n)s dari %(all)s usulan menunggu keputusan") % {"n": fmt.number(waiting), "all": fmt.number(whole)}
        if waiting
        else _("Semua usulan sudah diputus")
    )
    return Bars(
        title,
        tuple(
            Bar(badge_of(key).text, count / whole, f"{fmt.number(count)} · {fmt.rupiah_short(amount)}")
            for key, (count, amount) in counts.items()
        ),
    )


def _propose(request: OfficeRequest) -> UUID:
    sent, actor = request.POST, request.actor
    programme = of_office(actor=actor, code=sent.get("program", ""))
    who = asking(actor=actor, programme_id=programme, ref=sent.get("calon", ""))
    kind = sent.get("jenis", "")
    if kind not in catalogue().kinds:
        raise bad_form()
    return services.propose(
        actor=actor, proposal_id=key_of(sent.get("id")), candidate_id=who.id, kind=kind, lines=budget_of(sent, kind)
    )


def budget_of(sent: QueryDict, kind: str) -> list[PackageLine]:
    """The rows of a RAB form that are filled. Raises `grants.bad_form`."""
    lines = budget_rows(sent, code="", kind=kind)
    if not lines:
        raise bad_form()
    return lines


@office_page("family.read")
def proposal(request: OfficeRequest, proposal_id: UUID) -> HttpResponse:
    """One proposal: its RAB under the ceiling; appraise, approve or send it back."""
    problem: Problem | None = None
    if request.method == "POST":
        try:
            messages.success(request, _decide(request, proposal_id))
        except Problem as raised:
            problem = raised
        else:
            return HttpResponseRedirect(reverse("office:proposal", args=[proposal_id]))
    actor = request.actor
    view = proposal_of(actor=actor, proposal_id=proposal_id)
    state = view.row.state
    context = {
        "crumbs": (Crumb(_("Usulan dan RAB"), reverse("office:proposals")), Crumb(view.row.recipient)),
        "view": view,
        "badge": badge_of(state),
        "figures": _figures(view),
        "steps": _steps(view),
        "table": budget_table(_("Rencana anggaran biaya (RAB)"), view.lines),
        "facts": _facts(view),
        "may_appraise": state == "telaah" and can(actor, "proposal.appraise"),
        "may_approve": state == "setuju" and can(actor, "proposal.approve") and actor.account_id not in view.hands,
        "may_send_back": state in {"telaah", "setuju"} and can(actor, "proposal.approve"),
        "sent": request.POST,
        **told(problem),
    }
    return render(request, "office/proposal.html", context, status=problem.status if problem else 200)


def _decide(request: OfficeRequest, proposal_id: UUID) -> str:
    sent, actor = request.POST, request.actor
    match sent.get("tindakan"):
        case "telaah":
            if not sent.get("telaah", "").strip():
                raise bad_form()
            services.appraise(actor=actor, proposal_id=proposal_id, words=sent["telaah"][:2000])
            return _("Telaah dicatat; menunggu persetujuan orang lain.")
        case "setuju":
            code = services.approve_proposal(actor=actor, proposal_id=proposal_id)
            return _("RAB disetujui dan menjadi paket %(code)s.") % {"code": code}
        case "kembali":
            services.send_back(actor=actor, proposal_id=proposal_id, reason=sent.get("alasan", "")[:2000])
            return _("Usulan dikembalikan dengan alasannya.")
        case _:
            raise bad_form()


def _figures(view: ProposalView) -> list[Figure]:
    figures = [Figure(_("Nilai RAB"), fmt.rupiah(view.row.value_idr), source=kind_name(view.row.kind))]
    if view.ceiling_idr is not None:
        left = view.ceiling_idr - view.row.value_idr
        share = fmt.percent(view.row.value_idr, view.ceiling_idr)
        figures += [
            Figure(
                _("Batas tertinggi"), fmt.rupiah(view.ceiling_idr), source=_("terpakai %(share)s") % {"share": share}
            ),
            Figure(_("Sisa batas"), fmt.rupiah(max(0, left))),
        ]
    return figures


def _steps(view: ProposalView) -> list[Step]:
    order = ("telaah", "setuju", "disetujui")
    at = {"telaah": 1, "setuju": 2, "disetujui": 3, "kembali": 2 if view.appraised_on else 1}[view.row.state]
    names = {
        "telaah": (_("Ditelaah"), view.appraised_by, view.appraised_on),
        "setuju": (_("Disetujui orang lain"), view.approved_by, view.approved_on),
        "disetujui": (_("Menjadi paket penerima"), view.package, view.approved_on),
    }
    done = [Step(_("Diusulkan"), "done", f"{view.entered_by} · {fmt.day_short(view.row.made_on)}")]
    for number, key in enumerate(order, start=1):
        name, who, on = names[key]
        passed = number < at or view.row.state == "disetujui"
        note = f"{who} · {fmt.day_short(on)}" if who and on else ""
        done.append(Step(name, "done" if passed else "now" if number == at else "later", note))
    return done


def _facts(view: ProposalView) -> list[Fact]:
    facts = [
        Fact(_("Pengusul"), view.row.recipient, owner_way(view.household, view.group)),
        Fact(_("Wilayah"), view.row.area),
        Fact(_("Jenis usaha"), kind_name(view.row.kind)),
        Fact(_("Program"), view.row.programme, reverse("office:programme", args=[view.row.programme_code])),
    ]
    if view.appraisal:
        facts.append(Fact(_("Telaah"), view.appraisal))
    if view.reason:
        facts.append(Fact(_("Alasan dikembalikan"), view.reason))
    return facts
