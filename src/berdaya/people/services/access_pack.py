"""What is known of one person and who looked, for the person herself (UU 27/2022, articles 5 to 8).

Runs as the owner of the tables, is driven by `people.registry` as erasure is, and is on record with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from berdaya.audit.services import record
from berdaya.kernel import clock
from berdaya.kernel.crypto import key_ring
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.people.models import Person
from berdaya.people.numbers import kk_context, nik_context
from berdaya.people.registry import PERSONAL
from berdaya.people.services.custody import as_owner, facts_of, history_of
from berdaya.people.services.identity import with_reason

Pack = dict[str, Any]
_LOOKS = """
    SELECT to_char(e.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), e.name, e.role, a.name, o.name,
           e.reason
    FROM audit_auditentry e
    LEFT JOIN access_account a ON a.id = e.account_id LEFT JOIN access_office o ON o.id = e.office_id
    WHERE e.subject_id = ANY (%s) ORDER BY e.occurred_at, e.id
"""
_CHANGES = """
    SELECT to_char(h.pgh_created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), h.pgh_label,
           c.metadata->>'role', a.name, NULL, c.metadata->>'reason'
    FROM people_personevent h LEFT JOIN pghistory_context c ON c.id = h.pgh_context_id
    LEFT JOIN access_account a ON a.id = nullif(c.metadata->>'actor', '')::bigint
    WHERE h.pgh_obj_id = %s ORDER BY h.pgh_created_at, h.pgh_id
"""


def person_of_nik(nik: str) -> UUID:
    """The id behind a NIK, wherever the person lives. Raises `person_unknown`."""
    as_owner()
    digits = "".join(sign for sign in nik if sign.isdigit())
    found = (
        Person.objects.filter(nik_index=key_ring().index(digits, purpose="nik")).values_list("id", flat=True).first()
    )
    if found is None:
        raise Problem("person_unknown")
    return found


def access_pack(*, actor: Actor, person_id: UUID, reason: str) -> Pack:
    """Everything the registry names of the person and of the household: rows and earlier versions by table, the two
    numbers in clear, and in `seen_by` and `changed_by` when, what, in which role, who, of which office and why.

    Raises:
        Problem: `not_allowed` on another connection than the owner's, `reason_missing`, `person_unknown`.
    """
    as_owner()
    why = with_reason(reason)
    with transaction.atomic():
        person = Person.objects.select_related("household").filter(id=person_id).first()
        if person is None:
            raise Problem("person_unknown")
        looks = _lines(_LOOKS, [[str(person_id), str(person.household_id)]])
        record(
            actor=actor, name="people.pack_given", subject_kind="person", subject_id=person_id, area=person.area,
            reason=why,
        )  # fmt: skip
        return {
            "person": str(person_id),
            "made_at": clock.now().isoformat(timespec="seconds"),
            "made_by": actor.name,
            "reason": why,
            "nik": _opened(person.nik_cipher, nik_context(person.id)),
            "kk": _opened(person.household.kk_cipher, kk_context(person.household_id)),
            "tables": _rows(facts_of(person)),
            "seen_by": looks,
            "changed_by": _lines(_CHANGES, [person_id]),
        }


def _opened(sealed: bytes | memoryview[int] | None, context: bytes) -> str | None:
    return key_ring().open(bytes(sealed), context=context) if sealed else None


def _rows(facts: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Rows by table, without sealed or keyed columns, which say nothing to anybody."""
    wanted: dict[str, set[str]] = {}
    for field in PERSONAL:
        wanted.setdefault(field.table, set()).add(field.where)
    found: dict[str, list[dict[str, Any]]] = {}
    with connection.cursor() as cursor:
        for table, conditions in sorted(wanted.items()):
            where = " OR ".join(f"({condition})" for condition in sorted(conditions))
            for name in (table, history_of(table)):
                if name is None:
                    continue
                cursor.execute(
                    "SELECT coalesce(array_agg(attname::text), '{}') FROM pg_attribute WHERE attrelid = %s::regclass"
                    " AND atttypid = 'bytea'::regtype AND attnum > 0",
                    [name],
                )
                (sealed,) = cursor.fetchone()
                cursor.execute(
                    f"SELECT to_jsonb({name}) - %(sealed)s::text[] FROM {name} WHERE {where}",
                    {**facts, "sealed": list(sealed)},
                )
                rows = [row for (row,) in cursor.fetchall()]
                if rows:
                    found[name] = rows
    return found


def _lines(query: str, values: list[Any]) -> list[dict[str, Any]]:
    names = ("at", "what", "role", "who", "office", "reason")
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
