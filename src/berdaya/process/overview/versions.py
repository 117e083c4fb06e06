"""Versions of a programme's rules: what changed, why, who proposed and who approved; and what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from berdaya.access.models import Account
from berdaya.access.permissions import require
from berdaya.kernel.scope import Actor
from berdaya.process.overview.simulation import Trial, simulation, trial_config
from berdaya.process.overview.village import head_of
from berdaya.programmes import services
from berdaya.programmes.models import Approval, ProgrammeVersion, RuleChange
from berdaya.programmes.selectors import config_of
from berdaya.programmes.values import Stage


@dataclass(frozen=True)
class VersionRow:
    """One version, or one proposal (``number`` None): keys with their value before and after, reason, two people."""

    number: int | None
    on: date
    changed: tuple[tuple[str, str, str], ...]
    reason: str
    made_by: str
    checked_by: str
    approval_id: UUID | None


def versions(*, actor: Actor, code: str) -> tuple[VersionRow, ...]:
    """Proposals that wait, then versions, the newest first; those of a file alone have neither reason nor people."""
    require(actor, "programme.read")
    head = head_of(actor=actor, code=code)
    changes = list(RuleChange.objects.filter(programme=head.id).order_by("-made_on", "-id"))
    signed = {row.subject_id: row for row in Approval.objects.filter(programme=head.id, stage=Stage.RULES.value)}
    people = {row.made_by for row in changes} | {row.checked_by for row in signed.values() if row.checked_by}
    names = dict(Account.objects.filter(pk__in=people).values_list("pk", "name"))
    numbers = dict(
        ProgrammeVersion.objects.filter(pk__in=[row.version_id for row in changes if row.version_id]).values_list(
            "pk", "number"
        )
    )

    def row_of(change: RuleChange) -> VersionRow:
        approval = signed.get(change.pk)
        return VersionRow(
            numbers.get(change.version_id) if change.version_id else None,
            change.made_on,
            tuple((key, before, after) for key, before, after in change.changed),
            change.reason,
            names.get(change.made_by, ""),
            names.get(approval.checked_by or 0, "") if approval else "",
            approval.pk if approval else None,
        )

    told = {change.version_id: row_of(change) for change in changes if change.version_id}
    plain = ProgrammeVersion.objects.filter(programme=head.id).order_by("-number")
    written = [
        told.get(pk) or VersionRow(number, at.date(), (), "", "", "", None)
        for pk, number, at in plain.values_list("pk", "number", "recorded_at")
    ]
    return (*(row_of(change) for change in changes if change.version_id is None), *written)


def change_of(*, actor: Actor, change_id: UUID) -> tuple[str, tuple[tuple[str, str, str], ...]]:
    """Reason and changed keys of one proposal, for its second person; nothing outside the scope."""
    require(actor, "programme.read")
    row = RuleChange.objects.filter(pk=change_id).first()
    return (row.reason, tuple((key, before, after) for key, before, after in row.changed)) if row else ("", ())


def propose_trial(*, actor: Actor, code: str, trial: Trial, reason: str, on: date) -> UUID:
    """Put the rules that were tried before a second person, with who would enter and leave; answers the approval."""
    head = head_of(actor=actor, code=code)
    config = trial_config(config_of(actor=actor, programme_id=head.id), trial)
    done = simulation(actor=actor, code=code, trial=trial).outcome
    told = {"enters": len(done.enters), "leaves": len(done.leaves), "stays": done.stays} if done else {}
    return services.propose_rules(actor=actor, programme_id=head.id, config=config, reason=reason, told=told, on=on)
