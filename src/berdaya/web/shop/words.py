"""Words of the shop."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from berdaya.documents.types import LetterKind
from berdaya.enterprises.catalogue import catalogue
from berdaya.kernel.formats import language
from berdaya.market.types import PermitKind

CATEGORIES: Mapping[str, Promise] = {
    "food": _("Makanan dan minuman"),
    "fishery": _("Olahan ikan"),
    "craft": _("Kerajinan dan kain"),
    "farming": _("Hasil kebun"),
    "livestock": _("Hasil ternak"),
    "service": _("Jasa"),
    "trade": _("Warung dan dagangan"),
}
PERMITS: Mapping[PermitKind, Promise] = {
    PermitKind.PIRT: _("P-IRT"),
    PermitKind.NIB: _("NIB"),
    PermitKind.HALAL: _("Halal"),
}
PERMIT_MEANINGS: Mapping[PermitKind, Promise] = {
    PermitKind.PIRT: _("izin pangan rumah tangga dari dinas kesehatan"),
    PermitKind.NIB: _("nomor induk berusaha"),
    PermitKind.HALAL: _("sertifikat halal"),
}
LETTERS: Mapping[LetterKind, Promise] = {
    LetterKind.DECREE: _("Surat keputusan"),
    LetterKind.HANDOVER: _("Berita acara serah terima"),
    LetterKind.STATEMENT: _("Rekening kas kelompok"),
    LetterKind.REPORT: _("Laporan program"),
    LetterKind.CERTIFICATE: _("Sertifikat pelatihan"),
    LetterKind.MINUTES: _("Berita acara"),
    LetterKind.NOTICE: _("Surat"),
    LetterKind.INVITATION: _("Undangan"),
}


def letter(kind: LetterKind) -> str:
    """The name of a kind of letter."""
    return str(LETTERS[kind])


def category(code: str) -> str:
    """The name of a category; an unknown code stands as it is."""
    return str(CATEGORIES.get(code, code))


def kind(code: str) -> str:
    """The name of a kind of business in the language of the page."""
    found = catalogue().kinds.get(code)
    return found.name(language()) if found else code


def regency(name: str) -> str:
    """`Kab. Situbondo`, as people write it."""
    return name.replace("Kabupaten ", "Kab. ", 1).replace("Administrasi", "Adm.")
