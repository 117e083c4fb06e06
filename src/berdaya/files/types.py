"""Files as others see them."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import UUID


@dataclass(frozen=True, slots=True)
class FileDraft:
    """Berkas yang akan disimpan. `purpose` says what for ("document", "visit_photo"), and parts equal contents."""

    content: bytes
    media_type: str
    name: str
    purpose: str
    area: int
    office: int
    enterprise: UUID | None = None
    household: UUID | None = None
    group: UUID | None = None


@dataclass(frozen=True, slots=True)
class FileInfo:
    """Berkas yang boleh dibuka; faces read it through :meth:`open` and never link to where it lies.

    `path` is its place on disk; a store elsewhere (S3) gives its `content`.
    """

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    path: Path
    content: bytes | None = None
    purpose: str = ""

    def open(self) -> BinaryIO:
        """The content, for reading."""
        return self.path.open("rb") if self.content is None else io.BytesIO(self.content)
