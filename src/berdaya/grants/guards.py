"""What the database refuses by code becomes a problem of the catalogue (sql/guards.sql, stock.sql, handing.sql)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

from django.db import DatabaseError
from django.db.models import QuerySet

from berdaya.access.permissions import require
from berdaya.grants.models import HandoverReturn, Proxy, Purchase
from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor

AgreedT = TypeVar("AgreedT", Purchase, HandoverReturn, Proxy)
_BY_STATE = {
    "BDG01": "grants.not_in_decree",
    "BDG02": "grants.bad_sum",
    "BDG03": "grants.other_package",
    "BDG04": "grants.other_package",
    "BDG05": "grants.more_than_planned",
    "BDG06": "grants.not_in_store",
    "BDG07": "grants.not_in_store",
    "BDG10": "grants.price_above_ceiling",
    "BDG12": "grants.purchase_not_agreed",
    "BDG13": "grants.too_many_tags",
    "BDG14": "grants.bad_move",
    "BDG15": "grants.not_in_store",
    "BDG16": "grants.tag_given_out",
    "BDG18": "grants.more_back_than_handed",
    "BDG19": "not_found",
    "BDG20": "already_decided",
    "BDG21": "grants.proxy_not_agreed",
    "BDG22": "same_person",
}
_BY_CONSTRAINT = {
    "grants_delivered_within_bought": "grants.lot_too_large",
    "grants_tag_once": "grants.tag_known",
    "grants_purchase_two_people": "same_person",
    "grants_return_two_people": "same_person",
    "grants_proxy_two_people": "same_person",
    "grants_proposal_two_people": "same_person",
    "grants_not_more_than_planned": "grants.more_than_planned",
    "grants_lot_adds_up": "grants.bad_move",
    "grants_lot_lost_check": "grants.bad_move",
    "grants_lot_in_store_check": "grants.not_in_store",
    "grants_stock_quantity_check": "grants.not_in_store",
    "grants_loss_needs_minutes": "grants.loss_needs_minutes",
    "grants_asset_loss_needs_minutes": "grants.loss_needs_minutes",
    "grants_one_living_proposal": "grants.proposal_waits",
    "grants_purchase_number": "grants.number_taken",
}
_BLANK = {
    "ref": "-",
    "tag": "-",
    "name": "-",
    "number": "-",
    "quantity": "-",
    "left": "-",
    "price": "-",
    "ceiling": "-",
}


def require_staff(actor: Actor, permission: str) -> None:
    """As ``require``; roles that see only their own subjects are told so, as the office's queues are not theirs.

    Raises ``not_allowed``.
    """
    require(actor, permission)
    if actor.kind != "staff":
        raise Problem("not_allowed", role=actor.role, permission=permission)


@contextmanager
def named_errors(**params: object) -> Iterator[None]:
    """Errors of the database that have a name here are raised as that problem; others pass."""
    try:
        yield
    except DatabaseError as error:
        cause = error.__cause__
        code = _BY_STATE.get(str(getattr(cause, "sqlstate", "") or ""))
        constraint = str(getattr(getattr(cause, "diag", None), "constraint_name", "") or "")
        code = code or _BY_CONSTRAINT.get(constraint)
        if code is None:
            raise
        raise Problem(code, **{**_BLANK, **params}) from error


def agree(rows: QuerySet[AgreedT], key: UUID, *, actor: Actor, maker: str = "made_by") -> AgreedT:
    """The second person's word on what somebody else wrote: the row, locked and agreed to; ``maker`` is its writer.

    Raises `not_found`, `already_decided`, `same_person`.
    """
    row = rows.select_for_update().filter(id=key).first()
    if row is None:
        raise Problem("not_found")
    if row.checked_by is not None:
        raise Problem("already_decided")
    if getattr(row, maker) == actor.account_id:
        raise Problem("same_person")
    row.checked_by, row.checked_on = actor.account_id, clock.today()
    with named_errors():
        row.save(update_fields=["checked_by", "checked_on"])
    return row
