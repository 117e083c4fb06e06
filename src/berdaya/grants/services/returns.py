"""Goods that come back, and those who receive for somebody else: each written by one officer, agreed by another."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.audit import services as audit
from berdaya.grants.guards import agree, named_errors
from berdaya.grants.models import HandoverLine, HandoverReturn, Proxy
from berdaya.grants.services.writing import funding_rows, write_funding
from berdaya.grants.stock import NewReturn
from berdaya.grants.types import NewProxy, Why
from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.people.models import Person
from berdaya.people.rules.dates import age_on
from berdaya.programmes.models import DecreeLine
from berdaya.programmes.selectors import config_of

HEIR_AGE = 17
"""Completed years at which a member of the KK may sign for the family (the age of the identity card)."""


@transaction.atomic
def write_return(*, actor: Actor, back: NewReturn) -> UUID:
    """Goods of a handover line that came back, for a second officer to agree to; the same id again changes nothing.

    Raises `not_allowed`, `not_found`, `grants.more_back_than_handed`, `grants.future`.
    """
    require(actor, "handover.record")
    if HandoverReturn.objects.filter(id=back.id).exists():
        return back.id
    line = HandoverLine.objects.select_related("handover").filter(id=back.line).first()
    if line is None or line.office_id != actor.office:
        raise Problem("not_found")
    if back.occurred_on > clock.today():
        raise Problem("grants.future", day=back.occurred_on)
    waiting = sum(line.returns.filter(checked_by=None).values_list("quantity", flat=True))
    whole = bool(line.pieces) and back.quantity != line.quantity
    if back.quantity < 1 or line.returned + waiting + back.quantity > line.quantity or whole:
        raise Problem("grants.more_back_than_handed")
    if line.lot_id is not None and back.store is None:
        raise Problem("grants.more_back_than_handed")
    with named_errors():
        HandoverReturn.objects.create(
            id=back.id,
            area=line.area,
            office_id=line.office_id,
            line=line,
            store_id=back.store,
            quantity=back.quantity,
            occurred_on=back.occurred_on,
            reason=back.reason.value,
            note=back.note,
            account_id=actor.account_id or 0,
        )
    audit.record(actor=actor, name="grants.return_written", subject_kind="handover", subject_id=line.handover_id)
    return back.id


@transaction.atomic
def agree_return(*, actor: Actor, return_id: UUID) -> None:
    """The second officer's word: stock, entitlement and money follow.

    Raises `not_allowed`, `not_found`, `same_person`, `already_decided`, `grants.more_back_than_handed`.
    """
    require(actor, "handover.approve")
    row = agree(HandoverReturn.objects.all(), return_id, actor=actor, maker="account_id")
    line = HandoverLine.objects.select_related("handover__decree_line__decree").get(id=row.line_id)
    decree_line = line.handover.decree_line
    config = config_of(actor=actor, programme_id=decree_line.decree.programme_id)
    amount = -row.quantity * line.unit_value_idr
    write_funding(funding_rows(config, decree_line, "return", row.pk, amount))
    audit.record(
        actor=actor, name="grants.returned", subject_kind="handover", subject_id=line.handover_id, area=row.area,
        quantity=row.quantity, amount=amount,
    )  # fmt: skip


@transaction.atomic
def name_proxy(*, actor: Actor, proxy: NewProxy) -> UUID:
    """Somebody who receives for the recipient, for a second officer to agree to; the same id again changes nothing.

    A member of the same KK of 17 years or more, or an heir: of the KK, or outside it with the number of the letter
    (surat keterangan ahli waris). After a death only an heir. Raises `not_allowed`, `not_found`,
    `grants.proxy_not_of_family`.
    """
    require(actor, "handover.record")
    if Proxy.objects.filter(id=proxy.id).exists():
        return proxy.id
    line = DecreeLine.objects.filter(id=proxy.decree_line, replaced_on=None).first()
    if line is None or line.office_id != actor.office:
        raise Problem("not_found")
    name, heir = _who(proxy, line, clock.today())
    with named_errors():
        Proxy.objects.create(
            id=proxy.id,
            area=line.area,
            office_id=line.office_id,
            decree_line=line,
            person_id=proxy.person,
            name=name,
            why=proxy.why.value,
            heir=heir,
            letter=proxy.letter.strip(),
            photo_id=proxy.photo,
            made_by=actor.account_id or 0,
            made_on=clock.today(),
        )
    audit.record(actor=actor, name="grants.proxy_named", subject_kind="decree_line", subject_id=line.pk, area=line.area)
    return proxy.id


def _who(proxy: NewProxy, line: DecreeLine, today: date) -> tuple[str, bool]:
    """Name, and whether she comes as an heir."""
    refused = Problem("grants.proxy_not_of_family", name=proxy.name or "-")
    if proxy.person is None:
        if not (proxy.why is Why.DEAD and proxy.letter.strip() and proxy.name.strip()):
            raise refused
        return proxy.name.strip(), True
    if line.household_id is None:
        raise refused
    person = Person.objects.filter(id=proxy.person, household_id=line.household_id, died_on=None).first()
    if person is None or person.pk == line.candidate.person_id:
        raise refused
    if person.birth_date is not None and age_on(person.birth_date, today) < HEIR_AGE:
        raise refused
    return person.name, proxy.why is Why.DEAD


@transaction.atomic
def agree_proxy(*, actor: Actor, proxy_id: UUID) -> None:
    """The second officer agrees. Raises `not_allowed`, `not_found`, `same_person`, `already_decided`."""
    require(actor, "handover.approve")
    row = agree(Proxy.objects.all(), proxy_id, actor=actor)
    audit.record(actor=actor, name="grants.proxy_agreed", subject_kind="decree_line", subject_id=row.decree_line_id)
