"""Full disks: of the files, and of the database itself. As root on a small memory disk, else as the system says it."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.test import override_settings

from berdaya.config import secrets_file
from berdaya.config.server import Server, place
from berdaya.files import services, store
from berdaya.files.models import StoredFile
from berdaya.files.types import FileDraft
from berdaya.kernel.away import database_away
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from tests.integration.test_attack_recovery import Office
from tests.integration.test_config_server import _clear
from tests.patience import eventually

ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
AREA = 3512072001


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Callable[[Path, str], Path]]:
    """Lay a memory disk of a size over a folder; taken away at the end."""
    laid: list[Path] = []

    def lay(folder: Path, size: str) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=False)
        if done.returncode:
            pytest.skip("mounting is not allowed here")
        laid.append(folder)
        return folder

    yield lay
    for folder in reversed(laid):
        subprocess.run(["umount", "-l", str(folder)], check=False)


def draft(content: bytes, office: int) -> FileDraft:
    return FileDraft(
        content=content, media_type="image/jpeg", name="foto.jpg", area=AREA, office=office, purpose="visit"
    )


@pytest.mark.django_db
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_leaves_neither_row_nor_part_and_heals(
    code: int, make_actor: Callable[..., Actor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ani = make_actor("operator")
    assert ani.office is not None

    def full(handle: int) -> None:
        raise OSError(code, os.strerror(code))

    with override_settings(BERDAYA_FILES=tmp_path), scoped(ani):
        with monkeypatch.context() as patch:
            patch.setattr(store.os, "fsync", full)
            with pytest.raises(Problem) as caught:
                services.store_file(actor=ani, draft=draft(b"one", ani.office))
        assert caught.value.code == "files.disk_full"
        assert not StoredFile.objects.exists()
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
        services.store_file(actor=ani, draft=draft(b"one", ani.office))
        assert StoredFile.objects.count() == 1


@ROOT
@pytest.mark.django_db
def test_a_small_disk_takes_what_fits_and_goes_on_when_there_is_room(
    make_actor: Callable[..., Actor], tmp_path: Path, small: Callable[[Path, str], Path]
) -> None:
    ani, disk = make_actor("operator"), small(tmp_path / "files", "200k")
    assert ani.office is not None
    with override_settings(BERDAYA_FILES=disk), scoped(ani):
        kept = store_until_full(ani, ani.office)
        assert 1 <= kept == StoredFile.objects.count()
        names = {path.name for path in disk.rglob("*") if path.is_file()}
        assert names == {bytes(sha).hex() for sha in StoredFile.objects.values_list("sha256", flat=True)}
        subprocess.run(["mount", "-o", "remount,size=2m", str(disk)], check=True)
        services.store_file(actor=ani, draft=draft(b"again" * 4_000, ani.office))


def store_until_full(actor: Actor, office: int) -> int:
    for number in range(40):
        try:
            services.store_file(actor=actor, draft=draft(bytes([number]) * 20_000, office))
        except Problem as problem:
            if problem.code != "files.disk_full":
                raise
            return number
    raise AssertionError("never full")


@ROOT
@pytest.mark.nightly
def test_a_full_database_keeps_what_it_acknowledged(tmp_path: Path, small: Callable[[Path, str], Path]) -> None:
    data = tmp_path / "data"
    data.mkdir()
    home = small(place(data).home, "190m")
    office = Office(data, secrets_file.ensure(data).admin_password)
    try:
        office.server.start()
        office.ask("CREATE TABLE kept (n int PRIMARY KEY, body text)")
        filler = home / "filler"
        free = os.statvfs(home).f_bavail * os.statvfs(home).f_frsize
        filler.write_bytes(b"\0" * max(free - 12 * 1024**2, 0))
        kept, error = fill(office)
        assert kept > 50
        assert database_away(error) is not None, repr(error)
        filler.unlink()
        office.server.start()
        assert eventually(lambda: rows_of(office) >= kept, 60)
        office.ask("INSERT INTO kept VALUES (-1, 'again')")
    finally:
        Server(place(data), admin_password="").stop()
        subprocess.run(["umount", "-l", str(home)], check=False)
        _clear(place(data))


def rows_of(office: Office) -> int:
    """-1 while the server mends itself: a disk that fills under its log makes it start again."""
    try:
        return int(office.ask("SELECT count(*) FROM kept"))
    except psycopg.OperationalError as error:
        if database_away(error) is None:
            raise
        return -1


def fill(office: Office) -> tuple[int, psycopg.Error]:
    """Rows acknowledged one by one until the server refuses, and how it refused."""
    with office.connect() as connection:
        for number in range(100_000):
            try:
                connection.execute("INSERT INTO kept VALUES (%s, (SELECT string_agg(md5(random()::text), '')"
                                   " FROM generate_series(1, 400)))", [number])  # fmt: skip
            except psycopg.Error as error:
                return number, error
    raise AssertionError("never full")
