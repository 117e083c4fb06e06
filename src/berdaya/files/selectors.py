"""Opening files: only those whose row the scope shows."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from berdaya.files import store
from berdaya.files.models import StoredFile
from berdaya.files.types import FileInfo
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor


def file_info(*, actor: Actor, file: UUID) -> FileInfo:  # noqa: ARG001
    """What a face needs to serve a file. Raises `not_found` outside the scope, `files.missing` if the disk lost it."""
    row = StoredFile.objects.filter(id=file).first()
    if row is None:
        raise Problem("not_found")
    sha256 = bytes(row.sha256)
    path = store.path_of(sha256)
    content = None if path.is_file() else store.get(sha256)
    if content is None and not path.is_file():
        raise Problem("files.missing", name=row.name)
    return FileInfo(row.id, row.name, row.media_type, row.size, sha256.hex(), path, content, row.purpose)


def content_of(file: StoredFile) -> bytes | None:
    """The content of a row that the scope showed, from disk or bucket; None where the store lost it."""
    sha256 = bytes(file.sha256)
    path = store.path_of(sha256)
    return path.read_bytes() if path.is_file() else store.get(sha256)


def known_files(*, actor: Actor, files: Iterable[UUID]) -> set[UUID]:  # noqa: ARG001
    """Those of the files that the actor's scope shows."""
    return set(StoredFile.objects.filter(id__in=list(files)).values_list("id", flat=True))
