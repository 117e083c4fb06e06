"""The catalogue's filter between the address, the form and the query. What an address says wrongly is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse

from berdaya.market.types import PermitKind, ShopFilter
from berdaya.web.components.tables import PageLink, Pager

PER_PAGE = 24
MAX_WORDS = 80
MAX_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class Query:
    """A filter and a page of it."""

    wanted: ShopFilter
    page: int = 1

    @property
    def offset(self) -> int:
        return (self.page - 1) * PER_PAGE

    def address(self) -> str:
        """The address that shows this; the first page and empty filters leave no trace in it."""
        values: dict[str, object] = {
            "q": self.wanted.text,
            "daerah": self.wanted.area or "",
            "kategori": self.wanted.category,
            "izin": self.wanted.permit.value if self.wanted.permit else "",
            "hal": self.page if self.page > 1 else "",
        }
        query = urlencode({name: value for name, value in values.items() if value != ""})
        return reverse("shop:catalogue") + (f"?{query}" if query else "")

    def with_(self, **changes: object) -> Query:
        """The first page of a changed filter."""
        return Query(replace(self.wanted, **changes))  # type: ignore[arg-type]

    def pager(self, total: int) -> Pager | None:
        """Links to the first, the last and the neighbouring pages; None where there is one page."""
        last = -(-total // PER_PAGE)
        if last <= 1:
            return None
        near = sorted({1, last, *(n for n in range(self.page - 2, self.page + 3) if 1 <= n <= last)})
        items: list[PageLink | None] = []
        for index, number in enumerate(near):
            if index and number - near[index - 1] > 1:
                items.append(None)
            items.append(PageLink(number, Query(self.wanted, number).address(), number == self.page))
        return Pager(
            tuple(items),
            previous=Query(self.wanted, self.page - 1).address() if self.page > 1 else "",
            following=Query(self.wanted, self.page + 1).address() if self.page < last else "",
        )


def parse(given: Mapping[str, str]) -> Query:
    """The query that an address asks for."""
    permit = given.get("izin", "")
    return Query(
        ShopFilter(
            text=" ".join(given.get("q", "").split())[:MAX_WORDS],
            area=_whole(given.get("daerah", ""), 9_999_999_999) or None,
            category=given.get("kategori", "")[:40],
            permit=PermitKind(permit) if permit in PermitKind._value2member_map_ else None,
        ),
        page=max(1, _whole(given.get("hal", ""), MAX_PAGE)),
    )


def _whole(text: str, ceiling: int) -> int:
    return min(int(text), ceiling) if text.isascii() and text.isdigit() and len(text) <= 10 else 0
