"""Freezing the list, commitments and seeds of the lottery, and the selection run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from berdaya.audit.services import record
from berdaya.kernel.bulk import stage
from berdaya.kernel.ids import new_id, new_ids
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.programmes.configfile import parse_config
from berdaya.programmes.facts import facts_of
from berdaya.programmes.models import Candidate, LotteryCommitment, Programme, SelectionEntry, SelectionRun
from berdaya.programmes.rules import lottery, quota
from berdaya.programmes.rules.lottery import Entry
from berdaya.programmes.rules.ranking import score
from berdaya.programmes.services.eligibility import screen_many
from berdaya.programmes.services.rows import insert_many
from berdaya.programmes.services.setup import open_programme
from berdaya.programmes.states import CandidateState
from berdaya.programmes.types import ProgrammeConfig
from berdaya.programmes.values import Frozen, Selected

_ENTRY = {
    "id": "uuid",
    "run_id": "uuid",
    "candidate_id": "uuid",
    "area": "bigint",
    "office_id": "bigint",
    "number": "integer",
    "listed_area": "bigint",
    "household_key": "text",
    "score": "integer",
    "parts": "jsonb",
    "draw": "text",
    "stratum": "text",
    "full": "text",
}
_OUTCOME = {
    "candidate_id": "uuid",
    "number": "integer",
    "rank": "integer",
    "selected": "boolean",
    "draw": "text",
    "stratum": "text",
    "probability": "float8",
    "full": "text",
    "score": "integer",
    "quota_area": "bigint",
}


@transaction.atomic
def commit_seed(*, actor: Actor, programme_id: UUID, party: int, commitment: str, on: date) -> None:
    """Record what party 1 or 2 promises (`sha256:<64 hex digits>`). The same promise again changes nothing.

    Once the seeds of a round have been used, the next commitment opens a new round. Raises ``commitment_bad``,
    ``same_person`` where one account commits for both parties, ``already_decided`` where the party has committed to
    something else.
    """
    programme, _, _ = open_programme(actor, programme_id, "selection.run")
    if party not in (1, 2) or not lottery.is_commitment(commitment):
        raise Problem("commitment_bad", value=commitment[:80])
    _commit(actor, programme, party, commitment, on=on, both=False)


@transaction.atomic
def reveal_seed(*, actor: Actor, programme_id: UUID, party: int, seed: str, on: date) -> None:
    """Open the seed of a party after the list is frozen.

    Raises ``list_not_frozen``, ``commitment_before_freeze`` (nothing was promised), ``lottery_seed_mismatch``, and
    ``same_person`` where this account has opened the other party's seed; the database refuses that as well.
    """
    programme, _, _ = open_programme(actor, programme_id, "selection.run")
    if not SelectionRun.objects.filter(programme=programme).exists():
        raise Problem("list_not_frozen")
    promise = LotteryCommitment.objects.filter(programme=programme, party=party).order_by("-round").first()
    if promise is None:
        raise Problem("commitment_before_freeze")
    if lottery.commitment(seed) != promise.commitment:
        raise Problem("lottery_seed_mismatch", party=party)
    if promise.seed:
        return
    same_round = LotteryCommitment.objects.filter(programme=programme, round=promise.round)
    if same_round.filter(opened_by=actor.account_id).exists():
        raise Problem("same_person")
    LotteryCommitment.objects.filter(pk=promise.pk).update(seed=seed, opened_by=actor.account_id, opened_on=on)
    record(
        actor=actor, name="lottery.seed_opened", subject_kind="programme", subject_id=programme.pk,
        party=party, round=promise.round,
    )  # fmt: skip


@transaction.atomic
def freeze_list(*, actor: Actor, programme_id: UUID, on: date) -> Frozen:
    """Screen once more, then number, score and hash those who may be selected. The same list again is the same run,
    and so is any list once recipients are decreed.

    Numbers follow the refs of the proposal. Raises ``seeds_already_open`` where the list would change after a seed of
    the present commitments was opened, and ``list_empty``.
    """
    programme, version, config = open_programme(actor, programme_id, "selection.run")
    latest = SelectionRun.objects.filter(programme=programme).order_by("-frozen_on", "-id").first()
    if latest is not None and Candidate.objects.filter(programme=programme, decreed_on__isnull=False).exists():
        return Frozen(latest.pk, latest.entries.count(), bytes(latest.list_sha256).hex())
    screen_many(actor=actor, programme_id=programme_id, on=on)
    _commit_configured(actor, programme, config, on)
    entries, parts = _entries(programme, config, on)
    digest = lottery.list_hash(entries)
    if latest is not None and bytes(latest.list_sha256).hex() == digest and latest.version_id == version.pk:
        return Frozen(latest.pk, len(entries), digest)
    promises = _promises(programme)
    if any(promise.seed for promise in promises):
        raise Problem("seeds_already_open")
    run = SelectionRun.objects.create(
        id=new_id(),
        programme=programme,
        area=programme.area,
        office_id=programme.office_id,
        version=version,
        list_sha256=bytes.fromhex(digest),
        commitments=[promise.commitment for promise in promises],
        frozen_on=on,
    )
    insert_many(
        "programmes_selectionentry",
        _ENTRY,
        (
            (
                new,
                run.pk,
                parts[entry.number][0],
                entry.area,
                programme.office_id,
                entry.number,
                entry.area,
                entry.household,
                entry.score,
                json.dumps(parts[entry.number][1]),
                *("", "", ""),
            )
            for new, entry in zip(new_ids(len(entries)), entries, strict=True)
        ),
    )
    record(
        actor=actor, name="selection.frozen", subject_kind="programme", subject_id=programme.pk,
        run=str(run.pk), count=len(entries), sha256=digest,
    )  # fmt: skip
    return Frozen(run.pk, len(entries), digest)


@transaction.atomic
def run_selection(*, actor: Actor, programme_id: UUID, on: date) -> Selected:
    """Rank the frozen list and give out the places. A run that is decided answers what it decided.

    Raises ``list_not_frozen``, ``list_changed`` (the stored lines no longer give the hash), ``lottery_needed`` (equals
    compete and a seed is closed), ``already_decided`` where a decree rests on an earlier run.
    """
    programme, _, _ = open_programme(actor, programme_id, "selection.run")
    runs = SelectionRun.objects.filter(programme=programme).select_related("version")
    run = runs.order_by("-frozen_on", "-id").first()
    if run is None:
        raise Problem("list_not_frozen")
    if run.decided_on is not None:
        return _answer(run)
    if Candidate.objects.filter(programme=programme, decreed_on__isnull=False).exists():
        raise Problem("already_decided")
    lines = listed(run)
    entries = [line.entry for line in lines]
    if lottery.list_hash(entries) != bytes(run.list_sha256).hex():
        raise Problem("list_changed")
    seeds = _opened(programme)
    # The rules that were frozen with the list decide, whatever version has been written since.
    limits = quota.ceilings(parse_config(run.version.config), [entry.area for entry in entries])
    outcome = quota.select(entries, limits, seeds)
    _write(programme, run, outcome, {line.entry.number: line.candidate_id for line in lines})
    contested = sum(0 < place.probability < 1 for place in outcome.places)
    summary = {"selected": len(outcome.selected), "waiting": len(outcome.waiting), "contested": contested}
    quotas = {str(item.area): {"places": item.places, "origin": item.origin} for item in limits.values()}
    SelectionRun.objects.filter(pk=run.pk).update(seeds=list(seeds), quotas=quotas, summary=summary, decided_on=on)
    record(
        actor=actor,
        name="selection.run",
        subject_kind="programme",
        subject_id=programme.pk,
        run=str(run.pk),
        outcome=summary,
    )
    return Selected(run_id=run.pk, **summary)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a frozen list with the candidate that it names and that candidate's state."""

    entry: Entry
    candidate_id: UUID
    state: str
    rank: int


def listed(run: SelectionRun) -> list[Line]:
    """The lines of a run by number."""
    rows = SelectionEntry.objects.filter(run=run).order_by("number")
    return [
        Line(Entry(number, ref, area, household, total), candidate, state, rank or 0)
        for number, ref, area, household, total, candidate, state, rank in rows.values_list(
            "number",
            "candidate__ref",
            "listed_area",
            "household_key",
            "score",
            "candidate_id",
            "candidate__state",
            "rank",
        )
    ]


def _entries(
    programme: Programme, config: ProgrammeConfig, on: date
) -> tuple[list[Entry], dict[int, tuple[UUID, Mapping[str, int]]]]:
    """Numbered entries of all who may be selected, and by number the candidate and the parts of its score."""
    ready = CandidateState.VERIFIED if config.dates.verification else CandidateState.ELIGIBLE
    states = [ready.value, CandidateState.SELECTED.value, CandidateState.WAITING.value]
    chosen = Candidate.objects.filter(programme=programme, state__in=states)
    rows = sorted(chosen.values_list("ref", "id", "area", "household_id"), key=lambda row: lottery.ref_order(row[0]))
    if not rows:
        raise Problem("list_empty")
    facts = facts_of(config, chosen, as_of=on)
    entries, parts = [], {}
    for number, (ref, pk, area, household) in enumerate(rows, start=1):
        points = score(config.subject, config.ranking.weights, facts[pk].standing)
        entries.append(Entry(number, ref, area, str(household) if household else "", points.total))
        parts[number] = (pk, points.parts)
    return entries, parts


def _answer(run: SelectionRun) -> Selected:
    return Selected(
        run_id=run.pk,
        selected=run.summary["selected"],
        waiting=run.summary["waiting"],
        contested=run.summary["contested"],
    )


def _promises(programme: Programme) -> list[LotteryCommitment]:
    """The commitments of the latest round, by party."""
    rows = list(LotteryCommitment.objects.filter(programme=programme).order_by("-round", "party"))
    return [row for row in rows if row.round == rows[0].round]


def _opened(programme: Programme) -> Sequence[str]:
    """Both seeds of the latest round, or none while one of them is closed."""
    seeds = [promise.seed for promise in _promises(programme) if promise.seed]
    return seeds if len(seeds) == 2 else ()


def _commit_configured(actor: Actor, programme: Programme, config: ProgrammeConfig, on: date) -> None:
    """Commitments published in `programme.toml` count as recorded when the list is frozen."""
    if config.ranking.lottery is None or _promises(programme):
        return
    for party, promise in enumerate(config.ranking.lottery.commitments, start=1):
        _commit(actor, programme, party, promise, on=on, both=True)


def _commit(actor: Actor, programme: Programme, party: int, promise: str, *, on: date, both: bool) -> None:
    latest = _promises(programme)
    used = bool(latest) and all(item.seed for item in latest) and len(latest) == 2
    turn = (latest[0].round + 1 if used else latest[0].round) if latest else 1
    mine = [] if used else [item for item in latest if item.party == party]
    others = [] if used else [item for item in latest if item.party != party]
    if mine:
        if mine[0].commitment != promise:
            raise Problem("already_decided")
        return
    if not both and any(item.committed_by == actor.account_id for item in others):
        raise Problem("same_person")
    LotteryCommitment.objects.create(
        id=new_id(),
        programme=programme,
        area=programme.area,
        office_id=programme.office_id,
        round=turn,
        party=party,
        commitment=promise,
        committed_by=actor.account_id or 0,
        committed_on=on,
    )
    record(
        actor=actor, name="lottery.committed", subject_kind="programme", subject_id=programme.pk,
        party=party, round=turn, commitment=promise,
    )  # fmt: skip


def _write(programme: Programme, run: SelectionRun, outcome: quota.Selection, candidates: Mapping[int, UUID]) -> None:
    """Outcome into the frozen lines and onto the candidates, in two statements."""
    with connection.cursor() as cursor:
        stage(cursor, "outcome", _OUTCOME, (_outcome_row(place, candidates[place.number]) for place in outcome.places))
        cursor.execute(
            """
            UPDATE programmes_selectionentry e
            SET rank = o.rank, selected = o.selected, draw = o.draw, stratum = o.stratum,
                probability = o.probability, "full" = o."full"
            FROM outcome o WHERE e.run_id = %s AND e.number = o.number
            """,
            [run.pk],
        )
        cursor.execute(
            """
            UPDATE programmes_candidate c
            SET place = CASE WHEN o.selected THEN 'selected' ELSE 'waiting' END, rank = o.rank, score = o.score,
                stratum = o.stratum, probability = o.probability, quota_area = o.quota_area
            FROM outcome o WHERE c.id = o.candidate_id
            """
        )
        # A candidate that an earlier run placed and this list no longer holds keeps no place.
        cursor.execute(
            """
            UPDATE programmes_candidate c SET place = ''
            WHERE c.programme_id = %s AND c.place <> '' AND c.decreed_on IS NULL
              AND c.id NOT IN (SELECT o.candidate_id FROM outcome o)
            """,
            [programme.pk],
        )


def _outcome_row(place: quota.Place, candidate: UUID) -> tuple[Any, ...]:
    return (
        candidate,
        place.number,
        place.rank,
        place.selected,
        place.draw,
        place.stratum,
        place.probability,
        place.full,
        place.score,
        place.quota_area,
    )


def ceilings_of(run: SelectionRun) -> dict[int, quota.Ceiling]:
    """The ceilings that a decided run used."""
    stored: dict[str, Any] = run.quotas if isinstance(run.quotas, dict) else json.loads(run.quotas)
    return {int(area): quota.Ceiling(int(area), item["places"], item["origin"]) for area, item in stored.items()}
