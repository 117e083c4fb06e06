"""The exclusion screen before capital or animals come to a group: the look of the decree again, on that day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db.models import Q

from berdaya.access.permissions import require
from berdaya.funds.models import Fund
from berdaya.groups.models import Membership
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.programmes.models import DecreeLine
from berdaya.programmes.rules.evidence import CriterionResult
from berdaya.programmes.services.screening import broken_on


def refuse_excluded(actor: Actor, wanted: Mapping[UUID, date]) -> None:
    """Raise `funds.excluded_now` where :func:`aid_held_back` names somebody."""
    for ref, hit in aid_held_back(actor=actor, wanted=wanted).values():
        told, told_en = (hit.text(language).rstrip(".") for language in ("id", "en"))
        raise Problem("funds.excluded_now", ref=ref, reason=told, reason_en=told_en)


def aid_held_back(*, actor: Actor, wanted: Mapping[UUID, date]) -> dict[UUID, tuple[str, CriterionResult]]:
    """Fund -> who on the decree a list names on the day its aid is given, and the evidence; the others may have it.

    Asked are the lines that name the group, and where a decree gave the fund its capital, those of this decree's
    programme that name its members. Raises `not_allowed`.
    """
    require(actor, "fund.manage")
    funds = list(Fund.objects.filter(pk__in=wanted).select_related("decree_line__decree"))
    lines: dict[UUID, dict[UUID, str]] = {fund.pk: _lines(fund) for fund in funds}
    by_day: dict[date, set[UUID]] = defaultdict(set)
    for fund in funds:
        by_day[wanted[fund.pk]] |= set(lines[fund.pk])
    broken = {day: broken_on(list(asked), day) for day, asked in sorted(by_day.items()) if asked}
    found: dict[UUID, tuple[str, CriterionResult]] = {}
    for fund in funds:
        hits = broken.get(wanted[fund.pk], {})
        for line, ref in sorted(lines[fund.pk].items(), key=lambda item: item[1]):
            if line in hits:
                found.setdefault(fund.pk, (ref, hits[line][0]))
    return found


def _lines(fund: Fund) -> dict[UUID, str]:
    """Decree line in force -> ref."""
    wanted = Q(group_id=fund.group_id)
    if fund.decree_line is not None:
        members = Membership.objects.filter(group_id=fund.group_id, left_on=None).values("person_id")
        wanted = Q(decree__programme_id=fund.decree_line.decree.programme_id) & (
            wanted | Q(candidate__person_id__in=members)
        )
    standing = DecreeLine.objects.filter(wanted, replaced_on=None, decree__approval__checked_by__isnull=False)
    return dict(standing.values_list("pk", "candidate__ref"))
