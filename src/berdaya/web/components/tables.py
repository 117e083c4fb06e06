"""A list as a table: columns that sort, filters in the address, pages, exports of exactly the same rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from berdaya.web.components.charts import Spark
from berdaya.web.components.parts import Badge

_WORD = re.compile(r"[^\W\d_]{2}")
"""Two letters in a row: `12`, `3.` and `Rp` before digits aside, a text that names something."""
Align = Literal["left", "right"]


@dataclass(frozen=True)
class Column:
    """``sort`` is the key of the filter object that orders by this column."""

    label: str
    align: Align = "left"
    sort: str = ""
    sort_href: str = ""
    sorted: Literal["ascending", "descending", ""] = ""


@dataclass(frozen=True)
class Cell:
    """What one cell shows; ``sub`` is a second, quieter line."""

    text: str = ""
    href: str = ""
    sub: str = ""
    badge: Badge | None = None
    fake: bool = False
    spark: Spark | None = None
    struck: bool = False
    """On a row's first cell: the whole row was reversed."""
    pick: str = ""
    """On a row's first cell: what its tick sends."""


@dataclass(frozen=True)
class PageLink:
    number: int
    href: str
    current: bool = False


@dataclass(frozen=True)
class Pager:
    """Links to the pages around this one; None stands for a gap."""

    items: tuple[PageLink | None, ...]
    previous: str = ""
    following: str = ""


@dataclass(frozen=True)
class Chip:
    """An active filter; following its link drops it."""

    text: str
    href: str


@dataclass(frozen=True)
class Export:
    text: str
    href: str


@dataclass(frozen=True)
class Choice:
    """One column that may stand in the list or not."""

    position: int
    label: str
    shown: bool


@dataclass(frozen=True)
class View:
    """A saved view of a list, and whether the page shows it now."""

    id: int
    name: str
    href: str
    current: bool = False


@dataclass(frozen=True)
class Tools:
    """What a person may arrange of a list: its columns, and views of it under names of her own.

    ``carried`` are the limits in the address, as a form carries them along; ``query`` is what a new view would keep.
    """

    listing: str
    query: str
    choices: tuple[Choice, ...]
    views: tuple[View, ...]
    carried: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Picking:
    """Ticks before the rows, for an act on several: ``form`` is the id of their form, ``name`` what they send.

    ``counted`` is the button's text with ``{n}`` for how many are ticked; ``every`` leads to the act on the whole list.
    """

    form: str
    name: str
    action: str
    label: str
    counted: str
    every: str = ""
    every_href: str = ""


@dataclass(frozen=True)
class Table:
    """Rows are tuples of cells in the order of the columns; the first column of words is the row's header.

    Rows beyond `fold` stand folded under the table until somebody opens them; 0 folds nothing.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    foot: tuple[Cell, ...] = ()
    count_text: str = ""
    pager: Pager | None = None
    chips: tuple[Chip, ...] = ()
    exports: tuple[Export, ...] = ()
    caption_hidden: bool = False
    ledger: bool = False
    empty_title: str = ""
    empty_text: str = ""
    fold: int = 0
    tools: Tools | None = None
    picking: Picking | None = None

    def lines(self) -> list[list[tuple[Column, Cell]]]:
        """Each row in sight paired with its columns, as the template walks them."""
        seen = self.rows[: self.fold] if self.fold else self.rows
        return [list(zip(self.columns, row, strict=True)) for row in seen]

    def head_at(self) -> int:
        """Which column names a row: the first, unless it only counts. A phone shows each row as a card of that name."""
        if self.ledger or self.picking:
            return 0
        for at in range(len(self.columns)):
            texts = [row[at].text for row in self.rows if row[at].text]
            if len(texts) * 2 > len(self.rows) and any(_WORD.search(text) for text in texts):
                return at
        return 0

    def rest(self) -> Table | None:
        """The folded rows as a table of their own."""
        rows = self.rows[self.fold :] if self.fold else ()
        return Table(self.caption, self.columns, rows, caption_hidden=True, ledger=self.ledger) if rows else None

    def foot_line(self) -> list[tuple[Column, Cell]]:
        return list(zip(self.columns, self.foot, strict=True)) if self.foot else []


@dataclass(frozen=True)
class Option:
    value: str
    text: str
    selected: bool = False


@dataclass(frozen=True)
class Control:
    """One field of the filter form above a list."""

    name: str
    label: str
    kind: Literal["text", "select", "search", "date", "hidden"] = "text"
    value: str = ""
    options: tuple[Option, ...] = ()
    width: int = 20
    hint: str = ""


def pager(page: int, pages: int, href: Callable[[int], str]) -> Pager | None:
    """Links for page ``page`` of ``pages``: the first, the last, and two on either side; ``href`` makes an address."""
    if pages <= 1:
        return None
    shown = sorted({1, pages, *(n for n in range(page - 2, page + 3) if 1 <= n <= pages)})
    items: list[PageLink | None] = []
    for before, number in zip([0, *shown], shown, strict=False):
        if number - before > 1:
            items.append(None)
        items.append(PageLink(number, href(number), current=number == page))
    return Pager(
        tuple(items),
        previous=href(page - 1) if page > 1 else "",
        following=href(page + 1) if page < pages else "",
    )
