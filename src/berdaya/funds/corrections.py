"""What stands in a fund's book and may still be reversed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from berdaya.funds.models import CashEvent
from berdaya.funds.selectors import names_of
from berdaya.funds.types import EVENT_NAMES, FIXED_KINDS, EventKind
from berdaya.groups.models import Membership
from berdaya.kernel.scope import Actor


@dataclass(frozen=True, slots=True)
class CorrectableRow:
    """Catatan yang masih dapat dikoreksi: an entry that a reversal may undo; `amount` in `unit`, IDR or a good."""

    event: UUID
    occurred_on: date
    kind: str
    member: str
    note: str
    amount: int
    unit: str


def correctable(*, actor: Actor, fund: UUID, since: date, until: date, language: str = "id") -> list[CorrectableRow]:  # noqa: ARG001
    """What was entered on these days and may still be reversed, the latest first; nothing of a closed fund."""
    rows = list(
        CashEvent.objects.filter(fund=fund, fund__closed_on=None, occurred_on__range=(since, until), reversal=None)
        .exclude(kind__in=FIXED_KINDS)
        .order_by("-occurred_on", "-id")
    )
    members = Membership.objects.in_bulk({row.membership_id for row in rows if row.membership_id})
    names, side = names_of(members.values()), 1 if language.startswith("en") else 0
    return [
        CorrectableRow(
            row.pk, row.occurred_on, EVENT_NAMES[EventKind(row.kind)][side],
            f"{members[row.membership_id].number}. {names[row.membership_id]}" if row.membership_id else "",
            row.note, row.amount, row.unit,
        )
        for row in rows
    ]  # fmt: skip


def holds_event(fund: UUID, event: UUID) -> bool:
    """True where the event stands in this fund's book and the scope shows it."""
    return CashEvent.objects.filter(pk=event, fund=fund).exists()
