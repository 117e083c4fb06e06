"""What an existing group brought along by its list: one page on which the office takes each thing on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.grants.types import AssetState
from berdaya.intake.results import Brought
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.kernel.problems import Problem
from berdaya.process.brought import PERMISSION, BroughtView, Photo, TakenOn, TakeOn, Thing, Ware, brought, take_on
from berdaya.web.components.parts import Crumb
from berdaya.web.office import words
from berdaya.web.office.fund_meetings import day_of, rupiah_of
from berdaya.web.office.sent import picture_of
from berdaya.web.problems import shown
from berdaya.web.session import OfficeRequest, office_page

LATER, GONE, STORED, SHOWN = "nanti", "tidak-ada", "simpan", "tampil"
STATES = (AssetState.PRESENT, AssetState.WORKING, AssetState.BROKEN)
FOUND = {"good": AssetState.PRESENT.value, "damaged": AssetState.BROKEN.value, "lost": GONE}
METHODS = ("seen", "asked", "document")


@office_page(PERMISSION)
def page(request: OfficeRequest, group_id: UUID) -> HttpResponse:
    """The form, filled with what the list told; what is refused comes back with the reason on top."""
    view = brought(actor=request.actor, group_id=group_id)
    problem = None
    if request.method == "POST":
        try:
            done = take_on(actor=request.actor, choice=_choice(request, view))
        except Problem as refused:
            problem = shown(refused)
        else:
            _tell(request, done)
            return HttpResponseRedirect(reverse("office:group", args=[view.group]))
    data, language = request.POST, fmt.language()
    context = {
        "view": view,
        "things": [_thing(row, data) for row in view.waiting if row.kind == "asset"],
        "wares": [_ware(row, data) for row in view.waiting if row.kind == "product"],
        "settled": [settled_words(row) for row in view.settled],
        "states": [
            *((state.value, words.asset_state(state.value)) for state in STATES),
            (GONE, _("sudah tidak ada")),
            (LATER, _("nanti saja")),
        ],
        "deeds": [
            (STORED, _("catat, belum ditampilkan")),
            (SHOWN, _("catat dan tampilkan: pembuatnya setuju")),
            (GONE, _("sudah tidak dijual")),
            (LATER, _("nanti saja")),
        ],
        "methods": [("seen", _("dilihat")), ("asked", _("ditanyakan")), ("document", _("dari dokumen"))],
        "method": data.get("cara", "seen"),
        "on": data.get("tanggal") or clock.today().isoformat(),
        "today": clock.today().isoformat(),
        "kinds": words.kinds() if view.business is None and not view.kind else (),
        "kind": data.get("jenis", ""),
        "problem": (problem.text(language), problem.advice(language)) if problem else None,
        "crumbs": (
            Crumb(_("Kelompok"), reverse("office:groups")),
            Crumb(view.name, reverse("office:group", args=[view.group])),
            Crumb(_("Barang dan produk lama")),
        ),
    }
    return render(request, "office/brought.html", context, status=problem.status if problem else 200)


def settled_words(row: Brought) -> tuple[str, str]:
    """Name, and what was decided on which day."""
    became = {
        "asset": _("tercatat sebagai aset"),
        "product": _("tercatat sebagai produk"),
        "gone": _("sudah tidak ada"),
    }
    on = fmt.day_short(row.taken_on) if row.taken_on else ""
    return str(row.facts["name"]), words.join((became.get(row.outcome, ""), on))


def told(row: Brought) -> tuple[str, str, str]:
    """Name, what its list told of it, and its worth or price."""
    facts = row.facts
    if row.kind == "asset":
        amount = f"{fmt.number(facts['quantity'])} {facts['unit']}".strip()
        value = fmt.rupiah(facts["value_idr"]) if facts["value_idr"] is not None else ""
        return facts["name"], words.join((_("aset"), amount, _condition(facts["condition"]))), value
    price = f"{fmt.rupiah(facts['price_idr'])} / {facts['unit'] or _('buah')}"
    return facts["name"], words.join((_("produk"), facts["description"])), price


def _condition(code: str) -> str:
    return {"good": _("baik"), "damaged": _("rusak"), "lost": _("hilang")}.get(code, code)


def _thing(row: Brought, data: QueryDict) -> Mapping[str, Any]:
    facts, key = row.facts, str(row.id)
    first = FOUND.get(facts["condition"], AssetState.PRESENT.value)
    return {
        "key": key,
        "name": facts["name"],
        "told": words.join((told(row)[1], told(row)[2], _since(facts.get("since")))),
        "state": data.get(f"keadaan-{key}", first),
        "quantity": data.get(f"jumlah-{key}", facts["quantity"]),
        "value": data.get(f"nilai-{key}", facts["value_idr"] if facts["value_idr"] is not None else ""),
    }


def _ware(row: Brought, data: QueryDict) -> Mapping[str, Any]:
    facts, key = row.facts, str(row.id)
    permit = words.join((facts.get("permit") or "", facts.get("permit_number") or "")).upper()
    return {
        "key": key,
        "name": facts["name"],
        "told": words.join((told(row)[2], facts.get("description") or "", permit)),
        "deed": data.get(f"produk-{key}", STORED),
        "price": data.get(f"harga-{key}", facts["price_idr"]),
        "unit": data.get(f"satuan-{key}", facts.get("unit") or ""),
    }


def _since(day: str | None) -> str:
    return _("sejak %(year)s") % {"year": day[:4]} if day else ""


def _choice(request: OfficeRequest, view: BroughtView) -> TakeOn:
    """What was typed; a thing without an answer waits on. Raises `entry_needed`, `funds.bad_amount`."""
    data = request.POST
    things, wares = [], []
    for row in view.waiting:
        key = str(row.id)
        if row.kind == "asset":
            state = data.get(f"keadaan-{key}", LATER)
            if state != LATER:
                kept = None if state == GONE else _state(state)
                things.append(
                    Thing(
                        row.id, kept, _count(data.get(f"jumlah-{key}", "")), rupiah_of(data.get(f"nilai-{key}", "")),
                        _photo(request, view.group, f"foto-{key}", "asset"),
                    )
                )  # fmt: skip
            continue
        deed = data.get(f"produk-{key}", LATER)
        if deed in {STORED, SHOWN, GONE}:
            wares.append(
                Ware(
                    row.id, deed != GONE, rupiah_of(data.get(f"harga-{key}", "")), data.get(f"satuan-{key}", "")[:20],
                    deed == SHOWN, _photo(request, view.group, f"foto-{key}", "product"),
                )
            )  # fmt: skip
    method = data.get("cara", "seen")
    if method not in METHODS:
        raise Problem("entry_needed", field="cara")
    return TakeOn(view.group, day_of(data.get("tanggal", "")), method, things, wares, data.get("jenis", "")[:40])


def _state(text: str) -> AssetState:
    if text not in {state.value for state in STATES}:
        raise Problem("entry_needed", field="keadaan")
    return AssetState(text)


def _count(text: str) -> int:
    plain = text.strip().replace(".", "")
    if not plain.isascii() or not plain.isdigit() or len(plain) > 7:
        raise Problem("entry_needed", field="jumlah")
    return int(plain)


def _photo(request: OfficeRequest, group: UUID, field: str, purpose: str) -> Photo | None:
    if field not in request.FILES:
        return None

    def keep(area: int) -> UUID | None:
        return picture_of(request, request.actor, PERMISSION, field, purpose=purpose, area=area, group=group)

    return keep


def _tell(request: OfficeRequest, done: TakenOn) -> None:
    if not (done.assets or done.products or done.gone):
        messages.info(request, _("Tidak ada yang berubah."))
        return
    messages.success(
        request,
        _("%(assets)s aset dan %(products)s produk tercatat, %(gone)s sudah tidak ada.")
        % {
            "assets": fmt.number(done.assets), "products": fmt.number(done.products), "gone": fmt.number(done.gone),
        },
    )  # fmt: skip
    for name in done.permits_refused:
        messages.warning(request, _("Nomor izin %(name)s tidak sesuai bentuknya, jadi tidak dicatat.") % {"name": name})
