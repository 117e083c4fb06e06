"""The rows of accepted handovers: BAST, lines from their lots, and the rupiah of each source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from berdaya.audit import services as audit
from berdaya.documents.services import next_numbers
from berdaya.documents.types import LetterKind
from berdaya.grants import rules
from berdaya.grants.shelves import Taken
from berdaya.grants.types import HandoverRow, PackageInfo, PackageItemInfo
from berdaya.kernel.bulk import insert
from berdaya.kernel.ids import stable_id
from berdaya.kernel.scope import Actor
from berdaya.programmes.models import DecreeLine, Programme
from berdaya.programmes.types import ProgrammeConfig

FUNDING: dict[str, str] = {
    "id": "uuid", "area": "bigint", "office_id": "bigint", "decree_line_id": "uuid", "subject_kind": "text",
    "subject_id": "uuid", "source": "text", "activity": "text", "amount_idr": "bigint",
}  # fmt: skip
HANDOVER: dict[str, str] = {
    "id": "uuid", "area": "bigint", "office_id": "bigint", "decree_line_id": "uuid", "package_id": "uuid",
    "number": "text", "occurred_on": "date", "place": "text", "received_by": "text", "condition": "text",
    "value_idr": "bigint", "note": "text", "account_id": "bigint", "receiver": "text", "proxy_id": "uuid",
    "manner": "text", "proof": "text", "witness": "text", "signature_id": "uuid", "giver_signature_id": "uuid",
    "witness_signature_id": "uuid", "scan_id": "uuid", "photo_id": "uuid", "at_lat": "double precision",
    "at_lon": "double precision", "device_at": "timestamptz", "day_id": "uuid",
}  # fmt: skip
LINE: dict[str, str] = {
    "id": "uuid", "area": "bigint", "office_id": "bigint", "handover_id": "uuid", "item_id": "uuid",
    "quantity": "integer", "unit_value_idr": "bigint", "amount_idr": "bigint", "condition": "text", "lot_id": "uuid",
    "store_id": "uuid", "pieces": "uuid[]", "photo_id": "uuid",
}  # fmt: skip


@dataclass(frozen=True)
class Accepted:
    """A row that may be written: its decree line, its package, what is taken from where, its BAST number."""

    row: HandoverRow
    line: DecreeLine
    package: PackageInfo
    taken: Sequence[tuple[PackageItemInfo, Taken]]
    number: str = ""

    @property
    def value_idr(self) -> int:
        return sum(part.quantity * part.price for _, part in self.taken)


def write(actor: Actor, programme: Programme, config: ProgrammeConfig, accepted: Sequence[Accepted]) -> None:
    """Number and write them; the database weighs lines, stock and decree at once."""
    days = [item.row.occurred_on for item in accepted]
    numbers = next_numbers(actor=actor, office=programme.office_id, kind=LetterKind.HANDOVER, days=days)
    numbered = [replace(item, number=number) for item, number in zip(accepted, numbers, strict=True)]
    insert("grants_handover", HANDOVER, (_handover(actor, item) for item in numbered))
    insert("grants_handoverline", LINE, (line for item in numbered for line in _lines(item)))
    insert("grants_fundingshare", FUNDING, (share for item in numbered for share in _shares(config, item)))
    audit.record(
        actor=actor,
        name="grants.handed_over",
        subject_kind="programme",
        subject_id=programme.id,
        area=programme.area,
        office=programme.office_id,
        count=len(numbered),
        amount=sum(item.value_idr for item in numbered),
    )


def write_funding(rows: Iterable[tuple[Any, ...]]) -> None:
    """Shares of sources; those that are known stay."""
    insert("grants_fundingshare", FUNDING, rows, skip_known=True)


def _handover(actor: Actor, item: Accepted) -> tuple[Any, ...]:
    row, line, proof = item.row, item.line, item.row.proof
    return (
        row.id, line.area, line.office_id, line.id, item.package.id, item.number, row.occurred_on, row.place,
        row.received_by, str(row.condition), item.value_idr, row.note, actor.account_id, str(row.receiver), row.proxy,
        str(row.manner), str(proof.kind), proof.witness, proof.signature, proof.giver_signature,
        proof.witness_signature, proof.scan, proof.photo, proof.lat, proof.lon, proof.device_at, row.day,
    )  # fmt: skip


def _numbered(item: Accepted) -> Iterator[tuple[UUID, PackageItemInfo, Taken]]:
    seen: dict[int, int] = {}
    for thing, part in item.taken:
        seen[thing.number] = seen.get(thing.number, 0) + 1
        yield line_id(item.row.id, thing.number, seen[thing.number]), thing, part


def _lines(item: Accepted) -> Iterator[tuple[Any, ...]]:
    exceptions = dict(item.row.exceptions)
    for key, thing, part in _numbered(item):
        condition = rules.item_condition(item.row.condition, exceptions, thing.number)
        yield (
            key, item.line.area, item.line.office_id, item.row.id, thing.id, part.quantity, part.price,
            part.quantity * part.price, str(condition), part.lot, part.store, list(part.pieces),
            item.row.photos.get(thing.number),
        )  # fmt: skip


def line_id(handover: UUID, number: int, part: int = 1) -> UUID:
    """The line of an item in a handover; a second lot of the same item has a line of its own."""
    return stable_id("handover-line", handover, number, *([part] if part > 1 else []))


def _shares(config: ProgrammeConfig, item: Accepted) -> Iterator[tuple[Any, ...]]:
    for key, _, part in _numbered(item):
        yield from funding_rows(config, item.line, "line", key, part.quantity * part.price)


def funding_rows(
    config: ProgrammeConfig, line: DecreeLine, subject_kind: str, subject: UUID, amount: int
) -> Iterator[tuple[Any, ...]]:
    """One row per source with a part of the amount; a programme without `funding` has one source named by its year.

    What comes back (a negative amount) is split as what went out was.
    """
    sources = [(item.source, item.activity, item.share) for item in config.programme.funding]
    if not sources:
        sources = [(f"Anggaran {config.programme.year}", "", 1.0)]
    sign = -1 if amount < 0 else 1
    parts = rules.split_by_shares(abs(amount), [share for _, _, share in sources])
    for (source, activity, _), part in zip(sources, parts, strict=True):
        if part:
            yield (
                stable_id("funding", subject, source, activity), line.area, line.office_id, line.id, subject_kind,
                subject, source, activity, sign * part,
            )  # fmt: skip
