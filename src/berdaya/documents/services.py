"""Issuing letters: numbered without gaps, frozen, rendered, stored; then the row, so no letter is without its file."""

from __future__ import annotations

import os
import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from berdaya.access.models import Office
from berdaya.access.permissions import require
from berdaya.areas.codes import Level, ancestor, level_of
from berdaya.audit import services as audit
from berdaya.documents import rules
from berdaya.documents.models import Document, DocumentSeries
from berdaya.documents.models import Signatory as SignatoryRow
from berdaya.documents.render import LetterFile, batches, render_many
from berdaya.documents.selectors import info_of
from berdaya.documents.types import (
    Capacity,
    DocumentDraft,
    DocumentInfo,
    LetterFrame,
    Letterhead,
    LetterKind,
    Paper,
    RenderedFile,
    Signatory,
)
from berdaya.files import services as files
from berdaya.files.types import FileDraft
from berdaya.kernel.bulk import create
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor

DEFAULT_PATTERN = "{seq:03}/{code}/{roman}/{year}"
LETTER_CODES = {
    LetterKind.DECREE: "SK",
    LetterKind.HANDOVER: "BAST",
    LetterKind.STATEMENT: "BK",
    LetterKind.REPORT: "LAP",
    LetterKind.CERTIFICATE: "SERT",
    LetterKind.MINUTES: "BA",
    LetterKind.NOTICE: "S",
    LetterKind.INVITATION: "UND",
}
PROCESSES = 4
TOKEN_BYTES = 18


@dataclass
class _Batch:
    """Letters that go into one file, in order."""

    area: int
    office: int
    drafts: list[DocumentDraft]
    letters: list[dict[str, Any]] = field(default_factory=list)


def next_numbers(*, actor: Actor, office: int, kind: LetterKind, days: Sequence[date]) -> list[str]:  # noqa: ARG001
    """The next numbers of the office's series for letters of these days; gapless within office, kind and year.

    The series stays locked until the transaction ends, so a rolled-back letter leaves no gap.
    Raises `not_found`, `documents.bad_pattern`.
    """
    found = Office.objects.filter(id=office).first()
    if found is None:
        raise Problem("not_found")
    pattern = str(found.letterhead.get("numbers", {}).get(kind.value) or DEFAULT_PATTERN)
    last: dict[int, DocumentSeries] = {}
    for year in sorted({day.year for day in days}):
        DocumentSeries.objects.bulk_create(
            [DocumentSeries(area=found.area, office=found, kind=kind, year=year)], ignore_conflicts=True
        )
        last[year] = DocumentSeries.objects.select_for_update().get(office=found, kind=kind, year=year)
    numbers = []
    for day in days:
        series = last[day.year]
        series.last += 1
        numbers.append(_number(pattern, series.last, kind, day))
    DocumentSeries.objects.bulk_update(last.values(), ["last"])
    return numbers


def _number(pattern: str, seq: int, kind: LetterKind, day: date) -> str:
    if "{seq" not in pattern:
        raise Problem("documents.bad_pattern", pattern=pattern)
    try:
        return rules.letter_number(pattern, seq=seq, code=LETTER_CODES[kind], occurred_on=day)
    except (KeyError, IndexError, ValueError, AttributeError) as error:
        raise Problem("documents.bad_pattern", pattern=pattern) from error


def issue_document(*, actor: Actor, draft: DocumentDraft) -> DocumentInfo:
    """One letter, as :func:`issue_documents_many`."""
    return issue_documents_many(actor=actor, drafts=[draft])[0]


def issue_documents_many(
    *, actor: Actor, drafts: Sequence[DocumentDraft], processes: int | None = None
) -> list[DocumentInfo]:
    """Number, freeze, render, store and record letters; answers them in the order given.

    Ids that exist are answered as they are. Files are cut by `batch` and kabupaten, never by the number of processes,
    so their content does not depend on the machine. Raises `not_allowed`, `not_found`, `outside_scope`,
    `documents.number_taken`, `documents.bad_pattern`, `files.disk_full`.
    """
    require(actor, "document.issue")
    with transaction.atomic():
        known = set(Document.objects.filter(id__in=[draft.id for draft in drafts]).values_list("id", flat=True))
        fresh = [draft for draft in drafts if draft.id not in known]
        if not all(actor.covers(draft.area) for draft in fresh):
            raise Problem("outside_scope")
        offices = Office.objects.in_bulk({draft.office for draft in fresh})
        if len(offices) != len({draft.office for draft in fresh}):
            raise Problem("not_found")
        made = list(_batches(actor, fresh))
        jobs = _jobs(made, offices, _numbers(actor, fresh))
        count = processes if processes is not None else min(PROCESSES, os.cpu_count() or 1)
        for batch, rendered in zip(made, render_many(jobs, processes=count), strict=True):
            _record(actor, batch, rendered)
        ids = [draft.id for draft in drafts]
        rows = {row.id: row for row in Document.objects.defer("data").filter(id__in=ids)}
    return [info_of(rows[key]) for key in ids]


def _jobs(made: Sequence[_Batch], offices: Mapping[int, Office], numbers: Mapping[UUID, str]) -> Iterator[LetterFile]:
    """Freezes batch by batch, while the batches before are being rendered."""
    for batch in made:
        batch.letters = [_freeze(draft, offices[draft.office], numbers[draft.id]) for draft in batch.drafts]
        yield LetterFile(_file_title(batch), batch.letters[0]["head"]["office"], tuple(batch.letters))


def _freeze(draft: DocumentDraft, office: Office, number: str) -> dict[str, Any]:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    frame = LetterFrame(
        head=letterhead(office),
        signer=draft.signer,
        number=number,
        date=draft.occurred_on,
        token=token,
        verify_url=f"{settings.BERDAYA_PUBLIC_URL.rstrip('/')}/dok/{token}/",
        paper=Paper(office.paper),
        demo=settings.DEMO or draft.synthetic,
        copies=draft.copies,
    )
    return rules.freeze(frame, draft.body)


def letterhead(office: Office) -> Letterhead:
    """Kop surat from the office's `letterhead` (lines, address, contact); the office's name where it is empty."""
    facts = office.letterhead
    lines = [str(line) for line in facts.get("lines", [])] or rules.head_lines(office.name)
    return Letterhead(
        government=lines[0] if len(lines) > 1 else "",
        office=lines[-1],
        address=str(facts.get("address", "")),
        contact=str(facts.get("contact", "")),
    )


def _numbers(actor: Actor, drafts: Sequence[DocumentDraft]) -> dict[UUID, str]:
    numbers = {draft.id: draft.number for draft in drafts if draft.number}
    series: dict[tuple[int, LetterKind], list[DocumentDraft]] = defaultdict(list)
    for draft in drafts:
        kind = rules.KIND_OF_BODY[type(draft.body)]
        if not draft.number:
            series[draft.office, kind].append(draft)
    given = Document.objects.filter(number__in=numbers.values(), office_id__in={draft.office for draft in drafts})
    taken_numbers = set(given.values_list("office_id", "kind", "number"))
    for draft in drafts:
        if (draft.office, rules.KIND_OF_BODY[type(draft.body)].value, draft.number) in taken_numbers:
            raise Problem("documents.number_taken", number=draft.number)
    for (office, kind), rows in sorted(series.items()):
        taken = next_numbers(actor=actor, office=office, kind=kind, days=[row.occurred_on for row in rows])
        numbers.update((row.id, number) for row, number in zip(rows, taken, strict=True))
    return numbers


def _batches(actor: Actor, drafts: Sequence[DocumentDraft]) -> Iterator[_Batch]:
    groups: dict[tuple[object, ...], list[DocumentDraft]] = defaultdict(list)
    for draft in drafts:
        if draft.batch:
            groups[draft.office, _file_area(actor, draft.area), draft.batch].append(draft)
        else:
            groups[draft.office, draft.area, draft.id].append(draft)
    for (office, area, _), members in groups.items():
        for part in batches(members):
            yield _Batch(int(str(area)), int(str(office)), list(part))


def _file_area(actor: Actor, area: int) -> int:
    """The kabupaten that a shared file belongs to, or the widest part of it that the actor may write."""
    for level in (Level.REGENCY, Level.DISTRICT):
        if level_of(area) > level and actor.covers(ancestor(area, level)):
            return ancestor(area, level)
    return area


def _file_title(batch: _Batch) -> str:
    first = batch.drafts[0]
    return first.title if len(batch.drafts) == 1 else f"{first.batch} ({len(batch.drafts)} surat)"


def _record(actor: Actor, batch: _Batch, rendered: RenderedFile) -> None:
    title = _file_title(batch)
    file = files.store_file(
        actor=actor,
        draft=FileDraft(rendered.pdf, "application/pdf", f"{title}.pdf", "document", batch.area, batch.office),
    )
    rows = []
    for draft, letter in zip(batch.drafts, batch.letters, strict=True):
        pages = rendered.pages[letter["token"]]
        rows.append(
            Document(
                id=draft.id,
                area=draft.area,
                office_id=draft.office,
                kind=letter["kind"],
                number=letter["number"],
                title=draft.title[:240],
                occurred_on=draft.occurred_on,
                token=letter["token"],
                data=letter,
                data_sha256=bytes.fromhex(rules.digest(letter)),
                file_id=file,
                first_page=pages.first,
                last_page=pages.last,
                programme_code=draft.programme_code,
                subject_kind=draft.subject_kind,
                subject_id=draft.subject_id,
            )
        )
    create(rows)
    audit.record(
        actor=actor,
        name="documents.issued",
        subject_kind="file",
        subject_id=file,
        area=batch.area,
        office=batch.office,
        kind=batch.letters[0]["kind"],
        count=len(rows),
    )


def register_signatory(
    *, actor: Actor, office: int, signer: Signatory, valid_from: date, valid_until: date | None = None
) -> UUID:
    """Who signs for the office from a day on; who signed before stays on record for the days before.

    Raises `not_allowed`, `not_found` for another office, `documents.signatory_days`.
    """
    require(actor, "office.manage")
    found = Office.objects.filter(id=office).first()
    if found is None or found.pk != actor.office:
        raise Problem("not_found")
    if valid_until is not None and valid_until < valid_from:
        raise Problem("documents.signatory_days", since=valid_from)
    row = SignatoryRow.objects.create(
        area=found.area,
        office=found,
        name=signer.name,
        nip=signer.nip,
        rank=signer.rank,
        position=signer.position,
        capacity=signer.capacity,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    audit.record(actor=actor, name="documents.signatory_registered", subject_kind="signatory", subject_id=row.id)
    return row.id


@transaction.atomic
def end_signatory(*, actor: Actor, signatory_id: UUID, last_day: date) -> None:
    """The last day on which somebody signs; letters of before keep the signature.

    Raises `not_allowed`, `not_found`, `documents.signatory_days`.
    """
    require(actor, "office.manage")
    row = SignatoryRow.objects.select_for_update().filter(pk=signatory_id, office_id=actor.office or 0).first()
    if row is None:
        raise Problem("not_found")
    if last_day < row.valid_from:
        raise Problem("documents.signatory_days", since=row.valid_from)
    row.valid_until = last_day
    row.save(update_fields=["valid_until"])
    audit.record(actor=actor, name="documents.signatory_ended", subject_kind="signatory", subject_id=row.id)


def signatory_on(*, actor: Actor, office: int, day: date) -> Signatory:  # noqa: ARG001
    """Who signs for the office on a day, the latest registered first. Raises `documents.no_signatory`."""
    rows = SignatoryRow.objects.select_related("office").filter(office_id=office, valid_from__lte=day)
    for row in rows.order_by("-valid_from", "-recorded_at"):
        if row.valid_until is None or row.valid_until >= day:
            return Signatory(
                name=row.name,
                position=row.position,
                city=str(row.office.letterhead.get("city", "")),
                nip=row.nip,
                rank=row.rank,
                capacity=Capacity(row.capacity),
                on_behalf_of=row.position if row.capacity == Capacity.ON_BEHALF else "",
            )
    raise Problem("documents.no_signatory", day=day)
