"""A backup restores into an empty installation, and one flipped byte is found first."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from berdaya.config import archive
from berdaya.config import database as db
from berdaya.config.server import place
from berdaya.kernel.problems import Problem
from tests.integration.test_config_database import VARIABLES
from tests.integration.test_config_server import _clear


@pytest.fixture
def backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An archive of one table with two rows, one file and the keys."""
    for name in VARIABLES:
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    data = tmp_path / "first"
    monkeypatch.setenv("BERDAYA_DATA", str(data))
    (data / "files" / "ab").mkdir(parents=True)
    (data / "files" / "ab" / "photo").write_bytes(b"picture")
    with db.database(bring_up=False) as here:
        with psycopg.connect(here.owner) as connection:
            connection.execute("SET ROLE berdaya_owner")
            connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 2) AS n")
            connection.execute("GRANT SELECT ON kept TO berdaya_app")
        archive.write(here, tmp_path / "backup.tar", data=data, files=data / "files", keys=True)
    monkeypatch.setenv("BERDAYA_DATA", str(tmp_path / "second"))
    yield tmp_path / "backup.tar"
    for name in ("first", "second"):
        _clear(place(tmp_path / name))


def test_restores_rows_grants_files_and_keys(backup: Path, tmp_path: Path) -> None:
    data = tmp_path / "second"
    assert archive.restore_keys(backup, data)
    with db.database(bring_up=False) as here:
        archive.restore(here, backup, data=data, files=data / "files")
        with psycopg.connect(here.app) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (2,)
        with psycopg.connect(here.owner) as connection:
            owner = connection.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'kept'").fetchone()
        assert owner == ("berdaya_owner",)
        with pytest.raises(Problem) as caught:
            archive.restore(here, backup, data=data, files=data / "files")
        assert caught.value.code == "backup.not_empty"
    assert (data / "files" / "ab" / "photo").read_bytes() == b"picture"
    assert (data / "secrets.toml").read_bytes() == (tmp_path / "first" / "secrets.toml").read_bytes()
    assert (data / "secrets.toml").stat().st_mode & 0o077 == 0
    assert not archive.restore_keys(backup, data), "keys that are there are never replaced"


def test_is_readable_by_its_owner_alone(backup: Path) -> None:
    assert backup.stat().st_mode & 0o077 == 0
    assert archive.verify(backup).keys() == {"database.dump", "files/ab/photo", "secrets.toml"}
    assert [path.name for path in backup.parent.iterdir() if path.name.startswith(".backup")] == []


def test_a_flipped_byte_is_found(backup: Path) -> None:
    content = bytearray(backup.read_bytes())
    at = content.index(b"picture")
    content[at] ^= 1
    backup.write_bytes(content)
    with pytest.raises(Problem) as caught:
        archive.verify(backup)
    assert caught.value.code == "backup.damaged"
    assert caught.value.params["member"] == "files/ab/photo"


def test_a_missing_member_is_found(backup: Path, tmp_path: Path) -> None:
    with tarfile.open(backup) as whole, tarfile.open(tmp_path / "less.tar", "w") as less:
        for member in whole:
            if member.name != "files/ab/photo":
                less.addfile(member, whole.extractfile(member))
    with pytest.raises(Problem) as caught:
        archive.verify(tmp_path / "less.tar")
    assert caught.value.params["member"] == "files/ab/photo"


@pytest.mark.parametrize("content", [b"", b"no archive", b"\0" * 4096])
def test_what_is_no_backup_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.tar").write_bytes(content)
    with pytest.raises(Problem) as caught:
        archive.verify(tmp_path / "x.tar")
    assert caught.value.code == "backup.damaged"
