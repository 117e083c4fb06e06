"""A NIK that the register knows under another name on another family card: a slip of the pen, never a change of person.

Such a row would give somebody the name, address and income of a stranger, and a candidate the NIK of another. It is
refused by name; where it is the same woman after all, her card or her name is mended on her family's page first.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any
from uuid import UUID

from berdaya.kernel.bulk import fetch
from berdaya.people.rules.names import spelling_key
from berdaya.people.services.updating import Compared
from berdaya.people.types import Outcome, PersonInput, Registered

CODE = "nik_of_another"
ALIKE = 0.6
"""Names whose spelling keys share this much are one name written twice (difflib's ratio)."""


def is_another_name(known: str, written: str) -> bool:
    """Whether two names have no word in common and do not look alike as a whole."""
    one, other = spelling_key(known), spelling_key(written)
    if not one or not other or set(one.split()) & set(other.split()):
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() < ALIKE


def in_preview(one: Compared) -> bool:
    """Whether a compared row is of somebody else than its NIK."""
    if one.outcome is not Outcome.KNOWN or not {"name", "kk"} <= one.changes.keys():
        return False
    before, after = one.changes["name"]
    return is_another_name(str(before), str(after))


def among(registered: Sequence[Registered], given: Sequence[PersonInput]) -> set[int]:
    """Positions of rows that were found known by a NIK which is somebody else's."""
    doubtful: dict[int, UUID] = {
        at: one.person_id
        for at, one in enumerate(registered)
        if one.outcome is Outcome.KNOWN and one.person_id is not None and {"name", "kk"} <= set(one.changed)
    }
    if not doubtful:
        return set()
    names: dict[Any, str] = dict(
        fetch("SELECT id, name FROM people_person WHERE id = ANY (%s)", [list(set(doubtful.values()))])
    )
    return {at for at, person in doubtful.items() if is_another_name(names.get(person, ""), given[at].name)}


def known_of(registered: Sequence[Registered], strangers: set[int]) -> dict[int, UUID]:
    """Positions of rows about people whom the register knows, with the person; rows of strangers left out."""
    return {
        at: one.person_id
        for at, one in enumerate(registered)
        if one.outcome is Outcome.KNOWN and one.person_id is not None and at not in strangers
    }
