"""The sweeper takes what nothing names and is old enough, and nothing that anybody is about to name."""

from __future__ import annotations

import os
import threading
import time
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from berdaya.files import services, store
from berdaya.files.models import StoredFile
from berdaya.files.types import FileDraft
from berdaya.kernel.scope import Actor, scoped
from berdaya.process import daily

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]
AREA = 3512040003
WEEK = 7 * 24 * 3600


def _orphan(content: bytes, *, age: float) -> str:
    sha256 = store.put(content)
    then = time.time() - age
    os.utime(store.path_of(sha256), (then, then))
    return sha256.hex()


def _names() -> set[str]:
    return {name for name, _ in store.contents()}


def test_the_daily_run_sweeps_once_for_the_whole_installation(operator: Actor) -> None:
    with scoped(operator) as who:
        services.store_file(
            actor=who, draft=FileDraft(b"isi", "text/plain", "a.txt", "test", AREA, operator.office or 0)
        )
        kept = StoredFile.objects.get().sha256.hex()
    os.utime(store.path_of(bytes.fromhex(kept)), (0, 0))
    old, young = _orphan(b"lama", age=WEEK + 60), _orphan(b"muda", age=WEEK - 60)
    ran = [ran for ran in daily.run_due(on=date(2025, 6, 20)) if ran.code == "files"]
    assert [(one.found, one.done, one.problem) for one in ran] == [(0, 1, "")]
    assert _names() == {kept, young}
    assert old not in _names()
    assert daily.run_due(on=date(2025, 6, 20)) == []


def test_the_command_tells_before_it_removes(operator: Actor, capsys: pytest.CaptureFixture[str]) -> None:
    old = _orphan(b"lama", age=2 * 3600)
    call_command("sweep_files", "--dry-run", "--older-than", "1")
    assert capsys.readouterr().out.splitlines()[0] == old
    assert _names() == {old}
    call_command("sweep_files")
    assert _names() == {old}, "younger than a day"
    call_command("sweep_files", "--older-than", "1")
    assert capsys.readouterr().out.splitlines()[-1].startswith("1 ")
    assert _names() == set()
    with pytest.raises(CommandError):
        call_command("sweep_files", "--older-than", "0")


def test_an_unfinished_file_of_a_crash_is_swept(operator: Actor) -> None:
    sha256 = store.put(b"utuh")
    part = store.path_of(sha256).parent / ".part-abc"
    part.write_bytes(b"separuh")
    os.utime(part, (0, 0))
    assert services.sweep_orphans() == 1
    assert _names() == {sha256.hex()}


def test_one_office_asks_for_hashes_and_learns_no_more(operator: Actor) -> None:
    sha256 = store.put(b"isi")
    with scoped(operator), connection.cursor() as cursor:
        cursor.execute("SELECT encode(h, 'hex') FROM files_unnamed(%s) AS h", [[sha256, b"x" * 32]])
        assert {row[0] for row in cursor.fetchall()} == {sha256.hex(), (b"x" * 32).hex()}


@pytest.mark.django_db(transaction=True)
def test_who_stores_the_same_content_again_while_it_is_swept_ends_with_a_file(operator: Actor) -> None:
    name = _orphan(b"diunggah lagi", age=WEEK)
    draft = FileDraft(b"diunggah lagi", "text/plain", "a.txt", "test", AREA, operator.office or 0)
    removed: list[int] = []

    def sweep() -> None:
        try:
            removed.append(services.sweep_orphans())
        finally:
            connection.close()

    with transaction.atomic(), scoped(operator) as who:
        services.store_file(actor=who, draft=draft)
        sweeper = threading.Thread(target=sweep)
        sweeper.start()
        # The sweeper stands in front of the content until this transaction ends.
        with connection.cursor() as cursor:
            while sweeper.is_alive():
                cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                if cursor.fetchone()[0]:
                    break
    sweeper.join()
    assert removed == [0]
    assert _names() == {name}
