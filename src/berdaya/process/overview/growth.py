"""Criteria of the growth class: those in force, who set them, what waits, and what others would make of the groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from berdaya.access.models import Account
from berdaya.access.permissions import require
from berdaya.governance import rules
from berdaya.governance.models import GrowthRules
from berdaya.governance.services.growth import (
    decide_growth_rules,
    preview_growth,
    propose_growth_rules,
    standard_of,
    stored_criteria,
)
from berdaya.governance.types import Criterion, Preview, Standard
from berdaya.kernel import clock
from berdaya.kernel.scope import Actor
from berdaya.process.overview.common import found
from berdaya.programmes.models import Programme


@dataclass(frozen=True)
class CriteriaVersion:
    """One version of the criteria: what changed as (code, level or "", before, after); None is not asked.

    `accepted` is None while it waits for a second person, and false where it was refused or withdrawn.
    """

    id: UUID
    number: int
    on: date
    made_by: int
    by: str
    reason: str
    changed: tuple[tuple[str, str, float | None, float | None], ...]
    accepted: bool | None
    checker: str
    decided_on: date | None
    note: str


@dataclass(frozen=True)
class GrowthRulesView:
    """The page of the criteria: of one programme's groups, or (`code` empty) of all whom no own ones concern."""

    code: str
    name: str
    standard: Standard
    known: tuple[Criterion, ...]
    programmes: tuple[tuple[str, str], ...]
    preview: Preview
    tried: bool
    waiting: CriteriaVersion | None
    versions: tuple[CriteriaVersion, ...]
    as_of: date


def growth_rules_of(*, actor: Actor, code: str = "", tried: Sequence[Criterion] | None = None) -> GrowthRulesView:
    """The criteria and, where others are ``tried`` or wait for a second person, who would change class.

    Raises `not_found`, `outside_scope`.
    """
    require(actor, "selection.run")
    head = _programme(actor, code)
    key = head.pk if head else None
    standard = standard_of(actor=actor, programme=key)
    rows = _rows(actor, key)
    waits = next((row for row in rows if row.accepted is None), None)
    shown = tried or (stored_criteria(waits.criteria) if waits else standard.criteria)
    versions = _versions(rows)
    today = clock.today()
    # Programmes of groups: only they have groups of their own.
    choices = Programme.objects.filter(office_id=actor.office or 0, scheme="group").order_by("-year", "name")
    return GrowthRulesView(
        code=code if head else "",
        name=head.name if head else "",
        standard=standard,
        known=rules.growth_criteria(),
        programmes=tuple(choices.values_list("code", "name")),
        preview=preview_growth(actor=actor, programme=key, criteria=shown, as_of=today),
        tried=tried is not None,
        waiting=next((row for row in versions if row.accepted is None), None),
        versions=tuple(row for row in versions if row.accepted is not None),
        as_of=today,
    )


def propose_criteria(*, actor: Actor, code: str, criteria: Sequence[Criterion], reason: str) -> UUID:
    """Criteria put before a second person today. Raises as :func:`governance.services.growth.propose_growth_rules`."""
    head = _programme(actor, code)
    return propose_growth_rules(
        actor=actor, programme=head.pk if head else None, criteria=criteria, reason=reason, on=clock.today()
    )


def decide_criteria(*, actor: Actor, proposal: UUID, accept: bool, note: str) -> int:
    """The second person's word today. Raises as :func:`governance.services.growth.decide_growth_rules`."""
    return decide_growth_rules(actor=actor, proposal=proposal, accept=accept, note=note, on=clock.today())


def _programme(actor: Actor, code: str) -> Programme | None:
    return found(Programme.objects.filter(code=code, office_id=actor.office or 0).first()) if code else None


def _rows(actor: Actor, programme: UUID | None) -> list[GrowthRules]:
    rows = GrowthRules.objects.filter(office_id=actor.office or 0).order_by("number")
    return list(rows.filter(programme=None) if programme is None else rows.filter(programme=programme))


def _versions(rows: Sequence[GrowthRules]) -> tuple[CriteriaVersion, ...]:
    """The newest first, each beside the one in force before it; the first beside Berdaya's own."""
    people = {account for row in rows for account in (row.made_by, row.decided_by) if account}
    names = dict(Account.objects.filter(pk__in=people).values_list("pk", "name"))
    before = thresholds(rules.growth_criteria())
    done = []
    for row in rows:
        after = {item["code"]: (float(item["berkembang"]), float(item["mandiri"])) for item in row.criteria}
        done.append(
            CriteriaVersion(
                row.pk, row.number, row.made_on, row.made_by, names.get(row.made_by, ""), row.reason,
                changes_of(before, after), row.accepted, names.get(row.decided_by or 0, ""), row.decided_on, row.note,
            )
        )  # fmt: skip
        before = after if row.accepted else before
    return tuple(reversed(done))


def thresholds(criteria: Sequence[Criterion]) -> dict[str, tuple[float, float]]:
    """Criterion -> what *berkembang* and *mandiri* ask of it."""
    return {item.code: (item.berkembang, item.mandiri) for item in criteria}


def changes_of(
    before: dict[str, tuple[float, float]], after: dict[str, tuple[float, float]]
) -> tuple[tuple[str, str, float | None, float | None], ...]:
    """What changed as (code, level or "", before, after); None is not asked. In the order of Berdaya's criteria."""
    found_: list[tuple[str, str, float | None, float | None]] = []
    for item in rules.growth_criteria():
        old, new = before.get(item.code), after.get(item.code)
        if (old is None) != (new is None):
            found_.append((item.code, "", old[0] if old else None, new[0] if new else None))
        elif old and new:
            levels = zip(("berkembang", "mandiri"), old, new, strict=True)
            found_ += [(item.code, level, was, now) for level, was, now in levels if was != now]
    return tuple(found_)
