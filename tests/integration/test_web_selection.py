"""From visits to the signed decree through the office web's forms: operator, TKSK, lurah, head."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse
from PIL import Image

from berdaya.access.models import Office
from berdaya.access.selectors import actor_for
from berdaya.documents.models import Document
from berdaya.people.models import Consent
from berdaya.programmes.models import (
    Candidate,
    Decree,
    MeetingDecision,
    Objection,
    OfferedProgramme,
    Referral,
    ScreeningOverrule,
    SignedScan,
    Verification,
    VillageMeeting,
)
from berdaya.programmes.rules.hits import hits_of
from berdaya.tasks.models import Task
from tests import web_world
from tests.integration import programmes_world as rules

pytestmark = pytest.mark.django_db
CODE = "situbondo-uji-2024"
VILLAGE = rules.VILLAGES[0]


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> Iterator[None]:
    with override_settings(BERDAYA_FILES=tmp_path, BERDAYA_TODAY=date(2024, 4, 25)):
        yield


@pytest.fixture
def people() -> dict[str, Client]:
    """An office with a programme of six eligible families, and its people signed in."""
    web_world.areas()
    office = Office.objects.create(code="dinsos", name="Dinas Sosial Kabupaten Situbondo", area=3512000000)
    accounts = {
        "operator": web_world.sign_up(office, "operator"),
        "verifier": web_world.sign_up(office, "verifier"),
        "lurah": web_world.sign_up(office, "lurah", area=VILLAGE, above=True),
        "head": web_world.sign_up(office, "head"),
        "supervisor": web_world.sign_up(office, "supervisor"),
    }
    operator = actor_for(accounts["operator"].pk)
    rules.listed("civil_servant", kk="kkk5")
    rules.opened(operator, rules.config(objection={"days": 3}), rules.proposal(rules.families(operator, 6)))
    return {name: web_world.sign_in(Client(), account) for name, account in accounts.items()}


def to(route: str, *args: Any) -> str:
    return reverse(f"office:{route}", args=[CODE, *args])


def send(client: Client, address: str, status: int = 302, **sent: Any) -> str:
    response = client.post(address, sent)
    assert response.status_code == status, (address, response.content.decode()[:3000])
    shown = client.get(address) if status == 302 else response
    assert shown.status_code in {200, status}
    return shown.content.decode()


def photo() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "#7a4b00").save(out, "JPEG")
    return SimpleUploadedFile("rumah.jpg", out.getvalue(), "image/jpeg")


VISIT = {
    "aksi": "verifikasi", "visited_on": "2024-04-24", "verifier": "Yusuf (TKSK)", "result": "confirmed",
    "meeting_decision": "", "meeting_on": "", "note": "", "own_words": "Kami jualan pentol keliling.",
}  # fmt: skip


def visited(people: dict[str, Client]) -> None:
    assert "5 rumah menjadi tugas" in send(people["operator"], to("visits"), aksi="tugaskan", tenggat="2024-05-05")
    assert Task.objects.filter(kind="home_visit", owner_role="verifier", state="open").count() == 5
    for one in Candidate.objects.filter(state="eligible"):
        send(people["verifier"], to("decision", one.pk), **VISIT)
    assert Task.objects.filter(kind="home_visit", state="done").count() == 5


def met(people: dict[str, Client]) -> None:
    plan = send(people["operator"], to("meetings"), aksi="rencanakan", tanggal="2024-04-25")
    assert "3 musyawarah direncanakan" in plan
    for meeting in VillageMeeting.objects.order_by("area"):
        agenda = MeetingDecision.objects.filter(meeting=meeting).values_list("candidate_id", flat=True)
        sent = {
            "aksi": "catat", "tanggal": "2024-04-25", "tempat": "Balai desa", "pimpinan": "Nurhayati", "catatan": "",
            "hadir-1": "Nurhayati", "jabatan-1": "lurah", "putus-1": "ya", "hadir-2": "Slamet", "jabatan-2": "RW",
            "putus-2": "ya", "hadir-3": "Tuti", "jabatan-3": "kader",
            **{f"putusan-{pk}": "accepted" for pk in agenda},
        }  # fmt: skip
        writer = people["lurah"] if meeting.area == VILLAGE else people["verifier"]
        send(writer, to("meeting", meeting.pk), **sent)
        if meeting.area == VILLAGE:
            assert people["lurah"].post(to("meeting", meeting.pk), {"aksi": "terima"}).status_code == 403
        said = send(people["operator"], to("meeting", meeting.pk), aksi="terima")
        assert "lolos verifikasi" in said


def ranked(people: dict[str, Client]) -> None:
    operator, head = people["operator"], people["head"]
    assert operator.post(to("step", "beku")).status_code == 302
    assert operator.post(to("step", "undian"), {"pihak": "1", "benih": rules.SEEDS[0]}).status_code == 302
    assert operator.post(to("step", "undian"), {"pihak": "2", "benih": rules.SEEDS[1]}).status_code in {302, 409}
    assert head.post(to("step", "undian"), {"pihak": "2", "benih": rules.SEEDS[1]}).status_code == 302
    assert operator.post(to("step", "peringkat")).status_code == 302


def test_from_visits_to_the_signed_decree(people: dict[str, Client]) -> None:
    operator, head, lurah = people["operator"], people["head"], people["lurah"]
    visited(people)
    met(people)
    ranked(people)
    assert Candidate.objects.filter(state="selected").count() == 4
    sk = {"nomor": "188/12", "tanggal": "2024-06-01"}
    assert operator.post(to("step", "usul-sk"), sk).status_code == 409, "the rules ask for an objection period"
    page = send(operator, to("objections"), aksi="umumkan", hari="3")
    assert "4 hari lagi" in page
    village = lurah.get(to("objections")).content.decode()
    outside = Candidate.objects.exclude(area=VILLAGE).values_list("person__name", flat=True)
    assert not any(f">{name}<" in village for name in outside)
    inside = Candidate.objects.filter(area=VILLAGE, state="selected")[0]
    heard = {"aksi": "terima", "tentang": "against", "nomor": inside.ref, "cara": "spoken", "isi": "Punya dua mobil",
             "diterima": "2024-04-25", "penyanggah": ""}  # fmt: skip
    send(lurah, to("objections"), **heard)
    send(operator, to("objections"), 404, aksi="tidak-ada")
    objection = Objection.objects.get()
    decide = {"aksi": "putuskan", "sanggahan": str(objection.pk), "putusan": "upheld", "alasan": "Dicek: benar"}
    assert lurah.post(to("objections"), decide).status_code == 403
    assert "diisi dari daftar tunggu" in send(head, to("objections"), **decide)
    inside.refresh_from_db()
    assert inside.state == "refused_verification"
    with override_settings(BERDAYA_TODAY=date(2024, 5, 20)):
        signed(people, sk)


def signed(people: dict[str, Client], sk: dict[str, str]) -> None:
    operator, head = people["operator"], people["head"]
    assert operator.post(to("step", "usul-sk"), {**sk, "tanggal": "2024-05-20"}).status_code == 302
    decree = Decree.objects.get()
    assert head.post(to("approve", decree.approval_id), {"catatan": ""}).status_code == 302
    assert operator.post(to("step", "surat-sk")).status_code == 302
    workbook = operator.get(to("annex", decree.pk))
    assert workbook.status_code == 200
    assert b"".join(workbook.streaming_content)[:2] == b"PK"  # type: ignore[arg-type]
    decree.refresh_from_db()
    scan = SimpleUploadedFile("sk.pdf", b"%PDF-1.7 ditandatangani", "application/pdf")
    sent = {"aksi": "pindaian", "surat": str(decree.document_id), "ditandatangani": "2024-05-20", "berkas": scan}
    said = send(operator, to("decrees"), **sent)
    kept = SignedScan.objects.get()
    assert kept.sha256 in said
    assert operator.get(reverse("office:scan", args=[kept.file_id])).status_code == 200
    token = Document.objects.get(pk=decree.document_id).token
    public = Client().get(f"/dok/{token}/").content.decode()
    assert "Surat ini tercatat" in public
    assert "Warga" not in public
    assert "undian" in send(operator, to("decrees"), aksi="undian")
    gone = Candidate.objects.filter(state="decreed").order_by("rank")[0]
    said = send(operator, to("decision", gone.pk), aksi="ganti", alasan="Pindah ke luar kabupaten")
    assert "Penggantian" in said
    assert Document.objects.filter(subject_kind="replacement", subject_id=gone.pk).count() == 1
    send(operator, to("decision", gone.pk), aksi="jelaskan")
    send(operator, to("decision", gone.pk), aksi="jelaskan")
    assert Document.objects.filter(subject_kind="rank", subject_id=gone.pk).count() == 1, "the same letter once"


def test_a_visit_keeps_photo_position_words_and_consent(people: dict[str, Client]) -> None:
    one = Candidate.objects.filter(state="eligible")[0]
    page = to("decision", one.pk)
    consent = {"consent_method": "thumbprint", "consent_language": "Madura", "consent_copy": "on"}
    sent = {**VISIT, **consent, "lat": "-7.7", "lon": "114.01", "photo": photo()}
    assert "memerlukan saksi" in send(people["verifier"], page, 400, **sent)
    assert not Verification.objects.filter(candidate=one).exists()
    send(people["verifier"], page, **{**sent, "consent_witness": "Slamet", "photo": photo()})
    row = Verification.objects.get(candidate=one)
    assert (row.own_words, row.home_lat, row.house_photo is not None) == (VISIT["own_words"], -7.7, True)
    given = Consent.objects.get()
    assert (given.language, given.witness, given.copy_left) == ("Madura", "Slamet", True)
    bad = SimpleUploadedFile("x.jpg", b"<svg onload=alert(1)>", "image/jpeg")
    assert people["verifier"].post(page, {**sent, "consent_witness": "S", "photo": bad}).status_code in {
        400,
        413,
        415,
        422,
    }


def test_a_hit_is_overruled_from_the_decision_page(people: dict[str, Client]) -> None:
    one = Candidate.objects.get(state="excluded")
    page, (hit,) = to("decision", one.pk), hits_of(one.screening)
    assert "Temuan pada daftar" in people["operator"].get(page).content.decode()
    send(people["operator"], page, aksi="kesampingkan", temuan=hit.key, alasan="Sudah berhenti, SK terlampir")
    asked = ScreeningOverrule.objects.get()
    answer = {"aksi": "jawab", "permintaan": str(asked.pk), "jawaban": "setuju", "alasan": ""}
    assert people["operator"].post(page, answer).status_code == 403
    assert "dikesampingkan" in send(people["head"], page, **answer)
    one.refresh_from_db()
    assert one.state == "eligible"


def test_results_of_many_visits_come_back_in_one_sheet(people: dict[str, Client]) -> None:
    refs = list(Candidate.objects.filter(state="eligible").order_by("list_no").values_list("ref", flat=True))
    send(people["operator"], to("visits"), aksi="tugaskan", tenggat="2024-05-05")
    lines = ["No,Tanggal,Verifikator,Hasil,Tanggal Musyawarah,Keputusan Musyawarah,Catatan"]
    lines += [f"{ref},2024-04-20,Yusuf,layak,2024-04-22,diterima," for ref in refs[:4]]
    lines += [f"{refs[4]},2024-04-20,Yusuf,pindah,,,", "99,2024-04-20,Yusuf,layak,,,", "1,besok,Yusuf,layak,,,"]
    sheet = SimpleUploadedFile("hasil.csv", "\n".join(lines).encode(), "text/csv")
    said = send(people["verifier"], to("visits"), aksi="unggah", lembar=sheet)
    assert "4 diterima, 1 gugur, 0 menunggu musyawarah, 2 baris ditolak." in said
    assert not Task.objects.filter(kind="home_visit", state="open").exists()
    broken = SimpleUploadedFile("hasil.xlsx", b"bukan excel", "application/zip")
    page = people["verifier"].post(to("visits"), {"aksi": "unggah", "lembar": broken})
    assert page.status_code >= 400
    assert 'role="alert"' in page.content.decode()


def test_other_rules_are_tried_without_writing_anything(people: dict[str, Client]) -> None:
    page = to("simulation")
    before = list(Candidate.objects.order_by("pk").values())
    shown = people["operator"].get(page).content.decode()
    assert "Jalankan simulasi" in shown
    tried = people["head"].get(page, {"coba": "1", "total": "2", "bobot-desil": "40", "kuota-3512040000": "1"})
    body = tried.content.decode()
    assert tried.status_code == 200
    assert "0 masuk dan 2 keluar" in body
    assert "Menurut jenis kelamin" in body
    assert "Menurut desil" in body
    wrong = people["operator"].get(page, {"coba": "1", "umur-min": "90", "umur-maks": "20"})
    assert wrong.status_code == 422
    assert list(Candidate.objects.order_by("pk").values()) == before
    assert people["verifier"].get(page).status_code == 403


def test_the_register_is_public_and_a_family_is_referred(people: dict[str, Client]) -> None:
    operator = people["operator"]
    facts = {
        "code": "sembako", "name": "Sembako lansia", "provider": "Dinas Sosial", "aim": "Pangan", "target": "Lansia",
        "form": "beras", "how": "Melalui desa", "contact": "0338", "open_from": "2024-01-01", "age_max": "40",
    }  # fmt: skip
    register = reverse("office:offers")
    assert operator.post(register, {**facts, "aim": ""}).status_code == 400
    assert people["verifier"].post(register, facts).status_code == 403
    assert operator.post(register, facts).status_code == 302
    public = Client().get("/layanan/").content.decode()
    assert "Sembako lansia" in public
    assert "umur 0–40 tahun" in public
    offer, one = OfferedProgramme.objects.get(), Candidate.objects.filter(state="eligible")[0]
    page = to("decision", one.pk)
    assert "Sembako lansia (cocok)" in operator.get(page).content.decode()
    send(operator, page, aksi="rujuk", program=str(offer.pk), alasan="Lebih cocok", jawab="2024-05-05")
    row = Referral.objects.get()
    assert Document.objects.filter(subject_kind="referral", subject_id=row.pk).exists()
    assert "Sembako lansia" in operator.get(register).content.decode()
    send(operator, page, aksi="jawab-rujukan", rujukan=str(row.pk), jawaban="accepted", catatan="mulai Mei")
    assert Referral.objects.get().answer == "accepted"


def test_forms_that_are_broken_say_so_and_write_nothing(people: dict[str, Client]) -> None:
    operator = people["operator"]
    for address, sent in (
        (to("visits"), {"aksi": "tugaskan", "tenggat": "besok"}),
        (to("meetings"), {"aksi": "rencanakan", "tanggal": ""}),
        (to("objections"), {"aksi": "umumkan", "hari": "3"}),
        (to("decrees"), {"aksi": "pindaian", "surat": "bukan-id", "ditandatangani": "2024-05-20"}),
        (to("decision", Candidate.objects.all()[0].pk), {"aksi": "rujuk", "program": "x", "alasan": "y", "jawab": "z"}),
    ):
        assert operator.post(address, sent).status_code in {404, 409, 422}, address
    assert not VillageMeeting.objects.exists()


def test_the_second_village_is_closed_to_the_first_lurah(people: dict[str, Client]) -> None:
    send(people["operator"], to("meetings"), aksi="rencanakan", tanggal="2024-04-25")
    far = VillageMeeting.objects.exclude(area=VILLAGE)[0]
    assert people["lurah"].get(to("meeting", far.pk)).status_code == 404
    assert people["lurah"].post(to("meeting", far.pk), {"aksi": "catat"}).status_code == 404
