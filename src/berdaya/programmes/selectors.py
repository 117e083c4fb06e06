"""Reads of programmes: lists, funnel, the decision page, recipients, simulation. Each runs in an open scope."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Coalesce

from berdaya.access.permissions import require
from berdaya.areas.codes import format_code
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.programmes.configfile import canonical, parse_config
from berdaya.programmes.facts import facts_of
from berdaya.programmes.models import (
    Candidate,
    DecreeLine,
    Programme,
    ProgrammeVersion,
    SelectionEntry,
    SelectionRun,
)
from berdaya.programmes.rules import quota, replay
from berdaya.programmes.rules.eligibility import decide
from berdaya.programmes.rules.lottery import Entry, ref_order
from berdaya.programmes.rules.ranking import score
from berdaya.programmes.types import ProgrammeConfig, Verdict
from berdaya.programmes.values import (
    AnnexLine,
    Simulated,
)


def config_of(*, actor: Actor, programme_id: UUID) -> ProgrammeConfig:
    """The rules in force. Raises ``not_found`` outside the scope."""
    require(actor, "programme.read")
    return parse_config(_version(programme_id).config)


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


def selection_export(*, actor: Actor, code: str) -> dict[str, Any]:
    """The latest decided selection of a programme in the layout of `rules.replay`: repeatable, without names or NIK.

    Raises ``not_found`` outside the scope, ``selection_open`` before the decision.
    """
    require(actor, "export")
    programme = Programme.objects.filter(code=code).first()
    if programme is None:
        raise Problem("not_found")
    runs = SelectionRun.objects.filter(programme=programme, decided_on__isnull=False)
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
