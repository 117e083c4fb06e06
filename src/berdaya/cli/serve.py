"""``serve``: the web by Granian, one process per core."""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from berdaya.config.database import database
from berdaya.config.web_server import DRAIN_SECONDS, listen
from berdaya.kernel.problems import Problem

HELP = "serve the web"
HOST, PORT = "127.0.0.1", 8000
WATCH_SECONDS = 0.5
RESPAWN_SECONDS = 2.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default=HOST, help=f"address to listen on (default {HOST})")
    parser.add_argument("--port", type=int, default=PORT, help=f"port to listen on (default {PORT})")
    parser.add_argument("--workers", type=int, default=0, help="processes (default one per core)")


def run(options: argparse.Namespace) -> int:
    """Serve until told to stop."""
    ensure_free(options.host, options.port)
    with database():
        return serve(options.host, options.port, options.workers)


def ensure_free(host: str, port: int) -> None:
    """Complain at once where the port is taken, before the database is started for nothing."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Problem("start.port_taken", host=host, port=str(port)) from error
        except OverflowError as error:
            raise Problem("start.port_taken", host=host, port=str(port)) from error


def address(host: str, port: int) -> str:
    """What a person types into a browser on this machine."""
    shown = "127.0.0.1" if host in {"0.0.0.0", "::", ""} else f"[{host}]" if ":" in host else host  # noqa: S104
    return f"http://{shown}:{port}/"


def serve(host: str, port: int, workers: int = 0) -> int:
    """Serve the database that the environment names; 0 after an orderly stop."""
    prepare()
    if host not in os.environ.get("BERDAYA_HOSTS", "") and host not in {"0.0.0.0", "::"}:  # noqa: S104
        os.environ["BERDAYA_HOSTS"] = ",".join(
            [*os.environ.get("BERDAYA_HOSTS", "localhost,127.0.0.1,[::1]").split(","), host]
        )
    sys.stdout.write(f"Berdaya: {address(host, port)}\n")
    sys.stdout.flush()
    with import_worker():
        listen(host, port, workers)
    return 0


@contextmanager
def import_worker() -> Iterator[None]:
    """Long imports and daily checks run in a process beside the web, which ends with it; one that dies is replaced."""
    ended = threading.Event()
    keeper = threading.Thread(target=_keep_worker, args=(ended,), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ended.set()
        keeper.join(DRAIN_SECONDS + 1)


def _keep_worker(ended: threading.Event) -> None:
    while not ended.is_set():
        worker = subprocess.Popen([sys.executable, "-P", "-m", "django", "import_worker"], stdin=subprocess.DEVNULL)
        while worker.poll() is None and not ended.wait(WATCH_SECONDS):
            pass
        if worker.poll() is None:
            worker.terminate()
            with suppress(subprocess.TimeoutExpired):
                worker.wait(DRAIN_SECONDS)
        ended.wait(RESPAWN_SECONDS)


def prepare() -> None:
    """Gather the static files; refuse a role that owns a table, belongs to the owner or can bypass policies."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "berdaya.config.settings")
    import django

    django.setup()
    from berdaya.access.startup import refuse_unsafe_role

    refuse_unsafe_role()
    from berdaya.config.static import collect

    collect()
    from django.db import connections

    for connection in connections.all():
        connection.close()
        if connection.pool is not None:  # type: ignore[attr-defined]
            connection.close_pool()  # type: ignore[attr-defined]
