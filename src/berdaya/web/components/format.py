"""Formats of pages: those of the kernel."""

from berdaya.kernel.formats import (
    DAYS,
    MONTHS,
    SHORT_MONTHS,
    day,
    day_short,
    language,
    moment,
    month,
    number,
    percent,
    rupiah,
    rupiah_short,
    weekday,
)

__all__ = [
    "DAYS",
    "MONTHS",
    "SHORT_MONTHS",
    "day",
    "day_short",
    "language",
    "moment",
    "month",
    "number",
    "percent",
    "rupiah",
    "rupiah_short",
    "weekday",
]
