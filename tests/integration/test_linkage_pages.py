"""Pages of doubles: decided with a reason, parted again, look-alikes as a list and as a fragment, claims answered."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from berdaya.people.models import LookAlike, Person, TransferRequest
from berdaya.tasks.models import Task
from tests import web_world
from tests.web_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day")]
WHY = "KTP dan KK asli sudah dicocokkan"


@pytest.fixture
def world() -> World:
    return web_world.build(2)


@pytest.fixture
def rina(world: World) -> Client:
    return web_world.sign_in(Client(), web_world.sign_up(world.office, "operator", username="rina"))


def text(client: Client, page: str) -> str:
    answer = client.get(page)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_pair_is_shown_with_bars_and_decided_for_a_reason(world: World, rina: Client) -> None:
    page = reverse("office:look-alike", args=[world.ids["look-alike"]])
    assert page in text(rina, reverse("office:look-alikes"))
    shown = text(rina, page)
    assert shown.count('class="b-weigh__for"') == 1
    assert shown.count('class="b-weigh__against"') == 1
    for field, differs in (("NIK", "nik"), ("Nomor KK", "kk")):
        told = any(one[:2] == [differs, "different"] for one in LookAlike.objects.get().reasons)
        assert told == (f">{field}<span" in shown), "sealed numbers that differ do not read the same"
    assert rina.post(page, {"jawaban": "sama", "alasan": "ya"}).status_code == 400
    assert LookAlike.objects.get().state == "open"
    assert rina.post(page, {"jawaban": "entah", "alasan": WHY}).status_code == 409
    pair = LookAlike.objects.get()
    assert rina.post(page, {"jawaban": "sama", "alasan": WHY, "simpan": str(pair.right_id)}).status_code == 302
    assert Person.objects.get(pk=pair.left_id).merged_into == pair.right_id
    assert "Batalkan penggabungan" in text(rina, page)
    assert page not in text(rina, reverse("office:look-alikes"))
    assert page in text(rina, reverse("office:look-alikes") + "?state=same")
    assert rina.post(page, {"jawaban": "beda", "alasan": WHY}).status_code == 409
    assert rina.post(page, {"jawaban": "pisah", "alasan": WHY}).status_code == 302
    assert Person.objects.get(pk=pair.left_id).merged_into is None


@pytest.mark.parametrize("page", ["office:look-alikes", "office:families", "office:similar", "office:transfers"])
def test_one_entry_of_the_navigation_is_marked(world: World, rina: Client, page: str) -> None:
    entries = re.findall(r'<li><a href="([^"]+)" aria-current=', text(rina, reverse(page)))
    assert entries == [reverse("office:look-alikes" if page == "office:look-alikes" else "office:families")]


def test_asking_the_field_makes_one_task_for_a_verifier(world: World, rina: Client) -> None:
    page = reverse("office:look-alike", args=[world.ids["look-alike"]])
    for status in (302, 409):
        assert rina.post(page, {"jawaban": "tanya", "alasan": WHY}).status_code == status
    task = Task.objects.get(kind="look_alike")
    assert (task.owner_role, task.household_id) == ("verifier", Person.objects.get(pk=_right(world)).household_id)
    assert "Tanyakan ke lapangan" not in text(rina, page)
    assert rina.post(page, {"jawaban": "beda", "alasan": WHY}).status_code == 302


def _right(world: World) -> object:
    return LookAlike.objects.get(pk=world.ids["look-alike"]).right_id


def test_look_alikes_come_as_a_page_and_as_a_fragment(world: World, rina: Client) -> None:
    name = Person.objects.get(household_id=world.ids["household"]).name
    page = text(rina, reverse("office:similar") + f"?nama={name[:5]}")
    assert "<html" in page
    fragment = text(rina, reverse("office:similar") + f"?nama={name}&potong=ya")
    assert "<html" not in fragment
    assert reverse("office:family", args=[world.ids["household"]]) in fragment
    assert "Tidak ada nama yang mirip" in text(rina, reverse("office:similar") + "?nama=Xyzyx&potong=ya")


def test_a_claim_is_answered_by_the_office_that_holds_the_family(world: World, rina: Client) -> None:
    page = reverse("office:transfer", args=[world.ids["transfer"]])
    assert page in text(rina, reverse("office:transfers"))
    assert "Dinas Sosial Contoh" in text(rina, page)
    assert rina.post(page, {"jawaban": "tolak", "alasan": ""}).status_code == 400
    assert rina.post(page, {"jawaban": "tolak", "alasan": WHY}).status_code == 302
    claim = TransferRequest.objects.get()
    assert (claim.state, claim.decision_reason) == ("refused", WHY)


def test_a_wrong_claim_is_told_and_keeps_the_words(rina: Client) -> None:
    page = reverse("office:transfers")
    answer = rina.post(page, {"nik": "123", "wilayah": "35.12.07.2001", "alasan": WHY})
    assert answer.status_code == 400
    assert WHY in answer.content.decode()
    assert rina.post(page, {"nik": "1", "wilayah": "entah", "alasan": WHY}).status_code == 400
