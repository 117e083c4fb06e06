"""Inserting many rows through a temporary table: COPY keeps its speed, the policies keep their say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection

from berdaya.kernel.bulk import stage


def insert_many(table: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert ``rows`` into ``table``; a row whose key is known already is left as it is. Returns how many are new.

    ``columns`` maps a column to its SQL type; JSON comes as text and is cast.
    """
    staged = {name: "text" if kind == "jsonb" else kind for name, kind in columns.items()}
    listed = ", ".join(f'"{name}"' for name in columns)
    cast = ", ".join(f'"{name}"::jsonb' if kind == "jsonb" else f'"{name}"' for name, kind in columns.items())
    with connection.cursor() as cursor:
        stage(cursor, f"new_{table}", staged, rows)
        cursor.execute(
            f'INSERT INTO "{table}" ({listed}) SELECT {cast} FROM pg_temp."new_{table}" ON CONFLICT DO NOTHING'
        )
        made: int = cursor.rowcount
    return made
