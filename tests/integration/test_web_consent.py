"""The pages of consent, of tried rules and of the public check, by the people who use them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse

from berdaya.documents.models import Document
from berdaya.people.models import Consent, ConsentWording
from berdaya.programmes.models import Candidate, ProgrammeVersion, SignedScan
from berdaya.tasks.models import Task
from tests.integration.test_web_selection import people as people  # noqa: PLC0414 - the office of those tests
from tests.integration.test_web_selection import send, to

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> Iterator[None]:
    with override_settings(BERDAYA_FILES=tmp_path, BERDAYA_TODAY=date(2024, 4, 25)):
        yield


def consent_page() -> str:
    return reverse("office:family-consent", args=[Candidate.objects.get(ref="1").household_id])


GIVEN = {
    "aksi": "setuju", "tujuan": "programme", "tanggal": "2024-04-20", "cara": "thumbprint", "bahasa": "Madura",
    "pembaca": "Yusuf (TKSK)", "saksi": "Kepala dusun", "salinan": "on",
}  # fmt: skip


def test_a_family_agrees_and_takes_it_back(people: dict[str, Client]) -> None:
    page = consent_page()
    shown = people["verifier"].get(page).content.decode()
    assert "Bulâ dâri Dinas Sosial Kabupaten Situbondo" in shown, "read in the language of the place"
    assert "belum diperiksa penutur asli" in shown
    broken = people["verifier"].post(page, {**GIVEN, "saksi": ""})
    assert broken.status_code == 422
    assert not Consent.objects.exists()
    assert "dicap jempol" in send(people["verifier"], page, **GIVEN)
    assert "sudah tercatat sebelumnya" in send(people["verifier"], page, **GIVEN)
    out = send(people["verifier"], page, aksi="tarik", tujuan="programme", tanggal="2024-04-25", alasan="sudah bekerja")
    assert "Penarikan tercatat" in out
    assert "sudah bekerja" in out
    assert Candidate.objects.get(ref="1").state == "excluded"
    task = Task.objects.get(kind="consent_withdrawn")
    assert (task.owner_role, task.due_on) == ("operator", date(2024, 4, 28))
    decision = people["operator"].get(to("decision", Candidate.objects.get(ref="1").pk)).content.decode()
    assert "Keluarga menarik persetujuannya pada 25/04/2024" in decision
    assert people["lurah"].get(page).status_code in {403, 404}
    assert people["head"].post(page, GIVEN).status_code == 403


def test_sheets_come_out_as_paper(people: dict[str, Client]) -> None:
    home = Candidate.objects.get(ref="1").household_id
    for address in (
        f"{reverse('office:consent-sheet', args=[home])}?bahasa=madura",
        f"{to('visit-sheets')}?bahasa=madura",
    ):
        answer = people["verifier"].get(address)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
        assert answer.content.startswith(b"%PDF")
        assert people["lurah"].get(address).status_code in {403, 404}


def test_a_wording_is_written_by_one_and_vouched_for_by_another(people: dict[str, Client]) -> None:
    page = f"{reverse('office:consent-texts')}?bahasa=madura"
    sent = {"aksi": "tulis", "tujuan": "programme", "naskah": "Bulâ dâri {office}.\nSè ècatet: asma."}
    send(people["operator"], page, **sent)
    wording = ConsentWording.objects.get()
    check = {"aksi": "periksa", "naskah": str(wording.pk)}
    assert people["operator"].post(page, check).status_code == 403
    assert "Naskah kantor, nomor 1" in send(people["verifier"], page, **check)


def test_tried_rules_go_before_a_second_person(people: dict[str, Client]) -> None:
    address = f"{to('simulation')}?coba=1&total=3&desil=3&bobot-desil=10&bobot-female_head=40"
    tried = people["operator"].get(address).content.decode()
    assert "Simpan sebagai versi baru" in tried
    assert "Simpan sebagai versi baru" not in people["head"].get(address).content.decode()
    assert people["operator"].post(address, {"alasan": " "}).status_code == 422
    made = people["operator"].post(address, {"alasan": "Pagu turun menurut DPA perubahan"})
    assert made.status_code == 302
    approval = made.headers["Location"]
    assert ProgrammeVersion.objects.count() == 1
    before = people["head"].get(approval).content.decode()
    assert "Pagu turun menurut DPA perubahan" in before
    assert "Kuota seluruhnya" in before
    assert people["operator"].post(approval, {"catatan": ""}).status_code == 403
    assert people["head"].post(approval, {"catatan": "setuju"}).status_code == 302
    assert ProgrammeVersion.objects.order_by("-number")[0].config["quota"]["total"] == 3
    assert "Versi 2" in people["operator"].get(to("simulation")).content.decode()
    assert people["head"].post(address, {"alasan": "x"}).status_code == 403


def test_the_public_check_names_the_signed_paper_and_keeps_no_file(people: dict[str, Client]) -> None:
    first = Candidate.objects.get(ref="1")
    office = first.office
    letter = Document.objects.create(
        area=first.area, office=office, kind="sk", number="188.4/1/2024", title="SK Warga k0", token="t" * 24,
        occurred_on=date(2024, 4, 1), data={"demo": True, "nama": "Warga k0"},
        data_sha256=hashlib.sha256(b"x").digest(), file=_file(first),
    )  # fmt: skip
    paper = b"%PDF-1.7 ditandatangani"
    SignedScan.objects.create(
        document=letter, area=first.area, office=office, file=letter.file, signed_on=date(2024, 4, 2), uploaded_by=1,
        sha256=hashlib.sha256(paper).hexdigest(),
    )  # fmt: skip
    public, address = Client(), reverse("shop:document", args=[letter.token])
    shown = public.get(address).content.decode()
    assert "Surat ini tercatat" in shown
    assert hashlib.sha256(paper).hexdigest() in shown
    assert "Warga k0" not in shown
    stored = type(letter.file).objects.count()
    for content, said in ((paper, "Sama persis"), (paper + b" ", "Tidak sama")):
        sent = SimpleUploadedFile("sk.pdf", content, "application/pdf")
        assert said in public.post(address, {"berkas": sent}).content.decode()
    assert "Pilih satu berkas" in public.post(address).content.decode()
    assert type(letter.file).objects.count() == stored
    assert public.get(reverse("shop:document", args=["u" * 24])).status_code == 404


def _file(first: Candidate):
    from berdaya.files import store
    from berdaya.files.models import StoredFile

    content = io.BytesIO(b"%PDF-1.7").getvalue()
    return StoredFile.objects.create(
        area=first.area, office=first.office, sha256=store.put(content), media_type="application/pdf", size=8,
        name="x.pdf", purpose="signed_scan",
    )  # fmt: skip
