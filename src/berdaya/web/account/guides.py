"""Panduan satu lembar: for each role one A4 sheet behind ``?``, read from ``guides.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.urls import reverse

from berdaya.access.permissions import ROLE_NAMES
from berdaya.kernel.formats import language
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.web.session import way

FILE = Path(__file__).with_name("guides.toml")


@dataclass(frozen=True)
class Line:
    """One sentence; ``href`` is empty where it opens nothing, or nothing that the reader's role may open."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class Guide:
    """One role's sheet in the language of the page."""

    kind: str
    role: str
    purpose: str
    daily: tuple[Line, ...]
    work: tuple[Line, ...]
    trouble: tuple[Line, ...]


@cache
def _all() -> dict[str, dict[str, list[list[str]]]]:
    found: dict[str, dict[str, list[list[str]]]] = tomllib.loads(FILE.read_text("utf-8"))
    return found


def kinds() -> list[str]:
    """Kinds of roles that have a sheet, in the order of the roles."""
    return [kind for kind in ROLE_NAMES if kind in _all()]


def role_name(kind: str) -> str:
    """A role's name in the language of the page."""
    return ROLE_NAMES[kind][language() == "en"]


def guide(kind: str, *, reader: Actor | None = None) -> Guide:
    """The sheet of a role; for a ``reader`` its steps open the pages that she may see. Raises ``not_found``."""
    if kind not in _all():
        raise Problem("not_found")
    told, at = _all()[kind], int(language() == "en")

    def lines(part: str) -> tuple[Line, ...]:
        return tuple(Line(pair[at]) for pair in told[part])

    return Guide(
        kind,
        role_name(kind),
        str(told["purpose"][at]),
        lines("daily"),
        tuple(Line(step[1 + at], _open(step[0], reader) if reader else "") for step in told["work"]),
        lines("trouble"),
    )


def _open(route: str, reader: Actor) -> str:
    if not route:
        return ""
    return way(route, who=reader) if route.startswith("office:") else reverse(route)
