"""The store on disk: contents under their SHA-256, written once, whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from berdaya.kernel.problems import Problem

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def path_of(sha256: bytes) -> Path:
    """Where a content lies: two levels of folders, so that none grows beyond some thousands of names."""
    name = sha256.hex()
    root: Path = settings.BERDAYA_FILES
    return root / name[:2] / name[2:4] / name


def put(content: bytes) -> bytes:
    """Write the content and return its SHA-256; a content that is there already is not written again.

    Temporary file, fsync, rename, fsync of the folder: after a crash the content is whole or absent.
    Raises `files.disk_full`.
    """
    sha256 = hashlib.sha256(content).digest()
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


def contents() -> Iterator[Path]:
    """Every file in the store, unfinished ones included."""
    root: Path = settings.BERDAYA_FILES
    return (path for path in root.glob("??/??/*") if path.is_file())
