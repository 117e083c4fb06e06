"""Every address of the office, tried by those who may and by those who may not; an address not listed fails."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from berdaya.access.models import Office
from berdaya.access.permissions import PERMISSIONS
from berdaya.web.office.urls import urlpatterns
from tests import web_village, web_world
from tests.web_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day", "own_files")]

LISTS = {
    "funds",
    "confirmations", "lpj-list", "lpj-export",
    "home", "tasks", "programmes", "families", "families-export", "classes", "classes-export", "handovers",
    "handovers-export", "businesses", "businesses-export", "groups", "groups-export", "events", "map", "documents",
    "offers",
    "look-alikes", "similar", "transfers",
    "rupiah", "purchases", "handover-days",
}  # fmt: skip
PROCESS = {
    "packages": (),
    "programme": (), "stage": ("terpilih",), "stage-export": ("terpilih",), "decision": ("candidate",),
    "approve": ("approval",), "report": (), "report-workbook": (), "upload": (),
    "steps": (), "visits": (), "meetings": (), "meeting": ("meeting",), "objections": (), "simulation": (),
    "decrees": (), "annex": ("decree",),
}  # fmt: skip
THINGS = {
    "fund": "fund", "fund-meeting": "fund", "fund-meeting-paper": "fund", "fund-meeting-view": "fund_meeting",
    "decree-line": "decree_line", "photo": "photo", "handover-day": "handover_day", "handover-cards": "handover_day",
    "purchase": "purchase",
    "old-book": "group", "brought": "group", "lifecycle": "group", "fund-books": "fund", "fund-books-pdf": "fund",
    "fund-books-xlsx": "fund",
    "governance": "group", "group-books": "group", "speech": "handover", "lpj": "lpj", "lpj-paper": "lpj",
    "task": "task", "class": "class", "handover": "handover", "business": "enterprise", "group": "group",
    "exhibition": "exhibition", "contest": "contest", "document-file": "document",
    "offer": "offer", "scan": "scan",
    "look-alike": "look-alike", "transfer": "transfer",
}  # fmt: skip
SHARED = {"family"}
POSTS = {
    "handover-letters",
    "fund-action",
    "growth",
    "coach",
    "card-revoke",
    "cards",
    "slips",
    "lost-code",
    "second-look",
    "lpj-open",
    "search",
    "screen",
    "step",
}
POSTS |= {"handover-letters", "slips", "lost-code", "second-look", "lpj-open", "search", "screen", "step"}
OTHER = {"complaints", "complaint", "complaint-photo", "complaint-call", "reveal", "file", "accounts", "account-reset"}
OTHER |= {
    "field", "field-mentor", "field-report", "field-conflicts", "field-conflict", "field-stuck", "field-queue",
    "devices", "device", "device-as",
}  # fmt: skip
"""Tried by outsiders in ``test_sync_office``."""
OTHER |= {
    "complaints",
    "complaint",
    "complaint-photo",
    "complaint-call",
    "reveal",
    "file",
    "accounts",
    "account-reset",
    "import",
    "import-template",
}
LADDER = {
    "programme",
    "stage",
    "stage-export",
    "report",
    "report-workbook",
    "upload",
    "class",
    "exhibition",
    "contest",
    "offer",
    "packages",
}
"""Configuration without personal data: readable where its area contains or lies in the scope, whatever the office."""


PROCESS |= {"placement": ()}
THINGS |= {"class-work": "class"}
OTHER |= {"class-session", "class-paper"}
LISTS |= {"imports", "daily"}
LISTS |= {"imports"}
LISTS |= {"proposals", "goods-waiting"}
THINGS |= {"proxies": "decree_line", "returns": "handover", "lot": "lot", "proposal": "proposal"}
OTHER |= {"import", "import-template"}
OTHER |= {"class-session", "class-paper", "form-paper"}
LADDER |= {"class-work", "placement"}
LISTS |= {"class-calendar"}
OTHER |= {"class-material"}
LISTS |= {"resources", "resources-export", "catalogue", "catalogue-book"}
OTHER |= {"catalogue-entry", "catalogue-new"}
LISTS |= {"assessments", "assessments-export", "instruments"}
PROCESS |= {"group-proposals": ()}
LADDER |= {"group-proposals"}
THINGS |= {"member-book": "membership", "member-book-pdf": "membership", "member-books-pdf": "group"}
THINGS |= {"group-proposal": "group-proposal", "group-proposal-paper": "group-proposal"}
OTHER |= {"instrument", "instrument-xlsform", "instrument-fill", "instrument-paper"}
LISTS |= {"consent-texts"}
LISTS |= {"field-held"}
OTHER |= {"sign-in-rules"}
LISTS |= {"growth-rules"}
LISTS |= {"signers"}
SHARED |= {"family-consent", "consent-sheet"}
OTHER |= {"visit-sheets"}
LISTS |= {"exhibition-new", "contest-new", "tasks-hand-over", "month"}
POSTS |= {"view-keep", "view-drop"}
THINGS |= {"exhibition-edit": "exhibition", "contest-edit": "contest"}
THINGS |= {"exhibition-print": "exhibition", "contest-print": "contest"}
LADDER |= {"exhibition-print", "contest-print"}
LISTS |= {"partners", "partners-export"}
PROCESS |= {"proof": ()}
LADDER |= {"proof"}
THINGS |= {"partner": "partner"}
LADDER |= {"partner"}


@pytest.fixture
def world() -> World:
    made = web_world.build(2)
    web_world.things.accountability(made)
    web_village.add(made)
    return made


def address(name: str, world: World) -> str:
    ids, code = world.ids, world.ids["code"]
    if name in LISTS:
        return reverse(f"office:{name}")
    if name in PROCESS:
        return reverse(f"office:{name}", args=[code, *(ids.get(word, word) for word in PROCESS[name])])
    if name in {"family", "family-consent", "consent-sheet"}:
        return reverse(f"office:{name}", args=[ids["household"]])
    return reverse(f"office:{name}", args=[ids[THINGS[name]]])


def client_of(office: Office, kind: str, **where: object) -> Client:
    return web_world.sign_in(Client(), web_world.sign_up(office, kind, username=f"{kind}-{office.pk}", **where))  # type: ignore[arg-type]


def test_every_address_is_in_the_table() -> None:
    named = {pattern.name for pattern in urlpatterns}
    assert named == LISTS | set(PROCESS) | set(THINGS) | SHARED | POSTS | OTHER


def test_nobody_gets_in_without_signing_in(client: Client, world: World) -> None:
    for name in LISTS | set(PROCESS) | set(THINGS) | SHARED:
        response = client.get(address(name, world))
        assert response.status_code == 302, name
        assert response.headers["Location"].startswith("/masuk/"), name
    for name, arguments in (("search", []), ("screen", [world.ids["code"]]), ("step", [world.ids["code"], "beku"])):
        assert client.post(reverse(f"office:{name}", args=arguments)).status_code == 302


def test_three_outsiders_find_nothing_and_the_operator_everything(world: World) -> None:
    inside = client_of(world.office, "operator")
    neighbour = Office.objects.create(code="diskop", name="Dinas Koperasi", area=web_world.KABUPATEN)
    far = Office.objects.create(code="bondowoso", name="Dinas Sosial Bondowoso", area=3511000000)
    outsiders = {
        "other office": client_of(neighbour, "operator"),
        "other area": client_of(far, "operator", area=3511000000),
        "other mentor": client_of(world.office, "mentor"),
    }
    for name in [*PROCESS, *THINGS]:
        if name == "document-file":
            continue  # rendering a letter needs real data; its row is tried below
        assert inside.get(address(name, world)).status_code == 200, name
        for who, outsider in outsiders.items():
            status = outsider.get(address(name, world)).status_code
            if name in LADDER and who != "other area":
                assert status in {200, 403}, (who, name, status)
                assert b"Rohmah" not in outsider.get(address(name, world)).content, (who, name)
            else:
                assert status in {403, 404}, (who, name, status)
    for who, outsider in outsiders.items():
        assert outsider.get(address("document-file", world)).status_code in {403, 404}, who


def test_lists_of_outsiders_are_empty(world: World) -> None:
    neighbour = Office.objects.create(code="diskop", name="Dinas Koperasi", area=web_world.KABUPATEN)
    inside, outside = client_of(world.office, "operator"), client_of(neighbour, "operator")
    for name in ("handovers", "businesses", "groups", "tasks", "documents"):
        page = reverse(f"office:{name}") + ("?whose=semua" if name == "tasks" else "")
        assert "data-label" in inside.get(page).content.decode(), name
        assert "data-label" not in outside.get(page).content.decode(), name


def test_a_family_is_shared_in_its_area_only(world: World) -> None:
    page = address("family", world)
    neighbour = Office.objects.create(code="diskop", name="Dinas Koperasi", area=web_world.KABUPATEN)
    far = Office.objects.create(code="bondowoso", name="Dinas Sosial Bondowoso", area=3511000000)
    shared = client_of(neighbour, "operator").get(page)
    assert shared.status_code == 200
    assert "UEP Situbondo 2024" not in shared.content.decode()
    assert client_of(far, "operator", area=3511000000).get(page).status_code == 404


def test_a_number_is_shown_to_those_who_may_and_only_for_a_reason(world: World) -> None:
    page = reverse("office:reveal", args=[world.ids["household"], world.ids["person"]])
    assert client_of(world.office, "operator").get(page).status_code == 403
    checker = client_of(world.office, "verifier")
    assert checker.get(page).status_code == 200
    assert checker.post(page, {"alasan": ""}).status_code >= 400


def test_accounts_belong_to_those_who_manage_them(world: World) -> None:
    assert client_of(world.office, "operator").get(reverse("office:accounts")).status_code == 403
    admin = client_of(world.office, "admin")
    assert world.ids["maker"].username in admin.get(reverse("office:accounts")).content.decode()
    far = Office.objects.create(code="bondowoso", name="Dinas Sosial Bondowoso", area=3511000000)
    stranger = web_world.sign_up(far, "operator", area=3511000000, username="orang-jauh")
    assert admin.get(reverse("office:account-reset", args=[stranger.pk])).status_code == 404


def mine_of(kind: str, world: World) -> dict[str, object]:
    """What is open to a role that sees only its own."""
    own = {"enterprises": world.ids["enterprise"], "households": world.ids["household"], "groups": world.ids["group"]}
    return {"trainer": {"classes": world.ids["class"]}, "mentor": own, "sponsor": own, "group_officer": own}.get(
        kind, {}
    )


@pytest.mark.parametrize("kind", sorted(set(PERMISSIONS) - {"public"}))
def test_no_page_breaks_for_any_role(kind: str, world: World) -> None:
    above = kind in {"auditor", "mayor", "camat", "lurah"}
    account = web_world.sign_up(world.office, kind, above=above, username=f"uji-{kind}")
    web_world.open_to(account, **mine_of(kind, world))  # type: ignore[arg-type]
    client = web_world.sign_in(Client(raise_request_exception=False), account)
    home = client.get("/")
    assert home.status_code == 200
    for name in sorted(LISTS | set(PROCESS) | set(THINGS) | SHARED):
        if name != "document-file":
            assert client.get(address(name, world)).status_code in {200, 403, 404}, name
    for link in re.findall(r'<li><a href="(/[a-z]*/?)"', home.content.decode()):
        assert client.get(link).status_code == 200, f"the menu leads {kind} to {link}"
