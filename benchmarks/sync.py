"""Synchronisation over real HTTP: many phones push at once; with ``--faults`` everything that can go wrong goes wrong.

Without faults: records a second beside bare INSERTs of the same rows (one statement a row and table, one transaction a
push, as many connections as the server has workers, as the owner without policies), the 95th percentile of a push at 50
phones at once, the server's memory before and after, and the size of a caseload. With faults: cuts in the middle of a
batch, lost answers, duplicates, other orders, edits out of order, wrong clocks, records that must be refused, the
server killed twice, everything sent again a month later; then the database is counted. ``lost`` are records that were
acknowledged and are not there, ``doubled`` those that count more than once.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from benchmarks import _sync_bare
from benchmarks._sync_server import Server
from benchmarks._sync_world import Phone, body_of, family_of, lay, owner, parts, records_of
from benchmarks.harness import Row, percentile
from berdaya.kernel.ids import new_id

AT_ONCE = 50
BATCH = 50
FAULT_BATCH = 10
MONTH_LATER = "2026-11-30"
DEADLINE_MS, LEAST_RATIO = 500.0, 1 / 3
PACK_FAMILIES, PACK_LIMIT = 100, 1_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--devices", type=int, default=1_000, help="phones (default 1000)")
    parser.add_argument("--records", type=int, default=50, help="records of each phone (default 50)")
    parser.add_argument("--faults", action="store_true", help="cuts, duplicates, other orders, wrong clocks, kill -9")
    parser.add_argument("--at-once", type=int, default=AT_ONCE, help="phones that push at the same time (default 50)")
    parser.add_argument("--workers", type=int, default=4, help="processes of the server (default 4)")
    parser.add_argument("--seed", type=int, default=7, help="of the faults (default 7)")


def run(options: argparse.Namespace) -> list[Row]:
    """Rows: push, memory, pull; with ``--faults`` the count of what the faults left."""
    base = owner()
    phones = lay(base, first=1, count=options.devices)
    with Server(workers=options.workers) as server:
        rows = [*_speed(options, server, phones, base), _pull(server, base, options.devices + 1)]
        if options.faults:
            rows.append(_faults(options, server, phones, base))
    return rows


def _speed(options: argparse.Namespace, server: Server, phones: list[Phone], base: Any) -> list[Row]:
    warm = phones[: options.at_once]
    # What the server loads on its first calls is not what it costs to serve.
    _all_at_once(options.at_once, [lambda p=p: _push(server, p, 1, records_of(p, BATCH, round_=9)) for p in warm])
    before, sample = server.memory_mb(), 0.0
    pushes = [
        (phone, seq, part)
        for seq, chunk in enumerate(
            zip(*(list(parts(records_of(p, options.records), BATCH)) for p in phones), strict=True)
        )
        for phone, part in zip(phones, chunk, strict=True)
    ]
    started = time.perf_counter()
    told = _all_at_once(options.at_once, [lambda p=p, s=s, r=r: _push(server, p, s + 2, r) for p, s, r in pushes])
    seconds = time.perf_counter() - started
    sample = server.memory_mb()
    count = options.devices * options.records
    lost, doubled = _count(base, phones, options.records, 0)
    counts = sum((Counter(answer["counts"]) for answer, _ in told), Counter())
    p95 = percentile([taken * 1000 for _, taken in told], 0.95)
    bare = _sync_bare.bare_inserts(base, phones, options.records, connections=options.workers)
    push = Row(
        "push", count, seconds, count / seconds, "records/s", limit="bare INSERTs", limit_value=bare,
        extra={
            "lost": lost, "doubled": doubled, "outcomes": dict(counts), "p95_ms": round(p95, 1),
            "at_once": options.at_once, "p95_limit_ms": DEADLINE_MS, "p95_kept": p95 <= DEADLINE_MS,
            "ratio_kept": count / seconds / bare >= LEAST_RATIO,
        },
    )  # fmt: skip
    memory = Row(
        "memory of the server", count, seconds, round(sample, 1), "MB", peak_mb=round(sample, 1),
        extra={"before_mb": round(before, 1), "after_mb": round(sample, 1), "grown_mb": round(sample - before, 1)},
    )  # fmt: skip
    return [push, memory]


def _push(server: Server, phone: Phone, seq: int, records: list[dict[str, Any]]) -> tuple[dict[str, Any], float]:
    raw = gzip.compress(body_of(phone, seq, records, datetime.now(tz=UTC).isoformat()), compresslevel=1)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    started = time.perf_counter()
    connection.request("POST", "/sinkron/kirim/", raw, _headers(phone))
    response = connection.getresponse()
    body = response.read()
    taken = time.perf_counter() - started
    connection.close()
    if response.status != 200:
        raise RuntimeError(f"{response.status}: {body[:300]!r}")
    return json.loads(body), taken


def _headers(phone: Phone) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {phone.token}",
        "Content-Type": "application/json",
        "Content-Encoding": "gzip",
    }


def _all_at_once(threads: int, calls: Iterable[Callable[[], Any]]) -> list[Any]:
    with ThreadPoolExecutor(threads) as pool:
        return [done.result() for done in [pool.submit(call) for call in calls]]


def _count(base: Any, phones: list[Phone], records: int, round_: int) -> tuple[int, int]:
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


def _pull(server: Server, base: Any, number: int) -> Row:
    """A caseload of 100 families with two years of visits, as a phone takes it along."""
    (phone,) = lay(base, first=number, count=1, families=PACK_FAMILIES)
    _sync_bare.two_years(base, [family_of(number, family) for family in range(1, PACK_FAMILIES + 1)])
    headers = {"Authorization": f"Bearer {phone.token}", "Accept-Encoding": "gzip"}
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("GET", f"/sinkron/paket/caseload/{phone.device}/", headers=headers)
    connection.getresponse().read()
    started = time.perf_counter()
    connection.request("GET", f"/sinkron/paket/caseload/{phone.device}/", headers=headers)
    response = connection.getresponse()
    packed = response.read()
    seconds = time.perf_counter() - started
    rows = json.loads(gzip.decompress(packed))["rows"]
    stores = Counter(row["store"] for row in rows)
    if stores["business"] != PACK_FAMILIES or stores["months"] != PACK_FAMILIES:
        raise RuntimeError(f"the pack is not whole: {stores}")
    return Row(
        "pull of 100 families", len(rows), seconds, len(rows) / seconds, "rows/s",
        extra={"bytes": len(packed), "bytes_unpacked": len(gzip.decompress(packed)), "bytes_limit": PACK_LIMIT,
               "months": 24, "kept": len(packed) < PACK_LIMIT},
    )  # fmt: skip


@dataclass
class Tally:
    """What the faulty phones saw: outcomes told for each record, faults made, calls that failed."""

    told: dict[str, str] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, answer: dict[str, Any]) -> None:
        with self.lock:
            for line in answer["outcomes"]:
                if line["id"] and line["stored"]:
                    self.told.setdefault(line["id"], line["outcome"])

    def fault(self, name: str) -> None:
        with self.lock:
            self.faults[name] += 1


def _faults(options: argparse.Namespace, server: Server, phones: list[Phone], base: Any) -> Row:
    tally, wanted = Tally(), {}
    plans = []
    for phone in phones:
        luck = random.Random(options.seed * 1_000_003 + phone.number)
        records = records_of(phone, options.records, round_=1)
        bad = _bad(phone, luck)
        wanted |= {item["id"]: "new" for item in records} | {item["id"]: told for item, told in bad}
        plans.append((phone, luck, [*records, *(item for item, _ in bad)]))
    stop = threading.Event()
    killer = threading.Thread(target=_kill_twice, args=(server, tally, stop, len(wanted)))
    started = time.perf_counter()
    killer.start()
    _all_at_once(options.at_once, [lambda p=p: _unlucky(server, *p, tally) for p in plans])
    stop.set()
    killer.join()
    seconds = time.perf_counter() - started
    again = _month_later(options, server, plans, tally)
    lost, doubled = _count(base, phones, options.records, 1)
    silent = len(set(wanted) - set(tally.told))
    standing = Counter(
        row[0]
        for row in base.execute(
            "SELECT outcome FROM devices_fieldrecord WHERE id = ANY (%s::uuid[])", [list(wanted)]
        ).fetchall()
    )
    base.rollback()
    return Row(
        "faults", len(wanted), seconds, len(wanted) / seconds, "records/s",
        extra={
            "lost": lost + silent, "doubled": doubled, "outcomes": dict(sorted(standing.items())),
            "without_outcome": silent, "faults": dict(sorted(tally.faults.items())), "killed": tally.faults["killed"],
            "replayed": again[0], "replay_outcomes": dict(sorted(again[1].items())),
        },
    )  # fmt: skip


def _bad(phone: Phone, luck: random.Random) -> list[tuple[dict[str, Any], str]]:
    """Records that must be refused or wait, each with the outcome it must get."""
    (good,) = records_of(phone, 1, round_=2)
    others = family_of(phone.number - 1 if phone.number > 1 else phone.number + 1, 1)
    choices = [
        ({**good, "body": {**good["body"], "enterprise": others}}, "invalid"),
        ({**good, "version": 99}, "invalid"),
        (
            {**good, "body": {**good["body"], "answers": {"instrument": "tak-ada", "version": 9, "answers": {}}}},
            "invalid",
        ),
        ({**good, "body": {**good["body"], "enterprise": str(new_id())}}, "waiting"),
    ]
    return [choices[luck.randrange(len(choices))]]


def _unlucky(server: Server, phone: Phone, luck: random.Random, records: list[dict[str, Any]], tally: Tally) -> None:
    """One phone under bad luck: it goes on until every record of its has an outcome that the server keeps."""
    shuffled = list(records)
    luck.shuffle(shuffled)
    clock = {0: "1970-01-01T07:00:00+07:00", 1: "2031-05-05T10:00:00+07:00"}.get(luck.randrange(6))
    seq = 1_000
    for part in parts(shuffled, FAULT_BATCH):
        seq += 1
        edited = luck.random() < 0.1
        if edited:
            # An edit that overtakes what it edits.
            tally.fault("edit first")
            later = [{**item, "revision": 2, "body": {**item["body"], "note": "disunting"}} for item in part[:3]]
            _until_told(server, phone, _packed(phone, seq + 500, later, clock), luck, tally)
        raw = _packed(phone, seq, part, clock)
        _until_told(server, phone, raw, luck, tally)
        if luck.random() < 0.2:
            tally.fault("duplicate")
            _until_told(server, phone, raw, luck, tally)
    if clock is not None:
        tally.fault("wrong clock")


def _packed(phone: Phone, seq: int, part: list[dict[str, Any]], clock: str | None) -> bytes:
    return gzip.compress(body_of(phone, seq, part, clock or datetime.now(tz=UTC).isoformat()), compresslevel=1)


def _until_told(server: Server, phone: Phone, raw: bytes, luck: random.Random, tally: Tally) -> None:
    until = time.monotonic() + 600
    while time.monotonic() < until:
        draw = luck.random()
        try:
            if draw < 0.08:
                tally.fault("cut in the middle")
                _send_half(server, phone, raw)
                continue
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
            connection.request("POST", "/sinkron/kirim/", raw, _headers(phone))
            if draw < 0.16:
                tally.fault("answer lost")
                time.sleep(luck.random() / 50)
                connection.close()
                continue
            response = connection.getresponse()
            body = response.read()
            connection.close()
            if response.status == 200:
                tally.note(json.loads(body))
                return
            tally.fault(f"status {response.status}")
        except (OSError, http.client.HTTPException):
            tally.fault("no server")
        time.sleep(0.1 + luck.random() / 5)
    raise RuntimeError("a phone got no answer for ten minutes")


def _send_half(server: Server, phone: Phone, raw: bytes) -> None:
    head = f"POST /sinkron/kirim/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(raw)}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in _headers(phone).items())
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as wire:
        wire.sendall(head.encode() + b"\r\n" + raw[: len(raw) // 2])


def _kill_twice(server: Server, tally: Tally, stop: threading.Event, wanted: int) -> None:
    """kill -9 when a third and when two thirds of the records are told."""
    for share in (1 / 3, 2 / 3):
        while not stop.is_set() and len(tally.told) < wanted * share:
            time.sleep(0.02)
        server.kill()
        tally.fault("killed")
        server.start()


def _month_later(
    options: argparse.Namespace, server: Server, plans: list[Any], tally: Tally
) -> tuple[int, Counter[str]]:
    """Everything once more, a month later, from phones that never saw an answer: nothing may be new."""
    server.kill()
    server.start(today=MONTH_LATER)
    told = _all_at_once(
        options.at_once, [lambda p=phone, r=records: _push(server, p, 1_900, r) for phone, _, records in plans]
    )
    tally.fault("replayed a month later")
    counts: Counter[str] = Counter()
    for answer, _ in told:
        counts.update(line["outcome"] for line in answer["outcomes"])
    return sum(counts.values()), counts
