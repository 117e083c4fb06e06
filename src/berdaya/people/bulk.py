"""Many rows into the tables of people at once: COPY into a temporary table, then INSERT ... SELECT under
the policies.

COPY straight into a table with row-level security is refused by PostgreSQL; the detour keeps the policy and
is about twice as fast as executemany (SPIKE). Text for COPY is made by polars, which quotes an empty string
and leaves NULL bare.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import polars as pl
from django.db import connection
from django.db.backends.utils import CursorWrapper

from berdaya.kernel.ids import new_ids
from berdaya.people.types import PersonInput

_TEMP = """CREATE TEMP TABLE people_intake (
  household uuid, person uuid, area bigint, opens boolean, kk_cipher bytea, kk_index bytea, address text, phone text,
  female_head boolean, dependants smallint, incomplete boolean, synthetic boolean, name text, name_key text,
  birth_place text, birth_date date, sex text, marital text, is_head boolean, occupation text, nik_cipher bytea,
  nik_index bytea, last4_index bytea, disability boolean, income_idr bigint, desil smallint, desil_on date,
  snapshot uuid, key smallint
) ON COMMIT DROP"""
_HOUSEHOLDS = """INSERT INTO people_household (id, area, kk_cipher, kk_key, kk_index, address, phone, female_head,
  dependants, incomplete, synthetic)
  SELECT household, area, kk_cipher, CASE WHEN kk_cipher IS NOT NULL THEN key END, kk_index, address, phone,
  female_head, dependants, incomplete, synthetic FROM people_intake WHERE opens"""
_PERSONS = """INSERT INTO people_person (id, area, household_id, name, name_key, birth_place, birth_date, sex, marital,
  phone, is_head, occupation, nik_cipher, nik_key, nik_index, last4_index, synthetic)
  SELECT person, area, household, name, name_key, birth_place, birth_date, sex, marital, phone, is_head, occupation,
  nik_cipher, CASE WHEN nik_cipher IS NOT NULL THEN key END, nik_index, last4_index, synthetic FROM people_intake"""
_PRIVATE = """INSERT INTO people_personprivate (id, area, person_id, disability, ppks, income_idr)
  SELECT person, area, person, disability, '', income_idr FROM people_intake
  WHERE disability IS NOT NULL OR income_idr IS NOT NULL"""
_DESILS = """INSERT INTO people_desilsnapshot (id, area, household_id, desil, as_of, source)
  SELECT snapshot, area, household, desil, desil_on, 'DTSEN' FROM people_intake
  WHERE desil IS NOT NULL AND desil_on IS NOT NULL ON CONFLICT DO NOTHING"""
_KNOWN_DESILS = """INSERT INTO people_desilsnapshot (id, area, household_id, desil, as_of, source)
  SELECT new.id, h.area, h.id, new.desil, new.as_of, 'DTSEN'
  FROM unnest(%s::uuid[], %s::uuid[], %s::smallint[], %s::date[]) AS new (id, household, desil, as_of)
  JOIN people_household h ON h.id = new.household ON CONFLICT DO NOTHING"""


_BINARY = ("kk_cipher", "kk_index", "nik_cipher", "nik_index", "last4_index")


@dataclass(frozen=True)
class Columns:
    """Finished columns of new rows, all of one length and order; a household is made where `opens` is true."""

    rows: Sequence[PersonInput]
    households: Sequence[UUID]
    persons: Sequence[UUID]
    areas: Sequence[int]
    opens: Sequence[bool]
    key_id: int
    nik_ciphers: Sequence[bytes]
    nik_indexes: Sequence[bytes]
    last_fours: Sequence[bytes]
    kk_ciphers: Sequence[bytes]
    kk_indexes: Sequence[bytes]
    name_keys: Sequence[str]


def frame(columns: Columns) -> pl.DataFrame:
    """The columns of the temporary table, in its order."""
    rows = columns.rows
    has_kk, has_nik = [bool(one.kk) for one in rows], [bool(one.nik) for one in rows]
    text, flag, binary, day = pl.String, pl.Boolean, pl.Binary, pl.Date
    series: list[pl.Series] = [
        pl.Series("household", [one.hex for one in columns.households], text),
        pl.Series("person", [one.hex for one in columns.persons], text),
        pl.Series("area", columns.areas, pl.Int64),
        pl.Series("opens", columns.opens, flag),
        pl.Series("kk_cipher", _where(columns.kk_ciphers, has_kk), binary),
        pl.Series("kk_index", _where(columns.kk_indexes, has_kk), binary),
        pl.Series("address", [one.address for one in rows], text),
        pl.Series("phone", [one.phone for one in rows], text),
        pl.Series("female_head", [one.female_head for one in rows], flag),
        pl.Series("dependants", [one.dependants for one in rows], pl.Int16),
        pl.Series("incomplete", [not (kk and nik) for kk, nik in zip(has_kk, has_nik, strict=True)], flag),
        pl.Series("synthetic", [one.synthetic for one in rows], flag),
        pl.Series("name", [one.name for one in rows], text),
        pl.Series("name_key", columns.name_keys, text),
        pl.Series("birth_place", [one.birth_place for one in rows], text),
        pl.Series("birth_date", [one.birth_date for one in rows], day),
        pl.Series("sex", [one.sex or "" for one in rows], text),
        pl.Series("marital", [one.marital for one in rows], text),
        pl.Series("is_head", [one.is_head for one in rows], flag),
        pl.Series("occupation", [one.occupation for one in rows], text),
        pl.Series("nik_cipher", _where(columns.nik_ciphers, has_nik), binary),
        pl.Series("nik_index", _where(columns.nik_indexes, has_nik), binary),
        pl.Series("last4_index", _where(columns.last_fours, has_nik), binary),
        pl.Series("disability", [one.disability for one in rows], flag),
        pl.Series("income_idr", [one.income_idr for one in rows], pl.Int64),
        pl.Series("desil", [one.desil for one in rows], pl.Int16),
        pl.Series("desil_on", [one.desil_on for one in rows], day),
        pl.Series("snapshot", _snapshot_ids(rows), text),
    ]
    made = pl.DataFrame(series).with_columns(pl.lit(columns.key_id, pl.Int16).alias("key"))
    return made.with_columns(("\\x" + pl.col(name).bin.encode("hex")).alias(name) for name in _BINARY)


def _snapshot_ids(rows: Sequence[PersonInput]) -> list[str | None]:
    fresh = iter(new_ids(sum(one.desil is not None for one in rows)))
    return [None if one.desil is None else next(fresh).hex for one in rows]


def _where(values: Sequence[bytes], flags: Sequence[bool]) -> list[bytes | None]:
    return [value if flag else None for value, flag in zip(values, flags, strict=True)]


def packed(columns: Columns) -> memoryview:
    """The columns as the text that COPY reads."""
    buffer = io.BytesIO()
    frame(columns).write_csv(buffer, include_header=False)
    return buffer.getbuffer()


def write(portions: Iterable[Callable[[], memoryview]]) -> None:
    """Write new households, persons, private data and desil snapshots, portion by portion.

    While the database takes one portion, the next is made ready in a second thread: each waits for the
    other less. The caller has opened a transaction.
    """
    with ThreadPoolExecutor(max_workers=1) as pool, connection.cursor() as cursor:
        ready: Future[memoryview] | None = None
        for portion in (*portions, None):
            coming = pool.submit(portion) if portion is not None else None
            if ready is not None:
                _write_portion(cursor, ready.result())
            ready = coming


def _write_portion(cursor: CursorWrapper, text: memoryview) -> None:
    cursor.execute("DROP TABLE IF EXISTS pg_temp.people_intake")
    cursor.execute(_TEMP)
    with cursor.copy("COPY people_intake FROM STDIN (FORMAT csv)") as copy:
        copy.write(text)
    for statement in (_HOUSEHOLDS, _PERSONS, _PRIVATE, _DESILS):
        cursor.execute(statement)
    cursor.execute("DROP TABLE people_intake")


def add_desils(snapshots: Sequence[tuple[UUID, int, date]]) -> None:
    """Desil snapshots of known households: `(household, desil, as-of)`; one that is there already stays."""
    if not snapshots:
        return
    households, desils, days = zip(*snapshots, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN_DESILS, [new_ids(len(snapshots)), list(households), list(desils), list(days)])
