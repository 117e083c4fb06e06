"""Goods without a database: what a recipient may get, and which source paid which rupiah."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from berdaya.grants.types import Condition, Confirmed

CENTRAL = frozenset({51, 52, 53, 63, 64, 65, 71, 72, 73, 74, 75, 76})
EASTERN = frozenset({81, 82, *range(91, 98)})


def zone_of(area: int) -> tuple[ZoneInfo, str]:
    """Time zone of an area by its province, with its name on letters (Keppres 41/1987): WIB, WITA, WIT."""
    province = area // 10**8
    if province in CENTRAL:
        return ZoneInfo("Asia/Makassar"), "WITA"
    return (ZoneInfo("Asia/Jayapura"), "WIT") if province in EASTERN else (ZoneInfo("Asia/Jakarta"), "WIB")


def ceiling_of(ceiling_idr: int | None, per: str, members: int) -> int | None:
    """The most that one recipient may get: per household or group, or per member times members. None: no limit."""
    if ceiling_idr is None:
        return None
    return ceiling_idr * members if per == "member" else ceiling_idr


def split_by_shares(amount: int, shares: Sequence[float]) -> list[int]:
    """Whole rupiah per source by largest remainder (Hamilton): they add up to `amount`, each within 1 of its share.

    Ties go to the earlier source. Shares need not sum to exactly 1; they are taken as proportions.
    Raises ValueError for a negative amount or no positive share.
    """
    exact = [Fraction(Decimal(str(share))) for share in shares]
    whole = sum(exact)
    if amount < 0 or whole <= 0 or min(exact) < 0:
        raise ValueError("an amount is split over positive shares")
    quotas = [amount * share / whole for share in exact]
    parts = [int(quota) for quota in quotas]
    by_rest = sorted(range(len(parts)), key=lambda index: (parts[index] - quotas[index], index))
    for index in by_rest[: amount - sum(parts)]:
        parts[index] += 1
    return parts


def item_condition(overall: Condition, exceptions: dict[int, Condition], number: int) -> Condition:
    """Condition of one item: its own where one was noted, else that of the package."""
    return exceptions.get(number, overall)


def confirmed_state(said: Iterable[tuple[object, bool]]) -> Confirmed:
    """What the family says, from (day, complete): the latest word counts, silence is unconfirmed."""
    words = sorted(said, key=lambda word: str(word[0]))
    if not words:
        return Confirmed.UNCONFIRMED
    return Confirmed.COMPLETE if words[-1][1] else Confirmed.DISPUTED
