"""Bars, lists, exports and addresses speak of the same rows; sign-in gives nothing away."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from python_calamine import CalamineWorkbook

from berdaya.access.selectors import actor_for
from berdaya.audit.models import AuditEntry
from berdaya.enterprises.models import Enterprise
from berdaya.grants.models import Confirmation
from berdaya.kernel.ids import new_id
from berdaya.kernel.scope import scoped
from berdaya.process.overview import programmes as overview
from berdaya.programmes.models import Candidate
from tests import web_world
from tests.web_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day")]


@pytest.fixture
def world() -> World:
    return web_world.build(4)


@pytest.fixture
def operator(client: Client, world: World) -> Client:
    return web_world.sign_in(client, web_world.sign_up(world.office, "operator"))


def test_every_bar_counts_what_its_list_shows(world: World) -> None:
    first, second, third, _fourth = world.lists["candidates"]
    Candidate.objects.filter(pk=first).update(decreed_on=None, place="waiting")
    Candidate.objects.filter(pk=second).update(decreed_on=None, place="", verified=False)
    Candidate.objects.filter(pk=third).update(decreed_on=None, place="", verdict="excluded", reason="cool_off")
    actor = actor_for(web_world.sign_up(world.office, "operator").pk)
    with scoped(actor):
        view = overview.programme(actor=actor, code=world.ids["code"])
        for stage, count in view.counts.items():
            listed = overview.stage_list(
                actor=actor, code=world.ids["code"], stage=stage, filters=overview.CandidateFilter()
            )
            assert listed.total == count == len(listed.rows), stage
    assert view.counts["usulan"] == 4
    assert (view.counts["terpilih"], view.counts["tunggu"], view.counts["gugur"], view.counts["dikecualikan"]) == (
        1,
        1,
        1,
        1,
    )
    assert view.reasons["excluded"] == {"cool_off": 1}


def test_a_workbook_holds_the_rows_of_the_filter_and_no_formula(operator: Client, world: World) -> None:
    Enterprise.objects.filter(pk=world.ids["enterprise"]).update(name="=HYPERLINK(1)")
    page = reverse("office:businesses-export") + "?status=active"
    assert "Unduh 1 baris" in operator.get(page).content.decode()
    assert operator.post(page, {"alasan": ""}).status_code == 400
    response = operator.post(page, {"alasan": "laporan bulanan"})
    content = b"".join(response.streaming_content)  # type: ignore[arg-type]
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[0][:2] == ["Usaha", "Keadaan"]
    assert rows[1][:2] == ["=HYPERLINK(1)", "Aktif"]
    assert len(rows) == 2
    assert AuditEntry.objects.get(name="list.exported").body == {"rows": 1}


def test_a_head_of_village_exports_nothing(client: Client, world: World) -> None:
    lurah = web_world.sign_up(world.office, "lurah", above=True, area=web_world.VILLAGES[0])
    web_world.sign_in(client, lurah)
    assert client.get(reverse("office:businesses")).status_code == 200
    assert client.post(reverse("office:businesses-export"), {"alasan": "ingin tahu"}).status_code == 403


def test_four_digits_reach_no_address(operator: Client) -> None:
    response = operator.post(reverse("office:search"), {"q": "3512 0444 0001 7391"})
    assert response.status_code == 302
    assert "7391" not in response.headers["Location"]
    assert "mark=" in response.headers["Location"]
    named = operator.post(reverse("office:search"), {"q": "Rohmah"})
    assert named.headers["Location"].endswith("?q=Rohmah")
    assert "Rohmah" in operator.get(named.headers["Location"]).content.decode()


def test_wrong_name_and_wrong_password_read_the_same(client: Client, world: World) -> None:
    account = web_world.sign_up(world.office, "verifier")
    texts = set()
    for username in (account.username, "tidak-ada"):
        response = client.post("/masuk/", {"username": username, "password": "salah"})
        assert response.status_code == 400
        page = response.content.decode()
        texts.add(page[page.index("govuk-error-summary__list") :].partition("</ul>")[0])
    assert len(texts) == 1


def test_after_signing_in_nobody_is_sent_elsewhere(client: Client, world: World) -> None:
    account = web_world.sign_up(world.office, "verifier")
    answer = {"username": account.username, "password": web_world.PASSWORD, "next": "https://jahat.example/"}
    assert client.post("/masuk/", answer).headers["Location"] == "/"
    client.post("/keluar/")
    answer["next"] = "/keluarga/?q=roh"
    assert client.post("/masuk/", answer).headers["Location"] == "/keluarga/?q=roh"


def test_indonesian_unless_somebody_chose_otherwise(operator: Client) -> None:
    page = operator.get("/", headers={"accept-language": "en-US"})
    assert '<html lang="id">' in page.content.decode()
    operator.post("/bahasa/", {"bahasa": "en", "next": "/"})
    assert '<html lang="en">' in operator.get("/").content.decode()


def test_every_answer_carries_the_strict_policy(operator: Client) -> None:
    response = operator.get("/")
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "data:" not in policy
    assert response.headers["Cache-Control"] == "private, no-store"


def test_the_gallery_is_closed_outside_demo_and_debug(client: Client) -> None:
    assert client.get("/komponen/").status_code == 404
    with override_settings(DEMO=True):
        assert client.get("/komponen/").status_code == 200


def test_what_a_family_says_is_kept_once(operator: Client, world: World) -> None:
    page = reverse("office:handover", args=[world.ids["handover"]])
    answer = {
        "id": str(new_id()),
        "said_by": "Rohmah",
        "said_on": "2024-09-10",
        "channel": "phone",
        "complete": "tidak",
        "words": "alat kemas belum ada",
    }
    assert operator.post(page, {**answer, "complete": ""}).status_code == 400
    assert operator.post(page, {**answer, "said_on": "2024-01-01"}).status_code == 400
    for _click in range(2):
        assert operator.post(page, answer).status_code == 302
    assert Confirmation.objects.filter(handover_id=world.ids["handover"]).count() == 1
    body = operator.get(page).content.decode()
    assert "alat kemas belum ada" in body
    assert "tidak lengkap" in body


def test_a_task_is_done_with_a_sentence(operator: Client, world: World) -> None:
    page = reverse("office:task", args=[world.ids["task"]])
    assert operator.post(page, {"hasil": ""}).status_code >= 400
    assert operator.post(page, {"hasil": "dikunjungi bersama TKSK"}).status_code == 302
    assert "dikunjungi bersama TKSK" in operator.get(page).content.decode()


def test_an_office_wears_its_own_colour_where_white_stays_readable(client: Client, world: World) -> None:
    world.office.brand = "#7A3429"
    world.office.save()
    web_world.sign_in(client, web_world.sign_up(world.office, "verifier"))
    assert "/warna/7A3429.css" in client.get("/").content.decode()
    assert client.get("/warna/7A3429.css").content == b":root{--brand:#7A3429;--brand-deep:#5f2920}"
    assert client.get("/warna/F2B632.css").content == b""
    assert client.get("/warna/x;}.css").content == b""


def test_an_account_without_a_role_stays_outside(client: Client, world: World) -> None:
    account = web_world.sign_up(world.office, "verifier")
    account.roles.update(valid_until=date(2020, 1, 2))
    response = client.post("/masuk/", {"username": account.username, "password": web_world.PASSWORD})
    assert response.status_code == 403
    assert "belum mempunyai peran" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_stale_form_is_explained_in_indonesian(world: World) -> None:
    response = Client(enforce_csrf_checks=True).post("/masuk/", {"username": "x", "password": "y"})
    assert response.status_code == 403
    assert "Formulir kedaluwarsa" in response.content.decode()
