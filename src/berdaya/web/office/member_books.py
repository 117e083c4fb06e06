"""A member's own account: on screen, as PDF, and as a message to her alone."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.kernel import formats as fmt
from berdaya.kernel.phones import whatsapp_link, whatsapp_share
from berdaya.process.member_book import (
    MemberBook,
    group_accounts_pdf,
    member_book,
    member_book_pdf,
    member_message,
)
from berdaya.web.components.parts import Crumb, Figure
from berdaya.web.office.fund_books import table_of
from berdaya.web.session import OfficeRequest, office_page


@office_page("group.read")
def page(request: OfficeRequest, membership_id: UUID) -> HttpResponse:
    """What she has, owes and pays next; every entry; paper and WhatsApp."""
    found = member_book(actor=request.actor, membership=membership_id, language=fmt.language())
    text = member_message(found)
    context = {
        "found": found,
        "figures": _figures(found),
        "table": table_of(found.book, 1 if fmt.language() == "en" else 0),
        "text": text,
        "whatsapp": whatsapp_link(found.phone, text) or whatsapp_share(text),
        "crumbs": (
            Crumb(_("Kelompok"), reverse("office:groups")),
            Crumb(found.group_name, reverse("office:group", args=[found.group])),
            Crumb(found.name),
        ),
    }
    return render(request, "office/member_book.html", context)


@office_page("group.read")
def pdf(request: OfficeRequest, membership_id: UUID) -> HttpResponse:
    """The same as PDF."""
    response = HttpResponse(
        member_book_pdf(actor=request.actor, membership=membership_id), content_type="application/pdf"
    )
    response["Content-Disposition"] = 'attachment; filename="rekening-anggota.pdf"'
    return response


@office_page("group.read")
def group_pdf(request: OfficeRequest, group_id: UUID) -> HttpResponse:
    """The accounts of all members of a group in one PDF."""
    response = HttpResponse(group_accounts_pdf(actor=request.actor, group=group_id), content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="rekening-semua-anggota.pdf"'
    return response


def _figures(found: MemberBook) -> list[Figure]:
    late = _("%(late)s lewat tanggal") % {"late": fmt.rupiah(found.late_idr)} if found.late_idr else ""
    due = _("tidak ada") if found.next_on is None else fmt.rupiah(found.next_idr)
    return [
        Figure(_("Simpanan"), fmt.rupiah(found.savings_idr), source=_("milik anggota")),
        Figure(_("Pinjaman"), fmt.rupiah(found.debt_idr), source=late or _("menurut buku")),
        Figure(_("Angsuran berikutnya"), due, source=fmt.day(found.next_on) if found.next_on else ""),
        *(
            Figure(
                _("Dipelihara"), f"{fmt.number(kept)} {unit}", source=_("milik sendiri %(n)s") % {"n": fmt.number(own)}
            )
            for unit, kept, own in found.goods
        ),
    ]
