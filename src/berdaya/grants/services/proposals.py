"""Proposals with RAB: within ceiling and kind, appraised by one, approved by another, then a package of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.audit import services as audit
from berdaya.grants import rules
from berdaya.grants.guards import named_errors
from berdaya.grants.lines import OWN_BUDGET
from berdaya.grants.models import Package, PackageItem, Proposal, ProposalLine
from berdaya.grants.services.packages import check_line
from berdaya.grants.types import PackageLine
from berdaya.groups.models import Membership
from berdaya.kernel import clock
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.programmes.models import Candidate
from berdaya.programmes.selectors import config_of


@transaction.atomic
def propose(*, actor: Actor, proposal_id: UUID, candidate_id: UUID, kind: str, lines: Sequence[PackageLine]) -> UUID:
    """What a family or group asks for; the same id again changes nothing.

    Raises `not_allowed`, `not_found`, `grants.bad_package_line`, `grants.proposal_other_kind`,
    `grants.proposal_too_dear`, `grants.proposal_waits`; nothing is written then.
    """
    require(actor, "candidate.propose")
    if Proposal.objects.filter(id=proposal_id).exists():
        return proposal_id
    candidate = Candidate.objects.select_related("group").filter(id=candidate_id).first()
    if candidate is None or candidate.office_id != actor.office:
        raise Problem("not_found")
    for line in lines:
        check_line(replace(line, code=OWN_BUDGET))
    if not lines:
        raise Problem("grants.bad_package_line", row=1, package=OWN_BUDGET)
    own = candidate.kind or (candidate.group.kind if candidate.group else "")
    if own and kind != own:
        raise Problem("grants.proposal_other_kind", kind=kind, own=own)
    value = sum(line.quantity * line.unit_price_idr for line in lines)
    config = config_of(actor=actor, programme_id=candidate.programme_id)
    members = Membership.objects.filter(group_id=candidate.group_id, left_on=None).count() if candidate.group_id else 1
    ceiling = rules.ceiling_of(config.aid.ceiling_idr, config.aid.per, members)
    if ceiling is not None and value > ceiling:
        raise Problem("grants.proposal_too_dear", value=value, ceiling=ceiling)
    with named_errors():
        row = Proposal.objects.create(
            id=proposal_id, area=candidate.area, office_id=candidate.office_id, candidate=candidate,
            household_id=candidate.household_id, group_id=candidate.group_id, kind=kind, made_on=clock.today(),
            entered_by=actor.account_id or 0, value_idr=value,
        )  # fmt: skip
        ProposalLine.objects.bulk_create(
            ProposalLine(
                id=stable_id("proposal-line", row.pk, number), proposal=row, number=number, name=line.name,
                specification=line.specification, quantity=line.quantity, unit=line.unit,
                unit_price_idr=line.unit_price_idr, durable=line.durable,
            )
            for number, line in enumerate(lines, start=1)
        )  # fmt: skip
    audit.record(actor=actor, name="grants.proposed", subject_kind="proposal", subject_id=row.pk, area=row.area)
    return row.pk


def _open(proposal_id: UUID) -> Proposal:
    row = Proposal.objects.select_for_update().filter(id=proposal_id).first()
    if row is None:
        raise Problem("not_found")
    if row.approved_by is not None or row.sent_back_on is not None:
        raise Problem("already_decided")
    return row


@transaction.atomic
def appraise(*, actor: Actor, proposal_id: UUID, words: str) -> None:
    """The appraisal (telaah) of a proposal. Raises `not_allowed`, `not_found`, `already_decided`."""
    require(actor, "proposal.appraise")
    row = _open(proposal_id)
    if row.appraised_by is not None:
        raise Problem("already_decided")
    row.appraised_by, row.appraised_on, row.appraisal = actor.account_id, clock.today(), words.strip()
    row.save(update_fields=["appraised_by", "appraised_on", "appraisal"])
    audit.record(actor=actor, name="grants.proposal_appraised", subject_kind="proposal", subject_id=row.pk)


@transaction.atomic
def send_back(*, actor: Actor, proposal_id: UUID, reason: str) -> None:
    """Back to the family with the reason; a new proposal may follow. Raises as `appraise`, and `grants.bad_form`."""
    require(actor, "proposal.approve")
    row = _open(proposal_id)
    if not reason.strip():
        raise Problem("grants.bad_form")
    row.sent_back_on, row.reason = clock.today(), reason.strip()
    row.save(update_fields=["sent_back_on", "reason"])
    audit.record(actor=actor, name="grants.proposal_sent_back", subject_kind="proposal", subject_id=row.pk)


@transaction.atomic
def approve_proposal(*, actor: Actor, proposal_id: UUID) -> str:
    """The approval, by neither who entered nor who appraised it: the RAB becomes the recipient's package.

    Returns the package's code. Raises `not_allowed`, `not_found`, `already_decided`, `bad_state` before the appraisal,
    `same_person`.
    """
    require(actor, "proposal.approve")
    row = _open(proposal_id)
    if row.appraised_by is None:
        raise Problem("bad_state", state="belum ditelaah")
    if actor.account_id in {row.appraised_by, row.entered_by}:
        raise Problem("same_person")
    candidate = Candidate.objects.select_related("programme").get(id=row.candidate_id)
    programme = candidate.programme
    package = Package.objects.create(
        id=stable_id("package-of", row.pk), area=programme.area, office_id=programme.office_id, programme=programme,
        code=f"{OWN_BUDGET}{candidate.ref}/{str(row.pk)[-6:]}"[:40], kind=row.kind,
    )  # fmt: skip
    PackageItem.objects.bulk_create(
        PackageItem(
            id=stable_id("package-item", package.pk, line.number), package=package, number=line.number, name=line.name,
            specification=line.specification, quantity=line.quantity, unit=line.unit,
            unit_price_idr=line.unit_price_idr, durable=line.durable,
        )
        for line in row.lines.order_by("number")
    )  # fmt: skip
    row.approved_by, row.approved_on, row.package = actor.account_id, clock.today(), package
    with named_errors():
        row.save(update_fields=["approved_by", "approved_on", "package"])
    audit.record(
        actor=actor, name="grants.proposal_approved", subject_kind="proposal", subject_id=row.pk, area=row.area
    )
    return package.code
