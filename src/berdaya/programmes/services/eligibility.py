"""The exclusion screen and the eligibility decision."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from berdaya.audit.services import record
from berdaya.kernel.bulk import fetch, stage
from berdaya.kernel.scope import Actor
from berdaya.people.rules.names import spelling_key
from berdaya.programmes.facts import Look, facts_of
from berdaya.programmes.models import Candidate, Programme, ProgrammeVersion, ScreeningRun
from berdaya.programmes.rules.eligibility import Decision, decide
from berdaya.programmes.services.setup import open_programme
from berdaya.programmes.types import ProgrammeConfig, Verdict
from berdaya.programmes.values import Decided, Screened

_ASIDE = re.compile(r"\([^)]*\)")
Hits = dict[UUID, dict[str, dict[str, list[list[Any]]]]]
REGISTERS = frozenset({"exclusions", "aid"})
"""Lists whose hits are counted; the name of an official is only shown."""
_DECISION = {
    "id": "uuid",
    "verdict": "text",
    "reason": "text",
    "incomplete": "boolean",
    "checks": "text",
}


@transaction.atomic
def screen_many(*, actor: Actor, programme_id: UUID, on: date) -> Screened:
    """Look every candidate up in the exclusion lists and among aid received, on the fixed day ``on``.

    The lookup passes the area's and the office's limits but answers only with the record that says so. Candidates
    already judged whom a new hit keeps out are judged again; a decreed recipient needs ``replace_recipient`` instead.
    """
    programme, version, config = open_programme(actor, programme_id, "candidate.screen")
    hits = lookup(programme.pk, on)
    listed = sum(any(set(lists) & REGISTERS for lists in members.values()) for members in hits.values())
    live = _live(programme)
    candidates = live.count()
    with connection.cursor() as cursor:
        stage(cursor, "screened", {"id": "uuid", "screening": "text"}, ((pk, json.dumps(hits[pk])) for pk in hits))
        cursor.execute(
            """
            UPDATE programmes_candidate c SET screening = s.screening::jsonb
            FROM programmes_candidate o LEFT JOIN screened s ON s.id = o.id
            WHERE c.id = o.id AND o.programme_id = %s AND o.decreed_on IS NULL AND o.replaced_on IS NULL
              AND o.screening IS DISTINCT FROM s.screening::jsonb
            """,
            [programme.pk],
        )
    ScreeningRun.objects.create(
        programme=programme,
        area=programme.area,
        office_id=programme.office_id,
        on_day=on,
        candidate_count=candidates,
        hit_count=listed,
    )
    judged = live.filter(id__in=list(hits)).exclude(verdict__in=("", Verdict.EXCLUDED.value))
    decisions = _decide(config, judged, on)
    excluded = {pk: found for pk, found in decisions.items() if found.verdict is Verdict.EXCLUDED}
    _write(version, excluded, on)
    now_out = live.filter(verdict=Verdict.EXCLUDED.value).count()
    record(
        actor=actor, name="candidates.screened", subject_kind="programme", subject_id=programme.pk,
        candidates=candidates, hits=listed, on=on.isoformat(),
    )  # fmt: skip
    return Screened(candidates=candidates, hits=listed, excluded=now_out)


@transaction.atomic
def decide_eligibility_many(*, actor: Actor, programme_id: UUID, on: date) -> Decided:
    """Judge every candidate that is not yet verified, by the rules in force and the facts known on ``on``.

    Each decision keeps every criterion with its evidence and the version of the rules.
    """
    programme, version, config = open_programme(actor, programme_id, "candidate.screen")
    decisions = _decide(config, _live(programme).filter(verified=None, place=""), on)
    _write(version, decisions, on)
    verdicts = Counter(decision.verdict.value for decision in decisions.values())
    reasons = Counter(
        decision.reasons[0] for decision in decisions.values() if decision.verdict is not Verdict.ELIGIBLE
    )
    record(
        actor=actor, name="candidates.decided", subject_kind="programme", subject_id=programme.pk,
        version=version.number, verdicts=dict(verdicts),
    )  # fmt: skip
    return Decided(verdicts=dict(sorted(verdicts.items())), reasons=dict(sorted(reasons.items())))


def excluded_among(
    config: ProgrammeConfig, programme_id: UUID, candidates: QuerySet[Candidate], on: date
) -> dict[str, str]:
    """Ref -> first reason of those whom the registers keep out as they are this moment; nothing is written."""
    hits = lookup(programme_id, on)
    suspects = candidates.filter(pk__in=list(hits))
    refs = dict(suspects.values_list("id", "ref"))
    decisions = {
        pk: decide(config, facts.eligibility)
        for pk, facts in facts_of(config, suspects, as_of=on, look=Look(on, None, hits)).items()
    }
    return {refs[pk]: decision.reasons[0] for pk, decision in decisions.items() if decision.verdict is Verdict.EXCLUDED}


def judge_again(version: ProgrammeVersion, config: ProgrammeConfig, candidates: QuerySet[Candidate], on: date) -> None:
    """Judge some candidates anew under the rules and the registers' last answer; what has not changed stays."""
    _write(version, _decide(config, candidates, on), on)


def _live(programme: Programme) -> QuerySet[Candidate]:
    return Candidate.objects.filter(programme=programme, duplicate_of=None, decreed_on=None, replaced_on=None)


def _decide(config: ProgrammeConfig, candidates: QuerySet[Candidate], on: date) -> dict[UUID, Decision]:
    return {pk: decide(config, facts.eligibility) for pk, facts in facts_of(config, candidates, as_of=on).items()}


def lookup(programme_id: UUID, on: date) -> Hits:
    """What the registers of all offices say this moment of everybody on a programme's list.

    Candidate -> member number -> `exclusions`, `aid` and `staff` rows, in an order that does not depend on the
    database.
    """
    found: Hits = {}
    rows = fetch("SELECT * FROM programmes_screen(%s, %s)", [programme_id, on])
    for candidate, member, hit, kind, source, since, office, programme, year in sorted(rows, key=_screen_order):
        part = found.setdefault(candidate, {}).setdefault(str(member), {})
        if hit == "exclusion":
            part.setdefault("exclusions", []).append([kind, source, since.isoformat() if since else ""])
        else:
            part.setdefault("aid", []).append([kind, office, programme, year])
    for candidate, member, namesake in _namesakes(programme_id):
        found.setdefault(candidate, {}).setdefault(str(member), {}).setdefault("staff", []).append(namesake)
    return found


def _namesakes(programme_id: UUID) -> list[tuple[UUID, int, list[str]]]:
    """Candidates with somebody on their family card who has the name of a mentor or official of the place.

    A name is no proof: the hit is shown to people and keeps nobody out. Names of one word tell too little.
    """
    people: dict[str, list[str]] = {}
    for name, kind, office in sorted(fetch("SELECT name, kind, office FROM programmes_staff(%s)", [programme_id])):
        plain = _ASIDE.sub("", name).strip()
        if len(plain.split()) > 1 and (key := spelling_key(plain)[:120]):
            people.setdefault(key, [kind, plain, office])
    if not people:
        return []
    rows = fetch(
        """
        SELECT c.id, 0, p.name_key FROM programmes_candidate c
        JOIN people_person p ON p.household_id = c.household_id AND p.merged_into IS NULL
        WHERE c.programme_id = %(programme)s AND p.name_key = ANY (%(keys)s)
        UNION
        SELECT c.id, m.number, p.name_key FROM programmes_candidate c
        JOIN groups_membership m ON m.group_id = c.group_id AND m.left_on IS NULL
        JOIN people_person p ON p.id = m.person_id
        WHERE c.programme_id = %(programme)s AND p.name_key = ANY (%(keys)s)
        ORDER BY 1, 2, 3
        """,
        {"programme": programme_id, "keys": sorted(people)},
    )
    return [(candidate, member, people[key]) for candidate, member, key in rows]


def _screen_order(row: Iterable[Any]) -> tuple[str, ...]:
    return tuple("" if value is None else str(value) for value in row)


def _write(version: ProgrammeVersion, decisions: Mapping[UUID, Decision], on: date) -> None:
    rows = (
        (
            pk,
            decision.verdict.value,
            "" if decision.verdict is Verdict.ELIGIBLE else decision.reasons[0],
            decision.incomplete,
            json.dumps([result.as_json() for result in decision.results]),
        )
        for pk, decision in decisions.items()
    )
    with connection.cursor() as cursor:
        stage(cursor, "decided", _DECISION, rows)
        cursor.execute(
            """
            UPDATE programmes_candidate c
            SET verdict = d.verdict, reason = d.reason, incomplete = d.incomplete, checks = d.checks::jsonb,
                decided_on = %s, version_id = %s
            FROM decided d
            WHERE c.id = d.id
              AND (c.verdict, c.reason, c.incomplete, c.checks, c.version_id)
                  IS DISTINCT FROM (d.verdict, d.reason, d.incomplete, d.checks::jsonb, %s)
            """,
            [on, version.pk, version.pk],
        )
