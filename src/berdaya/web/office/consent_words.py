"""Words of consent, in the language of the page."""

from __future__ import annotations

from django.utils.translation import gettext as _

from berdaya.kernel import formats as fmt
from berdaya.people.consent_texts import Language, languages
from berdaya.web.components.parts import Badge


def purpose(code: str) -> str:
    """What a family agrees to."""
    return {
        "programme": _("Ikut program dengan data keluarga"),
        "research": _("Ditanya lagi untuk perbandingan"),
        "publication": _("Tampil di pasar umum"),
    }.get(code, code)


def method(code: str) -> str:
    """How a family agreed."""
    return {
        "signature": _("ditandatangani"),
        "thumbprint": _("dicap jempol"),
        "spoken": _("diucapkan di depan saksi"),
    }.get(code, code)


def badge(*, stands: bool, ended: bool) -> Badge:
    """Where a consent stands: given, taken back, or never asked."""
    if stands:
        return Badge(_("berlaku"), "good", "tick")
    return Badge(_("ditarik"), "bad", "cross") if ended else Badge(_("belum diminta"), "none", "ring")


def options(chosen: str) -> list[tuple[str, str, bool]]:
    """Languages as options: code, name in the reader's language, chosen."""
    return [(item.code, name_of(item), item.code == chosen) for item in languages()]


def name_of(item: Language) -> str:
    """A language by its name in the reader's language."""
    return item.english if fmt.language() == "en" else item.name


def iso_of(code: str) -> str:
    """The language's code for the page, so that it is read out as what it is."""
    return next((item.iso for item in languages() if item.code == code), "id")
