"""The last page of an existing group's book: a photo and its balances on one page; another officer decides."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.process.old_books import OldBook, OldBookEntry, balances_of, old_book, propose_old_book
from berdaya.web.components.parts import Crumb
from berdaya.web.office.acting import upload_of
from berdaya.web.office.fund_meetings import day_of, id_of, rupiah_of
from berdaya.web.problems import shown
from berdaya.web.session import OfficeRequest, office_page

PHOTO_BYTES = 12 * 2**20
OWN = ("cash", "bank", "iks", "capital")


@office_page("fund.manage")
def page(request: OfficeRequest, group_id: UUID) -> HttpResponse:
    """The form, filled with what an import carried; what is refused comes back with the reason on top."""
    view = old_book(actor=request.actor, group_id=group_id)
    problem = None
    if request.method == "POST":
        try:
            fund = propose_old_book(actor=request.actor, entry=_entry(request, view))
        except Problem as refused:
            problem = shown(refused)
        else:
            messages.success(request, _("Saldo buku lama tersimpan. Petugas kedua perlu menyetujuinya."))
            return HttpResponseRedirect(reverse("office:fund", args=[fund]) + "#usulan")
    language, data = fmt.language(), request.POST
    names = {"cash": _("Kas di tangan"), "bank": _("Uang di bank"), "iks": _("Dana IKS"), "capital": _("Modal bantuan")}
    context = {
        "view": view,
        "own": [(name, names[name], data.get(name, "") or view.own.get(name) or "") for name in OWN],
        "members": [
            (
                row,
                data.get(f"simpanan-{row.number}", "") or row.saving_idr or "",
                data.get(f"pinjaman-{row.number}", "") or row.loan_idr or "",
            )
            for row in view.members
        ],
        "on": data.get("tanggal") or (view.on or clock.today()).isoformat(),
        "minutes": data.get("berita-acara", ""),
        "instalments": data.get("angsuran", "10"),
        "key": data.get("id") or str(new_id()),
        "today": clock.today().isoformat(),
        "problem": (problem.text(language), problem.advice(language)) if problem else None,
        "crumbs": (
            Crumb(_("Kelompok"), reverse("office:groups")),
            Crumb(view.name, reverse("office:group", args=[view.group])),
            Crumb(_("Buku lama")),
        ),
    }
    return render(request, "office/old_book.html", context, status=problem.status if problem else 200)


def _entry(request: OfficeRequest, view: OldBook) -> OldBookEntry:
    data = request.POST
    photo = upload_of(request, "foto", PHOTO_BYTES)[0] if request.FILES.get("foto") else b""
    return OldBookEntry(
        id_of(data.get("id", "")),
        view.group,
        day_of(data.get("tanggal", "")),
        data.get("berita-acara", "")[:200],
        balances_of(
            {name: rupiah_of(data.get(name, "")) for name in OWN},
            {row.number: rupiah_of(data.get(f"simpanan-{row.number}", "")) for row in view.members},
            {row.number: rupiah_of(data.get(f"pinjaman-{row.number}", "")) for row in view.members},
        ),
        rupiah_of(data.get("angsuran", "")),
        photo,
    )
