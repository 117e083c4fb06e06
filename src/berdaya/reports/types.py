"""Figures of one programme at one date (capaian program), as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Funnel:
    """Corong: how many rows, families or groups are left behind each stage."""

    rows_in: int
    rows_refused: Mapping[str, int]
    duplicates: int
    excluded: Mapping[str, int]
    ineligible: Mapping[str, int]
    incomplete: int
    eligible: int
    verified: int
    selected: int
    waiting: int
    quota: int


@dataclass(frozen=True, slots=True)
class Money:
    """Uang: planned, handed over as goods, given as capital; rupiah by funding source."""

    goods_value_idr: int
    capital_idr: int
    by_source: tuple[tuple[str, str, int], ...]
    """(source, activity, amount)"""
    goods: tuple[tuple[str, str, int, int], ...] = ()
    """(item, unit, quantity, value), the most valuable first"""


@dataclass(frozen=True, slots=True)
class Milestone:
    """Usaha pada bulan ke-n: number of businesses by status; ``share_alive`` is of all, unknown included."""

    months: int
    as_of: date
    statuses: Mapping[str, int]

    @property
    def businesses(self) -> int:
        return sum(self.statuses.values())

    @property
    def alive(self) -> int:
        return self.statuses.get("active", 0) + self.statuses.get("weak", 0)

    @property
    def share_alive(self) -> float | None:
        return self.alive / self.businesses if self.businesses else None


@dataclass(frozen=True, slots=True)
class Income:
    """Penghasilan sebelum dan sesudah: monthly rupiah, medians over the businesses that have both figures.

    ``after`` is the mean of the last three observed months, none older than six months: an older figure says nothing
    of today. No claim of cause is made.
    """

    pairs: int
    businesses: int
    median_before_idr: int | None
    median_after_idr: int | None
    share_higher: float | None


@dataclass(frozen=True, slots=True)
class ProgrammeFigures:
    """Everything that the demo file, the programme page and the report say of one programme."""

    code: str
    name: str
    as_of: date
    unit: str
    funnel: Funnel
    classes: int
    placed: int
    first_choice_share: float | None
    matching_gap: float | None
    groups: int
    handover_lines: int
    money: Money
    funds: int
    transfers: int
    visits: int
    statuses: Mapping[str, int]
    milestones: tuple[Milestone, ...]
    income: Income
    products: int
    exhibitions: int
    stall_sales_idr: int
    graduated: int
    documents: int
    open_tasks: int
    extra: Mapping[str, object] = field(default_factory=dict)

    @property
    def businesses(self) -> int:
        return sum(self.statuses.values())

    def as_json(self) -> dict[str, object]:
        """The keys that ``./berdaya demo --json`` promises."""
        return {
            "code": self.code,
            "rows_in": self.funnel.rows_in,
            "rows_refused": dict(sorted(self.funnel.rows_refused.items())),
            "duplicates": self.funnel.duplicates,
            "excluded": dict(sorted(self.funnel.excluded.items())),
            "ineligible": dict(sorted(self.funnel.ineligible.items())),
            "incomplete": self.funnel.incomplete,
            "eligible": self.funnel.eligible,
            "selected": self.funnel.selected,
            "waiting": self.funnel.waiting,
            "quota": self.funnel.quota,
            "classes": self.classes,
            "placed": self.placed,
            "first_choice_share": _rounded(self.first_choice_share),
            "matching_gap": self.matching_gap,
            "groups": self.groups,
            "handover_lines": self.handover_lines,
            "goods_value_idr": self.money.goods_value_idr,
            "capital_idr": self.money.capital_idr,
            "funds": self.funds,
            "transfers": self.transfers,
            "visits": self.visits,
            **{name: self.statuses.get(name, 0) for name in STATUSES},
            "products": self.products,
            "graduated": self.graduated,
            "documents": self.documents,
        }

    def frozen(self) -> dict[str, object]:
        """All figures as plain JSON values, for the snapshot."""
        return _plain(asdict(self))  # type: ignore[return-value]


STATUSES = ("active", "weak", "dormant", "holiday_only", "unknown")


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _plain(value: object) -> object:
    match value:
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case date():
            return value.isoformat()
        case _:
            return value
