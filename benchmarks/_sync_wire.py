"""Phones on the wire: every byte is ready before the clock runs, so that what is measured is the server."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from benchmarks._sync_server import Server
from benchmarks._sync_world import Phone, body_of

PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, body as it came, seconds from the first byte sent to the last one read."""

    status: int
    body: bytes
    seconds: float

    @property
    def told(self) -> dict[str, Any]:
        """The body as JSON."""
        found: dict[str, Any] = json.loads(self.body)
        return found


def push_bytes(phone: Phone, seq: int, records: list[dict[str, Any]], sent_at: str = "") -> bytes:
    """A whole request that pushes records, packed as a phone packs it."""
    body = body_of(phone, seq, records, sent_at or datetime.now(tz=UTC).isoformat())
    raw = gzip.compress(body, compresslevel=1)
    head = [
        "POST /sinkron/kirim/ HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {phone.token}",
        "Content-Type: application/json", "Content-Encoding: gzip", f"Content-Length: {len(raw)}", "Connection: close",
    ]  # fmt: skip
    return "\r\n".join(head).encode() + b"\r\n\r\n" + raw


def pull_bytes(phone: Phone) -> bytes:
    """A whole request for the phone's caseload."""
    head = [
        f"GET /sinkron/paket/caseload/{phone.device}/ HTTP/1.1", "Host: 127.0.0.1",
        f"Authorization: Bearer {phone.token}", "Accept-Encoding: gzip", "Connection: close",
    ]  # fmt: skip
    return "\r\n".join(head).encode() + b"\r\n\r\n"


def send(server: Server, request: bytes, *, patience: float = PATIENCE) -> Answer:
    """One request on a connection of its own. Raises OSError where the server goes away meanwhile."""
    started = time.perf_counter()
    with socket.create_connection(("127.0.0.1", server.port), timeout=patience) as wire:
        wire.sendall(request)
        parts = []
        while part := wire.recv(65_536):
            parts.append(part)
    seconds = time.perf_counter() - started
    head, _, body = b"".join(parts).partition(b"\r\n\r\n")
    words = head.split(b" ", 2)
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    if len(words) < 3 or (lengths and int(lengths[0].split(b":")[1]) != len(body)):
        raise ConnectionError("the answer was cut")
    return Answer(int(words[1]), body, seconds)


def send_and_hang_up(server: Server, request: bytes, *, share: float = 1.0, after: float = 0.0) -> None:
    """Send a part of a request, wait a moment, and go without an answer."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as wire:
        wire.sendall(request[: max(1, int(len(request) * share))])
        if after:
            time.sleep(after)


def all_at_once(threads: int, calls: Iterable[Callable[[], Any]]) -> list[Any]:
    """Every call by ``threads`` callers, each taking the next one when it is done; answers in the order given."""
    with ThreadPoolExecutor(threads) as pool:
        return [done.result() for done in [pool.submit(call) for call in calls]]


def answered(server: Server, threads: int, requests: Iterable[bytes]) -> list[Answer]:
    """Every request by ``threads`` callers; raises where one is not answered with 200."""
    told: list[Answer] = all_at_once(threads, [partial(send, server, raw) for raw in requests])
    for answer in told:
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {answer.body[:300]!r}")
    return told


class Memory:
    """Resident memory of all the server's processes, looked at as long as the block runs."""

    def __init__(self, server: Server, *, every: float = 1.0) -> None:
        self._server, self._every = server, every
        self._stop = threading.Event()
        self.series: list[float] = []

    def __enter__(self) -> Memory:
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self.series.append(self._server.memory_mb())

    def _look(self) -> None:
        while True:
            self.series.append(self._server.memory_mb())
            if self._stop.wait(self._every):
                return

    def told(self, points: int = 12) -> list[int]:
        """At most ``points`` of the series in whole MB, the first and the last among them."""
        last = len(self.series) - 1
        places = sorted({round(number * last / max(1, points - 1)) for number in range(points)})
        return [round(self.series[place]) for place in places]
