"""The pack `contest`: the entries of a contest and the criteria of its jury, for who keeps the sheets on the spot.

`subject` is the contest. It is offered to the office's own staff with `market.manage` from a week before the contest
until a week after it or its closing. Two stores:

- `contest` (id = the contest): `name, level, held_on, criteria` (pairs of name and weight), `jurors` (names so far)
- `contest_entry` (id = the entry): `contest, name, kind_name, kind_en, area_name, marked_by` (names of jurors)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from berdaya.access.permissions import can
from berdaya.areas.selectors import paths
from berdaya.devices.packs import PackKind, PackRef, PackRow, register
from berdaya.enterprises.catalogue import catalogue
from berdaya.kernel.clock import WIB
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.market.models import Contest, ContestEntry, JuryScore

AROUND = timedelta(days=7)


def _offers(actor: Actor, as_of: date) -> Sequence[PackRef]:
    if actor.kind != "staff" or not actor.office or not can(actor, "market.manage"):
        return ()
    rows = Contest.objects.filter(
        office_id=actor.office, held_on__range=(as_of - AROUND, as_of + AROUND), closed_on=None
    )
    return [
        PackRef("contest", row.pk, row.name, datetime.combine(row.held_on + AROUND, time.max, tzinfo=WIB))
        for row in rows.exclude(criteria=[]).order_by("held_on", "id")
    ]


def _fill(actor: Actor, subject: UUID, as_of: date) -> Iterable[PackRow]:  # noqa: ARG001 - packs share one shape
    contest = Contest.objects.filter(pk=subject, office_id=actor.office or 0).first()
    if contest is None or not can(actor, "market.manage"):
        raise Problem("not_found")
    entries = list(ContestEntry.objects.filter(contest=contest).select_related("enterprise").order_by("id"))
    jurors: dict[UUID, set[str]] = defaultdict(set)
    for entry, juror in JuryScore.objects.filter(entry__contest=contest).values_list("entry_id", "juror"):
        jurors[entry].add(juror)
    yield PackRow(
        "contest",
        contest.pk,
        {
            "name": contest.name,
            "level": contest.level,
            "held_on": contest.held_on.isoformat(),
            "criteria": contest.criteria,
            "jurors": sorted(set().union(*jurors.values())),
        },
    )
    kinds = catalogue().kinds
    places = paths({row.enterprise.area for row in entries}, short=True)
    for row in entries:
        kind = kinds.get(row.enterprise.kind)
        yield PackRow(
            "contest_entry",
            row.pk,
            {
                "contest": str(contest.pk),
                "name": row.enterprise.name,
                "kind_name": kind.id if kind else "",
                "kind_en": kind.en if kind else "",
                "area_name": places.get(row.enterprise.area, ""),
                "marked_by": sorted(jurors[row.pk]),
            },
        )


KIND = register(
    PackKind(
        name="contest",
        title=("Lomba", "Contest"),
        offers=_offers,
        fill=_fill,
        tables=("market_contest", "market_contestentry"),
    )
)
