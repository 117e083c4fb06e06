"""The growth class in words: badges, criteria, what they ask, what was found and what that rests on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from berdaya.governance.rules import growth_criteria, next_step
from berdaya.governance.types import Criterion, Level
from berdaya.kernel import formats as fmt
from berdaya.web.components.parts import Badge

SHOWN_DAYS = 6


def level_badge(level: str) -> Badge:
    """A growth class as a badge."""
    return {
        Level.TUMBUH: Badge(_("tumbuh"), "info", "ring"),
        Level.BERKEMBANG: Badge(_("berkembang"), "warn", "half"),
        Level.MANDIRI: Badge(_("mandiri"), "good", "full"),
    }[Level(level)]


def criterion_name(code: str) -> str:
    """A criterion as people call it."""
    known = {item.code: item for item in growth_criteria()}
    return (known[code].en if fmt.language() == "en" else known[code].id) if code in known else code


def measure(value: float | None, unit: str) -> str:
    """A value of a criterion with its unit; not known is said."""
    if value is None:
        return _("tidak diketahui")
    if unit == "IDR":
        return fmt.rupiah(int(value))
    decimals = 0 if float(value).is_integer() else 1
    if unit == "%":
        return f"{fmt.number(value, decimals)}%"
    units = {"bulan": _("bulan"), "orang": _("orang"), "kali": _("kali")}
    return f"{fmt.number(value, decimals)} {units.get(unit, unit)}"


def asked(criterion: Criterion) -> str:
    """What the two higher classes ask."""
    sign = "≤" if criterion.below else "≥"
    low, high = (measure(value, criterion.unit) for value in (criterion.berkembang, criterion.mandiri))
    return _("berkembang %(sign)s %(b)s, mandiri %(sign)s %(m)s") % {"sign": sign, "b": low, "m": high}


def missing(criterion: Criterion, value: float | None) -> str:
    """How far it is to the next class; empty at the highest."""
    step = next_step(criterion, value)
    if value is None:
        return _("belum diketahui: catat dulu")
    if step is None:
        return ""
    far = measure(step, criterion.unit)
    return _("turunkan %(far)s lagi") % {"far": far} if criterion.below else _("kurang %(far)s lagi") % {"far": far}


def evidence(code: str, told: Any) -> str:
    """What a value rests on, as it was kept with the judgement; empty where an older one kept nothing."""
    if told in (None, [], ""):
        return ""
    said: dict[str, Callable[[Any], str]] = {
        "age_months": _since, "meetings_6m": _days, "turnover_idr": _months, "arrears_share": _late,
        "savings_idr": _saved,
    }  # fmt: skip
    return said[code](told) if code in said else ""


def _since(told: str) -> str:
    on = fmt.day(date.fromisoformat(told)) if len(told) > len("2024") else told
    return _("berdiri %(on)s") % {"on": on}


def _days(told: list[str]) -> str:
    days = ", ".join(fmt.day_short(date.fromisoformat(day)) for day in told[:SHOWN_DAYS])
    more = len(told) - SHOWN_DAYS
    return _("%(days)s dan %(n)s lagi") % {"days": days, "n": more} if more > 0 else days


def _months(told: list[list[Any]]) -> str:
    sources = {"fund": _("buku kas"), "visit": _("kunjungan"), "market": _("pasar")}
    return ", ".join(
        f"{fmt.month(date.fromisoformat(f'{month}-01'))} {fmt.rupiah_short(sold)} ({sources[source]})"
        for month, sold, source in told
    )


def _late(told: list[int]) -> str:
    late, owed = told
    return _("%(late)s dari pinjaman %(owed)s") % {"late": fmt.rupiah(late), "owed": fmt.rupiah(owed)}


def _saved(told: list[int]) -> str:
    savings, iks = told
    return _("simpanan %(savings)s, IKS %(iks)s") % {"savings": fmt.rupiah(savings), "iks": fmt.rupiah(iks)}
