"""What other weights, quotas or rules would change, before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from berdaya.access.permissions import require
from berdaya.areas.codes import Level, ancestor, format_code, level_of
from berdaya.areas.selectors import paths
from berdaya.kernel import clock
from berdaya.kernel.formats import language
from berdaya.kernel.scope import Actor
from berdaya.people.models import DesilSnapshot, PersonPrivate
from berdaya.process.overview.common import found
from berdaya.process.overview.village import Head, head_of, name_of
from berdaya.programmes import selectors
from berdaya.programmes.configfile import canonical, parse_config
from berdaya.programmes.models import Candidate, SelectionRun
from berdaya.programmes.rules.ranking import CRITERIA
from berdaya.programmes.selectors import config_of
from berdaya.programmes.types import ProgrammeConfig
from berdaya.programmes.values import Simulated

TRIAL = ("simulasi pihak kesatu", "simulasi pihak kedua")
"""Seeds of a trial draw where the real ones are closed: it orders equals somehow, never as the real draw will."""
NAMED = 60
"""Names shown of those who enter and of those who leave."""


@dataclass(frozen=True)
class Trial:
    """Rules to be tried: weights by criterion, total, quotas by area code, and limits; None leaves a rule as it is."""

    weights: Mapping[str, int] = field(default_factory=dict)
    total: int | None = None
    areas: Mapping[int, int] = field(default_factory=dict)
    desil_max: int | None = None
    age_min: int | None = None
    age_max: int | None = None
    cool_off: int | None = None


@dataclass(frozen=True)
class Change:
    """One row of a picture: how many before and after."""

    name: str
    before: int
    after: int

    @property
    def difference(self) -> int:
        return self.after - self.before


@dataclass(frozen=True)
class Mover:
    """Somebody who would enter or leave."""

    candidate_id: UUID
    ref: str
    name: str
    area: int


@dataclass(frozen=True)
class SimulationView:
    """The rules in force, what was tried, and the difference by area, sex, disability and decile."""

    head: Head
    config: ProgrammeConfig
    criteria: Mapping[str, str]
    outcome: Simulated | None
    pictures: Mapping[str, tuple[Change, ...]]
    enters: tuple[Mover, ...]
    leaves: tuple[Mover, ...]
    trial_draw: bool
    as_of: Any


def trial_config(config: ProgrammeConfig, trial: Trial) -> ProgrammeConfig:
    """The rules with what is tried put in; raises what reading a programme.toml raises."""
    raw = canonical(config)
    known = set(CRITERIA[config.subject])
    if trial.weights:
        weights = {name: value for name, value in trial.weights.items() if name in known}
        raw["ranking"] = {**raw.get("ranking", {}), "weights": weights}
    quota = dict(raw["quota"])
    if trial.total is not None:
        quota["total"] = trial.total
    quota |= {format_code(code): places for code, places in trial.areas.items() if format_code(code) in quota}
    raw["quota"] = quota
    rule = dict(raw.get("eligibility", {}))
    if trial.desil_max is not None:
        rule["desil_max"] = trial.desil_max
    if trial.age_min is not None or trial.age_max is not None:
        age = dict(rule.get("age") or {})
        age |= {name: value for name, value in (("min", trial.age_min), ("max", trial.age_max)) if value is not None}
        rule["age"] = age
    if trial.cool_off is not None:
        rule["cool_off_years"] = {**rule.get("cool_off_years", {}), "business_aid": trial.cool_off}
    raw["eligibility"] = rule
    return parse_config(raw)


def simulation(*, actor: Actor, code: str, trial: Trial | None) -> SimulationView:
    """The page of one programme: the rules alone where ``trial`` is None, else both rankings over today's facts.

    Equals are drawn with the opened seeds, or with a trial draw where they are closed. Nothing is written.
    """
    require(actor, "selection.run")
    head = head_of(actor=actor, code=code)
    config = config_of(actor=actor, programme_id=head.id)
    criteria = {name: item.en if language() == "en" else item.id for name, item in CRITERIA[config.subject].items()}
    today = clock.today()
    if trial is None:
        return SimulationView(head, config, criteria, None, {}, (), (), False, today)
    run = SelectionRun.objects.filter(programme=head.id).order_by("-frozen_on", "-id").first()
    seeds = tuple(run.seeds) if run and len(run.seeds) == 2 else TRIAL
    changed = trial_config(config, trial)
    done = selectors.simulate(actor=actor, programme_id=head.id, config=changed, as_of=today, seeds=seeds)
    rows = _rows(head.id, done.before | done.after)
    return SimulationView(
        head,
        config,
        criteria,
        done,
        _pictures(config, rows, done),
        _movers(rows, done.enters),
        _movers(rows, done.leaves),
        seeds == TRIAL,
        today,
    )


@dataclass(frozen=True)
class _Row:
    candidate: Candidate
    sex: str
    desil: int | None
    disability: bool | None


def _rows(programme_id: UUID, refs: frozenset[str]) -> dict[str, _Row]:
    chosen = list(
        Candidate.objects.filter(programme=programme_id, ref__in=list(refs)).select_related("person", "group")
    )
    homes = [row.household_id for row in chosen if row.household_id]
    desils = dict(
        DesilSnapshot.objects.filter(household__in=homes)
        .order_by("household_id", "-as_of", "-recorded_at")
        .distinct("household_id")
        .values_list("household_id", "desil")
    )
    private = dict(
        PersonPrivate.objects.filter(person__in=[row.person_id for row in chosen if row.person_id]).values_list(
            "person_id", "disability"
        )
    )
    return {
        row.ref: _Row(
            row,
            row.person.sex if row.person else "",
            desils.get(found(row.household_id)) if row.household_id else None,
            private.get(row.person_id) if row.person_id else None,
        )
        for row in chosen
    }


def _pictures(config: ProgrammeConfig, rows: Mapping[str, _Row], done: Simulated) -> dict[str, tuple[Change, ...]]:
    """Dimension -> rows; groups have areas only, since people's facts are their members'."""
    level = Level(min(level_of(config.programme.area) + 1, Level.VILLAGE))
    names = paths({ancestor(row.candidate.area, level) for row in rows.values()}, short=True)

    def area(row: _Row) -> str:
        code = ancestor(row.candidate.area, level)
        return names.get(code, format_code(code)).split(",")[0]

    dimensions: dict[str, Callable[[_Row], str]] = {"area": area}
    if any(row.candidate.household_id for row in rows.values()):
        dimensions |= {
            "sex": lambda row: row.sex or "?",
            "disability": lambda row: "?" if row.disability is None else "ya" if row.disability else "tidak",
            "desil": lambda row: "?" if row.desil is None else str(row.desil),
        }
    result = {}
    for name, of in dimensions.items():
        before = Counter(of(rows[ref]) for ref in done.before if ref in rows)
        after = Counter(of(rows[ref]) for ref in done.after if ref in rows)
        result[name] = tuple(Change(key, before[key], after[key]) for key in sorted(set(before) | set(after)))
    return result


def _movers(rows: Mapping[str, _Row], refs: tuple[str, ...]) -> tuple[Mover, ...]:
    return tuple(
        Mover(rows[ref].candidate.pk, ref, name_of(rows[ref].candidate), rows[ref].candidate.area)
        for ref in refs[:NAMED]
        if ref in rows
    )
