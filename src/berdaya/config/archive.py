"""Backups of one installation: the database, the files and, if asked, the keys, in one file that proves itself.

The archive is a tar with ``manifest.json`` first: version, time, and the SHA-256 of every member. One flipped byte is
found before anything is restored.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import psycopg
from psycopg.conninfo import conninfo_to_dict

from berdaya import __version__
from berdaya.config.database import Addresses
from berdaya.config.postgres_binaries import binaries
from berdaya.config.secrets_file import NAME as SECRETS_NAME
from berdaya.kernel.problems import Problem

MANIFEST, DUMP, FILES = "manifest.json", "database.dump", "files"
CHUNK = 1 << 20


def write(here: Addresses, target: Path, *, data: Path, files: Path, keys: bool) -> dict[str, str]:
    """Write the archive ``target``; returns its manifest's digests by member. The database is dumped before the files.

    A file is stored before the row that names it, so the files gathered later hold everything that the dump names.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder:
        dump = Path(folder) / DUMP
        _tool(here, "pg_dump", "--format=custom", "--role=berdaya_owner", f"--file={dump}")
        members = {DUMP: dump}
        members |= {f"{FILES}/{path.relative_to(files)}": path for path in sorted(files.rglob("*")) if path.is_file()}
        if keys and (data / SECRETS_NAME).exists():
            members[SECRETS_NAME] = data / SECRETS_NAME
        digests = {name: _digest(path) for name, path in members.items()}
        draft = Path(folder) / "archive"
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as stream, tarfile.open(fileobj=stream, mode="w") as archive:
            _add_text(archive, MANIFEST, json.dumps(_manifest(digests), indent=2))
            for name, path in members.items():
                archive.add(path, arcname=name, recursive=False)
        draft.replace(target)
    return digests


def verify(source: Path) -> dict[str, str]:
    """The digests of the archive; ``backup.damaged`` where a member is missing, changed or unannounced."""
    with _opened(source) as archive:
        manifest = _read_manifest(archive, source)
        found = {}
        for member in archive:
            stream = archive.extractfile(member) if member.isfile() else None
            if stream is not None and member.name != MANIFEST:
                found[member.name] = _digest_stream(stream)
    for name in sorted(manifest.keys() | found.keys()):
        if manifest.get(name) != found.get(name):
            raise Problem("backup.damaged", file=source, member=name)
    return manifest


def restore(here: Addresses, source: Path, *, data: Path, files: Path) -> None:
    """Fill the empty database and the files from ``source``. Keys in it are laid down where there are none."""
    verify(source)
    with psycopg.connect(here.owner) as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    if row and row[0]:
        raise Problem("backup.not_empty")
    with _opened(source) as archive, tempfile.TemporaryDirectory(prefix=".restore-", dir=data) as folder:
        archive.extractall(folder, filter="data")
        _tool(
            here, "pg_restore", "--role=berdaya_owner", "--no-owner", "--exit-on-error", "--single-transaction",
            "--dbname", str(conninfo_to_dict(here.owner)["dbname"]), str(Path(folder) / DUMP),
        )  # fmt: skip
        if (Path(folder) / FILES).exists():
            shutil.copytree(Path(folder) / FILES, files, dirs_exist_ok=True)


def restore_keys(source: Path, data: Path) -> bool:
    """Lay down the keys of ``source`` before a database is made; False where it has none or ``data`` has its own."""
    verify(source)
    if (data / SECRETS_NAME).exists():
        return False
    with _opened(source) as archive:
        if SECRETS_NAME not in archive.getnames():
            return False
        stream = archive.extractfile(SECRETS_NAME)
        content = stream.read() if stream else b""
    data.mkdir(parents=True, exist_ok=True)
    handle = os.open(data / SECRETS_NAME, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    return True


def _manifest(digests: dict[str, str]) -> dict[str, object]:
    # The wall clock, not the product's: a demo's fixed day says nothing about when a backup was taken.
    taken = datetime.now(UTC).isoformat(timespec="seconds")
    return {"berdaya": __version__, "taken": taken, "sha256": digests}


def _read_manifest(archive: tarfile.TarFile, source: Path) -> dict[str, str]:
    try:
        stream = archive.extractfile(MANIFEST)
        content = json.loads(stream.read()) if stream else {}
        return {str(name): str(digest) for name, digest in content["sha256"].items()}
    except (KeyError, ValueError, tarfile.TarError) as error:
        raise Problem("backup.damaged", file=source, member=MANIFEST) from error


@contextmanager
def _opened(source: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(source) as archive:
            yield archive
    except (tarfile.TarError, FileNotFoundError, EOFError) as error:
        raise Problem("backup.damaged", file=source, member="tar") from error


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    content = text.encode()
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return _digest_stream(stream)


def _digest_stream(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := stream.read(CHUNK):
        digest.update(block)
    return digest.hexdigest()


def _tool(here: Addresses, name: str, *arguments: str) -> None:
    """Run ``pg_dump`` or ``pg_restore``; the password goes by the environment, where other users cannot read it."""
    parts = conninfo_to_dict(here.owner)
    known = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    environment = {**os.environ, **{known[key]: str(value) for key, value in parts.items() if key in known}}
    # An office's own server is served by its own programs: a newer pg_restore may say what an older server rejects.
    own = shutil.which(name) if not here.admin else None
    done = subprocess.run(
        [own or str(binaries(None) / name), *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Problem("backup.failed", tool=name, reason=(done.stderr.strip().splitlines() or ["?"])[-1])
