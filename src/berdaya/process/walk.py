"""One programme's walk along the spine: who makes, who checks, which folder, and what has been said so far.

A step is one function of :mod:`berdaya.process.steps`. It looks at the evidence in the database first and does only
what is missing, so that a walk can be broken off anywhere and taken up again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from uuid import UUID

from berdaya.access.models import Office
from berdaya.kernel.bulk import plan_for_many
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.programmes.types import ProgrammeConfig


@dataclass
class Walk:
    """State of one walk. ``checker`` is None outside a demo: the walk then stops at each approval."""

    folder: Path
    config: ProgrammeConfig
    office: Office
    maker: Actor
    checker: Actor | None
    say: Callable[[str], None]
    done: list[str] = field(default_factory=list)
    programme_id: UUID | None = None

    @property
    def code(self) -> str:
        return self.config.programme.code

    @cached_property
    def synthetic(self) -> bool:
        return self.config.example is not None

    @property
    def programme(self) -> UUID:
        """Id of the programme's row; the first step sets it."""
        if self.programme_id is None:
            raise Problem("not_found")
        return self.programme_id

    def has(self, name: str) -> bool:
        """True where the folder holds the file (or its gzipped form)."""
        return (self.folder / name).is_file() or (self.folder / f"{name}.gz").is_file()

    @contextmanager
    def acting(self, route: str) -> Iterator[Actor]:
        """One transaction in the maker's scope."""
        with scoped(self.maker, reason=self.code, route=f"run:{route}"):
            plan_for_many()
            yield self.maker

    @contextmanager
    def checking(self, stage: str) -> Iterator[Actor]:
        """One transaction in the checker's scope; raises ``awaiting_approval`` where nobody checks here."""
        if self.checker is None:
            raise Problem("awaiting_approval", stage=stage)
        with scoped(self.checker, reason=self.code, route=f"run:{stage}"):
            plan_for_many()
            yield self.checker

    def note(self, text: str) -> None:
        """One line for whoever watches, kept as well."""
        self.done.append(text)
        self.say(f"{self.code}: {text}")
