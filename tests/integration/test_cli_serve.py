"""The web as a person starts and stops it: answers, drains, leaves nothing; unsafe or taken, it says so."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from berdaya.config import database as db
from berdaya.config.server import place, running
from tests.integration.test_config_database import VARIABLES
from tests.integration.test_config_server import _clear
from tests.patience import until

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 180


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("serve data")
    yield folder
    _clear(place(folder))


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    return number


def environment(data: Path, **more: str) -> dict[str, str]:
    dropped = {*VARIABLES, "BERDAYA_TESTING", "BERDAYA_TEST_URL"}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**kept, "PYTHONPATH": str(ROOT / "src"), "BERDAYA_DATA": str(data), "BERDAYA_NO_AREAS": "1", **more}


def berdaya(*words: str, **more: str) -> subprocess.Popen[str]:
    data = Path(more.pop("data"))
    return subprocess.Popen(
        [sys.executable, "-m", "berdaya.cli", *words],
        env=environment(data, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd="/",
    )


def status(url: str) -> int:
    """The HTTP status of a whole reply; raises where there is none."""
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as reply:  # noqa: S310  (our own address)
            reply.read()
            return int(reply.status)
    except urllib.error.HTTPError as error:
        error.read()
        return error.code


def wait_for(url: str, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssertionError(process.stdout.read() if process.stdout else "ended")
        try:
            status(url)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("not up in time")


def test_serves_drains_on_sigterm_and_leaves_nothing(data: Path, port: int) -> None:
    process = berdaya("serve", "--port", str(port), "--workers", "2", data=str(data))
    url = f"http://127.0.0.1:{port}/"
    try:
        wait_for(url, process)
        assert running(place(data)) is not None
        assert queues(port) == 1, "two processes, one queue"
        second = berdaya("serve", "--port", str(port), data=str(data))
        said = second.communicate(timeout=PATIENCE)[0]
        assert second.returncode == 2
        assert f"Port {port}" in said
        outcomes = under_load(url, process)
        assert process.wait(timeout=PATIENCE) == 0
        assert running(place(data)) is None
    finally:
        process.kill()
        process.wait()
    assert outcomes.count("broken") == 0
    assert any(outcome.isdigit() for outcome in outcomes), "some were answered"
    assert not {outcome for outcome in outcomes if outcome.isdigit() and int(outcome) >= 500}


def queues(port: int) -> int:
    """Sockets that listen on the port: each has a queue of its own."""
    wanted, listening = f":{port:04X}", "0A"
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[1].endswith(wanted) and row[3] == listening for row in rows)


def under_load(url: str, process: subprocess.Popen[str]) -> list[str]:
    """Ask from 50 threads, stop the server in the middle; each ask: its status, ``unanswered``, or ``broken``."""
    outcomes: list[str] = []
    begun = threading.Barrier(51)

    def ask() -> None:
        begun.wait()
        for _ in range(20):
            try:
                outcomes.append(str(status(url)))
            except (OSError, http.client.HTTPException) as error:
                outcomes.append("unanswered" if _unanswered(error) else "broken")
                return

    threads = [threading.Thread(target=ask) for _ in range(50)]
    for thread in threads:
        thread.start()
    begun.wait()
    until(lambda: len(outcomes) >= 50, "nobody is answered")
    process.send_signal(signal.SIGTERM)
    for thread in threads:
        thread.join()
    return outcomes


def _unanswered(error: Exception) -> bool:
    """No connection any more, or one that waited in the queue of a socket being closed; no reply had begun."""
    reason = getattr(error, "reason", error)
    plain = isinstance(reason, ConnectionRefusedError | ConnectionResetError)
    return plain and not isinstance(reason, http.client.RemoteDisconnected)


def test_an_administrator_is_refused(data: Path, port: int) -> None:
    """The embedded server stands for an office's own, its administrator for a wrong ``DATABASE_URL``."""
    with pytest.MonkeyPatch.context() as patch:
        for name in VARIABLES:
            patch.delenv(name, raising=False)
        patch.setenv("BERDAYA_DATA", str(data))
        with db.database(bring_up=False) as here:
            process = berdaya(
                "serve",
                "--port",
                str(port),
                data=str(data),
                DATABASE_URL=db.with_database(here.admin, db.MAIN),
                BERDAYA_SECRET_KEY="x",
                BERDAYA_KEYS="1:" + "A" * 43 + "=",
                BERDAYA_INDEX_KEY="A" * 43 + "=",
            )
            said = process.communicate(timeout=PATIENCE)[0]
    assert process.returncode == 2
    assert "superuser" in said


def test_an_interrupted_command_leaves_nothing(data: Path) -> None:
    process = berdaya("manage", "shell", "-c", "import time; print('in', flush=True); time.sleep(60)", data=str(data))
    assert process.stdout is not None
    for line in process.stdout:
        if line == "in\n":
            break
    assert running(place(data)) is not None
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=PATIENCE) == 128 + signal.SIGTERM
    assert running(place(data)) is None
