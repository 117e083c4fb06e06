"""Days of handover at the desk: plan, issue the screened pack, call by card or number, hand over, next one please."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import segno
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from berdaya.access.permissions import can
from berdaya.areas.codes import InvalidAreaCodeError, parse_code
from berdaya.grants import queue, services
from berdaya.grants.days import DayInfo, NewDay, SlotInfo, SlotState
from berdaya.grants.procured import stores
from berdaya.grants.types import Condition, HandoverRow, Manner, PackageInfo, Proof, ProofKind, Receiver
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.process.by_hand import of_office
from berdaya.process.letters import print_day
from berdaya.process.overview.goods import programmes_of_office, proxies_of
from berdaya.web.components.parts import Badge, Crumb, Figure
from berdaya.web.components.tables import Cell, Column, Table
from berdaya.web.office import words
from berdaya.web.office.goods_words import barred, goods_tabs
from berdaya.web.office.sent import ink_of, key_of, picture_of, told, words_of
from berdaya.web.session import OfficeRequest, office_page

MANY = 12
"""So many of the queue are shown beside the desk; the list below holds them all."""


@office_page("family.read")
def days(request: OfficeRequest) -> HttpResponse:
    """All days, and the form of the next one."""
    problem: Problem | None = None
    if request.method == "POST":
        try:
            day = _plan(request)
        except Problem as raised:
            problem = raised
        else:
            return HttpResponseRedirect(reverse("office:handover-day", args=[day]))
    found = queue.days(actor=request.actor)
    may = can(request.actor, "handover.record")
    context = {
        "tabs": goods_tabs(request, "office:handover-days"),
        "table": _days_table(found),
        "may_plan": may,
        "programmes": programmes_of_office(actor=request.actor) if may else (),
        "stores": stores(actor=request.actor) if may else (),
        "today": clock.today(),
        "id": new_id(),
        "sent": request.POST,
        "problem": problem,
        **told(problem),
    }
    return render(request, "office/days.html", context, status=problem.status if problem else 200)


def _plan(request: OfficeRequest) -> UUID:
    sent = request.POST
    programme = of_office(actor=request.actor, code=sent.get("program", ""))
    try:
        area = parse_code(sent["wilayah"]) if sent.get("wilayah", "").strip() else request.actor.lo
        key, on = UUID(sent.get("id", "")), date.fromisoformat(sent.get("tanggal", ""))
        store = UUID(sent["gudang"]) if sent.get("gudang") else None
    except (InvalidAreaCodeError, ValueError) as error:
        raise Problem("grants.bad_form") from error
    refs = tuple(part.strip() for part in sent.get("penerima", "").replace("\n", ",").split(",") if part.strip())
    if not sent.get("tempat", "").strip():
        raise Problem("grants.bad_form")
    return services.plan_day(
        actor=request.actor, day=NewDay(key, programme, sent["tempat"][:160], on, area, store, refs)
    )


def _days_table(found: list[DayInfo]) -> Table:
    now = clock.now()

    def state(day: DayInfo) -> Badge:
        if day.issued_at is None:
            return Badge(_("belum diterbitkan"), "none", "ring")
        return Badge(_("berjalan"), "good", "full") if day.open_at(now) else Badge(_("lewat"), "info", "square")

    return Table(
        caption=_("Hari penyaluran"),
        columns=(
            Column(_("Tempat")),
            Column(_("Tanggal")),
            Column(_("Dipanggil"), "right"),
            Column(_("Menerima"), "right"),
            Column(_("Tertahan"), "right"),
            Column(_("Tidak hadir"), "right"),
            Column(_("Paket")),
        ),
        rows=tuple(
            (
                Cell(day.place, reverse("office:handover-day", args=[day.id]), day.programme_code),
                Cell(fmt.day_short(day.planned_on)),
                Cell(fmt.number(day.called)),
                Cell(fmt.number(day.served)),
                Cell(fmt.number(day.barred)),
                Cell(fmt.number(day.absent)),
                Cell(badge=state(day)),
            )
            for day in found
        ),
        empty_title=_("Belum ada hari penyaluran"),
        empty_text=_("Rencanakan satu: pilih program, tempat, dan tanggal; penerima dipanggil desa demi desa."),
    )


@dataclass(frozen=True)
class Desk:
    """The recipient who stands at the desk."""

    slot: SlotInfo
    package: PackageInfo | None
    due: dict[int, int]
    badge: Badge
    reason: str

    @property
    def done(self) -> bool:
        """True where everything due was handed over before, on this day or another."""
        return self.package is not None and not any(self.due.values())

    @property
    def items(self) -> list[tuple[object, int]]:
        return [(item, self.due.get(item.number, 0)) for item in (self.package.items if self.package else ())]


@office_page("family.read")
def day(request: OfficeRequest, day_id: UUID) -> HttpResponse:
    """The desk: one code field, the recipient behind it, one button."""
    info = queue.day(actor=request.actor, day_id=day_id)
    problem: Problem | None = None
    if request.method == "POST":
        try:
            with transaction.atomic():
                return _act(request, info)
        except Problem as raised:
            problem = raised
    code = (request.POST.get("kode") or request.GET.get("kode") or "").strip()
    desk = None
    if code:
        try:
            desk = _desk(request, queue.find_slot(actor=request.actor, day_id=day_id, code=code))
        except Problem as raised:
            problem = problem or raised
    slots = queue.slots(actor=request.actor, day_id=day_id)
    context = {
        "crumbs": (Crumb(_("Hari penyaluran"), reverse("office:handover-days")), Crumb(info.place)),
        "day": info,
        "open": info.open_at(clock.now()),
        "figures": _day_figures(info),
        "desk": desk,
        "code": "" if desk else code,
        "proxies": proxies_of(actor=request.actor, decree_line=desk.slot.decree_line) if desk else (),
        "pads": _pads(),
        "id": request.POST.get("id") or new_id(),
        "sent": request.POST,
        "next": [slot for slot in slots if slot.state is SlotState.WAITING][:MANY],
        "table": _queue_table(info, slots),
        "may_act": can(request.actor, "handover.record"),
        "may_print": can(request.actor, "document.issue") and info.served > 0,
        **told(problem),
    }
    return render(request, "office/day.html", context, status=problem.status if problem else 200)


def _pads() -> tuple[tuple[str, str, bool], ...]:
    """Field, label, and whether drawing there chooses the kind of proof."""
    return (
        ("ttd-penerima", _("Tanda tangan penerima"), True),
        ("ttd-petugas", _("Tanda tangan petugas"), False),
        ("ttd-saksi", _("Tanda tangan saksi"), False),
    )


def _desk(request: OfficeRequest, slot: SlotInfo) -> Desk:
    package, due = queue.due_of(actor=request.actor, decree_line=slot.decree_line)
    return Desk(slot, package, due, slot_badge(slot), barred(slot.barred))


def slot_badge(slot: SlotInfo) -> Badge:
    """Where a recipient of the queue stands."""
    return {
        SlotState.WAITING: Badge(_("menunggu"), "none", "ring"),
        SlotState.SERVED: Badge(_("sudah menerima"), "good", "tick"),
        SlotState.BARRED: Badge(_("tertahan"), "bad", "cross"),
        SlotState.ABSENT: Badge(_("tidak hadir"), "warn", "half"),
    }[slot.state]


def _act(request: OfficeRequest, info: DayInfo) -> HttpResponse:
    here = reverse("office:handover-day", args=[info.id])
    sent, actor = request.POST, request.actor
    match sent.get("tindakan"):
        case "terbit":
            held = services.issue_day(actor=actor, day_id=info.id)
            text = _("Paket diterbitkan untuk 24 jam; %(held)s penerima tertahan.") % {"held": fmt.number(len(held))}
            messages.success(request, text)
        case "absen":
            services.mark_absent(actor=actor, slot_id=key_of(sent.get("antrean")))
            messages.success(request, _("Tidak hadir; barangnya tetap di tempat simpan."))
        case _:
            slot = queue.find_slot(actor=actor, day_id=info.id, code=sent.get("kode", ""))
            services.serve_slot(actor=actor, slot_id=slot.id, row=_row(request, slot))
            text = _("%(name)s sudah menerima. Berikutnya.") % {"name": slot.name}
            messages.success(request, text)
    return HttpResponseRedirect(here)


def _row(request: OfficeRequest, slot: SlotInfo) -> HandoverRow:
    """The row of the desk's form; its id was made with the page, so that a second click hands nothing over twice."""
    sent = request.POST
    package, due = queue.due_of(actor=request.actor, decree_line=slot.decree_line)
    items, tags = {}, {}
    for item in package.items if package else ():
        wanted = sent.get(f"jumlah-{item.number}", "").strip()
        if wanted and (not wanted.isdigit() or len(wanted) > 7):
            raise Problem("grants.bad_form")
        if wanted and int(wanted):
            items[item.number] = int(wanted)
        named = words_of(sent.get(f"nomor-{item.number}"))
        if named:
            tags[item.number] = named
    full = {number: left for number, left in due.items() if left}
    proxy = key_of(sent["wakil"]) if sent.get("wakil") else None
    receiver = Receiver.PROXY if proxy else Receiver.SELF
    condition = Condition(sent["keadaan"]) if sent.get("keadaan") in set(Condition) else Condition.GOOD
    return HandoverRow(
        id=key_of(sent.get("id")),
        ref=slot.ref,
        occurred_on=clock.today(),
        place="",
        condition=condition,
        received_by=sent.get("penerima", "")[:120],
        note=sent.get("catatan", "")[:2000],
        items={} if items == full else items,
        tags=tags,
        receiver=receiver,
        proxy=proxy,
        manner=Manner.HOME if sent.get("cara") == "home" else Manner.DESK,
        photos=_item_photos(request, slot, package),
        proof=_proof(request, slot),
    )


def _item_photos(request: OfficeRequest, slot: SlotInfo, package: PackageInfo | None) -> dict[int, UUID]:
    """Number of the item -> picture of it, where one was taken."""
    found = {}
    for item in package.items if package else ():
        file = picture_of(
            request, request.actor, "handover.record", f"foto-{item.number}", purpose="handover", area=slot.area
        )
        if file is not None:
            found[item.number] = file
    return found


def _proof(request: OfficeRequest, slot: SlotInfo) -> Proof:
    """What proves the receipt: drawn signatures, thumb with witness, scan; pictures are stored with the row or not."""
    sent, actor = request.POST, request.actor

    def drawn(name: str, who: str) -> UUID | None:
        return ink_of(actor, sent.get(name, ""), who=who, area=slot.area)

    def picture(field: str, purpose: str) -> UUID | None:
        return picture_of(request, actor, "handover.record", field, purpose=purpose, area=slot.area)

    return Proof(
        kind=ProofKind(sent["bukti"]) if sent.get("bukti") in set(ProofKind) else ProofKind.PAPER,
        signature=drawn("ttd-penerima", "penerima"),
        giver_signature=drawn("ttd-petugas", "yang menyerahkan"),
        witness_signature=drawn("ttd-saksi", "saksi"),
        witness=sent.get("saksi", "")[:120],
        scan=picture("pindaian", "scan"),
        photo=picture("foto", "handover"),
        device_at=clock.now(),
    )


def _day_figures(info: DayInfo) -> list[Figure]:
    return [
        Figure(_("Menunggu"), fmt.number(info.waiting), source=_("dari %(n)s dipanggil") % {"n": info.called}),
        Figure(_("Sudah menerima"), fmt.number(info.served)),
        Figure(_("Tertahan"), fmt.number(info.barred), source=_("daftar pengecualian")),
        Figure(_("Tidak hadir"), fmt.number(info.absent), source=_("barang tetap disimpan")),
    ]


def _queue_table(info: DayInfo, slots: list[SlotInfo]) -> Table:
    rows = []
    for slot in slots:
        href = f"{reverse('office:handover-day', args=[info.id])}?{urlencode({'kode': slot.number})}"
        rows.append(
            (
                Cell(fmt.number(slot.number)),
                Cell(slot.name, href, barred(slot.barred)),
                Cell(fmt.number(slot.line_number), reverse("office:decree-line", args=[slot.decree_line])),
                Cell(badge=slot_badge(slot)),
            )
        )
    return Table(
        caption=_("Antrean, desa demi desa"),
        columns=(
            Column(_("Nomor"), "right"),
            Column(_("Penerima")),
            Column(_("Baris SK"), "right"),
            Column(_("Keadaan")),
        ),
        rows=tuple(rows),
        empty_title=_("Antrean kosong"),
        empty_text=_("Rencanakan hari lain untuk penerima yang belum dipanggil."),
    )


@require_POST
@office_page("document.issue")
def letters(request: OfficeRequest, day_id: UUID) -> HttpResponse:
    """All BAST of the day as one file for the printer, from the number that is asked for."""
    start = request.POST.get("mulai", "1").strip()
    number = int(start) if start.isdigit() and len(start) < 7 else 1
    pdf = print_day(actor=request.actor, day_id=day_id, start=number)
    name = f"bast-{number}.pdf"
    return HttpResponse(
        pdf, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@office_page("handover.record")
def cards(request: OfficeRequest, day_id: UUID) -> HttpResponse:
    """Cards to print: number, name, and a QR code that says nothing but a random word."""
    info = queue.day(actor=request.actor, day_id=day_id)
    slots = queue.slots(actor=request.actor, day_id=day_id)
    printed = [(slot, segno.make(slot.card, error="m", micro=False).svg_inline(scale=3, border=2)) for slot in slots]
    context = {
        "crumbs": (Crumb(info.place, reverse("office:handover-day", args=[info.id])), Crumb(_("Kartu antrean"))),
        "day": info,
        "cards": printed,
        "title": words.join((info.place, fmt.day(info.planned_on))),
    }
    return render(request, "office/cards.html", context)
