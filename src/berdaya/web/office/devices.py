"""Phones of the office: last heard of when, what each holds, and the button that cuts one off."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.devices import selectors
from berdaya.devices.services.phones import revoke
from berdaya.devices.types import DeviceRow
from berdaya.kernel import formats as fmt
from berdaya.kernel.filters import PAGE_SIZE, ListFilter
from berdaya.process.field import supervising
from berdaya.web.components.parts import Badge, Crumb, Fact, Figure
from berdaya.web.components.tables import Cell, Column, Control, Pager, Table, pager
from berdaya.web.office import words
from berdaya.web.session import OfficeRequest, office_page

SEE = ("task.manage", "mentor.assign", "account.manage", "business.manage")


@dataclass(frozen=True)
class MentorFilter(ListFilter):
    """Filter of mentors: ``q`` is a part of the name."""


def _state(row: DeviceRow) -> Badge:
    if row.wiped_at is not None:
        return Badge(_("dicabut, sudah dihapus"), "none", "cross")
    if row.revoked_at is not None:
        return Badge(_("dicabut, belum memanggil"), "warn", "half")
    if row.copied_at is not None:
        return Badge(_("token dipakai dua HP"), "bad", "cross")
    return Badge(_("bekerja"), "good", "tick")


def phone_table(rows: list[DeviceRow], *, total: int | None = None, pages: Pager | None = None) -> Table:
    """Phones with holder, last call and state; ``total`` where there are more than these."""
    return Table(
        caption=_("HP"),
        columns=(
            Column(_("HP")),
            Column(_("Pemegang")),
            Column(_("Kiriman terakhir")),
            Column(_("Belum terkirim"), "right"),
            Column(_("Keadaan")),
        ),
        rows=tuple(
            (
                Cell(row.name, reverse("office:device", args=[row.id]), row.platform[:40]),
                Cell(row.holder),
                Cell(fmt.moment(row.pushed_at) if row.pushed_at else _("belum pernah")),
                Cell(fmt.number(row.unsent) if row.unsent else ""),
                Cell(badge=_state(row)),
            )
            for row in rows
        ),
        count_text=_("%(count)s HP") % {"count": fmt.number(len(rows) if total is None else total)},
        pager=pages,
        caption_hidden=True,
        empty_title=_("Belum ada HP"),
        empty_text=_("HP mendaftar sendiri saat pendamping masuk di alamat /lapangan/."),
    )


@office_page(*SEE)
def devices(request: OfficeRequest) -> HttpResponse:
    """Every phone of the office, the longest silent first."""
    filters = MentorFilter.parse(request.GET)
    rows, total = selectors.devices(actor=request.actor, limit=PAGE_SIZE, offset=filters.offset, text=filters.q)
    pages = pager(filters.page, -(-total // PAGE_SIZE), lambda number: f"?{filters.query(page=number)}")
    context = {
        "title": _("HP terdaftar"),
        "lead": _("HP yang hilang dicabut dengan satu ketukan; isinya terhapus saat HP itu memanggil lagi."),
        "crumbs": (Crumb(_("Pendamping dan HP"), reverse("office:field")), Crumb(_("HP terdaftar"))),
        "controls": (Control("q", _("Nama"), "search", filters.q, width=20),),
        "table": phone_table(rows, total=total, pages=pages),
    }
    return render(request, "office/list.html", context)


@office_page(*SEE)
def device(request: OfficeRequest, device_id: UUID) -> HttpResponse:
    """One phone: what it sent, what it holds as its owner sees it, and the button that cuts it off."""
    if request.method == "POST":
        revoke(actor=request.actor, device_id=device_id, reason=request.POST.get("alasan", "").strip() or "hilang")
        return HttpResponseRedirect(reverse("office:device", args=[device_id]))
    row = selectors.device(actor=request.actor, device_id=device_id)
    off = row.clock_off_seconds
    gaps = ", ".join(f"{lo}–{hi}" if lo != hi else str(lo) for lo, hi in row.gaps)
    context = {
        "row": row,
        "state": _state(row),
        "crumbs": (
            Crumb(_("Pendamping dan HP"), reverse("office:field")),
            Crumb(_("HP terdaftar"), reverse("office:devices")),
            Crumb(row.name),
        ),
        "facts": (
            Fact(_("Pemegang"), row.holder),
            Fact(_("Jenis"), row.platform or "–"),
            Fact(_("Terdaftar"), fmt.moment(row.enrolled_at)),
            Fact(_("Panggilan terakhir"), fmt.moment(row.seen_at) if row.seen_at else _("belum pernah")),
            Fact(_("Kiriman terakhir"), fmt.moment(row.pushed_at) if row.pushed_at else _("belum pernah")),
            Fact(_("Belum terkirim"), fmt.number(row.unsent) if row.unsent is not None else "–"),
            Fact(_("Jam HP"), _clock(off)),
            Fact(_("Kiriman yang tidak sampai"), gaps or _("tidak ada")),
        ),
        "figures": tuple(Figure(words.outcome(code), fmt.number(count)) for code, count in sorted(row.counts.items())),
        "packs": [(item, fmt.moment(item.expires_at)) for item in selectors.packs_held(device_id)],
    }
    return render(request, "office/device.html", context)


def _clock(off: int | None) -> str:
    if off is None:
        return "–"
    if abs(off) <= 600:
        return _("tepat")
    minutes = fmt.number(abs(off) // 60)
    return (_("lambat %(n)s menit") if off > 0 else _("cepat %(n)s menit")) % {"n": minutes}


@office_page(*SEE)
def device_as(request: OfficeRequest, device_id: UUID) -> HttpResponse:
    """What a mentor's phone holds, as its owner sees it."""
    seen = supervising.view_as(actor=request.actor, device_id=device_id)
    stores = supervising.stores_of(seen.rows)
    last = {row.id: row.body for row in stores.get("last_visit", [])}
    context = {
        "row": seen.device,
        "title": _("Lihat sebagai %(name)s") % {"name": seen.device.holder},
        "lead": _("Persis isi HP ini: tanpa NIK, tanpa penghasilan, tanpa data khusus."),
        "crumbs": (
            Crumb(_("HP terdaftar"), reverse("office:devices")),
            Crumb(seen.device.name, reverse("office:device", args=[device_id])),
            Crumb(_("Isi HP")),
        ),
        "table": Table(
            caption=_("Binaan"),
            columns=(Column(_("Usaha")), Column(_("Wilayah")), Column(_("Jatuh tempo")), Column(_("Risiko"), "right"),
                     Column(_("Saran terakhir"))),
            rows=tuple(
                (
                    Cell(str(item.body["owner"]), "", str(item.body["name"])),
                    Cell(str(item.body["area_name"])),
                    Cell(fmt.day_short(item.body["due_on"])),
                    Cell(fmt.number(item.body["risk"])),
                    Cell(str(last.get(item.id, {}).get("advice", ""))),
                )
                for item in sorted(stores.get("business", []), key=lambda item: -int(item.body["risk"]))
            ),
            count_text=_("%(count)s usaha") % {"count": fmt.number(len(stores.get("business", [])))},
            empty_title=_("HP ini kosong"),
            empty_text=_("Perannya berakhir, atau belum ada binaan yang diserahkan."),
        ),
    }  # fmt: skip
    return render(request, "office/list.html", context)
