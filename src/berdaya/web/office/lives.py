"""Pages of goods that tell rather than ask: the life of a decree line, where the rupiah are now, a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.access.permissions import can
from berdaya.files.selectors import file_info
from berdaya.grants.services.assets import AssetLook, look_at_assets_many
from berdaya.grants.types import AssetState
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.process.overview import rupiah
from berdaya.process.overview.life import LifeView, Moment, Station, life
from berdaya.process.overview.rupiah import Pot
from berdaya.web.components.parts import Badge, Bar, Bars, Crumb, Event, Fact, Figure
from berdaya.web.components.tables import Cell, Column, Table
from berdaya.web.office import words
from berdaya.web.office.goods_words import back_reason, goods_tabs, proof, shows, station, why
from berdaya.web.office.sent import bad_form, day_of, key_of, picture_of, told
from berdaya.web.session import OfficeRequest, office_page, owner_way

PICTURES = frozenset({"image/jpeg", "image/png", "image/webp", "image/svg+xml"})
INKED = frozenset({"signature", "witness", "giver"})
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@office_page("family.read")
def decree_line(request: OfficeRequest, line_id: UUID) -> HttpResponse:
    """The life of one decree line; on POST what somebody saw of one of its things."""
    view = life(actor=request.actor, line_id=line_id)
    problem: Problem | None = None
    if request.method == "POST":
        try:
            with transaction.atomic():
                _look(request, view)
        except Problem as raised:
            problem = raised
        else:
            messages.success(request, _("Keadaan barang dicatat."))
            return HttpResponseRedirect(reverse("office:decree-line", args=[line_id]))
    context = {
        "view": view,
        "crumbs": (Crumb(_("Penyaluran"), reverse("office:handovers")), Crumb(view.recipient)),
        "figures": _figures(view),
        "stations": Bars(
            _finding(view), tuple(_bar(one) for one in view.stations), _("Batang penuh: seluruh rencana.")
        ),
        "things": _things(view),
        "events": [_event(moment) for moment in view.moments],
        "pictures": [
            (shows(picture.shows, picture.name), picture, picture.shows in INKED) for picture in view.pictures
        ],
        "assets": [(key, name, words.asset_state(state)) for key, name, state in view.assets]
        if can(request.actor, "visit.record")
        else (),
        "states": [(one.value, words.asset_state(one.value)) for one in AssetState],
        "today": clock.today(),
        "id": request.POST.get("id") or new_id(),
        "sent": request.POST,
        "minutes": request.POST.get("berita-acara", ""),
        **told(problem),
        "facts": _facts(view),
        "funding": _funding(view),
    }
    return render(request, "office/life.html", context, status=problem.status if problem else 200)


def _look(request: OfficeRequest, view: LifeView) -> None:
    sent, actor = request.POST, request.actor
    asset = key_of(sent.get("barang"))
    if asset not in {key for key, _name, _state in view.assets}:
        raise Problem("not_found")
    if sent.get("keadaan") not in set(AssetState):
        raise bad_form()
    photo = picture_of(
        request, actor, "visit.record", "foto", purpose="asset", area=view.area_code, household=view.household,
        group=view.group,
    )  # fmt: skip
    look = AssetLook(
        key_of(sent.get("id")), asset, AssetState(sent["keadaan"]), day_of(sent.get("tanggal")),
        minutes=sent.get("berita-acara", "")[:4000], photo=photo,
    )  # fmt: skip
    look_at_assets_many(actor=actor, looks=[look])


def _finding(view: LifeView) -> str:
    """The newest station reached, as a sentence."""
    if view.replaced_on:
        return _("Penerima ini diganti; barang tidak diserahkan lagi")
    if not view.handed_idr:
        return _("Barang belum diserahkan")
    if view.confirmed is None:
        return _("Barang sudah diserahkan; penerima belum menyatakan apa-apa")
    return _("Penerima menyatakan barangnya lengkap") if view.confirmed else _("Penerima menyatakan ada yang kurang")


def _bar(one: Station) -> Bar:
    share = min(1.0, one.reached / one.of) if one.of else 0.0
    if one.code == "checked":
        text = _("%(seen)s dari %(all)s barang") % {"seen": one.reached, "all": one.of}
    else:
        text = fmt.rupiah_short(one.reached) if one.reached else "–"
    name = station(one.code)
    return Bar(f"{name} · {fmt.day_short(one.on)}" if one.on and one.reached else name, share, text)


def _figures(view: LifeView) -> list[Figure]:
    said = {None: _("belum bicara"), True: _("lengkap"), False: _("ada yang kurang")}[view.confirmed]
    states = [state for thing in view.things for state in thing.states]
    working = sum(state in {"present", "working"} for state in states)
    figures = [
        Figure(_("Rencana"), fmt.rupiah(view.planned_idr), source=view.package),
        Figure(_("Diserahkan"), fmt.rupiah(view.handed_idr), source=fmt.percent(view.handed_idr, view.planned_idr)),
        Figure(_("Kata penerima"), said),
    ]
    if states:
        figures.append(
            Figure(_("Barang masih ada"), f"{working}/{len(states)}", source=_("keadaan terakhir diketahui"))
        )
    return figures


def _things(view: LifeView) -> Table:
    rows = tuple(
        (
            Cell(thing.name, sub=", ".join(part for part in (thing.specification, *thing.tags) if part)),
            Cell(f"{fmt.number(thing.planned)} {thing.unit}"),
            Cell(fmt.number(thing.handed)),
            Cell(fmt.rupiah(thing.value_idr)),
            Cell(thing.supplier or "–"),
            Cell(", ".join(dict.fromkeys(words.asset_state(state) for state in thing.states)) or "–"),
        )
        for thing in view.things
    )
    return Table(
        caption=_("Barang: direncanakan, diserahkan, keadaannya"),
        columns=(
            Column(_("Barang")),
            Column(_("Hak"), "right"),
            Column(_("Diserahkan"), "right"),
            Column(_("Nilai"), "right"),
            Column(_("Penyedia")),
            Column(_("Keadaan")),
        ),
        rows=rows,
        empty_title=_("Belum ada paket"),
        empty_text=_("Paket untuk jenis usaha ini belum dibuat."),
    )


def _facts(view: LifeView) -> list[Fact]:
    facts = [
        Fact(_("Penerima"), view.recipient, owner_way(view.household, view.group)),
        Fact(_("Wilayah"), view.area),
        Fact(_("SK"), _("%(number)s, baris %(line)s") % {"number": view.decree, "line": view.number}),
        Fact(_("Program"), view.programme, reverse("office:programme", args=[view.programme_code])),
    ]
    facts += [Fact(_("Surat"), title, reverse("office:document-file", args=[key])) for key, title in view.documents]
    return facts


def _funding(view: LifeView) -> Table:
    total = fmt.rupiah(sum(paid.amount_idr for paid in view.funding))
    rows = tuple(
        (Cell(paid.source), Cell(paid.activity or "–"), Cell(fmt.rupiah(paid.amount_idr))) for paid in view.funding
    )
    return Table(
        caption=_("Sumber dana"),
        columns=(Column(_("Sumber")), Column(_("Sub-kegiatan")), Column(_("Nilai"), "right")),
        rows=rows,
        foot=(Cell(_("Jumlah")), Cell(), Cell(total)) if rows else (),
        empty_title=_("Belum ada rupiah yang keluar"),
        empty_text=_("Sumber dana tercatat saat barang diserahkan."),
    )


def _event(moment: Moment) -> Event:
    title, text = _told(moment)
    href = reverse("office:handover", args=[moment.handover]) if moment.handover else ""
    return Event(moment.on, title, text, moment.method, href, badge=_mark(moment))


def _mark(moment: Moment) -> Badge | None:
    if moment.code == "said":
        good = bool(moment.facts["complete"])
        return Badge(_("lengkap"), "good", "tick") if good else Badge(_("tidak lengkap"), "bad", "cross")
    if moment.code == "checked" and moment.facts["state"] in {"sold", "died", "lost"}:
        return Badge(words.asset_state(moment.facts["state"]), "bad", "cross")
    return None


def _told(moment: Moment) -> tuple[str, str]:  # noqa: PLR0911 - one return for each kind of event reads best
    """Title and text of what happened up to the handover."""
    facts = moment.facts
    match moment.code:
        case "decreed":
            return _("Tercantum dalam SK %(number)s, baris %(line)s") % facts, ""
        case "proposed":
            return _("Usulan dengan RAB"), fmt.rupiah(facts["value"])
        case "proposal_approved":
            return _("RAB disetujui"), fmt.rupiah(facts["value"])
        case "delivered":
            return _("%(item)s datang dari %(supplier)s") % facts, _("pengadaan %(number)s") % facts
        case "proxy":
            return _("%(name)s mewakili penerima") % facts, why(facts["why"])
        case "handed":
            detail = words.join((facts["place"], _("diterima %(by)s") % facts, proof(facts["proof"])))
            return _("Diserahkan dengan BAST %(number)s") % facts, f"{fmt.rupiah(facts['value'])} · {detail}"
        case _:
            return _told_later(moment)


def _told_later(moment: Moment) -> tuple[str, str]:  # noqa: PLR0911 - as above
    """Title and text of what happened afterwards."""
    facts = moment.facts
    match moment.code:
        case "return_written":
            return _("Pengembalian %(item)s menunggu petugas kedua") % facts, back_reason(facts["reason"])
        case "returned":
            return _("%(quantity)s %(item)s kembali ke tempat simpan") % facts, back_reason(facts["reason"])
        case "said":
            return _("Kata %(by)s") % facts, facts["words"]
        case "spot":
            return _("Uji petik oleh petugas lain"), facts["words"]
        case "checked":
            state = words.asset_state(facts["state"])
            return _("%(item)s: %(state)s") % {"item": facts["item"], "state": state}, facts["minutes"]
        case "lpj":
            return _("LPJ diserahkan"), ""
        case "lpj_decided":
            return (_("LPJ diterima") if facts["state"] == "accepted" else _("LPJ dikembalikan")), ""
        case "replaced":
            return _("Penerima diganti"), facts["reason"]
        case _:
            return moment.code, ""


@office_page("family.read")
def photo(request: OfficeRequest, file_id: UUID) -> HttpResponse:
    """A picture inside the reader's scope; anything else that is stored is no picture and not found here."""
    info = file_info(actor=request.actor, file=file_id)
    if info.media_type not in PICTURES:
        raise Problem("not_found")
    response = FileResponse(info.open(), content_type=info.media_type)
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return cast(HttpResponse, response)


@dataclass(frozen=True)
class Part:
    """One part of the stacked bar."""

    code: str
    name: str
    amount: int
    x: str
    width: str
    colour: int

    @property
    def text(self) -> str:
        return fmt.rupiah_short(self.amount)


PARTS = (("confirmed", 2), ("silent", 4), ("disputed", 6), ("in_store", 3), ("ordered", 5), ("lost", 1), ("unspent", 0))


def parts_of(pot: Pot) -> list[Part]:
    """The places of the rupiah, from the family's hand back to the budget; widths add up to the whole."""
    names = {
        "confirmed": _("dikonfirmasi penerima"),
        "silent": _("diserahkan, penerima belum bicara"),
        "disputed": _("disengketakan"),
        "in_store": _("di tempat simpan"),
        "ordered": _("dibeli, belum datang"),
        "lost": _("hilang dari tempat simpan"),
        "unspent": _("belum dibelanjakan"),
    }
    amounts = [(code, getattr(pot, code), colour) for code, colour in PARTS]
    whole = sum(amount for _code, amount, _colour in amounts) or 1
    parts, start = [], 0
    for code, amount, colour in amounts:
        if amount:
            width = f"{100 * amount / whole:.3f}%"
            parts.append(Part(code, names[code], amount, f"{100 * start / whole:.3f}%", width, colour))
        start += amount
    return parts


@office_page("programme.read")
def where(request: OfficeRequest) -> HttpResponse:
    """Where the office's rupiah are now, by programme, source and sub-kegiatan."""
    code = request.GET.get("program", "")[:60]
    found = rupiah.pots(actor=request.actor, programme_code=code)
    whole = rupiah.total(found)
    context = {
        "tabs": goods_tabs(request, "office:rupiah"),
        "parts": parts_of(whole),
        "finding": _where_finding(whole),
        "figures": _where_figures(whole),
        "table": _where_table(found, whole),
        "any": bool(found),
    }
    return render(request, "office/rupiah.html", context)


def _where_finding(whole: Pot) -> str:
    if not whole.planned:
        return _("Belum ada rupiah yang direncanakan")
    return _("%(share)s dari %(planned)s sudah di tangan penerima dan diakuinya") % {
        "share": fmt.percent(whole.confirmed, whole.planned),
        "planned": fmt.rupiah_short(whole.planned),
    }


def _where_figures(whole: Pot) -> list[Figure]:
    def figure(label: str, amount: int, source: str = "") -> Figure:
        return Figure(label, fmt.rupiah_short(amount), source=source, exact=fmt.rupiah(amount))

    return [
        figure(_("Direncanakan"), whole.planned, _("menurut SK dan paket")),
        figure(_("Diserahkan"), whole.handed, fmt.percent(whole.handed, whole.planned)),
        figure(_("Dikonfirmasi"), whole.confirmed, fmt.percent(whole.confirmed, whole.handed)),
        figure(_("LPJ diterima"), whole.accounted, fmt.percent(whole.accounted, whole.handed)),
        figure(_("Disengketakan"), whole.disputed, _("penerima menyatakan ada yang kurang")),
    ]


def _where_table(found: list[Pot], whole: Pot) -> Table:
    def cells(pot: Pot) -> tuple[Cell, ...]:
        return (
            Cell(fmt.rupiah(pot.planned), sub=_("dibeli %s") % fmt.rupiah(pot.bought)),
            Cell(fmt.rupiah(pot.in_store)),
            Cell(fmt.rupiah(pot.handed), sub=_("diakui %s") % fmt.rupiah(pot.confirmed)),
            Cell(fmt.rupiah(pot.accounted)),
            Cell(fmt.rupiah(pot.disputed)),
        )

    return Table(
        caption=_("Menurut program, sumber dana, dan sub-kegiatan"),
        columns=(
            Column(_("Sumber dan sub-kegiatan")),
            Column(_("Rencana dan dibeli"), "right"),
            Column(_("Disimpan"), "right"),
            Column(_("Diserahkan dan diakui"), "right"),
            Column(_("LPJ diterima"), "right"),
            Column(_("Disengketakan"), "right"),
        ),
        rows=tuple(
            (
                Cell(
                    words.join((pot.source, pot.activity)), reverse("office:programme", args=[pot.programme]), pot.name
                ),
                *cells(pot),
            )
            for pot in found
        ),
        foot=(Cell(_("Jumlah")), *cells(whole)) if found else (),
        empty_title=_("Belum ada program"),
        empty_text=_("Rupiah tampak di sini setelah sebuah program memiliki SK."),
    )
