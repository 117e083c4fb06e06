"""Proposals with RAB: the list, one of them against ceiling and kind, and the candidates who may still ask."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from berdaya.access.models import Account
from berdaya.access.permissions import require
from berdaya.grants import rules
from berdaya.grants.models import Proposal, ProposalLine
from berdaya.groups.models import Membership
from berdaya.kernel.filters import ListFilter
from berdaya.kernel.scope import Actor
from berdaya.process.overview.common import Page, found, page_of, places, staff_only, within
from berdaya.programmes.models import Candidate
from berdaya.programmes.selectors import config_of

STATES = {
    "telaah": Q(sent_back_on=None, appraised_by=None),
    "setuju": Q(sent_back_on=None, appraised_by__isnull=False, approved_by=None),
    "disetujui": Q(approved_by__isnull=False),
    "kembali": Q(sent_back_on__isnull=False),
}
"""Where a proposal stands: waits for appraisal, waits for approval, approved, sent back."""


@dataclass(frozen=True)
class ProposalFilter(ListFilter):
    """Filter of the list of proposals."""

    programme: str = ""
    state: str = ""


@dataclass(frozen=True)
class ProposalRow:
    """One proposal of the list."""

    id: UUID
    recipient: str
    ref: str
    area: str
    programme: str
    programme_code: str
    kind: str
    value_idr: int
    made_on: date
    state: str


@dataclass(frozen=True)
class ProposalView:
    """One proposal: its RAB, the ceiling it stands under, and who entered, appraised and approved it."""

    row: ProposalRow
    candidate: UUID
    household: UUID | None
    group: UUID | None
    lines: tuple[ProposalLine, ...]
    ceiling_idr: int | None
    entered_by: str
    appraised_by: str
    appraised_on: date | None
    appraisal: str
    approved_by: str
    approved_on: date | None
    sent_back_on: date | None
    reason: str
    package: str
    hands: frozenset[int]
    """Accounts that entered or appraised it: they may not approve."""


@dataclass(frozen=True)
class Asking:
    """A candidate for whom a proposal may be entered: the kind she was proposed with and what she may ask for."""

    id: UUID
    ref: str
    name: str
    kind: str
    ceiling_idr: int | None


def state_of(row: Proposal) -> str:
    """The key of `STATES` that holds for a proposal."""
    if row.sent_back_on is not None:
        return "kembali"
    if row.approved_by is not None:
        return "disetujui"
    return "setuju" if row.appraised_by is not None else "telaah"


def proposals_queryset(*, actor: Actor, filters: ProposalFilter) -> QuerySet[Proposal]:
    """Proposals of the filter, those that wait longest first."""
    staff_only(actor)
    require(actor, "family.read")
    rows = Proposal.objects.filter(within(filters.area)).filter(STATES.get(filters.state, Q()))
    if filters.programme:
        rows = rows.filter(candidate__programme__code=filters.programme)
    if filters.q:
        rows = rows.filter(
            Q(candidate__ref=filters.q)
            | Q(candidate__person__name__icontains=filters.q)
            | Q(candidate__group__name__icontains=filters.q)
        )
    rows = rows.select_related("candidate__person", "candidate__group", "candidate__programme")
    return rows.order_by("approved_on", "made_on", "id")


def proposals(*, actor: Actor, filters: ProposalFilter) -> tuple[Page[ProposalRow], dict[str, tuple[int, int]]]:
    """One page, and for each state of the filter's programme how many and how many rupiah."""
    page = page_of(proposals_queryset(actor=actor, filters=filters), filters)
    counts: Counter[str] = Counter()
    amounts: Counter[str] = Counter()
    whole = proposals_queryset(actor=actor, filters=filters.with_(state="", q="")).only(
        "sent_back_on", "approved_by", "appraised_by", "value_idr", "candidate"
    )
    for row in whole.select_related(None):
        counts[state_of(row)] += 1
        amounts[state_of(row)] += row.value_idr
    return page.having(_rows(list(page.rows))), {key: (counts[key], amounts[key]) for key in STATES}


def _rows(rows: list[Proposal]) -> list[ProposalRow]:
    known = places(row.area for row in rows)
    return [
        ProposalRow(
            id=row.pk,
            recipient=_name(row.candidate),
            ref=row.candidate.ref,
            area=known.get(row.area, ""),
            programme=row.candidate.programme.name,
            programme_code=row.candidate.programme.code,
            kind=row.kind,
            value_idr=row.value_idr,
            made_on=row.made_on,
            state=state_of(row),
        )
        for row in rows
    ]


def _name(candidate: Candidate) -> str:
    if candidate.group is not None:
        return candidate.group.name
    return candidate.person.name if candidate.person is not None else candidate.ref


def proposal(*, actor: Actor, proposal_id: UUID) -> ProposalView:
    """One proposal. Raises `not_allowed`, `not_found`."""
    row = found(proposals_queryset(actor=actor, filters=ProposalFilter()).filter(pk=proposal_id).first())
    hands = {account for account in (row.entered_by, row.appraised_by) if account}
    names = dict(Account.objects.filter(pk__in=hands | {row.approved_by or 0}).values_list("pk", "name"))
    return ProposalView(
        row=_rows([row])[0],
        candidate=row.candidate_id,
        household=row.household_id,
        group=row.group_id,
        lines=tuple(row.lines.order_by("number")),
        ceiling_idr=_ceiling(actor, row.candidate),
        entered_by=names.get(row.entered_by, ""),
        appraised_by=names.get(row.appraised_by or 0, ""),
        appraised_on=row.appraised_on,
        appraisal=row.appraisal,
        approved_by=names.get(row.approved_by or 0, ""),
        approved_on=row.approved_on,
        sent_back_on=row.sent_back_on,
        reason=row.reason,
        package=row.package.code if row.package is not None else "",
        hands=frozenset(hands),
    )


def _ceiling(actor: Actor, candidate: Candidate) -> int | None:
    config = config_of(actor=actor, programme_id=candidate.programme_id)
    count = Membership.objects.filter(group_id=candidate.group_id, left_on=None).count() if candidate.group_id else 1
    return rules.ceiling_of(config.aid.ceiling_idr, config.aid.per, count)


def asking(*, actor: Actor, programme_id: UUID, ref: str) -> Asking:
    """The candidate behind a number of the list. Raises `not_allowed`, `not_found`."""
    require(actor, "candidate.propose")
    rows = Candidate.objects.filter(programme_id=programme_id, ref=ref.strip(), office_id=actor.office or 0)
    row = found(rows.select_related("person", "group").first())
    kind = row.kind or (row.group.kind if row.group is not None else "")
    return Asking(row.pk, row.ref, _name(row), kind, _ceiling(actor, row))
