"""How a group governs itself, as its page shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from berdaya.access.permissions import require
from berdaya.funds.models import Fund
from berdaya.funds.selectors import names_of
from berdaya.governance.models import Coaching, GroupChange, GroupRules, GrowthAssessment
from berdaya.governance.rules import growth_criteria
from berdaya.governance.services.cards import cards_of
from berdaya.governance.services.coaching import coachings_of
from berdaya.governance.types import Criterion
from berdaya.groups.models import Election, Group, Membership
from berdaya.kernel.scope import Actor
from berdaya.process.lifecycle import LifeOfficer, officers_of
from berdaya.process.overview.common import found


@dataclass(frozen=True)
class CriterionRow:
    """One criterion of the growth class: what was found, what the two higher classes asked, what it rests on."""

    criterion: Criterion
    value: float | None
    level: str
    evidence: Any = None


@dataclass(frozen=True)
class CardRow:
    """A present member and the standing card, if there is one."""

    number: int
    name: str
    card_id: UUID | None


@dataclass(frozen=True)
class Happening:
    """One thing of a group's life; `kind` is a change, or rules, elected, joined, left; `text` what the paper says."""

    on: date
    kind: str
    text: str = ""
    names: tuple[str, ...] = ()
    count: int = 0


@dataclass(frozen=True)
class GovernanceView:
    """Cards, rules, growth and changes of one group."""

    id: UUID
    name: str
    code: str
    synthetic: bool
    dissolved_on: date | None
    sponsor: tuple[str, str]
    officers: tuple[LifeOfficer, ...]
    funds: tuple[tuple[UUID, str], ...]
    cards: tuple[CardRow, ...]
    rules: GroupRules | None
    versions: int
    growth: GrowthAssessment | None
    criteria: tuple[CriterionRow, ...]
    happenings: tuple[Happening, ...]
    coachings: tuple[Coaching, ...]


def governance_of(*, actor: Actor, group_id: UUID) -> GovernanceView:
    """One group as it governs itself. Raises `not_found`."""
    require(actor, "group.read")
    group = found(Group.objects.select_related("sponsor").filter(pk=group_id).first())
    standing = cards_of(actor=actor, group_id=group_id)
    everybody = list(Membership.objects.filter(group=group).order_by("number"))
    members = [row for row in everybody if row.left_on is None]
    people = names_of(everybody)
    versions = list(GroupRules.objects.filter(group=group).order_by("-number"))
    growth = GrowthAssessment.objects.filter(group=group).order_by("-assessed_on", "-recorded_at").first()
    known = {item.code: item for item in growth_criteria()}
    return GovernanceView(
        id=group.pk,
        name=group.name,
        code=group.code,
        synthetic=group.synthetic,
        dissolved_on=group.dissolved_on,
        sponsor=(group.sponsor.kind, group.sponsor.name) if group.sponsor else ("", ""),
        officers=officers_of(group),
        funds=tuple(Fund.objects.filter(group=group).order_by("opened_on", "id").values_list("id", "kind")),
        cards=tuple(CardRow(row.number, people[row.pk], standing.get(row.pk)) for row in members),
        rules=versions[0] if versions else None,
        versions=len(versions),
        growth=growth,
        criteria=tuple(
            CriterionRow(_asked(known[item["code"]], item), item["value"], item["level"], item.get("evidence"))
            for item in (growth.criteria if growth else ())
            if item["code"] in known
        ),
        coachings=tuple(coachings_of(actor=actor, groups=[group_id])),
        happenings=_happenings(group, everybody, people, versions),
    )


def _asked(criterion: Criterion, kept: Mapping[str, Any]) -> Criterion:
    """The criterion with the thresholds of the day it was judged by."""
    asked = {name: kept.get(name, getattr(criterion, name)) for name in ("berkembang", "mandiri")}
    return replace(criterion, **asked)


def _happenings(
    group: Group, members: list[Membership], people: dict[UUID, str], versions: list[GroupRules]
) -> tuple[Happening, ...]:
    """What happened to the group, the latest first; those who joined or left on one day for one reason are one row."""
    rows = [Happening(row.occurred_on, row.kind, row.minutes, count=row.present)
            for row in GroupChange.objects.filter(group=group)]  # fmt: skip
    rows += [Happening(row.agreed_on, "rules", str(row.number), count=row.present) for row in versions]
    held = Election.objects.filter(group=group)
    rows += [Happening(row.elected_on, "elected", row.rule, count=row.present) for row in held]
    joined = Counter(row.joined_on for row in members)
    rows += [
        Happening(day, "joined", "", tuple(people[row.pk] for row in members if row.joined_on == day), count)
        for day, count in joined.items()
    ]
    left = Counter((row.left_on, row.reason) for row in members if row.left_on)
    rows += [
        Happening(day, "left", why, tuple(people[row.pk] for row in members if (row.left_on, row.reason) == (day, why)),
                  count)
        for (day, why), count in left.items() if day
    ]  # fmt: skip
    return tuple(sorted(rows, key=lambda row: (row.on, row.kind), reverse=True))
