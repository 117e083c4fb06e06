"""What must not happen, tried through every door: web, sync, API, SQL as the application; nothing is half-written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from berdaya.access.models import Account, Role
from berdaya.access.selectors import actor_for
from berdaya.devices.kinds import FieldRecord, Outcome, Result, kind_of
from berdaya.files.models import StoredFile
from berdaya.grants.models import Entitlement, Handover, HandoverLine, HandoverSlot, Lot, Piece, PurchaseLine
from berdaya.kernel.ids import new_id
from berdaya.kernel.scope import Actor, scoped
from berdaya.process.field.records_handover import HandoverBody
from berdaya.programmes.models import DecreeLine
from tests import api_world, web_world
from tests.unit.test_files_images import bomb
from tests.web_world import World

from .test_goods_pages import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day", "own_files")]
INK = [[[100.0, 200.0], [180.0, 120.0], [260.0, 220.0]]]
SIGNED = {"kind": "signature", "strokes": INK}


@pytest.fixture
def world() -> World:
    """A recipient whose goods are due again, called to a day whose pack is open."""
    made = web_world.build(2)
    Entitlement.objects.filter(decree_line=made.ids["decree_line"]).update(handed=0)
    return made


@pytest.fixture
def operator(world: World) -> Client:
    client = client_of(world, "operator")
    client.post(reverse("office:handover-day", args=[world.ids["handover_day"]]), {"tindakan": "terbit"})
    return client


def clerk(world: World) -> Actor:
    account = Account.objects.get(username="operator-barang")
    role = Role.objects.get(account=account)
    return actor_for(account.pk, name=account.name, role_id=role.pk)


def desk(world: World, client: Client, **more: Any) -> Any:
    slot = HandoverSlot.objects.get(pk=world.ids["slot"])
    sent = {"tindakan": "serah", "id": str(new_id()), "kode": slot.card, "penerima": "Rohmah", "bukti": "",
            "nomor-2": f"{world.office.code}-1", **more}  # fmt: skip
    return client.post(reverse("office:handover-day", args=[world.ids["handover_day"]]), sent)


def sync(world: World, **more: Any) -> Result:
    day = world.ids["handover_day"]
    facts = {"day": day, "slot": world.ids["slot"], "on": web_world.TODAY, "received_by": "Rohmah", "proof": SIGNED,
             "tags": {"2": [f"{world.office.code}-1"]}, **more}  # fmt: skip
    at = datetime(2026, 10, 31, 3, 0, tzinfo=UTC)
    one = FieldRecord(new_id(), "handover", 1, 1, HandoverBody.model_validate(facts), at, at)
    kind = kind_of("handover")
    assert kind is not None
    with scoped(clerk(world)) as actor:
        return kind.apply(actor, [one])[one.id]


def everything() -> tuple[int, ...]:
    """Rows of every table that a handover writes, and pieces still in store."""
    tables = (Handover, HandoverLine, StoredFile)
    return (*(table.objects.count() for table in tables), Piece.objects.filter(state="store").count())


def replaced(world: World) -> None:
    DecreeLine.objects.filter(pk=world.ids["decree_line"]).update(replaced_on=date(2026, 9, 1))


def test_whoever_stands_in_the_decree_receives_at_the_desk_and_by_sync(world: World, operator: Client) -> None:
    """The other side of every refusal below: the same request with nothing wrong goes through."""
    assert desk(world, operator, **{"jumlah-2": "1"}).status_code == 302
    Entitlement.objects.filter(decree_line=world.ids["decree_line"]).update(handed=0)
    assert sync(world, tags={"2": [f"{world.office.code}-2"]}, items={"2": 1}).outcome is Outcome.NEW


def test_web_hands_nothing_to_somebody_outside_the_decree(world: World, operator: Client) -> None:
    replaced(world)
    before = everything()
    answer = desk(world, operator)
    assert answer.status_code >= 400
    assert Handover.objects.count() == before[0]
    assert everything() == before


def test_sync_hands_nothing_to_somebody_outside_the_decree(world: World, operator: Client) -> None:
    replaced(world)
    before = everything()
    result = sync(world)
    assert (result.outcome, result.code) == (Outcome.CONFLICT, "grants.not_in_decree")
    assert everything() == before


def test_the_api_has_no_door_for_goods_to_leave(world: World, operator: Client) -> None:
    caller = api_world.caller(api_world.role_of(world.office, "operator", name="api-barang"))
    assert caller.get("handovers").status_code == 200
    before = everything()
    for address in ("/api/v1/handovers", f"/api/v1/handovers/{world.ids['handover']}"):
        for verb in (caller.client.post, caller.client.put, caller.client.patch, caller.client.delete):
            body = {"decree_line": str(world.ids["decree_line"]), "quantity": 1}
            answer = verb(address, body, content_type="application/json", headers=caller.headers)
            assert answer.status_code in {404, 405}, (address, verb.__name__)
    assert everything() == before


def test_sql_as_the_application_hands_nothing_to_somebody_outside_the_decree(world: World, operator: Client) -> None:
    replaced(world)
    before = everything()
    statement = """
        INSERT INTO grants_handover (id, area, office_id, decree_line_id, package_id, number, occurred_on, place,
            received_by, condition, value_idr, note, account_id)
        SELECT gen_random_uuid(), l.area, l.office_id, l.id, h.package_id, 'SQL', %s, 'x', 'x', 'good', 0, '', %s
        FROM programmes_decreeline l JOIN grants_handover h ON h.decree_line_id = l.id WHERE l.id = %s
    """
    actor = clerk(world)
    with (
        pytest.raises(DatabaseError) as caught,
        transaction.atomic(),
        scoped(actor),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, [web_world.TODAY, actor.account_id, world.ids["decree_line"]])
    assert getattr(caught.value.__cause__, "sqlstate", "") == "BDG01"
    assert everything() == before


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ\x90\x00 this program cannot be run", "foto"),
        (b"x" * (40 * 1024 * 1024), "besar"),
        (bomb(), "piksel"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "foto"),
    ],
    ids=["a renamed program", "40 MB", "a decompression bomb", "an SVG with a script"],
)
@pytest.mark.parametrize("field", ["foto", "pindaian", "foto-2"])
def test_web_refuses_what_is_no_photo_by_name(
    world: World, operator: Client, content: bytes, name: str, field: str
) -> None:
    before = everything()
    answer = desk(world, operator, **{field: SimpleUploadedFile("foto.jpg", content, "image/jpeg")})
    assert answer.status_code in {413, 422}, name
    assert 'role="alert"' in answer.content.decode()
    assert everything() == before


def test_a_signature_without_strokes_is_refused_by_name_on_both_sides(world: World, operator: Client) -> None:
    before = everything()
    for strokes in ([], [[[5.0, 5.0]]]):
        result = sync(world, proof={"kind": "signature", "strokes": strokes})
        assert (result.outcome, result.code) in {
            (Outcome.INVALID, "grants.no_signature"), (Outcome.INVALID, "files.empty_signature"),
        }  # fmt: skip
    answer = desk(world, operator, bukti="signature")
    assert "tanda tangan" in answer.content.decode().lower()
    assert desk(world, operator, bukti="thumb", saksi=" ").status_code >= 400
    assert sync(world, proof={"kind": "thumb", "witness": ""}).code == "grants.no_signature"
    assert everything() == before


def test_a_serial_number_given_out_or_unknown_is_refused_by_name_on_both_sides(world: World, operator: Client) -> None:
    assert desk(world, operator, **{"jumlah-2": "1"}).status_code == 302
    Entitlement.objects.filter(decree_line=world.ids["decree_line"]).update(handed=0)
    before = everything()
    for tag in (f"{world.office.code}-1", "TIDAK-ADA"):
        again = desk(world, operator, **{"jumlah-2": "1", "nomor-2": tag})
        assert again.status_code >= 400
        assert tag in again.content.decode()
        result = sync(world, tags={"2": [tag]}, items={"2": 1})
        assert (result.outcome, result.code) == (Outcome.CONFLICT, "grants.tag_given_out")
    assert everything() == before


def test_a_lot_larger_than_bought_is_refused_by_name(world: World, operator: Client) -> None:
    line = PurchaseLine.objects.get(lots=world.ids["lot"])
    before = Lot.objects.count()
    sent = {"id": str(new_id()), "baris": str(line.pk), "jumlah": "1", "tanggal": "2026-10-20",
            "gudang-baru": "Gudang Lain", "penerima": "Pak Jaga"}  # fmt: skip
    answer = operator.post(reverse("office:purchase", args=[line.purchase_id]), sent)
    assert answer.status_code >= 400
    assert "melebihi" in answer.content.decode()
    assert Lot.objects.count() == before
    with pytest.raises(DatabaseError), transaction.atomic(), scoped(clerk(world)), connection.cursor() as cursor:
        cursor.execute("UPDATE grants_purchaseline SET delivered = 99")
