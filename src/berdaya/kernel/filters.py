"""One filter object for figure, list, export and address: what you click is what you count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
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
    show: str = field(default="", kw_only=True)
    """Positions of the columns in sight, as ``2,4``; '' shows all. The first column always stands."""

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> Self:
        """From a query string; a page that is no number is the first."""
        values: dict[str, object] = {}
        for one in fields(cls):
            raw = str(query.get(one.name, "")).strip()[:200]
            if one.name == "page":
                values["page"] = max(1, int(raw)) if raw.isdecimal() and len(raw) < 7 else 1
            elif one.name == "show":
                values["show"] = _positions(query)
            elif raw:
                values[one.name] = raw
        return cls(**values)  # type: ignore[arg-type]

    def with_(self, **changes: object) -> Self:
        return replace(self, **changes)  # type: ignore[arg-type]

    def query(self, **changes: object) -> str:
        """As a query string, empty limits left out; ``changes`` override (``page=2``)."""
        chosen = self.with_(**changes) if changes else self
        pairs = [(one.name, getattr(chosen, one.name)) for one in fields(chosen)]
        return urlencode([(name, value) for name, value in pairs if value and (name, value) != ("page", 1)])

    @property
    def offset(self) -> int:
        return (self.page - 1) * PAGE_SIZE

    def columns(self) -> set[int]:
        """Positions of the columns in sight; none set means all."""
        return {int(part) for part in self.show.split(",") if part}


def _positions(query: Mapping[str, str]) -> str:
    """``show=2,4`` as well as the ``show=2&show=4`` that a form with ticks sends; what is no number is left out."""
    several = query.getlist("show") if hasattr(query, "getlist") else [query.get("show", "")]
    parts = {int(part) for text in several for part in str(text).split(",") if part.isdecimal() and len(part) < 3}
    return ",".join(str(part) for part in sorted(parts))
