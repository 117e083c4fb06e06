"""The spine by hand: an operator and a second person take Kupang's thirty groups through the office web's forms."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from berdaya.access.models import Account, Office
from berdaya.access.selectors import actor_for
from berdaya.areas.services import load_areas, record_positions_many
from berdaya.enterprises.models import Enterprise, StatusSnapshot
from berdaya.graduation.models import Assessment
from berdaya.intake.files import read_path
from berdaya.intake.rows import read_classes, read_positions
from berdaya.kernel.scope import scoped
from berdaya.process.offices import NewOffice, ensure_office
from berdaya.process.steps.training import _class
from berdaya.programmes.configfile import load_config
from berdaya.programmes.models import Approval, Candidate, Decree, SelectionRun, Verification
from berdaya.programmes.services import create_programme
from berdaya.reports.models import ProgrammeSnapshot
from berdaya.training.models import Placement
from berdaya.training.services.planning import create_classes_many
from tests import web_world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day", "own_files")]
FOLDER = Path(__file__).resolve().parents[2] / "examples" / "kupang-kube-2024"
CODE, AREA = "kupang-kube-2024", 5371000000
SEEDS = ("dinas-sosial-kupang-kube-2024-2026", "inspektorat-kupang-kube-2024-2026")


@pytest.fixture
def kupang() -> Office:
    load_areas(within=AREA)
    return ensure_office(NewOffice("dinsos-kupang", "Dinas Sosial Kota Kupang", AREA))


def person(office: Office, kind: str, name: str = "") -> tuple[Account, Client]:
    account = web_world.sign_up(office, kind, area=office.area, username=name or f"{kind}-uji")
    return account, web_world.sign_in(Client(), account)


def opened(office: Office, operator: Account) -> None:
    actor = actor_for(operator.pk)
    with scoped(actor):
        create_programme(actor=actor, config=load_config(FOLDER))


def page(client: Client) -> str:
    response = client.get(reverse("office:steps", args=[CODE]))
    assert response.status_code == 200, response.content.decode()[:2000]
    return response.content.decode()


def buttons(client: Client) -> list[str]:
    """Words of the steps that have a form for this person."""
    return re.findall(rf'action="/program/{CODE}/langkah/([a-z-]+)/"', page(client))


def take(client: Client, step: str, status: int = 302, **entries: str) -> str:
    """Press a button; what the page of steps (or the problem page) then says."""
    response = client.post(reverse("office:step", args=[CODE, step]), entries)
    assert response.status_code == status, (step, response.content.decode()[:3000])
    return page(client) if status == 302 else response.content.decode()


def upload(client: Client) -> None:
    file = SimpleUploadedFile("groups.xlsx", (FOLDER / "groups.xlsx").read_bytes())
    assert client.post(reverse("office:upload", args=[CODE]), {"berkas": file}).status_code == 200


def verify(client: Client, candidate: Candidate, **changes: str) -> int:
    facts = {
        "visited_on": "2026-10-20", "verifier": "TKSK Contoh", "result": "confirmed",
        "meeting_decision": "accepted", "meeting_on": "2026-10-25", "note": "",
    }  # fmt: skip
    return client.post(reverse("office:decision", args=[CODE, candidate.pk]), {**facts, **changes}).status_code


def classes(operator: Account) -> None:
    actor = actor_for(operator.pk)
    rows = read_classes(read_path(FOLDER / "classes.xlsx"), as_of=web_world.TODAY).rows
    places = read_positions(read_path(FOLDER / "positions.csv"), as_of=web_world.TODAY).rows
    with scoped(actor):
        record_positions_many(
            actor=actor, positions=[(row.area or 0, row.lat, row.lon) for row in places], source="synthetic"
        )
        programme = Candidate.objects.values_list("programme_id", flat=True)[:1].get()
        create_classes_many(actor=actor, programme_id=programme, rows=[_class(row, AREA) for row in rows])


def approve(client: Client, stage: str) -> int:
    approval = Approval.objects.get(stage=stage)
    return client.post(reverse("office:approve", args=[CODE, approval.pk]), {"catatan": ""}).status_code


def test_the_whole_spine_by_hand(kupang: Office) -> None:
    account, operator = person(kupang, "operator")
    _, head = person(kupang, "head")
    opened(kupang, account)
    assert buttons(operator) == []
    assert "Unggah daftar lebih dahulu." in page(operator)

    upload(operator)
    assert buttons(operator) == ["saring"]
    assert buttons(head) == []
    assert "memenuhi syarat" in take(operator, "saring")
    eligible = list(Candidate.objects.filter(state="eligible"))
    assert len(eligible) == 30
    assert [verify(operator, one) for one in eligible] == [302] * 30
    assert Candidate.objects.filter(state="verified").count() == 30

    assert buttons(operator) == ["saring", "beku"]
    said = take(operator, "beku")
    run = SelectionRun.objects.get()
    assert bytes(run.list_sha256).hex() in said
    take(operator, "beku")
    assert SelectionRun.objects.count() == 1

    take(operator, "undian", 409, pihak="1", benih="bukan benih ini")
    take(operator, "undian", pihak="1", benih=SEEDS[0])
    assert "undian" not in buttons(operator)
    take(operator, "undian", 409, pihak="2", benih=SEEDS[1])
    assert "undian" in buttons(head)
    take(head, "undian", pihak="2", benih=SEEDS[1])
    assert "30 terpilih" in take(operator, "peringkat")
    take(operator, "peringkat")

    take(operator, "usul-sk", 422, nomor="", tanggal="2026-10-31")
    take(operator, "usul-sk", 422, nomor="188/1", tanggal="besok")
    take(operator, "usul-sk", nomor="188/1", tanggal="2026-10-31")
    take(operator, "surat-sk", 409)
    assert approve(operator, "decree") == 403
    assert approve(head, "decree") == 302
    assert approve(head, "decree") == 409
    assert Candidate.objects.filter(state="decreed").count() == 30
    take(operator, "surat-sk")
    assert Decree.objects.get().document_id is not None
    take(operator, "saring", 409)
    after_the_decree(account, operator, head)


def after_the_decree(account: Account, operator: Client, head: Client) -> None:
    assert "Belum ada kelas" in page(operator)
    classes(account)
    take(operator, "kelas")
    assert approve(head, "placement") == 302
    assert Placement.objects.filter(in_force=True, training_class__isnull=False).exists()

    take(operator, "usaha")
    take(operator, "usaha")
    assert Enterprise.objects.count() == 30
    take(operator, "status")
    assert StatusSnapshot.objects.filter(as_of=web_world.TODAY).count() == 30
    assert "30 usaha dinilai, 0 memenuhi" in take(operator, "nilai")
    assert Assessment.objects.count() == 30
    take(operator, "laporan")
    assert ProgrammeSnapshot.objects.get().body["report"]
    assert buttons(operator) == ["status"]


def test_maker_and_checker_are_two_people(kupang: Office) -> None:
    """Somebody who holds both roles still meets the other half of the rule: the database knows who made it."""
    account, operator = person(kupang, "operator")
    opened(kupang, account)
    upload(operator)
    take(operator, "saring")
    for one in Candidate.objects.filter(state="eligible"):
        verify(operator, one)
    take(operator, "beku")
    take(operator, "undian", pihak="1", benih=SEEDS[0])
    _, head = person(kupang, "head")
    take(head, "undian", pihak="2", benih=SEEDS[1])
    take(operator, "peringkat")
    take(operator, "usul-sk", nomor="188/2", tanggal="2026-10-31")
    account.roles.update(kind="head")
    promoted = web_world.sign_in(Client(), account)
    assert approve(promoted, "decree") == 409
    assert Candidate.objects.filter(state="decreed").count() == 0
    assert "Periksa dan setujui" not in page(promoted)
    assert "Periksa dan setujui" in page(head)


def test_a_verifier_records_one_visit(kupang: Office) -> None:
    account, operator = person(kupang, "operator")
    _, verifier = person(kupang, "verifier")
    opened(kupang, account)
    upload(operator)
    take(operator, "saring")
    first, second = Candidate.objects.filter(state="eligible").order_by("list_no")[:2]
    form = verifier.get(reverse("office:decision", args=[CODE, first.pk])).content.decode()
    assert "Simpan verifikasi" in form
    assert verify(verifier, first, visited_on="2026-11-30") == 400
    assert verify(verifier, first, result="entah") == 400
    assert verify(verifier, first, meeting_on="") == 400
    assert not Verification.objects.exists()
    assert verify(verifier, first) == 302
    assert verify(verifier, first) == 302
    assert Verification.objects.count() == 1
    assert verify(verifier, second, result="moved", meeting_decision="", meeting_on="") == 302
    states = dict(Candidate.objects.filter(pk__in=[first.pk, second.pk]).values_list("pk", "state"))
    assert states == {first.pk: "verified", second.pk: "refused_verification"}
    assert buttons(verifier) == []
    take(verifier, "beku", 403)


def test_other_offices_find_no_steps(kupang: Office) -> None:
    account, operator = person(kupang, "operator")
    opened(kupang, account)
    neighbour = Office.objects.create(code="diskop-kupang", name="Dinas Koperasi Kota Kupang", area=AREA)
    _, stranger = person(neighbour, "operator", "tetangga")
    assert operator.get(reverse("office:steps", args=[CODE])).status_code == 200
    assert stranger.get(reverse("office:steps", args=[CODE])).status_code == 404
    address = reverse("office:steps", args=[CODE])
    assert address in operator.get(reverse("office:programme", args=[CODE])).content.decode()
    assert address not in stranger.get(reverse("office:programme", args=[CODE])).content.decode()
    for step in ("saring", "beku", "undian", "peringkat", "usul-sk", "laporan"):
        assert stranger.post(reverse("office:step", args=[CODE, step])).status_code == 404, step
    assert operator.post(reverse("office:step", args=[CODE, "tidak-ada"])).status_code == 404
    assert operator.get(reverse("office:step", args=[CODE, "beku"])).status_code == 405


def test_a_second_person_presses_no_makers_button(kupang: Office) -> None:
    account, operator = person(kupang, "operator")
    _, head = person(kupang, "head")
    opened(kupang, account)
    upload(operator)
    for step in ("saring", "usul-sk", "kelas", "usaha", "status", "nilai"):
        take(head, step, 403, nomor="1", tanggal="2026-10-31")
    take(operator, "lulus", 403)
    assert not Assessment.objects.exists()
