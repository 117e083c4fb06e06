"""Every address of the whole server x every role x where the role lies; an address that no table names fails.

``OWN`` says what a role opens in its own office and area. The other tables say what of it is left to somebody of the
same role elsewhere: each refusal stands beside the same address opening for the one next door.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from berdaya.access.models import Office
from berdaya.access.permissions import PERMISSIONS
from berdaya.access.selectors import actor_for
from berdaya.audit.models import AuditEntry
from berdaya.documents import selectors as letters
from berdaya.documents.models import Document
from berdaya.files import store
from berdaya.files.models import StoredFile
from berdaya.kernel.crypto import key_ring
from berdaya.kernel.ids import new_id
from berdaya.kernel.scope import scoped
from berdaya.market import public
from berdaya.market import services as market
from berdaya.market.models import Product, Storefront
from berdaya.market.types import NewProduct, NewStorefront
from berdaya.people.models import Person
from berdaya.people.numbers import nik_context
from berdaya.process.field import monthly
from berdaya.programmes.models import Approval, Programme
from berdaya.tasks.models import Task
from berdaya.training.models import ClassMaterial
from tests import web_village, web_world
from tests.field_world import things as field_things
from tests.web_routes import books, potential
from tests.web_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day", "own_files")]
ROLES = sorted(set(PERMISSIONS) - {"public"})

LISTS = {
    "office:funds",
    "office:look-alikes", "office:similar", "office:transfers",
    "office:home", "office:tasks", "office:programmes", "office:families", "office:families-export", "office:classes",
    "office:classes-export", "office:rupiah", "office:purchases", "office:handover-days", "office:handovers",
    "office:handovers-export", "office:businesses",
    "office:businesses-export", "office:groups", "office:groups-export", "office:events", "office:map",
    "office:documents", "office:accounts", "office:confirmations", "office:lpj-list", "office:lpj-export",
    "office:complaints", "office:complaint-call",
    "office:offers", "office:imports", "office:import-template", "office:daily",
}  # fmt: skip
LISTS |= {"office:proposals", "office:goods-waiting", "office:tasks-hand-over", "office:month"}
LISTS |= {"office:field", "office:devices", "office:field-conflicts", "office:field-stuck", "office:field-queue",
          "office:field-held", "office:sign-in-rules"}  # fmt: skip
"""Addresses without an id: they open for the role wherever it lies, and show only what lies there."""
LADDER = {
    "office:programme", "office:stage", "office:stage-export", "office:report", "office:report-workbook",
    "office:upload", "office:class", "office:exhibition", "office:contest", "office:offer", "office:packages",
}  # fmt: skip
"""Configuration without personal data: readable by other offices of the same area as well."""
SHARED = {"office:family", "office:reveal"}
"""One register of families for all offices of an area; what an office did with them is its own."""
EVERYBODY = {
    "account:sign-in", "account:help", "shop:catalogue", "shop:product", "shop:share-image", "shop:seller",
    "shop:exhibitions", "shop:exhibition", "shop:figures", "shop:document", "field:shell", "field:manifest",
    "shop:programmes", "public:confirm", "public:confirm-code", "public:complain", "public:complaint-status",
    "public:card", "account:guide",
}  # fmt: skip
SIGNED_IN = {"account:password", "account:roles", "account:me", "account:factor"}
POST_ONLY = {
    "office:fund-action",
    "office:growth", "office:coach", "office:card-revoke", "office:cards",
    "office:handover-letters",
    "office:slips", "office:lost-code", "office:second-look", "office:lpj-open",
    "account:sign-out", "account:language", "account:keys", "office:search", "office:screen", "office:step",
    "office:view-keep", "office:view-drop", "account:alive",
}  # fmt: skip
HALFWAY = {"account:sign-in-code"}
"""Opens between password and code alone: ``test_access_factor``."""
DEMO_ONLY = {"gallery"}
BUNDLED = {"field:worker"}
"""Made from bundles: open to everybody, and not there where ``./berdaya setup`` has not built them."""

_REGISTER = {"office:offers", "office:offer"}
_VILLAGE = {"office:meetings", "office:meeting", "office:objections"}
_PROGRAMME = {"office:home", "office:programmes", "office:programme", "office:events", "office:exhibition",
              "office:contest", "office:classes", "office:classes-export", "office:class",
              "office:approve", "office:steps", "office:rupiah",
              "office:packages"} | _REGISTER | _VILLAGE  # fmt: skip
_BUSINESS = {"office:businesses", "office:businesses-export", "office:business", "office:map"}
_GROUP = {"office:groups", "office:groups-export", "office:group", "office:governance", "office:group-books",
          "office:funds", "office:fund", "office:fund-meeting-view", "office:fund-meeting-paper", "office:fund-books",
          "office:fund-books-pdf", "office:fund-books-xlsx", "office:member-book",
          "office:member-book-pdf", "office:member-books-pdf"}  # fmt: skip
_FAMILY = {"office:families", "office:families-export", "office:family", "office:stage", "office:stage-export",
           "office:decision", "office:handovers", "office:handovers-export", "office:handover", "office:decree-line",
           "office:photo", "office:handover-days", "office:handover-day", "office:purchases",
           "office:purchase", "office:proposals", "office:proposal", "office:goods-waiting", "office:proxies",
           "office:returns", "office:lot"}  # fmt: skip
_WORD = {"office:confirmations", "office:speech"}
_LPJ = {"office:lpj-list", "office:lpj-export", "office:lpj"}
_CASE = {"office:complaints", "office:complaint", "office:complaint-photo"}
_TASK = {"office:tasks", "office:task"}
_REPORT = {"office:report", "office:report-workbook", "office:month"}
_PAPER = {"office:documents", "office:document-file", "office:decrees", "office:annex", "office:scan"}
_READER = {"office:visits", "office:lpj-paper"} | _PROGRAMME | _BUSINESS | _GROUP | _FAMILY | _TASK | _REPORT | _PAPER
_READER |= _WORD | _LPJ
_TRY = {"office:simulation", "office:growth-rules"}
_IMPORT = {"office:imports", "office:import"}
_DOUBLES = {"office:look-alikes", "office:look-alike", "office:similar", "office:transfers", "office:transfer"}

_FIELD = {"office:field", "office:field-mentor", "office:field-report", "office:devices", "office:device",
          "office:device-as", "office:field-conflicts", "office:field-conflict", "office:field-stuck",
          "office:field-queue"}  # fmt: skip

OWN: dict[str, set[str]] = {
    "operator": {"office:fund-meeting", "office:old-book", "office:lifecycle"} | _READER | _TRY | _DOUBLES | _IMPORT | {
                                                       "office:upload", "office:file", "office:complaint-call",
                                                       "office:handover-cards", "office:import-template"},
    "verifier": _READER | {"office:reveal"},
    "supervisor": _READER | _TRY | _DOUBLES | _CASE | _IMPORT | {
        "office:reveal", "office:accounts", "office:account-reset", "office:complaint-call"},
    "head": _READER | _TRY | _CASE | _IMPORT | {"office:reveal", "office:accounts", "office:account-reset",
                                  "office:complaint-call"},
    "admin": _PROGRAMME | {"office:accounts", "office:account-reset", "office:sign-in-rules"},
    "auditor": _READER | _CASE,
    "mayor": _PROGRAMME | _BUSINESS | _TASK | _REPORT,
    "camat": _PROGRAMME | _BUSINESS | _GROUP | _TASK | _REPORT,
    "lurah": _PROGRAMME | _BUSINESS | _GROUP | _TASK | _REPORT,
    "ukpd": _PROGRAMME | _BUSINESS | _TASK | _REPORT,
    "mentor": {"office:home", "office:events", "office:exhibition", "office:contest", "office:classes",
               "office:classes-export", "office:class", "office:families", "office:families-export",
               "office:family"} | _BUSINESS | _GROUP | _TASK | _LPJ | _REGISTER,
    "sponsor": {"office:home"} | _BUSINESS | _GROUP | _TASK,
    "group_officer": {"office:fund-meeting", "office:home", "office:lpj-list", "office:lpj"} | _BUSINESS | _GROUP,
    "trainer": {"office:home", "office:classes", "office:classes-export", "office:class"},
}  # fmt: skip
for _kind in ("operator", "supervisor", "head", "admin"):
    OWN[_kind] |= _FIELD
for _kind in ("operator", "supervisor", "head"):
    OWN[_kind] |= {"office:daily", "office:tasks-hand-over"}
for _kind in ("operator", "supervisor"):
    OWN[_kind] |= {"office:field-held"}
for _kind in ("verifier", "mentor"):
    OWN[_kind] |= {"office:field-queue"}
# Classes at work: a trainer records in her own, the operator in all of the office's.
for _kind in ROLES:
    OWN[_kind] = OWN[_kind] | ({"office:class-work"} if "office:class" in OWN[_kind] else set())
    OWN[_kind] = OWN[_kind] | ({"office:placement"} if "office:programme" in OWN[_kind] else set())
for _kind in ("operator", "trainer"):
    OWN[_kind] = OWN[_kind] | {"office:class-session"}
OWN["operator"] = OWN["operator"] | {"office:class-paper"}
for _kind in ROLES:  # the office's own instruments, to whoever reads families there
    OWN[_kind] = OWN[_kind] | ({"office:form-paper"} if "office:family" in OWN[_kind] else set())
LADDER |= {"office:class-work", "office:placement", "office:form-paper"}
EVERYBODY |= {"shop:check-in", "public:invitation", "public:invitation-material"}
for _kind in ROLES:
    OWN[_kind] |= {"office:class-calendar", "office:class-material"} if "office:class" in OWN[_kind] else set()
OWN["mentor"] = OWN["mentor"] - {"office:class-material"}
for _kind in ROLES:  # consents: read by the office's own people; no home of this world waits for a sheet
    if "office:family" in OWN[_kind] and _kind != "mentor":
        OWN[_kind] = OWN[_kind] | {"office:family-consent", "office:consent-texts"}
OWN["operator"], OWN["verifier"] = (OWN[_kind] | {"office:consent-sheet"} for _kind in ("operator", "verifier"))
SHARED |= {"office:family-consent", "office:consent-sheet"}
LISTS |= {"office:consent-texts", "office:growth-rules", "office:class-calendar"}
_POTENTIAL = {"office:resources", "office:resources-export", "office:catalogue", "office:catalogue-book",
              "office:catalogue-entry"}  # fmt: skip
for _kind in ROLES:  # what villages have and what can be learned holds no personal data
    OWN[_kind] = OWN[_kind] | (_POTENTIAL if "programme.read" in PERMISSIONS[_kind] else set())
OWN["operator"] = OWN["operator"] | {"office:catalogue-new"}
LISTS |= _POTENTIAL | {"office:catalogue-new", "office:assessments", "office:assessments-export", "office:instruments"}
for _kind in ROLES:
    _holds = PERMISSIONS[_kind]
    if _kind not in {"mentor", "sponsor", "group_officer", "trainer"}:
        if "family.read" in _holds:
            OWN[_kind] = OWN[_kind] | {"office:assessments", "office:assessments-export"}
        if {"family.read", "business.read"} & _holds:
            OWN[_kind] = OWN[_kind] | {"office:instruments"}
    if {"family.read", "business.read", "group.read"} & _holds:
        if {"family.read", "business.read"} & _holds:
            OWN[_kind] = OWN[_kind] | {"office:instrument", "office:instrument-xlsform"}
        if "family.read" in _holds:
            OWN[_kind] = OWN[_kind] | {"office:instrument-fill", "office:instrument-paper"}
LADDER |= {"office:instrument", "office:instrument-xlsform"}
for _kind in ("operator", "verifier", "supervisor", "head", "auditor", "camat", "lurah"):
    OWN[_kind] = OWN[_kind] | {"office:group-proposals", "office:group-proposal", "office:group-proposal-paper"}
LADDER |= {"office:group-proposals"}
SHARED |= {"office:instrument-fill", "office:instrument-paper"}
_EVENTS = {"office:exhibition-edit", "office:contest-edit", "office:exhibition-new", "office:contest-new"}
_PARTNERS = {"office:partners", "office:partner", "office:partners-export"}
OWN["operator"] = OWN["operator"] | _EVENTS | {"office:brought"}
for _kind in ROLES:
    if "office:exhibition" in OWN[_kind]:
        OWN[_kind] = OWN[_kind] | {"office:exhibition-print", "office:contest-print"} | _PARTNERS
    OWN[_kind] = OWN[_kind] | {"office:proof"} if "office:report" in OWN[_kind] else OWN[_kind]
LISTS |= {"office:exhibition-new", "office:contest-new", "office:partners", "office:partners-export"}
LADDER |= {"office:exhibition-print", "office:contest-print", "office:partner", "office:proof"}
LISTS |= {"office:signers"}
OWN["operator"], OWN["admin"] = (OWN[_kind] | {"office:signers"} for _kind in ("operator", "admin"))
ABOVE = {"auditor", "mayor", "camat", "lurah"}
SUBJECTS = {"mentor", "sponsor", "group_officer", "trainer"}
ELSEWHERE: dict[str, set[str]] = {
    "other area": LISTS,
    "other office": LISTS | LADDER | SHARED,
    "other mentor": LISTS | LADDER,
}
"""Of what a role opens in its own place, this much is left to the same role elsewhere."""


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """The office with a shop, a file on disk and a letter that needs no typesetting."""
    made = web_world.build(2)
    web_world.things.accountability(made)
    web_village.add(made)
    open_shop(made)
    person = made.ids["person"]
    sealed = key_ring().seal("3512045001859001", context=nik_context(person))
    Person.objects.filter(pk=person).update(nik_cipher=sealed)
    file = StoredFile.objects.get(name="bast.pdf")
    StoredFile.objects.filter(pk=file.pk).update(sha256=store.put(b"%PDF-1.7 uji"))
    made.ids["file"] = file.pk
    ClassMaterial.objects.create(
        id=made.ids["class-material"], area=file.area, office=made.office, training_class_id=made.ids["class"],
        title="Modul uji", file=file,
    )  # fmt: skip
    made.ids["import"] = web_world.things.an_import(made, file.pk)
    made.ids["colleague"] = web_world.sign_up(made.office, "verifier", username="rekan").pk
    document = Document.objects.get(pk=made.ids["document"])
    Document.objects.filter(pk=document.pk).update(data={"head": {"office": "uji"}})
    made.ids["token"] = document.token
    made.ids |= field_things(made.office)
    for module in (letters, monthly):
        monkeypatch.setattr(module, "render", lambda _file: SimpleNamespace(pdf=b"%PDF-1.7 uji"))
    return made


def open_shop(world: World) -> None:
    """A shop and a product for the business, and the exhibition where it stands as the public finds it."""
    actor = actor_for(world.ids["maker"].pk)
    business, consent = world.ids["enterprise"], date(2025, 1, 5)
    with scoped(actor):
        market.open_storefronts_many(
            actor=actor,
            storefronts=[NewStorefront(new_id(), business, "Dapur Uji", "", "081200001234", consent, consent)],
        )
        market.publish_products_many(
            actor=actor,
            products=[
                NewProduct(new_id(), business, "Kerupuk", "food", 15_000, "bungkus", stock=5, consent_on=consent)
            ],
        )
    world.ids |= {
        "product": Product.objects.get().slug,
        "storefront": Storefront.objects.get().slug,
        "stall": public.exhibitions()[0].key,
    }


def another_programme(world: World) -> str:
    """Code of a second programme of the same office."""
    first = world.ids["programme"]
    return Programme.objects.create(
        area=first.area, office=world.office, code="lain", name="UEP lain", year=2025, scheme="individual"
    ).code


def every_route() -> dict[str, str]:
    """Name with namespace -> pattern, of every address of the web; API and phones have tables of their own."""

    def walk(patterns: list[URLPattern | URLResolver], space: str, before: str) -> Iterator[tuple[str, str]]:
        for item in patterns:
            here = before + str(item.pattern)
            if isinstance(item, URLResolver):
                yield from walk(item.url_patterns, f"{space}{item.namespace}:" if item.namespace else space, here)
            else:
                yield space + (item.name or f"unnamed {here}"), here

    found = dict(walk(get_resolver().url_patterns, "", ""))
    return {route: pattern for route, pattern in found.items() if not route.startswith(("api:", "sync:", "openrosa:"))}


def arguments(route: str, world: World) -> list[object]:
    """What stands in the address, from the world of the test."""
    ids, code = world.ids, world.ids["code"]
    special: dict[str, list[object]] = {
        "office:stage": [code, "terpilih"],
        "office:stage-export": [code, "terpilih"],
        "office:approve": [code, ids["approval"]],
        "office:view-drop": [1],
        "account:guide": ["operator"],
        "office:step": [code, "saring"],
        "office:decision": [code, ids["candidate"]],
        "office:meeting": [code, ids["meeting"]],
        "office:annex": [code, ids["decree"]],
        "office:reveal": [ids["household"], ids["person"]],
        "office:decree-line": [ids["decree_line"]],
        "office:handover-day": [ids["handover_day"]],
        "office:handover-cards": [ids["handover_day"]],
        "office:handover-letters": [ids["handover_day"]],
        "office:family": [ids["household"]],
        "office:business": [ids["enterprise"]],
        "office:document-file": [ids["document"]],
        "office:speech": [ids["handover"]],
        "office:card-revoke": [ids["paper"]],
        "public:card": ["X" * 24],
        "office:second-look": [ids["handover"]],
        "office:lost-code": [ids["paper"]],
        "office:lpj-paper": [ids["lpj"]],
        "office:complaint-photo": [ids["complaint"]],
        "public:confirm-code": ["ABCDEFGHJK"],
        "office:account-reset": [ids["colleague"]],
        "office:class-work": [ids["class"]],
        "office:class-session": [ids["session"]],
        "office:class-paper": [ids["class"], "kartu"],
        "office:form-paper": [ids["instrument"]],
        "shop:check-in": ["x" * 24],
        "public:invitation": [ids["invitation"]],
        "public:invitation-material": [ids["invitation"], ids["class-material"]],
        "shop:product": [ids["product"]],
        "shop:share-image": [ids["product"]],
        "shop:seller": [ids["storefront"]],
        "shop:exhibition": [ids["stall"]],
        "shop:document": [ids["token"]],
        "brand": ["1F3F6B"],
        "office:device-as": [ids["device"]],
        "office:field-report": [ids["field-mentor"], "2026-10"],
        "office:import-template": ["candidates"],
        "office:exhibition-edit": [ids["exhibition"]],
        "office:exhibition-print": [ids["exhibition"]],
        "office:contest-edit": [ids["contest"]],
        "office:contest-print": [ids["contest"]],
    }
    special |= potential(world) | books(world)
    if route in special:
        return special[route]
    pattern = every_route()[route]
    if "<" not in pattern:
        return []
    return [code] if "<slug:code>" in pattern else [ids[route.partition(":")[2]]]


ASKED_BY_HEAD: set[tuple[str, int]] = set()
"""HEAD takes GET's way: once for each address and answer is enough, whoever asks."""


def opens(client: Client, route: str, world: World) -> bool:
    """True where the address shows its page; False where it refuses, hides or asks to sign in. Anything else fails."""
    address = reverse(route, args=arguments(route, world))
    status = client.get(address).status_code
    assert status in {200, 302, 403, 404}, (route, status)
    if (route, status) not in ASKED_BY_HEAD:
        ASKED_BY_HEAD.add((route, status))
        head = client.head(address).status_code
        assert head == status, (route, "HEAD", head, status)
    return status == 200


def table(client: Client, world: World) -> set[str]:
    """Names of all addresses that open by GET."""
    return {route for route in every_route() if route not in POST_ONLY and opens(client, route, world)}


def client_of(office: Office, kind: str, world: World, *, area: int = web_world.KABUPATEN, own: bool = True) -> Client:
    account = web_world.sign_up(
        office, kind, area=area, above=kind in ABOVE, username=f"{kind}-{office.pk}-{own}".lower()
    )
    if kind in SUBJECTS and own:
        ids = world.ids
        subjects: dict[str, UUID] = {"classes": ids["class"]} if kind == "trainer" else {
            "enterprises": ids["enterprise"], "households": ids["household"], "groups": ids["group"],
        }  # fmt: skip
        web_world.open_to(account, **subjects)
    return web_world.sign_in(Client(), account)


def test_every_address_stands_in_a_table() -> None:
    named = EVERYBODY | SIGNED_IN | POST_ONLY | DEMO_ONLY | BUNDLED | HALFWAY | {"brand", "office:visit-sheets"}
    named |= set().union(*OWN.values())
    assert set(every_route()) - named == set(), "new addresses: say in OWN who opens them"
    assert named - set(every_route()) == set(), "the tables name addresses that are gone"
    assert set(OWN) == set(ROLES)


def test_nobody_without_signing_in(world: World) -> None:
    assert table(Client(), world) - BUNDLED - {"brand"} == EVERYBODY


@pytest.mark.parametrize("kind", ROLES)
def test_a_role_in_its_own_place(kind: str, world: World) -> None:
    found = table(client_of(world.office, kind, world), world) - BUNDLED - {"brand"}
    assert found - EVERYBODY - SIGNED_IN == OWN[kind]
    assert EVERYBODY - found <= {"account:sign-in"}, "who is signed in is sent home"


@pytest.mark.parametrize("where", sorted(ELSEWHERE))
@pytest.mark.parametrize("kind", ROLES)
def test_a_role_elsewhere(kind: str, where: str, world: World) -> None:
    if where == "other mentor" and kind not in SUBJECTS:
        return
    if where == "other area":
        far = Office.objects.create(code="bondowoso", name="Dinas Sosial Bondowoso", area=3511000000)
        client = client_of(far, kind, world, area=3511000000, own=False)
    elif where == "other office":
        near = Office.objects.create(code="diskop", name="Dinas Koperasi", area=web_world.KABUPATEN)
        client = client_of(near, kind, world, own=False)
    else:
        client = client_of(world.office, kind, world, own=False)
    expected = OWN[kind] & ELSEWHERE[where]
    if where == "other office" and kind in ABOVE:
        expected = OWN[kind]  # the area counts for them, not the office
    if kind in SUBJECTS:
        expected = expected - SHARED - ({"office:class", "office:class-work"} if kind == "trainer" else set())
    found = table(client, world) - BUNDLED - {"brand"} - EVERYBODY - SIGNED_IN
    assert found == expected


def test_addresses_that_write_answer_no_get(world: World) -> None:
    client = client_of(world.office, "operator", world)
    for route in POST_ONLY:
        address = reverse(route, args=arguments(route, world))
        assert client.get(address).status_code == 405, route


WRITES: dict[str, tuple[str, dict[str, str], set[str]]] = {
    "approve": ("office:approve", {"catatan": ""}, {"supervisor", "head"}),
    "complete": ("office:task", {"hasil": "sudah"}, {"operator", "supervisor", "head"}),
    "reveal": ("office:reveal", {"alasan": "cocokkan dengan KTP"}, {"verifier", "supervisor", "head"}),
    "reset": ("office:account-reset", {}, {"supervisor", "head", "admin"}),
    "export": ("office:families-export", {"alasan": "laporan bulanan"}, {"operator", "supervisor", "head", "auditor"}),
    "screen": ("office:screen", {}, {"operator"}),
    "search": ("office:search", {"q": "Rohmah"}, {"operator", "verifier", "supervisor", "head", "auditor", "mentor"}),
}
"""What is written by whom: route, what is sent, the roles that may."""


@pytest.mark.parametrize("name", sorted(WRITES))
def test_who_writes(name: str, world: World) -> None:
    route, sent, allowed = WRITES[name]
    address = reverse(route, args=arguments(route, world))
    done = set()
    for kind in ROLES:
        client = client_of(world.office, kind, world)
        point = transaction.savepoint()
        before = facts()
        response = client.post(address, sent)
        changed = facts() != before
        assert response.status_code < 500, (kind, response.status_code)
        if response.status_code not in {403, 404}:  # 409: reached, and nothing to do there
            done.add(kind)
        else:
            assert not changed, f"{kind} was refused and yet something was written"
        transaction.savepoint_rollback(point)
    assert done == allowed
    anonymous = Client().post(address, sent)
    assert anonymous.headers.get("Location", "").startswith("/masuk/")


def facts() -> tuple[int, int, int]:
    """What refused writes must not change."""
    return (
        Approval.objects.exclude(checked_at=None).count(),
        Task.objects.filter(state="done").count(),
        AuditEntry.objects.count(),
    )


def test_a_guessed_id_is_not_there(world: World) -> None:
    client = client_of(world.office, "operator", world)
    for route in sorted(OWN["operator"]):
        args = arguments(route, world)
        if args and isinstance(args[-1], UUID):
            address = reverse(route, args=[*args[:-1], new_id()])
            assert client.get(address).status_code == 404, route
    assert client.get("/program/tidak-ada/").status_code == 404


def test_an_id_of_another_thing_is_not_there(world: World) -> None:
    """Swapped: the id of one kind of thing in the address of another, and of another programme."""
    client = client_of(world.office, "operator", world)
    other = another_programme(world)
    for route in ("office:decision", "office:approve"):
        code, subject = arguments(route, world)
        assert client.get(reverse(route, args=[code, subject])).status_code == 200
        assert client.get(reverse(route, args=[other, subject])).status_code == 404, route
    assert client.get(reverse("office:family", args=[world.ids["enterprise"]])).status_code == 404
    assert client.get(reverse("office:business", args=[world.ids["household"]])).status_code == 404
    stranger = world.lists["households"][1]
    checker = client_of(world.office, "verifier", world)
    assert checker.get(reverse("office:reveal", args=[stranger, world.ids["person"]])).status_code == 404
