"""What an attacker sends to the web: hostile files, scripts in names, guessed passwords, forged decisions."""

from __future__ import annotations

import io
import re
import threading
import time
import zipfile
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse
from xlsxwriter import Workbook

from berdaya.access.models import Account, SignInAttempt
from berdaya.groups.models import Group
from berdaya.intake.models import ImportRun
from berdaya.kernel.clock import now
from berdaya.people.models import Household, Person
from berdaya.programmes.models import Approval
from berdaya.tasks.models import Task
from berdaya.visits.models import Visit
from tests import web_world
from tests.web_world import World

CANARY = '<script>window.burung=1</script>"><img src=x onerror="window.burung=1">\'{{7*7}}'


@pytest.fixture(autouse=True)
def fixed_day() -> Iterator[None]:
    with override_settings(BERDAYA_TODAY=web_world.TODAY):
        yield


@pytest.fixture
def world(db: None) -> World:
    return web_world.build(1)


@pytest.fixture
def operator(world: World) -> Client:
    return web_world.sign_in(Client(), web_world.sign_up(world.office, "operator"))


def workbook(*rows: list[object], sheet: str = "Calon") -> bytes:
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str) and value.startswith("="):
                    page.write_formula(number, column, value)
                else:
                    page.write(number, column, value)
    return out.getvalue()


def blank_rows() -> bytes:
    """A sheet that declares a million rows in which nothing stands."""
    rows = "".join(f'<row r="{number}"><c r="A{number}"/></row>' for number in range(1, 1_000_001))
    return repacked(workbook(["No", "NIK"]), "xl/worksheets/sheet1.xml", sheet_xml(rows))


def bomb() -> bytes:
    """A small file whose sheet unpacks to one GiB."""
    return repacked(workbook(["No", "NIK"]), "xl/worksheets/sheet1.xml", None)


def sheet_xml(rows: str) -> str:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?><worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'


def repacked(book: bytes, name: str, content: str | None) -> bytes:
    """``book`` with one part replaced; None puts one GiB of spaces there."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
            elif content is not None:
                new.writestr(part, content)
            else:
                with new.open(part, "w", force_zip64=True) as target:
                    for _ in range(1024):
                        target.write(b" " * 1024**2)
    return out.getvalue()


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Household, Person, Group, ImportRun))


HOSTILE = {
    "no excel": ("calon.xlsx", lambda: b"ini bukan buku kerja"),
    "empty": ("calon.xlsx", lambda: b""),
    "a sheet without a row": ("calon.xlsx", workbook),
    "a million blank rows": ("calon.xlsx", blank_rows),
    "a zip bomb": ("calon.xlsx", bomb),
    "macros": ("calon.xlsm", lambda: workbook(["No", "NIK"])),
    "a renamed program": ("calon.xlsx", lambda: b"MZ\x90\x00" + b"\x00" * 4000),
    "a renamed picture": ("calon.xlsx", lambda: b"\x89PNG\r\n\x1a\n" + b"\x00" * 400),
    "a name with folders": ("../../../etc/cron.d/x.xlsx", lambda: b"PK\x03\x04 rusak"),
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_file_is_named_and_nothing_is_written(name: str, operator: Client, world: World) -> None:
    file, make = HOSTILE[name]
    address, before, content = reverse("office:upload", args=[world.ids["code"]]), counts(), make()
    started = time.process_time()  # the server is this process, and a busy machine is none of its faults
    response = operator.post(address, {"berkas": SimpleUploadedFile(file, content)})
    took = time.process_time() - started
    body = response.content.decode()
    assert 400 <= response.status_code < 500, (name, response.status_code)
    alert = re.search(r'role="alert"(.*?)</div>', body, re.DOTALL)
    assert alert, f"{name}: no problem is named"
    said = re.sub(r"<[^>]+>|\s+", " ", alert[1])
    assert re.search(r"\b(berkas|lembar|baris|Excel)\b", said, re.IGNORECASE), said
    assert "Traceback" not in body
    assert counts() == before
    assert took < 20, f"{name} kept the server busy for {took:.1f} s"
    assert operator.get(address).status_code == 200, "the server still answers"


def test_a_formula_in_a_name_is_refused_by_row(operator: Client, world: World) -> None:
    heads = ["No", "NIK", "No KK", "Nama", "Tanggal Lahir", "L/P", "Kode Wilayah", "Jenis Usaha"]
    row = ["1", "3512045001859001", "3512040101859001", '=HYPERLINK("http://jahat.example","Rohmah")', "10/01/1985",
           "P", "35.12.04.2003", "shredded_fish"]  # fmt: skip
    before = Person.objects.count()
    address = reverse("office:upload", args=[world.ids["code"]])
    response = operator.post(address, {"berkas": SimpleUploadedFile("calon.xlsx", workbook(heads, row))})
    body = response.content.decode()
    assert response.status_code < 500
    assert Person.objects.count() == before
    assert "jahat.example" not in body
    assert re.search(r"ditolak|role=\"alert\"", body)


def test_a_script_in_any_text_stays_text(operator: Client, world: World) -> None:
    ids = world.ids
    Group.objects.filter(pk=ids["group"]).update(name=CANARY[:100])
    Visit.objects.all().update(advice=CANARY, problem=CANARY)
    Person.objects.filter(pk=ids["person"]).update(name=CANARY[:100], occupation=CANARY[:60])
    Household.objects.filter(pk=ids["household"]).update(address=CANARY[:100])
    Task.objects.filter(pk=ids["task"]).update(title=CANARY[:100], owner_role="operator")
    for route, args in (
        ("office:home", []),
        ("office:tasks", []),
        ("office:task", [ids["task"]]),
        ("office:groups", []),
        ("office:group", [ids["group"]]),
        ("office:families", []),
        ("office:family", [ids["household"]]),
        ("office:business", [ids["enterprise"]]),
        ("office:decision", [ids["code"], ids["candidate"]]),
        ("office:stage", [ids["code"], "terpilih"]),
        ("office:handover", [ids["handover"]]),
    ):
        response = operator.get(reverse(route, args=args))
        body = response.content.decode()
        assert response.status_code == 200, route
        assert "<script>window" not in body, route
        assert "<img src=x" not in body, route
        assert "49" not in re.findall(r"'(\d+)", body), f"{route} evaluates a template"
    searched = operator.get(reverse("office:families"), {"q": CANARY[:60]}).content.decode()
    assert "<script>window" not in searched
    policy = operator.get("/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy


def test_the_outcome_of_a_task_is_text(operator: Client, world: World) -> None:
    address = reverse("office:task", args=[world.ids["task"]])
    assert operator.post(address, {"hasil": CANARY}).status_code == 302
    assert "<script>window" not in operator.get(address).content.decode()
    assert Task.objects.get(pk=world.ids["task"]).outcome == CANARY


def test_ten_wrong_passwords_slow_the_guesser_and_not_the_holder(world: World) -> None:
    account = web_world.sign_up(world.office, "verifier")
    guesser, holder = Client(REMOTE_ADDR="10.0.0.66"), Client(REMOTE_ADDR="10.0.0.7")
    texts: dict[str, list[str]] = {account.username: [], "tidak-pernah-ada": []}
    for name, said in texts.items():
        for _ in range(10):
            response = guesser.post("/masuk/", {"username": name, "password": "tebakan"})
            assert response.status_code in {400, 403, 429}
            page = response.content.decode()
            list_ = page[page.index("govuk-error-summary__list") :].partition("</ul>")[0]
            said.append(re.sub(r"\d+", "N", re.sub(r"<[^>]+>|\s+", " ", list_)))
    known, unknown = texts.values()
    assert known == unknown, "the text tells whether the name exists"
    assert "Terlalu banyak percobaan" in known[-1]
    assert "Terlalu banyak percobaan" not in known[0]
    assert SignInAttempt.objects.count() < 20, "slowed attempts are not even weighed"
    right = {"username": account.username, "password": web_world.PASSWORD}
    assert guesser.post("/masuk/", right).status_code != 302, "the guesser waits even with the right word"
    assert holder.post("/masuk/", right).status_code == 302, "the holder is not locked out"


def test_the_session_changes_its_key_at_sign_in_and_ends_at_sign_out(client: Client, world: World) -> None:
    account = web_world.sign_up(world.office, "operator")
    session = client.session
    session["planted"] = "by an attacker"
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    web_world.sign_in(client, account)
    assert client.cookies["sessionid"].value != planted
    kept = client.cookies["sessionid"].value
    client.post("/keluar/")
    thief = Client()
    thief.cookies["sessionid"] = kept
    assert thief.get("/keluarga/").status_code == 302
    old = Client()
    old.cookies["sessionid"] = planted
    assert old.get("/keluarga/").status_code == 302


@pytest.mark.parametrize(
    "target",
    ["https://jahat.example/", "//jahat.example/", "/\\jahat.example", "javascript:alert(1)", "http:jahat.example",
     "\thttps://jahat.example", "https:///jahat.example"],
)  # fmt: skip
def test_no_next_leads_elsewhere(target: str, world: World) -> None:
    account = web_world.sign_up(world.office, "operator")
    for sent in ({"next": target}, {}):
        answer = {"username": account.username, "password": web_world.PASSWORD, **sent}
        response = Client().post(f"/masuk/?next={target}" if not sent else "/masuk/", answer)
        assert response.headers["Location"] == "/", (target, response.headers["Location"])
    signed = web_world.sign_in(Client(), account)
    assert signed.post("/bahasa/", {"bahasa": "en", "next": target}).headers["Location"] == "/"


@override_settings(DEMO=False)
def test_a_demo_login_opens_no_other_database(world: World) -> None:
    account = web_world.sign_up(world.office, "operator", username="operator")
    Account.objects.filter(pk=account.pk).update(demo=True)
    by_button = Client().post("/masuk/", {"contoh": "operator"})
    by_word = Client().post("/masuk/", {"username": "operator", "password": web_world.PASSWORD})
    for response in (by_button, by_word):
        assert response.status_code != 302
        assert Client().get("/keluarga/").status_code == 302
    assert "contoh" in by_word.content.decode()
    with override_settings(DEMO=True):
        for language, role in (("id", "Operator Dinas Sosial"), ("en", "Office operator")):
            visitor = Client()
            visitor.cookies["django_language"] = language
            assert f"<b>{role}</b>" in visitor.get("/masuk/").content.decode(), "a login names its role"
        assert Client().post("/masuk/", {"contoh": "operator"}).status_code == 302
        assert Client().post("/masuk/", {"contoh": world.ids["maker"].username}).status_code != 302, "no demo account"


def test_a_forged_form_is_refused(world: World) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(web_world.sign_up(world.office, "supervisor"))
    address = reverse("office:approve", args=[world.ids["code"], world.ids["approval"]])
    assert strict.post(address, {}).status_code == 403
    assert Approval.objects.get(pk=world.ids["approval"]).checked_by is None


def test_the_maker_never_checks(world: World) -> None:
    """Also with a role that may: a supervisor who made the stage."""
    supervisor = web_world.sign_up(world.office, "supervisor")
    programme = world.ids["programme"]
    own = Approval.objects.create(
        programme=programme,
        area=programme.area,
        office=world.office,
        stage="handover",
        summary={},
        made_by=supervisor.pk,
        made_at=now(),
    )
    address = reverse("office:approve", args=[world.ids["code"], own.pk])
    response = web_world.sign_in(Client(), supervisor).post(address, {})
    assert response.status_code in {403, 409}
    assert Approval.objects.get(pk=own.pk).checked_by is None
    second = web_world.sign_in(Client(), web_world.sign_up(world.office, "head"))
    assert second.post(address, {}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_two_approvers_at_once_one_wins(transactional_db: None) -> None:
    with override_settings(BERDAYA_TODAY=web_world.TODAY):
        world = web_world.build(1)
        names = [web_world.sign_up(world.office, kind) for kind in ("supervisor", "head")]
        # each of the two clicks twice
        clients = [web_world.sign_in(Client(), account) for account in names for _ in range(2)]
        address = reverse("office:approve", args=[world.ids["code"], world.ids["approval"]])
        gate, statuses = threading.Barrier(len(clients)), []

        def click(client: Client) -> None:
            gate.wait()
            try:
                statuses.append(client.post(address, {}).status_code)
            finally:
                connection.close()

        threads = [threading.Thread(target=click, args=(client,)) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        from berdaya.audit.models import AuditEntry

        assert sorted(statuses)[0] == 302
        assert AuditEntry.objects.filter(name="stage.approved").count() == 1
        assert statuses.count(302) == 1, statuses
