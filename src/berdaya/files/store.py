"""The store: contents under their SHA-256, written once, whole or not at all; on disk, or in a bucket of any S3."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from berdaya.files.s3 import Bucket, bucket_of
from berdaya.kernel.problems import Problem

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def path_of(sha256: bytes) -> Path:
    """Where a content lies: two levels of folders, so that none grows beyond some thousands of names."""
    name = sha256.hex()
    root: Path = settings.BERDAYA_FILES
    return root / name[:2] / name[2:4] / name


def _bucket() -> Bucket | None:
    address = str(getattr(settings, "BERDAYA_S3", "") or "")
    return bucket_of(address) if address else None


def put(content: bytes) -> bytes:
    """Write the content and return its SHA-256; a content that is there already is not written again.

    On disk: temporary file, fsync, rename, fsync of the folder, so that after a crash the content is whole or absent.
    A bucket takes an object whole or not at all. Raises `files.disk_full`, `files.store_away`.
    """
    sha256 = hashlib.sha256(content).digest()
    hold(sha256)
    bucket = _bucket()
    if bucket is not None:
        if not bucket.has(sha256.hex()):
            bucket.put(sha256.hex(), content)
        return sha256
    target = path_of(sha256)
    if target.exists():
        return sha256
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(target, content)
    except OSError as error:
        if error.errno in FULL:
            raise Problem("files.disk_full") from error
        raise
    return sha256


def hold(sha256: bytes, *, alone: bool = False) -> None:
    """Keep the sweeper away from a content until the transaction ends, which names it; the sweeper holds it ``alone``.

    Outside a transaction nothing is held: then only the age of the content protects it.
    """
    if not connection.in_atomic_block:
        return
    which = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {which}(%s)", [int.from_bytes(sha256[:8], "big", signed=True)])


def _write(target: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=".part-", dir=target.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        part.chmod(0o640)
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def get(sha256: bytes) -> bytes | None:
    """The content of a bucket, or None where it is not there (or there is no bucket).

    Raises `files.store_away`; a content that does not match its hash counts as lost.
    """
    bucket = _bucket()
    content = bucket.get(sha256.hex()) if bucket is not None else None
    return content if content is not None and hashlib.sha256(content).digest() == sha256 else None


def contents() -> Iterator[tuple[str, float]]:
    """Name and time of change (seconds since 1970) of everything in the store, unfinished files included."""
    bucket = _bucket()
    if bucket is not None:
        yield from bucket.names()
        return
    root: Path = settings.BERDAYA_FILES
    for path in root.glob("??/??/*"):
        if path.is_file():
            yield path.name, path.stat().st_mtime


def remove(name: str) -> None:
    """Take a content away by its name as :func:`contents` gave it."""
    bucket = _bucket()
    if bucket is not None:
        bucket.remove(name)
        return
    root: Path = settings.BERDAYA_FILES
    for path in root.glob(f"??/??/{name}"):
        path.unlink(missing_ok=True)
