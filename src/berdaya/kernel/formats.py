"""Numbers, money and dates as Indonesian offices write them, and their English counterparts.

Official spelling: ``Rp20.000.000`` without a space, ``21 November 2026``, times with a dot (``23.50 WIB``).
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import get_language

from berdaya.kernel.clock import WIB

MONTHS = {
    "id": (
        "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
        "Desember",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ),
}  # fmt: skip
SHORT_MONTHS = {
    "id": ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
DAYS = {
    "id": ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_SCALES = {
    "id": ((10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"), (10**3, "ribu")),
    "en": ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (10**3, "thousand")),
}


def language() -> str:
    """``id`` or ``en``, after the language of the running request."""
    return "en" if (get_language() or "id").startswith("en") else "id"


def number(value: Decimal | float | int | None, decimals: int = 0, *, lang: str = "") -> str:
    """``1234.5`` -> ``1.234,5`` (id) or ``1,234.5`` (en); None is an en dash.

    ``lang`` is for letters, which are Indonesian whatever the language of the page.
    """
    if value is None:
        return "–"
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{abs(exact):,.{decimals}f}"
    if (lang or language()) == "id":
        text = text.translate(str.maketrans(",.", ".,"))
    return f"−{text}" if exact < 0 else text


def rupiah(value: int | None, *, lang: str = "") -> str:
    """Whole rupiah: ``Rp2.500.000``; a negative amount carries the minus before the sign of the currency."""
    if value is None:
        return "–"
    return f"{'−' if value < 0 else ''}Rp{number(abs(value), lang=lang)}"


def rupiah_short(value: int | None, *, lang: str = "") -> str:
    """To one decimal with its scale: ``Rp2,5 miliar``. Amounts below ten thousand stay exact."""
    if value is None or abs(value) < 10_000:
        return rupiah(value, lang=lang)
    for size, word in _SCALES[lang or language()]:
        # 999.950 and more would round up to "1.000,0" of the smaller scale
        if abs(value) * 20 >= size * 19.999:
            scaled = Decimal(abs(value)) / size
            text = number(scaled, 1, lang=lang)
            text = text[:-2] if text.endswith((",0", ".0")) else text
            return f"{'−' if value < 0 else ''}Rp{text} {word}"
    return rupiah(value, lang=lang)


def percent(part: float | None, whole: float | None = 1, decimals: int = 0) -> str:
    """``part / whole`` as ``62%``; an en dash where there is nothing to divide by."""
    if part is None or not whole:
        return "–"
    return f"{number(part * 100 / whole, decimals)}%"


def day(value: date | None, *, lang: str = "") -> str:
    """``21 November 2026``."""
    if value is None:
        return "–"
    return f"{value.day} {MONTHS[lang or language()][value.month - 1]} {value.year}"


def day_short(value: date | None) -> str:
    """``21 Nov 2026`` with spaces that never break, for tables."""
    if value is None:
        return "–"
    return f"{value.day}\u00a0{SHORT_MONTHS[language()][value.month - 1]}\u00a0{value.year}"


def weekday(value: date) -> str:
    """``Sabtu``."""
    return DAYS[language()][value.weekday()]


def month(value: date | None) -> str:
    """``Nov 2026``."""
    if value is None:
        return "–"
    return f"{SHORT_MONTHS[language()][value.month - 1]} {value.year}"


def moment(value: datetime | None) -> str:
    """``21 November 2026 23.50 WIB``."""
    if value is None:
        return "–"
    local = value.astimezone(WIB)
    return f"{day(local.date())} {local:%H.%M} WIB"
