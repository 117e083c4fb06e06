"""BAST: the letters of handovers, from what was recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction

from berdaya.areas.codes import Level, ancestor
from berdaya.areas.selectors import paths
from berdaya.documents.services import issue_documents_many
from berdaya.documents.types import DocumentDraft, DocumentInfo, HandoverBody, HandoverItem, Signatory
from berdaya.documents.wording import HANDOVER_TERMS, long_date
from berdaya.enterprises.catalogue import catalogue
from berdaya.files.models import StoredFile
from berdaya.files.selectors import content_of
from berdaya.grants import rules
from berdaya.grants.lines import kind_of, name_of, started_kinds
from berdaya.grants.models import Handover, HandoverLine, Piece
from berdaya.grants.selectors import FUNDED
from berdaya.grants.types import Condition, Funding, Manner, ProofKind
from berdaya.groups.models import Membership, Officer
from berdaya.kernel.bulk import fetch
from berdaya.kernel.ids import stable_id
from berdaya.kernel.scope import Actor
from berdaya.programmes.models import Programme
from berdaya.programmes.services.setup import open_programme

OFFICER = {"ketua": "Ketua", "sekretaris": "Sekretaris", "bendahara": "Bendahara"}


@transaction.atomic
def issue_handover_letters(
    *,
    actor: Actor,
    programme_id: UUID,
    signer: Signatory,
    handovers: Sequence[UUID] | None = None,
    processes: int | None = None,
) -> list[DocumentInfo]:
    """A BAST for each handover of the programme (or of those given), printed in one file per kabupaten and 150 letters.

    Letters that exist are answered as they are. Raises `not_allowed`, `not_found`, and what issuing raises.
    """
    programme, _, _ = open_programme(actor, programme_id, "document.issue")
    rows = Handover.objects.filter(decree_line__decree__programme=programme)
    if handovers is not None:
        rows = rows.filter(id__in=handovers)
    related = (
        "decree_line__decree", "decree_line__candidate__group", "decree_line__candidate__person",
        "decree_line__candidate__household",
    )  # fmt: skip
    found = list(rows.prefetch_related(*related, "lines__item").order_by("area", "number"))
    return issue_documents_many(actor=actor, drafts=list(_drafts(programme, signer, found)), processes=processes)


def _drafts(programme: Programme, signer: Signatory, handovers: Sequence[Handover]) -> Iterator[DocumentDraft]:
    places = paths([row.area for row in handovers], short=True)
    regencies = paths({ancestor(row.area, Level.REGENCY) for row in handovers}, short=True)
    groups = {row.decree_line.group_id for row in handovers if row.decree_line.group_id}
    sizes, officers = _groups(groups)
    started, proofs = started_kinds(programme.id), _Proofs(handovers)
    for row in handovers:
        group = row.decree_line.group_id
        members = sizes.get(group, 0) if group else 0
        regency = regencies[ancestor(row.area, Level.REGENCY)]
        yield DocumentDraft(
            id=stable_id("handover-letter", row.id),
            title=f"BAST {row.number}",
            body=replace(
                _body(
                    programme,
                    signer,
                    row,
                    place=places[row.area],
                    kind_code=kind_of(row.decree_line, started),
                    members=members,
                    officers=officers,
                ),
                items=tuple(_item(part, proofs.tags) for part in sorted(row.lines.all(), key=_number)),
                **proofs.of(row),
            ),
            signer=signer,
            occurred_on=row.occurred_on,
            area=row.area,
            office=row.office_id,
            number=row.number,
            batch=f"BAST {programme.name}, {regency}",
            synthetic=programme.synthetic,
            programme_code=programme.code,
            subject_kind="handover",
            subject_id=row.id,
        )


def _number(part: HandoverLine) -> int:
    return part.item.number


def _item(part: HandoverLine, tags: Mapping[UUID, tuple[str, ...]]) -> HandoverItem:
    return HandoverItem(
        name=part.item.name,
        spec=part.item.specification,
        quantity=part.quantity,
        unit=part.item.unit,
        unit_value=part.unit_value_idr,
        condition=part.condition,
        tags=tags.get(part.pk, ()),
    )


class _Proofs:
    """What proves the handovers, each table read once: serial numbers, sources of money, time, place, signatures."""

    def __init__(self, handovers: Sequence[Handover]) -> None:
        lines = [part for row in handovers for part in row.lines.all()]
        pieces = {piece for part in lines for piece in part.pieces}
        known = dict(Piece.objects.filter(id__in=pieces).values_list("id", "tag")) if pieces else {}
        self.tags = {
            part.pk: tuple(known[piece] for piece in part.pieces if piece in known) for part in lines if part.pieces
        }
        paid = fetch(FUNDED, {"ids": [row.pk for row in handovers]}) if handovers else ()
        self.paid: dict[UUID, list[str]] = {}
        for key, source, activity, _ in paid:
            self.paid.setdefault(key, []).append(Funding(source, activity, 0).name)
        drawn = {key for row in handovers for key in (row.signature_id, row.giver_signature_id,
                                                      row.witness_signature_id) if key}  # fmt: skip
        self.files = StoredFile.objects.in_bulk(drawn) if drawn else {}

    def of(self, row: Handover) -> dict[str, Any]:
        """The fields of the letter's body that stand on what was kept at the handover."""
        return {
            "funding": "; ".join(self.paid.get(row.pk, ())),
            "record": tuple(_recorded(row)),
            "signature": self._drawn(row.signature_id),
            "giver_signature": self._drawn(row.giver_signature_id),
            "witness_signature": self._drawn(row.witness_signature_id),
            "witness_name": row.witness,
        }

    def _drawn(self, key: UUID | None) -> str:
        file = self.files.get(key) if key else None
        content = content_of(file) if file is not None else None
        return content.decode() if content else ""


def _recorded(row: Handover) -> Iterator[str]:
    """Time by the clock of the device, position, and what stands for a signature on this paper."""
    if row.device_at is not None:
        zone, name = rules.zone_of(row.area)
        yield f"pukul {row.device_at.astimezone(zone):%H.%M} {name}"
    if row.at_lat is not None and row.at_lon is not None:
        yield f"pada posisi {row.at_lat:.5f}, {row.at_lon:.5f}"
    if row.manner == Manner.HOME:
        yield "diserahkan di rumah penerima"
    if row.proof == ProofKind.THUMB:
        yield f"dibubuhi cap jempol disaksikan {row.witness}"
    if row.proof == ProofKind.SCAN:
        yield "lembar bertanda tangan tersimpan sebagai pindaian"


def _groups(groups: set[UUID]) -> tuple[dict[UUID, int], dict[tuple[UUID, str], str]]:
    """Members of each group, and the post of each officer by group and name."""
    sizes: dict[UUID, int] = {}
    for group in Membership.objects.filter(group_id__in=groups, left_on=None).values_list("group_id", flat=True):
        sizes[group] = sizes.get(group, 0) + 1
    rows = Officer.objects.filter(group_id__in=groups, until=None)
    named = rows.values_list("group_id", "membership__person__name", "position")
    return sizes, {(group, name): OFFICER.get(post, post) for group, name, post in named}


def _body(
    programme: Programme,
    signer: Signatory,
    row: Handover,
    *,
    place: str,
    kind_code: str,
    members: int,
    officers: Mapping[tuple[UUID, str], str],
) -> HandoverBody:
    line = row.decree_line
    candidate = line.candidate
    kind = catalogue().kinds.get(kind_code)
    facts = [("Nama", row.received_by)]
    if candidate.group is not None:
        post = officers.get((candidate.group.id, row.received_by), "Yang mewakili kelompok")
        facts += [("Jabatan", post), ("Kelompok", name_of(line))]
        address = candidate.group.address
    else:
        if row.received_by != name_of(line):
            facts.append(("Mewakili", name_of(line)))
        address = candidate.household.address if candidate.household is not None else ""
    facts.append(("Alamat", ", ".join(part for part in (address, place) if part)))
    if kind is not None:
        facts.append(("Jenis usaha", kind.id))
    giver = [("Nama", signer.name), ("NIP", signer.nip), ("Jabatan", f"{signer.capacity} {signer.position}".strip())]
    decreed = f"Keputusan Nomor {line.decree.number} tanggal {long_date(line.decree.decreed_on)}"
    return HandoverBody(
        about=f"Barang bantuan {programme.name} Tahun {programme.year}",
        place=row.place,
        giver=tuple((label, text) for label, text in giver if text),
        receiver=tuple(facts),
        receiver_name=row.received_by,
        receiver_title="Yang menerima,",
        basis=f"{decreed}, Lampiran nomor urut {line.number}",
        items=(),
        terms=HANDOVER_TERMS,
        members=members,
        shortfalls=(row.note,) if row.note and row.condition != Condition.GOOD else (),
    )
