"""Pack ``group``: what the meeting screen needs of one group, for its officers and sponsors.

Rows by store (no NIK, no restricted field; names are those that members call each other at the meeting):

- ``group``: ``{"name", "code", "place"}``, one row, its id is the group's.
- ``fund``: ``{"group", "kind", "cash_idr", "bank_idr", "iks_idr", "lent_idr", "savings_idr", "book_seq", "share_idr",
  "max_shares", "unit", "terms", "last_meeting_on", "usual_turn_idr"}`` by fund id. ``cash_idr`` is the cash by the
  book, with which the next meeting opens.
- ``member``: ``{"group", "number", "name", "left_on"}`` by membership id, present members and those who still owe.
- ``card``: ``{"fund", "membership", "savings_idr", "debt_idr", "due_idr", "due_on", "overdue_idr", "days_overdue",
  "queue"}`` by ``stable_id("card", fund, membership)``. ``due_idr`` is what to propose as instalment today: everything
  overdue, else the next one; ``queue`` is the place in line for the next turn from 1, or null.

A record ``meeting`` (see `records_meeting`) answers it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from berdaya.access.permissions import can
from berdaya.devices.packs import PackKind, PackRef, PackRow, register
from berdaya.funds import selectors
from berdaya.funds.models import Fund, Meeting, Turn
from berdaya.funds.types import MeetingState
from berdaya.funds.wire import rules_of, terms_json
from berdaya.groups.models import Group
from berdaya.kernel import clock
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.ledger.selectors import book_head
from berdaya.process.overview.common import places

DAYS = 45
MOST = 50


def offers(actor: Actor, as_of: date) -> Sequence[PackRef]:
    """A subject's own groups that keep a fund; office staff take none along."""
    if not can(actor, "group.read") or actor.kind != "subject":
        return ()
    groups = Group.objects.filter(dissolved_on=None, funds__isnull=False).distinct().order_by("name", "id")[:MOST]
    until = datetime.combine(as_of + timedelta(days=DAYS), datetime.min.time(), tzinfo=clock.WIB)
    return [PackRef("group", group.pk, group.name, until) for group in groups]


def fill(actor: Actor, subject: UUID, as_of: date) -> Iterable[PackRow]:
    """All rows of one group's pack. Raises `not_found`."""
    group = Group.objects.filter(pk=subject).first()
    if group is None:
        raise Problem("not_found")
    place = places([group.area]).get(group.area, "")
    yield PackRow("group", group.pk, {"name": group.name, "code": group.code, "place": place})
    members: dict[UUID, PackRow] = {}
    for fund in Fund.objects.filter(group=group, closed_on=None).order_by("opened_on", "id"):
        yield _fund_row(actor, fund, as_of)
        queue = {
            row.membership: at for at, row in enumerate(selectors.turn_queue(actor=actor, fund=fund.pk, as_of=as_of), 1)
        }
        for card in selectors.member_cards(actor=actor, fund=fund.pk, as_of=as_of):
            if card.left_on is not None and card.left_on <= as_of and not card.debt_idr:
                continue
            left = card.left_on.isoformat() if card.left_on else None
            body = {"group": str(group.pk), "number": card.number, "name": card.name, "left_on": left}
            members[card.membership] = PackRow("member", card.membership, body)
            yield PackRow(
                "card",
                stable_id("card", fund.pk, card.membership),
                {
                    "fund": str(fund.pk),
                    "membership": str(card.membership),
                    "savings_idr": card.savings_idr,
                    "debt_idr": card.debt_idr,
                    "due_idr": card.overdue_idr or card.next_due_idr,
                    "due_on": card.next_due_on.isoformat() if card.next_due_on else None,
                    "overdue_idr": card.overdue_idr,
                    "days_overdue": card.days_overdue,
                    "queue": queue.get(card.membership),
                },
            )
    yield from members.values()


def _fund_row(actor: Actor, fund: Fund, as_of: date) -> PackRow:
    balance = selectors.fund_balances(actor=actor, fund=fund.pk)
    rules = rules_of(fund.terms)
    met = Meeting.objects.filter(fund=fund, state=MeetingState.POSTED, held_on__lte=as_of).order_by("-held_on").first()
    turn = Turn.objects.filter(fund=fund).order_by("-opened_on", "-id").first()
    return PackRow(
        "fund",
        fund.pk,
        {
            "group": str(fund.group_id),
            "kind": fund.kind,
            "cash_idr": balance.cash_idr,
            "bank_idr": balance.bank_idr,
            "iks_idr": balance.iks_idr,
            "lent_idr": balance.lent_idr,
            "savings_idr": balance.savings_idr,
            "book_seq": book_head(actor=actor, book=fund.book_id)[0],
            "share_idr": rules.share_idr,
            "max_shares": rules.max_shares,
            "unit": rules.unit,
            "terms": terms_json(rules.terms),
            "last_meeting_on": met.held_on.isoformat() if met else None,
            "usual_turn_idr": turn.amount_idr if turn else 0,
        },
    )


GROUP = register(
    PackKind(
        name="group",
        title=("Kelompok", "Group"),
        offers=offers,
        fill=fill,
        tables=(
            "ledger_transfer", "groups_membership", "groups_group", "groups_officer", "funds_fund", "funds_meeting",
            "funds_instalment",
        ),
    )
)  # fmt: skip
