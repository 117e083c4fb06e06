"""Growth classes of many groups at once, from what the books, visits and meetings show."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.audit import services as audit
from berdaya.governance import rules
from berdaya.governance.models import GrowthAssessment
from berdaya.governance.types import Level
from berdaya.groups.models import Group
from berdaya.kernel.bulk import create, fetch
from berdaya.kernel.ids import stable_id
from berdaya.kernel.scope import Actor

# Months, members, meetings, turnover of the last three observed months (in the order of `enterprises.rules.figures`),
# share of loans more than 30 days late, savings.
_FOUND = """
    SELECT g.id, g.area, g.office_id,
      CASE WHEN g.founded_on IS NULL THEN (%(year)s - g.founded_year) * 12
           ELSE (%(as_of)s::date - g.founded_on) / 30 END,
      (SELECT count(*) FROM groups_membership m WHERE m.group_id = g.id AND m.left_on IS NULL),
      (SELECT count(DISTINCT e.occurred_on) FROM funds_fund f JOIN funds_cashevent e ON e.fund_id = f.id
       WHERE f.group_id = g.id AND e.kind IN ('saving', 'instalment', 'iks')
         AND e.occurred_on > %(half)s AND e.occurred_on <= %(as_of)s),
      (SELECT avg(x.sold) FROM (
         SELECT coalesce(em.turnover_fund_idr, em.turnover_visit_idr, em.turnover_market_idr) AS sold
         FROM enterprises_enterprise b JOIN enterprises_enterprisemonth em ON em.enterprise_id = b.id
         WHERE b.group_id = g.id AND em.month <= %(as_of)s
           AND coalesce(em.turnover_fund_idr, em.turnover_visit_idr, em.turnover_market_idr) IS NOT NULL
         ORDER BY em.month DESC LIMIT 3) x),
      (SELECT 100.0 * coalesce(sum(i.principal_idr + i.fee_idr - i.paid_idr) FILTER (WHERE i.due_on < %(month)s), 0)
              / nullif(sum(i.principal_idr + i.fee_idr - i.paid_idr), 0)
       FROM funds_fund f JOIN funds_turn t ON t.fund_id = f.id JOIN funds_instalment i ON i.turn_id = t.id
       WHERE f.group_id = g.id AND t.closed_on IS NULL AND i.paid_idr < i.principal_idr + i.fee_idr),
      (SELECT -sum(a.balance) FROM funds_fund f JOIN ledger_account a ON a.book_id = f.book_id
       WHERE f.group_id = g.id AND (a.code LIKE 'saving:%%' OR a.code = 'iks')),
      EXISTS (SELECT 1 FROM funds_fund f WHERE f.group_id = g.id)
    FROM groups_group g WHERE g.id = ANY (%(groups)s) AND g.dissolved_on IS NULL
"""


@transaction.atomic
def assess_growth_many(*, actor: Actor, groups: Sequence[UUID], as_of: date) -> dict[Level, int]:
    """The class of each group on a day, kept with each criterion; the same day twice changes nothing."""
    require(actor, "status.refresh")
    criteria = rules.growth_criteria()
    digest = hashlib.sha256(rules.GROWTH.read_bytes()).digest()
    counts = dict.fromkeys(Level, 0)
    made = []
    for group, area, office, values in values_of(groups, as_of):
        level, judged = rules.judge(criteria, values)
        counts[level] += 1
        made.append(
            GrowthAssessment(
                id=stable_id("growth", group, as_of),
                area=area,
                office_id=office,
                group_id=group,
                assessed_on=as_of,
                level=level,
                criteria=[{"code": item.code, "value": item.value, "level": item.level} for item in judged],
                rules_sha256=digest,
            )
        )
    create(made, skip_known=True)
    if made:
        audit.record(actor=actor, name="group.growth", count=len(made), as_of=as_of.isoformat())
    return counts


def values_of(groups: Sequence[UUID], as_of: date) -> list[tuple[UUID, int, int, Mapping[str, float | None]]]:
    """Group, area, office and what was found for each criterion; a group without a fund has no arrears to speak of."""
    rows = fetch(
        _FOUND,
        {
            "groups": list(groups),
            "as_of": as_of,
            "year": as_of.year,
            "half": as_of - timedelta(days=183),
            "month": as_of - timedelta(days=30),
        },
    )
    found: list[tuple[UUID, int, int, Mapping[str, float | None]]] = []
    for group, area, office, age, members, meetings, turnover, arrears, savings, has_fund in rows:
        values: dict[str, float | None] = {
            "age_months": age,
            "members": members,
            "meetings_6m": meetings if has_fund else None,
            "turnover_idr": None if turnover is None else round(float(turnover)),
            "arrears_share": (0.0 if arrears is None else round(float(arrears), 1)) if has_fund else None,
            "savings_idr": None if savings is None else int(savings),
        }
        found.append((group, area, office, values))
    return found


def groups_with_growth(*, actor: Actor) -> list[UUID]:
    """Every group of the scope that has not ended."""
    require(actor, "group.read")
    return list(Group.objects.filter(dissolved_on=None).values_list("pk", flat=True))
