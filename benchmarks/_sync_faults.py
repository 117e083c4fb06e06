"""What can go wrong on the way: cuts, lost answers, duplicates, other orders, wrong clocks, a server that is killed."""

from __future__ import annotations

import argparse
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from benchmarks._sync_server import Server
from benchmarks._sync_wire import Memory, all_at_once, answered, push_bytes, send, send_and_hang_up
from benchmarks._sync_world import Phone, family_of, parts, records_of
from benchmarks.harness import Row
from berdaya.kernel.ids import new_id

FAULT_BATCH = 10
MONTH_LATER = "2026-11-30"
ROUND = 1
KEPT = frozenset({"new", "updated", "identical", "older"})
Count = Callable[[Sequence[Phone], int, int], tuple[int, int]]
"""Records of good visits that are lost and that are doubled, by phones, records of each and round."""
Plan = tuple[Phone, random.Random, list[dict[str, Any]]]


@dataclass
class Tally:
    """What the faulty phones saw: the first outcome of each record, faults made, calls that failed."""

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


def unlucky_phones(options: argparse.Namespace, server: Server, phones: list[Phone], base: Any, count: Count) -> Row:
    """Every phone hands in its records under bad luck, the server is killed twice, all comes again a month later."""
    tally = Tally()
    wanted: dict[str, str] = {}
    plans: list[Plan] = []
    for phone in phones:
        luck = random.Random(options.seed * 1_000_003 + phone.number)
        records = records_of(phone, options.records, round_=ROUND)
        bad = _bad(phone, luck)
        wanted |= {item["id"]: "new" for item in records} | {item["id"]: told for item, told in bad}
        plans.append((phone, luck, [*records, *(item for item, _ in bad)]))
    stop = threading.Event()
    killer = threading.Thread(target=_kill_twice, args=(server, tally, stop, len(wanted)))
    started = time.perf_counter()
    with Memory(server) as memory:
        killer.start()
        try:
            all_at_once(options.at_once, [partial(_unlucky, server, *plan, tally) for plan in plans])
        finally:
            stop.set()
            killer.join()
        seconds = time.perf_counter() - started
        again = _month_later(options, server, plans, tally)
    lost, doubled = count(phones, options.records, ROUND)
    silent = len(set(wanted) - set(tally.told))
    standing = _standing(base, wanted)
    return Row(
        "faults", len(wanted), seconds, len(wanted) / seconds, "records/s",
        extra={
            "lost": lost + silent, "doubled": doubled,
            "without_outcome": silent + sum(told in {"", "taken"} for told, _ in standing.values()),
            "outcomes": _counts(outcome for _, outcome in standing.values()),
            "told_first": _counts(tally.told.values()),
            "disagree": _disagree(wanted, tally, {key: outcome for key, (_, outcome) in standing.items()}),
            "faults": dict(sorted(tally.faults.items())), "killed": tally.faults["killed"],
            "replayed": sum(again.values()), "replay_outcomes": dict(sorted(again.items())),
            "memory_mb": memory.told(24),
        },
    )  # fmt: skip


def _counts(outcomes: Any) -> dict[str, int]:
    return dict(sorted(Counter(outcomes).items()))


def _standing(base: Any, wanted: dict[str, str]) -> dict[str, tuple[str, str]]:
    """What the server holds of each record: ``taken`` where it was kept and never applied, and its outcome."""
    rows = base.execute(
        "SELECT id::text, code, outcome FROM devices_fieldrecord WHERE id = ANY (%s::uuid[])", [list(wanted)]
    ).fetchall()
    base.rollback()
    found = {key: ("taken" if code == "taken" else "settled", outcome) for key, code, outcome in rows}
    return {key: found.get(key, ("", "missing")) for key in wanted}


def _disagree(wanted: dict[str, str], tally: Tally, standing: dict[str, str]) -> int:
    """Records of which phone and server do not say the same, or which got another outcome than they must."""
    return sum(
        (tally.told.get(key) in KEPT) != (must == "new")
        or (standing[key] in KEPT) != (must == "new")
        or (must != "new" and standing[key] != must)
        for key, must in wanted.items()
    )


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
    clock = {0: "1970-01-01T07:00:00+07:00", 1: "2031-05-05T10:00:00+07:00"}.get(luck.randrange(6), "")
    seq = 1_000
    for part in parts(shuffled, FAULT_BATCH):
        seq += 1
        edited = luck.random() < 0.1
        if edited:
            # An edit that overtakes what it edits.
            tally.fault("edit first")
            later = [{**item, "revision": 2, "body": {**item["body"], "note": "disunting"}} for item in part[:3]]
            _until_told(server, push_bytes(phone, seq + 500, later, clock), luck, tally)
        raw = push_bytes(phone, seq, part, clock)
        _until_told(server, raw, luck, tally)
        if luck.random() < 0.2:
            tally.fault("duplicate")
            _until_told(server, raw, luck, tally)
    if clock:
        tally.fault("wrong clock")


def _until_told(server: Server, raw: bytes, luck: random.Random, tally: Tally) -> None:
    until, pause = time.monotonic() + 900, 0.1
    while time.monotonic() < until:
        draw = luck.random()
        try:
            if draw < 0.08:
                send_and_hang_up(server, raw, share=luck.random())
                tally.fault("cut in the middle")
                continue
            if draw < 0.16:
                send_and_hang_up(server, raw, after=luck.random() / 50)
                tally.fault("answer lost")
                continue
            answer = send(server, raw)
            if answer.status == 200:
                tally.note(answer.told)
                return
            tally.fault(f"status {answer.status}")
        except OSError:
            tally.fault("no server")
        time.sleep(pause + luck.random() / 5)
        pause = min(2.0, pause * 2)
    raise RuntimeError("a phone got no answer for a quarter of an hour")


def _kill_twice(server: Server, tally: Tally, stop: threading.Event, wanted: int) -> None:
    """kill -9 when a third and when two thirds of the records are told."""
    for share in (1 / 3, 2 / 3):
        while not stop.is_set() and len(tally.told) < wanted * share:
            time.sleep(0.02)
        server.kill()
        tally.fault("killed")
        server.start(settled=False)


def _month_later(options: argparse.Namespace, server: Server, plans: list[Plan], tally: Tally) -> Counter[str]:
    """Everything once more, a month later, from phones that never saw an answer: nothing may be new."""
    server.kill()
    server.start(today=MONTH_LATER)
    told = answered(
        server, options.at_once, [push_bytes(phone, 1_900, records) for phone, _, records in plans]
    )  # fmt: skip
    tally.fault("replayed a month later")
    return Counter(line["outcome"] for answer in told for line in answer.told["outcomes"])
