"""The mentor's monthly report, made from the month's visits: the phone and the office print the same paper."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings

from berdaya.access.models import Office
from berdaya.areas.selectors import paths
from berdaya.devices.selectors import may_read
from berdaya.documents.render import LetterFile, render
from berdaya.kernel.bulk import fetch
from berdaya.kernel.formats import MONTHS
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.process.accounting import unnumbered_letter
from berdaya.process.field.packs_caseload import own_mentor

_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
_VISITS = """
    SELECT v.occurred_on, e.name, e.area, v.production_days, v.turnover_idr, v.problem, v.advice, v.next_step,
           v.same_as_last, v.enterprise_id
    FROM visits_visit v JOIN enterprises_enterprise e ON e.id = v.enterprise_id
    WHERE {who} AND v.occurred_on BETWEEN %(first)s AND %(last)s ORDER BY v.occurred_on, e.name, v.id
"""


def month_of(text: str) -> date:
    """``2026-10`` as the first day of the month. Raises ``not_found``."""
    found = _MONTH.fullmatch(text)
    if found is None:
        raise Problem("not_found")
    return date(int(found[1]), int(found[2]), 1)


def own_report(*, actor: Actor, month: date) -> bytes:
    """The report of the mentor who asks, as PDF."""
    _mentor, name = own_mentor(actor)
    visits = fetch(_VISITS.format(who="v.account_id = %(account)s"), _span(month) | {"account": actor.account_id})
    assigned = fetch("SELECT id, name FROM enterprises_enterprise WHERE id = ANY (%s) ORDER BY name, id",
                     [list(actor.enterprises)])  # fmt: skip
    return _paper(actor, name, month, visits, assigned)


def office_report(*, actor: Actor, mentor_id: UUID, month: date) -> bytes:
    """The report of any mentor of the office, as PDF. Raises ``not_allowed`` and ``not_found``."""
    may_read(actor)
    names = fetch("SELECT name FROM enterprises_mentor WHERE id = %s", [mentor_id])
    if not names:
        raise Problem("not_found")
    visits = fetch(_VISITS.format(who="v.mentor_id = %(mentor)s"), _span(month) | {"mentor": mentor_id})
    assigned = fetch(
        "SELECT e.id, e.name FROM enterprises_mentorassignment a"
        " JOIN enterprises_enterprise e ON e.id = a.enterprise_id"
        " WHERE a.mentor_id = %s AND a.until IS NULL ORDER BY e.name, e.id",
        [mentor_id],
    )
    return _paper(actor, names[0][0], month, visits, assigned)


def _span(month: date) -> dict[str, Any]:
    return {"first": month, "last": month.replace(day=monthrange(month.year, month.month)[1])}


def _paper(
    actor: Actor, mentor: str, month: date, visits: Sequence[tuple[Any, ...]], assigned: Sequence[tuple[Any, ...]]
) -> bytes:
    office = Office.objects.filter(pk=actor.office or 0).first()
    if office is None:
        raise Problem("not_found")
    places = paths({row[2] for row in visits}, short=True)
    seen = {row[9] for row in visits}
    same = sum(1 for row in visits if row[8])
    turnover = sum(row[4] or 0 for row in visits)
    title = f"{MONTHS['id'][month.month - 1]} {month.year}"
    body = {
        "month": title,
        "mentor": mentor,
        "place": str(office.letterhead.get("city", "")) or "........................",
        "facts": [("Pendamping", mentor), ("Kantor", office.name), ("Binaan", f"{len(assigned)} usaha")],
        "figures": [
            {"name": "Kunjungan", "value": str(len(visits))},
            {"name": "Usaha dikunjungi", "value": f"{len(seen)} dari {len(assigned)}"},
            {"name": "Omzet yang diketahui", "value": f"Rp{turnover:,}".replace(",", ".")},
            {"name": "Sama seperti bulan lalu", "value": str(same)},
        ],
        "visits": [
            {
                "on": row[0].isoformat(),
                "name": row[1],
                "place": places.get(row[2], "").partition(",")[0],
                "days": "" if row[3] is None else str(row[3]),
                "turnover": "" if row[4] is None else f"{row[4]:,}".replace(",", "."),
                "text": ". ".join(part for part in (row[5], row[6], row[7]) if part),
            }
            for row in visits
        ],
        "missed": [row[1] for row in assigned if row[0] not in seen],
    }
    letter = unnumbered_letter("monthly", office, body, demo=settings.DEMO)
    return render(LetterFile(f"Laporan bulanan {mentor}, {title}", office.name, (letter,))).pdf
