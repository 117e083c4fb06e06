"""Reading days of handover: the queue, a card, what a recipient of the queue is to get."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Count, Q

from berdaya.grants.days import DayInfo, SlotInfo, SlotState
from berdaya.grants.guards import require_staff
from berdaya.grants.lines import (
    begun_packages,
    kind_of,
    name_of,
    own_packages,
    package_for,
    packages_by_code,
    started_kinds,
)
from berdaya.grants.models import Entitlement, Handover, HandoverDay, HandoverSlot
from berdaya.grants.types import PackageInfo
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.programmes.models import DecreeLine
from berdaya.programmes.selectors import config_of


def days(*, actor: Actor, programme_id: UUID | None = None) -> list[DayInfo]:
    """Days of handover in the scope, the newest first; of one programme where given. Raises `not_allowed`."""
    require_staff(actor, "family.read")
    rows = HandoverDay.objects.select_related("programme").order_by("-planned_on", "-id")
    if programme_id is not None:
        rows = rows.filter(programme_id=programme_id)
    return _day_infos(list(rows))


def day(*, actor: Actor, day_id: UUID) -> DayInfo:
    """One day. Raises `not_allowed`, `not_found`."""
    require_staff(actor, "family.read")
    row = HandoverDay.objects.select_related("programme").filter(id=day_id).first()
    if row is None:
        raise Problem("not_found")
    return _day_infos([row])[0]


def _day_infos(rows: Sequence[HandoverDay]) -> list[DayInfo]:
    ids = [row.pk for row in rows]
    slots = HandoverSlot.objects.filter(day_id__in=ids)
    counted: dict[UUID, dict[str, int]] = {
        row["day_id"]: {key: row[key] for key in ("called", "barred", "absent")}
        for row in slots.values("day_id").annotate(
            called=Count("id"), barred=Count("id", filter=~Q(barred="")), absent=Count("id", filter=~Q(absent_on=None))
        )
    }
    handed = Handover.objects.filter(day_id__in=ids).order_by().values("day_id")
    served = dict(handed.annotate(n=Count("decree_line", distinct=True)).values_list("day_id", "n"))
    return [
        DayInfo(
            id=row.pk,
            programme=row.programme_id,
            programme_code=row.programme.code,
            area=row.area,
            place=row.place,
            planned_on=row.planned_on,
            store=row.store_id,
            issued_at=row.issued_at,
            expires_at=row.expires_at,
            called=counted.get(row.pk, {}).get("called", 0),
            served=served.get(row.pk, 0),
            barred=counted.get(row.pk, {}).get("barred", 0),
            absent=counted.get(row.pk, {}).get("absent", 0),
        )
        for row in rows
    ]


def slots(*, actor: Actor, day_id: UUID) -> list[SlotInfo]:
    """The queue of a day by number. Raises `not_allowed`."""
    require_staff(actor, "family.read")
    related = ("decree_line__candidate__person", "decree_line__candidate__group")
    rows = HandoverSlot.objects.filter(day_id=day_id).prefetch_related(*related).order_by("number")
    return _slot_infos(list(rows))


def _slot_infos(rows: Sequence[HandoverSlot]) -> list[SlotInfo]:
    lines = [row.decree_line_id for row in rows]
    handed = dict(
        Handover.objects.filter(decree_line_id__in=lines, day_id__in={row.day_id for row in rows})
        .order_by("recorded_at")
        .values_list("decree_line_id", "id")
    )
    found = []
    for row in rows:
        line = row.decree_line
        handover = handed.get(line.pk)
        state = SlotState.SERVED if handover else SlotState.BARRED if row.barred else SlotState.WAITING
        if state is SlotState.WAITING and row.absent_on is not None:
            state = SlotState.ABSENT
        found.append(
            SlotInfo(
                row.pk, row.number, row.card, line.pk, line.number, line.candidate.ref, name_of(line), row.area, state,
                row.barred, handover,
            )
        )  # fmt: skip
    return found


def find_slot(*, actor: Actor, day_id: UUID, code: str) -> SlotInfo:
    """The slot behind a scanned card, a queue number (``12``) or a decree line's number (``sk 118``).

    Raises `not_allowed`, `grants.card_unknown`.
    """
    require_staff(actor, "family.read")
    text = code.strip().rsplit("/", maxsplit=1)[-1]
    rows = HandoverSlot.objects.filter(day_id=day_id)
    number = text.lower().removeprefix("sk").strip()
    if text.lower().startswith("sk") and number.isdigit():
        rows = rows.filter(decree_line__number=int(number))
    elif text.isdigit() and len(text) < 7:
        rows = rows.filter(number=int(text))
    else:
        rows = rows.filter(card=text)
    related = ("decree_line__candidate__person", "decree_line__candidate__group")
    row = rows.prefetch_related(*related).first()
    if row is None:
        raise Problem("grants.card_unknown", card=code.strip()[:40])
    return _slot_infos([row])[0]


def due_of(*, actor: Actor, decree_line: UUID) -> tuple[PackageInfo | None, dict[int, int]]:
    """The package of a decree line, and item number -> quantity still due. Raises `not_allowed`, `not_found`."""
    require_staff(actor, "family.read")
    line = DecreeLine.objects.select_related("decree", "candidate__group").filter(id=decree_line).first()
    if line is None:
        raise Problem("not_found")
    config = config_of(actor=actor, programme_id=line.decree.programme_id)
    package = begun_packages([line.pk]).get(line.pk) or own_packages([line.candidate_id]).get(line.candidate_id)
    if package is None:
        started = started_kinds(line.decree.programme_id, [line])
        package = package_for(config, packages_by_code(line.decree.programme_id), kind_of(line, started))
    if package is None:
        return None, {}
    handed = dict(Entitlement.objects.filter(decree_line=line).values_list("item_id", "handed"))
    return package, {item.number: item.quantity - handed.get(item.id, 0) for item in package.items}
