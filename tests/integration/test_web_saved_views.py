"""A list as somebody arranged it: columns in the address, views under a name, many tasks moved in one act."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from berdaya.access.models import SavedView
from berdaya.access.selectors import actor_for
from berdaya.access.views import MOST, drop_view, keep_view, views_of
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import scoped
from berdaya.process.overview.task_owners import owner_choices
from berdaya.tasks.models import Task
from berdaya.tasks.services import reassign_many
from berdaya.tasks.types import Owner
from tests import web_world
from tests.web_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day")]


@pytest.fixture
def world() -> World:
    return web_world.build(4)


@pytest.fixture
def boss(client: Client, world: World) -> Client:
    return web_world.sign_in(client, web_world.sign_up(world.office, "supervisor"))


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(Problem) as caught:
        yield
    assert caught.value.code == code


def keep(client: Client, name: str, query: str, listing: str = "BusinessFilter") -> None:
    sent = {"nama": name, "saringan": query, "daftar": listing, "next": reverse("office:businesses")}
    assert client.post(reverse("office:view-keep"), sent).status_code == 302


def test_columns_that_are_left_out_stay_out_on_every_link(boss: Client) -> None:
    page = reverse("office:businesses")
    every = boss.get(page).content.decode()
    assert 'data-label="Keadaan"' in every
    some = boss.get(f"{page}?show=1&show=3&sort=-name").content.decode()
    assert 'data-label="Keadaan"' not in some
    assert 'data-label="Omzet 12 bulan"' in some
    assert "show=1%2C3" in some, "the links of sorting carry the columns"
    assert boss.get(f"{page}?show=99,x,-1").status_code == 200


def test_a_view_is_kept_found_and_dropped(boss: Client) -> None:
    keep(boss, "  Yang   lemah ", "status=weak&show=1%2C3&q=Siti&mark=ab&page=3")
    view = SavedView.objects.get()
    assert (view.name, view.query) == ("Yang lemah", "status=weak&show=1%2C3"), "no word that was searched for is kept"
    page = boss.get(f"{reverse('office:businesses')}?{view.query}").content.decode()
    assert "Tampilan (1)" in page
    assert 'aria-current="true">Yang lemah' in page
    keep(boss, "Yang lemah", "status=dormant")
    assert SavedView.objects.get().query == "status=dormant", "the same name is the same view"
    assert ">Yang lemah</a>" not in boss.get(reverse("office:groups")).content.decode(), "each list has its own"
    sent = {"next": reverse("office:businesses")}
    assert boss.post(reverse("office:view-drop", args=[view.pk]), sent).status_code == 302
    assert not SavedView.objects.exists()


def test_a_view_belongs_to_one_account(boss: Client, world: World) -> None:
    keep(boss, "Punya saya", "status=weak")
    view = SavedView.objects.get()
    other = web_world.sign_in(Client(), web_world.sign_up(world.office, "operator"))
    assert "Punya saya" not in other.get(reverse("office:businesses")).content.decode()
    assert other.post(reverse("office:view-drop", args=[view.pk])).status_code == 404
    assert SavedView.objects.filter(pk=view.pk).exists()


def test_what_is_no_view_is_named(world: World) -> None:
    actor = actor_for(web_world.sign_up(world.office, "operator").pk)
    with scoped(actor):
        for at in range(MOST):
            keep_view(actor=actor, listing="TaskFilter", name=f"tampilan {at}", query="")
        for name, listing, query, code in (
            ("satu lagi", "TaskFilter", "", "views_full"),
            ("   ", "TaskFilter", "", "view_unnamed"),
            ("nama", "<script>", "", "not_found"),
            ("nama", "TaskFilter", "x" * 601, "not_found"),
        ):
            with refused(code):
                keep_view(actor=actor, listing=listing, name=name, query=query)
        keep_view(actor=actor, listing="TaskFilter", name="tampilan 3", query="late=ya")
        assert len(views_of(actor=actor, listing="TaskFilter")) == MOST
        with refused("not_found"):
            drop_view(actor=actor, view_id=0)


def tasks_like(task: Task, count: int) -> list[UUID]:
    """So many more tasks of the same kind, place and owner."""
    made = []
    for at in range(count):
        task.pk, task.cause, task._state.adding = None, f"{task.kind}:{at}", True
        task.save()
        made.append(task.pk)
    return made


@pytest.fixture
def many(world: World) -> list[UUID]:
    return tasks_like(Task.objects.get(pk=world.ids["task"]), 3)


def test_ticked_tasks_change_hands_together_and_the_button_says_how_many(
    boss: Client, world: World, many: list[UUID]
) -> None:
    listed = boss.get(reverse("office:tasks") + "?whose=semua").content.decode()
    assert listed.count('name="tugas"') == Task.objects.filter(state="open").count() >= 4
    page = reverse("office:tasks-hand-over")
    two = [str(key) for key in many[:2]]
    asked = boss.get(page, {"tugas": two}).content.decode()
    assert "Serahkan 2 tugas" in asked
    turned = boss.post(page, {"tugas": two, "pemilik": ""})
    assert turned.status_code == 400
    assert "Pemilik baru belum dipilih" in turned.content.decode()
    done = boss.post(page, {"tugas": two, "pemilik": "supervisor", "alasan": "cuti"}, follow=True)
    assert "2 tugas diserahkan kepada Kepala Bidang" in done.content.decode()
    owners = dict(Task.objects.filter(pk__in=many).values_list("pk", "owner_role"))
    assert [owners[key] for key in many[:2]] == ["supervisor", "supervisor"]
    assert owners[many[2]] != "supervisor"


def test_all_of_the_filter_are_asked_about_first(boss: Client, many: list[UUID]) -> None:
    page = reverse("office:tasks-hand-over")
    every = Task.objects.filter(state="open").count()
    assert f"Serahkan {every} tugas" in boss.get(page, {"semua": "ya", "whose": "semua"}).content.decode()
    assert "Belum ada tugas yang ditandai" in boss.get(page).content.decode()
    assert "Belum ada tugas yang ditandai" in boss.get(page, {"tugas": ["bukan", "'"]}).content.decode()


def test_nobody_gets_a_task_that_she_would_not_see(world: World, many: list[UUID]) -> None:
    boss = actor_for(web_world.sign_up(world.office, "supervisor").pk)
    with scoped(boss):
        elsewhere = Owner("camat", None, ((1, 2),))
        with refused("task_owner_elsewhere"):
            reassign_many(actor=boss, task_ids=many, owner=elsewhere, reason="")
        assert all(choice.owner.ranges for choice in owner_choices(actor=boss))
        Task.objects.filter(pk=many[2]).update(state="done")
        here = Owner("supervisor", None, boss.ranges)
        with refused("bad_state"):
            reassign_many(actor=boss, task_ids=many, owner=here, reason="")
        assert not Task.objects.filter(owner_role="supervisor", pk__in=many).exists(), "all or none"
        with refused("not_found"):
            reassign_many(actor=boss, task_ids=[world.office.pk and UUID(int=1)], owner=here, reason="")
    clerk = actor_for(web_world.sign_up(world.office, "auditor").pk)
    with scoped(clerk), refused("not_allowed"):
        reassign_many(actor=clerk, task_ids=many, owner=here, reason="")
