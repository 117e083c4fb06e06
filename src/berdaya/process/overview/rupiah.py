"""Where an office's rupiah are now: each in exactly one place between the decree and the family's word."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from uuid import UUID

from berdaya.access.permissions import require
from berdaya.grants.rules import split_by_shares
from berdaya.grants.selectors import money_by_source
from berdaya.kernel.bulk import fetch
from berdaya.kernel.scope import Actor
from berdaya.process.overview.common import staff_only
from berdaya.programmes.models import Programme
from berdaya.programmes.selectors import config_of

SAID = """
    WITH words AS (
        SELECT handover_id, '' AS who, complete, said_on, recorded_at FROM grants_confirmation
        UNION ALL
        SELECT handover_id, person_id::text, complete, said_on, recorded_at FROM accountability_statement
    ), latest AS (
        SELECT DISTINCT ON (handover_id, who) handover_id, complete FROM words
        ORDER BY handover_id, who, said_on DESC, recorded_at DESC
    ), said AS (
        SELECT handover_id, bool_and(complete) AS complete FROM latest GROUP BY handover_id
    )
"""
"""The latest word of each person about a handover; one who misses something disputes it for all."""
HANDED = (
    SAID
    + """
    SELECT f.source, f.activity,
           sum(f.amount_idr) FILTER (WHERE f.subject_kind <> 'capital'),
           sum(f.amount_idr) FILTER (WHERE f.subject_kind = 'capital'),
           sum(f.amount_idr) FILTER (WHERE said.complete),
           sum(f.amount_idr) FILTER (WHERE NOT said.complete),
           sum(f.amount_idr) FILTER (WHERE lpj.state = 'accepted'),
           sum(f.amount_idr) FILTER (WHERE given.lot_id IS NULL AND f.subject_kind <> 'capital')
    FROM grants_fundingshare f
    JOIN programmes_decreeline dl ON dl.id = f.decree_line_id
    JOIN programmes_decree d ON d.id = dl.decree_id
    LEFT JOIN grants_handoverreturn back ON f.subject_kind = 'return' AND back.id = f.subject_id
    LEFT JOIN grants_handoverline given ON given.id = coalesce(back.line_id, f.subject_id)
    LEFT JOIN said ON said.handover_id = given.handover_id
    LEFT JOIN accountability_lpj lpj ON lpj.decree_line_id = dl.id
    WHERE d.programme_id = %s GROUP BY f.source, f.activity
"""
)
BOUGHT = """
    SELECT coalesce(sum((l.quantity - l.delivered) * l.unit_price_idr), 0),
           coalesce(sum(t.in_store * l.unit_price_idr), 0), coalesce(sum(t.lost * l.unit_price_idr), 0)
    FROM grants_purchase p JOIN grants_purchaseline l ON l.purchase_id = p.id
    LEFT JOIN LATERAL (SELECT sum(in_store) AS in_store, sum(lost) AS lost FROM grants_lot
                       WHERE purchase_line_id = l.id) t ON true
    WHERE p.programme_id = %s AND p.checked_by IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Pot:
    """One source of one programme in whole rupiah. ``planned`` is what the decree calls for.

    Each rupiah spent is in one of ``ordered`` (bought, not delivered), ``in_store``, ``lost``, ``silent`` (handed over,
    the family has not spoken), ``confirmed`` and ``disputed``; ``accounted`` is the part of what was handed over whose
    LPJ was accepted, ``capital`` the part of it that went into funds instead of goods.
    """

    programme: str
    name: str
    source: str
    activity: str
    planned: int = 0
    ordered: int = 0
    in_store: int = 0
    lost: int = 0
    silent: int = 0
    confirmed: int = 0
    disputed: int = 0
    accounted: int = 0
    capital: int = 0

    @property
    def handed(self) -> int:
        return self.silent + self.confirmed + self.disputed

    @property
    def bought(self) -> int:
        return self.ordered + self.in_store + self.lost + self.handed

    @property
    def unspent(self) -> int:
        """Planned and not yet bought or handed over; a purchase below the ceiling price leaves some."""
        return max(0, self.planned - self.bought)


FIGURES = tuple(field.name for field in fields(Pot))[4:]


def total(pots: Iterable[Pot]) -> Pot:
    """All pots as one."""
    sums: dict[str, int] = defaultdict(int)
    for pot in pots:
        for name in FIGURES:
            sums[name] += getattr(pot, name)
    return Pot("", "", "", "", **sums)


def pots(*, actor: Actor, programme_code: str = "") -> list[Pot]:
    """The pots of the office's programmes, the newest first; of one programme where named. Raises `not_allowed`."""
    staff_only(actor)
    require(actor, "programme.read")
    rows = Programme.objects.order_by("-year", "code")
    if actor.office:
        rows = rows.filter(office_id=actor.office)
    if programme_code:
        rows = rows.filter(code=programme_code)
    return [pot for row in rows for pot in _of(actor, row.pk, row.code, row.name)]


def _of(actor: Actor, programme: UUID, code: str, name: str) -> list[Pot]:
    config = config_of(actor=actor, programme_id=programme)
    shares = {(item.source, item.activity): item.share for item in config.programme.funding}
    planned = {
        (row.source, row.activity): row.planned_idr for row in money_by_source(actor=actor, programme_id=programme)
    }
    handed = {(row[0], row[1]): [int(figure or 0) for figure in row[2:]] for row in fetch(HANDED, [programme])}
    ((ordered, in_store, lost),) = fetch(BOUGHT, [programme])
    sources = list(dict.fromkeys([*shares, *planned, *handed]))
    if not sources:
        return []
    weights = [shares.get(key, 0.0 if shares else 1.0) for key in sources]
    parts = [split_by_shares(int(amount), weights) for amount in (ordered, in_store, lost)]
    found = []
    for at, key in enumerate(sources):
        goods, capital, confirmed, disputed, accounted, _ = handed.get(key, [0] * 6)
        found.append(
            Pot(
                code, name, *key,
                planned=planned.get(key, 0), ordered=parts[0][at], in_store=parts[1][at], lost=parts[2][at],
                silent=goods + capital - confirmed - disputed, confirmed=confirmed, disputed=disputed,
                accounted=accounted, capital=capital,
            )
        )  # fmt: skip
    return found
