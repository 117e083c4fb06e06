"""What stands beside a programme in `programme.toml`: its partners, and the official poverty rate."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from berdaya.programmes.config_base import AreaCode, Count, Positive, Section, Text


class Partner(Section):
    """`[[partners]]`: a company, campus, community, citizen or buyer and its pledge (janji mitra).

    `pledge` says it in words. The other keys say it so that it can be followed: what is given, how many units of what
    worth how much once or in every week, month or quarter, and which kind of business supplies it; without them the
    pledge is one unit worth `value_idr`, due when the programme begins.
    """

    name: Text
    kind: Literal["company", "campus", "community", "citizen", "buyer"]
    pledge: str = ""
    value_idr: Count = 0
    gives: Literal["purchase", "goods", "service", "place", "money", ""] = ""
    quantity: Positive = 1
    unit: str = "paket"
    unit_price_idr: Count = 0
    every: Literal["once", "week", "month", "quarter"] = "once"
    starts_on: date | None = None
    ends_on: date | None = None
    business: str = ""


class OfficialRate(Section):
    """One figure of the official poverty rate: the month it is of, in per cent of the people."""

    on: date
    percent: Annotated[float, Field(ge=0, le=100)]


class PovertyRule(Section):
    """`[poverty]`: the official poverty rate of an area, shown beside the programme's result and never as its effect.

    ``target_percent`` is what the government set out to reach by ``target_year``; ``source`` says who counted.
    """

    area: AreaCode
    source: Text
    rates: Annotated[tuple[OfficialRate, ...], Field(min_length=1)]
    target_percent: Annotated[float, Field(ge=0, le=100)] | None = None
    target_year: int | None = None
