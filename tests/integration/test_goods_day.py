"""A morning of handovers: called, screened, served card by card, or written on a phone and sent at night."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from pypdf import PdfReader

from berdaya.devices.kinds import FieldRecord, Outcome, Result, kind_of
from berdaya.devices.packs import PackRow
from berdaya.devices.packs import kind_of as pack_kind
from berdaya.documents.models import Document
from berdaya.files.models import StoredFile
from berdaya.files.selectors import file_info
from berdaya.files.services import store_photo
from berdaya.files.types import FileDraft
from berdaya.grants import queue, services
from berdaya.grants.days import NewDay, SlotInfo, SlotState
from berdaya.grants.models import Handover, HandoverDay, HandoverLine, HandoverPhoto, HandoverSlot
from berdaya.grants.types import Condition, HandoverRow
from berdaya.kernel import clock
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.process.field.records_handover import HandoverBody, attach
from berdaya.process.letters import print_day
from berdaya.programmes.models import DecreeLine
from berdaya.tasks.models import Task
from tests.unit.test_files_images import photo as picture

from . import programmes_world as world
from .goods_stock import HANDED, TODAY, Stocked

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 10, 31, 1, 0, tzinfo=UTC)
STROKES = [[[100.0, 200.0], [180.0, 120.0], [260.0, 220.0]]]
Make = Callable[..., Actor]


@pytest.fixture(autouse=True)
def _fixed(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.BERDAYA_FILES = tmp_path / "files"
    monkeypatch.setattr(clock, "now", lambda: MORNING)
    with clock.frozen(TODAY):
        yield


@pytest.fixture
def office(make_actor: Make) -> Stocked:
    made = Stocked(make_actor("operator"), make_actor("head"))
    made.stock_all()
    return made


def called(office: Stocked, *, issued: bool = True, **more: Any) -> UUID:
    day = NewDay(new_id(), office.programme, "Kantor Camat", TODAY, 3512000000, office.store, **more)
    with scoped(office.actor):
        services.plan_day(actor=office.actor, day=day)
        if issued:
            services.issue_day(actor=office.actor, day_id=day.id)
    return day.id


def queue_of(office: Stocked, day: UUID) -> dict[str, SlotInfo]:
    with scoped(office.actor):
        return {slot.ref: slot for slot in queue.slots(actor=office.actor, day_id=day)}


def serve(office: Stocked, slot: SlotInfo, who: Actor | None = None, key: UUID | None = None) -> Any:
    row = HandoverRow(key or new_id(), "", TODAY, "", Condition.GOOD, slot.name)
    with scoped(who or office.actor) as actor:
        return services.serve_slot(actor=actor, slot_id=slot.id, row=row)


def record(slot: SlotInfo, day: UUID, key: UUID | None = None, **body: Any) -> FieldRecord:
    facts = {
        "day": day, "slot": slot.id, "on": TODAY, "received_by": slot.name,
        "proof": {"kind": "signature", "strokes": STROKES}, **body,
    }  # fmt: skip
    at = MORNING + timedelta(hours=2)
    return FieldRecord(key or new_id(), "handover", 1, 1, HandoverBody.model_validate(facts), at, at)


def sync(office: Stocked, *records: FieldRecord, who: Actor | None = None) -> list[Result]:
    kind = kind_of("handover")
    assert kind is not None
    with scoped(who or office.actor) as actor:
        results = kind.apply(actor, records)
    return [results[one.id] for one in records]


def test_a_card_is_found_by_scan_queue_number_and_decree_line(office: Stocked) -> None:
    day = called(office)
    slots = queue_of(office, day)
    assert [slot.number for slot in slots.values()] == [1, 2, 3]
    assert len({slot.card for slot in slots.values()}) == 3
    with scoped(office.actor) as actor:
        for slot in slots.values():
            for code in (
                slot.card,
                f"https://contoh.go.id/kartu/{slot.card}/",
                str(slot.number),
                f"SK {slot.line_number}",
            ):
                assert queue.find_slot(actor=actor, day_id=day, code=code.rstrip("/")).id == slot.id
        with pytest.raises(Problem) as caught:
            queue.find_slot(actor=actor, day_id=day, code="<script>")
    assert caught.value.code == "grants.card_unknown"


def test_a_day_serves_each_once_and_counts(office: Stocked) -> None:
    day = called(office)
    slots, key = queue_of(office, day), new_id()
    assert serve(office, slots["1"], key=key).problem is None
    serve(office, slots["1"], key=key)
    with pytest.raises(Problem) as caught:
        serve(office, slots["1"])
    assert caught.value.code == "grants.already_handed_over"
    with scoped(office.actor) as actor:
        services.mark_absent(actor=actor, slot_id=slots["3"].id)
        info = queue.day(actor=actor, day_id=day)
    assert (info.called, info.served, info.absent, info.waiting) == (3, 1, 1, 1)
    assert queue_of(office, day)["1"].state is SlotState.SERVED
    assert Handover.objects.count() == 1


def test_a_pack_is_screened_when_issued_and_lives_a_day(office: Stocked, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = called(office, issued=False)
    slot = queue_of(office, waiting)["1"]
    with pytest.raises(Problem) as caught:
        serve(office, slot)
    assert caught.value.code == "grants.not_issued"
    world.listed("civil_servant", nik="nikk1")
    with scoped(office.actor) as actor:
        assert services.issue_day(actor=actor, day_id=waiting) == {"2": "civil_servant"}
    with pytest.raises(Problem) as caught:
        serve(office, queue_of(office, waiting)["2"])
    assert caught.value.code == "grants.excluded_now"
    assert Task.objects.filter(kind="handover.held").count() == 1
    monkeypatch.setattr(clock, "now", lambda: MORNING + timedelta(hours=24))
    with pytest.raises(Problem) as caught:
        serve(office, slot)
    assert caught.value.code == "grants.pack_expired"


def test_a_list_that_names_her_later_stops_the_desk_and_opens_a_case_at_sync(office: Stocked) -> None:
    day = called(office)
    slots = queue_of(office, day)
    world.listed("civil_servant", nik="nikk0")
    with pytest.raises(Problem) as caught:
        serve(office, slots["1"])
    assert caught.value.code == "grants.excluded_now"
    assert Handover.objects.count() == 0
    (result,) = sync(office, record(slots["1"], day))
    assert result.outcome is Outcome.NEW
    assert Handover.objects.count() == 1
    case = Task.objects.get(kind="handover.late_hit")
    assert (case.owner_role, case.params["reason"]) == ("supervisor", "civil_servant")


def test_retries_replays_and_second_phones_hand_nothing_over_twice(office: Stocked) -> None:
    day = called(office)
    slots = queue_of(office, day)
    one = record(slots["1"], day)
    assert sync(office, one)[0].outcome is Outcome.NEW
    assert sync(office, one)[0].outcome is Outcome.IDENTICAL
    changed = record(slots["1"], day, one.id, received_by="Orang lain")
    other = record(slots["1"], day)
    assert [(r.outcome, r.code) for r in sync(office, changed, other)] == [
        (Outcome.CONFLICT, "ledger.conflict"), (Outcome.CONFLICT, "grants.already_handed_over"),
    ]  # fmt: skip
    assert Handover.objects.count() == 1
    assert Task.objects.filter(kind="handover.conflict").count() == 2


def test_what_the_phone_can_mend_is_invalid_and_leaves_nothing(office: Stocked) -> None:
    day = called(office)
    slots = queue_of(office, day)
    proofs = (
        {"kind": "signature", "strokes": []},
        {"kind": "signature", "strokes": [[[5, 5]]]},
        {"kind": "thumb", "witness": ""},
    )
    for proof in proofs:
        (result,) = sync(office, record(slots["1"], day, proof=proof))
        assert result.outcome is Outcome.INVALID, proof
        assert result.code in {"grants.no_signature", "files.empty_signature"}
    assert sync(office, record(slots["1"], day, items={"9": 1}))[0].code == "grants.no_such_item"
    assert Handover.objects.count() == StoredFile.objects.count() == 0
    thumb = {"kind": "thumb", "witness": "Kepala Dusun"}
    assert sync(office, record(slots["1"], day, proof=thumb))[0].outcome is Outcome.NEW


def test_a_replaced_line_and_another_office_get_nothing_through_sync_or_sql(office: Stocked, make_actor: Make) -> None:
    day = called(office)
    slots = queue_of(office, day)
    DecreeLine.objects.filter(pk=slots["2"].decree_line).update(replaced_on=HANDED)
    (result,) = sync(office, record(slots["2"], day))
    assert (result.outcome, result.code) == (Outcome.CONFLICT, "grants.not_in_decree")
    stranger = make_actor("operator", office="diskop-situbondo")
    assert sync(office, record(slots["1"], day), who=stranger)[0].code == "not_yours"
    with pytest.raises(Problem):
        serve(office, slots["1"], who=make_actor("mentor", kind="subject"))
    with pytest.raises(DatabaseError), transaction.atomic(), scoped(office.actor), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO grants_handover (id, area, office_id, decree_line_id, package_id, number, occurred_on, place,"
            " received_by, condition, value_idr, note, account_id) SELECT gen_random_uuid(), l.area, l.office_id, l.id,"
            " k.id, 'X', %s, 'x', 'x', 'good', 0, '', %s FROM programmes_decreeline l, grants_package k"
            " WHERE l.id = %s",
            [TODAY, office.actor.account_id, slots["2"].decree_line],
        )
    assert Handover.objects.count() == 0


def test_signature_and_photos_lie_with_the_handover(office: Stocked) -> None:
    day = called(office)
    slot = queue_of(office, day)["1"]
    one = record(slot, day, position={"lat": -7.7, "lon": 114.0})
    sync(office, one)
    row = Handover.objects.get()
    assert (row.proof, row.day_id, row.at_lat) == ("signature", day, -7.7)
    with scoped(office.actor) as actor:
        signature = file_info(actor=actor, file=row.signature_id or new_id())
        assert b"<polyline" in signature.open().read()
        draft = FileDraft(picture(), "image/jpeg", "a.jpg", "handover", row.area, row.office_id)
        file = store_photo(actor=actor, draft=draft)
        attach(actor, one.id, "item_2", file)
        attach(actor, one.id, "item_2", file)
    shown = HandoverPhoto.objects.get()
    assert (shown.shows, shown.item_number) == ("goods", 2)
    assert HandoverLine.objects.filter(handover=row).count() == 3


def test_the_pack_tells_what_is_due_and_nothing_personal(office: Stocked) -> None:
    day = called(office)
    office_actor = office.actor
    pack = pack_kind("handover_day")
    assert pack is not None
    with scoped(office_actor) as actor:
        (offer,) = pack.offers(actor, TODAY)
        rows = list(pack.fill(actor, day, TODAY))
    assert offer.subject == day
    stores: dict[str, list[PackRow]] = {}
    for row in rows:
        stores.setdefault(row.store, []).append(row)
    assert {name: len(found) for name, found in stores.items()} == {
        "handover_day": 1, "handover_slot": 3, "handover_item": 9, "handover_stock": 3,
    }  # fmt: skip
    assert {row.body["due"] for row in stores["handover_item"]} == {1, 2, 30}
    assert not {"nik", "kk", "birth_date"} & {key for row in rows for key in row.body}
    HandoverDay.objects.update(expires_at=MORNING)
    with scoped(office_actor) as actor:
        assert pack.offers(actor, TODAY) == []
        with pytest.raises(Problem):
            list(pack.fill(actor, day, TODAY))


def test_a_mentor_stores_photos_and_sees_her_own_only(office: Stocked, make_actor: Make) -> None:
    home = office.homes[0][0]
    siti = make_actor("mentor", kind="subject", households=(home.pk,))
    budi = make_actor("mentor", kind="subject")
    far = make_actor("mentor", kind="subject", area=3511000000, office="dinsos-bondowoso")
    draft = FileDraft(picture(), "image/jpeg", "kunjungan.jpg", "visit", home.area, office.actor.office or 0)
    with scoped(siti) as actor:
        file = store_photo(actor=actor, draft=draft)
        assert store_photo(actor=actor, draft=draft) == file
        assert file_info(actor=actor, file=file).size > 0
    with scoped(office.actor) as actor:
        assert file_info(actor=actor, file=file).media_type == "image/jpeg"
    for stranger in (budi, far):
        with pytest.raises(Problem), scoped(stranger) as actor:
            file_info(actor=actor, file=file)
    with pytest.raises((Problem, DatabaseError)), transaction.atomic(), scoped(far) as actor:
        store_photo(actor=actor, draft=draft)
    with scoped(budi) as actor:
        assert store_photo(actor=actor, draft=draft) != file
    assert HandoverSlot.objects.count() == 0


def test_letters_come_village_by_village_with_sheets_and_again_from_a_number(office: Stocked) -> None:
    day = called(office)
    slots = queue_of(office, day)
    for ref in ("3", "1", "2"):
        serve(office, slots[ref])
    with scoped(office.actor) as actor:
        whole = PdfReader(io.BytesIO(print_day(actor=actor, day_id=day)))
        rest = PdfReader(io.BytesIO(print_day(actor=actor, day_id=day, start=3)))
        with pytest.raises(Problem):
            print_day(actor=actor, day_id=day, start=9)
    villages = len({slot.area for slot in slots.values()})
    assert len(whole.pages) == 3 + villages
    assert len(rest.pages) == 2
    texts = [page.extract_text() for page in whole.pages]
    assert "BAST, antrean 1" in texts[0].replace("\n", " ")
    order = [name for text in texts for name in ("Warga k1", "Warga k2", "Warga k3", "Warga k0") if name in text]
    assert order == [slot.name for slot in sorted(slots.values(), key=lambda slot: slot.number)]
    assert Document.objects.filter(kind="bast").count() == 3
