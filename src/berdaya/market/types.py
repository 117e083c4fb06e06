"""Values of the market package. No database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID


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
class NewProduct:
    """A product as a sheet or form hands it in; `consent_on` is the day its seller agreed to publish it."""

    id: UUID
    enterprise_id: UUID
    name: str
    category: str
    price_idr: int
    unit: str
    stock: int | None = None
    description: str = ""
    photo_id: UUID | None = None
    consent_on: date | None = None
    permits: tuple[Permit, ...] = ()


@dataclass(frozen=True, slots=True)
class NewStorefront:
    """How a business shows itself; the two consents are apart: to be shown at all, and to show its village."""

    id: UUID
    enterprise_id: UUID
    name: str
    about: str = ""
    contact_phone: str = ""
    consent_on: date | None = None
    place_consent_on: date | None = None


@dataclass(frozen=True, slots=True)
class NewExhibition:
    """An exhibition (pameran); `area` is the organising office's, `place` where it is held."""

    id: UUID
    area: int
    office_id: int
    code: str
    name: str
    venue: str
    place: int
    starts_on: date
    ends_on: date
    invited: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class NewStall:
    """A stall (stan) with what it sold in all and the leads (prospek) it brought home."""

    id: UUID
    exhibition_id: UUID
    enterprise_id: UUID
    number: str
    turnover_idr: int
    leads: int = 0


@dataclass(frozen=True, slots=True)
class StallTakings:
    """What a stall took in all, as the office keeps its books: its number, turnover and leads."""

    stall_id: UUID
    number: str
    turnover_idr: int
    leads: int


@dataclass(frozen=True, slots=True)
class NewContest:
    """A contest (lomba) of one level: kabupaten, provinsi or nasional."""

    id: UUID
    area: int
    office_id: int
    code: str
    name: str
    level: str
    held_on: date
    invited: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class NewMark:
    """One juror's mark for one business on one criterion."""

    enterprise_id: UUID
    juror: str
    criterion: str
    weight: int
    score: int


@dataclass(frozen=True, slots=True)
class ShopFilter:
    """What the public catalogue shows; the same object makes the query, the links and the form."""

    text: str = ""
    area: int | None = None
    category: str = ""
    permit: PermitKind | None = None


@dataclass(frozen=True, slots=True)
class ShopProduct:
    """A product as the public sees it: no personal data, no word of any programme."""

    slug: str
    name: str
    category: str
    kind: str
    price_idr: int
    unit: str
    stock: int | None
    description: str
    photo: str | None
    seller_slug: str
    seller_name: str
    place: str
    regency: str
    regency_code: int
    badges: tuple[Badge, ...]
    phone: str = ""
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class ShopSeller:
    """A seller as the public sees it."""

    slug: str
    name: str
    about: str
    kind: str
    place: str
    regency: str
    regency_code: int
    since: int
    phone: str
    synthetic: bool


@dataclass(frozen=True, slots=True)
class ShopExhibition:
    """An exhibition as the public sees it; the figures are sums over at least five stalls, else None."""

    key: str
    name: str
    venue: str
    place: str
    starts_on: date
    ends_on: date
    stalls: int
    turnover_idr: int | None
    leads: int | None


@dataclass(frozen=True, slots=True)
class Facet:
    """One choice of a filter with the number of products behind it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class ShopPage:
    """One page of the catalogue with what the filters offer; `total` counts all that match."""

    products: tuple[ShopProduct, ...]
    total: int
    regencies: tuple[Facet, ...]
    categories: tuple[Facet, ...]
    permits: tuple[Facet, ...]


@dataclass(frozen=True, slots=True)
class ShopStall:
    """A seller at an exhibition, as the public sees it."""

    number: str
    seller_slug: str
    seller_name: str
    kind: str
    regency: str


@dataclass(frozen=True, slots=True)
class PublicFigure:
    """A programme's businesses for everybody; None where the number could tell of fewer than five."""

    code: str
    name: str
    year: int
    office: str
    place: str
    synthetic: bool
    businesses: int | None
    as_of: date | None
    alive: int | None
    dormant: int | None
    unknown: int | None


class PartnerKind(StrEnum):
    """Who stands beside the government (mitra): company, campus, community, citizen, buyer."""

    COMPANY = "company"
    CAMPUS = "campus"
    COMMUNITY = "community"
    CITIZEN = "citizen"
    BUYER = "buyer"


class PledgeKind(StrEnum):
    """What is promised: to buy (kemitraan), goods, people's time, a place to sell, money."""

    PURCHASE = "purchase"
    GOODS = "goods"
    SERVICE = "service"
    PLACE = "place"
    MONEY = "money"


class Every(StrEnum):
    """How often the quantity of a pledge falls due."""

    ONCE = "once"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


class PledgeState(StrEnum):
    """Where a pledge stands on a day: to come, running as promised, behind, kept in full, withdrawn."""

    TO_COME = "to_come"
    RUNNING = "running"
    BEHIND = "behind"
    KEPT = "kept"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class PledgeTerms:
    """How much falls due when: `quantity` units once, or in every whole week, month or quarter until `ends_on`."""

    quantity: int
    every: Every
    starts_on: date
    ends_on: date | None = None
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class NewPledge:
    """A pledge as a form, a programme's rules or an example hands it in; `unit_price_idr` in whole rupiah."""

    id: UUID
    partner: str
    partner_kind: PartnerKind
    kind: PledgeKind
    what: str
    quantity: int
    unit: str
    every: Every
    starts_on: date
    ends_on: date | None = None
    unit_price_idr: int = 0
    contact: str = ""
    supplier_kind: str = ""
    programme_code: str = ""


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """What came of a pledge; without a value it is worth `quantity` at the pledge's price."""

    id: UUID
    pledge_id: UUID
    occurred_on: date
    quantity: int
    enterprise_id: UUID | None = None
    value_idr: int | None = None
    note: str = ""
