"""Packs: what a phone takes along, what changes in it, what leaves it, and what must never be on it."""

from __future__ import annotations

import base64
import gzip
import json
import os
import random
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import connection

from berdaya.devices.services.phones import caller_of
from berdaya.enterprises.types import Method
from berdaya.kernel.clock import frozen
from berdaya.kernel.crypto import key_ring
from berdaya.kernel.ids import new_id
from berdaya.kernel.scope import Actor, scoped
from berdaya.people.models import Person
from berdaya.people.registry import PERSONAL, Care
from berdaya.visits.services import record_visits_many
from berdaya.visits.types import VisitInput
from tests.business_world import World, add_group, build
from tests.field_world import mentor, phone, siti, stores, take, visit_record

pytestmark = pytest.mark.django_db
NIK = "3512061209809001"


@pytest.fixture
def world(make_actor: Callable[..., Actor], offices: dict[str, int]) -> World:
    made = build(make_actor, offices, families=4)
    add_group(made)
    return made


def add_person(world: World, number: int) -> UUID:
    household = world.households[number]
    person = Person.objects.create(
        id=new_id(), area=3512062003, household_id=household, name="Sumiati (contoh)", name_key="sumiati",
        birth_place="Situbondo", birth_date=date(1980, 9, 12), phone="081200001111", is_head=True,
        last4_index=key_ring().last_four(NIK, purpose="nik"),
    )  # fmt: skip
    return person.pk


def all_of(world: World) -> list[UUID]:
    from berdaya.enterprises.models import Enterprise

    return list(Enterprise.objects.values_list("id", flat=True))


def test_a_caseload_holds_the_families_and_no_restricted_word(world: World) -> None:
    add_person(world, 0)
    one = siti(world, all_of(world))
    one.push(visit_record(world.enterprises[0], advice="Catat penjualan", income_idr=1_234_567, note="rahasia"))
    pack, _ = take(one)
    found = stores(pack["rows"])
    assert len(found["business"]) == 5
    assert {row["body"]["owner"] for row in found["business"]} >= {"Sumiati (contoh)", "KUBE Melati"}
    assert found["last_visit"][0]["body"]["advice"] == "Catat penjualan"
    assert len([row for row in found["person"] if row["body"]["role"] == "anggota"]) == 4
    text = json.dumps(pack)
    for secret in (NIK, "1980-09-12", "1234567", "income", "rahasia", "disability", "kk_"):
        assert secret not in text
    # What the registry calls sealed or special never stands in a body under its own name.
    guarded = {field.column for field in PERSONAL if field.care in {Care.NUMBER, Care.SPECIFIC}} - {"name"}
    keys = {key for row in pack["rows"] if row["store"] != "instrument" for key in row["body"]}
    assert keys & (guarded | {"birth_date", "birth_place", "marital", "sex"}) == set()


MOST_BYTES = 1_000_000


def test_a_hundred_families_with_two_years_stay_below_a_megabyte(
    make_actor: Callable[..., Actor], offices: dict[str, int]
) -> None:
    made = build(make_actor, offices, families=100)
    chance = random.Random(7)  # noqa: S311 - figures of nobody
    months = [date(2025 + (at + 1) // 12, (at + 1) % 12 + 1, 5) for at in range(24)]
    visits = [
        VisitInput(
            id=new_id(), enterprise_id=key, mentor_id=None, occurred_on=month, method=Method.SEEN,
            production_days=chance.randrange(31), turnover_idr=chance.randrange(9_000_000),
            cost_idr=chance.randrange(5_000_000), stock_idr=chance.randrange(900_000), workers=chance.randrange(4),
            problem=f"harga bahan naik {chance.randbytes(6).hex()}", advice=f"cari pembeli {chance.randbytes(9).hex()}",
            next_step=f"tanya pasar {chance.randbytes(9).hex()}",
        )
        for key in made.enterprises
        for month in months
    ]  # fmt: skip
    one = siti(made, made.enterprises)
    with frozen(date(2027, 1, 31)):
        with scoped(made.operator):
            record_visits_many(actor=made.operator, visits=visits)
        offer = next(pack for pack in one.get("/sinkron/paket/").json()["packs"] if pack["kind"] == "caseload")
        answer = one.client.get(
            f"/sinkron/paket/caseload/{offer['subject']}/", headers={**one.headers(), "accept-encoding": "gzip"}
        )
    rows = json.loads(gzip.decompress(answer.content))["rows"]
    months_told = [row["body"]["months"] for row in rows if row["store"] == "months"]
    assert len(months_told) == 100
    assert {len(told) for told in months_told} == {24}
    print(f"\npull of 100 families with two years of visits: {len(answer.content) / 1000:.0f} KB compressed")
    assert len(answer.content) < MOST_BYTES


def test_an_outsider_gets_nobody_elses_pack(world: World) -> None:
    one = siti(world, world.enterprises[:2])
    account, role, other = mentor(world, "budi", world.enterprises[2:])
    two = phone(account, role)
    pack, held = take(one)
    assert {row["id"] for row in stores(pack["rows"])["business"]} == {str(key) for key in world.enterprises[:2]}
    for subject in (other, new_id()):
        response = one.get(f"/sinkron/paket/caseload/{subject}/")
        assert (response.status_code, response.json()["code"]) == (404, "pack_unknown")
    told = two.get("/sinkron/perubahan/", **held).json()
    assert [item["kind"] for item in told["dropped"]] == ["caseload"]


def test_a_cursor_of_another_database_begins_anew(world: World) -> None:
    one = siti(world, all_of(world))
    _, held = take(one)
    told = one.get("/sinkron/perubahan/", cursor="0123456789ab.5", paket=held["paket"]).json()
    assert told["reset"]
    assert told["packs"][0]["replace"]
    assert len(stores(told["packs"][0]["rows"])["business"]) == 5


def seal(key: dict[str, Any], text: str) -> dict[str, Any]:
    def code(raw: bytes) -> str:
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    server = ec.EllipticCurvePublicKey.from_encoded_point(
        ec.SECP256R1(), base64.urlsafe_b64decode(key["public"] + "==")
    )
    mine = ec.generate_private_key(ec.SECP256R1())
    secret = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"berdaya/nik-seal/1").derive(
        mine.exchange(ec.ECDH(), server)
    )
    nonce = os.urandom(12)
    point = mine.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    cipher = AESGCM(secret).encrypt(nonce, text.encode(), None)
    return {"v": 1, "key": key["id"], "epk": code(point), "iv": code(nonce), "ct": code(cipher)}


def test_the_phone_learns_only_whether_the_last_four_match(world: World) -> None:
    mine = add_person(world, 0)
    foreign = add_person(world, 3)
    one = siti(world, world.enterprises[:3])
    key = one.get("/sinkron/perangkat/").json()["server_key"]

    def ask(person: UUID, number: str) -> Any:
        return one.client.post(
            "/sinkron/nik/", json.dumps({"person": str(person), "sealed": seal(key, number)}),
            content_type="application/json", headers=one.headers(),
        )  # fmt: skip

    assert ask(mine, NIK).json()["match"] is True
    assert ask(mine, "3512061209809999").json()["match"] is False
    assert (ask(foreign, NIK).status_code, ask(mine, "12").json()["code"]) == (404, "seal_broken")
    assert set(ask(mine, NIK).json()) == {"server_at", "today", "match"}
    codes = [ask(mine, NIK).status_code for _ in range(30)]
    assert codes[-1] == 429


def test_a_list_of_ids_is_read_once_for_a_statement(world: World) -> None:
    """Read for each row, it was half of what a pull of a hundred families cost."""
    one = siti(world, world.enterprises)
    with scoped(caller_of(one.token).actor), connection.cursor() as cursor:
        cursor.execute("EXPLAIN (COSTS OFF) SELECT id FROM enterprises_enterprise")
        plan = [row[0].strip() for row in cursor.fetchall()]
    assert sum(line.startswith("InitPlan") for line in plan) >= 1, plan
    assert not [line for line in plan if "current_setting" in line and line.startswith(("Filter", "Index Cond"))], plan
