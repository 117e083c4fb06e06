"""Contests that are opened first and marked on the spot; :func:`services.hold_contest` takes whole ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.audit.services import record
from berdaya.enterprises.models import Enterprise
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.market import rules
from berdaya.market.models import Contest, ContestEntry, JuryScore
from berdaya.market.types import JurorScore, NewContest


@transaction.atomic
def open_contest(
    *, actor: Actor, contest: NewContest, criteria: Sequence[tuple[str, int]], enterprises: Sequence[UUID]
) -> None:
    """A contest with its criteria (name, weight) and its entries, before anybody is marked. Audited.

    A second time adds entries and changes name, level and day. Raises ``not_allowed``, ``market_marks`` for criteria
    that are none, and ``enterprise_not_found``.
    """
    require(actor, "market.manage")
    names = [name.strip() for name, _weight in criteria]
    if not names or not all(names) or len(set(names)) < len(names) or any(weight <= 0 for _name, weight in criteria):
        raise Problem("market_marks", contest=contest.name, detail="kriteria dan bobotnya")
    owners = list(Enterprise.objects.filter(pk__in=enterprises))
    if len(owners) < len(set(enterprises)):
        raise Problem("enterprise_not_found", count=len(set(enterprises)) - len(owners))
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
            "criteria": [[name, weight] for name, (_name, weight) in zip(names, criteria, strict=True)],
        },
    )
    known = set(ContestEntry.objects.filter(contest=row).values_list("enterprise_id", flat=True))
    ContestEntry.objects.bulk_create(
        ContestEntry(area=item.area, office_id=item.office_id, contest=row, enterprise=item)
        for item in owners
        if item.pk not in known
    )
    record(
        actor=actor, name="market.contest_opened", subject_kind="contest", subject_id=row.pk, area=row.area,
        entries=len(owners),
    )  # fmt: skip


@transaction.atomic
def mark_entry(*, actor: Actor, entry_id: UUID, juror: str, marks: Mapping[str, int]) -> bool:
    """One juror's sheet of one entry, every criterion of the contest; places follow at once. Audited.

    Answers False where the same sheet is there already. Raises ``not_allowed``, ``not_found``, ``market_marks`` where
    a criterion is missing, unknown or out of range, and ``contest_marked`` where this juror gave other marks: a mark
    once given stays.
    """
    require(actor, "market.manage")
    entry = ContestEntry.objects.select_related("contest", "enterprise").filter(pk=entry_id).first()
    if entry is None:
        raise Problem("not_found")
    # One sheet at a time: places are computed over all of them.
    contest = Contest.objects.select_for_update().get(pk=entry.contest_id)
    weights = {name: int(weight) for name, weight in contest.criteria}
    if set(marks) != set(weights) or not all(0 <= mark <= 100 for mark in marks.values()) or not juror.strip():
        raise Problem("market_marks", contest=contest.name, detail=entry.enterprise.name)
    given = dict(JuryScore.objects.filter(entry=entry, juror=juror.strip()).values_list("criterion", "score"))
    if given == dict(marks):
        return False
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
    ContestEntry.objects.bulk_update(changed, ["score", "rank"], batch_size=500)
