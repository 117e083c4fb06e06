"""Many rows at once under row-level security: COPY into a temporary table, then one statement over it.

`COPY FROM` into a table with policies is refused; COPY into a temporary table and INSERT ... SELECT keeps
the policies and about two thirds of the speed (docs/adr, measured 83,000 to 108,000 rows a second).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from django.db.models.expressions import DatabaseDefault

FEW = 50
"""Up to so many rows go as one VALUES list: making a temporary table costs more than they do."""


def stage(cursor: CursorWrapper, name: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> None:
    """Make the temporary table `name` with `columns` (name -> SQL type) and copy the rows into it.

    It lives until the transaction ends; a second call under the same name replaces it. JSON goes in as text.
    """
    definition = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
    cursor.execute(f'DROP TABLE IF EXISTS pg_temp."{name}"')
    cursor.execute(f'CREATE TEMPORARY TABLE "{name}" ({definition}) ON COMMIT DROP')
    listed = ", ".join(f'"{column}"' for column in columns)
    with cursor.copy(f'COPY pg_temp."{name}" ({listed}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)
    cursor.execute(f'ANALYZE pg_temp."{name}"')


def insert(table: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]], *, skip_known: bool = False) -> int:
    """Insert the rows in one statement that the policies judge, staged where they are many; answers how many went in.

    ``skip_known`` leaves rows alone whose key is there already.
    """
    names = ", ".join(f'"{column}"' for column in columns)
    conflict = " ON CONFLICT DO NOTHING" if skip_known else ""
    coming = iter(rows)
    first = list(islice(coming, FEW + 1))
    if not first:
        return 0
    with connection.cursor() as cursor:
        if len(first) <= FEW:
            one = "(" + ", ".join(f"%s::{kind}" for kind in columns.values()) + ")"
            values = ", ".join([one] * len(first))
            cursor.execute(f'INSERT INTO "{table}" ({names}) VALUES {values}{conflict}', list(chain(*first)))
        else:
            stage(cursor, "staged_rows", columns, chain(first, coming))
            cursor.execute(f'INSERT INTO "{table}" ({names}) SELECT {names} FROM pg_temp.staged_rows{conflict}')
        return int(cursor.rowcount)


def update(table: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> int:
    """Set the columns of known rows in one statement, staged where they are many; `id` comes first among `columns`.

    Answers how many rows there were to set; those that the policies hide stay as they are.
    """
    if not rows:
        return 0
    names = ", ".join(f'"{column}"' for column in columns)
    wanted = ", ".join(f'"{column}" = s."{column}"' for column in list(columns)[1:])
    statement = f'UPDATE "{table}" t SET {wanted} FROM {{}} WHERE t.id = s.id'
    with connection.cursor() as cursor:
        if len(rows) <= FEW:
            arrays = ", ".join(f"%s::{kind}[]" for kind in columns.values())
            values = [list(column) for column in zip(*rows, strict=True)]
            cursor.execute(statement.format(f"unnest({arrays}) AS s({names})"), values)
        else:
            stage(cursor, "staged_values", columns, rows)
            cursor.execute(statement.format("pg_temp.staged_values s"))
        return int(cursor.rowcount)


def create(objects: Iterable[Model], *, skip_known: bool = False) -> None:
    """New rows of one table as ``bulk_create`` writes them, many of them by :func:`insert` in a fifth of the time.

    What the first of many leaves to the database (``recorded_at``) is left to it for all and not read back.
    """
    made = list(objects)
    if not made:
        return
    if len(made) <= FEW:
        type(made[0])._default_manager.bulk_create(made, ignore_conflicts=skip_known)
        return
    meta = made[0]._meta
    fields = [
        field
        for field in meta.concrete_fields
        if not field.generated and not isinstance(getattr(made[0], field.attname), DatabaseDefault)
    ]
    insert(
        meta.db_table,
        {str(field.column): str(field.db_type(connection)) for field in fields},
        ([field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields] for row in made),
        skip_known=skip_known,
    )


def save(objects: Iterable[Model], names: Sequence[str]) -> None:
    """The named fields of known rows as ``bulk_update`` writes them, many of them by :func:`update`; the key is ``id``.

    ``bulk_update`` makes an expression for each value of each row: most of its time.
    """
    known = list(objects)
    if not known:
        return
    if len(known) <= FEW:
        type(known[0])._default_manager.bulk_update(known, names)
        return
    meta = known[0]._meta
    by_name = {field.name: field for field in meta.concrete_fields}
    fields = [by_name[name] for name in ("id", *names)]
    update(
        meta.db_table,
        {str(field.column): str(field.db_type(connection)) for field in fields},
        [[field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields] for row in known],
    )


def plan_for_many() -> None:
    """Until the transaction ends, join by hash.

    Statistics know nothing of rows that came a moment ago, and the planner expects one row behind a policy: it would
    walk the whole of one table for each row of another, which is quadratic where everything is touched.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")


def refresh_statistics() -> int:
    """Let the planner see tables that have just grown; to be called between large steps, in a transaction of its own.

    Answers how many tables were looked at.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT berdaya_refresh_statistics()")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def array_text(items: Iterable[UUID | int]) -> str:
    """Ids or numbers as one text for ``%s::uuid[]``: the driver would look at each item of a list by itself."""
    return "{" + ",".join(map(str, items)) + "}"


def fetch(sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of one statement, in the scope that is open."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
