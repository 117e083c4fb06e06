"""Issued letters and their files."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.documents.selectors import document_pdf
from berdaya.kernel import formats as fmt
from berdaya.process.overview.documents import DocumentFilter, DocumentRow
from berdaya.process.overview.documents import documents as documents_of
from berdaya.web.components.tables import Cell, Control
from berdaya.web.office import words
from berdaya.web.office.lists import Col, Labels, chips_of, kept, list_table, select, text_col
from berdaya.web.session import OfficeRequest, office_page

KINDS = ("sk", "bast", "ba", "surat", "statement", "report", "certificate", "invitation")


def _columns() -> list[Col[DocumentRow]]:
    return [
        Col(
            _("Dokumen"),
            lambda row: Cell(row.title, reverse("office:document-file", args=[row.id]), row.number),
            lambda row: row.title,
        ),
        text_col(_("Jenis"), lambda row: words.document_kind(row.kind)),
        Col(_("Tanggal"), lambda row: Cell(fmt.day_short(row.on)), lambda row: row.on),
    ]


@office_page("document.read")
def documents(request: OfficeRequest) -> HttpResponse:
    """Letters by kind, number and programme, the newest first."""
    filters = DocumentFilter.parse(request.GET)
    page = documents_of(actor=request.actor, filters=filters)
    labels: Labels = {
        "q": (_("Cari"), None),
        "kind": (_("Jenis"), words.document_kind),
        "programme": (_("Program"), None),
    }
    context = {
        "title": _("Dokumen"),
        "lead": _("Surat yang sudah terbit dibekukan: isi dan nomornya tidak berubah lagi."),
        "crumbs": (),
        "controls": (
            Control("q", _("Nomor atau judul"), "search", filters.q, width=20),
            select("kind", _("Jenis"), filters.kind, [(code, words.document_kind(code)) for code in KINDS]),
            *kept(filters, "programme"),
        ),
        "table": list_table(
            page,
            _columns(),
            filters,
            caption=_("Dokumen"),
            noun=_("dokumen"),
            chips=chips_of(filters, labels),
        ),
    }
    return render(request, "office/list.html", context)


@office_page("document.read")
def document_file(request: OfficeRequest, document_id: UUID) -> HttpResponse:
    """The letter as PDF, set from its frozen data; only where its row is visible."""
    info, pdf = document_pdf(actor=request.actor, document=document_id)
    response = HttpResponse(pdf, content_type="application/pdf")
    name = "".join(letter if letter.isalnum() else "-" for letter in info.number)
    response.headers["Content-Disposition"] = f'inline; filename="{info.kind}-{name}.pdf"'
    return response
