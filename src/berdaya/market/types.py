"""Values of the market package. No database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class PermitKind(StrEnum):
    """Permits of a product (izin): P-IRT home food, NIB business number, halal certificate."""

    PIRT = "pirt"
    NIB = "nib"
    HALAL = "halal"


@dataclass(frozen=True, slots=True)
class Permit:
    """One permit as the seller showed it; `valid_until` None where the kind does not expire."""

    kind: PermitKind
    number: str
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Badge:
    """A permit mark that may be shown, always with its number."""

    kind: PermitKind
    number: str


@dataclass(frozen=True, slots=True)
class JurorScore:
    """One mark (nilai) of one juror for one entry on one criterion; `score` 0 to 100, `weight` above 0."""

    entry: str
    juror: str
    criterion: str
    weight: Decimal
    score: Decimal


@dataclass(frozen=True, slots=True)
class Placing:
    """The result of one entry: its total (0 to 100, two decimals), its place, the criteria's means for
    the record."""

    entry: str
    total: Decimal
    place: int
    tied: bool
    criteria: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class StallSale:
    """Sales of one stall (stan) at one exhibition."""

    enterprise: str
    exhibition: str
    sold_on: date
    amount_idr: int
    leads: int = 0


@dataclass(frozen=True, slots=True)
class ExhibitionTotals:
    """What an exhibition (pameran) brought."""

    stalls: int
    sales_idr: int
    leads: int
    best: str | None
