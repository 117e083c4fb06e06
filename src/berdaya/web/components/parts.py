"""Typed parts of a page; a view builds them, a template tag of the same name draws them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _

from berdaya.enterprises.texts import STATUS_LABELS
from berdaya.enterprises.types import Status

Tone = Literal["good", "warn", "bad", "season", "none", "info"]
Trend = Literal["up", "down", "same", ""]
Answer = Literal["met", "not_met", "unknown"]


@dataclass(frozen=True)
class Figure:
    """One number with where it comes from: at most five stand side by side."""

    label: str
    value: str
    unit: str = ""
    href: str = ""
    compare: str = ""
    trend: Trend = ""
    source: str = ""
    exact: str = ""


@dataclass(frozen=True)
class Badge:
    """A state in one word, told by shape, colour and text."""

    text: str
    tone: Tone = "info"
    mark: str = "full"


@dataclass(frozen=True)
class Drop:
    """Why some did not reach the next stage."""

    count: int
    reason: str
    href: str = ""


@dataclass(frozen=True)
class Stage:
    """One bar of a funnel; ``unit`` changes the colour where the counted thing changes (families, then businesses)."""

    name: str
    count: int
    href: str = ""
    drops: tuple[Drop, ...] = ()
    alt: bool = False
    share: str = ""


@dataclass(frozen=True)
class Funnel:
    """The way from rows of a list to living businesses. ``title`` states the finding."""

    title: str
    stages: tuple[Stage, ...]
    as_of: date
    note: str = ""
    table_href: str = ""


@dataclass(frozen=True)
class Bar:
    """One bar of a chart: ``share`` from 0 to 1 of the whole scale, ``text`` beside it."""

    name: str
    share: float
    text: str
    href: str = ""


@dataclass(frozen=True)
class Bars:
    """Horizontal bars from zero on a scale that ends at 100 per cent. ``title`` states the finding.

    Every bar carries its name and figure as words, so that the list is its own table. ``as_of`` None means today.
    """

    title: str
    bars: tuple[Bar, ...]
    note: str = ""
    as_of: date | None = None


@dataclass(frozen=True)
class Event:
    """One entry of a timeline: what was asked, seen or documented, and when."""

    on: date
    title: str
    text: str = ""
    method: Literal["asked", "seen", "document", ""] = ""
    href: str = ""
    by: str = ""
    badge: Badge | None = None


@dataclass(frozen=True)
class Criterion:
    """One test of a rule with its evidence; unknown never passes."""

    name: str
    answer: Answer
    evidence: str = ""
    href: str = ""


@dataclass(frozen=True)
class TaskItem:
    """Something that somebody owes by a date."""

    due: date | None
    title: str
    href: str
    owner: str = ""
    place: str = ""
    late_days: int = 0
    other_year: bool = False


@dataclass(frozen=True)
class Step:
    """One stage of the spine as a marker of progress."""

    name: str
    state: Literal["done", "now", "later"]
    note: str = ""


@dataclass(frozen=True)
class Tab:
    """A page beside this page."""

    text: str
    href: str
    current: bool = False


@dataclass(frozen=True)
class Crumb:
    text: str
    href: str = ""


@dataclass(frozen=True)
class Fact:
    """One row of a summary list."""

    key: str
    value: str
    href: str = ""
    badge: Badge | None = None


@dataclass(frozen=True)
class Line:
    """One line of a cash book (buku kas)."""

    on: date
    text: str
    money_in: int = 0
    money_out: int = 0
    balance: int = 0
    reversed: bool = False
    href: str = ""


@dataclass(frozen=True)
class Ledger:
    """A cash book: tanggal, uraian, masuk, keluar, saldo."""

    caption: str
    lines: tuple[Line, ...]
    opening: int = 0
    total_in: int = 0
    total_out: int = 0
    closing: int = 0


def status_badge(code: str) -> Badge:
    """State of a business (DESIGN 3.13: exclusive and exhaustive) as a badge; ValueError for any other word."""
    status = Status(code)
    tone, shape = _STATUS[status]
    return Badge(str(STATUS_LABELS[status]).capitalize(), tone, shape)


_STATUS: dict[Status, tuple[Tone, str]] = {
    Status.ACTIVE: ("good", "full"),
    Status.WEAK: ("warn", "half"),
    Status.DORMANT: ("bad", "ring"),
    Status.HOLIDAY_ONLY: ("season", "diamond"),
    Status.UNKNOWN: ("none", "question"),
}


def method_mark(code: str) -> tuple[str, str]:
    """Mark and word for the way a fact became known."""
    return {
        "asked": ("ring", _("ditanyakan")),
        "seen": ("full", _("dilihat")),
        "document": ("square", _("dokumen")),
    }.get(code, ("diamond", _("dicatat")))
