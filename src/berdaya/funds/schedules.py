"""Schedules of turns without a database: 0 %, fixed fee, flat or declining percentage; by week, month or harvest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from berdaya.funds.rules import add_months, split_evenly
from berdaya.funds.types import DueInstalment, Every, Method, Terms

PER_YEAR = {Every.WEEK: 52, Every.MONTH: 12}
HARVEST_DAYS = 365


def whole(amount: Fraction | Decimal) -> int:
    """Whole rupiah, half up."""
    if isinstance(amount, Fraction):
        return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def due_days(terms: Terms, opened_on: date) -> list[date]:
    """The day of each instalment: weekly, monthly (kept inside short months), or the harvests named.

    Raises ValueError where harvests are fewer than the instalments, or not after the turn.
    """
    if terms.every is Every.HARVEST:
        days = sorted(terms.harvests)
        if len(days) != terms.instalments or days[0] <= opened_on or len(set(days)) != len(days):
            raise ValueError("one day of harvest after the turn for each instalment")
        return days
    numbers = range(1 + terms.pause, 1 + terms.pause + terms.instalments)
    if terms.every is Every.WEEK:
        return [opened_on + timedelta(weeks=number) for number in numbers]
    return [add_months(opened_on, number) for number in numbers]


def plan(principal: int, terms: Terms, opened_on: date) -> list[DueInstalment]:
    """The instalments of a turn in whole rupiah, the rest of principal and of a flat fee on the last one.

    During `grace` the first instalments carry the fee alone. A declining percentage is taken on the principal that is
    still owed before each instalment (bunga menurun, equal principal); a flat one on the whole principal. Raises
    ValueError for terms that cannot be kept. The worked cases of DOMAIN 5 and of public tables stand in the tests.
    """
    if principal < 1 or terms.instalments < 1 or not 0 <= terms.grace < terms.instalments or terms.pause < 0:
        raise ValueError("a schedule needs an amount, an instalment and less grace than instalments")
    days = due_days(terms, opened_on)
    principals = [0] * terms.grace + split_evenly(principal, terms.instalments - terms.grace)
    fees = _fees(principal, principals, terms, opened_on, days)
    return [
        DueInstalment(number, day, part, fee)
        for number, (day, part, fee) in enumerate(zip(days, principals, fees, strict=True), start=1)
    ]


def _fees(principal: int, principals: Sequence[int], terms: Terms, opened_on: date, days: Sequence[date]) -> list[int]:
    if terms.method is Method.NONE:
        return [0] * terms.instalments
    if terms.method is Method.FIXED:
        return split_evenly(terms.fee_idr, terms.instalments)
    starts = [opened_on, *days[:-1]]
    shares = [_share(terms, start, day) for start, day in zip(starts, days, strict=True)]
    rate = Fraction(terms.rate_percent) / 100
    if terms.method is Method.FLAT:
        return split_evenly(whole(principal * rate * sum(shares)), terms.instalments)
    fees, owed = [], principal
    for part, share in zip(principals, shares, strict=True):
        fees.append(whole(owed * rate * share))
        owed -= part
    return fees


def _share(terms: Terms, start: date, day: date) -> Fraction:
    """How much of a year lies between two instalments; a pause before the first costs nothing."""
    if terms.every is Every.HARVEST:
        return Fraction((day - start).days, HARVEST_DAYS)
    return Fraction(1, PER_YEAR[terms.every])


def share_out(savings: Sequence[tuple[int, int]], total: int) -> dict[int, int]:
    """What each member (number -> rupiah) receives of `total`, in proportion to savings (number, rupiah).

    Whole rupiah to the last: the rest goes one by one to the largest remainders, then to the lower number. Raises
    ValueError where nothing was saved or `total` is negative.
    """
    saved = sum(amount for _, amount in savings)
    if saved <= 0 or total < 0 or min(amount for _, amount in savings) < 0:
        raise ValueError("a share-out needs savings and something to share")
    parts = {number: total * amount // saved for number, amount in savings}
    left = total - sum(parts.values())
    by_rest = sorted(savings, key=lambda row: (-(total * row[1] % saved), row[0]))
    for number, _ in by_rest[:left]:
        parts[number] += 1
    return parts


def split_offspring(before: int, born: int, first_to_keeper: int, keeper_share: int) -> tuple[int, int]:
    """Of animals born to a keeper (gaduh): how many are hers, how many the group's.

    The first `first_to_keeper` are hers; of the later ones `keeper_share` per cent, counted over all of them so that no
    rounding is lost between births. `before` counts those born earlier. Source: DOMAIN 5.
    """
    if born < 0 or before < 0 or not 0 <= keeper_share <= 100:
        raise ValueError("counts are not negative and a share lies between 0 and 100")

    def hers(count: int) -> int:
        first = min(count, first_to_keeper)
        return first + (count - first) * keeper_share // 100

    mine = hers(before + born) - hers(before)
    return mine, born - mine
