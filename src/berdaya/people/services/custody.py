"""Keys changed and people erased: both as the owner of the tables, audited, driven by `people.registry`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pgtrigger
from django.db import connection, transaction

from berdaya.audit.services import record
from berdaya.kernel import clock
from berdaya.kernel.crypto import key_ring
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.people.models import Person
from berdaya.people.registry import DELETE_ROW, PERSONAL, SEALED, Of, PersonalField
from berdaya.people.services.identity import with_reason

OWNER = "berdaya_owner"
BATCH = 5_000


def as_owner() -> None:
    """Raise `not_allowed` on another connection than the owner's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        who = str(cursor.fetchone()[0])
    if who != OWNER:
        raise Problem("not_allowed", role=who, permission="people.custody")


def history_of(table: str) -> str | None:
    """Name of the table's history, where it keeps one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)::text", [f"{table}event"])
        return f"{table}event" if cursor.fetchone()[0] else None


def facts_of(person: Person) -> dict[str, Any]:
    """What the registry's conditions know of a person."""
    return {
        "person": person.id,
        "household": person.household_id,
        "nik": person.nik_index,
        "kk": person.household.kk_index,
    }


def rotate_keys(*, actor: Actor, batch: int = BATCH) -> dict[str, int]:
    """Seal again what older keys sealed, history included; answers the count by table. Can be broken off
    anywhere.

    Each batch is a transaction of its own. Indexes do not change: they are made by a key of their own.

    Raises:
        Problem: `not_allowed` on another connection than the owner's.
        SealBrokenError: a value that no key of the ring opens.
    """
    as_owner()
    done: dict[str, int] = {}
    for table, column, key_column, prefix in SEALED:
        for name, row_id in ((table, "id"), (history_of(table), "pgh_id")):
            if name is not None:
                count = 0
                while changed := _reseal(name, (row_id, column, key_column), prefix, batch):
                    count += changed
                done[name] = count
    record(actor=actor, name="people.keys_rotated", subject_kind="key", subject_id=key_ring().current.id, counts=done)
    return done


def _reseal(table: str, columns: tuple[str, str, str], prefix: bytes, batch: int) -> int:
    row_id, column, key_column = columns
    ring = key_ring()
    with transaction.atomic(), pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {row_id}, id, {column} FROM {table} WHERE {key_column} <> %s AND {column} IS NOT NULL"
            f" ORDER BY {row_id} LIMIT %s FOR UPDATE",
            [ring.current.id, batch],
        )
        rows = cursor.fetchall()
        contexts = [prefix + subject.bytes for _, subject, _ in rows]
        plain = ring.open_many([bytes(sealed) for _, _, sealed in rows], contexts=contexts)
        sealed = ring.seal_many(plain, contexts=contexts)
        kind = "uuid" if row_id == "id" else "bigint"
        cursor.execute(
            f"UPDATE {table} AS t SET {column} = n.sealed, {key_column} = %s"
            f" FROM unnest(%s::{kind}[], %s::bytea[]) AS n (row, sealed) WHERE t.{row_id} = n.row",
            [ring.current.id, [row[0] for row in rows], sealed],
        )
    return len(rows)


def erase_person(*, actor: Actor, person_id: UUID, reason: str) -> dict[str, int]:
    """Remove what is known of a person from every table and its history; answers the touched rows by table.

    What hangs on the household goes with its last person. Ids, money, goods and decisions stay, without a
    name: the office has to account for them. What stays for another reason is listed in `registry.KEPT`.

    Raises:
        Problem: `not_allowed` on another connection than the owner's, `reason_missing`, `person_unknown`.
    """
    as_owner()
    why = with_reason(reason)
    with transaction.atomic():
        person = Person.objects.select_for_update(of=("self",)).select_related("household").filter(id=person_id).first()
        if person is None:
            raise Problem("person_unknown")
        area = person.area
        others = Person.objects.filter(household_id=person.household_id, erased_on=None).exclude(id=person_id)
        alone = not others.exists()
        facts = facts_of(person)
        fields = [field for field in PERSONAL if field.of is Of.PERSON or alone]
        touched = _erase(fields, facts)
        Person.objects.filter(id=person_id).update(erased_on=clock.today())
        record(
            actor=actor,
            name="people.erased",
            subject_kind="person",
            subject_id=person_id,
            area=area,
            reason=why,
            household_too=alone,
            rows=touched,
        )
    return touched


def _erase(fields: list[PersonalField], facts: Mapping[str, Any]) -> dict[str, int]:
    """One statement per table and condition; the history after its table, since erasing writes history too."""
    grouped: defaultdict[tuple[str, str], list[PersonalField]] = defaultdict(list)
    for field in fields:
        grouped[field.table, field.where].append(field)
    touched: dict[str, int] = {}
    with connection.cursor() as cursor:
        for (table, where), together in grouped.items():
            for name in (table, history_of(table)):
                if name is None:
                    continue
                if any(field.erase == DELETE_ROW for field in together):
                    sql = f"DELETE FROM {name} WHERE {where}"
                else:
                    sets = ", ".join(f"{field.column} = {field.erase}" for field in together)
                    sql = f"UPDATE {name} SET {sets} WHERE {where}"
                cursor.execute(sql, facts)
                touched[name] = touched.get(name, 0) + cursor.rowcount
    return {name: count for name, count in sorted(touched.items()) if count}
