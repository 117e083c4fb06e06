"""``health``: is all well, for an operator's monitoring; one line for each thing, exit status 1 where one is not."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg

from berdaya.cli.existing import write_json
from berdaya.config import archive
from berdaya.config.database import MAIN, Addresses, data_folder, database
from berdaya.config.server import place, running
from berdaya.kernel.clock import today
from berdaya.kernel.problems import Problem

HELP = "say whether database, archive, backups, disk and daily checks are well"
ILL = 1
FREE_BYTES, FREE_SHARE = 1 << 30, 0.05
BACKUP_HOURS = 26.0
WEB_SECONDS = 15.0


@dataclass(frozen=True)
class Finding:
    """One thing looked at. ``well`` is None where it cannot be known from here."""

    name: str
    well: bool | None
    told: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--backups", type=Path, metavar="FOLDER", help="where the archives of backup lie (*.tar)")
    parser.add_argument(
        "--url", help="an address of the web that must answer, for instance http://127.0.0.1:8000/masuk/"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was found there")


def run(options: argparse.Namespace) -> int:
    """Look at everything; whatever breaks while it is looked at is not well."""
    found = [*_database(), _disk(data_folder())]
    if options.backups:
        found.append(_backups(options.backups))
    if options.url:
        found.append(_web(options.url))
    for one in found:
        mark = "baik / well" if one.well else "–" if one.well is None else "PERIKSA / CHECK"
        sys.stdout.write(f"{one.name:14} {mark:16} {one.told}\n")
    if options.json:
        write_json(options.json, {"well": _all_well(found), "findings": [vars(one) for one in found]})
    return 0 if _all_well(found) else ILL


def _all_well(found: list[Finding]) -> bool:
    return all(one.well is not False for one in found)


def _database() -> Iterator[Finding]:
    if not _runs():
        yield Finding("database", False, "PostgreSQL tidak berjalan / is not running")
        return
    try:
        with database(MAIN, bring_up=False) as here:
            yield from _questions(here)
    except (Problem, psycopg.Error) as error:
        yield Finding("database", False, str(error).strip().splitlines()[0])


def _runs() -> bool:
    """Health looks and starts nothing: an embedded server that is down stays down."""
    given = os.environ.get("DATABASE_URL") or os.environ.get("BERDAYA_ADMIN_URL")
    return bool(given) or running(place(data_folder())) is not None


def _questions(here: Addresses) -> Iterator[Finding]:
    with psycopg.connect(here.owner or here.app, connect_timeout=5, autocommit=True) as connection:
        begun = time.perf_counter()
        connection.execute("SELECT 1")
        yield Finding("database", True, f"{(time.perf_counter() - begun) * 1000:.0f} ms")
        yield archiver(_row(connection, _ARCHIVER))
        if here.owner:
            with suppress(psycopg.errors.InvalidParameterValue, psycopg.errors.InsufficientPrivilege):
                connection.execute("SET ROLE berdaya_owner")
            try:
                yield daily(*_row(connection, _DAILY))
            except psycopg.errors.UndefinedTable:
                yield Finding("daily", False, "basis data belum disiapkan / the database is not set up")
        else:
            yield Finding("daily", None, "BERDAYA_OWNER_URL tidak ada / is not set")


_DAILY = """SELECT max("on") FILTER (WHERE problem = ''), max("on") FROM tasks_dailyrun"""
_ARCHIVER = """
    SELECT current_setting('archive_mode'), last_archived_wal, last_failed_wal, failed_count,
           coalesce(extract(epoch FROM now() - last_failed_time), -1)::float8,
           coalesce(extract(epoch FROM now() - last_archived_time), -1)::float8
    FROM pg_stat_archiver
"""


def _row(connection: psycopg.Connection[Any], query: str) -> tuple[Any, ...]:
    row = connection.execute(query.encode()).fetchone()
    return tuple(row) if row else ()


def archiver(row: tuple[Any, ...]) -> Finding:
    """Ill where the last attempt to archive the log failed; PostgreSQL keeps the log meanwhile and tries again."""
    mode, last, failed, count, failed_ago, archived_ago = row
    if mode == "off":
        return Finding("archive", None, "archive_mode = off")
    if failed_ago >= 0 and (archived_ago < 0 or failed_ago < archived_ago):
        return Finding("archive", False, f"{failed}: gagal / failed {count}x, {failed_ago:.0f} s")
    return Finding("archive", True, f"{last or '–'}, {max(archived_ago, 0):.0f} s")


def daily(done: date | None, tried: date | None) -> Finding:
    """Ill where the worker beside the web has not gone through a day's checks since the day before yesterday."""
    if done is None or done < today() - timedelta(days=1):
        return Finding("daily", False, f"terakhir / last: {done or tried or '–'}")
    return Finding("daily", True, str(done))


def _disk(folder: Path) -> Finding:
    usage = shutil.disk_usage(folder if folder.exists() else folder.parent)
    well = usage.free >= FREE_BYTES and usage.free >= usage.total * FREE_SHARE
    return Finding("disk", well, f"{folder}: {usage.free / 2**30:.1f} GiB / {usage.total / 2**30:.1f} GiB")


def _backups(folder: Path, *, now: Callable[[], float] = time.time) -> Finding:
    """The newest archive: young enough, and every digest in it right."""
    archives = sorted(folder.glob("*.tar"), key=lambda path: path.stat().st_mtime)
    if not archives:
        return Finding("backup", False, f"{folder}: tidak ada / none")
    newest = archives[-1]
    hours = (now() - newest.stat().st_mtime) / 3600
    try:
        members = len(archive.verify(newest))
    except Problem as problem:
        return Finding("backup", False, problem.text("id"))
    return Finding("backup", hours <= BACKUP_HOURS, f"{newest.name}: {hours:.1f} h, {members} bagian / members")


def _web(url: str) -> Finding:
    begun = time.perf_counter()
    try:
        with urllib.request.urlopen(url, timeout=WEB_SECONDS) as reply:  # noqa: S310  (the operator's own address)
            status = int(reply.status)
    except urllib.error.HTTPError as error:
        status = error.code
    except (OSError, ValueError) as error:
        return Finding("web", False, f"{url}: {error}")
    return Finding("web", status == 200, f"{url}: {status}, {(time.perf_counter() - begun) * 1000:.0f} ms")
