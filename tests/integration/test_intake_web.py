"""The pages of an import: file or pasted cells, headings, preview, second person, progress, undo; few decisions."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from berdaya.intake.files import read_workbook
from berdaya.intake.kinds import KINDS
from berdaya.intake.models import ImportJob
from berdaya.kernel.problems import catalogue
from berdaya.people.models import Person
from berdaya.programmes.models import Candidate
from tests import web_world
from tests.unit.intake_files import sheet
from tests.unit.test_intake_broken import LINES, NAMED, RIGHT
from tests.web_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day", "own_files")]
HEADINGS = ["No", "No KTP", "No. KK", "Nama KRT", "TTL", "Kode Wilayah", "Penghasilan"]


@pytest.fixture
def world() -> World:
    return web_world.build(2)


def row(number: int, **changes: str) -> list[object]:
    made = {
        "No": f"7{number}", "No KTP": f"35120441079090{number:02d}", "No. KK": f"35120401011090{number:02d}",
        "Nama KRT": f"Siti {chr(65 + number)}", "TTL": "Situbondo, 01-07-1990", "Kode Wilayah": "35.12.04.2003",
        "Penghasilan": "900.000",
    }  # fmt: skip
    return list({**made, **changes}.values())


def client_of(world: World, kind: str) -> Client:
    return web_world.sign_in(Client(), web_world.sign_up(world.office, kind, username=f"{kind}-impor"))


def village(world: World) -> str:
    from berdaya.areas.codes import format_code
    from tests.web_things import VILLAGES

    return format_code(VILLAGES[0])


def post(client: Client, address: str, **sent: object) -> str:
    answer = client.post(address, sent, follow=True)
    assert answer.status_code in {200, 400, 403, 409}, answer.status_code
    return answer.content.decode()


def test_from_pasted_cells_to_the_register_and_back(world: World) -> None:
    operator = client_of(world, "operator")
    place = village(world)
    lines = [HEADINGS, *[row(n, **{"Kode Wilayah": place}) for n in range(1, 5)], row(5, **{"No KTP": "3,51E+15"})]
    cells = "\n".join("\t".join(str(cell) for cell in line) for line in lines)
    before = Person.objects.count()
    page = post(operator, reverse("office:upload", args=[world.ids["code"]]), sel=cells, pratinjau="ya")
    job = ImportJob.objects.get()
    assert job.state == "mapping"
    assert "No KTP" in page
    assert "3512044107909001" not in page
    fields = {f"kolom-{at}": one["field"] or "-" for at, one in enumerate(job.preview["columns"])}
    address = reverse("office:import", args=[job.pk])
    page = post(operator, address, tindakan="judul", **fields)
    assert "4 dari 5 baris baru" in page
    assert Person.objects.count() == before
    page = post(operator, address, tindakan="setuju")
    job.refresh_from_db()
    assert job.state == "done", job.problem
    assert Person.objects.count() == before + 4
    copy = operator.get(reverse("office:file", args=[job.checked_copy_id]))
    assert read_workbook(b"".join(copy.streaming_content), "x").sheet()[0][-1] == "Masalah"  # type: ignore[attr-defined]
    assert Candidate.objects.filter(ref__in=["71", "72", "73", "74"]).count() == 4
    page = post(operator, address, tindakan="batal", alasan="daftar yang salah")
    job.refresh_from_db()
    assert job.state == "undone", page
    assert Person.objects.count() == before
    assert "4 orang dihapus" in page


def test_the_head_wants_two_people_and_confirms(world: World) -> None:
    operator, head = client_of(world, "operator"), client_of(world, "supervisor")
    assert "Wajibkan orang kedua" in head.get(reverse("office:imports")).content.decode()
    post(head, reverse("office:imports"), dua="ya")
    headings = ["NIK", "No KK", "Nama", "Kode Wilayah"]
    content = sheet([headings, ["3512044107909031", "3512040101109031", "Siti", village(world)]], "Keluarga")
    file = SimpleUploadedFile("keluarga.xlsx", content)
    page = post(operator, reverse("office:imports"), jenis="families", program="", berkas=file)
    job = ImportJob.objects.get()
    assert job.state == "ready", (job.problem, page[:200])
    address = reverse("office:import", args=[job.pk])
    post(operator, address, tindakan="setuju")
    job.refresh_from_db()
    assert job.state == "waiting"
    assert "orang kedua" in post(operator, address, tindakan="setuju")
    post(head, address, tindakan="setuju")
    job.refresh_from_db()
    assert job.state == "queued"
    assert operator.get(address).headers["Refresh"] == "4"
    from django.core.management import call_command

    assert post(operator, reverse("office:imports"), dua="tidak")
    assert call_command("import_worker", "--once") is None


def test_hostile_uploads_are_refused_kindly_and_leave_nothing(world: World) -> None:
    operator = client_of(world, "operator")
    for name, content in {"a.xlsx": b"MZ\x90", "b.csv": b"%PDF-1.7", "c.ods": b"PK\x03\x04rusak", "d.xls": b""}.items():
        file = SimpleUploadedFile(name, content)
        answer = operator.post(
            reverse("office:imports"), {"jenis": "candidates", "program": world.ids["code"], "berkas": file}
        )
        assert answer.status_code in {400, 415}, (name, answer.status_code)
        assert "Tidak ada yang tersimpan" in answer.content.decode()
    needs = post(operator, reverse("office:imports"), jenis="candidates", sel="Nama\tNIK\nSiti\t1")
    assert "Pilih programnya" in needs
    assert not ImportJob.objects.exists()


def test_broken_files_and_bent_ones_come_through_the_page(world: World) -> None:
    operator = client_of(world, "operator")
    for case, (name, code, make) in NAMED.items():
        sent = {"jenis": "candidates", "program": world.ids["code"], "berkas": SimpleUploadedFile(name, make())}
        answer = operator.post(reverse("office:imports"), sent, follow=True)
        page = answer.content.decode()
        if code == "header_missing":
            assert "Apa arti setiap kolom?" in page, case
        else:
            # A text is judged as it is read, so that a bad end is a broken file.
            entry = catalogue()["file_broken" if case == "half a sign at the end" else code]
            assert answer.status_code == entry.status, case
            assert entry.do_id.split(",")[0] in page, case
    for case, (name, make) in RIGHT.items():
        sent = {"jenis": "candidates", "program": world.ids["code"], "berkas": SimpleUploadedFile(name, make())}
        answer = operator.post(reverse("office:imports"), sent, follow=True)
        assert answer.status_code == 200, case
        job = ImportJob.objects.latest("recorded_at")
        assert job.file_name == name
        assert job.state in {"mapping", "ready"}, (case, job.problem)
        assert job.state == "mapping" or job.rows_total == len(LINES), case


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_template_of_each_kind_is_downloaded(kind: str, world: World) -> None:
    operator = client_of(world, "operator")
    answer = operator.get(reverse("office:import-template", args=[kind]))
    assert KINDS[kind].main.title in read_workbook(answer.content, "t.xlsx").sheets
    assert operator.get(reverse("office:import-template", args=["lain"])).status_code == 404


def test_people_without_a_nik_stand_on_the_page(world: World) -> None:
    operator = client_of(world, "operator")
    page = operator.get(reverse("office:imports")).content.decode()
    count = Person.objects.filter(nik_index=None, erased_on=None, merged_into=None, died_on=None).count()
    assert re.search(rf"\b{count} orang belum punya NIK", page)
