"""Other rules for an open programme: proposed with a reason, a version once a second person approves."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.audit.services import record
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.programmes.configfile import canonical, fingerprint, parse_config
from berdaya.programmes.models import Approval, Candidate, Programme, ProgrammeVersion, RuleChange
from berdaya.programmes.rules.changes import changed_rules
from berdaya.programmes.services.decrees import put_before, sign
from berdaya.programmes.services.setup import add_version, open_programme
from berdaya.programmes.types import ProgrammeConfig
from berdaya.programmes.values import Stage


@transaction.atomic
def propose_rules(
    *, actor: Actor, programme_id: UUID, config: ProgrammeConfig, reason: str, told: dict[str, Any], on: date
) -> UUID:
    """Put other rules of a programme before a second person; answers the approval. The same rules again are the same.

    ``told`` are figures of the simulation that the checker sees (who would enter, who would leave). Raises
    ``reason_needed``, ``rules_same``, ``programme_frozen`` once recipients are decreed.
    """
    programme, version, current = open_programme(actor, programme_id, "programme.manage")
    if config.programme.code != programme.code or config.programme.area != programme.area:
        raise Problem("not_found")
    if not reason.strip():
        raise Problem("reason_needed")
    _refuse_decreed(programme)
    changes = changed_rules(current, config)
    sha256 = bytes.fromhex(fingerprint(config))
    if not changes or bytes(version.sha256) == sha256:
        raise Problem("rules_same")
    known = RuleChange.objects.filter(programme=programme, base=version, sha256=sha256, version=None).first()
    change = known or RuleChange.objects.create(
        id=new_id(),
        programme=programme,
        area=programme.area,
        office_id=programme.office_id,
        base=version,
        config=canonical(config),
        sha256=sha256,
        reason=reason.strip(),
        changed=[list(item) for item in changes],
        made_by=actor.account_id or 0,
        made_on=on,
    )
    summary = {"version": version.number + 1, "rules": len(changes), **told, "reason": change.reason[:400]}
    approval = put_before(actor, programme, Stage.RULES, change.pk, summary)
    if known is None:
        record(
            actor=actor, name="programme.rules_proposed", subject_kind="programme", subject_id=programme.pk,
            area=programme.area, sha256=sha256.hex(), reason=reason.strip(), rules=len(changes),
        )  # fmt: skip
    return approval


@transaction.atomic
def approve_rules(*, actor: Actor, change_id: UUID, note: str = "") -> int:
    """Make the proposed rules the next version, as its second person; answers the version's number.

    A list that is frozen keeps the version it was frozen with. Raises ``not_found``, ``same_person``,
    ``already_decided``, ``outside_scope``, ``rules_moved`` where another version came first, ``programme_frozen``.
    """
    require(actor, "stage.approve")
    change = RuleChange.objects.select_related("programme", "base").filter(pk=change_id).first()
    if change is None:
        raise Problem("not_found")
    programme = Programme.objects.select_for_update().get(pk=change.programme_id)
    if programme.office_id != actor.office:
        raise Problem("outside_scope")
    _refuse_decreed(programme)
    current = ProgrammeVersion.objects.filter(programme=programme).order_by("-number")[:1].get()
    approval = Approval.objects.get(programme=programme, stage=Stage.RULES.value, subject_id=change.pk)
    if approval.checked_by is None and current.pk != change.base_id:
        raise Problem("rules_moved", number=current.number)
    sign(actor, approval, note)
    version = add_version(programme, parse_config(change.config), current)
    RuleChange.objects.filter(pk=change.pk).update(version=version)
    record(
        actor=actor, name="programme.changed", subject_kind="programme", subject_id=programme.pk, area=programme.area,
        version=version.number, sha256=bytes(version.sha256).hex(), reason=change.reason,
    )  # fmt: skip
    return version.number


def _refuse_decreed(programme: Programme) -> None:
    if Candidate.objects.filter(programme=programme, decreed_on__isnull=False).exists():
        raise Problem("programme_frozen", programme=programme.code)
