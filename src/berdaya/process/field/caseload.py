"""The rows of a caseload as a phone shows them: what a mentor needs on the way, and nothing restricted.

All reads run in the mentor's own scope, so a pack can never hold what its owner may not see.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from berdaya.areas.selectors import paths, positions
from berdaya.devices.packs import PackRow
from berdaya.enterprises.catalogue import Named, catalogue
from berdaya.enterprises.rules.figures import shown_turnover
from berdaya.enterprises.types import Status
from berdaya.forms.selectors import instruments
from berdaya.forms.types import Instrument
from berdaya.grants.selectors import assets
from berdaya.kernel.bulk import fetch
from berdaya.kernel.ids import stable_id
from berdaya.kernel.scope import Actor
from berdaya.visits import rules
from berdaya.visits.types import CaseloadRow

MONTHS = 24
NOTE_DAYS = 62
"""So long a hand-over note stays on the phone of the mentor who took the family over."""

_BUSINESSES = """
    SELECT e.id, e.name, e.kind, e.group_id, e.household_id, e.area, e.started_on, e.synthetic,
           coalesce(s.status, 'unknown'), coalesce(s.reason, '{}'), coalesce(g.name, ''),
           coalesce(g.address, h.address, ''), v.occurred_on, coalesce(v.advice, '') <> '',
           (SELECT count(*) FROM groups_membership m WHERE m.group_id = e.group_id AND m.left_on IS NULL)
    FROM enterprises_enterprise e
    LEFT JOIN groups_group g ON g.id = e.group_id
    LEFT JOIN people_household h ON h.id = e.household_id
    LEFT JOIN LATERAL (SELECT x.status, x.reason FROM enterprises_statussnapshot x
        WHERE x.enterprise_id = e.id AND x.as_of <= %(as_of)s ORDER BY x.as_of DESC LIMIT 1) s ON true
    LEFT JOIN LATERAL (SELECT x.occurred_on, x.advice FROM visits_visit x
        WHERE x.enterprise_id = e.id AND x.occurred_on <= %(as_of)s ORDER BY x.occurred_on DESC, x.id DESC LIMIT 1) v
        ON true
    WHERE e.id = ANY (%(ids)s) ORDER BY e.area, e.id
"""
_PEOPLE = """
    SELECT e.id, p.id, p.name, coalesce(nullif(p.phone, ''), h.phone), m.id,
           coalesce((SELECT o.position FROM groups_officer o WHERE o.membership_id = m.id AND o.until IS NULL LIMIT 1),
                    CASE WHEN e.group_id IS NOT NULL THEN 'anggota' WHEN p.is_head THEN 'pemilik' ELSE 'keluarga' END)
    FROM enterprises_enterprise e
    LEFT JOIN groups_membership m ON m.group_id = e.group_id AND m.left_on IS NULL
    JOIN people_person p ON p.id = m.person_id OR (e.household_id IS NOT NULL AND p.household_id = e.household_id)
    LEFT JOIN people_household h ON h.id = p.household_id
    WHERE e.id = ANY (%(ids)s) AND p.erased_on IS NULL AND p.died_on IS NULL
    ORDER BY e.id, m.number NULLS LAST, p.is_head DESC, p.id
"""
_LAST = """
    SELECT w.id, v.* FROM unnest(%(ids)s::uuid[]) AS w(id)
    CROSS JOIN LATERAL (
        SELECT x.occurred_on, x.method, x.production_days, x.turnover_idr, x.cost_idr, x.stock_idr, x.workers,
               x.active_members, x.problem, x.advice, x.next_step, x.same_as_last FROM visits_visit x
        WHERE x.enterprise_id = w.id ORDER BY x.occurred_on DESC, x.id DESC LIMIT 3) AS v
"""
_MONTHS = """
    SELECT enterprise_id, json_agg(json_build_array(to_char(month, 'YYYY-MM'), production_days, turnover_fund_idr,
           turnover_visit_idr, turnover_market_idr, cost_idr) ORDER BY month)::text
    FROM enterprises_enterprisemonth WHERE enterprise_id = ANY (%(ids)s) AND month > %(since)s
    GROUP BY enterprise_id ORDER BY enterprise_id
"""
_NOTES = """
    SELECT n.id, n.enterprise_id, n.note, n.on_day,
           coalesce(enterprises_mentor_name(n.from_mentor_id, n.enterprise_id), '')
    FROM visits_caseloadnote n WHERE n.enterprise_id = ANY (%(ids)s) AND n.on_day > %(since)s ORDER BY n.id
"""
_ASSETS_SEEN = """
    SELECT DISTINCT ON (asset_id) asset_id, state, occurred_on FROM visits_visitasset
    WHERE enterprise_id = ANY (%(ids)s) ORDER BY asset_id, occurred_on DESC, visit_id DESC
"""


def rows_of(actor: Actor, ids: Sequence[UUID], as_of: date) -> Iterator[PackRow]:
    """Everything about these businesses, in nine statements however many they are."""
    if not ids:
        return
    # As one literal: a list would be quoted id by id again for each of the statements.
    wanted = "{" + ",".join(map(str, ids)) + "}"
    people = fetch(_PEOPLE, {"ids": wanted})
    owners: dict[UUID, str] = {}
    for row in people:
        owners.setdefault(row[0], row[2])
    yield from _businesses(wanted, owners, as_of)
    for enterprise, person, name, phone, member, role in people:
        body = {"business": enterprise, "name": name, "role": role, "phone": phone or "", "member": member}
        # Members stand once for each business: a person may be met at the own and at the group's.
        yield PackRow("person", stable_id("pack-person", enterprise, person), {**body, "person": person})
    yield from _last_visits(wanted)
    yield from _months(wanted, as_of)
    yield from _assets(actor, ids, wanted)
    for note_id, enterprise, note, day, giver in fetch(
        _NOTES, {"ids": wanted, "since": as_of - timedelta(days=NOTE_DAYS)}
    ):
        yield PackRow("handover_note", note_id, {"business": enterprise, "from": giver, "note": note, "on": day})


def _businesses(ids: str, owners: dict[UUID, str], as_of: date) -> Iterator[PackRow]:
    rows = fetch(_BUSINESSES, {"ids": ids, "as_of": as_of})
    areas = {row[5] for row in rows}
    names, places, kinds = paths(areas, short=True), positions(areas), catalogue().kinds
    for row in rows:
        (key, name, kind, group, household, area, started_on, synthetic, status, reason, group_name, address, last_on,
         advice_open, members) = row  # fmt: skip
        due = rules.due_on(CaseloadRow(key, started_on, last_on, Status(status), advice_open))
        place = places.get(area)
        yield PackRow(
            "business",
            key,
            {
                "name": name,
                "kind": kind,
                "kind_name": kinds[kind].name() if kind in kinds else kind,
                "kind_en": kinds[kind].name("en") if kind in kinds else kind,
                "group": group,
                "household": household,
                "owner": group_name or owners.get(key, ""),
                "address": address,
                "area": area,
                "area_name": names.get(area, ""),
                "position": {"lat": place.lat, "lon": place.lon, "source": place.source} if place else None,
                "started_on": started_on,
                "status": status,
                "status_reason": _json(reason).get("reason", ""),
                "risk": rules.risk(
                    status=Status(status),
                    overdue_days=(as_of - due).days,
                    advice_open=advice_open,
                    never_visited=last_on is None,
                ),
                "due_on": due,
                "last_on": last_on,
                "members": members if group else None,
                "synthetic": synthetic,
            },
        )


def _last_visits(ids: str) -> Iterator[PackRow]:
    found: dict[UUID, list[tuple[Any, ...]]] = defaultdict(list)
    for row in fetch(_LAST, {"ids": ids}):
        found[row[0]].append(row)
    names = ("on", "method", "production_days", "turnover_idr", "cost_idr", "stock_idr", "workers", "active_members",
             "problem", "advice", "next_step")  # fmt: skip
    for enterprise, visits in found.items():
        streak = 0
        for visit in visits:
            if not visit[12]:
                break
            streak += 1
        body = dict(zip(names, visits[0][1:12], strict=True))
        yield PackRow("last_visit", enterprise, {"business": enterprise, **body, "same_streak": streak})


def _months(ids: str, as_of: date) -> Iterator[PackRow]:
    since = date(as_of.year - 2, as_of.month, 1)
    for enterprise, packed in fetch(_MONTHS, {"ids": ids, "since": since}):
        told = []
        for month, days, book_idr, visit_idr, market_idr, cost_idr in json.loads(packed)[-MONTHS:]:
            shown = shown_turnover(book_idr, visit_idr, market_idr)
            told.append([month, days, shown.amount_idr if shown else None, cost_idr])
        yield PackRow("months", enterprise, {"business": enterprise, "months": told})


def _assets(actor: Actor, ids: Sequence[UUID], literal: str) -> Iterator[PackRow]:
    seen = {row[0]: (row[1], row[2]) for row in fetch(_ASSETS_SEEN, {"ids": literal})}
    for asset in assets(actor=actor, enterprises=list(ids)):
        state, on = seen.get(asset.id, (asset.state, None))
        yield PackRow(
            "asset",
            asset.id,
            {"business": asset.enterprise, "name": asset.name, "state": str(state), "last_seen_on": on},
        )


def instrument_rows(actor: Actor, subjects: Iterable[str] = ("enterprise", "group", "household")) -> Iterator[PackRow]:
    """The newest version of each instrument about these subjects, as the office published it."""
    wanted, told = set(subjects), set()
    for line in instruments(actor):
        if line.instrument.subject in wanted and line.instrument.code not in told:
            told.add(line.instrument.code)
            yield PackRow("instrument", line.id, instrument_body(line.instrument))


def instrument_body(instrument: Instrument) -> dict[str, Any]:
    """An instrument as a phone asks it."""
    return {
        "code": instrument.code,
        "version": instrument.version,
        "title": {"id": instrument.title.id, "en": instrument.title.en},
        "subject": instrument.subject,
        "dimensions": [
            {
                "code": dimension.code,
                "label": {"id": dimension.label.id, "en": dimension.label.en},
                "questions": [
                    {
                        "code": question.code,
                        "label": {"id": question.label.id, "en": question.label.en},
                        "shape": question.shape.value,
                        "unit": question.unit,
                        "optional": question.optional,
                        "steps": [
                            {"level": step.level, "label": {"id": step.label.id, "en": step.label.en}}
                            for step in question.steps
                        ],
                        **_options(question.source),
                    }
                    for question in dimension.questions
                ],
            }
            for dimension in instrument.dimensions
        ],
    }


def _options(source: str) -> dict[str, Any]:
    """What may be ticked where a question takes its answers from the catalogue."""
    catalogues: dict[str, Mapping[str, Named]] = {"kinds": catalogue().kinds, "skills": catalogue().skills}
    rows = catalogues.get(source, {})
    listed = [
        {"code": code, "label": {"id": row.id, "en": row.en}}
        for code, row in rows.items()
        if not getattr(row, "retired", False)
    ]
    return {"options": listed} if listed else {}


def target_row(mentor_id: UUID, ids: Sequence[UUID], as_of: date) -> PackRow:
    """This month against its target (every business once) and against the month before."""
    first = as_of.replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    row = fetch(
        """
        SELECT count(DISTINCT v.enterprise_id) FILTER (WHERE v.occurred_on >= %(first)s),
               count(DISTINCT v.enterprise_id) FILTER (WHERE v.occurred_on < %(first)s),
               count(*) FILTER (WHERE v.occurred_on >= %(first)s),
               count(*) FILTER (WHERE v.occurred_on >= %(first)s AND v.same_as_last),
               count(*) FILTER (WHERE v.occurred_on >= %(first)s AND v.met_lat IS NULL)
        FROM visits_visit v WHERE v.enterprise_id = ANY (%(ids)s) AND v.occurred_on BETWEEN %(before)s AND %(as_of)s
        """,
        {"ids": list(ids), "first": first, "before": before, "as_of": as_of},
    )[0]
    return PackRow(
        "target",
        mentor_id,
        {
            "month": first.strftime("%Y-%m"),
            "visits_target": len(ids),
            "visits_done": row[0],
            "visits_last_month": row[1],
            "same_share": round(row[3] / row[2], 3) if row[2] else None,
            "without_position": row[4],
        },
    )


def _json(value: Any) -> dict[str, Any]:
    # Django's cursor hands jsonb out as text.
    return json.loads(value) if isinstance(value, str) else dict(value)
