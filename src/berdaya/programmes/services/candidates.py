"""Proposed rows, motivator pairs and verifications."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max, Q

from berdaya.audit.services import record
from berdaya.kernel.bulk import create, fetch, stage
from berdaya.kernel.ids import stable_id
from berdaya.kernel.scope import Actor
from berdaya.programmes.models import Candidate, MotivatorPair
from berdaya.programmes.rules.eligibility import verification_outcome
from berdaya.programmes.services.rows import insert_many
from berdaya.programmes.services.setup import open_programme
from berdaya.programmes.states import CandidateState
from berdaya.programmes.values import Added, NewCandidate, NewVerification, Verified

_CANDIDATE = {
    "id": "uuid",
    "programme_id": "uuid",
    "office_id": "bigint",
    "proposed_on": "date",
    "area": "bigint",
    "ref": "text",
    "list_no": "integer",
    "household_id": "uuid",
    "person_id": "uuid",
    "group_id": "uuid",
    "sources": "text[]",
    "interests": "text[]",
    "skills": "text[]",
    "kind": "text",
    "facts": "jsonb",
    "duplicate_of_id": "uuid",
    "checks": "jsonb",
    "verdict": "text",
    "reason": "text",
    "incomplete": "boolean",
    "place": "text",
    "stratum": "text",
    "replaced_reason": "text",
}
_VERIFICATION = {
    "id": "uuid",
    "candidate_id": "uuid",
    "area": "bigint",
    "office_id": "bigint",
    "visited_on": "date",
    "verifier": "text",
    "result": "text",
    "meeting_on": "date",
    "meeting_decision": "text",
    "note": "text",
    "own_words": "text",
    "house_photo_id": "uuid",
    "home_lat": "float8",
    "home_lon": "float8",
    "accuracy_m": "integer",
    "recorded_by": "bigint",
}
AWAITING = (
    CandidateState.ELIGIBLE.value,
    CandidateState.VERIFIED.value,
    CandidateState.REFUSED_VERIFICATION.value,
)
"""States in which a verification counts: before it, the facts are open; after it, the list is frozen."""


@transaction.atomic
def add_candidates_many(
    *, actor: Actor, programme_id: UUID, rows: Sequence[NewCandidate], proposed_on: date | None = None
) -> Added:
    """Propose rows; programme and ``ref`` are the idempotency key. A family or group proposed twice is a duplicate.

    The first on the list stands; a later row keeps pointing at it. ``proposed_on`` defaults to the programme's date.
    """
    programme, _, config = open_programme(actor, programme_id, "candidate.propose")
    subjects = _standing(programme.pk, rows)
    fresh: list[tuple[Any, ...]] = []
    duplicates: dict[str, str] = {}
    seen = _taken_refs(programme.pk, [row.ref for row in rows])
    common = (programme.pk, programme.office_id, proposed_on or config.dates.proposal)
    homes = _homes(rows)
    places, following = _taken_places(programme.pk, rows)
    for given in sorted(rows, key=lambda item: item.list_no):
        row = given
        if row.ref in seen:
            continue
        seen.add(row.ref)
        if row.list_no in places:
            row, following = replace(row, list_no=following), following + 1
        places.add(row.list_no)
        pk, subject = stable_id("candidate", programme.code, row.ref), row.household_id or row.group_id
        first = subjects.get(subject) if subject else None
        if first is not None:
            duplicates[row.ref] = first[1]
        elif subject is not None:
            subjects[subject] = (pk, row.ref)
        area = homes.get(row.household_id, row.area) if row.household_id else row.area
        fresh.append(_row(row, pk, first[0] if first else None, common, area))
    insert_many("programmes_candidate", _CANDIDATE, fresh)
    if fresh:
        record(
            actor=actor, name="candidates.proposed", subject_kind="programme", subject_id=programme.pk,
            count=len(fresh), duplicates=len(duplicates),
        )  # fmt: skip
    return Added(created=len(fresh), identical=len(rows) - len(fresh), duplicates=duplicates)


def _taken_refs(programme: UUID, refs: Sequence[str]) -> set[str]:
    """Which of these refs the programme has: only they are asked for, or a long list would slow with every batch."""
    sql = "SELECT ref FROM programmes_candidate WHERE programme_id = %s AND ref = ANY (%s)"
    return {ref for (ref,) in fetch(sql, [programme, list(refs)])}


def _taken_places(programme: UUID, rows: Sequence[NewCandidate]) -> tuple[set[int], int]:
    """Which of these list numbers stand, and the first that is free after all: one that comes twice loses nobody."""
    numbers = [row.list_no for row in rows]
    sql = "SELECT list_no FROM programmes_candidate WHERE programme_id = %s AND list_no = ANY (%s)"
    taken = {number for (number,) in fetch(sql, [programme, numbers])}
    last = Candidate.objects.filter(programme=programme).aggregate(last=Max("list_no"))["last"] or 0
    return taken, max([last, *numbers], default=0) + 1


def _standing(programme: UUID, rows: Sequence[NewCandidate]) -> dict[UUID, tuple[UUID, str]]:
    """Families and groups of these rows that the programme has already, with the candidate that stands for them."""
    homes = [row.household_id for row in rows if row.household_id]
    groups = [row.group_id for row in rows if row.group_id]
    found = fetch(
        "SELECT coalesce(household_id, group_id), id, ref FROM programmes_candidate"
        " WHERE programme_id = %(programme)s AND duplicate_of_id IS NULL AND household_id = ANY (%(homes)s)"
        " UNION ALL SELECT group_id, id, ref FROM programmes_candidate"
        " WHERE programme_id = %(programme)s AND duplicate_of_id IS NULL AND household_id IS NULL"
        " AND group_id = ANY (%(groups)s)",
        {"programme": programme, "homes": homes, "groups": groups},
    )
    return {subject: (pk, ref) for subject, pk, ref in found}


def _homes(rows: Sequence[NewCandidate]) -> dict[UUID, int]:
    """Where the families live as the register knows it: a list may name another village for the same family card."""
    wanted = [row.household_id for row in rows if row.household_id]
    return dict(fetch("SELECT id, area FROM people_household WHERE id = ANY (%s)", [wanted])) if wanted else {}


def _row(
    row: NewCandidate, pk: UUID, duplicate_of: UUID | None, common: tuple[UUID, int, date], area: int
) -> tuple[Any, ...]:
    facts = {} if row.ever_in_business is None else {"ever_in_business": row.ever_in_business}
    return (
        pk,
        *common,
        area,
        row.ref,
        row.list_no,
        row.household_id,
        row.person_id,
        row.group_id,
        list(row.sources),
        list(row.interests),
        list(row.skills),
        row.kind,
        json.dumps(facts),
        duplicate_of,
        *("[]", "", "", False, "", "", ""),
    )


@transaction.atomic
def pair_motivators_many(*, actor: Actor, programme_id: UUID, pairs: Iterable[tuple[str, str]], paired_on: date) -> int:
    """Pair newcomer refs with motivator refs of the same programme. Returns how many pairs are new.

    A newcomer has one motivator; nobody motivates itself, and a motivator has been in business. Pairs that break this,
    or name nobody on the list, are left out.
    """
    programme, _, _ = open_programme(actor, programme_id, "candidate.propose")
    pairs = list(pairs)
    named = sorted({ref for pair in pairs for ref in pair})
    standing = Candidate.objects.filter(programme=programme, duplicate_of=None, ref__in=named)
    rows = standing.values_list("ref", "id", "area", "facts")
    known = {ref: (pk, area, facts.get("ever_in_business") is True) for ref, pk, area, facts in rows}
    made = []
    for newcomer, motivator in pairs:
        if newcomer == motivator or newcomer not in known or motivator not in known or not known[motivator][2]:
            continue
        pk, area, _ = known[newcomer]
        made.append(
            MotivatorPair(
                id=stable_id("motivator", pk),
                newcomer_id=pk,
                motivator_id=known[motivator][0],
                paired_on=paired_on,
                area=area,
                office_id=programme.office_id,
            )
        )
    before = MotivatorPair.objects.filter(newcomer__programme=programme).count()
    create(made, skip_known=True)
    new = MotivatorPair.objects.filter(newcomer__programme=programme).count() - before
    if new:
        record(actor=actor, name="motivators.paired", subject_kind="programme", subject_id=programme.pk, count=new)
    return new


@transaction.atomic
def record_verification_many(*, actor: Actor, programme_id: UUID, rows: Sequence[NewVerification]) -> Verified:
    """Record house visits and meetings; the latest visit of a candidate counts. The same visit again is kept once.

    Rows whose ref awaits no verification (refused, excluded, already selected) are skipped and counted.
    """
    programme, _, _ = open_programme(actor, programme_id, "verification.record")
    awaiting = {
        ref: (pk, area)
        for ref, pk, area in Candidate.objects.filter(programme=programme)
        .filter(Q(state__in=AWAITING))
        .values_list("ref", "id", "area")
    }
    taken = [row for row in rows if row.ref in awaiting]
    insert_many(
        "programmes_verification",
        _VERIFICATION,
        (_verification(row, *awaiting[row.ref], programme.office_id, actor.account_id) for row in taken),
    )
    counts = Counter(settle([awaiting[row.ref][0] for row in taken]).values())
    if taken:
        record(
            actor=actor, name="candidates.verified", subject_kind="programme", subject_id=programme.pk,
            accepted=counts[True], refused=counts[False], open=counts[None],
        )  # fmt: skip
    return Verified(counts[True], counts[False], counts[None], skipped=len(rows) - len(taken))


def _verification(
    row: NewVerification, candidate: UUID, area: int, office: int, account: int | None
) -> tuple[Any, ...]:
    return (
        row.id or stable_id("verification", candidate, row.visited_on, row.result, row.meeting_decision),
        candidate,
        area,
        office,
        row.visited_on,
        row.verifier,
        row.result,
        row.meeting_on,
        row.meeting_decision,
        row.note,
        row.own_words,
        row.photo_id,
        row.lat,
        row.lon,
        row.accuracy_m,
        account,
    )


def settle(candidates: Sequence[UUID]) -> dict[UUID, bool | None]:
    """Write onto each candidate what its latest visit and its latest meeting say together, and answer it."""
    outcomes = _outcomes(candidates)
    with connection.cursor() as cursor:
        stage(cursor, "verified", {"id": "uuid", "verified": "boolean"}, outcomes.items())
        cursor.execute(
            "UPDATE programmes_candidate c SET verified = v.verified FROM verified v"
            " WHERE c.id = v.id AND c.verified IS DISTINCT FROM v.verified"
        )
    return outcomes


def _outcomes(candidates: Sequence[UUID]) -> dict[UUID, bool | None]:
    """What the latest visit of each says; of one day's visits the one recorded last.

    A visit that names no meeting takes the decision of the latest meeting whose minutes were accepted.
    """
    rows = fetch(
        """
        SELECT v.candidate_id, v.result, coalesce(nullif(v.meeting_decision, ''), m.decision, '')
        FROM programmes_verification v
        LEFT JOIN (
            SELECT DISTINCT ON (d.candidate_id) d.candidate_id, d.decision
            FROM programmes_meetingdecision d
            JOIN programmes_villagemeeting h ON h.id = d.meeting_id AND h.accepted_by IS NOT NULL
            WHERE d.decision <> '' AND d.candidate_id = ANY (%(wanted)s)
            ORDER BY d.candidate_id, h.held_on DESC, h.accepted_on DESC, h.id DESC
        ) m ON m.candidate_id = v.candidate_id
        WHERE v.candidate_id = ANY (%(wanted)s) ORDER BY v.visited_on, v.recorded_at, v.id
        """,
        {"wanted": list(candidates)},
    )
    return {pk: verification_outcome(result, decision) for pk, result, decision in rows}
