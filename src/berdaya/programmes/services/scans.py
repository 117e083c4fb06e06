"""The signed paper beside its letter (pindaian bertanda tangan)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.audit.services import record
from berdaya.documents.models import Document
from berdaya.files.services import store_file
from berdaya.files.types import FileDraft
from berdaya.kernel.bulk import fetch
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.programmes.models import SignedScan

MAX_BYTES = 20 * 1024 * 1024
_KINDS = (
    (b"%PDF-", "application/pdf", "pdf"),
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"\x89PNG\r\n", "image/png", "png"),
)


@dataclass(frozen=True, slots=True)
class PublicScan:
    """A signed paper that the office keeps: the day of the signature and the hash of its file."""

    signed_on: date
    sha256: str


def public_scans(token: str) -> tuple[PublicScan, ...]:
    """The signed papers kept beside the letter of a QR code; open to everybody, nothing of their content."""
    rows = fetch("SELECT signed_on, sha256 FROM programmes_scans(%s)", [token])
    return tuple(PublicScan(signed_on, sha256) for signed_on, sha256 in rows)


@transaction.atomic
def keep_scan(*, actor: Actor, document_id: UUID, content: bytes, signed_on: date) -> str:
    """Keep the scan of a signed letter; answers the SHA-256 (hex) of the file. The same file again changes nothing.

    PDF, JPEG or PNG up to 20 MB, told by their first bytes. Raises ``not_found``, ``outside_scope``, ``scan_bad``,
    ``files.too_large``.
    """
    require(actor, "document.issue")
    document = Document.objects.filter(pk=document_id).first()
    if document is None:
        raise Problem("not_found")
    if document.office_id != actor.office:
        raise Problem("outside_scope")
    kind = next(((media, ending) for mark, media, ending in _KINDS if content.startswith(mark)), None)
    if kind is None:
        raise Problem("scan_bad")
    if len(content) > MAX_BYTES:
        raise Problem("files.too_large", size=len(content), limit=MAX_BYTES)
    sha256 = hashlib.sha256(content).hexdigest()
    if SignedScan.objects.filter(document=document, sha256=sha256).exists():
        return sha256
    file = store_file(
        actor=actor,
        draft=FileDraft(
            content,
            kind[0],
            f"{document.kind}-{sha256[:12]}.{kind[1]}",
            "signed_scan",
            document.area,
            document.office_id,
        ),
    )
    SignedScan.objects.create(
        id=new_id(),
        document=document,
        area=document.area,
        office_id=document.office_id,
        file_id=file,
        sha256=sha256,
        signed_on=signed_on,
        uploaded_by=actor.account_id or 0,
    )
    record(
        actor=actor, name="document.scan_kept", subject_kind="document", subject_id=document.pk, area=document.area,
        sha256=sha256,
    )  # fmt: skip
    return sha256
