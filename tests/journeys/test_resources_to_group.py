"""From what a village has to a group: the lurah types it, the planner is warned, a family is asked, a group is founded.

One journey at a desk and on a phone; every page that it opens is checked by axe and for sideways scrolling.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from berdaya.access.models import Account, Office
from berdaya.areas.services import load_areas
from berdaya.forms.models import Response
from berdaya.forms.services import ensure_instruments
from berdaya.groups.models import Group, Membership, Officer
from berdaya.kernel.scope import Actor, scoped
from berdaya.people.models import Person
from berdaya.programmes.models import Candidate
from berdaya.programmes.values import ProgrammeRef
from berdaya.training.models import VillageResource
from tests import web_world
from tests.integration.training_world import decreed, families, place_villages
from tests.journeys.conftest import check_axe, check_page, sign_in, text_of

pytestmark = pytest.mark.journey
AREA = 3512000000
TODAY = date(2024, 8, 9)
GROUP = {"group": {"size": {"min": 3, "max": 5}, "same": "kecamatan"}}


@dataclass
class Cast:
    """The programme and who plays; the lurah's village is that of the first family."""

    programme: ProgrammeRef
    accounts: dict[str, Account]
    village: int

    def to(self, route: str) -> str:
        return reverse(f"office:{route}", args=[self.programme.code])


@pytest.fixture
def cast(transactional_db: None, make_actor: Callable[..., Actor], settings: Any) -> Cast:
    settings.BERDAYA_TODAY = TODAY
    load_areas(within=AREA)
    place_villages()
    operator = make_actor("operator")
    office = Office.objects.get(pk=operator.office)
    programme = decreed(operator, families(operator, 8), **GROUP)
    with scoped(operator):
        ensure_instruments(actor=operator, area=AREA)
        Person.objects.update(birth_date=date(1985, 3, 4))
        village = Candidate.objects.filter(programme=programme.id).order_by("list_no").values_list("area", flat=True)[0]
    accounts = {
        "operator": web_world.sign_up(office, "operator", area=AREA, username="operator-uji"),
        "lurah": web_world.sign_up(office, "lurah", area=village, above=True, username="lurah-uji"),
        "tksk": web_world.sign_up(office, "verifier", area=AREA, username="tksk-uji"),
    }
    return Cast(programme, accounts, village)


def no_sideways(page: Any, where: str) -> None:
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert over <= 0, f"{where} scrolls sideways by {over} px"


def seen(page: Any, where: str) -> str:
    """What the page says; nothing on it scrolls sideways or breaks a rule of accessibility."""
    no_sideways(page, where)
    check_axe(page, where)
    return text_of(page)


def the_village_says_what_it_has(page: Any, cast: Cast) -> None:
    sign_in(page, "lurah-uji")
    page.goto(reverse("office:resources"))
    form = page.locator("#catat")
    form.get_by_label("Sumber daya").select_option(label="Rotan")
    form.get_by_label("Kekuatan").select_option("3")
    form.get_by_label("Sumber keterangan").fill("musyawarah desa")
    form.get_by_role("button", name="Simpan catatan").click()
    page.wait_for_load_state()
    assert "Tercatat: Rotan, banyak." in seen(page, "the village's page")
    row = VillageResource.objects.get()
    assert (row.area, row.resource, row.strength) == (cast.village, "rattan", 3)


def the_planner_is_warned(page: Any, cast: Cast) -> None:
    page.goto(reverse("office:resources"))
    warned = page.locator("#tanpa-kelas")
    assert "Anyaman rotan" in warned.inner_text()
    assert "belum ada kelas" in seen(page, "the planner's page of resources")
    page.goto(cast.to("placement"))
    assert "Rotan" in page.locator("#sumber-daya").inner_text()


def a_family_is_asked(page: Any) -> None:
    page.goto(f"{reverse('office:assessments')}?state=belum")
    seen(page, "the list of assessments")
    page.locator(".b-table tbody th a").first.click()
    page.wait_for_load_state()
    seen(page, "the assessment to be filled in")
    page.get_by_label("Pilihan 1").select_option(label="Anyaman rotan")
    for name in (
        "interest_strength",
        "skill_level",
        "bookkeeping",
        "family_support",
        "place_ready",
        "reading",
        "phone",
    ):
        page.locator(f"input[name=q-{name}]").last.check()
    page.locator("input[name=q-childcare][value='n/a']").check()
    for name, value in (("months_in_business", "12"), ("hours_a_day", "5"), ("travel_km", "4,5")):
        page.locator(f"input[name=q-{name}]").fill(value)
    page.get_by_role("button", name="Simpan jawaban").click()
    page.wait_for_load_state()
    said = seen(page, "the result of the assessment")
    response = Response.objects.get()
    assert f"Nilai {response.scores['total']} dari {response.scores['best']}" in said
    assert response.answers["kinds"] == ["rattan_weaving"]
    assert response.answers["travel_km"] == 4.5


def a_group_is_proposed_confirmed_and_founded(page: Any, cast: Cast) -> None:
    page.goto(cast.to("group-proposals"))
    seen(page, "before anybody is proposed")
    page.get_by_role("button", name="Usulkan kelompok").click()
    page.wait_for_load_state()
    seen(page, "the proposals")
    page.locator(".b-rows h3 a").first.click()
    page.wait_for_load_state()
    rows = page.locator("fieldset.b-answer")
    for at in range(3):
        rows.nth(at).get_by_label("mau", exact=True).check()
    rows.nth(3).get_by_label("tidak", exact=True).check()
    page.get_by_role("button", name="Simpan jawaban").click()
    page.wait_for_load_state()
    assert "3 mau, 1 tidak" in seen(page, "who wants to join")
    meeting = page.locator("#dirikan")
    meeting.get_by_label("Tempat").fill("Balai desa")
    meeting.get_by_label("Nama kelompok").fill("KUBE Rotan Lestari")
    for at, office in enumerate(("Ketua", "Sekretaris", "Bendahara"), start=1):
        meeting.get_by_label(office).select_option(index=at)
    meeting.get_by_label("Catatan rapat").fill("Sepakat menganyam bersama dan bertemu setiap bulan.")
    meeting.get_by_role("button", name="Catat pendirian").click()
    page.wait_for_load_state()
    assert "/usulan/" not in page.url, text_of(page)
    said = seen(page, "the founded group")
    assert "KUBE Rotan Lestari" in said
    assert "Bendahara" in said or "bendahara" in said


@pytest.mark.parametrize("width", [1280, 360])
def test_from_the_villages_rattan_to_a_founded_group(open_page: Callable[..., Any], cast: Cast, width: int) -> None:
    the_village_says_what_it_has(open_page(width=width), cast)
    tksk = open_page(width=width)
    sign_in(tksk, "tksk-uji")
    operator = open_page(width=width)
    sign_in(operator, "operator-uji")
    the_planner_is_warned(operator, cast)
    a_family_is_asked(tksk)
    a_group_is_proposed_confirmed_and_founded(operator, cast)
    group = Group.objects.get()
    assert (group.name, group.founded_on) == ("KUBE Rotan Lestari", TODAY)
    assert Membership.objects.filter(group=group, left_on=None).count() == 3
    assert Officer.objects.filter(group=group, until=None).count() == 3


def test_catalogue_and_instruments_read_well_on_a_desk_and_on_a_phone(
    open_page: Callable[..., Any], cast: Cast
) -> None:
    page = open_page()
    sign_in(page, "operator-uji")
    for route, args in (
        ("resources", []), ("catalogue", []), ("catalogue-entry", ["kind", "batik"]), ("catalogue-new", ["package"]),
        ("instruments", []), ("instrument", ["assessment"]), ("assessments", []),
    ):  # fmt: skip
        check_page(page, reverse(f"office:{route}", args=args))
