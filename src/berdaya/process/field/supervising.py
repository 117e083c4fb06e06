"""What the office sees of its mentors in the field: last call, what is unsent, the trend, what asks for a word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from berdaya.access.permissions import require
from berdaya.access.selectors import actor_for
from berdaya.audit.services import record
from berdaya.devices import packs, selectors
from berdaya.devices.packs import PackRow
from berdaya.devices.types import DeviceRow, TakenRow
from berdaya.kernel import clock
from berdaya.kernel.bulk import fetch
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.tasks.services import create_many
from berdaya.tasks.types import NewTask
from berdaya.visits import rules

DAYS = 30
MONTHS = 6
TASK_DAYS = 7


@dataclass(frozen=True, slots=True)
class MentorRow:
    """One mentor: caseload, visits of the last 30 days and of the 30 before, what asks for a look, the phone."""

    id: UUID
    name: str
    code: str
    account_id: int | None
    caseload: int
    visits: int
    before: int
    same: int
    without_position: int
    from_phone: int
    far: int
    pushed_at: datetime | None
    unsent: int | None
    unsent_since: datetime | None
    phones: int
    synthetic: bool

    @property
    def same_share(self) -> float | None:
        """Share of "same as last month" among the visits; None without a visit."""
        return self.same / self.visits if self.visits else None

    @property
    def falling(self) -> bool:
        return rules.falling(now=self.visits, before=self.before)


_MENTORS = """
    SELECT m.id, m.name, m.code, m.account_id,
           (SELECT count(*) FROM enterprises_mentorassignment a WHERE a.mentor_id = m.id AND a.until IS NULL),
           coalesce(v.now, 0), coalesce(v.before, 0), coalesce(v.same, 0), coalesce(v.blind, 0), coalesce(v.phone, 0),
           coalesce(v.far, 0), d.pushed_at, d.unsent, d.unsent_since, coalesce(d.phones, 0), m.synthetic
    FROM enterprises_mentor m
    LEFT JOIN (
        SELECT x.mentor_id, count(*) FILTER (WHERE x.occurred_on > %(middle)s) AS now,
               count(*) FILTER (WHERE x.occurred_on <= %(middle)s) AS before,
               count(*) FILTER (WHERE x.occurred_on > %(middle)s AND x.same_as_last) AS same,
               count(*) FILTER (WHERE x.occurred_on > %(middle)s AND x.position_missing <> '') AS blind,
               count(*) FILTER (WHERE x.occurred_on > %(middle)s
                                AND (x.position_missing <> '' OR x.met_lat IS NOT NULL)) AS phone,
               count(*) FILTER (WHERE x.occurred_on > %(middle)s AND x.distance_m > %(far)s) AS far
        FROM visits_visit x WHERE x.occurred_on > %(first)s AND x.occurred_on <= %(as_of)s GROUP BY x.mentor_id
    ) v ON v.mentor_id = m.id
    LEFT JOIN (
        SELECT p.account_id, max(p.pushed_at) AS pushed_at, sum(p.unsent)::int AS unsent,
               min(p.unsent_since) AS unsent_since, count(*) AS phones
        FROM devices_device p WHERE p.revoked_at IS NULL GROUP BY p.account_id
    ) d ON d.account_id = m.account_id
"""


def _span(as_of: date) -> dict[str, Any]:
    return {
        "as_of": as_of,
        "middle": as_of - timedelta(days=DAYS),
        "first": as_of - timedelta(days=2 * DAYS),
        "far": rules.FAR_M,
    }


def mentors(
    *, actor: Actor, as_of: date, text: str = "", limit: int = 50, offset: int = 0
) -> tuple[list[MentorRow], int]:
    """One page of mentors, those whose visits fall most first, and how many there are. Two queries."""
    selectors.may_read(actor)
    where = "WHERE m.name ILIKE %(text)s" if text.strip() else ""
    params = {**_span(as_of), "text": f"%{text.strip()}%", "limit": limit, "offset": offset}
    rows = fetch(
        f"""{_MENTORS} {where}
        ORDER BY (coalesce(v.now, 0) - coalesce(v.before, 0)) ASC, m.name, m.id LIMIT %(limit)s OFFSET %(offset)s""",
        params,
    )
    total = fetch(f"SELECT count(*) FROM enterprises_mentor m {where}", params)[0][0]
    return [MentorRow(*row) for row in rows], int(total)


def mentor(*, actor: Actor, mentor_id: UUID, as_of: date) -> MentorRow:
    """One mentor. Raises ``not_found``."""
    selectors.may_read(actor)
    rows = fetch(f"{_MENTORS} WHERE m.id = %(id)s", {**_span(as_of), "id": mentor_id})
    if not rows:
        raise Problem("not_found")
    return MentorRow(*rows[0])


def months_of(*, actor: Actor, mentor_id: UUID, as_of: date) -> list[tuple[date, int]]:
    """Visits of a mentor in each of the last six months, the oldest first; a month without any is 0."""
    return trends(actor=actor, mentors=[mentor_id], as_of=as_of)[mentor_id]


def trends(*, actor: Actor, mentors: Sequence[UUID], as_of: date) -> dict[UUID, list[tuple[date, int]]]:
    """Visits of several mentors in each of the last six months, the oldest first; a month without any is 0."""
    selectors.may_read(actor)
    months = [divmod(as_of.year * 12 + as_of.month - MONTHS + step, 12) for step in range(MONTHS)]
    firsts = [date(year, month + 1, 1) for year, month in months]
    rows = fetch(
        """
        SELECT mentor_id, date_trunc('month', occurred_on)::date, count(*) FROM visits_visit
        WHERE mentor_id = ANY (%s) AND occurred_on >= %s AND occurred_on <= %s GROUP BY 1, 2
        """,
        [list(mentors), firsts[0], as_of],
    )
    told = {(mentor, month): int(count) for mentor, month, count in rows}
    return {mentor: [(first, told.get((mentor, first), 0)) for first in firsts] for mentor in mentors}


def others(*, actor: Actor, mentor_id: UUID) -> list[tuple[UUID, str]]:
    """The office's other mentors by name: who may take families over."""
    selectors.may_read(actor)
    rows = fetch("SELECT id, name FROM enterprises_mentor WHERE id <> %s ORDER BY name, id LIMIT 500", [mentor_id])
    return [(row[0], row[1]) for row in rows]


def caseload_of(*, actor: Actor, mentor_id: UUID) -> list[tuple[UUID, str]]:
    """Businesses that a mentor looks after now, by name."""
    selectors.may_read(actor)
    rows = fetch(
        "SELECT e.id, e.name FROM enterprises_mentorassignment a"
        " JOIN enterprises_enterprise e ON e.id = a.enterprise_id"
        " WHERE a.mentor_id = %s AND a.until IS NULL ORDER BY e.name, e.id LIMIT 500",
        [mentor_id],
    )
    return [(row[0], row[1]) for row in rows]


@dataclass(frozen=True, slots=True)
class LentRow:
    """A stand-in that lasts: who has the caseload, since when, until which day, and with what word."""

    id: UUID
    holder: str
    since: date
    until: date
    note: str


def lent_by(*, actor: Actor, mentor_id: UUID, as_of: date) -> list[LentRow]:
    """Stand-ins who have this mentor's caseload on that day, the earliest first. One query."""
    require(actor, "mentor.assign")
    rows = fetch(
        """
        SELECT s.id, a.name, s.since, s.until, s.note FROM visits_standin s JOIN access_account a ON a.id = s.account_id
        WHERE s.mentor_id = %s AND s.ended_on IS NULL AND s.until >= %s ORDER BY s.since, s.id
        """,
        [mentor_id, as_of],
    )
    return [LentRow(*row) for row in rows]


def phones_of(*, actor: Actor, account_id: int | None) -> list[DeviceRow]:
    """Phones of a mentor, working ones first."""
    return [] if account_id is None else selectors.devices(actor=actor, limit=500, account=account_id)[0]


@dataclass(frozen=True, slots=True)
class SeenAs:
    """What a phone holds, as its owner sees it."""

    device: DeviceRow
    packs: tuple[TakenRow, ...]
    rows: tuple[PackRow, ...]


def view_as(*, actor: Actor, device_id: UUID) -> SeenAs:
    """What a mentor's phone may hold now, read in the mentor's own scope. Audited.

    Raises ``not_found`` for a phone outside the actor's office.
    """
    row = selectors.device(actor=actor, device_id=device_id)
    held = tuple(selectors.packs_held(device_id))
    record(actor=actor, name="device.viewed_as", subject_kind="device", subject_id=device_id)
    try:
        owner = actor_for(row.account_id, name=row.holder, role_id=row.role_id)
    except Problem:
        return SeenAs(row, held, ())
    as_of = clock.today()
    with scoped(owner):
        rows = [
            item
            for kind in packs.all_kinds()
            for ref in kind.offers(owner, as_of)
            for item in kind.fill(owner, ref.subject, as_of)
        ]
    return SeenAs(row, held, tuple(rows))


def raise_falling(*, actor: Actor, as_of: date) -> Mapping[str, UUID]:
    """A task for the supervisor for each mentor with an account whose visits fell by two fifths or more.

    One a mentor and month. Mentors without an account hand in sheets: the sheet tells when they come. Raises
    ``not_allowed``.
    """
    require(actor, "task.manage")
    rows = fetch(
        f"{_MENTORS} WHERE m.office_id = %(office)s AND m.account_id IS NOT NULL ORDER BY m.id",
        {**_span(as_of), "office": actor.office},
    )
    falling = [row for row in (MentorRow(*found) for found in rows) if row.falling]
    places = dict(fetch("SELECT id, area FROM enterprises_mentor WHERE id = ANY (%s)", [[row.id for row in falling]]))
    return create_many(actor=actor, tasks=[_task(row, places[row.id], actor, as_of) for row in falling], once=True)


def _task(row: MentorRow, area: int, actor: Actor, as_of: date) -> NewTask:
    return NewTask(
        cause=f"mentor.falling:{row.id}:{as_of:%Y-%m}",
        kind="mentor_falling",
        title=f"Kunjungan {row.name} turun: {row.visits} dalam 30 hari, sebelumnya {row.before}",
        area=area,
        office_id=int(actor.office or 0),
        owner_role="supervisor",
        raised_on=as_of,
        due_on=as_of + timedelta(days=TASK_DAYS),
        params={"mentor": str(row.id), "visits": row.visits, "before": row.before},
    )


def stores_of(rows: Sequence[PackRow]) -> dict[str, list[PackRow]]:
    """Rows of packs by store."""
    found: dict[str, list[PackRow]] = {}
    for row in rows:
        found.setdefault(row.store, []).append(row)
    return found
