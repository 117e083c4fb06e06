"""Before anybody is placed: which classes are held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction

from berdaya.areas import selectors as areas
from berdaya.areas.types import Position
from berdaya.audit import services as audit
from berdaya.kernel.bulk import create, save
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.programmes.services.setup import open_programme
from berdaya.training.catalogue import catalogue_of
from berdaya.training.models import OutsideParticipant, Placement, TrainingClass
from berdaya.training.types import NEEDS, SLOTS
from berdaya.training.values import ClassesMade, Counted, NewClass

_FACTS = (
    "name", "kinds", "skill", "venue", "lat", "lon", "seats", "minimum", "starts_on", "ends_on", "trainer",
    "partner", "wheelchair", "hours", "provides", "demand", "cost_idr",
)  # fmt: skip


def _known(what: str, known: Iterable[str], used: Iterable[str]) -> None:
    unknown = sorted(set(used) - set(known))
    if unknown:
        raise Problem("training_code_unknown", what=what, code_text=", ".join(unknown))


def _fits(row: NewClass) -> bool:
    return row.seats >= 1 and 0 <= row.minimum <= row.seats and row.starts_on <= row.ends_on


@transaction.atomic
def create_classes_many(*, actor: Actor, programme_id: UUID, rows: Sequence[NewClass]) -> ClassesMade:
    """Plan classes of a programme; the code is the key, other facts change the class that is there.

    Raises `training_class_unfit`, `training_code_unknown`, and `training_class_taken` where seats would fall below
    the people placed in them.
    """
    programme, _, _ = open_programme(actor, programme_id, "class.plan")
    _refuse_unfit(programme.office_id, rows)
    spots = areas.positions({r.area for r in rows if r.lat is None or r.lon is None})
    there = {c.code: c for c in TrainingClass.objects.filter(programme=programme)}
    taken = Counter(
        Placement.objects.filter(run__programme=programme, in_force=True)
        .exclude(training_class=None)
        .values_list("training_class_id", flat=True)
    )
    fresh, changed = [], []
    for row in rows:
        facts = _facts(row, spots.get(row.area))
        known = there.get(row.code)
        if known is None:
            fresh.append(
                TrainingClass(
                    id=stable_id("class", programme.pk, row.code), area=row.area, office_id=programme.office_id,
                    programme=programme, code=row.code, **facts,
                )
            )  # fmt: skip
            continue
        if row.seats < taken[known.pk]:
            raise Problem("training_class_taken", class_code=row.code, placed=taken[known.pk], seats=row.seats)
        if {name: getattr(known, name) for name in _FACTS} != facts:
            for name, value in facts.items():
                setattr(known, name, value)
            changed.append(known)
    create(fresh)
    save(changed, _FACTS)
    ids = {c.code: c.pk for c in (*there.values(), *fresh)}
    guests = _guests(programme.office_id, ids, rows)
    audit.record(
        actor=actor, name="class.planned", subject_kind="programme", subject_id=programme.pk, area=programme.area,
        created=len(fresh), changed=len(changed), guests=guests,
    )  # fmt: skip
    counted = Counted(len(fresh), len(changed), len({r.code for r in rows}) - len(fresh) - len(changed))
    return ClassesMade(ids={r.code: ids[r.code] for r in rows}, counted=counted, guests=guests)


def _refuse_unfit(office: int, rows: Sequence[NewClass]) -> None:
    listed = catalogue_of(office)
    _known("jenis usaha", listed.kinds, (k for r in rows for k in r.kinds))
    _known("keterampilan", listed.skills, (r.skill for r in rows if r.skill))
    _known("jam", SLOTS, (r.hours for r in rows if r.hours))
    _known("kebutuhan", NEEDS, (n for r in rows for n in r.provides))
    for code, count in Counter(r.code for r in rows).items():
        if count > 1:
            raise Problem("training_class_code_twice", class_code=code)
    for row in rows:
        if row.seats < 1:
            raise Problem("training_class_no_seats", class_code=row.code)
        if not _fits(row):
            raise Problem(
                "training_class_unfit", class_code=row.code, seats=row.seats, minimum=row.minimum,
                starts_on=row.starts_on, ends_on=row.ends_on,
            )  # fmt: skip


def _facts(row: NewClass, spot: Position | None) -> dict[str, object]:
    lat, lon = row.lat, row.lon
    if (lat is None or lon is None) and spot is not None:
        lat, lon = spot.lat, spot.lon
    facts: dict[str, object] = {name: getattr(row, name) for name in _FACTS}
    return facts | {"kinds": list(row.kinds), "provides": list(row.provides), "lat": lat, "lon": lon}


def _guests(office: int, ids: dict[str, UUID], rows: Sequence[NewClass]) -> int:
    """Guests are named participants of their own: no household, no NIK."""
    wanted = [
        OutsideParticipant(
            id=stable_id("guest", ids[r.code], name), area=r.area, office_id=office, training_class_id=ids[r.code],
            name=name, role=role,
        )
        for r in rows
        for name, role in dict(r.guests).items()
    ]  # fmt: skip
    create(wanted, skip_known=True)
    return len(wanted)
