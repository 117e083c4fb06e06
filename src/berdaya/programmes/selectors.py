"""Reads of programmes: lists, funnel, the decision page, recipients, simulation. Each runs in an open scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce

from berdaya.access.permissions import require
from berdaya.areas.codes import format_code
from berdaya.kernel.bulk import fetch
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.programmes.configfile import canonical, parse_config
from berdaya.programmes.facts import facts_of
from berdaya.programmes.models import (
    Approval,
    Candidate,
    Decree,
    DecreeLine,
    MotivatorPair,
    Programme,
    ProgrammeVersion,
    SelectionEntry,
    SelectionRun,
    Verification,
)
from berdaya.programmes.rules import quota, replay
from berdaya.programmes.rules.eligibility import decide
from berdaya.programmes.rules.evidence import CriterionResult, from_json
from berdaya.programmes.rules.lottery import Entry, ref_order
from berdaya.programmes.rules.ranking import score
from berdaya.programmes.states import CandidateState
from berdaya.programmes.types import ProgrammeConfig, Verdict
from berdaya.programmes.values import (
    AnnexLine,
    ApprovalRow,
    CandidateFilter,
    CandidateRow,
    DecreeRow,
    Overview,
    ProgrammeRow,
    Recipient,
    Simulated,
    Stage,
    VisitRow,
)


def config_of(*, actor: Actor, programme_id: UUID) -> ProgrammeConfig:
    """The rules in force. Raises ``not_found`` outside the scope."""
    require(actor, "programme.read")
    return parse_config(_version(programme_id).config)


def programme_by_code(*, actor: Actor, code: str) -> ProgrammeRow:
    """One programme by its code. Raises ``not_found`` outside the scope."""
    found = [row for row in programme_list(actor=actor) if row.code == code]
    if not found:
        raise Problem("not_found")
    return found[0]


def programme_list(*, actor: Actor) -> list[ProgrammeRow]:
    """Programmes of the scope, newest year first, each with the candidates that the actor may see."""
    require(actor, "programme.read")
    rows = Programme.objects.annotate(
        seen=Count("candidates"), decreed=Count("candidates", Q(candidates__state=CandidateState.DECREED.value))
    ).order_by("-year", "code")
    return [
        ProgrammeRow(
            id=row.pk,
            code=row.code,
            name=row.name,
            year=row.year,
            area=row.area,
            scheme=row.scheme,
            synthetic=row.synthetic,
            candidates=row.seen,
            decreed=row.decreed,
        )
        for row in rows
    ]


def programme_overview(*, actor: Actor, programme_id: UUID, area: tuple[int, int] | None = None) -> Overview:
    """The funnel in one query: candidates by state and reason, inside ``area`` where given. Raises ``not_found``."""
    require(actor, "programme.read")
    rows = fetch(
        """
        SELECT p.code, p.name, p.year, p.area, p.scheme, p.synthetic, v.config->'quota'->>'total', f.state, f.reason,
               f.count, f.incomplete
        FROM programmes_programme p
        JOIN LATERAL (SELECT config FROM programmes_programmeversion WHERE programme_id = p.id
                      ORDER BY number DESC LIMIT 1) v ON true
        LEFT JOIN (
            SELECT state, reason, count(*) AS count, count(*) FILTER (WHERE incomplete) AS incomplete
            FROM programmes_candidate
            WHERE programme_id = %(id)s AND area BETWEEN %(lo)s AND %(hi)s
            GROUP BY state, reason
        ) f ON true
        WHERE p.id = %(id)s
        ORDER BY f.state, f.reason
        """,
        {"id": programme_id, "lo": area[0] if area else 0, "hi": area[1] if area else 9_999_999_999},
    )
    if not rows:
        raise Problem("not_found")
    states: dict[str, int] = defaultdict(int)
    reasons: dict[str, dict[str, int]] = defaultdict(dict)
    incomplete = 0
    for *_, state, reason, count, marked in rows:
        if state is None:
            continue
        states[state] += count
        incomplete += marked
        if reason:
            reasons[state][reason] = count
    code, name, year, home, scheme, synthetic, total = rows[0][:7]
    return Overview(
        programme_id=programme_id,
        code=code,
        name=name,
        year=year,
        area=home,
        scheme=scheme,
        synthetic=synthetic,
        quota=int(total),
        states=dict(states),
        reasons={state: dict(found) for state, found in reasons.items()},
        incomplete=incomplete,
    )


def candidates(
    *,
    actor: Actor,
    where: CandidateFilter,
    limit: int = 50,
    after: int = 0,
) -> list[CandidateRow]:
    """A page of candidates by list number; ``after`` is the last number of the page before."""
    require(actor, "programme.read")
    rows = _filtered(where).filter(list_no__gt=after).order_by("list_no", "id")[:limit]
    return [_row(item) for item in rows.values(*_ROW)]


def candidate_count(*, actor: Actor, where: CandidateFilter) -> int:
    """How many the list behind a figure holds."""
    require(actor, "programme.read")
    return _filtered(where).count()


@dataclass(frozen=True, slots=True)
class CandidateDetail:
    """The decision page of one candidate: each criterion with its evidence, visits, rank, chance, decree."""

    row: CandidateRow
    programme_id: UUID
    programme_code: str
    criteria: tuple[CriterionResult, ...]
    decided_on: date | None
    version: int | None
    verifications: tuple[VisitRow, ...]
    number: int | None
    draw: str
    stratum: str
    probability: float | None
    full: str
    decree_number: str
    decreed_on: date | None
    replaced_on: date | None
    replaced_reason: str
    replaces: UUID | None
    motivator: UUID | None
    duplicate_of: UUID | None


def candidate_detail(*, actor: Actor, candidate_id: UUID) -> CandidateDetail:
    """Everything that led to a candidate's state. Raises ``not_found`` outside the scope."""
    require(actor, "family.read")
    found = Candidate.objects.filter(pk=candidate_id)
    item = found.values(*_ROW).first()
    if item is None:
        raise Problem("not_found")
    candidate = found.select_related("programme", "version").get()
    entry = SelectionEntry.objects.filter(candidate=candidate).order_by("-run__frozen_on", "-run_id").first()
    line = (
        DecreeLine.objects.filter(candidate=candidate).select_related("decree").order_by("-decree__decreed_on").first()
    )
    pair = MotivatorPair.objects.filter(newcomer=candidate).first()
    visits = Verification.objects.filter(candidate=candidate).order_by("visited_on", "id")
    return CandidateDetail(
        row=_row(item),
        programme_id=candidate.programme_id,
        programme_code=candidate.programme.code,
        criteria=tuple(from_json(check) for check in candidate.checks),
        decided_on=candidate.decided_on,
        version=candidate.version.number if candidate.version else None,
        verifications=tuple(
            VisitRow(row.visited_on, row.verifier, row.result, row.meeting_on, row.meeting_decision, row.note)
            for row in visits
        ),
        number=entry.number if entry else None,
        draw=entry.draw if entry else "",
        stratum=candidate.stratum,
        probability=candidate.probability,
        full=entry.full if entry else "",
        decree_number=line.decree.number if line else "",
        decreed_on=candidate.decreed_on,
        replaced_on=candidate.replaced_on,
        replaced_reason=candidate.replaced_reason,
        replaces=candidate.replaces_id,
        motivator=pair.motivator_id if pair else None,
        duplicate_of=candidate.duplicate_of_id,
    )


def recipients(*, actor: Actor, programme_id: UUID) -> list[Recipient]:
    """All who hold a place of a decree in force, by list number."""
    require(actor, "programme.read")
    lines = DecreeLine.objects.filter(
        candidate__programme_id=programme_id, candidate__state=CandidateState.DECREED.value, replaced_on=None
    ).order_by("candidate__list_no")
    rows = lines.values_list(
        "candidate_id",
        "id",
        "candidate__ref",
        "candidate__list_no",
        "candidate__rank",
        "area",
        "household_id",
        "candidate__person_id",
        "group_id",
        "candidate__kind",
        "candidate__interests",
        "candidate__skills",
    )
    return [
        Recipient(pk, line, ref, number, rank or 0, area, home, person, group, kind, tuple(interests), tuple(skills))
        for pk, line, ref, number, rank, area, home, person, group, kind, interests, skills in rows
    ]


def decree_annex(*, actor: Actor, decree_id: UUID) -> list[AnnexLine]:
    """The annex of a decree, by line; replaced recipients stay in the annex that named them."""
    require(actor, "programme.read")
    lines = DecreeLine.objects.filter(decree_id=decree_id).order_by("number")
    names = lines.annotate(
        name=Coalesce("candidate__group__name", "candidate__person__name"),
        address=Coalesce("candidate__group__address", "candidate__household__address"),
    )
    return [
        AnnexLine(
            number=item["number"],
            ref=item["candidate__ref"],
            name=item["name"] or "",
            area=item["area"],
            address=item["address"] or "",
            kind=item["candidate__kind"],
            rank=item["candidate__rank"],
        )
        for item in names.values(
            "number", "candidate__ref", "name", "area", "address", "candidate__kind", "candidate__rank"
        )
    ]


def decrees(*, actor: Actor, programme_id: UUID) -> list[DecreeRow]:
    """Decrees of a programme, oldest first, each with its maker, its checker and the number of its lines."""
    require(actor, "programme.read")
    rows = Decree.objects.filter(programme_id=programme_id).select_related("approval")
    return [
        DecreeRow(
            id=row.pk,
            number=row.number,
            decreed_on=row.decreed_on,
            line_count=row.line_count,
            approval_id=row.approval.pk,
            made_by=row.approval.made_by,
            checked_by=row.approval.checked_by,
            document_id=row.document_id,
        )
        for row in rows.annotate(line_count=Count("lines")).order_by("decreed_on", "number")
    ]


def approvals(*, actor: Actor, programme_id: UUID | None = None, open_only: bool = False) -> list[ApprovalRow]:
    """Stages that wait for a checker or have one, oldest first."""
    require(actor, "programme.read")
    rows = Approval.objects.order_by("made_at", "id")
    if programme_id is not None:
        rows = rows.filter(programme_id=programme_id)
    if open_only:
        rows = rows.filter(checked_by=None)
    return [
        ApprovalRow(row.pk, row.programme_id, row.stage, row.subject_id, row.summary, row.made_by, row.checked_by)
        for row in rows
    ]


def is_approved(*, actor: Actor, programme_id: UUID, stage: Stage, subject_id: UUID | None = None) -> bool:
    """True once a second person has signed the stage."""
    require(actor, "programme.read")
    return Approval.objects.filter(
        programme_id=programme_id, stage=stage.value, subject_id=subject_id, checked_by__isnull=False
    ).exists()


def selection_report(*, actor: Actor, programme_id: UUID) -> dict[str, Any] | None:
    """What anyone needs to repeat the latest run: hash, commitments, opened seeds, quotas, summary; None before it."""
    require(actor, "programme.read")
    run = SelectionRun.objects.filter(programme_id=programme_id).order_by("-frozen_on", "-id").first()
    if run is None:
        return None
    return {
        "run_id": run.pk,
        "frozen_on": run.frozen_on,
        "decided_on": run.decided_on,
        "list_sha256": bytes(run.list_sha256).hex(),
        "commitments": list(run.commitments),
        "seeds": list(run.seeds),
        "quotas": dict(run.quotas),
        "summary": dict(run.summary),
    }


def selection_export(*, actor: Actor, code: str) -> dict[str, Any]:
    """The latest decided selection of a programme in the layout of `rules.replay`: repeatable, without names or NIK.

    Raises ``not_found`` outside the scope, ``selection_open`` before the decision.
    """
    require(actor, "export")
    programme = programme_by_code(actor=actor, code=code)
    runs = SelectionRun.objects.filter(programme_id=programme.id, decided_on__isnull=False)
    run = runs.select_related("version").order_by("-frozen_on", "-id").first()
    if run is None or run.decided_on is None:
        raise Problem("selection_open", programme=code)
    lines = SelectionEntry.objects.filter(run=run).order_by("number")
    entries = lines.values(
        "number", "score", *replay.OUTCOME,
        ref=F("candidate__ref"), line_area=F("listed_area"), household=F("household_key"),
    )  # fmt: skip
    export = {
        "format": replay.FORMAT,
        "programme": {
            "code": programme.code,
            "name": programme.name,
            "year": programme.year,
            "area": format_code(programme.area),
        },
        "frozen_on": run.frozen_on.isoformat(),
        "decided_on": run.decided_on.isoformat(),
        "quota": canonical(parse_config(run.version.config))["quota"],
        "ceilings": dict(run.quotas),
        "list_sha256": bytes(run.list_sha256).hex(),
        "commitments": list(run.commitments),
        "seeds": list(run.seeds),
        "entries": [{"area": line.pop("line_area"), **line} for line in entries],
    }
    return replay.parse(export).model_dump(mode="json")


def simulate(
    *, actor: Actor, programme_id: UUID, config: ProgrammeConfig, as_of: date, seeds: Sequence[str]
) -> Simulated:
    """Who would enter and who would leave under ``config``, with the facts of ``as_of``. Nothing is written.

    Both rules are run over every candidate that verification has not refused, with the same ``seeds``, so that the
    difference comes from the rules alone.
    """
    require(actor, "programme.read")
    before = _simulate(config_of(actor=actor, programme_id=programme_id), programme_id, as_of, seeds)
    after = _simulate(config, programme_id, as_of, seeds)
    return Simulated(
        enters=tuple(sorted(after[0] - before[0], key=ref_order)),
        leaves=tuple(sorted(before[0] - after[0], key=ref_order)),
        stays=len(before[0] & after[0]),
        eligible_before=before[1],
        eligible_after=after[1],
        before=frozenset(before[0]),
        after=frozenset(after[0]),
    )


def _simulate(config: ProgrammeConfig, programme_id: UUID, as_of: date, seeds: Sequence[str]) -> tuple[set[str], int]:
    rows = Candidate.objects.filter(programme_id=programme_id, duplicate_of=None).exclude(verified=False)
    facts = facts_of(config, rows, as_of=as_of)
    entries = []
    for pk, ref, area, household in rows.values_list("id", "ref", "area", "household_id"):
        if decide(config, facts[pk].eligibility).verdict is Verdict.ELIGIBLE:
            total = score(config.subject, config.ranking.weights, facts[pk].standing).total
            entries.append((ref, area, str(household or ""), total))
    entries.sort(key=lambda item: ref_order(item[0]))
    lines = [Entry(number, *item) for number, item in enumerate(entries, start=1)]
    outcome = quota.select(lines, quota.ceilings(config, [line.area for line in lines]), seeds)
    return {place.ref for place in outcome.selected}, len(lines)


def _version(programme_id: UUID) -> ProgrammeVersion:
    version = ProgrammeVersion.objects.filter(programme_id=programme_id).order_by("-number").first()
    if version is None:
        raise Problem("not_found")
    return version


_ROW = (
    "id", "ref", "list_no", "area", "household_id", "person_id", "group_id", "kind", "state", "reason", "incomplete",
    "score", "rank", "group__name", "person__name", "group__synthetic", "household__synthetic",
)  # fmt: skip


def _row(item: dict[str, Any]) -> CandidateRow:
    return CandidateRow(
        id=item["id"],
        ref=item["ref"],
        list_no=item["list_no"],
        area=item["area"],
        name=item["group__name"] or item["person__name"] or "",
        is_group=item["group_id"] is not None,
        household_id=item["household_id"],
        person_id=item["person_id"],
        group_id=item["group_id"],
        kind=item["kind"],
        state=item["state"],
        reason=item["reason"],
        incomplete=item["incomplete"],
        score=item["score"],
        rank=item["rank"],
        synthetic=bool(item["group__synthetic"] or item["household__synthetic"]),
    )


def _filtered(wanted: CandidateFilter) -> QuerySet[Candidate]:
    rows = Candidate.objects.all()
    if wanted.programme_id is not None:
        rows = rows.filter(programme_id=wanted.programme_id)
    if wanted.states:
        rows = rows.filter(state__in=wanted.states)
    if wanted.area is not None:
        rows = rows.filter(area__range=wanted.area)
    if wanted.reason:
        rows = rows.filter(reason=wanted.reason)
    if wanted.incomplete is not None:
        rows = rows.filter(incomplete=wanted.incomplete)
    if wanted.text:
        text = wanted.text.strip()
        rows = rows.filter(Q(ref=text) | Q(person__name__icontains=text) | Q(group__name__icontains=text))
    return rows
