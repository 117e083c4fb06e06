"""Finding and opening letters, and the public's question whether one is genuine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from berdaya.documents.models import Document, Signatory
from berdaya.documents.render import SEPARATOR, LetterFile, render
from berdaya.documents.types import DocumentInfo, LetterKind, PublicDocument, SignerRow
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor


def info_of(row: Document) -> DocumentInfo:
    """A letter's row without its frozen data."""
    return DocumentInfo(
        id=row.id,
        kind=LetterKind(row.kind),
        number=row.number,
        title=row.title,
        occurred_on=row.occurred_on,
        token=row.token,
        area=row.area,
        office=row.office_id,
        programme_code=row.programme_code,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        file=row.file_id,
        first_page=row.first_page,
        last_page=row.last_page,
        data_sha256=bytes(row.data_sha256).hex(),
    )


def signatories(*, actor: Actor) -> list[SignerRow]:
    """Everybody who signs or signed for the actor's office, the latest first. One query."""
    rows = Signatory.objects.filter(office_id=actor.office or 0).order_by("-valid_from", "-recorded_at")
    return [
        SignerRow(row.id, row.name, row.nip, row.rank, row.position, row.capacity, row.valid_from, row.valid_until)
        for row in rows
    ]


def documents(
    *,
    actor: Actor,  # noqa: ARG001
    programme_code: str = "",
    kind: LetterKind | None = None,
    subjects: Sequence[UUID] | None = None,
    limit: int = 200,
    offset: int = 0,
) -> list[DocumentInfo]:
    """Letters in the scope, newest first; narrowed by programme, kind and subjects where given."""
    rows = Document.objects.defer("data")
    if programme_code:
        rows = rows.filter(programme_code=programme_code)
    if kind is not None:
        rows = rows.filter(kind=kind)
    if subjects is not None:
        rows = rows.filter(subject_id__in=subjects)
    return [info_of(row) for row in rows.order_by("-occurred_on", "-number", "id")[offset : offset + limit]]


def document_pdf(*, actor: Actor, document: UUID) -> tuple[DocumentInfo, bytes]:  # noqa: ARG001
    """One letter as its own PDF, set anew from its frozen data (equal data gives equal bytes).

    A shared file is never opened for it: its other letters may lie outside the reader's scope. Raises `not_found`.
    """
    row = Document.objects.filter(id=document).first()
    if row is None:
        raise Problem("not_found")
    rendered = render(LetterFile(row.title, row.data["head"]["office"], (row.data,)))
    return info_of(row), rendered.pdf


def printed(*, actor: Actor, runs: Sequence[tuple[str, str, Sequence[UUID]]], title: str) -> bytes:  # noqa: ARG001
    """Letters for the printer in one file: for each run (heading, text, letters in order) a sheet, then its letters.

    They are set anew from their frozen data. Raises `not_found` where the scope does not show one of them, or none
    are asked for.
    """
    wanted = [key for _, _, keys in runs for key in keys]
    rows = Document.objects.in_bulk(wanted)
    if not wanted or len(rows) < len(set(wanted)):
        raise Problem("not_found")
    letters: list[dict[str, Any]] = []
    for number, (heading, text, keys) in enumerate(runs, start=1):
        first = rows[keys[0]].data
        sheet = {
            "kind": SEPARATOR, "token": f"sheet-{number}", "title": heading, "text": text, "verify_url": "",
            "footer": title, **{name: first[name] for name in ("paper", "demo", "date")},
        }  # fmt: skip
        letters += [sheet, *(rows[key].data for key in keys)]
    return render(LetterFile(title, letters[1]["head"]["office"], tuple(letters))).pdf


def verify(*, actor: Actor, token: str) -> PublicDocument | None:  # noqa: ARG001
    """What stands behind a QR code, or None: not issued here. Open to everybody, without personal data."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM documents_verify(%s)", [token])
        row = cursor.fetchone()
    if row is None:
        return None
    return PublicDocument(LetterKind(row[0]), row[1], row[2], row[3], row[4], row[5])
