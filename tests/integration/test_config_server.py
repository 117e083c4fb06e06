"""The embedded server survives what a machine does to it, and outlives nobody."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from berdaya.config import secrets_file
from berdaya.config.postgres_binaries import SHARED
from berdaya.config.server import PORT, SUPERUSER, Place, Server, alive, in_use, place, running, set_aside_orphan
from berdaya.kernel.problems import Problem
from tests.patience import crowded, eventually

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A data folder whose name has a space, and no server left in it afterwards."""
    folder = tmp_path / "data folder"
    folder.mkdir()
    yield folder
    where = place(folder)
    Server(where, admin_password="").stop()
    assert running(where) is None
    _clear(where)


def _clear(where: Place) -> None:
    """As root the server may lie outside the test's folder; a keeper just started may still be writing there."""
    while where.home.is_relative_to(SHARED) and where.home.parent.exists():
        shutil.rmtree(where.home.parent, ignore_errors=True)


@pytest.fixture
def server(data: Path) -> Server:
    return Server(place(data), admin_password=secrets_file.ensure(data).admin_password)


def ask(server: Server, data: Path, question: str = "SELECT 1") -> object:
    known = secrets_file.load(data)
    assert known is not None
    with psycopg.connect(
        host=str(server.place.socket), port=PORT, user=SUPERUSER, password=known.admin_password, dbname="postgres"
    ) as connection:
        cursor = connection.execute(question.encode())
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None


def holder(data: Path) -> subprocess.Popen[str]:
    """Another command that holds the server until its input closes; it has said so when this returns."""
    program = (
        "import sys; from pathlib import Path; from berdaya.config import secrets_file, server as s\n"
        "d = Path(sys.argv[1]); one = s.Server(s.place(d), admin_password=secrets_file.ensure(d).admin_password)\n"
        "with s.in_use(one):\n    print('holding', flush=True); sys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(data)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "holding\n"
    return process


def test_starts_answers_and_leaves_nothing(server: Server, data: Path) -> None:
    with in_use(server):
        assert ask(server, data, "SHOW server_version_num") is not None
        pid = running(server.place)
        assert pid is not None
    assert running(server.place) is None
    assert not alive(pid, server.place)


def test_keeps_its_rows_and_refuses_a_wrong_password(server: Server, data: Path) -> None:
    with in_use(server):
        ask(server, data, "CREATE TABLE kept AS SELECT 7 AS n")
    with in_use(server):
        assert ask(server, data, "SELECT n FROM kept") == 7
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(
                host=str(server.place.socket), port=PORT, user=SUPERUSER, password="wrong", dbname="postgres"
            )


def test_only_its_owner_may_read_data_and_secrets(server: Server, data: Path) -> None:
    with in_use(server):
        assert server.place.data.stat().st_mode & 0o077 == 0
        assert server.place.home.stat().st_mode & 0o077 == 0
        assert (data / "secrets.toml").stat().st_mode & 0o077 == 0


def test_comes_back_after_kill_9(server: Server, data: Path) -> None:
    with in_use(server):
        ask(server, data, "CREATE TABLE kept AS SELECT 7 AS n")
        pid = running(server.place)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        assert eventually(lambda: running(server.place) is None), "a killed server is not taken for a live one"
        assert (server.place.data / "postmaster.pid").exists()
        started = time.monotonic()
        server.start()
        took = time.monotonic() - started
        assert took < 30 or took < 30 * crowded()
        assert ask(server, data, "SELECT n FROM kept") == 7


def test_a_reused_process_number_is_no_server(server: Server, data: Path) -> None:
    with in_use(server):
        pass
    stale = server.place.data / "postmaster.pid"
    lines = [str(os.getpid()), str(server.place.data), "1", str(PORT), "", "", "1 1", "ready", ""]
    stale.write_text("\n".join(lines))
    assert running(server.place) is None
    with in_use(server):
        assert ask(server, data) == 1


def test_the_last_one_out_stops_it(server: Server, data: Path) -> None:
    other = holder(data)
    try:
        with in_use(server):
            pid = running(server.place)
        assert running(server.place) == pid, "the other still holds it"
        assert ask(server, data) == 1
    finally:
        other.communicate()
    assert running(server.place) is None


def test_a_killed_holder_leaves_no_server(server: Server, data: Path) -> None:
    other = holder(data)
    assert running(server.place) is not None
    other.kill()
    other.wait()
    assert eventually(lambda: running(server.place) is None)


def test_an_interrupted_holder_stops_it(server: Server, data: Path) -> None:
    other = holder(data)
    other.send_signal(signal.SIGINT)
    other.wait()
    assert running(server.place) is None


def test_started_by_many_at_once(server: Server, data: Path) -> None:
    with in_use(server):
        others = [holder(data) for _ in range(3)]
        assert ask(server, data) == 1
    for other in others:
        other.communicate()
    assert running(server.place) is None


def test_half_made_data_are_made_anew(server: Server, data: Path) -> None:
    server._prepare()
    (server.place.home / "data.new").mkdir()
    (server.place.home / "data.new" / "PG_VERSION").write_text("18\n")
    with in_use(server):
        assert ask(server, data) == 1


def test_data_of_another_version_are_refused(server: Server) -> None:
    with in_use(server):
        pass
    (server.place.data / "PG_VERSION").write_text("14\n")
    with pytest.raises(Problem) as caught, in_use(server):
        pass
    assert caught.value.code == "start.postgres_version"


def test_a_long_path_gets_its_socket_elsewhere(tmp_path: Path) -> None:
    folder = tmp_path / ("a" * 60) / ("b" * 60)
    folder.mkdir(parents=True)
    server = Server(place(folder), admin_password=secrets_file.ensure(folder).admin_password, durable=False)
    assert not server.place.socket.is_relative_to(folder)
    with in_use(server):
        assert ask(server, folder) == 1
    _clear(server.place)


def test_missing_secrets_beside_data_are_told(server: Server, data: Path) -> None:
    with in_use(server):
        pass
    (data / "secrets.toml").unlink()
    if server.place.home.is_relative_to(data):
        with pytest.raises(Problem) as caught:
            set_aside_orphan(data, server.place)
        assert caught.value.code == "start.secrets_missing"


def test_secrets_deleted_with_their_folder_set_the_old_server_aside(data: Path, tmp_path: Path) -> None:
    elsewhere = Place(tmp_path / "elsewhere" / "postgres", place(data).account)
    (elsewhere.data).mkdir(parents=True)
    set_aside_orphan(data, elsewhere)
    assert not elsewhere.home.exists()
    assert (tmp_path / "elsewhere" / "postgres.old" / "data").exists()
