"""Hits of the exclusion screen (temuan): how one is named, so that it can be set aside without hiding the next one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["exclusions", "aid", "staff"]


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of a register that names a candidate or a member of a group.

    ``member`` is 0 for a family, else the member's number. ``facts`` is kind, source, since of an exclusion; kind,
    office, programme, year of aid; or role, name, office of a mentor or official of that name, which binds nobody.
    """

    member: str
    list: Kind
    facts: tuple[Any, ...]

    @property
    def key(self) -> str:
        """SHA-256 (hex) of what the register says: the same line again is the same hit, a new line another one."""
        return hit_key(self.member, self.list, self.facts)

    def as_json(self) -> dict[str, Any]:
        """Plain values for keeping with an overrule."""
        return {"member": self.member, "list": self.list, "facts": list(self.facts)}


def hit_key(member: str, which: str, facts: Sequence[Any]) -> str:
    """The key of a hit; dates come as ISO text, as they are stored."""
    words = "\x1f".join([member, which, *("" if fact is None else str(fact) for fact in facts)])
    return hashlib.sha256(words.encode()).hexdigest()


def hits_of(screening: Mapping[str, Any] | None) -> tuple[Hit, ...]:
    """All hits that stand with a candidate (member number -> list -> lines)."""
    found = [
        Hit(member, which, tuple(facts))
        for member, lists in (screening or {}).items()
        for which, lines in lists.items()
        for facts in lines
    ]
    return tuple(sorted(found, key=lambda hit: (hit.member, hit.list, [str(fact) for fact in hit.facts])))


def binding(hits: Iterable[Hit], exclude: Iterable[str], cool_off: Mapping[str, int], year: int) -> tuple[Hit, ...]:
    """The hits that keep somebody out under the rules: an excluding list, aid of a kind inside its cool-off, and
    always a consent that was taken back.

    ``year`` is the programme's; the cool-off of n years covers that year and the n before it.
    """
    lists = set(exclude)
    return tuple(
        hit
        for hit in hits
        if (hit.list == "exclusions" and (hit.facts[0] in lists or hit.facts[0] == "consent_withdrawn"))
        or (
            hit.list == "aid"
            and hit.facts[0] in cool_off
            and year - cool_off[str(hit.facts[0])] <= int(hit.facts[3]) <= year
        )
    )
