"""The month on one sheet, the first page's pictures, the guide of each role: what is shown is what is there."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from berdaya.access.permissions import ROLE_NAMES
from berdaya.access.selectors import actor_for
from berdaya.enterprises.models import StatusSnapshot
from berdaya.grants.models import Handover
from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import scoped
from berdaya.process.overview.month import month, month_of
from berdaya.tasks.models import Task
from berdaya.visits.models import Visit
from berdaya.web.account.guides import _all, kinds
from tests import web_world
from tests.web_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day")]
FIGURE = re.compile(r'<a href="(/usaha/\?[^"]+)">([\d.]+)<span')


@pytest.fixture
def world() -> World:
    return web_world.build(4)


@pytest.fixture
def head(client: Client, world: World) -> Client:
    return web_world.sign_in(client, web_world.sign_up(world.office, "head"))


def test_the_month_counts_what_happened_in_it(head: Client, world: World) -> None:
    actor = actor_for(web_world.sign_up(world.office, "supervisor").pk)
    with scoped(actor):
        first = month_of("")
        last = Visit.objects.filter(occurred_on__lte=clock.today()).order_by("-occurred_on").first()
        assert last is not None
        assert first == last.occurred_on.replace(day=1), "the last month that somebody has reported of"
        view = month(actor=actor, first=first)
        end = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        inside = Visit.objects.filter(occurred_on__range=(first, min(end, clock.today())))
        assert view.visits[-1] == inside.count() > 0
        assert view.visited.now == inside.values("enterprise_id").distinct().count()
        assert len(view.visits) == len(view.months) == 12
        assert sum(view.statuses.values()) == view.businesses
        assert view.goods_idr is not None
        given = Handover.objects.filter(occurred_on__range=(first, view.as_of))
        assert view.goods_idr.now == sum(given.values_list("value_idr", flat=True))
        assert view.late_count == sum(pile.count for pile in view.late)
    page = head.get(reverse("office:month"))
    assert page.status_code == 200
    assert page.content.decode().count('class="b-figure"') == 5, "at most five figures stand side by side"


def test_a_month_that_cannot_be_is_the_one_last_reported(head: Client) -> None:
    plain = head.get(reverse("office:month")).content.decode()
    title = re.search(r"<h1>.*?</h1>", plain)
    assert title is not None
    for wanted in ("1999-01", "2999-12", "'; drop", "2026-13"):
        assert title.group() in head.get(reverse("office:month"), {"bulan": wanted}).content.decode()


def test_a_past_month_opens_no_list_of_today(head: Client) -> None:
    month_before = (clock.today().replace(day=1) - timedelta(days=40)).strftime("%Y-%m")
    page = head.get(reverse("office:month"), {"bulan": month_before}).content.decode()
    assert not re.search(r'href="/usaha/\?status=', page)


def test_the_month_is_of_the_reader_s_place(world: World) -> None:
    outsider = actor_for(web_world.sign_up(world.office, "lurah", area=3512010001, above=True).pk)
    with scoped(outsider):
        assert sum(month(actor=outsider, first=date(2026, 9, 1)).visits) == 0
    trainer = actor_for(web_world.sign_up(world.office, "trainer").pk)
    with scoped(trainer), pytest.raises(Problem):
        month(actor=trainer, first=date(2026, 9, 1))


def test_every_figure_of_the_first_page_opens_a_list_of_the_same_length(head: Client, world: World) -> None:
    StatusSnapshot.objects.filter(enterprise_id=world.ids["enterprise"]).update(status="active")
    page = head.get(reverse("office:home")).content.decode()
    found = FIGURE.findall(page)
    assert len(found) >= 3, "active, unknown, visited"
    for address, figure in found:
        listed = head.get(address.replace("&amp;", "&")).content.decode()
        assert f"<b>{figure} usaha</b>" in listed, address
    late = re.findall(r'<a href="(/tugas/\?[^"]+)">[^<]+</a></span><svg.*?b-funnel__value">([\d.]+),', page)
    Task.objects.filter(state="open").update(due_on=clock.today() - timedelta(days=3))
    page = head.get(reverse("office:home")).content.decode()
    late = re.findall(r'href="(/tugas/\?[^"]+late=ya[^"]*)">.*?b-funnel__value">([\d.]+),', page)
    assert late
    for address, figure in late:
        assert f"<b>{figure} tugas</b>" in head.get(address.replace("&amp;", "&")).content.decode()


def test_every_bar_opens_a_list_of_the_same_length(head: Client) -> None:
    address = reverse("office:confirmations")
    page = head.get(address).content.decode()
    found = re.findall(r'b-funnel__name"><a href="(\?[^"]+)">.*?b-funnel__value">([\d.]+) ·', page)
    assert found
    for query, count in found:
        assert f"<b>{count} penyaluran</b>" in head.get(address + query.replace("&amp;", "&")).content.decode(), query


def test_every_role_has_its_sheet_in_both_languages(client: Client) -> None:
    assert set(kinds()) == set(ROLE_NAMES) - {"public"}
    for kind in kinds():
        page = client.get(reverse("account:guide", args=[kind]))
        assert page.status_code == 200
        assert ROLE_NAMES[kind][0] in page.content.decode()
        for step in _all()[kind]["work"]:
            assert len(step) == 3, (kind, step)
            if step[0]:
                reverse(step[0])
        for part in ("daily", "trouble"):
            assert all(len(pair) == 2 and all(pair) for pair in _all()[kind][part])
    assert client.get(reverse("account:guide", args=["tidak-ada"])).status_code == 404


def test_the_steps_of_one_s_own_guide_open(world: World) -> None:
    for kind in ("operator", "head", "auditor", "lurah"):
        reader = web_world.sign_in(Client(), web_world.sign_up(world.office, kind, above=kind in {"auditor", "lurah"}))
        page = reader.get(reverse("account:guide", args=[kind])).content.decode()
        work = page[page.index("b-guide__work") :]
        links = re.findall(r'<a href="([^"]+)">', work[: work.index("</ol>")])
        assert links, kind
        for link in links:
            assert reader.get(link).status_code == 200, (kind, link)
        assert f'href="{reverse("account:guide", args=[kind])}"' in reader.get(reverse("office:home")).content.decode()
