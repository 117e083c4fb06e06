"""The figure of a month is the same whether Python or the database picks it."""

from __future__ import annotations

from itertools import product

import pytest

from berdaya.enterprises.rules.figures import shown_turnover, shown_turnover_sql
from berdaya.kernel.bulk import fetch

pytestmark = pytest.mark.django_db


def test_the_database_picks_what_the_rule_picks() -> None:
    for book, visit, market in product((None, 0, 5, 9), repeat=3):
        sql = (
            f"SELECT {shown_turnover_sql('m')} FROM (SELECT %s::bigint AS turnover_fund_idr,"
            " %s::bigint AS turnover_visit_idr, %s::bigint AS turnover_market_idr) m"
        )
        shown = shown_turnover(book, visit, market)
        assert fetch(sql, [book, visit, market])[0][0] == (shown.amount_idr if shown else None), (book, visit, market)
