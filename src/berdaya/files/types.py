"""Files as others see them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
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


@dataclass(frozen=True, slots=True)
class FileInfo:
    """Berkas yang boleh dibuka; `path` lies in the store and is served by the face, never linked to."""

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    path: Path
