"""Which programme of the register fits a family (program yang cocok): conditions that anybody can check.

``conditions`` holds any of: ``desil_max`` (1–10), ``age_min``, ``age_max`` (completed years), ``sex`` (L or P),
``disability`` (true), ``female_head`` (true), ``subject`` (household or group). What nobody knows fits nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from berdaya.kernel.problems import Problem


@dataclass(frozen=True, slots=True)
class Suitor:
    """What is known of a candidate; None where nobody knows."""

    subject: str = "household"
    age: int | None = None
    sex: str = ""
    desil: int | None = None
    disability: bool | None = None
    female_head: bool | None = None


_TESTS: Mapping[str, Callable[[Suitor, Any], bool]] = {
    "desil_max": lambda who, limit: who.desil is not None and who.desil <= limit,
    "age_min": lambda who, limit: who.age is not None and who.age >= limit,
    "age_max": lambda who, limit: who.age is not None and who.age <= limit,
    "sex": lambda who, wanted: who.sex == wanted,
    "disability": lambda who, wanted: who.disability is wanted,
    "female_head": lambda who, wanted: who.female_head is wanted,
    "subject": lambda who, wanted: who.subject == wanted,
}
_VALUES: Mapping[str, Callable[[Any], bool]] = {
    "desil_max": lambda value: type(value) is int and 1 <= value <= 10,
    "age_min": lambda value: type(value) is int and 0 <= value <= 120,
    "age_max": lambda value: type(value) is int and 0 <= value <= 120,
    "sex": lambda value: value in ("L", "P"),
    "disability": lambda value: value is True,
    "female_head": lambda value: value is True,
    "subject": lambda value: value in ("household", "group"),
}


def check_conditions(conditions: Mapping[str, Any]) -> None:
    """Raises ``offer_bad`` naming a condition that nobody knows or whose value cannot be."""
    for name, value in conditions.items():
        if name not in _VALUES or not _VALUES[name](value):
            raise Problem("offer_bad", field=name)


def unmet(conditions: Mapping[str, Any], who: Suitor) -> tuple[str, ...]:
    """Names of the conditions that this candidate does not meet, or of which nobody knows."""
    return tuple(name for name, value in sorted(conditions.items()) if not _TESTS[name](who, value))


def fits(conditions: Mapping[str, Any], who: Suitor) -> bool:
    """True where every condition is known to be met."""
    return not unmet(conditions, who)
