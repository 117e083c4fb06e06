"""The web's processes: Granian, with one queue of connections for all of them (ADR 25)."""

from __future__ import annotations

import os
import socket

from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.net import SocketSpec  # type: ignore[attr-defined]
from granian.server.mp import MPServer as Server

from berdaya.config.door import THREADS

HELD = 2 * THREADS
"""Connections of each process: twice its threads, so that as many requests come in (`config.door`) as are worked on."""
HEADER_MS = 5_000
"""A browser opens connections before it needs them; so long one may stay silent in a place that others wait for."""
DRAIN_SECONDS = 20


class OneQueue(Server):
    """Granian whose processes all take connections from one socket, the one that waits longest first.

    By itself it opens a socket for each process on Linux, and the kernel deals connections out by a hash of their
    ports: some wait behind a long queue while another process is idle.
    """

    def _init_shared_socket(self) -> None:
        held = SocketSpec(self.bind_addr, self.bind_port, self.backlog).build()
        self._shd = held  # type: ignore[assignment]
        self._sso = socket.socket(fileno=held.get_fd())
        self._sso.set_inheritable(True)
        self._ssp = None


def listen(host: str, port: int, workers: int = 0) -> None:
    """Serve until told to stop. ``workers``: processes, 0 for one a core.

    A connection carries one request: held open for a next one it would keep its place from those that wait.
    """
    OneQueue(
        target="berdaya.config.rsgi:application",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        workers=workers or os.cpu_count() or 1,
        backpressure=HELD,
        http1_settings=HTTP1Settings(keep_alive=False, header_read_timeout=HEADER_MS),
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=DRAIN_SECONDS,
        log_access=False,
    ).serve()
