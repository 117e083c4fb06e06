"""The pack `verification_list`: the homes that a TKSK has to visit, taken along without signal.

`subject` is the programme. It is offered to roles with `verification.record` while open tasks of home visits lie in
their area, and expires after a week. One store, no NIK, KK, decile, category, income or disability:

- `verification` (id = the candidate): `name, person (or null), address, area_name, due_on, programme`
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

from berdaya.access.permissions import can
from berdaya.areas.selectors import paths
from berdaya.devices.packs import PackKind, PackRef, PackRow, register
from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.process.field.caseload import instrument_rows
from berdaya.process.overview.village import name_of
from berdaya.process.verification import TASK
from berdaya.programmes.models import Candidate, Programme
from berdaya.tasks.models import Task
from berdaya.tasks.selectors import mine

DAYS = 7


def _offers(actor: Actor, as_of: date) -> Sequence[PackRef]:  # noqa: ARG001 - a pack lives by the hour
    if actor.kind != "staff" or not actor.office or not can(actor, "verification.record"):
        return ()
    tasks = Task.objects.filter(mine(actor), kind=TASK, state="open", office_id=actor.office)
    codes = set(tasks.values_list("programme_code", flat=True))
    until = clock.now() + timedelta(days=DAYS)
    rows = Programme.objects.filter(code__in=codes, office_id=actor.office).order_by("code")
    return [PackRef("verification_list", row.pk, f"Kunjungan rumah {row.name}", until) for row in rows]


def _fill(actor: Actor, subject: UUID, as_of: date) -> Iterable[PackRow]:  # noqa: ARG001
    programme = Programme.objects.filter(pk=subject, office_id=actor.office or 0).first()
    if programme is None:
        raise Problem("not_found")
    tasks = Task.objects.filter(mine(actor), kind=TASK, state="open", programme_code=programme.code)
    due = {UUID(params["candidate"]): on for params, on in tasks.values_list("params", "due_on")}
    rows = Candidate.objects.filter(pk__in=list(due), programme=programme).order_by("area", "list_no")
    related = list(rows.select_related("person", "group", "household"))
    places = paths({row.area for row in related}, short=True)
    for row in related:
        address = row.group.address if row.group else row.household.address if row.household else ""
        yield PackRow(
            "verification",
            row.pk,
            {
                "name": name_of(row),
                "person": str(row.person_id) if row.person_id else None,
                "address": address,
                "area_name": places.get(row.area, ""),
                "due_on": due[row.pk].isoformat(),
                "programme": programme.name,
            },
        )
    # A home visit is the chance to ask: the assessment of the family goes along.
    yield from instrument_rows(actor, ("household",))


KIND = register(
    PackKind(
        name="verification_list",
        title=("Daftar kunjungan rumah", "Homes to visit"),
        offers=_offers,
        fill=_fill,
        tables=("tasks_task", "programmes_candidate"),
    )
)
