"""One revolving fund with turns, meetings, decisions, livestock and the bank."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from berdaya.access.permissions import can
from berdaya.funds import books, selectors, services
from berdaya.funds.corrections import holds_event
from berdaya.funds.types import (
    BankLineDraft,
    CapitalDraft,
    ChosenBy,
    DecisionDraft,
    DecisionKind,
    EventKind,
    Every,
    FundBalances,
    FundKind,
    GoodsDraft,
    GroupEvent,
    KeepingDraft,
    Method,
    Reconciliation,
    Terms,
    TurnDraft,
)
from berdaya.funds.wire import terms_json
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.web.components.parts import Badge, Bar, Bars, Crumb, Figure
from berdaya.web.components.tables import Cell, Column, Table
from berdaya.web.office.fund_herds import goods_figures, herd_bars, keeper_bars, part_bars, share_bars, share_facts
from berdaya.web.office.fund_meetings import day_of, id_of, rupiah_of, state_badge
from berdaya.web.session import OfficeRequest, office_page, way

MOST_ROWS, MOST_BARS, SHOWN_MEETINGS = 50, 12, 6


def kind_name(kind: str) -> str:
    """Kind of a fund in words."""
    names = {
        FundKind.CASH_TURNS: _("dana bergulir"),
        FundKind.GOODS_TURNS: _("ternak bergulir"),
        FundKind.VSLA: _("simpan pinjam (VSLA)"),
    }
    return names.get(FundKind(kind), kind) if kind in set(FundKind) else kind


@office_page("group.read")
def fund(request: OfficeRequest, fund_id: UUID) -> HttpResponse:
    """One fund: balances, queue, turns, meetings, decisions, livestock and the bank beside the book."""
    actor, today = request.actor, clock.today()
    found = books.fund_row(fund_id)
    balance = selectors.fund_balances(actor=actor, fund=found.pk)
    cards = selectors.member_cards(actor=actor, fund=found.pk, as_of=today)
    names = {card.membership: f"{card.number}. {card.name}" for card in cards}
    by_name = {card.membership: (card.name, card.number) for card in cards}
    loans = books.loan_book(actor=actor, fund=found.pk, as_of=today)
    proposals = books.decisions(actor=actor, fund=found.pk)
    bank = books.reconciliation(actor=actor, fund=found.pk)
    goods, keepings = books.inventory_book(actor=actor, fund=found.pk), books.keepings(actor=actor, fund=found.pk)
    shares = books.share_picture(actor=actor, fund=found.pk) if found.kind == FundKind.VSLA else None
    herd = found.kind == FundKind.GOODS_TURNS
    minutes = books.minutes_book(actor=actor, fund=found.pk)
    context = {
        "fund": found,
        "kind": kind_name(found.kind),
        "herd": herd,
        "cash_book": not herd or any((balance.cash_idr, balance.bank_idr, balance.lent_idr)) or bool(loans),
        "figures": goods_figures(goods) if herd and goods else _fund_figures(balance),
        "herds": herd_bars(goods),
        "owed": keeper_bars(keepings),
        "shares": share_bars(shares) if shares else None,
        "share_facts": share_facts(shares) if shares else [],
        "parts": part_bars(shares) if shares else None,
        "queue": [by_name[row.membership] for row in selectors.turn_queue(actor=actor, fund=found.pk, as_of=today)],
        "back": _paid_back(loans),
        "books": reverse("office:fund-books", args=[found.pk]),
        "loans": _loan_table(loans),
        "open_loans": [row for row in loans if row.state == "open"],
        "meetings": _meeting_table(minutes[:SHOWN_MEETINGS]),
        "earlier": _meeting_table(minutes[SHOWN_MEETINGS:]) if len(minutes) > SHOWN_MEETINGS else None,
        "proposals": [(row, decision_name(row.kind), _decision_text(row)) for row in proposals],
        "goods": goods,
        "keepings": keepings,
        "bank": bank,
        "bank_rows": _bank_table(bank),
        "members": [(str(card.membership), names[card.membership]) for card in cards if card.left_on is None],
        "may_record": can(actor, "fund.record"),
        "may_manage": can(actor, "fund.manage"),
        "may_approve": can(actor, "fund.approve"),
        "today": today.isoformat(),
        "key": str(new_id()),
        "group_page": way("office:group", found.group_id),
        "crumbs": (
            Crumb(_("Kelompok"), reverse("office:groups")),
            Crumb(found.group.name, reverse("office:group", args=[found.group_id])),
            Crumb(_("Dana")),
        ),
    }
    return render(request, "office/fund.html", context)


def _fund_figures(balance: FundBalances) -> list[Figure]:
    rows = [
        (_("Kas"), balance.cash_idr, _("menurut buku")),
        (_("Bank"), balance.bank_idr, _("menurut buku")),
        (
            _("Dipinjam anggota"),
            balance.lent_idr,
            _("modal %(amount)s") % {"amount": fmt.rupiah_short(balance.capital_idr)},
        ),
        (_("Simpanan"), balance.savings_idr, _("milik anggota")),
        (_("IKS"), balance.iks_idr, _("untuk anggota yang susah")),
    ]
    return [
        Figure(name, fmt.rupiah_short(amount), exact=fmt.rupiah(amount), source=source) for name, amount, source in rows
    ]


def _paid_back(rows: list[books.LoanRow]) -> Bars | None:
    """How much of each open turn has come back; the latest turns first."""
    still = sorted((row for row in rows if row.open), key=lambda row: (-row.days, row.number))
    if not still:
        return None
    late = sum(1 for row in still if row.overdue)
    title = _("%(n)s pinjaman berjalan") % {"n": len(still)}
    if late:
        title = _("%(n)s pinjaman berjalan, %(late)s menunggak") % {"n": len(still), "late": late}
    bars = tuple(
        Bar(
            f"{row.number}. {row.name}", row.paid / (row.paid + row.open),
            fmt.rupiah(row.open) + (f" · {_('%(days)s hari') % {'days': row.days}}" if row.days else ""),
        )
        for row in still[:MOST_BARS]
    )  # fmt: skip
    return Bars(title, bars, note=_("Batang: bagian yang sudah kembali. Angka: sisanya, dan hari tunggakan."))


def _loan_table(rows: list[books.LoanRow]) -> Table:
    states = {
        "open": Badge(_("berjalan"), "info", "half"),
        "closed": Badge(_("lunas"), "good", "full"),
        "written_off": Badge(_("dihapus"), "none", "ring"),
    }
    return Table(
        caption=_("Giliran dan angsuran"),
        columns=(
            Column(_("Anggota")), Column(_("Giliran"), "right"), Column(_("Sisa"), "right"),
            Column(_("Menunggak"), "right"), Column(_("Berikutnya"), "right"), Column(_("Keadaan")),
        ),
        rows=tuple(
            (
                Cell(f"{row.number}. {row.name}", sub=fmt.day_short(row.opened_on)),
                Cell(fmt.rupiah(row.amount), sub=_("jasa %(fee)s") % {"fee": fmt.rupiah(row.fee)} if row.fee else ""),
                Cell(fmt.rupiah(row.open)),
                Cell(
                    fmt.rupiah(row.overdue) if row.overdue else "",
                    sub=_("%(days)s hari") % {"days": row.days} if row.days else "",
                ),
                Cell(
                    fmt.rupiah(row.next_due) if row.next_due else "",
                    sub=fmt.day_short(row.next_due_on) if row.next_due_on else "",
                ),
                Cell(badge=states[row.state], sub=_("jadwal ke-%(plan)s") % {"plan": row.plan} if row.plan > 1 else ""),
            )
            for row in rows[:MOST_ROWS]
        ),
        empty_title=_("Belum ada giliran"),
        empty_text=_("Buka giliran pertama pada pertemuan, menurut antrean."),
    )  # fmt: skip


def _meeting_table(rows: list[books.MinutesRow]) -> Table:
    return Table(
        caption=_("Pertemuan"),
        columns=(
            Column(_("Tanggal")), Column(_("Hadir"), "right"), Column(_("Simpanan"), "right"),
            Column(_("Angsuran"), "right"), Column(_("Giliran"), "right"), Column(_("Keadaan")),
        ),
        rows=tuple(
            (
                Cell(fmt.day_short(row.held_on), reverse("office:fund-meeting-view", args=[row.meeting]), row.place),
                Cell(f"{row.present}/{row.members}"),
                *(
                    Cell(fmt.rupiah(amount) if amount else "")
                    for amount in (row.saving_idr, row.paid_back_idr, row.lent_idr)
                ),
                Cell(badge=state_badge(row.state)),
            )
            for row in rows[:MOST_ROWS]
        ),
        empty_title=_("Belum ada pertemuan yang dicatat"),
        empty_text=_("Catat pertemuan di sini, di telepon, atau cetak formulir kertas."),
    )  # fmt: skip


def _bank_table(bank: Reconciliation) -> Table:
    rows = [
        *(
            (pair[1].occurred_on, pair[1].text, pair[0].amount_idr, Badge(_("cocok"), "good", "full"))
            for pair in bank.pairs
        ),
        *(
            (row.occurred_on, row.text, row.amount_idr, Badge(_("hanya di bank"), "bad", "ring"))
            for row in bank.only_bank
        ),
        *((row.occurred_on, "", row.amount_idr, Badge(_("hanya di buku"), "warn", "half")) for row in bank.only_book),
    ]
    return Table(
        caption=_("Bank dan buku"),
        columns=(Column(_("Tanggal")), Column(_("Uraian")), Column(_("Jumlah"), "right"), Column(_("Keadaan"))),
        rows=tuple(
            (Cell(fmt.day_short(on)), Cell(text), Cell(fmt.rupiah(amount)), Cell(badge=badge))
            for on, text, amount, badge in sorted(rows, key=lambda row: row[0], reverse=True)[:MOST_ROWS]
        ),
        empty_title=_("Belum ada gerak uang bank"),
        empty_text=_("Ketik baris rekening koran agar dapat dicocokkan dengan buku."),
    )


def decision_name(kind: str) -> str:
    """Kind of a decision in words."""
    return {
        DecisionKind.RESCHEDULE: _("Jadwal baru"),
        DecisionKind.WRITE_OFF: _("Utang dihapus"),
        DecisionKind.LOSS: _("Kehilangan uang"),
        DecisionKind.GOODS_LOSS: _("Ternak mati atau hilang"),
        DecisionKind.SHARE_OUT: _("Pembagian tabungan"),
        DecisionKind.MEETING: _("Pertemuan yang bertentangan"),
        DecisionKind.OLD_BOOK: _("Buku lama dibawa masuk"),
    }[DecisionKind(kind)]


def _decision_text(row: books.DecisionRow) -> str:
    body = row.body
    if row.kind == DecisionKind.RESCHEDULE:
        return _("sisa dibayar dalam %(count)s angsuran") % {"count": body["terms"]["instalments"]}
    if row.kind == DecisionKind.LOSS:
        return fmt.rupiah(body["amount_idr"])
    if row.kind == DecisionKind.GOODS_LOSS:
        return _("%(count)s ekor") % {"count": body["count"]}
    if row.kind == DecisionKind.OLD_BOOK:
        held = {item["place"]: item["amount_idr"] for item in body["balances"] if not item["member"]}
        return _("kas %(cash)s, %(count)s saldo") % {
            "cash": fmt.rupiah(held.get("cash", 0)), "count": fmt.number(len(body["balances"])),
        }  # fmt: skip
    return ""


@require_POST
@office_page("fund.record", "fund.manage", "fund.approve")
def fund_action(request: OfficeRequest, fund_id: UUID, action: str) -> HttpResponse:
    """One button of the fund's page; what cannot be done is a named problem, nothing half-written."""
    take = TAKES.get(action)
    if take is None:
        raise Problem("not_found")
    books.fund_row(fund_id)
    messages.success(request, take(request, fund_id))
    page = "office:fund-books" if action == "koreksi" else "office:fund"
    return HttpResponseRedirect(reverse(page, args=[fund_id]))


def _id(request: OfficeRequest) -> UUID:
    return id_of(request.POST.get("id", ""))


def _count(request: OfficeRequest, name: str) -> int:
    return rupiah_of(request.POST.get(name, ""))


def _terms(request: OfficeRequest) -> Terms:
    data = request.POST
    try:
        rate = Decimal(data.get("persen", "").replace(",", ".") or 0)
        method, every = Method(data.get("cara-jasa", Method.NONE)), Every(data.get("jarak", Every.MONTH))
    except (InvalidOperation, ValueError):
        raise Problem("funds.bad_terms") from None
    harvests = tuple(day_of(text) for text in data.get("panen", "").replace(",", " ").split())
    return Terms(
        method=method, instalments=len(harvests) or _count(request, "angsuran") or 1, rate_percent=rate,
        fee_idr=_count(request, "jasa"), every=Every.HARVEST if harvests else every, grace=_count(request, "tenggang"),
        harvests=harvests,
    )  # fmt: skip


def _capital(request: OfficeRequest, fund: UUID) -> str:
    amount, day = _count(request, "jumlah"), day_of(request.POST.get("tanggal", ""))
    note = request.POST.get("catatan", "")[:200]
    services.receive_capital(actor=request.actor, draft=CapitalDraft(_id(request), fund, amount, day, note))
    return _("Modal %(amount)s masuk buku.") % {"amount": fmt.rupiah(amount)}


def _turn(request: OfficeRequest, fund: UUID) -> str:
    chosen = request.POST.get("cara", "")
    draft = TurnDraft(
        id=_id(request), membership=id_of(request.POST.get("anggota", "")), amount_idr=_count(request, "jumlah"),
        instalments=1, opened_on=day_of(request.POST.get("tanggal", "")), fund=fund, terms=_terms(request),
        chosen_by=ChosenBy(chosen) if chosen in set(ChosenBy) else ChosenBy.QUEUE,
        reason=request.POST.get("alasan", "")[:200],
    )  # fmt: skip
    services.open_turn(actor=request.actor, draft=draft)
    return _("Giliran %(amount)s dibuka.") % {"amount": fmt.rupiah(draft.amount_idr)}


def _event(request: OfficeRequest, fund: UUID) -> str:
    kind = request.POST.get("jenis", "")
    if kind not in set(EventKind):
        raise Problem("entry_needed", field="jenis")
    event = GroupEvent(
        _id(request), fund, EventKind(kind), _count(request, "jumlah"), day_of(request.POST.get("tanggal", "")),
        request.POST.get("catatan", "")[:200], request.POST.get("satuan", "").strip()[:20], _count(request, "banyak"),
    )  # fmt: skip
    services.record_group_event(actor=request.actor, event=event)
    return _("Catatan %(amount)s masuk buku.") % {"amount": fmt.rupiah(event.amount_idr)}


def _propose(request: OfficeRequest, fund: UUID) -> str:
    data = request.POST
    kind = data.get("jenis", "")
    if kind not in set(DecisionKind):
        raise Problem("entry_needed", field="jenis")
    subject = id_of(data["hal"]) if data.get("hal") else None
    body: dict[str, object] = {}
    if kind == DecisionKind.RESCHEDULE:
        body = {"terms": terms_json(_terms(request))}
    elif kind == DecisionKind.LOSS:
        body = {"amount_idr": _count(request, "jumlah"), "place": data.get("tempat", "cash")}
    elif kind == DecisionKind.GOODS_LOSS:
        body = {"count": _count(request, "banyak"), "forgiven": _count(request, "dibebaskan")}
    draft = DecisionDraft(
        _id(request), fund, DecisionKind(kind), data.get("berita-acara", "")[:200], day_of(data.get("tanggal", "")),
        subject, body,
    )  # fmt: skip
    services.propose_decision(actor=request.actor, draft=draft)
    return _("Usulan tersimpan. Petugas kedua perlu memutuskan.")


def _correct(request: OfficeRequest, fund: UUID) -> str:
    event = id_of(request.POST.get("catatan", ""))
    if not holds_event(fund, event):
        raise Problem("not_found")
    reason = request.POST.get("alasan", "")[:200]
    services.reverse_event(actor=request.actor, event=event, reason=reason, id=_id(request))
    return _("Catatan dicoret dan dibalik. Bila perlu, catat lagi dengan angka yang benar.")


def _decide(request: OfficeRequest, fund: UUID) -> str:  # noqa: ARG001
    accept = request.POST.get("putusan") == "terima"
    services.decide_proposal(actor=request.actor, decision=id_of(request.POST.get("usulan", "")), accept=accept)
    return _("Keputusan dijalankan dan masuk buku.") if accept else _("Usulan ditolak; buku tidak berubah.")


def _bank(request: OfficeRequest, fund: UUID) -> str:
    lines = []
    for number, text in enumerate(request.POST.get("baris", "").splitlines()):
        if not text.strip():
            continue
        day, *rest = [part.strip() for part in text.split(";")]
        amount = rest[1] if len(rest) > 1 else ""
        sign = -1 if amount.startswith(("-", "−")) else 1
        balance = rupiah_of(rest[2]) if len(rest) > 2 and rest[2] else None
        # In the order typed: the last balance printed is the bank's.
        key = UUID(int=_id(request).int + number)
        money = sign * rupiah_of(amount.lstrip("-−+"))
        lines.append(BankLineDraft(key, day_of(day), money, rest[0][:120] if rest else "", balance))
    new = services.record_bank_lines(actor=request.actor, fund=fund, lines=lines)
    return _("%(count)s baris bank baru.") % {"count": new}


def _goods(request: OfficeRequest, fund: UUID) -> str:
    unit, count = request.POST.get("satuan", "").strip()[:20], _count(request, "banyak")
    draft = GoodsDraft(_id(request), fund, unit, count, day_of(request.POST.get("tanggal", "")))
    services.receive_goods(actor=request.actor, draft=draft)
    return _("%(count)s %(unit)s masuk buku.") % {"count": count, "unit": unit}


def _keep(request: OfficeRequest, fund: UUID) -> str:
    draft = KeepingDraft(
        _id(request), fund, id_of(request.POST.get("anggota", "")), request.POST.get("satuan", "").strip()[:20],
        _count(request, "banyak"), _count(request, "kembali"), day_of(request.POST.get("tanggal", "")),
        day_of(request.POST.get("sampai", "")),
    )  # fmt: skip
    services.open_keeping(actor=request.actor, draft=draft)
    return _("%(count)s %(unit)s digaduhkan.") % {"count": draft.count, "unit": draft.unit}


def _born(request: OfficeRequest, fund: UUID) -> str:  # noqa: ARG001
    hers, groups = services.record_birth(
        actor=request.actor, id=_id(request), keeping=id_of(request.POST.get("gaduhan", "")),
        count=_count(request, "banyak"), occurred_on=day_of(request.POST.get("tanggal", "")),
    )  # fmt: skip
    return _("%(hers)s milik pemelihara, %(groups)s milik kelompok.") % {"hers": hers, "groups": groups}


def _passed_on(request: OfficeRequest, fund: UUID) -> str:  # noqa: ARG001
    services.pass_on(
        actor=request.actor, id=_id(request), keeping=id_of(request.POST.get("gaduhan", "")),
        count=_count(request, "banyak"), occurred_on=day_of(request.POST.get("tanggal", "")),
    )  # fmt: skip
    return _("Ternak kembali ke kelompok untuk digulirkan.")


TAKES: dict[str, Callable[[OfficeRequest, UUID], str]] = {
    "modal": _capital,
    "giliran": _turn,
    "catat": _event,
    "usul": _propose,
    "putusan": _decide,
    "bank": _bank,
    "ternak": _goods,
    "gaduh": _keep,
    "lahir": _born,
    "gulir": _passed_on,
    "koreksi": _correct,
}
