"""Whether goods that were given became working capital (modal kerja) or were used up at home.

Raw material is meant to be sold, bought again and sold again. What shows it: money spent on the business since (cost,
whole rupiah), sales, and the stock that the last visit counted. A thing that lasts is looked at as an asset instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

HALF: Final = 2


class Turning(StrEnum):
    """What became of the goods: turning over still, turned over and stopped, still there, used up, or not known."""

    TURNED = "turned"
    STOPPED = "stopped"
    THERE = "there"
    USED_UP = "used_up"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CapitalEvidence:
    """One business since the handover, in whole rupiah. `stock_idr` None: no visit counted it. `visits`: how many
    months have any figure, `recent_*` the same of the last three months.
    """

    given_idr: int
    cost_idr: int
    turnover_idr: int
    stock_idr: int | None
    visits: int
    recent_cost_idr: int = 0
    recent_visits: int = 0


def times_turned(evidence: CapitalEvidence) -> float:
    """How many times over the goods were bought anew: cost since, by what was given; 0 where nothing was given."""
    return evidence.cost_idr / evidence.given_idr if evidence.given_idr else 0.0


def turning(evidence: CapitalEvidence) -> Turning:
    """`turned` once as much was sold, and spent on new goods, as was given, and something was bought of late.

    `stopped` where nothing was bought in the last three months, `there` while half of it stands as stock. Without a
    figure of these months nothing is known, and that is the office's task, never the family's fault.
    """
    if not evidence.recent_visits or not evidence.given_idr:
        return Turning.UNKNOWN
    if min(evidence.cost_idr, evidence.turnover_idr) >= evidence.given_idr:
        return Turning.TURNED if evidence.recent_cost_idr else Turning.STOPPED
    if evidence.stock_idr is not None and evidence.stock_idr * HALF >= evidence.given_idr:
        return Turning.THERE
    return Turning.USED_UP
