"""Days on which many receive: who is called in which order, screened when the pack is issued, served card by card."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.areas.codes import area_range
from berdaya.audit import services as audit
from berdaya.files.models import StoredFile
from berdaya.grants.days import PACK_LIFE, NewDay
from berdaya.grants.lines import valid_lines
from berdaya.grants.models import Entitlement, Handover, HandoverDay, HandoverPhoto, HandoverSlot, Store
from berdaya.grants.screening import excluded_refs, open_held_cases
from berdaya.grants.services.handovers import record_handovers_many
from berdaya.grants.types import HandoverOutcome, HandoverResult, HandoverRow, Screen
from berdaya.kernel import clock
from berdaya.kernel.bulk import create, save
from berdaya.kernel.ids import new_ids
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.programmes.models import DecreeLine
from berdaya.programmes.services.setup import open_programme

CARD_BYTES = 12


@transaction.atomic
def plan_day(*, actor: Actor, day: NewDay) -> UUID:
    """Call recipients to a day, village by village in the order of the decree; the same id again changes nothing.

    Raises `not_allowed`, `not_found`, `outside_scope`, `grants.not_in_decree`, `grants.nobody_on_the_list`.
    """
    programme, _, _ = open_programme(actor, day.programme, "handover.record")
    if HandoverDay.objects.filter(id=day.id).exists():
        return day.id
    if not actor.covers(day.area):
        raise Problem("outside_scope")
    if day.store is not None and not Store.objects.filter(id=day.store).exists():
        raise Problem("not_found")
    lines = _called(day)
    row = HandoverDay.objects.create(
        id=day.id,
        area=day.area,
        office_id=programme.office_id,
        programme=programme,
        store_id=day.store,
        place=day.place.strip(),
        planned_on=day.planned_on,
        made_by=actor.account_id or 0,
    )
    create(
        HandoverSlot(
            id=key,
            area=line.area,
            office_id=line.office_id,
            day=row,
            decree_line=line,
            number=number,
            card=secrets.token_urlsafe(CARD_BYTES),
        )
        for number, (key, line) in enumerate(zip(new_ids(len(lines)), lines, strict=True), start=1)
    )
    audit.record(
        actor=actor, name="grants.day_planned", subject_kind="handover_day", subject_id=row.pk, area=row.area,
        count=len(lines),
    )  # fmt: skip
    return row.pk


def _called(day: NewDay) -> list[DecreeLine]:
    lines = valid_lines(day.programme, set(day.refs) if day.refs else None)
    lo, hi = area_range(day.area)
    if day.refs:
        missing = set(day.refs) - {line.candidate.ref for line in lines}
        if missing:
            raise Problem("grants.not_in_decree", ref=", ".join(sorted(missing)))
    else:
        done = set(
            Entitlement.objects.filter(decree_line__decree__programme_id=day.programme).values_list(
                "decree_line_id", flat=True
            )
        )
        lines = [line for line in lines if lo <= line.area <= hi and line.id not in done]
    if not lines:
        raise Problem("grants.nobody_on_the_list")
    return sorted(lines, key=lambda line: (line.area, line.decree.decreed_on, line.number))


@transaction.atomic
def issue_day(*, actor: Actor, day_id: UUID) -> dict[str, str]:
    """Screen everybody called, now; the pack may be used for 24 hours. Returns ref -> list of those held back.

    Issuing again screens again. Each of those held back becomes a task. Raises `not_allowed`, `not_found`.
    """
    day = _own(actor, day_id)
    open_programme(actor, day.programme_id, "handover.record")
    slots = list(day.slots.prefetch_related("decree_line__candidate__person", "decree_line__candidate__group"))
    lines = [slot.decree_line for slot in slots]
    hits = excluded_refs(lines, clock.today())
    now = clock.now()
    for slot in slots:
        slot.barred, slot.screened_at = hits.get(slot.decree_line.candidate.ref, ""), now
    save(slots, ["barred", "screened_at"])
    day.issued_at, day.expires_at = now, now + PACK_LIFE
    day.save(update_fields=["issued_at", "expires_at"])
    open_held_cases(actor, day.programme, [line for line in lines if line.candidate.ref in hits], hits)
    audit.record(
        actor=actor, name="grants.day_issued", subject_kind="handover_day", subject_id=day.pk, area=day.area,
        count=len(slots), held=len(hits),
    )  # fmt: skip
    return hits


def _own(actor: Actor, day_id: UUID) -> HandoverDay:
    require(actor, "handover.record")
    day = HandoverDay.objects.select_related("programme").filter(id=day_id).first()
    if day is None or day.office_id != actor.office:
        raise Problem("not_found")
    return day


@transaction.atomic
def serve_slot(*, actor: Actor, slot_id: UUID, row: HandoverRow) -> HandoverResult:
    """Hand over to the recipient of one slot while the pack is open; screened again this moment.

    The row's `ref`, `day`, `place` and `store` are those of the slot. Raises `not_allowed`, `not_found`,
    `grants.not_issued`, `grants.pack_expired`, `grants.excluded_now` and what recording refuses; nothing is written
    then.
    """
    require(actor, "handover.record")
    slot = HandoverSlot.objects.select_related("day", "decree_line__candidate").filter(id=slot_id).first()
    if slot is None:
        raise Problem("not_found")
    day = _own(actor, slot.day_id)
    if day.issued_at is None or day.expires_at is None:
        raise Problem("grants.not_issued")
    if clock.now() >= day.expires_at:
        raise Problem("grants.pack_expired")
    ref = slot.decree_line.candidate.ref
    if slot.barred:
        raise Problem("grants.excluded_now", ref=ref, reason=slot.barred)
    result = record_at_day(actor=actor, day=day, rows=[_placed(row, day, ref)], screen=Screen.BEFORE)[0]
    if result.problem is not None and result.outcome is not HandoverOutcome.IDENTICAL:
        raise result.problem
    return result


def _placed(row: HandoverRow, day: HandoverDay, ref: str) -> HandoverRow:
    return replace(row, ref=ref, day=day.pk, place=row.place or day.place, store=row.store or day.store_id)


def record_at_day(
    *, actor: Actor, day: HandoverDay, rows: Sequence[HandoverRow], screen: Screen
) -> list[HandoverResult]:
    """Rows of one day, as :func:`record_handovers_many` takes them."""
    return record_handovers_many(actor=actor, programme_id=day.programme_id, rows=rows, screen=screen)


@transaction.atomic
def mark_absent(*, actor: Actor, slot_id: UUID) -> None:
    """The recipient did not come: the goods stay in store for another day. Raises `not_allowed`, `not_found`."""
    require(actor, "handover.record")
    slot = HandoverSlot.objects.filter(id=slot_id).first()
    if slot is None:
        raise Problem("not_found")
    _own(actor, slot.day_id)
    slot.absent_on = clock.today()
    slot.save(update_fields=["absent_on"])
    audit.record(actor=actor, name="grants.slot_absent", subject_kind="slot", subject_id=slot.pk, area=slot.area)


@transaction.atomic
def attach_photo(*, actor: Actor, handover_id: UUID, file: UUID, shows: str, item_number: int | None = None) -> None:
    """A photo of a handover: `goods`, `receiver`, `scan` or `thumb`; the same file again changes nothing.

    Raises `not_allowed`, `not_found`.
    """
    require(actor, "handover.record")
    row = Handover.objects.filter(id=handover_id).first()
    if row is None or row.office_id != actor.office or not StoredFile.objects.filter(id=file).exists():
        raise Problem("not_found")
    HandoverPhoto.objects.get_or_create(
        handover=row,
        file_id=file,
        defaults={"area": row.area, "office_id": row.office_id, "shows": shows, "item_number": item_number},
    )
