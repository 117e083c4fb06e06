"""One filter object for figure, list, export and address: what you click is what you count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Self
from urllib.parse import urlencode

PAGE_SIZE = 50


@dataclass(frozen=True)
class ListFilter:
    """Base of every list's filter: text fields that stand in the address, ``sort`` and ``page``.

    Subclasses add ``str`` fields with '' as "no limit". Unknown parameters are ignored, so that old links live on.
    """

    q: str = ""
    area: str = ""
    sort: str = ""
    page: int = 1

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> Self:
        """From a query string; a page that is no number is the first."""
        values: dict[str, object] = {}
        for field in fields(cls):
            raw = str(query.get(field.name, "")).strip()[:200]
            if field.name == "page":
                values["page"] = max(1, int(raw)) if raw.isdecimal() and len(raw) < 7 else 1
            elif raw:
                values[field.name] = raw
        return cls(**values)  # type: ignore[arg-type]

    def with_(self, **changes: object) -> Self:
        return replace(self, **changes)  # type: ignore[arg-type]

    def query(self, **changes: object) -> str:
        """As a query string, empty limits left out; ``changes`` override (``page=2``)."""
        chosen = self.with_(**changes) if changes else self
        pairs = [(field.name, getattr(chosen, field.name)) for field in fields(chosen)]
        return urlencode([(name, value) for name, value in pairs if value and (name, value) != ("page", 1)])

    @property
    def offset(self) -> int:
        return (self.page - 1) * PAGE_SIZE
