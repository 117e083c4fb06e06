"""Contests that are opened first and marked on the spot; :func:`services.hold_contest` takes whole ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.audit.services import record
from berdaya.enterprises.models import Enterprise
from berdaya.kernel import clock
from berdaya.kernel.bulk import save
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.market import rules
from berdaya.market.models import Contest, ContestEntry, JuryScore
from berdaya.market.types import JurorScore, NewContest

NAMED = 3
"""So many names a refusal tells; the page shows them all."""


@transaction.atomic
def open_contest(
    *, actor: Actor, contest: NewContest, criteria: Sequence[tuple[str, int]], enterprises: Sequence[UUID]
) -> None:
    """A contest with its criteria (name, weight) and its entries, before anybody is marked. Audited.

    A second time adds entries and changes name, level and day; criteria change only while nobody is marked. Raises
    ``not_allowed``, ``market_marks`` for criteria that are none, ``enterprise_not_found``, ``contest_closed`` and
    ``contest_begun``.
    """
    require(actor, "market.manage")
    pairs = [[name.strip(), weight] for name, weight in criteria]
    names = [str(name) for name, _weight in pairs]
    if not names or not all(names) or len(set(names)) < len(names) or any(weight <= 0 for _name, weight in criteria):
        raise Problem("market_marks", contest=contest.name, detail="kriteria dan bobotnya")
    if Contest.objects.filter(pk=contest.id).exists():
        known = _own(actor, contest.id)
        _must_be_open(known)
        if known.criteria != pairs and JuryScore.objects.filter(entry__contest=known).exists():
            raise Problem("contest_begun", contest=known.name, detail="kriterianya")
    row, _made = Contest.objects.update_or_create(
        id=contest.id,
        defaults={
            "area": contest.area,
            "office_id": contest.office_id,
            "code": contest.code,
            "name": contest.name,
            "level": contest.level,
            "held_on": contest.held_on,
            "invited": list(contest.invited),
            "criteria": pairs,
        },
    )
    entered = _enter(row, enterprises)
    record(
        actor=actor, name="market.contest_opened", subject_kind="contest", subject_id=row.pk, area=row.area,
        entries=entered,
    )  # fmt: skip


@transaction.atomic
def enter_many(*, actor: Actor, contest_id: UUID, enterprises: Sequence[UUID]) -> int:
    """Businesses that take part too; who is entered already stays. Audited. Returns how many are new.

    Raises ``not_allowed``, ``not_found``, ``contest_closed``, ``enterprise_not_found``.
    """
    require(actor, "market.manage")
    contest = _own(actor, contest_id)
    _must_be_open(contest)
    fresh = _enter(contest, enterprises)
    record(
        actor=actor, name="market.contest_entered", subject_kind="contest", subject_id=contest.pk, area=contest.area,
        entries=fresh,
    )  # fmt: skip
    return fresh


def _enter(contest: Contest, enterprises: Sequence[UUID]) -> int:
    owners = list(Enterprise.objects.filter(pk__in=enterprises, office_id=contest.office_id))
    if len(owners) < len(set(enterprises)):
        raise Problem("enterprise_not_found", count=len(set(enterprises)) - len(owners))
    known = set(ContestEntry.objects.filter(contest=contest).values_list("enterprise_id", flat=True))
    rows = [
        ContestEntry(area=item.area, office_id=item.office_id, contest=contest, enterprise=item)
        for item in owners
        if item.pk not in known
    ]
    return len(ContestEntry.objects.bulk_create(rows))


@transaction.atomic
def withdraw_entry(*, actor: Actor, contest_id: UUID, entry_id: UUID) -> None:
    """Take out a business that nobody has marked. Audited.

    Raises ``not_allowed``, ``not_found``, ``contest_closed``, ``contest_begun`` where a juror marked it.
    """
    require(actor, "market.manage")
    contest = _own(actor, contest_id)
    _must_be_open(contest)
    entry = ContestEntry.objects.select_related("enterprise").filter(pk=entry_id, contest=contest).first()
    if entry is None:
        raise Problem("not_found")
    if JuryScore.objects.filter(entry=entry).exists():
        raise Problem("contest_begun", contest=contest.name, detail=entry.enterprise.name)
    entry.delete()
    record(
        actor=actor, name="market.contest_withdrawn", subject_kind="contest", subject_id=contest.pk,
        area=contest.area, enterprise=str(entry.enterprise_id),
    )  # fmt: skip


@transaction.atomic
def close_contest(*, actor: Actor, contest_id: UUID) -> None:
    """Make the places final; every entry must have the sheet of every juror. Audited. A second time does nothing.

    Raises ``not_allowed``, ``not_found``, ``contest_unmarked``.
    """
    require(actor, "market.manage")
    contest = _own(actor, contest_id)
    if contest.closed_on is not None:
        return
    entries = dict(ContestEntry.objects.filter(contest=contest).values_list("pk", "enterprise__name"))
    sheets: dict[UUID, set[str]] = defaultdict(set)
    for entry, juror in JuryScore.objects.filter(entry__contest=contest).values_list("entry_id", "juror"):
        sheets[entry].add(juror)
    jurors = set().union(*sheets.values()) if sheets else set()
    lacking = sorted(name for key, name in entries.items() if not jurors or sheets[key] != jurors)
    if lacking or not entries:
        raise Problem("contest_unmarked", count=len(lacking), names=", ".join(lacking[:NAMED]) or contest.name)
    contest.closed_on = clock.today()
    contest.save(update_fields=["closed_on"])
    record(
        actor=actor, name="market.contest_closed", subject_kind="contest", subject_id=contest.pk, area=contest.area,
        entries=len(entries), jurors=len(jurors),
    )  # fmt: skip


@transaction.atomic
def reopen_contest(*, actor: Actor, contest_id: UUID) -> None:
    """Let jurors mark again, because a sheet was on its way. Audited. Raises ``not_allowed``, ``not_found``."""
    require(actor, "market.manage")
    contest = _own(actor, contest_id)
    if contest.closed_on is None:
        return
    contest.closed_on = None
    contest.save(update_fields=["closed_on"])
    record(
        actor=actor, name="market.contest_reopened", subject_kind="contest", subject_id=contest.pk, area=contest.area,
    )  # fmt: skip


def _own(actor: Actor, contest_id: UUID) -> Contest:
    """The office's own contest, locked. Raises ``not_found``: another office reads it and changes nothing."""
    contest = Contest.objects.select_for_update().filter(pk=contest_id, office_id=actor.office or 0).first()
    if contest is None:
        raise Problem("not_found")
    return contest


def _must_be_open(contest: Contest) -> None:
    if contest.closed_on is not None:
        raise Problem("contest_closed", contest=contest.name)


@transaction.atomic
def mark_entry(*, actor: Actor, entry_id: UUID, juror: str, marks: Mapping[str, int]) -> bool:
    """One juror's sheet of one entry, every criterion of the contest; places follow at once. Audited.

    Answers False where the same sheet is there already. Raises ``not_allowed``, ``not_found``, ``market_marks`` where
    a criterion is missing, unknown or out of range, ``contest_marked`` where this juror gave other marks (a mark
    once given stays), and ``contest_closed`` once places are final.
    """
    require(actor, "market.manage")
    entry = ContestEntry.objects.select_related("contest", "enterprise").filter(pk=entry_id).first()
    if entry is None:
        raise Problem("not_found")
    # One sheet at a time: places are computed over all of them.
    contest = _own(actor, entry.contest_id)
    weights = {name: int(weight) for name, weight in contest.criteria}
    if set(marks) != set(weights) or not all(0 <= mark <= 100 for mark in marks.values()) or not juror.strip():
        raise Problem("market_marks", contest=contest.name, detail=entry.enterprise.name)
    given = dict(JuryScore.objects.filter(entry=entry, juror=juror.strip()).values_list("criterion", "score"))
    if given == dict(marks):
        return False
    _must_be_open(contest)
    if given:
        raise Problem("contest_marked", juror=juror.strip(), name=entry.enterprise.name)
    JuryScore.objects.bulk_create(
        JuryScore(entry=entry, juror=juror.strip(), criterion=name, weight=weights[name], score=mark)
        for name, mark in marks.items()
    )
    _place(contest)
    record(actor=actor, name="market.entry_marked", subject_kind="contest_entry", subject_id=entry.pk, area=entry.area)
    return True


def _place(contest: Contest) -> None:
    entries = ContestEntry.objects.filter(contest=contest).in_bulk()
    scores = JuryScore.objects.filter(entry__contest=contest).values_list(
        "entry_id", "juror", "criterion", "weight", "score"
    )
    placed = rules.placings(
        JurorScore(str(entry), juror, criterion, Decimal(weight), Decimal(score))
        for entry, juror, criterion, weight, score in scores
    )
    changed = []
    for item in placed:
        row = entries[UUID(item.entry)]
        if (row.score, row.rank) != (float(item.total), item.place):
            row.score, row.rank = float(item.total), item.place
            changed.append(row)
    save(changed, ["score", "rank"])
