"""Synchronisation over real HTTP: many phones push at once; with ``--faults`` everything that can go wrong goes wrong.

Without faults: records a second beside bare INSERTs of the same rows, the 95th percentile of a push at 50 phones at
once, the server's memory from the start to the end, what the change log grows by, and a caseload of 100 families: its
bytes and the 95th percentile at 50 phones at once. Bare INSERTs: a pipeline of one statement a row and table, one
transaction a push, as many connections as the server has processes, as the owner without policies, triggers and foreign
keys. With faults: cuts in the middle of a batch, lost answers, duplicates, other orders, edits out of order, wrong
clocks, records that must be refused, the server killed twice, everything sent again a month later; then the database is
counted. ``lost`` are records that are not there or were never told of, ``doubled`` those that count more than once,
``disagree`` those of which phone and server do not say the same.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

from benchmarks import _sync_bare
from benchmarks._sync_faults import unlucky_phones
from benchmarks._sync_server import Server
from benchmarks._sync_wire import Answer, Memory, answered, pull_bytes, push_bytes
from benchmarks._sync_world import Phone, family_of, lay, owner, parts, records_of
from benchmarks.harness import Row, percentile

AT_ONCE = 50
BATCH = 50
PULLS = 200
DEADLINE_MS, LEAST_RATIO = 500.0, 1 / 3
PACK_FAMILIES, PACK_LIMIT = 100, 1_000_000
FLAT_MB = 64
"""Growth below which the memory of all processes together counts as flat."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--devices", type=int, default=1_000, help="phones (default 1000)")
    parser.add_argument("--records", type=int, default=50, help="records of each phone (default 50)")
    parser.add_argument("--faults", action="store_true", help="cuts, duplicates, other orders, wrong clocks, kill -9")
    parser.add_argument("--at-once", type=int, default=AT_ONCE, help="phones that push at the same time (default 50)")
    parser.add_argument("--workers", type=int, default=4, help="processes of the server (default 4)")
    parser.add_argument("--seed", type=int, default=7, help="of the faults (default 7)")


def run(options: argparse.Namespace) -> list[Row]:
    """Rows: push, memory, change log, pull; with ``--faults`` the count of what the faults left."""
    base = owner()
    phones = lay(base, first=1, count=options.devices)
    with Server(workers=options.workers) as server:
        rows = _speed(options, server, phones, base)
        rows.append(_pull(options, server, base))
        if options.faults:
            rows.append(unlucky_phones(options, server, phones, base, partial(_count, base)))
    for row in rows:
        sys.stdout.write(f"{row.name}: {json.dumps(row.extra, ensure_ascii=False)}\n")
    return rows


def _speed(options: argparse.Namespace, server: Server, phones: list[Phone], base: Any) -> list[Row]:
    # What the server loads on its first calls is not what it costs to serve.
    warm = [push_bytes(phone, 1, records_of(phone, BATCH, round_=9)) for phone in phones[: options.at_once]]
    answered(server, options.at_once, warm)
    requests = [
        push_bytes(phone, seq + 2, part)
        for seq, chunk in enumerate(
            zip(*(list(parts(records_of(p, options.records), BATCH)) for p in phones), strict=True)
        )
        for phone, part in zip(phones, chunk, strict=True)
    ]
    logged = _log_size(base)
    with Memory(server) as memory:
        started = time.perf_counter()
        told = answered(server, options.at_once, requests)
        seconds = time.perf_counter() - started
    count = options.devices * options.records
    return [
        _push_row(options, base, phones, told, seconds),
        Row(
            "memory of the server", count, seconds, memory.series[-1], "MB", peak_mb=max(memory.series),
            extra={
                "series_mb": memory.told(), "grown_mb": round(memory.series[-1] - memory.series[0], 1),
                "limit_mb": FLAT_MB, "kept": memory.series[-1] - memory.series[0] <= FLAT_MB,
            },
        ),
        _log_row(base, logged, count, seconds),
    ]  # fmt: skip


def _push_row(options: argparse.Namespace, base: Any, phones: list[Phone], told: list[Answer], seconds: float) -> Row:
    count = options.devices * options.records
    lost, doubled = _count(base, phones, options.records, 0)
    counts = sum((Counter(answer.told["counts"]) for answer in told), Counter())
    taken = [answer.seconds * 1000 for answer in told]
    load = os.getloadavg()[0]
    bare = _sync_bare.bare_inserts(base, phones, options.records, connections=options.workers)
    p95 = percentile(taken, 0.95)
    return Row(
        "push", count, seconds, count / seconds, "records/s", limit="bare INSERTs", limit_value=bare,
        extra={
            "lost": lost, "doubled": doubled, "outcomes": dict(counts), "p50_ms": round(percentile(taken, 0.5), 1),
            "p95_ms": round(p95, 1), "worst_ms": round(max(taken), 1), "at_once": options.at_once,
            "load": round(load, 1), "p95_limit_ms": DEADLINE_MS, "p95_kept": p95 <= DEADLINE_MS,
            "ratio_kept": count / seconds / bare >= LEAST_RATIO,
        },
    )  # fmt: skip


def _log_size(base: Any) -> tuple[int, int]:
    """Rows and bytes of the change log, indexes included."""
    rows, size = base.execute(
        "SELECT count(*), pg_total_relation_size('devices_change') FROM devices_change"
    ).fetchone()
    base.rollback()
    return int(rows), int(size)


def _log_row(base: Any, before: tuple[int, int], count: int, seconds: float) -> Row:
    rows, size = (now - then for now, then in zip(_log_size(base), before, strict=True))
    return Row(
        "change log", count, seconds, round(rows / count, 3), "rows/record",
        extra={"rows": rows, "bytes": size, "mb_per_million_records": round(size / count, 1), "kept_days": 92},
    )  # fmt: skip


def _count(base: Any, phones: Sequence[Phone], records: int, round_: int) -> tuple[int, int]:
    """Records of good visits that are not there, and those that are there or count more than once."""
    wanted = [item["id"] for phone in phones for item in records_of(phone, records, round_=round_)]
    base.rollback()
    missing = base.execute(
        "SELECT count(*) FROM unnest(%s::uuid[]) w(id)"
        " WHERE NOT EXISTS (SELECT 1 FROM visits_visit v WHERE v.id = w.id)"
        " OR NOT EXISTS (SELECT 1 FROM devices_inbox i WHERE i.record_id = w.id)",
        [wanted],
    ).fetchone()[0]
    twice = base.execute(
        """
        SELECT (SELECT count(*) FROM (SELECT 1 FROM devices_inbox GROUP BY record_id, digest HAVING count(*) > 1) x)
             + (SELECT count(*) FROM (SELECT 1 FROM enterprises_evidence WHERE kind = 'visit'
                GROUP BY source_id HAVING count(*) > 1) x)
             + (SELECT count(*) FROM enterprises_enterprisemonth m JOIN (
                  SELECT enterprise_id, date_trunc('month', occurred_on)::date AS month, count(*) AS n
                  FROM visits_visit GROUP BY 1, 2) v USING (enterprise_id, month) WHERE m.visits <> v.n)
        """
    ).fetchone()[0]
    base.rollback()
    return int(missing), int(twice)


def _pull(options: argparse.Namespace, server: Server, base: Any) -> Row:
    """Caseloads of 100 families with two years of visits, as phones take them along: one alone, then many at once."""
    first, many = options.devices + 1, min(options.at_once, options.devices)
    phones = lay(base, first=first, count=many, families=PACK_FAMILIES)
    _sync_bare.two_years(
        base, [family_of(phone.number, family) for phone in phones for family in range(1, PACK_FAMILIES + 1)]
    )
    requests = [pull_bytes(phone) for phone in phones]
    answered(server, many, requests)
    (alone,) = answered(server, 1, requests[:1])
    told = answered(server, many, (requests * PULLS)[:PULLS])
    packs = [json.loads(gzip.decompress(answer.body))["rows"] for answer in told[:many]]
    for rows in packs:
        stores = Counter(row["store"] for row in rows)
        if stores["business"] != PACK_FAMILIES or stores["months"] != PACK_FAMILIES:
            raise RuntimeError(f"the pack is not whole: {stores}")
    largest = max(len(answer.body) for answer in told)
    return Row(
        "pull of 100 families", len(packs[0]), alone.seconds, len(packs[0]) / alone.seconds, "rows/s",
        extra={
            "bytes": largest, "bytes_unpacked": len(gzip.decompress(told[0].body)), "bytes_limit": PACK_LIMIT,
            "months": 24, "kept": largest < PACK_LIMIT, "at_once": many, "load": round(os.getloadavg()[0], 1),
            "p95_ms": round(percentile([answer.seconds * 1000 for answer in told], 0.95), 1),
        },
    )  # fmt: skip
