"""A meeting on one page: who is here, who pays, who gets the turn, what was counted; by thumb, without JavaScript."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.access.permissions import can
from berdaya.funds import books, selectors
from berdaya.funds.paper import meeting_form
from berdaya.funds.services import record_meeting
from berdaya.funds.types import (
    EVENT_NAMES,
    ChosenBy,
    EventKind,
    FundBalances,
    MeetingDraft,
    MeetingLine,
    MeetingState,
    MeetingTurn,
    MemberLedger,
    Presence,
    Source,
)
from berdaya.governance.services.cards import cards_of
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.ledger.selectors import book_head
from berdaya.ledger.types import IDR
from berdaya.process.governing import confirm_by_card
from berdaya.web.components.parts import Badge, Crumb
from berdaya.web.components.tables import Cell, Column, Table
from berdaya.web.problems import shown
from berdaya.web.session import OfficeRequest, office_page, way

AMOUNTS = ("simpanan", "angsuran", "iks", "denda")
MOST = 10**12


def state_badge(state: str) -> Badge:
    """State of a meeting in one word."""
    return {
        MeetingState.POSTED: Badge(_("masuk buku"), "good", "full"),
        MeetingState.CONFLICT: Badge(_("menunggu dua petugas"), "bad", "ring"),
        MeetingState.AWAITING: Badge(_("menunggu dua anggota"), "warn", "half"),
        MeetingState.REFUSED: Badge(_("ditolak"), "none", "ring"),
    }[MeetingState(state)]


@dataclass(frozen=True)
class MemberEntry:
    """One member's part of the form; texts are what was typed, so that a refusal loses nothing."""

    key: str
    card: MemberLedger
    presence: str
    texts: Mapping[str, str]
    due_idr: int


@dataclass(frozen=True)
class Entry:
    """The whole form."""

    id: str
    held_on: str
    place: str
    note: str
    counted: str
    agreed: bool
    paper: bool
    turn: str
    turn_amount: str
    chosen_by: str
    reason: str
    seq: str


@office_page("fund.record")
def meeting(request: OfficeRequest, fund_id: UUID) -> HttpResponse:
    """The form of one meeting; what is refused comes back filled in, with the reason on top."""
    actor = request.actor
    fund = books.fund_row(fund_id)
    problem = None
    if request.method == "POST":
        try:
            result = record_meeting(actor=actor, draft=_draft(request.POST, fund.pk))
        except Problem as refused:
            problem = shown(refused)
        else:
            if result.state is MeetingState.AWAITING:
                messages.success(request, _("Formulir kertas tersimpan. Dua anggota perlu memeriksanya."))
            else:
                messages.success(request, _("Pertemuan masuk buku. Bacakan saldo penutup dengan keras."))
            return HttpResponseRedirect(reverse("office:fund-meeting-view", args=[result.id]))
    cards = [
        card
        for card in selectors.member_cards(actor=actor, fund=fund.pk, as_of=clock.today())
        if card.left_on is None or card.debt_idr
    ]
    balance = selectors.fund_balances(actor=actor, fund=fund.pk)
    context = {
        "fund": fund,
        "balance": balance,
        "entry": _entry(request.POST, actor_seq(request, fund.book_id)),
        "members": [_member(card, request.POST) for card in cards],
        "queue": selectors.turn_queue(actor=actor, fund=fund.pk, as_of=clock.today())[:5],
        "choices": [(str(card.membership), f"{card.number}. {card.name}") for card in cards if card.left_on is None],
        "late": [card for card in cards if card.overdue_idr],
        "late_total": sum(card.overdue_idr for card in cards),
        "problem": (problem.text(fmt.language()), problem.advice(fmt.language())) if problem else None,
        "differs": problem is not None and problem.code == "funds.cash_differs",
        "today": clock.today().isoformat(),
        "crumbs": _crumbs(fund.group_id, fund.group.name, fund.pk, _("Pertemuan")),
    }
    return render(request, "office/fund_meeting.html", context, status=409 if problem else 200)


def actor_seq(request: OfficeRequest, book: UUID) -> int:
    """Number of the last entry of the book, as this page shows it."""
    return book_head(actor=request.actor, book=book)[0]


def _crumbs(group: UUID, name: str, fund: UUID, here: str) -> tuple[Crumb, ...]:
    return (
        Crumb(_("Kelompok"), reverse("office:groups")),
        Crumb(name, reverse("office:group", args=[group])),
        Crumb(_("Dana"), reverse("office:fund", args=[fund])),
        Crumb(here),
    )


def _entry(data: QueryDict, seq: int) -> Entry:
    return Entry(
        id=data.get("id") or str(new_id()),
        held_on=data.get("tanggal") or clock.today().isoformat(),
        place=data.get("tempat", ""),
        note=data.get("catatan", ""),
        counted=data.get("dihitung", ""),
        agreed="setuju" in data,
        paper="kertas" in data,
        turn=data.get("giliran", ""),
        turn_amount=data.get("giliran-jumlah", ""),
        chosen_by=data.get("cara", ChosenBy.QUEUE),
        reason=data.get("alasan", ""),
        seq=str(seq),
    )


def _member(card: MemberLedger, data: QueryDict) -> MemberEntry:
    key = str(card.membership)
    return MemberEntry(
        key=key,
        card=card,
        presence=data.get(f"hadir-{key}", Presence.PRESENT),
        texts={name: data.get(f"{name}-{key}", "") for name in AMOUNTS},
        due_idr=card.overdue_idr or card.next_due_idr,
    )


def rupiah_of(text: str) -> int:
    """Whole rupiah as people type them: ``Rp 1.250.000``, ``1250000``, nothing is 0. Raises `funds.bad_amount`."""
    plain = text.strip().removeprefix("Rp").removeprefix("rp").replace(".", "").replace(" ", "")
    if not plain:
        return 0
    if not plain.isascii() or not plain.isdigit() or int(plain) > MOST:
        raise Problem("funds.bad_amount", amount=text[:40])
    return int(plain)


def day_of(text: str) -> date:
    """An ISO day. Raises `entry_needed`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Problem("entry_needed", field="tanggal") from None


def id_of(text: str) -> UUID:
    """An id that the form carried. Raises `not_found`."""
    try:
        return UUID(text)
    except ValueError:
        raise Problem("not_found") from None


def _draft(data: QueryDict, fund: UUID) -> MeetingDraft:
    lines = []
    for name in data:
        if name.startswith("hadir-"):
            key = name.removeprefix("hadir-")
            saving, instalment, iks, fine = (rupiah_of(data.get(f"{word}-{key}", "")) for word in AMOUNTS)
            try:
                presence = Presence(str(data[name]))
            except ValueError:
                raise Problem("entry_needed", field="hadir") from None
            lines.append(MeetingLine(id_of(key), presence, saving, instalment, iks, fine))
    turns: tuple[MeetingTurn, ...] = ()
    if taker := data.get("giliran"):
        chosen = data.get("cara", ChosenBy.QUEUE)
        by = ChosenBy(chosen) if chosen in set(ChosenBy) else ChosenBy.QUEUE
        amount = rupiah_of(data.get("giliran-jumlah", ""))
        turns = (MeetingTurn(id_of(taker), amount, chosen_by=by, reason=data.get("alasan", "")[:200]),)
    counted = data.get("dihitung", "").strip()
    seq = data.get("urutan", "")
    paper = "kertas" in data
    return MeetingDraft(
        id=id_of(data.get("id", "")),
        fund=fund,
        held_on=day_of(data.get("tanggal", "")),
        lines=tuple(lines),
        turns=turns,
        counted_idr=rupiah_of(counted) if counted else None,
        difference_agreed="setuju" in data,
        place=data.get("tempat", "")[:120],
        note=data.get("catatan", "")[:400],
        unit=data.get("satuan", "").strip()[:20] or IDR,
        source=Source.PAPER if paper else Source.WEB,
        seen_seq=int(seq) if seq.isdigit() and not paper else None,
    )


@office_page("fund.record", "group.read")
def meeting_view(request: OfficeRequest, meeting_id: UUID) -> HttpResponse:
    """One meeting as it was recorded; here two members confirm a paper form."""
    actor = request.actor
    view = books.meeting_view(actor=actor, meeting=meeting_id, language=fmt.language())
    refused = None
    if request.method == "POST":
        member, code = id_of(request.POST.get("anggota", "")), request.POST.get("kode", "")
        try:
            result = confirm_by_card(actor=actor, meeting=meeting_id, membership=member, code=code)
        except Problem as problem:
            # Answered, not raised: the wrong digits stay counted.
            if problem.code not in {"governance.card_wrong", "governance.card_slowed"}:
                raise
            refused = problem
    if request.method == "POST" and refused is None:
        done = result.state is MeetingState.POSTED
        said = _("Dua anggota sudah memeriksa. Pertemuan masuk buku.") if done else _("Satu anggota sudah memeriksa.")
        messages.success(request, said)
        return HttpResponseRedirect(request.path)
    language = fmt.language()
    context = {
        "view": view,
        "badge": state_badge(view.row.state),
        "table": _lines(view),
        "problems": [(item.text(language), item.advice(language)) for item in view.problems],
        "refused": (refused.text(language), refused.advice(language)) if refused else None,
        "with_card": set(cards_of(actor=actor, group_id=view.group)),
        "may_confirm": view.row.state == MeetingState.AWAITING and can(actor, "fund.record"),
        "may_propose": view.row.state == MeetingState.CONFLICT and can(actor, "fund.record") and not view.proposed,
        "decide": reverse("office:fund-action", args=[view.fund, "putusan"]),
        "fund_page": way("office:fund", view.fund),
        "today": clock.today().isoformat(),
        "proposal": str(new_id()),
        "unconfirmed": [line for line in view.lines if line.presence == Presence.PRESENT and not line.confirmed],
        "confirmed": [line for line in view.lines if line.confirmed],
        "crumbs": _crumbs(view.group, view.group_name, view.fund, fmt.day(view.row.held_on)),
    }
    return render(request, "office/fund_meeting_view.html", context, status=refused.status if refused else 200)


def _lines(view: books.MeetingView) -> Table:
    words = {Presence.PRESENT: _("hadir"), Presence.EXCUSED: _("izin"), Presence.ABSENT: _("tidak hadir")}
    side = 1 if fmt.language().startswith("en") else 0
    kinds = (EventKind.SAVING, EventKind.INSTALMENT, EventKind.IKS, EventKind.FINE, EventKind.TURN)
    short = {EventKind.IKS: _("IKS"), EventKind.TURN: _("Giliran")}
    rows = tuple(
        (
            Cell(f"{line.number}. {line.name}", sub=words[Presence(line.presence)]),
            *(Cell(fmt.rupiah(line.amounts[kind]) if line.amounts.get(kind) else "") for kind in kinds),
        )
        for line in view.lines
    )
    return Table(
        caption=_("Catatan per anggota"),
        columns=(
            Column(_("Anggota")),
            *(Column(short.get(kind, EVENT_NAMES[kind][side]), "right") for kind in kinds),
        ),
        rows=rows,
    )


@office_page("fund.record", "group.read")
def paper(request: OfficeRequest, fund_id: UUID) -> HttpResponse:
    """The same form on paper, for a group without a phone."""
    fund = books.fund_row(fund_id)
    today = clock.today()
    cards = [
        card
        for card in selectors.member_cards(actor=request.actor, fund=fund.pk, as_of=today)
        if card.left_on is None or card.debt_idr
    ]
    balance: FundBalances = selectors.fund_balances(actor=request.actor, fund=fund.pk)
    pdf = meeting_form(group=fund.group.name, cards=cards, balance=balance, on=today, synthetic=fund.group.synthetic)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="formulir-pertemuan-{fund.group.code}.pdf"'
    return response
