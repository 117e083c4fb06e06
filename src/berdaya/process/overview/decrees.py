"""Decrees of a programme with their papers, and the annex as rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from berdaya.access.models import Account
from berdaya.access.permissions import require
from berdaya.areas.selectors import paths
from berdaya.kernel.scope import Actor
from berdaya.process.overview.common import found
from berdaya.process.overview.village import Head, PaperRow, head_of, papers, trade_of
from berdaya.programmes.models import Candidate, Decree, DecreeLine, LotteryCommitment, MeetingDecision, SelectionRun
from berdaya.programmes.selectors import decree_annex
from berdaya.programmes.values import AnnexLine


@dataclass(frozen=True)
class DecreeRow:
    """One decree: lines, who made and who checked it, its papers, relatives of deciders among its recipients."""

    id: UUID
    number: str
    decreed_on: date
    lines: int
    replaced: int
    made_by: str
    checked_by: str
    kin: int
    papers: tuple[PaperRow, ...]


@dataclass(frozen=True)
class ReplacedRow:
    """A place that was taken away: who left, why, and who came; kept for ever."""

    candidate_id: UUID
    name: str
    replaced_on: date
    reason: str
    came_id: UUID | None
    came: str


@dataclass(frozen=True)
class DecreesView:
    """Papers of the selection of one programme."""

    head: Head
    decrees: tuple[DecreeRow, ...]
    replaced: tuple[ReplacedRow, ...]
    waiting: int
    lottery: tuple[PaperRow, ...]
    frozen: bool
    commitments: tuple[tuple[int, str, str], ...]
    """Party, commitment, seed (empty while closed)."""


def decrees(*, actor: Actor, code: str) -> DecreesView:
    """Decrees, replacements and the draw of a programme; ``not_found`` for other offices."""
    require(actor, "document.read")
    head = head_of(actor=actor, code=code)
    rows = list(Decree.objects.filter(programme=head.id).select_related("approval").order_by("-decreed_on", "-number"))
    people = {who for row in rows for who in (row.approval.made_by, row.approval.checked_by) if who}
    names = dict(Account.objects.filter(pk__in=people).values_list("pk", "name"))
    told = []
    for row in rows:
        lines = DecreeLine.objects.filter(decree=row)
        kin = MeetingDecision.objects.filter(candidate__decree_lines__decree=row).exclude(relation="")
        told.append(
            DecreeRow(
                row.pk, row.number, row.decreed_on, lines.filter(replaced_on=None).count(),
                lines.exclude(replaced_on=None).count(), names.get(row.approval.made_by, ""),
                names.get(row.approval.checked_by or 0, ""), kin.values("candidate").distinct().count(),
                papers(kind="decree", subject=row.pk),
            )
        )  # fmt: skip
    run = SelectionRun.objects.filter(programme=head.id).order_by("-frozen_on", "-id").first()
    promises = list(LotteryCommitment.objects.filter(programme=head.id).order_by("-round", "party"))
    return DecreesView(
        head,
        tuple(told),
        _replaced(head.id),
        Candidate.objects.filter(programme=head.id, state="waiting").count(),
        papers(kind="lottery", subject=run.pk) if run else (),
        run is not None,
        tuple((row.party, row.commitment, row.seed) for row in promises if row.round == promises[0].round),
    )


def _replaced(programme_id: UUID) -> tuple[ReplacedRow, ...]:
    gone = list(
        Candidate.objects.filter(programme=programme_id, replaced_on__isnull=False)
        .select_related("person", "group")
        .order_by("-replaced_on", "list_no")[:200]
    )
    came = {
        row.replaces_id: row for row in Candidate.objects.filter(replaces__in=gone).select_related("person", "group")
    }
    told = []
    for row in gone:
        new = came.get(row.pk)
        told.append(
            ReplacedRow(
                row.pk, _name(row), found(row.replaced_on), row.replaced_reason, new.pk if new else None,
                _name(new) if new else "",
            )
        )  # fmt: skip
    return tuple(told)


def _name(candidate: Candidate) -> str:
    if candidate.group is not None:
        return candidate.group.name
    return candidate.person.name if candidate.person else candidate.ref


def annex_rows(*, actor: Actor, code: str, decree_id: UUID) -> tuple[str, Iterator[tuple[AnnexLine, str, str]]]:
    """Number of a decree and its annex: line, code of the trade, place in full. Raises ``not_found``."""
    require(actor, "document.read")
    head = head_of(actor=actor, code=code)
    decree = found(Decree.objects.filter(pk=decree_id, programme=head.id).first())
    lines = decree_annex(actor=actor, decree_id=decree.pk)
    places = paths({line.area for line in lines})
    trades = {
        row.candidate_id: trade_of(row.candidate)
        for row in DecreeLine.objects.filter(decree=decree).select_related("candidate")
    }
    by_ref = {ref: trades[pk] for pk, ref in Candidate.objects.filter(pk__in=list(trades)).values_list("pk", "ref")}
    return decree.number, ((line, by_ref.get(line.ref, ""), places.get(line.area, "")) for line in lines)
