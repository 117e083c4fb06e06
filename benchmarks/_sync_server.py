"""A real server for the sync benchmark: Granian in processes of its own, killed, started again, its memory watched."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType


class Server:
    """Granian over the database that the environment names."""

    def __init__(self, *, workers: int, today: str = "2026-10-31") -> None:
        self.port = _free_port()
        self._workers = workers
        self._today = today
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self, today: str = "", *, settled: bool = True) -> None:
        """Start, and return when it answers; ``settled``: when all its processes do."""
        self._today = today or self._today
        environment = {
            **os.environ,
            "BERDAYA_TODAY": self._today,
            "BERDAYA_DEMO": "1",
            "BERDAYA_DEBUG": "",
            "BERDAYA_HOSTS": "127.0.0.1",
        }
        call = f"from berdaya.config.web_server import listen; listen('127.0.0.1', {self.port}, {self._workers})"
        words = [sys.executable, "-c", call]
        self._process = subprocess.Popen(
            words,
            env=environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 180
        while time.monotonic() < until:
            with suppress(OSError, http.client.HTTPException):
                probe = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                probe.request("GET", "/sinkron/paket/")
                if probe.getresponse().status == 401:
                    break
            time.sleep(0.1)
        else:
            raise RuntimeError("the server did not answer within three minutes")
        if settled:
            self._settle(until)

    def _settle(self, until: float) -> None:
        """Wait for the processes that still load: the first of them answers long before the last."""
        before = self.cpu_seconds()
        while time.monotonic() < until:
            time.sleep(1.0)
            now = self.cpu_seconds()
            if now - before < 0.05:
                return
            before = now

    def kill(self) -> None:
        """kill -9 of all its processes at once."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def memory_mb(self) -> float:
        """Resident memory of all its processes together."""
        return sum(int(fields[21]) for fields in self._stats()) * os.sysconf("SC_PAGE_SIZE") / 1024**2

    def cpu_seconds(self) -> float:
        """Processor time that its processes have used together, without the database's."""
        return sum(int(fields[11]) + int(fields[12]) for fields in self._stats()) / os.sysconf("SC_CLK_TCK")

    def _stats(self) -> list[list[str]]:
        """What ``/proc/PID/stat`` says behind the name of each of its processes."""
        found: list[list[str]] = []
        if self._process is None:
            return found
        for status in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError, IndexError, ValueError):
                fields = status.read_text().rpartition(")")[2].split()
                if int(fields[2]) == self._process.pid:
                    found.append(fields)
        return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
