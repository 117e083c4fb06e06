"""The page of one task: the supervisor hands it over from there, and opens a finished one again with a reason."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from berdaya.tasks.models import Task
from tests import web_world
from tests.web_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day")]


@pytest.fixture
def world() -> World:
    return web_world.build(1)


def client_of(world: World, kind: str) -> Client:
    return web_world.sign_in(Client(), web_world.sign_up(world.office, kind))


def test_a_finished_task_is_opened_again_with_a_reason(world: World) -> None:
    boss, page = client_of(world, "supervisor"), reverse("office:task", args=[world.ids["task"]])
    assert "Buka kembali" not in boss.get(page).content.decode()
    assert boss.post(page, {"hasil": "dikunjungi"}).status_code == 302
    assert "Buka kembali" in boss.get(page).content.decode()
    assert boss.post(page, {"tindakan": "buka", "alasan": " "}).status_code == 422
    assert boss.post(page, {"tindakan": "buka", "alasan": "belum terbukti"}).status_code == 302
    assert Task.objects.get(pk=world.ids["task"]).state == "open"
    assert boss.post(page, {"tindakan": "buka", "alasan": "lagi"}).status_code == 409


def test_who_does_not_manage_tasks_opens_none_again(world: World) -> None:
    verifier, page = client_of(world, "verifier"), reverse("office:task", args=[world.ids["task"]])
    Task.objects.filter(pk=world.ids["task"]).update(state="done")
    shown = verifier.get(page).content.decode()
    assert "Buka kembali" not in shown
    assert verifier.post(page, {"tindakan": "buka", "alasan": "x"}).status_code == 403
    assert Task.objects.get(pk=world.ids["task"]).state == "done"


def test_a_cause_that_came_back_is_not_two_open_tasks(world: World) -> None:
    boss, page = client_of(world, "supervisor"), reverse("office:task", args=[world.ids["task"]])
    task = Task.objects.get(pk=world.ids["task"])
    Task.objects.filter(pk=task.pk).update(state="done")
    task.pk, task.state = world.ids["household"], "open"
    task.save(force_insert=True)
    assert boss.post(page, {"tindakan": "buka", "alasan": "belum"}).status_code == 409


def test_the_page_leads_to_handing_over_this_task(world: World) -> None:
    page = reverse("office:task", args=[world.ids["task"]])
    way = f"{reverse('office:tasks-hand-over')}?tugas={world.ids['task']}"
    boss = client_of(world, "supervisor")
    assert f'href="{way}"' in boss.get(page).content.decode()
    assert boss.get(way).status_code == 200
    assert way not in client_of(world, "verifier").get(page).content.decode()
