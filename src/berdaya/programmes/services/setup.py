"""Opening a programme and versioning its rules."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.areas.codes import area_range
from berdaya.audit.services import record
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.programmes.configfile import canonical, fingerprint, parse_config
from berdaya.programmes.models import Candidate, Programme, ProgrammeVersion
from berdaya.programmes.types import ProgrammeConfig
from berdaya.programmes.values import ProgrammeRef


@transaction.atomic
def create_programme(*, actor: Actor, config: ProgrammeConfig) -> ProgrammeRef:
    """Open a programme, or give an open one a new version of its rules.

    The same rules again change nothing. Raises ``outside_scope``, and ``programme_frozen`` once recipients are decreed
    (their decree rests on the version that it names).
    """
    require(actor, "programme.manage")
    lo, hi = area_range(config.programme.area)
    if not actor.office or not any(start <= lo and hi <= end for start, end in actor.ranges):
        raise Problem("outside_scope")
    section = config.programme
    programme, made = Programme.objects.get_or_create(
        code=section.code,
        defaults={
            "id": stable_id("programme", section.code),
            "name": section.name or section.code,
            "year": section.year,
            "scheme": section.scheme,
            "area": section.area,
            "office_id": actor.office,
            "synthetic": config.example is not None,
        },
    )
    if programme.office_id != actor.office:
        raise Problem("outside_scope")
    sha256 = bytes.fromhex(fingerprint(config))
    current = programme.versions.order_by("-number").first()
    if current is not None and bytes(current.sha256) == sha256:
        return _ref(programme, current)
    if Candidate.objects.filter(programme=programme, decreed_on__isnull=False).exists():
        raise Problem("programme_frozen", programme=section.code)
    version = add_version(programme, config, current)
    number = version.number
    record(
        actor=actor,
        name="programme.created" if made else "programme.changed",
        subject_kind="programme",
        subject_id=programme.pk,
        area=programme.area,
        version=number,
        sha256=sha256.hex(),
    )
    return _ref(programme, version)


def add_version(programme: Programme, config: ProgrammeConfig, current: ProgrammeVersion | None) -> ProgrammeVersion:
    """The next version of the rules; the caller has asked who may write it."""
    section = config.programme
    number = current.number + 1 if current else 1
    version = ProgrammeVersion.objects.create(
        id=stable_id("version", section.code, number),
        programme=programme,
        number=number,
        config=canonical(config),
        sha256=bytes.fromhex(fingerprint(config)),
    )
    if current is not None:
        Programme.objects.filter(pk=programme.pk).update(
            version_number=number, name=section.name or section.code, year=section.year, scheme=section.scheme
        )
    return version


def open_programme(
    actor: Actor, programme_id: UUID, permission: str
) -> tuple[Programme, ProgrammeVersion, ProgrammeConfig]:
    """The programme, locked for writing, with its rules in force.

    Raises ``not_allowed``, ``not_found``, ``outside_scope``. The lock orders everything that moves places, so that two
    officers never give the same place away.
    """
    require(actor, permission)
    programme = Programme.objects.filter(pk=programme_id).first()
    if programme is None:
        raise Problem("not_found")
    if programme.office_id != actor.office:
        raise Problem("outside_scope")
    list(Programme.objects.select_for_update().filter(pk=programme_id).values_list("id"))
    version = programme.versions.order_by("-number")[:1].get()
    return programme, version, parse_config(version.config)


def _ref(programme: Programme, version: ProgrammeVersion) -> ProgrammeRef:
    return ProgrammeRef(
        id=programme.pk,
        code=programme.code,
        area=programme.area,
        office_id=programme.office_id,
        version_id=version.pk,
        version_number=version.number,
    )
