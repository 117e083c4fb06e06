"""The life of one decree line: planned, bought, handed over, confirmed, checked, sold or lost, with its pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, cast
from uuid import UUID

from berdaya.access.permissions import require
from berdaya.accountability.models import Lpj, SpotCheck, Statement
from berdaya.documents.models import Document
from berdaya.funds.books import KeepingRow, owed_by
from berdaya.grants import queue
from berdaya.grants.lines import name_of
from berdaya.grants.models import (
    Asset,
    AssetCheck,
    Confirmation,
    Entitlement,
    Handover,
    HandoverLine,
    HandoverPhoto,
    HandoverReturn,
    Lot,
    Piece,
    Proposal,
    Proxy,
)
from berdaya.grants.selectors import funding_of_line
from berdaya.grants.types import Funding
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.process.overview.common import places, staff_only
from berdaya.programmes.models import DecreeLine
from berdaya.tasks.models import Task


@dataclass(frozen=True, slots=True)
class Station:
    """One station of the life: ``reached`` of ``of`` (in rupiah), the newest day of it."""

    code: str
    reached: int
    of: int
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """One item: what is due, what came from where."""

    name: str
    specification: str
    unit: str
    planned: int
    handed: int
    value_idr: int
    supplier: str
    tags: tuple[str, ...]
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """One event: ``code`` names it, ``facts`` are its words, ``file`` a picture."""

    on: date
    code: str
    facts: dict[str, Any]
    method: Literal["asked", "seen", "document", ""] = ""
    handover: UUID | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that the reader may open."""

    file: UUID
    shows: str
    on: date
    name: str = ""


@dataclass(frozen=True, slots=True)
class LifeView:
    """Everything that one page tells about a decree line."""

    id: UUID
    recipient: str
    ref: str
    number: int
    area: str
    programme: str
    programme_code: str
    decree: str
    decreed_on: date
    replaced_on: date | None
    household: UUID | None
    group: UUID | None
    package: str
    planned_idr: int
    handed_idr: int
    confirmed: bool | None
    stations: tuple[Station, ...]
    things: tuple[Thing, ...]
    moments: tuple[Moment, ...]
    pictures: tuple[Picture, ...]
    funding: tuple[Funding, ...]
    documents: tuple[tuple[UUID, str], ...]
    tasks: tuple[Mapping[str, Any], ...]
    assets: tuple[tuple[UUID, str, str], ...] = ()
    """Durable things that the recipient has: id, name, last known state."""
    area_code: int = 0
    passing_on: tuple[KeepingRow, ...] = ()
    """Animals and goods of a fund in the recipient's care, and how many of them are still to be passed on."""


def life(*, actor: Actor, line_id: UUID) -> LifeView:
    """One decree line from the plan to what became of each thing. Raises `not_allowed`, `not_found`."""
    staff_only(actor)
    require(actor, "family.read")
    related = ("decree__programme", "candidate__person", "candidate__group")
    line = DecreeLine.objects.select_related(*related).filter(id=line_id).first()
    if line is None:
        raise Problem("not_found")
    facts = _Facts(actor, line)
    program = line.decree.programme
    return LifeView(
        id=line.pk,
        recipient=name_of(line),
        ref=line.candidate.ref,
        number=line.number,
        area=places([line.area]).get(line.area, ""),
        programme=program.name,
        programme_code=program.code,
        decree=line.decree.number,
        decreed_on=line.decree.decreed_on,
        replaced_on=line.replaced_on,
        household=line.household_id,
        group=line.group_id,
        package=facts.package.code if facts.package else "",
        planned_idr=facts.planned,
        handed_idr=facts.net,
        confirmed=facts.confirmed,
        stations=facts.stations(),
        things=facts.things(),
        moments=tuple(sorted(facts.moments(), key=lambda moment: moment.on)),
        pictures=facts.pictures(),
        funding=funding_of_line(actor=actor, decree_line=line.pk),
        documents=tuple(
            Document.objects.filter(subject_id__in=[row.pk for row in facts.handovers]).values_list("id", "title")
        ),
        tasks=facts.tasks(),
        assets=tuple((row.pk, row.name, row.state) for row in facts.assets),
        area_code=line.area,
        passing_on=tuple(owed_by(actor=actor, group=line.group_id, household=line.household_id)),
    )


class _Facts:
    """The rows of one line, each table read once."""

    def __init__(self, actor: Actor, line: DecreeLine) -> None:
        self.line = line
        self.package, _ = queue.due_of(actor=actor, decree_line=line.pk)
        self.planned = self.package.value_idr if self.package else 0
        self.handovers = list(
            Handover.objects.filter(decree_line=line).select_related("proxy").order_by("occurred_on", "number")
        )
        ids = [row.pk for row in self.handovers]
        rows = HandoverLine.objects.filter(handover_id__in=ids)
        self.lines = list(
            rows.select_related("item", "lot__purchase_line__purchase__supplier").order_by("item__number")
        )
        line_ids = [row.pk for row in self.lines]
        self.returns = list(HandoverReturn.objects.filter(line_id__in=line_ids).select_related("line__item"))
        # What came back whole is in store again, no thing of this recipient.
        kept = [row.pk for row in self.lines if row.returned < row.quantity]
        self.assets = list(Asset.objects.filter(line_id__in=kept).order_by("name", "id"))
        self.checks = list(AssetCheck.objects.filter(asset__in=[row.pk for row in self.assets]).select_related("asset"))
        self.tags: dict[UUID, list[str]] = {}
        for key, tag in Piece.objects.filter(line_id__in=line_ids).order_by("tag").values_list("line_id", "tag"):
            self.tags.setdefault(key or line.pk, []).append(tag)
        self.said = list(Confirmation.objects.filter(handover_id__in=ids).order_by("said_on", "recorded_at"))
        self.statements = list(
            Statement.objects.filter(handover_id__in=ids).select_related("person").order_by("said_on", "recorded_at")
        )
        self.proxies = list(Proxy.objects.filter(decree_line=line).order_by("made_on", "id"))
        self.spots = list(SpotCheck.objects.filter(handover_id__in=ids))
        self.lpj = Lpj.objects.filter(decree_line=line).first()
        self.net = sum((row.quantity - row.returned) * row.unit_value_idr for row in self.lines)
        latest: dict[object, bool] = {("", row.handover_id): row.complete for row in self.said}
        latest |= {(row.person_id, row.handover_id): row.complete for row in self.statements}
        self.confirmed = all(latest.values()) if latest else None

    def stations(self) -> tuple[Station, ...]:
        bought = sum((row.quantity - row.returned) * row.unit_value_idr for row in self.lines if row.lot_id)
        waiting = self._waiting_in_store()
        words = [row.said_on for row in self.said] + [row.said_on for row in self.statements]
        looked = [row.seen_on for row in self.checks] + [
            row.state_on for row in self.assets if row.state != "present" or row.evidence_id
        ]
        accepted = self.lpj is not None and self.lpj.state == "accepted"
        return (
            Station("planned", self.planned, self.planned, self.line.decree.decreed_on),
            Station("bought", bought + waiting, self.planned, self._lots()[0] if self._lots() else None),
            Station("handed", self.net, self.planned, self.handovers[-1].occurred_on if self.handovers else None),
            Station("confirmed", self.net if self.confirmed else 0, self.planned, max(words, default=None)),
            Station("checked", len({row.asset_id for row in self.checks}) if self.checks else len(looked),
                    len(self.assets), max(looked, default=None)),
            Station("accounted", self.net if accepted else 0, self.planned, self.lpj.decided_on if self.lpj else None),
        )  # fmt: skip

    def _lots(self) -> list[date]:
        return sorted(row.lot.delivered_on for row in self.lines if row.lot is not None)

    def _waiting_in_store(self) -> int:
        """Value of what is still due and lies in store, of the line's own items."""
        if self.package is None or self.net >= self.planned:
            return 0
        handed = dict(Entitlement.objects.filter(decree_line=self.line).values_list("item_id", "handed"))
        in_store = dict.fromkeys((item.id for item in self.package.items), 0)
        for item, count in Lot.objects.filter(purchase_line__item_id__in=list(in_store)).values_list(
            "purchase_line__item_id", "in_store"
        ):
            in_store[item] += count
        return sum(
            min(in_store[item.id], item.quantity - handed.get(item.id, 0)) * item.unit_price_idr
            for item in self.package.items
        )

    def things(self) -> tuple[Thing, ...]:
        found = []
        for item in self.package.items if self.package else ():
            mine = [row for row in self.lines if row.item_id == item.id]
            suppliers = {row.lot.purchase_line.purchase.supplier.name for row in mine if row.lot is not None}
            keys = {row.pk for row in mine}
            found.append(
                Thing(
                    name=item.name,
                    specification=item.specification,
                    unit=item.unit,
                    planned=item.quantity,
                    handed=sum(row.quantity - row.returned for row in mine),
                    value_idr=sum((row.quantity - row.returned) * row.unit_value_idr for row in mine),
                    supplier=", ".join(sorted(suppliers)),
                    tags=tuple(tag for key in keys for tag in self.tags.get(key, ())),
                    states=tuple(row.state for row in self.assets if row.line_id in keys),
                )
            )
        return tuple(found)

    def moments(self) -> list[Moment]:
        decree = self.line.decree
        found = [Moment(decree.decreed_on, "decreed", {"number": decree.number, "line": self.line.number}, "document")]
        for plan in Proposal.objects.filter(candidate=self.line.candidate_id):
            found.append(Moment(plan.made_on, "proposed", {"value": plan.value_idr}, "document"))
            if plan.approved_on:
                found.append(Moment(plan.approved_on, "proposal_approved", {"value": plan.value_idr}, "document"))
        for row in self.lines:
            if row.lot is not None:
                purchase = row.lot.purchase_line.purchase
                facts = {"item": row.item.name, "supplier": purchase.supplier.name, "number": purchase.number}
                found.append(Moment(row.lot.delivered_on, "delivered", facts, "document"))
        found += [
            Moment(proxy.made_on, "proxy", {"name": proxy.name, "why": proxy.why}, "seen") for proxy in self.proxies
        ]
        for handover in self.handovers:
            given: dict[str, Any] = {"number": handover.number, "by": handover.received_by, "value": handover.value_idr,
                     "place": handover.place, "proof": handover.proof, "receiver": handover.receiver}  # fmt: skip
            found.append(Moment(handover.occurred_on, "handed", given, "document", handover.pk))
        found += [
            Moment(row.occurred_on, "returned" if row.checked_by else "return_written",
                   {"item": row.line.item.name, "quantity": row.quantity, "reason": row.reason}, "document")
            for row in self.returns
        ]  # fmt: skip
        found += [
            Moment(said.said_on, "said", {"by": said.said_by, "complete": said.complete, "words": said.words}, "asked")
            for said in self.said
        ]
        found += [
            Moment(row.said_on, "said", {"by": row.person.name, "complete": row.complete, "words": row.words}, "asked")
            for row in self.statements
        ]
        found += [
            Moment(spot.checked_on, "spot", {"complete": spot.complete, "words": spot.words}, "seen")
            for spot in self.spots
            if spot.checked_on
        ]
        return found + self._later()

    def _later(self) -> list[Moment]:
        found = [
            Moment(check.seen_on, "checked", {"item": check.asset.name, "state": check.state, "minutes": check.minutes},
                   cast(Any, check.method))
            for check in self.checks
        ]  # fmt: skip
        known = {check.asset_id for check in self.checks}
        found += [
            Moment(asset.state_on, "checked", {"item": asset.name, "state": asset.state, "minutes": ""}, "seen")
            for asset in self.assets
            if asset.pk not in known and asset.evidence_id
        ]
        if self.lpj and self.lpj.submitted_on:
            found.append(Moment(self.lpj.submitted_on, "lpj", {"state": self.lpj.state}, "document"))
        if self.lpj and self.lpj.decided_on:
            found.append(Moment(self.lpj.decided_on, "lpj_decided", {"state": self.lpj.state}, "document"))
        if self.line.replaced_on:
            found.append(Moment(self.line.replaced_on, "replaced", {"reason": self.line.replaced_reason}, "document"))
        return found

    def pictures(self) -> tuple[Picture, ...]:
        """Goods and people first, signatures after them, then what was seen later."""
        days = {row.pk: row.occurred_on for row in self.handovers}
        names = {(row.handover_id, row.item.number): row.item.name for row in self.lines}
        photos = HandoverPhoto.objects.filter(handover_id__in=list(days)).order_by("item_number", "id")
        found = [Picture(row.photo_id, "receiver", row.occurred_on) for row in self.handovers if row.photo_id]
        found += [
            Picture(photo.file_id, photo.shows, days[photo.handover_id],
                    names.get((photo.handover_id, photo.item_number or 0), ""))
            for photo in photos
        ]  # fmt: skip
        goods = [row for row in self.lines if row.photo_id]
        found += [Picture(row.photo_id or row.pk, "goods", days[row.handover_id], row.item.name) for row in goods]
        for row in self.handovers:
            for file, shows in (
                (row.scan_id, "scan"), (row.signature_id, "signature"), (row.witness_signature_id, "witness"),
                (row.giver_signature_id, "giver"),
            ):  # fmt: skip
                if file:
                    found.append(Picture(file, shows, row.occurred_on))
        found += [Picture(row.photo_id, "proxy", row.made_on, row.name) for row in self.proxies]
        seen = [check for check in self.checks if check.photo_id]
        found += [Picture(row.photo_id or row.pk, "asset", row.seen_on, row.asset.name) for row in seen]
        found += [Picture(row.own_photo_id, "own", row.said_on) for row in self.statements if row.own_photo_id]
        lots = {row.lot.photo_id: row.lot.delivered_on for row in self.lines if row.lot and row.lot.photo_id}
        return (*found, *(Picture(file, "lot", on) for file, on in lots.items()))

    def tasks(self) -> tuple[Mapping[str, Any], ...]:
        rows = Task.objects.filter(state="open")
        if self.line.household_id:
            rows = rows.filter(household_id=self.line.household_id)
        elif self.line.group_id:
            rows = rows.filter(group_id=self.line.group_id)
        return tuple(rows.order_by("due_on", "id").values("id", "kind", "title", "params")[:10])
