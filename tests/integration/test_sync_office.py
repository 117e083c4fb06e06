"""The office side: phones cut off, what they hold, conflicts decided, queues brought by hand, reports, trends."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfReader

from berdaya.access.models import Account, Role
from berdaya.devices.models import Conflict, Device, Inbox, Upload
from berdaya.kernel import clock
from berdaya.kernel.filters import PAGE_SIZE
from berdaya.kernel.ids import new_id
from berdaya.kernel.scope import Actor, scoped
from berdaya.process.field import supervising
from berdaya.tasks.models import Task
from berdaya.visits.models import StandIn, Visit
from tests.business_world import World, build, visit
from tests.field_world import Phone, mentor, phone, visit_record
from tests.integration.test_sync_files import photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(make_actor: Callable[..., Actor], offices: dict[str, int]) -> World:
    return build(make_actor, offices, families=4)


@pytest.fixture
def siti(world: World) -> tuple[Phone, UUID]:
    account, role, key = mentor(world, "siti", world.enterprises[:3])
    return phone(account, role), key


def staff(world: World, kind: str = "operator", *, office: int | None = None, area: int = 3512000000) -> Client:
    account = Account.objects.create(username=f"{kind}-{uuid4().hex[:6]}", name=kind)
    Role.objects.create(
        account=account, kind=kind, title=kind, office_id=office or world.office_id, area=area,
        ranges=[[area, area + 999_999]], valid_from="2024-01-01",
    )  # fmt: skip
    client = Client()
    client.force_login(account)
    return client


def split(one: Phone, world: World) -> dict[str, Any]:
    record = visit_record(world.enterprises[0])
    one.push(record)
    one.push({**record, "body": {**record["body"], "turnover_idr": 7_000}})
    return record


def test_a_lost_phone_is_cut_off_with_one_tap(world: World, siti: tuple[Phone, UUID]) -> None:
    one, _ = siti
    boss, address = staff(world, "supervisor"), f"/perangkat/hp/{one.device}/"
    page = boss.get(address)
    assert "Cabut HP ini" in page.content.decode()
    assert one.get("/sinkron/paket/").status_code == 200
    assert boss.post(address).status_code == 302
    answer = one.get("/sinkron/paket/")
    assert (answer.status_code, answer.json()["wipe"]) == (403, True)
    assert "dicabut, sudah dihapus" in boss.get(address).content.decode()


@pytest.mark.parametrize("route", ["", "hp/", "perbedaan/", "tertahan/"])
def test_another_office_sees_nothing(
    world: World, siti: tuple[Phone, UUID], route: str, offices: dict[str, int]
) -> None:
    one, key = siti
    split(one, world)
    for office, area in (("diskop-situbondo", 3512000000), ("dinsos-bondowoso", 3511000000)):
        stranger = staff(world, office=offices[office], area=area)
        page = stranger.get(f"/perangkat/{route}")
        assert page.status_code == 200
        assert "siti" not in page.content.decode()
        for address in (f"hp/{one.device}/", f"hp/{one.device}/isi/", f"pendamping/{key}/"):
            assert stranger.get(f"/perangkat/{address}").status_code == 404
        assert stranger.post(f"/perangkat/hp/{one.device}/").status_code == 404
    assert Device.objects.get().revoked_at is None


def test_the_office_sees_what_the_phone_holds(world: World, siti: tuple[Phone, UUID]) -> None:
    one, _ = siti
    one.push(visit_record(world.enterprises[0], advice="Catat penjualan"))
    text = staff(world).get(f"/perangkat/hp/{one.device}/isi/").content.decode()
    assert text.count("Kerupuk Ikan") == 3
    assert "Catat penjualan" in text


def test_a_person_decides_and_both_versions_stay(world: World, siti: tuple[Phone, UUID]) -> None:
    one, _ = siti
    split(one, world)
    office = staff(world, "supervisor")
    kept = Conflict.objects.get()
    page = office.get(f"/perangkat/perbedaan/{kept.pk}/").content.decode()
    assert "Rp7.000" in page
    assert "Rp1.000.000" in page
    answer = office.post(f"/perangkat/perbedaan/{kept.pk}/", {"pilihan": "sent"})
    assert answer.status_code == 302
    assert Visit.objects.get().turnover_idr == 7_000
    kept.refresh_from_db()
    assert (kept.resolution, kept.sent["turnover_idr"], kept.held["turnover_idr"]) == ("sent", 7_000, 1_000_000)
    assert office.post(f"/perangkat/perbedaan/{kept.pk}/", {"pilihan": "held"}).status_code == 409
    assert Inbox.objects.count() == 2


def test_the_held_version_may_stay(world: World, siti: tuple[Phone, UUID]) -> None:
    split(siti[0], world)
    kept = Conflict.objects.get()
    assert staff(world).post(f"/perangkat/perbedaan/{kept.pk}/", {"pilihan": "held"}).status_code == 302
    assert Visit.objects.get().turnover_idr == 1_000_000
    assert staff(world).post(f"/perangkat/perbedaan/{kept.pk}/", {"pilihan": "xx"}).status_code == 409


def test_stuck_records_say_why(world: World, siti: tuple[Phone, UUID]) -> None:
    siti[0].push(
        visit_record(world.enterprises[3]), visit_record(uuid4()), visit_record(world.enterprises[0], workers=-1)
    )
    page = staff(world).get("/perangkat/tertahan/").content.decode()
    assert "Data ini bukan binaan Anda" in page
    assert "Menunggu data yang belum datang" in page
    assert "Pekerja" in page
    assert page.count("Coba lagi") == 1


def queue_file(one: Phone, *records: dict[str, Any], files: tuple[dict[str, Any], ...] = ()) -> bytes:
    data = {"berdaya": "queue", "version": 1, "device": str(one.device), "saved_at": "2026-10-30T10:00:00+07:00",
            "pushes": [{"seq": 9, "sent_at": "2026-10-30T10:00:00+07:00", "records": list(records)}],
            "files": list(files)}  # fmt: skip
    return gzip.compress(json.dumps(data).encode())


def test_anyone_in_charge_may_bring_a_saved_queue(
    world: World, siti: tuple[Phone, UUID], tmp_path: Path, settings: Any
) -> None:
    settings.BERDAYA_FILES = tmp_path
    one, _ = siti
    record, content = visit_record(world.enterprises[0]), photo(700)
    file = {"id": str(uuid4()), "record": record["id"], "name": "photo", "type": "image/jpeg",
            "sha256": hashlib.sha256(content).hexdigest(), "data": base64.b64encode(content).decode()}  # fmt: skip
    raw = queue_file(one, record, files=(file,))
    office = staff(world)
    for expected in ("Diterapkan", "Sudah ada"):
        page = office.post("/perangkat/antrean/", {"berkas": SimpleUploadedFile("antrean.json.gz", raw)})
        assert expected in page.content.decode()
    kept = Inbox.objects.get()
    assert kept.account_id == one.account_id
    assert kept.uploaded_by not in (None, one.account_id)
    assert kept.source == "file"
    assert Upload.objects.get().state == "complete"
    assert Visit.objects.get().account_id == one.account_id


@pytest.mark.parametrize("kind", ["operator", "verifier", "supervisor", "head", "admin"])
def test_every_account_of_the_office_may_bring_it(world: World, siti: tuple[Phone, UUID], kind: str) -> None:
    one, _ = siti
    office = staff(world, kind=kind)
    told = office.get("/perangkat/antrean/").content.decode()
    assert "Akun mana pun dari kantor pemilik HP itu boleh mengunggahnya" in told
    raw = queue_file(one, visit_record(world.enterprises[0]))
    page = office.post("/perangkat/antrean/", {"berkas": SimpleUploadedFile("antrean.json.gz", raw)})
    assert (page.status_code, Visit.objects.count()) == (200, 1)
    assert Visit.objects.get().account_id == one.account_id


def test_a_queue_proves_nothing_about_who_made_it(
    world: World, siti: tuple[Phone, UUID], offices: dict[str, int]
) -> None:
    one, _ = siti
    account, role, _key = mentor(world, "budi", world.enterprises[3:])
    other = phone(account, role)
    raw = queue_file(one, visit_record(world.enterprises[0]))
    forged = other.client.post(
        "/sinkron/berkas-antrean/", raw, content_type="application/gzip", headers=other.headers()
    )
    assert (forged.status_code, forged.json()["code"]) == (401, "device_unknown")
    stranger = staff(world, office=offices["dinsos-bondowoso"], area=3511000000)
    page = stranger.post("/perangkat/antrean/", {"berkas": SimpleUploadedFile("a.json", raw)})
    assert page.status_code in {403, 422}
    bare = staff(world).post("/sinkron/berkas-antrean/", raw, content_type="application/gzip")
    assert bare.status_code == 400, "a form of another site cannot send it"
    assert Inbox.objects.count() == 0
    own = one.client.post("/sinkron/berkas-antrean/", raw, content_type="application/gzip", headers=one.headers())
    assert own.json()["counts"]["new"] == 1
    for broken in (b"", b"{}", b"\x1f\x8b00", b'{"berdaya": "queue", "pushes": [3]}'):
        assert staff(world).post("/perangkat/antrean/", {"berkas": SimpleUploadedFile("a", broken)}).status_code == 422


def test_the_report_of_a_month_is_one_paper_on_both_sides(
    world: World, siti: tuple[Phone, UUID], tmp_path: Path
) -> None:
    one, key = siti
    one.push(visit_record(world.enterprises[0], "2025-03-03", problem="Harga ikan naik", advice="Beli bersama"))
    for name, response in (
        ("hp", one.get("/sinkron/laporan/2025-03.pdf")),
        ("kantor", staff(world, "supervisor").get(f"/perangkat/pendamping/{key}/laporan/2025-03.pdf")),
    ):
        assert response.status_code == 200
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(response.content)
        text = "".join(page.extract_text() for page in PdfReader(path).pages)
        assert "LAPORAN BULANAN PENDAMPING" in text
        assert "Harga ikan naik. Beli bersama" in text
        assert "Kerupuk Ikan 2; Kerupuk Ikan 3" in text
    assert one.get("/sinkron/laporan/2025-13.pdf").status_code == 404


def test_a_falling_trend_makes_one_task_for_the_supervisor(world: World, siti: tuple[Phone, UUID]) -> None:
    from dataclasses import replace

    from berdaya.visits.services import record_visits_many

    today = clock.today()
    days = [today - timedelta(days=35 + number) for number in range(6)] + [today - timedelta(days=3)]
    with scoped(world.operator):
        visits = [replace(visit(world.enterprises[0], day), mentor_id=siti[1], same_as_last=True) for day in days]
        record_visits_many(actor=world.operator, visits=visits)
        for _ in range(2):
            supervising.raise_falling(actor=world.operator, as_of=today)
        (row,), total = supervising.mentors(actor=world.operator, as_of=today)
    assert (total, row.visits, row.before, row.same_share, row.falling) == (1, 1, 6, 1.0, True)
    task = Task.objects.get(kind="mentor_falling")
    assert (task.owner_role, task.params["before"]) == ("supervisor", 6)
    page = staff(world, "supervisor").get("/perangkat/").content.decode()
    assert "turun" in page


def test_far_positions_and_missing_ones_are_counted(world: World, siti: tuple[Phone, UUID]) -> None:
    one, today = siti[0], clock.today()
    near, far = {"lat": -7.70, "lon": 114.00}, {"lat": -7.90, "lon": 114.20}
    one.push(visit_record(world.enterprises[0], str(today - timedelta(days=9)), position=near))
    one.push(visit_record(world.enterprises[0], str(today - timedelta(days=5)), position=far))
    one.push(visit_record(world.enterprises[1], str(today - timedelta(days=4)), position_missing="denied"))
    one.push(visit_record(world.enterprises[0], str(today), same_as_last=True, turnover_idr=None))
    with scoped(world.operator):
        (row,), _ = supervising.mentors(actor=world.operator, as_of=today)
    assert (row.visits, row.far, row.without_position, row.same) == (4, 1, 1, 1)
    repeated = Visit.objects.get(same_as_last=True)
    assert (repeated.turnover_idr, repeated.production_days) == (1_000_000, 20)
    moved = Visit.objects.get(distance_m__gt=5_000)
    assert 25_000 < (moved.distance_m or 0) < 35_000
    assert moved.occurred_on == today - timedelta(days=5)
    assert date(2024, 9, 1) < moved.occurred_on


def test_a_stand_in_is_ended_on_the_mentors_page(
    world: World, siti: tuple[Phone, UUID], offices: dict[str, int]
) -> None:
    _, key = siti
    account, role, other = mentor(world, "budi", world.enterprises[3:])
    two = phone(account, role)
    office, address = staff(world, "supervisor"), f"/perangkat/pendamping/{key}/"
    until = clock.today() + timedelta(days=5)
    lend = {"tindakan": "pinjam", "kepada": str(other), "sampai": str(until), "catatan": "Cuti melahirkan"}
    assert office.post(address, lend).status_code == 302
    page = office.get(address).content.decode()
    assert "Sedang dipinjamkan" in page
    assert "Cuti melahirkan" in page
    assert two.outcomes(visit_record(world.enterprises[1])) == [("new", "")]
    end = {"tindakan": "akhiri", "pengganti": str(StandIn.objects.get().pk)}
    assert staff(world, "verifier").post(address, end).status_code == 403
    near = staff(world, "supervisor", office=offices["diskop-situbondo"])
    assert near.post(address, end).status_code == 404
    assert office.post(address, {**end, "pengganti": "x"}).status_code == 404
    assert office.post(f"/perangkat/pendamping/{other}/", end).status_code == 404, "a stand-in of another mentor"
    assert StandIn.objects.get().ended_on is None
    for _again in range(2):
        assert office.post(address, end).status_code == 302
    assert StandIn.objects.get().ended_on == clock.today()
    assert "Sedang dipinjamkan" not in office.get(address).content.decode()
    assert two.outcomes(visit_record(world.enterprises[1])) == [("invalid", "not_yours")]


def test_families_are_lent_and_handed_over_with_a_note(world: World, siti: tuple[Phone, UUID]) -> None:
    one, key = siti
    account, role, other = mentor(world, "budi", world.enterprises[3:])
    two = phone(account, role)
    office, address = staff(world, "supervisor"), f"/perangkat/pendamping/{key}/"
    until = clock.today() + timedelta(days=5)
    lend = {"tindakan": "pinjam", "kepada": str(other), "sampai": str(until), "catatan": "Cuti"}
    assert office.post(address, {**lend, "catatan": " "}).status_code == 422
    assert office.post(address, {**lend, "sampai": "2020-01-01"}).status_code == 422
    assert office.post(address, {**lend, "kepada": "x"}).status_code == 404
    assert office.post(address, lend).status_code == 302
    assert {"standin", "caseload"} == {pack["kind"] for pack in two.get("/sinkron/paket/").json()["packs"]}
    moved = str(world.enterprises[0])
    give = {"tindakan": "serah", "kepada": str(other), "catatan": "Pindah desa", "usaha": [moved]}
    foreign = {**give, "usaha": [str(world.enterprises[3])]}
    assert staff(world, "verifier").post(address, give).status_code == 403
    assert office.post(address, foreign).status_code == 404, "only families of this very mentor"
    assert office.post(address, give).status_code == 302
    assert one.outcomes(visit_record(world.enterprises[0])) == [("invalid", "not_yours")]
    assert two.outcomes(visit_record(world.enterprises[0])) == [("new", "")]


def test_the_number_of_phones_is_that_of_the_list_it_opens_page_by_page(world: World) -> None:
    """Phones of trainers and operators count too, and those behind the first page can be reached."""
    account, role, key = mentor(world, "rini", world.enterprises[:1])
    own = phone(account, role)
    other, other_role, _ = mentor(world, "tono", ())
    first = Device.objects.get(pk=phone(other, other_role).device)
    for number in range(1, 3 * PAGE_SIZE // 2):
        first.pk, first.name, first.hash = new_id(), f"HP {number:02d}", hashlib.sha256(b"%d" % number).digest()
        first.revoked_at = clock.now()
        first.save(force_insert=True)
    office = staff(world)
    total = Device.objects.filter(office=world.office_id).count()
    assert total == 1 + 3 * PAGE_SIZE // 2
    figure = office.get("/perangkat/").content.decode()
    assert re.search(rf">\s*{total}\s*<", figure[figure.index("HP terdaftar") :][:400])
    pages = [office.get(f"/perangkat/hp/?page={number}").content.decode() for number in (1, 2)]
    assert f"{total} HP" in pages[0]
    found = {id_ for page in pages for id_ in re.findall(r'/perangkat/hp/([0-9a-f-]{36})/"', page)}
    assert len(found) == total
    mine = office.get(f"/perangkat/pendamping/{key}/").content.decode()
    assert str(own.device) in mine
    assert len(set(re.findall(r"/perangkat/hp/[0-9a-f-]{36}/", mine))) == 1
