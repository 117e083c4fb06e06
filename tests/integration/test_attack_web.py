"""What a browser can be made to do: caches, stolen desks, timed sign-ins, forged hosts and forms, a NIK in answers."""

from __future__ import annotations

import io
import logging
import re
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from berdaya.access import services
from berdaya.access.models import Account, Office, Role, SignInAttempt
from berdaya.kernel.crypto import key_ring
from berdaya.kernel.logs import DiscreetFormatter
from berdaya.people.models import Person
from berdaya.people.numbers import nik_context
from tests import web_world
from tests.web_world import PASSWORD, World

pytestmark = pytest.mark.django_db
NIK = "3512044107809001"
NEW = "kalimat pendek yang panjang"
APART_AT_MOST = 0.05
"""Seconds of the processor; over a network nobody measures as much."""


@pytest.fixture(autouse=True)
def fixed_day(tmp_path: Path) -> Iterator[None]:
    with override_settings(BERDAYA_TODAY=web_world.TODAY, BERDAYA_FILES=tmp_path, BERDAYA_DATA=tmp_path):
        yield


@pytest.fixture
def world() -> World:
    return web_world.build(1)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the server's own handler would write."""
    (ours,) = [one for one in logging.getLogger().handlers if isinstance(one.formatter, DiscreetFormatter)]
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(ours.formatter)
    logging.getLogger().addHandler(handler)
    yield out
    logging.getLogger().removeHandler(handler)


def signed(world: World, kind: str = "operator", **more: str) -> Client:
    return web_world.sign_in(Client(), web_world.sign_up(world.office, kind, **more))


def test_no_cache_keeps_what_a_signed_in_person_was_shown(world: World) -> None:
    operator = signed(world)
    unknown = "0192f000-0000-7000-8000-000000000000"
    for address, status in (
        ("/", 200), ("/keluarga/", 200), (f"/keluarga/{unknown}/", 404), ("/pengguna/", 403), ("/peran/", 200),
        ("/sandi/", 200), ("/tidak/ada/", 404), ("/masuk/", 302), ("/pasar/", 200), ("/bantuan/", 200),
    ):  # fmt: skip
        answer = operator.get(address)
        assert answer.status_code == status, (address, answer.status_code)
        assert "no-store" in answer.headers["Cache-Control"], address
    assert "no-store" not in Client().get("/pasar/").headers.get("Cache-Control", ""), "visitors share nothing secret"


def test_a_password_is_changed_by_whoever_knows_the_present_one(world: World) -> None:
    desk = signed(world)
    for present, status in (("", 400), ("salah", 400), (PASSWORD, 302)):
        sent = {"current": present, "new": NEW, "again": NEW}
        assert desk.post("/sandi/", sent).status_code == status, present
    assert Account.objects.get(username__startswith="operator").check_password(NEW)


def test_the_present_password_cannot_be_guessed_at_an_unlocked_desk(world: World) -> None:
    desk = signed(world)
    for _ in range(8):
        desk.post("/sandi/", {"current": "tebakan", "new": NEW, "again": NEW})
    slowed = desk.post("/sandi/", {"current": PASSWORD, "new": NEW, "again": NEW})
    assert slowed.status_code == 400
    assert "Terlalu banyak percobaan" in slowed.content.decode()


def test_a_new_password_ends_every_other_session(world: World) -> None:
    account = web_world.sign_up(world.office, "operator")
    here, thief = web_world.sign_in(Client(), account), web_world.sign_in(Client(), account)
    assert thief.get("/keluarga/").status_code == 200
    here.post("/sandi/", {"current": PASSWORD, "new": NEW, "again": NEW})
    assert here.get("/keluarga/").status_code == 200
    assert thief.get("/keluarga/").status_code == 302
    admin = signed(world, "admin")
    admin.post(reverse("office:account-reset", args=[account.pk]))
    assert here.get("/keluarga/").status_code == 302, "a code given out at the desk ends the sessions too"
    Account.objects.filter(pk=account.pk).update(is_active=False)
    assert here.get("/keluarga/").status_code == 302


@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.PBKDF2PasswordHasher"])
def test_time_tells_no_guesser_which_names_exist(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Processor time, and the least of several turns, so that a busy machine tells nothing; below 50 ms apart."""
    monkeypatch.setattr(services, "_DUMMY", make_password("x"))
    account = web_world.sign_up(world.office, "operator")
    Account.objects.filter(pk=account.pk).update(password=make_password(PASSWORD))
    unset = web_world.sign_up(world.office, "verifier")
    Account.objects.filter(pk=unset.pk).update(password=make_password(None))
    took: dict[str, list[float]] = {account.username: [], "tidak-pernah-ada": [], unset.username: []}
    for turn in range(16):
        for name, times in took.items():
            begun = time.process_time()
            answer = Client(REMOTE_ADDR=f"10.1.{turn}.9").post("/masuk/", {"username": name, "password": "tebakan"})
            times.append(time.process_time() - begun)
            assert answer.status_code == 400
            SignInAttempt.objects.all().delete()
        known, unknown, waiting = (min(times) for times in took.values())
        apart = max(abs(known - unknown), abs(known - waiting))
        if turn > 1 and apart < APART_AT_MOST:
            break
    assert apart < APART_AT_MOST, took
    assert known / 3 > APART_AT_MOST, "a password that is not looked at would be told from one that is"


@pytest.mark.parametrize("host", ["jahat.example", "testserver.jahat.example", "testserver:80@jahat.example", ""])
def test_a_forged_host_is_refused_and_printed_nowhere(host: str, world: World) -> None:
    for address in ("/masuk/", "/pasar/", "/api/v1/products", "/openrosa/formList"):
        answer = Client(raise_request_exception=False).get(address, headers={"host": host})
        assert answer.status_code == 400, (address, answer.status_code)
        assert b"jahat.example" not in answer.content
    forwarded = Client().get("/pasar/", headers={"x-forwarded-host": "jahat.example"})
    assert b"jahat.example" not in forwarded.content


def views(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, object]]:
    for item in resolver.url_patterns:
        if isinstance(item, URLResolver):
            yield from views(item, f"{namespace}{item.namespace or ''}:")
        elif isinstance(item, URLPattern):
            yield f"{namespace}{item.name}", item.callback


def test_only_addresses_that_take_no_cookie_are_exempt_from_the_forms_token() -> None:
    exempt = {name for name, view in views(get_resolver()) if getattr(view, "csrf_exempt", False)}
    assert exempt
    assert {name.strip(":").split(":")[0] for name in exempt} <= {"api", "sync", "openrosa"}
    guarded = {name for name, view in views(get_resolver()) if not getattr(view, "csrf_exempt", False)}
    assert len(guarded) > 150


def test_a_number_is_in_no_page_no_statement_and_no_log(world: World, log: io.StringIO) -> None:
    """Statements included: what may end in PostgreSQL's own log is sealed or keyed before it is sent."""
    household, person = world.ids["household"], world.ids["person"]
    Person.objects.filter(pk=person).update(nik_cipher=key_ring().seal(NIK, context=nik_context(person)))
    statements: list[str] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append(f"{sql} {params!r}")
        return execute(sql, params, many, context)

    operator, checker = signed(world), signed(world, "verifier")
    with connection.execute_wrapper(listen):
        for client in (operator, checker):
            for address in reached(client, 60):
                assert NIK not in client.get(address).content.decode(errors="replace"), address
        found = operator.post("/keluarga/cari/", {"q": NIK})
        assert NIK not in found.headers.get("Location", "")
        assert NIK not in operator.get(found.headers.get("Location", "/")).content.decode()
        operator.get("/keluarga/", {"q": NIK})
        operator.get(f"/keluarga/{NIK}/")
        shown = checker.post(reverse("office:reveal", args=[household, person]), {"alasan": "mencocokkan KTP di loket"})
    digits = re.sub(r"<[^>]+>|\s", "", shown.content.decode())
    assert NIK in digits, "and who may, with a reason, reads it"
    assert NIK not in "".join(statements)
    assert "Not Found" in log.getvalue()
    assert NIK not in log.getvalue()


def reached(client: Client, most: int) -> list[str]:
    """Addresses of pages that links lead to from the first one; letters are rendered from real data only."""
    seen: list[str] = []
    waiting = ["/"]
    while waiting and len(seen) < most:
        address = waiting.pop(0)
        if address in seen or address.startswith(("/static/", "/dokumen/")):
            continue
        answer = client.get(address)
        if answer.status_code == 200 and "html" in answer.headers.get("Content-Type", ""):
            seen.append(address)
            waiting += re.findall(r'href="(/[^"#]*)"', answer.content.decode())
    return seen


def test_an_office_takes_over_no_account_that_also_works_for_another(world: World) -> None:
    """Whoever gives out the code could sign in with it, and switch to the role of the other office."""
    both = web_world.sign_up(world.office, "operator", username="dua-kantor")
    far = Office.objects.create(code="bondowoso", name="Dinas Sosial Bondowoso", area=3511000000)
    there = Role.objects.create(
        account=both, kind="head", title="head", office=far, area=3511000000,
        ranges=[[3511000000, 3511999999]], valid_from=date(2020, 1, 1),
    )  # fmt: skip
    admin = signed(world, "admin")
    page = reverse("office:account-reset", args=[both.pk])
    refused = admin.post(page)
    assert refused.status_code == 403
    assert "kantor lain" in refused.content.decode()
    assert Account.objects.get(pk=both.pk).check_password(PASSWORD)
    Role.objects.filter(pk=there.pk).update(valid_until=date(2021, 1, 1))
    assert admin.post(page).status_code == 200, "the other role has ended"
    assert not Account.objects.get(pk=both.pk).check_password(PASSWORD)
