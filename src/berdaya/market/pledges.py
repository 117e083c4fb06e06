"""Pledges of partners (janji mitra), followed to delivery: promised, come, struck where written wrong, closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.audit.services import record
from berdaya.enterprises.models import Enterprise
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.market.models import Pledge, PledgeDelivery
from berdaya.market.pledge_rules import ASK_BEFORE_DAYS
from berdaya.market.types import NewDelivery, NewPledge
from berdaya.tasks import services as tasks
from berdaya.tasks.types import NewTask

TERMS = ("kind", "quantity", "unit", "unit_price_idr", "every", "starts_on")
"""What stays as it is once something has come: what is due follows from it."""
MOST_UNITS = 10_000_000
MOST_IDR = 10**12


@transaction.atomic
def save_pledges_many(*, actor: Actor, pledges: Sequence[NewPledge]) -> int:
    """Record pledges, or change open ones; the id is the key. Returns how many are new or changed. Audited.

    A month before a pledge ends, a task asks the partner what comes next. Raises ``not_allowed``, ``outside_scope``,
    ``pledge_entry``, ``pledge_closed``, and ``pledge_delivered`` for terms that something has come under.
    """
    require(actor, "market.manage")
    if not actor.office:
        raise Problem("outside_scope")
    told = Pledge.objects.filter(pk__in=[one.id for one in pledges])
    known = {row.pk: row for row in told.select_for_update()}
    if told.count() > len(known):  # another office's: it is read here, never locked
        raise Problem("not_found")
    begun = set(PledgeDelivery.objects.filter(pledge__in=known).values_list("pledge_id", flat=True))
    changed = []
    for pledge in pledges:
        _check(pledge)
        row = known.get(pledge.id)
        if row is None:
            row = Pledge(id=pledge.id, area=actor.lo, office_id=actor.office)
        elif not _changes(actor, row, pledge, begun=row.pk in begun):
            continue
        for name, value in _facts(pledge).items():
            setattr(row, name, value)
        row.save()
        changed.append(row)
    if changed:
        tasks.create_many(actor=actor, tasks=[one for row in changed if (one := _ask(row))], once=True)
        record(actor=actor, name="market.pledges_saved", area=actor.lo, count=len(changed))
    return len(changed)


def _facts(pledge: NewPledge) -> dict[str, object]:
    names = ("starts_on", "ends_on", "quantity", "unit_price_idr", "supplier_kind", "programme_code")
    words = ("partner", "what", "unit", "contact")
    return (
        {name: getattr(pledge, name) for name in names}
        | {name: getattr(pledge, name).strip() for name in words}
        | {"partner_kind": pledge.partner_kind.value, "kind": pledge.kind.value, "every": pledge.every.value}
    )


def _check(pledge: NewPledge) -> None:
    for name in ("partner", "what", "unit"):
        if not getattr(pledge, name).strip():
            raise Problem("pledge_entry", field=name)
    if not 0 < pledge.quantity <= MOST_UNITS:
        raise Problem("pledge_entry", field="quantity")
    if not 0 <= pledge.unit_price_idr <= MOST_IDR:
        raise Problem("pledge_entry", field="unit_price_idr")
    if pledge.ends_on is not None and pledge.ends_on < pledge.starts_on:
        raise Problem("pledge_entry", field="ends_on")


def _changes(actor: Actor, row: Pledge, pledge: NewPledge, *, begun: bool) -> bool:
    """True where the row has to be written anew. Raises what forbids it."""
    _own(actor, row)
    facts = _facts(pledge)
    differing = [name for name, value in facts.items() if getattr(row, name) != value]
    if not differing:
        return False
    if row.closed_on is not None:
        raise Problem("pledge_closed", partner=row.partner, on=fmt.day(row.closed_on))
    fixed = [name for name in differing if name in TERMS]
    if begun and fixed:
        raise Problem("pledge_delivered", partner=row.partner, field=fixed[0])
    return True


def _ask(row: Pledge) -> NewTask | None:
    """The task to ask a partner what comes after the pledge; none where it has ended already."""
    today = clock.today()
    if row.ends_on is None or row.ends_on < today:
        return None
    return NewTask(
        cause=f"pledge_end:{row.pk}:{row.ends_on}",
        kind="pledge_end",
        title=f"Tanyakan kelanjutan janji {row.partner}",
        area=row.area,
        office_id=row.office_id,
        owner_role="operator",
        raised_on=today,
        due_on=max(today, row.ends_on - timedelta(days=ASK_BEFORE_DAYS)),
        programme_code=row.programme_code,
        params={"pledge": str(row.pk), "partner": row.partner},
    )


@transaction.atomic
def record_deliveries_many(*, actor: Actor, deliveries: Sequence[NewDelivery]) -> int:
    """What came of pledges; the id is the key, and the same one again changes nothing. Returns the new. Audited.

    Raises ``not_allowed``, ``not_found``, ``pledge_closed``, ``pledge_delivery``, ``enterprise_not_found``.
    """
    require(actor, "market.manage")
    wanted = {one.pledge_id for one in deliveries}
    pledges = {row.pk: row for row in Pledge.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    known = set(PledgeDelivery.objects.filter(pk__in=[one.id for one in deliveries]).values_list("pk", flat=True))
    rows = {one.id: _delivery(actor, one, pledges.get(one.pledge_id)) for one in deliveries if one.id not in known}
    named = {row.enterprise_id for row in rows.values() if row.enterprise_id}
    seen = Enterprise.objects.filter(pk__in=named, office_id=actor.office or 0).count()
    if seen < len(named):
        raise Problem("enterprise_not_found", count=len(named) - seen)
    PledgeDelivery.objects.bulk_create(rows.values(), batch_size=1000)
    if rows:
        record(actor=actor, name="market.pledge_delivered", area=actor.lo, count=len(rows))
    return len(rows)


def _delivery(actor: Actor, told: NewDelivery, pledge: Pledge | None) -> PledgeDelivery:
    if pledge is None:
        raise Problem("not_found")
    _own(actor, pledge)
    if pledge.closed_on is not None and told.occurred_on > pledge.closed_on:
        raise Problem("pledge_closed", partner=pledge.partner, on=fmt.day(pledge.closed_on))
    if not 0 < told.quantity <= MOST_UNITS:
        raise Problem("pledge_delivery", field="quantity")
    if not pledge.starts_on <= told.occurred_on <= clock.today():
        raise Problem("pledge_delivery", field="occurred_on")
    value = told.quantity * pledge.unit_price_idr if told.value_idr is None else told.value_idr
    if not 0 <= value <= MOST_IDR:
        raise Problem("pledge_delivery", field="value_idr")
    return PledgeDelivery(
        id=told.id, area=pledge.area, office_id=pledge.office_id, pledge=pledge, enterprise_id=told.enterprise_id,
        occurred_on=told.occurred_on, quantity=told.quantity, value_idr=value, note=told.note.strip(),
    )  # fmt: skip


@transaction.atomic
def strike_delivery(*, actor: Actor, delivery_id: UUID, reason: str) -> None:
    """Strike a line that was written wrong; it stays readable. Audited.

    Raises ``not_allowed``, ``not_found``, ``reason_needed``, ``pledge_struck``.
    """
    require(actor, "market.manage")
    if not reason.strip():
        raise Problem("reason_needed")
    row = PledgeDelivery.objects.select_for_update(of=("self",)).select_related("pledge").filter(pk=delivery_id).first()
    if row is None:
        raise Problem("not_found")
    _own(actor, row.pledge)
    if row.struck_on is not None:
        raise Problem("pledge_struck")
    row.struck_on, row.struck_reason = clock.today(), reason.strip()
    row.save(update_fields=["struck_on", "struck_reason"])
    record(
        actor=actor, name="market.pledge_struck", subject_kind="pledge", subject_id=row.pledge_id, area=row.area,
        reason=reason.strip(),
    )  # fmt: skip


@transaction.atomic
def close_pledge(*, actor: Actor, pledge_id: UUID, reason: str, on: date) -> None:
    """A pledge that ends before its day: nothing more is due. Audited.

    Raises ``not_allowed``, ``not_found``, ``reason_needed``, ``pledge_closed``, ``pledge_delivery`` for a day to come.
    """
    require(actor, "market.manage")
    if not reason.strip():
        raise Problem("reason_needed")
    row = Pledge.objects.select_for_update().filter(pk=pledge_id).first()
    if row is None:
        raise Problem("not_found")
    _own(actor, row)
    if row.closed_on is not None:
        raise Problem("pledge_closed", partner=row.partner, on=fmt.day(row.closed_on))
    if on > clock.today():
        raise Problem("pledge_delivery", field="occurred_on")
    row.closed_on, row.closed_reason = on, reason.strip()
    row.save(update_fields=["closed_on", "closed_reason"])
    record(
        actor=actor, name="market.pledge_closed", subject_kind="pledge", subject_id=row.pk, area=row.area,
        reason=reason.strip(),
    )  # fmt: skip


def _own(actor: Actor, pledge: Pledge) -> None:
    """Other offices of the area read a pledge; the one that took it down alone changes it."""
    if pledge.office_id != actor.office:
        raise Problem("not_found")
