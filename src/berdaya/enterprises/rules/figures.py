"""Which turnover a month shows. Each source keeps its own column; nothing is added up, because they
overlap."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from berdaya.enterprises.types import ShownTurnover, TurnoverSource

Picker = Callable[[int | None, int | None, int | None], ShownTurnover | None]


def month_of(day: date) -> date:
    """The first day of the month in which a fact is counted."""
    return day.replace(day=1)


def book_first(book_idr: int | None, visit_idr: int | None, market_idr: int | None) -> ShownTurnover | None:
    """The rule `book_first`: the fund's book, else what the visit learnt; never less than counted market
    sales.

    The book is written entry by entry and signed by two, the visit is asked for a whole month from memory,
    the market column counts single sales but only those at a stall or through the catalogue: so it is a
    floor, not a total. None where no source knows anything.
    """
    if book_idr is not None:
        base = ShownTurnover(book_idr, TurnoverSource.BOOK)
    elif visit_idr is not None:
        base = ShownTurnover(visit_idr, TurnoverSource.VISIT)
    elif market_idr is not None:
        return ShownTurnover(market_idr, TurnoverSource.MARKET)
    else:
        return None
    if market_idr is not None and market_idr > base.amount_idr:
        return ShownTurnover(market_idr, TurnoverSource.MARKET)
    return base


TURNOVER_RULES: dict[str, Picker] = {"book_first": book_first}
TURNOVER_RULE = "book_first"


def shown_turnover_sql(row: str) -> str:
    """:func:`book_first` as an expression over one row ``row`` of months; NULL where no source knows anything."""
    base = f"coalesce({row}.turnover_fund_idr, {row}.turnover_visit_idr)"
    return f"greatest({base}, {row}.turnover_market_idr)"


def shown_turnover(book_idr: int | None, visit_idr: int | None, market_idr: int | None) -> ShownTurnover | None:
    """The figure that every page, list, report and export shows for a month."""
    return TURNOVER_RULES[TURNOVER_RULE](book_idr, visit_idr, market_idr)
