"""What villages have: recorded by the office, by its lists, and by the village itself."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from berdaya.access.models import Office, Role
from berdaya.access.permissions import require
from berdaya.areas.codes import level_of, lineage
from berdaya.audit import services as audit
from berdaya.kernel import clock
from berdaya.kernel.bulk import create, save
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import ALL_OFFICES, Actor, scoped
from berdaya.training.catalogue import catalogue_of
from berdaya.training.models import VillageResource
from berdaya.training.values import Counted, NewResource

STRONGEST = 3
PERMISSION = "resource.record"


def record_resources_many(*, actor: Actor, rows: Sequence[NewResource]) -> Counted:
    """Record what villages have. Area, resource and date are the key; another strength or source replaces it.

    A village office (a role above the offices) writes inside its own area, in the name of the office that runs the
    programmes there. Raises `training_code_unknown`, `training_resource_unfit`, `outside_scope`, `not_allowed`.
    """
    require(actor, PERMISSION)
    if actor.kind != "staff" or actor.office is None:
        raise Problem("not_allowed", role=actor.role, permission=PERMISSION)
    for row in rows:
        if not actor.covers(row.area):
            raise Problem("outside_scope")
        if not 0 <= row.strength <= STRONGEST or row.as_of > clock.today():
            raise Problem("training_resource_unfit", strength=row.strength, as_of=row.as_of)
    if actor.office != ALL_OFFICES:
        return _record(actor, rows)
    with scoped(actor.with_(office=_office_for(actor)), route="resource.record") as writer:
        return _record(writer, rows)


def _office_for(actor: Actor) -> int:
    """The office named in the role, else the social-affairs office nearest above the area."""
    named = Role.objects.filter(pk=actor.role_id).values_list("office_id", flat=True).first() if actor.role_id else None
    if named:
        return int(named)
    above = Office.objects.filter(area__in=[*lineage(actor.lo), actor.lo]).values_list("pk", "area", "kind")
    ranked = sorted(above, key=lambda found: (found[2] != "dinsos", -level_of(found[1]), found[0]))
    if not ranked:
        raise Problem("not_allowed", role=actor.role, permission=PERMISSION)
    return ranked[0][0]


@transaction.atomic
def _record(actor: Actor, rows: Sequence[NewResource]) -> Counted:
    office = int(actor.office or 0)
    unknown = sorted({r.resource for r in rows} - set(catalogue_of(office).resources))
    if unknown:
        raise Problem("training_code_unknown", what="sumber daya", code_text=", ".join(unknown))
    latest = {(r.area, r.resource, r.as_of): r for r in rows}
    there = {
        (v.area, v.resource, v.as_of): v
        for v in VillageResource.objects.select_for_update().filter(office_id=office, area__in={r.area for r in rows})
    }
    fresh, changed = [], []
    for key, row in latest.items():
        known = there.get(key)
        if known is None:
            fresh.append(
                VillageResource(
                    id=stable_id("resource", office, *key), area=row.area, office_id=office, resource=row.resource,
                    strength=row.strength, source=row.source, as_of=row.as_of,
                )
            )  # fmt: skip
        elif (known.strength, known.source) != (row.strength, row.source):
            known.strength, known.source = row.strength, row.source
            changed.append(known)
    create(fresh, skip_known=True)
    save(changed, ["strength", "source"])
    audit.record(
        actor=actor, name="resource.recorded", created=len(fresh), changed=len(changed),
        areas=sorted({r.area for r in rows})[:20],
    )  # fmt: skip
    return Counted(len(fresh), len(changed), len(latest) - len(fresh) - len(changed))
