"""Kinds of business, skills and resources of `catalogue.toml`, as values. The codes are the keys
everywhere else."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Named:
    """A code with its names."""

    code: str
    id: str
    en: str

    def name(self, language: str = "id") -> str:
        """The name in `id` or `en`."""
        return self.en if language.startswith("en") else self.id


@dataclass(frozen=True, slots=True)
class Kind(Named):
    """Kind of business (jenis usaha); the first skill and the first resource are the most important ones."""

    category: str
    skills: tuple[str, ...]
    resources: tuple[str, ...]
    retired: bool = False


@dataclass(frozen=True)
class Catalogue:
    """The whole list; mappings by code, in the order of the file."""

    kinds: Mapping[str, Kind]
    skills: Mapping[str, Named]
    resources: Mapping[str, Named]

    def kind_code(self, text: str) -> str | None:
        """The code that a code or an Indonesian name stands for; None where it is neither."""
        wanted = text.strip()
        if wanted in self.kinds:
            return wanted
        folded = wanted.casefold()
        return next((kind.code for kind in self.kinds.values() if kind.id.casefold() == folded), None)

    @property
    def categories(self) -> tuple[str, ...]:
        """Every category once, in the order of the file."""
        return tuple(dict.fromkeys(kind.category for kind in self.kinds.values()))


_in_force: ContextVar[Catalogue | None] = ContextVar("berdaya_catalogue", default=None)


def catalogue() -> Catalogue:
    """The list in force: what an office made of it inside :func:`using`, else what ships with the product."""
    return _in_force.get() or shipped_catalogue()


@contextmanager
def using(listed: Catalogue) -> Iterator[None]:
    """Read and write with the list of one office: its own kinds, skills and resources count as known."""
    token = _in_force.set(listed)
    try:
        yield
    finally:
        _in_force.reset(token)


@lru_cache(maxsize=1)
def shipped_catalogue() -> Catalogue:
    """The list that ships with the product."""
    raw = tomllib.loads(files("berdaya.enterprises").joinpath("catalogue.toml").read_text("utf-8"))
    kinds = {
        code: Kind(
            code=code,
            id=item["id"],
            en=item["en"],
            category=item["category"],
            skills=tuple(item["skills"]),
            resources=tuple(item["resources"]),
            retired=item.get("retired", False),
        )
        for code, item in raw["kinds"].items()
    }
    return Catalogue(MappingProxyType(kinds), _named(raw["skills"]), _named(raw["resources"]))


def _named(table: Mapping[str, Mapping[str, str]]) -> Mapping[str, Named]:
    return MappingProxyType({code: Named(code, item["id"], item["en"]) for code, item in table.items()})
