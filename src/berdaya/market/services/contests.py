"""A contest held with all its marks: places, kept with the entries."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from django.db import connection, transaction

from berdaya.access.permissions import require
from berdaya.audit.services import record
from berdaya.kernel.bulk import stage
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.market import rules
from berdaya.market.models import Contest
from berdaya.market.services.owners import Owner, owners_of
from berdaya.market.types import (
    JurorScore,
    NewContest,
    NewMark,
    Placing,
)


@transaction.atomic
def hold_contest(*, actor: Actor, contest: NewContest, marks: Sequence[NewMark]) -> list[Placing]:
    """A contest with all its marks: totals, places with ties, kept with the entries. Raises market_marks.

    A mark once given stays: the same marks again change nothing, another mark of the same juror is refused.
    """
    require(actor, "market.manage")
    owners = owners_of(mark.enterprise_id for mark in marks)
    try:
        placed = rules.placings(
            JurorScore(str(mark.enterprise_id), mark.juror, mark.criterion, Decimal(mark.weight), Decimal(mark.score))
            for mark in marks
        )
    except ValueError as error:
        raise Problem("market_marks", contest=contest.name, detail=error) from error
    Contest.objects.bulk_create(
        [
            Contest(
                id=contest.id,
                area=contest.area,
                office_id=contest.office_id,
                code=contest.code,
                name=contest.name,
                level=contest.level,
                held_on=contest.held_on,
                invited=list(contest.invited),
                criteria=[list(pair) for pair in dict.fromkeys((mark.criterion, mark.weight) for mark in marks)],
            )
        ],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["name", "level", "held_on", "invited", "criteria"],
    )
    _store_entries(contest, placed, owners)
    _store_marks(contest, marks)
    record(actor=actor, name="market.contest_held", subject_kind="contest", subject_id=contest.id, entries=len(placed))
    return placed


def _store_entries(contest: NewContest, placed: Sequence[Placing], owners: dict[UUID, Owner]) -> None:
    with connection.cursor() as cursor:
        stage(
            cursor,
            "entry",
            {"area": "bigint", "office_id": "bigint", "enterprise_id": "uuid", "score": "float8", "rank": "smallint"},
            (
                (owners[UUID(item.entry)].area, owners[UUID(item.entry)].office_id, item.entry, item.total, item.place)
                for item in placed
            ),
        )
        cursor.execute(
            """
            INSERT INTO market_contestentry (id, area, office_id, contest_id, enterprise_id, score, rank)
            SELECT gen_random_uuid(), area, office_id, %s, enterprise_id, score, rank FROM entry
            ON CONFLICT (contest_id, enterprise_id) DO UPDATE SET score = excluded.score, rank = excluded.rank
            """,
            [contest.id],
        )


def _store_marks(contest: NewContest, marks: Sequence[NewMark]) -> None:
    with connection.cursor() as cursor:
        stage(
            cursor,
            "mark",
            {
                "enterprise_id": "uuid",
                "juror": "text",
                "criterion": "text",
                "weight": "smallint",
                "score": "smallint",
            },
            ((m.enterprise_id, m.juror, m.criterion, m.weight, m.score) for m in marks),
        )
        cursor.execute(
            """
            SELECT count(*) FROM mark m
            JOIN market_contestentry e ON e.enterprise_id = m.enterprise_id AND e.contest_id = %s
            JOIN market_juryscore j ON j.entry_id = e.id AND j.juror = m.juror AND j.criterion = m.criterion
            WHERE j.score <> m.score OR j.weight <> m.weight
            """,
            [contest.id],
        )
        changed = cursor.fetchone()[0]
        if changed:
            raise Problem("market_marks", contest=contest.name, detail=f"{changed} nilai berbeda dari yang tersimpan")
        cursor.execute(
            """
            INSERT INTO market_juryscore (id, entry_id, juror, criterion, weight, score)
            SELECT gen_random_uuid(), e.id, m.juror, m.criterion, m.weight, m.score
            FROM mark m JOIN market_contestentry e ON e.enterprise_id = m.enterprise_id AND e.contest_id = %s
            ON CONFLICT (entry_id, juror, criterion) DO NOTHING
            """,
            [contest.id],
        )
