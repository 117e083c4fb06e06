"""How a group governs itself, as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import get_language

from berdaya.access.permissions import require
from berdaya.governance.models import GroupChange, GroupRules, GrowthAssessment
from berdaya.governance.rules import growth_criteria
from berdaya.governance.services.cards import cards_of
from berdaya.groups.models import Group, Membership
from berdaya.kernel.scope import Actor
from berdaya.process.overview.common import found


@dataclass(frozen=True)
class CriterionRow:
    """One criterion of the growth class with what was found."""

    name: str
    value: float | None
    unit: str
    level: str


@dataclass(frozen=True)
class CardRow:
    """A present member and the standing card, if there is one."""

    number: int
    name: str
    card_id: UUID | None


@dataclass(frozen=True)
class GovernanceView:
    """Cards, rules, growth and changes of one group."""

    id: UUID
    name: str
    cards: tuple[CardRow, ...]
    rules: GroupRules | None
    versions: int
    growth: GrowthAssessment | None
    criteria: tuple[CriterionRow, ...]
    changes: tuple[GroupChange, ...]
    has_fund: bool


def governance_of(*, actor: Actor, group_id: UUID) -> GovernanceView:
    """One group as it governs itself. Raises `not_found`."""
    require(actor, "group.read")
    group = found(Group.objects.filter(pk=group_id).first())
    standing = cards_of(actor=actor, group_id=group_id)
    members = Membership.objects.filter(group=group, left_on=None).select_related("person").order_by("number")
    versions = list(GroupRules.objects.filter(group=group).order_by("-number"))
    growth = GrowthAssessment.objects.filter(group=group).order_by("-assessed_on").first()
    english = (get_language() or "id").startswith("en")
    names = {item.code: (item.en if english else item.id, item.unit) for item in growth_criteria()}
    return GovernanceView(
        id=group.pk,
        name=group.name,
        cards=tuple(CardRow(row.number, row.person.name, standing.get(row.pk)) for row in members),
        rules=versions[0] if versions else None,
        versions=len(versions),
        growth=growth,
        criteria=tuple(
            CriterionRow(names[item["code"]][0], item["value"], names[item["code"]][1], item["level"])
            for item in (growth.criteria if growth else ())
            if item["code"] in names
        ),
        changes=tuple(GroupChange.objects.filter(group=group).order_by("occurred_on", "id")),
        has_fund=group.funds.exists(),
    )
