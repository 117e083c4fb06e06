"""What the machine could do at most: the finished rows of the same pushes by bare INSERTs, without server or policy."""

from __future__ import annotations

import threading
import time
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from benchmarks._sync_world import Phone, owner, parts, record_id
from berdaya.kernel.ids import new_ids

BATCH = 50
BARE_ROUND = 5
Bare = tuple[str, list[tuple[Any, ...]]]
"""A statement and the values of its rows."""
TABLES = ("devices_inbox", "devices_fieldrecord", "visits_visit", "enterprises_evidence", "enterprises_enterprisemonth")


def bare_inserts(base: Any, phones: list[Phone], records: int, *, connections: int) -> float:
    """Records a second: one INSERT a row into each of the five tables, pipelined, one transaction a push.

    The rows are those that the pushes left, inserted by the owner into copies of the tables with all their indexes: no
    policy, no trigger, no foreign key stands in the way.
    """
    base.rollback()
    pushes = _rows(base, phones, records)
    for table in TABLES:
        base.execute(f"DROP TABLE IF EXISTS bare_{table}")
        base.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL EXCLUDING COMMENTS)")
    base.commit()
    lanes = [pushes[number::connections] for number in range(connections)]
    failed: list[BaseException] = []

    def insert(lane: list[list[Bare]]) -> None:
        try:
            with owner() as connection:
                for push in lane:
                    with connection.transaction(), connection.cursor() as cursor:
                        for statement, rows in push:
                            cursor.executemany(statement, rows)
        except psycopg.Error as error:
            failed.append(error)

    threads = [threading.Thread(target=insert, args=(lane,)) for lane in lanes]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    if failed:
        raise failed[0]
    for table in TABLES:
        base.execute(f"DROP TABLE bare_{table}")
    base.commit()
    return len(phones) * records / seconds


def _rows(base: Any, phones: list[Phone], records: int) -> list[list[Bare]]:
    """Statements and values of each push, read from what the pushes left."""
    made = []
    keys = {"devices_inbox": "record_id", "devices_fieldrecord": "id", "visits_visit": "id",
            "enterprises_evidence": "source_id"}  # fmt: skip
    for phone in phones:
        for part in parts([record_id(phone, number) for number in range(records)], BATCH):
            push: list[Bare] = []
            for table, key in keys.items():
                cursor = base.execute(f"SELECT * FROM {table} WHERE {key} = ANY (%s)", [part])
                push.append(_statement(table, cursor))
            cursor = base.execute(
                "SELECT m.* FROM enterprises_enterprisemonth m JOIN visits_visit v ON v.enterprise_id = m.enterprise_id"
                " AND date_trunc('month', v.occurred_on) = m.month WHERE v.id = ANY (%s)",
                [part],
            )
            push.append(_statement("enterprises_enterprisemonth", cursor))
            made.append(push)
    base.rollback()
    return made


def _statement(table: str, cursor: Any) -> Bare:
    names = [column.name for column in cursor.description]
    json_columns = {column.name for column in cursor.description if column.type_code == 3802}
    statement = f"INSERT INTO bare_{table} ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})"
    statement += " ON CONFLICT DO NOTHING" if table == "enterprises_enterprisemonth" else ""
    return statement, [
        tuple(Jsonb(value) if name in json_columns and value is not None else value
                          for name, value in zip(names, row, strict=True))
        for row in cursor.fetchall()
    ]  # fmt: skip


def two_years(base: Any, businesses: list[str]) -> None:
    """Twenty-four visits and months of each business, before today of the demo."""
    months = range(24)
    ids = iter(new_ids(len(businesses) * len(months) * 2))
    rows = [(next(ids), next(ids), business, month) for business in businesses for month in months]
    base.execute("CREATE TEMP TABLE told (visit uuid, month_id uuid, business uuid, n int)")
    with base.cursor().copy("COPY told FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    base.execute(
        """
        INSERT INTO visits_visit (id, area, office_id, enterprise_id, occurred_on, method, production_days,
          turnover_idr, cost_idr, stock_idr, workers, problem, advice, next_step, advice_answer, note, revision, digest,
          account_id)
        SELECT t.visit, e.area, e.office_id, e.id, (date '2024-10-05' + make_interval(months => n))::date, 'seen',
          10 + (n * 7) % 15,
          400000 + (n * 7919 + abs(hashtext(t.visit::text)::bigint)) % 900000,
          200000 + abs(hashtext(t.month_id::text)::bigint) % 300000,
          50000, 1 + n % 3, 'harga bahan naik ' || n, 'catat penjualan ' || n, 'buku kas', 'partly', '', 1, '\\x00', 1
        FROM told t JOIN enterprises_enterprise e ON e.id = t.business
        """
    )
    base.execute(
        """
        INSERT INTO enterprises_enterprisemonth (id, area, office_id, enterprise_id, month, visits, production_days,
          turnover_visit_idr, cost_idr)
        SELECT t.month_id, v.area, v.office_id, v.enterprise_id,
          (date '2024-10-01' + make_interval(months => n))::date, 1, v.production_days, v.turnover_idr, v.cost_idr
        FROM told t JOIN visits_visit v ON v.id = t.visit
        """
    )
    base.execute("DROP TABLE told")
    base.commit()
