"""Exhibitions as the office runs them: opened on a page, businesses take stalls, takings are entered, books closed."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.audit.services import record
from berdaya.enterprises.models import Enterprise
from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.market.models import Exhibition, Stall
from berdaya.market.services import plan_exhibitions_many, record_stalls_many
from berdaya.market.types import NewExhibition, NewStall, StallTakings


@transaction.atomic
def open_exhibition(*, actor: Actor, exhibition: NewExhibition) -> None:
    """Plan an exhibition, or change one that is open. Audited.

    Raises ``not_allowed``, ``exhibition_days``, ``exhibition_closed``.
    """
    require(actor, "market.manage")
    if exhibition.ends_on < exhibition.starts_on:
        raise Problem("exhibition_days")
    known = Exhibition.objects.filter(pk=exhibition.id).first()
    if known is not None:
        _own(actor, exhibition.id, to_write=True)
    plan_exhibitions_many(actor=actor, exhibitions=[exhibition])


@transaction.atomic
def seat_stalls_many(*, actor: Actor, exhibition_id: UUID, enterprises: Sequence[UUID]) -> int:
    """Give businesses of the actor's office a stall each, numbered on; who has one keeps it. Audited.

    An office that is invited seats its own businesses too. Returns how many are new. Raises ``not_allowed``,
    ``not_found``, ``exhibition_closed``, ``enterprise_not_found``.
    """
    require(actor, "market.manage")
    exhibition = _open(exhibition_id)
    owners = list(Enterprise.objects.filter(pk__in=enterprises, office_id=actor.office or 0).order_by("name", "id"))
    if len(owners) < len(set(enterprises)):
        raise Problem("enterprise_not_found", count=len(set(enterprises)) - len(owners))
    taken = Stall.objects.filter(exhibition=exhibition)
    seated = set(taken.values_list("enterprise_id", flat=True))
    used = [int(number) for number in taken.values_list("number", flat=True) if number.isdecimal()]
    first = max(used, default=0) + 1
    fresh = [item for item in owners if item.pk not in seated]
    Stall.objects.bulk_create(
        Stall(
            area=item.area, office_id=item.office_id, exhibition=exhibition, enterprise=item, number=str(first + place)
        )
        for place, item in enumerate(fresh)
    )
    record(
        actor=actor, name="market.stalls_seated", subject_kind="exhibition", subject_id=exhibition.pk,
        area=exhibition.area, count=len(fresh),
    )  # fmt: skip
    return len(fresh)


@transaction.atomic
def free_stall(*, actor: Actor, exhibition_id: UUID, stall_id: UUID) -> None:
    """Take a stall back from a business that sold nothing there. Audited.

    Raises ``not_allowed``, ``not_found``, ``exhibition_closed``, ``stall_sold``.
    """
    require(actor, "market.manage")
    exhibition = _open(exhibition_id)
    stalls = Stall.objects.select_for_update(of=("self",)).select_related("enterprise")
    stall = stalls.filter(pk=stall_id, exhibition=exhibition, office_id=actor.office or 0).first()
    if stall is None:
        raise Problem("not_found")
    if stall.turnover_idr or stall.leads:
        raise Problem("stall_sold", name=stall.enterprise.name)
    stall.delete()
    record(
        actor=actor, name="market.stall_freed", subject_kind="exhibition", subject_id=exhibition.pk,
        area=exhibition.area, enterprise=str(stall.enterprise_id),
    )  # fmt: skip


@transaction.atomic
def enter_takings_many(*, actor: Actor, exhibition_id: UUID, takings: Sequence[StallTakings]) -> int:
    """The totals of stalls as the office counted them; only what changed is written, with its evidence. Audited.

    Returns how many changed. Raises ``not_allowed``, ``not_found``, ``exhibition_closed``.
    """
    require(actor, "market.manage")
    exhibition = _open(exhibition_id)
    # Locked in one order: two officers who save the same page do not lose each other's figures unseen.
    rows = Stall.objects.select_for_update().filter(exhibition=exhibition, office_id=actor.office or 0).order_by("pk")
    stalls = {row.pk: row for row in rows}
    if {item.stall_id for item in takings} - set(stalls):
        raise Problem("not_found")
    changed = [item for item in takings if _differs(stalls[item.stall_id], item)]
    if changed:
        record_stalls_many(
            actor=actor,
            stalls=[
                NewStall(
                    item.stall_id, exhibition.pk, stalls[item.stall_id].enterprise_id, item.number.strip()[:20],
                    item.turnover_idr, item.leads,
                )
                for item in changed
            ],
        )  # fmt: skip
    return len(changed)


def _differs(stall: Stall, told: StallTakings) -> bool:
    return (stall.number, stall.turnover_idr, stall.leads) != (told.number.strip(), told.turnover_idr, told.leads)


@transaction.atomic
def close_exhibition(*, actor: Actor, exhibition_id: UUID) -> None:
    """Close the books: no stall comes or goes, and phones are not offered it any more. Audited.

    What a phone sold on its days and could not send yet is still taken. Raises ``not_allowed``, ``not_found``.
    """
    _close(actor, exhibition_id, "market.exhibition_closed", closed=True)


@transaction.atomic
def reopen_exhibition(*, actor: Actor, exhibition_id: UUID) -> None:
    """Open the books again, because something has to be mended. Audited. Raises ``not_allowed``, ``not_found``."""
    _close(actor, exhibition_id, "market.exhibition_reopened", closed=False)


def _close(actor: Actor, exhibition_id: UUID, name: str, *, closed: bool) -> None:
    require(actor, "market.manage")
    exhibition = _own(actor, exhibition_id, to_write=False)
    if (exhibition.closed_on is not None) is closed:
        return
    exhibition.closed_on = clock.today() if closed else None
    exhibition.save(update_fields=["closed_on"])
    record(
        actor=actor, name=name, subject_kind="exhibition", subject_id=exhibition.pk, area=exhibition.area,
    )  # fmt: skip


def _open(exhibition_id: UUID) -> Exhibition:
    exhibition = Exhibition.objects.filter(pk=exhibition_id).first()
    if exhibition is None:
        raise Problem("not_found")
    if exhibition.closed_on is not None:
        raise Problem("exhibition_closed", name=exhibition.name)
    return exhibition


def _own(actor: Actor, exhibition_id: UUID, *, to_write: bool) -> Exhibition:
    """The office's own exhibition, locked: a guest reads it, and its organiser alone changes it."""
    rows = Exhibition.objects.select_for_update()
    exhibition = rows.filter(pk=exhibition_id, office_id=actor.office or 0).first()
    if exhibition is None:
        raise Problem("not_found")
    if to_write and exhibition.closed_on is not None:
        raise Problem("exhibition_closed", name=exhibition.name)
    return exhibition
