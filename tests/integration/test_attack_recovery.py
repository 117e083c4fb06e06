"""The disk is lost, a mass change was wrong, the archive is away, a byte flipped, the key is gone: what comes back."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from berdaya.cli import health
from berdaya.config import archive, secrets_file
from berdaya.config import database as db
from berdaya.config.server import PORT, SUPERUSER, Server, place
from berdaya.kernel.clock import today
from berdaya.kernel.crypto import Key, KeyRing, SealBrokenError
from tests.integration.test_config_database import VARIABLES
from tests.integration.test_config_server import _clear
from tests.patience import eventually

ROWS = 400
BACK_WITHIN = 30 * 60.0
LOSS_AT_MOST = 60.0


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "office"
    folder.mkdir()
    monkeypatch.setenv("BERDAYA_DATA", str(folder))
    yield folder
    Server(place(folder), admin_password="").stop()
    _clear(place(folder))


class Office:
    """An embedded server whose log is archived to a folder that only its own account may write."""

    def __init__(self, data: Path, password: str) -> None:
        self.server = Server(place(data), admin_password=password)
        self.password = password
        self.store = self.server.place.home / "archive"
        self.base = self.server.place.home / "base"

    def connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(
            host=str(self.server.place.socket), port=PORT, user=SUPERUSER, password=self.password, dbname="postgres",
            autocommit=True,
        )  # fmt: skip

    def ask(self, question: str) -> Any:
        with self.connect() as connection:
            cursor = connection.execute(question.encode())
            row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None

    def archive_on(self) -> None:
        self.folder(self.store)
        self.ask("ALTER SYSTEM SET archive_mode = on")
        self.ask("ALTER SYSTEM SET archive_timeout = 60")
        self.ask(f'ALTER SYSTEM SET archive_command = \'cp "%p" "{self.store}/%f"\'')
        self.server.stop()
        self.server.start()

    def folder(self, path: Path) -> None:
        path.mkdir(mode=0o700, exist_ok=True)
        self.server._hand_over(path)

    def copy_base(self) -> None:
        """A base backup through PostgreSQL's own functions, as pg_basebackup makes one."""
        with self.connect() as connection:
            connection.execute("SELECT pg_backup_start('base', true)")
            skip = shutil.ignore_patterns("postmaster.pid", "postmaster.opts", "pg_wal")
            shutil.copytree(self.server.place.data, self.base, ignore=skip)
            row = connection.execute("SELECT labelfile FROM pg_backup_stop()").fetchone()
        assert row
        (self.base / "backup_label").write_text(row[0])
        (self.base / "pg_wal").mkdir(mode=0o700)

    def lose_the_disk(self) -> None:
        """kill -9, and everything that was not in the archive or the base is gone."""
        pid = int((self.server.place.data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, 9)
        assert eventually(lambda: not Path(f"/proc/{pid}").exists() or self.server._gone(pid, 0.1))
        shutil.rmtree(self.server.place.data)

    def restore(self, target: str = "") -> float:
        """As the guide says; answers the seconds until it serves again."""
        begun = time.monotonic()
        shutil.copytree(self.base, self.server.place.data)
        lines = [f'restore_command = \'cp "{self.store}/%f" "%p"\'', "recovery_target_action = 'promote'"]
        lines += [f"recovery_target_time = '{target}'"] if target else []
        with (self.server.place.data / "postgresql.auto.conf").open("a") as file:
            file.write("\n".join(lines) + "\n")
        (self.server.place.data / "recovery.signal").touch()
        for path in (self.server.place.data, *self.server.place.data.rglob("*")):
            self.server._hand_over(path)
        self.server.place.data.chmod(0o700)
        self.server.start()
        assert eventually(lambda: self.ask("SELECT pg_is_in_recovery()") is False)
        return time.monotonic() - begun


@pytest.fixture
def office(data: Path) -> Office:
    made = Office(data, secrets_file.ensure(data).admin_password)
    made.server.start()
    made.archive_on()
    return made


@pytest.mark.nightly
def test_after_the_disk_is_lost_at_most_a_minute_is_missing(office: Office) -> None:
    office.ask("CREATE TABLE kept (n int, at timestamptz DEFAULT clock_timestamp())")
    office.copy_base()
    for n in range(ROWS):
        office.ask(f"INSERT INTO kept (n) VALUES ({n})") if n % 100 == 0 else None
    office.ask(f"INSERT INTO kept (n) SELECT generate_series({ROWS}, {2 * ROWS})")
    with office.connect() as connection:
        row = connection.execute("SELECT pg_walfile_name(pg_switch_wal()), clock_timestamp()").fetchone()
    assert row
    switched, at = row
    assert eventually((office.store / switched).exists)
    office.ask("INSERT INTO kept (n) VALUES (-1)")
    lost_at = office.ask("SELECT clock_timestamp()")
    assert lost_at - at < timedelta(seconds=LOSS_AT_MOST)
    office.lose_the_disk()
    took = office.restore()
    assert office.ask("SELECT count(*) FROM kept WHERE n >= 0") == ROWS // 100 + ROWS + 1
    assert took < BACK_WITHIN
    office.ask("INSERT INTO kept (n) VALUES (-2)")


@pytest.mark.nightly
def test_rewound_to_the_second_before_a_mass_change(office: Office) -> None:
    office.ask("CREATE TABLE kept AS SELECT generate_series(1, 500) AS n, 'right'::text AS word")
    office.copy_base()
    office.ask("UPDATE kept SET word = 'also right' WHERE n = 7")
    before = str(office.ask("SELECT clock_timestamp()"))
    time.sleep(1.1)
    office.ask("UPDATE kept SET word = 'wrong'")
    office.ask("SELECT pg_switch_wal()")
    office.ask("CHECKPOINT")
    assert eventually(lambda: len([one for one in office.store.iterdir() if len(one.name) == 24]) >= 2)
    office.lose_the_disk()
    office.restore(before)
    assert office.ask("SELECT count(*) FROM kept WHERE word = 'right'") == 499
    assert office.ask("SELECT word FROM kept WHERE n = 7") == "also right"


@pytest.mark.nightly
def test_an_archive_that_is_away_is_told_and_the_log_is_kept(
    office: Office, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    away = office.store.with_name("away")
    office.store.rename(away)
    office.ask("CREATE TABLE more AS SELECT generate_series(1, 1000) AS n")
    wal = office.ask("SELECT pg_walfile_name(pg_switch_wal())")
    assert eventually(lambda: office.ask("SELECT failed_count FROM pg_stat_archiver") > 0, 90)
    assert (office.server.place.data / "pg_wal" / wal).exists(), "kept until it is archived"
    with db.database(bring_up=False):
        assert health.run(Namespace(backups=None, url=None, json=tmp_path / "health.json")) == 1
    found = {one["name"]: one["well"] for one in json.loads((tmp_path / "health.json").read_text())["findings"]}
    assert found["database"] is True
    assert found["archive"] is False
    assert "PERIKSA / CHECK" in capsys.readouterr().out
    away.rename(office.store)
    office.server.start()  # health was the last one out
    assert eventually((office.store / wal).exists), "archived as soon as the target is back"


def test_what_health_says_of_archive_and_daily_checks() -> None:
    assert health.archiver(("off", None, None, 0, -1.0, -1.0)).well is None
    assert health.archiver(("on", "00A", None, 0, -1.0, 12.0)).well is True
    assert health.archiver(("on", "00A", "00B", 3, 5.0, 70.0)).well is False
    assert health.archiver(("on", "00B", "00B", 3, 70.0, 5.0)).well is True, "it came back"
    assert health.archiver(("on", None, "00A", 1, 5.0, -1.0)).well is False
    assert health.daily(today(), today()).well is True
    assert health.daily(today() - timedelta(days=1), today()).well is True
    assert health.daily(today() - timedelta(days=2), today()).well is False, "the worker stands still"
    assert health.daily(None, None).well is False


def test_health_finds_a_flipped_byte_an_old_backup_and_none(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    assert health._backups(folder).well is False
    (data / "files").mkdir()
    (data / "files" / "photo").write_bytes(b"picture")
    with db.database(bring_up=False) as here:
        archive.write(here, folder / "one.tar", data=data, files=data / "files", keys=False)
    assert health._backups(folder).well is True
    assert health._backups(folder, now=lambda: time.time() + 27 * 3600).well is False
    content = bytearray((folder / "one.tar").read_bytes())
    content[content.index(b"picture")] ^= 1
    (folder / "one.tar").write_bytes(content)
    assert health._backups(folder).well is False


def test_health_of_a_stopped_database_is_told_and_starts_nothing(data: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "berdaya.cli", "health", "--url", "http://127.0.0.1:9/"], capture_output=True, text=True,
        check=False, cwd="/", env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2] / "src")},
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "tidak berjalan / is not running" in done.stdout
    assert done.stdout.count("PERIKSA / CHECK") >= 2
    assert not place(data).data.exists()


def test_without_the_key_no_number_and_with_the_envelope_every_number(tmp_path: Path) -> None:
    """The escrow procedure of the guide: secrets.toml out of its envelope, laid into the new data folder."""
    first, second, strange = (tmp_path / name for name in ("first", "second", "strange"))
    for folder in (first, second, strange):
        folder.mkdir()
    sealed = ring_of(first).seal("3512044107809001", context=b"nik")
    with pytest.raises(SealBrokenError):
        ring_of(strange).open(sealed, context=b"nik")
    assert b"3512044107809001" not in sealed
    shutil.copy(first / secrets_file.NAME, second / secrets_file.NAME)
    assert ring_of(second).open(sealed, context=b"nik") == "3512044107809001"


def ring_of(folder: Path) -> KeyRing:
    environment = secrets_file.ensure(folder).environment()
    keys = [part.partition(":") for part in environment["BERDAYA_KEYS"].split(",")]
    ring = [Key(int(number), base64.b64decode(key)) for number, _, key in keys]
    return KeyRing(ring, base64.b64decode(environment["BERDAYA_INDEX_KEY"]))
