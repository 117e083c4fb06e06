"""Kinship between candidates and those who decide about them (hubungan keluarga): flagged, never judged.

The register knows who lives on one family card. Where somebody who decides has the name of a member of a candidate's
family, in any spelling, the minutes say so; what it means is for people to look at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from berdaya.people.rules.names import spelling_key


@dataclass(frozen=True, slots=True)
class Attendee:
    """Peserta musyawarah: name, office held there, and whether the person has a say in the decision."""

    name: str
    role: str
    decides: bool = True

    def as_json(self) -> dict[str, Any]:
        """Plain values as the meeting keeps them."""
        return {"name": self.name.strip(), "role": self.role.strip(), "decides": self.decides}


def kin_of(families: Mapping[UUID, Sequence[str]], deciding: Sequence[Attendee]) -> dict[UUID, str]:
    """Candidate -> a sentence naming who decides and belongs to the family; candidates without such are left out."""
    known = {spelling_key(one.name): one for one in deciding if spelling_key(one.name)}
    found: dict[UUID, str] = {}
    for candidate, names in families.items():
        for name in names:
            person = known.get(spelling_key(name))
            if person is not None:
                found[candidate] = f"Nama sama dengan anggota keluarga: {person.name} ({person.role})"
                break
    return found
