"""Naskah persetujuan: what is read aloud before a family agrees, by language and purpose. Data, no database.

The shipped wordings stand in ``consent_texts.toml``; an office puts its own in their place (``models.ConsentWording``).
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from berdaya.areas.codes import format_code

PURPOSES = ("programme", "research", "publication")
"""Taking part with one's data in programmes; being asked for comparison; being shown in public."""
OFFICIAL = "indonesia"
"""The language in which every purpose has its wording."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What is read aloud: its sentences, whether a native speaker has confirmed them, and who wrote them.

    ``language`` is the code of the language that the sentences are in: a language without a wording of the purpose
    answers the Indonesian one. ``version`` is 0 for the shipped wording, else the office's own.
    """

    language: str
    purpose: str
    sentences: tuple[str, ...]
    checked: bool
    version: int = 0

    @property
    def sha256(self) -> str:
        """SHA-256 (hex) of the sentences, one a line: a consent keeps it, so that what was heard stays known."""
        return hashlib.sha256("\n".join(self.sentences).encode()).hexdigest()

    def read_by(self, office: str) -> tuple[str, ...]:
        """The sentences as the office says them."""
        return tuple(sentence.replace("{office}", office) for sentence in self.sentences)


@dataclass(frozen=True, slots=True)
class Language:
    """Bahasa: code, its own name, its English name, its ISO 639 code, and areas where it is offered first."""

    code: str
    name: str
    english: str
    iso: str
    areas: tuple[str, ...]


@lru_cache(maxsize=1)
def _shipped() -> Mapping[str, Any]:
    content = Path(__file__).with_name("consent_texts.toml").read_text(encoding="utf-8")
    found: Mapping[str, Any] = tomllib.loads(content)["languages"]
    return found


def languages() -> tuple[Language, ...]:
    """Languages with a wording, Indonesian first."""
    return tuple(
        Language(code, item["name"], item["english"], item["iso"], tuple(item["areas"]))
        for code, item in _shipped().items()
    )


def language_of(name: str) -> str:
    """The code of a language by its code or name in any case; empty where no wording exists."""
    wanted = name.strip().casefold()
    return next((item.code for item in languages() if wanted in {item.code, item.name.casefold()}), "")


def local_language(area: int) -> str:
    """The language that is offered first in an area; Indonesian where none is."""
    here = format_code(area)
    fitting = [(len(code), item.code) for item in languages() for code in item.areas if here.startswith(code)]
    return max(fitting)[1] if fitting else OFFICIAL


def shipped_wording(language: str, purpose: str) -> Wording:
    """The shipped wording; the Indonesian one where the language has none of the purpose. Raises KeyError."""
    item = _shipped().get(language, {})
    code = language if purpose in item else OFFICIAL
    chosen = _shipped()[code]
    return Wording(code, purpose, tuple(chosen[purpose]), bool(chosen["checked"]))
