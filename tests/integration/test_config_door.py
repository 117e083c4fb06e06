"""The door of the web: whole requests only, so that phones on slow lines hold no thread of the server."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.integration.door_application import LONG
from tests.patience import best, eventually

ROOT = Path(__file__).resolve().parents[2]
STALL = 2.0
PATIENCE = 120.0
THREADS = 2


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    words = ["-m", "granian", "--interface", "rsgi", "--port", str(number), "--workers", "1", "--no-ws"]
    process = subprocess.Popen(
        [sys.executable, *words, "tests.integration.door_application:application"],
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "BERDAYA_STALL_SECONDS": str(STALL)},
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert eventually(lambda: answers(number)), "the door does not open"
    yield number
    process.terminate()
    process.wait()


def answers(port: int) -> bool:
    with suppress(OSError):
        return asked(port, "GET", "/")[0] == 201
    return False


def asked(port: int, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    wire.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = wire.getresponse()
    text = answer.read()
    wire.close()
    return answer.status, json.loads(text) if text[:1] == b"{" else text


def begun(port: int, size: int, sent: bytes = b"abc") -> socket.socket:
    """A request whose body has begun."""
    wire = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    wire.sendall(f"POST /kirim HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n".encode() + sent)
    return wire


def test_bodies_that_stop_hold_no_thread_and_are_given_up(port: int) -> None:
    stuck: list[socket.socket] = []

    def beside_them() -> float:
        """Seconds that somebody waits behind phones that lost their signal."""
        stuck.extend(begun(port, 1_000) for _ in range(10 * THREADS))
        since = time.monotonic()
        assert asked(port, "GET", "/")[0] == 201
        return time.monotonic() - since

    took, limit = best(beside_them, STALL / 2)
    assert took < limit, "nobody waits behind a phone that lost its signal"
    told = [wire.recv(400) for wire in stuck]
    assert all(answer.startswith(b"HTTP/1.1 408") for answer in told), told[:1]
    assert all(wire.recv(400) == b"" for wire in stuck), "the line is closed"
    for wire in stuck:
        wire.close()


def test_a_slow_body_that_goes_on_is_taken_whole(port: int) -> None:
    for _ in range(5):
        wire, longest = begun(port, 8_000, b""), 0.0
        with suppress(OSError):  # refused in the middle; the answer tells it
            for _ in range(8):
                since = time.monotonic()
                wire.sendall(b"x" * 1_000)
                time.sleep(STALL / 6)
                longest = max(longest, time.monotonic() - since)
        head, _, body = wire.recv(65_536).partition(b"\r\n\r\n")
        wire.close()
        if longest < STALL / 2:  # a machine that stops for a second makes a body that stops
            break
    assert head.startswith(b"HTTP/1.1 201")
    assert json.loads(body)["size"] == 8_000


def test_a_body_that_drips_is_given_up_in_the_end(port: int) -> None:
    wire = begun(port, 100_000, b"")
    since, ended = time.monotonic(), False
    try:
        while time.monotonic() - since < PATIENCE:  # the whole body would take half a day
            wire.sendall(b"x")
            time.sleep(STALL / 4)
    except OSError:
        ended = True
    assert ended
    with suppress(OSError):
        assert wire.recv(400)[:12] in {b"HTTP/1.1 408", b""}
    wire.close()


def test_what_is_too_large_is_refused_before_it_comes(port: int) -> None:
    wire = begun(port, 10**12)
    assert wire.recv(400).startswith(b"HTTP/1.1 413")
    wire.close()


def test_what_the_application_is_told(port: int) -> None:
    status, told = asked(
        port, "POST", "/a%20b%2541/%C3%A9?x=%20", b"y" * 3_000_000, Content_Type="text/csv", X_Forwarded_For="10.1.1.1"
    )
    assert status == 201
    assert told["size"] == 3_000_000
    assert told["PATH_INFO"] == "/a b%41/é".encode().decode("latin-1")
    assert (told["QUERY_STRING"], told["CONTENT_TYPE"], told["CONTENT_LENGTH"]) == ("x=%20", "text/csv", "3000000")
    assert (told["REMOTE_ADDR"], told["HTTP_X_FORWARDED_FOR"]) == ("127.0.0.1", "10.1.1.1")
    wire = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    wire.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX_Forwarded_For: 10.9.9.9\r\nConnection: close\r\n\r\n")
    assert b"10.9.9.9" not in wire.recv(65_536), "a name with an underscore passes for nobody's header"
    wire.close()


def test_without_a_length_it_is_taken_as_well(port: int) -> None:
    status, told = asked(port, "PUT", "/", iter([b"abc", b"defg"]))
    assert (status, told["size"], told["CONTENT_LENGTH"]) == (201, 7, "7")


def test_a_long_answer_comes_whole_and_a_reader_that_stops_is_left(port: int) -> None:
    status, body = asked(port, "GET", "/panjang")
    assert (status, len(body)) == (200, LONG)
    idle = []
    for _ in range(2 * THREADS):
        wire = socket.socket()
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        wire.connect(("127.0.0.1", port))
        wire.sendall(b"GET /panjang HTTP/1.1\r\nHost: x\r\n\r\n")
        idle.append(wire)
    for wire in idle:
        wire.close()
    assert asked(port, "GET", "/")[0] == 201


def test_fifty_at_once_and_a_fault_behind_the_door(port: int) -> None:
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(asked(port, "POST", "/", b"x" * 9)[0])) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [201] * 50
    assert asked(port, "GET", "/jatuh")[0] == 500
    assert asked(port, "GET", "/")[0] == 201
