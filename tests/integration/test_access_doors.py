"""Sessions that end, cookies that bind, passwords that an office asks for, rules that another office cannot set."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse

from berdaya.access import services, sessions, sign_in_rules
from berdaya.access.models import Account, Office, Session, SignInRules
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from tests import web_world

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def office(db: None) -> Office:
    return web_world.office()


@pytest.fixture
def account(office: Office) -> Account:
    return web_world.sign_up(office, "operator")


def inside(client: Client) -> bool:
    return bool(client.get("/").status_code == 200)


def test_idleness_ends_a_session_and_activity_does_not(account: Account, office: Office) -> None:
    SignInRules.objects.create(office=office, area=office.area, idle_minutes=20)
    client = web_world.sign_in(Client(), account)
    row = Session.objects.get(account=account)
    assert row.idle_seconds == 1200
    Session.objects.update(seen_at=services.real_now() - timedelta(minutes=19))
    assert client.post("/akun/hidup/").status_code == 204
    assert services.real_now() - Session.objects.get().seen_at < timedelta(minutes=1), "noted"
    assert inside(client)
    Session.objects.update(seen_at=services.real_now() - timedelta(minutes=21))
    assert client.post("/akun/hidup/").status_code == 401
    assert not inside(client)
    assert not Session.objects.filter(account=account, seen_at__gt=services.real_now() - timedelta(minutes=1)).exists()


def test_a_working_day_is_the_longest_session(account: Account) -> None:
    client = web_world.sign_in(Client(), account)
    session = client.session
    session[sessions.SINCE] -= 8 * 3600 - 60
    session.save()
    assert inside(client)
    assert Session.objects.get(account=account).expire_date <= services.real_now() + timedelta(seconds=61)
    session[sessions.SINCE] -= 120
    session["more"] = "work"
    session.save()
    assert not inside(client), "what is done in a session makes it no longer"


def test_a_stolen_table_opens_nothing(account: Account) -> None:
    client = web_world.sign_in(Client(), account)
    cookie = client.cookies["sessionid"].value
    row = Session.objects.get(account=account)
    assert cookie not in (row.session_key, row.session_data)
    thief = Client()
    thief.cookies["sessionid"] = row.session_key
    assert not inside(thief)


def test_one_sees_and_ends_only_own_sessions(account: Account, office: Office) -> None:
    desk = web_world.sign_in(Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Firefox/130.0"), account)
    phone = web_world.sign_in(
        Client(HTTP_USER_AGENT="Mozilla/5.0 (Linux; Android 13) Chrome/130.0", REMOTE_ADDR="103.121.45.77"), account
    )
    stranger = web_world.sign_in(Client(), web_world.sign_up(office, "verifier"))
    page = desk.get("/akun/").content.decode()
    assert "Firefox · Windows" in page
    assert "Chrome · Android" in page
    assert "103.121.45.x" in page
    assert "103.121.45.77" not in page
    of_phone = sessions.hashed(phone.cookies["sessionid"].value)
    assert stranger.post("/akun/", {"sesi": of_phone}).status_code == 404
    assert inside(phone)
    assert desk.post("/akun/", {"sesi": of_phone}).status_code == 302
    assert not inside(phone)
    assert desk.post("/akun/", {"sesi": of_phone}).status_code == 404, "twice"
    third = web_world.sign_in(Client(), account)
    desk.post("/akun/", {"sesi": ""})
    assert inside(desk)
    assert not inside(third)
    assert inside(stranger)


def test_a_form_sent_from_an_ended_session_writes_nothing(account: Account, office: Office) -> None:
    desk = web_world.sign_in(Client(), account)
    gone = web_world.sign_in(Client(), account)
    desk.post("/akun/", {"sesi": ""})
    before = account.password
    answer = {"current": web_world.PASSWORD, "new": "kuda-laut-bermain-ombak", "again": "kuda-laut-bermain-ombak"}
    assert gone.post("/sandi/", answer).status_code == 302
    account.refresh_from_db()
    assert account.password == before


def test_the_length_follows_the_factor_and_the_composition_the_office(account: Account, office: Office) -> None:
    def change(new: str) -> str:
        try:
            services.change_password(account=account, new=new)
        except Problem as problem:
            return problem.text("id")
        return ""

    assert "sedikitnya 15 huruf" in change("gajah-mandi-4x")
    account.factor_since = services.real_now()
    assert change("gajah-mandi-4x") == ""
    assert "sedikitnya 12 huruf" in change("gajah-m-4x")
    account.factor_since = None
    assert change("kuda-laut-bermain-ombak") == "", "no composition asked by default"
    SignInRules.objects.create(office=office, area=office.area, idle_minutes=60, composition=True)
    for lacking in ("kuda-laut-bermain-ombak", "Kuda-laut-bermain-ombak", "Kudalautbermain2ombak"):
        assert "kantor Anda meminta" in change(lacking), lacking
    assert change("Kuda laut bermain 2 ombak") == ""


def test_an_office_sets_its_own_rules_and_no_other(make_actor: Callable[..., Actor]) -> None:
    admin = make_actor("admin")
    with scoped(admin):
        sign_in_rules.set_rules(actor=admin, idle_minutes=45, composition=True, factor_from={"head": date(2026, 1, 1)})
        rules = sign_in_rules.rules_of_office(actor=admin)
    assert (rules.idle_minutes, rules.composition, rules.factor_from) == (45, True, {"head": date(2026, 1, 1)})
    for other in (make_actor("admin", office="diskop-situbondo"), make_actor("admin", area=3511000000,
                                                                              office="dinsos-bondowoso")):  # fmt: skip
        with scoped(other):
            assert sign_in_rules.rules_of_office(actor=other).idle_minutes == 60
            assert SignInRules.objects.filter(office_id=admin.office).update(idle_minutes=240) == 0
    for problem, changes in (
        ("rules_idle", {"idle_minutes": 5}),
        ("rules_idle", {"idle_minutes": 600}),
        ("rules_factor_day", {"factor_from": {"emperor": date(2026, 1, 1)}}),
    ):
        wanted = {"idle_minutes": 30, "composition": False, "factor_from": {}, **changes}
        with scoped(admin), pytest.raises(Problem) as caught:
            sign_in_rules.set_rules(actor=admin, **wanted)  # type: ignore[arg-type]
        assert caught.value.code == problem
    operator = make_actor("operator")
    with scoped(operator), pytest.raises(Problem) as caught:
        sign_in_rules.set_rules(actor=operator, idle_minutes=30, composition=False, factor_from={})
    assert caught.value.code == "not_allowed"


def test_the_page_of_rules_keeps_what_was_typed(office: Office) -> None:
    client = web_world.sign_in(Client(), web_world.sign_up(office, "admin"))
    address = reverse("office:sign-in-rules")
    for wrong in ({"diam": "9"}, {"diam": "٣٠"}, {"diam": ""}, {"diam": "30", "faktor-head": "besok"}):
        assert client.post(address, wrong).status_code == 422, wrong
    assert not SignInRules.objects.exists()
    assert 'value="9"' in client.post(address, {"diam": "9"}).content.decode()
    assert client.post(address, {"diam": "25", "faktor-head": "2027-01-01", "susunan": "ya"}).status_code == 302
    row = SignInRules.objects.get()
    assert (row.idle_minutes, row.composition, row.factor_from) == (25, True, {"head": "2027-01-01"})


PROBE = """
import django; django.setup()
from django.conf import settings as s
print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE,
      s.SESSION_COOKIE_PATH, s.CSRF_COOKIE_PATH, s.SESSION_COOKIE_DOMAIN, s.CSRF_COOKIE_DOMAIN)
"""


@pytest.mark.parametrize(
    ("https", "said"),
    [
        ("1", "__Host-sessionid __Host-csrftoken True True / / None None"),
        ("0", "sessionid csrftoken False False / / None None"),
    ],
)
def test_behind_https_cookies_are_bound_to_the_host(https: str, said: str) -> None:
    environment = {**os.environ, "BERDAYA_HTTPS": https, "BERDAYA_NO_SECRETS": "1"}
    done = subprocess.run([sys.executable, "-c", PROBE], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == said


@override_settings(
    SESSION_COOKIE_NAME="__Host-sessionid", CSRF_COOKIE_NAME="__Host-csrftoken", SESSION_COOKIE_SECURE=True,
    CSRF_COOKIE_SECURE=True,
)  # fmt: skip
def test_the_door_works_with_bound_cookies(account: Account) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/masuk/", secure=True)
    token = client.cookies["__Host-csrftoken"]
    assert (token["path"], token["domain"], bool(token["secure"])) == ("/", "", True)
    answer = {"username": account.username, "password": web_world.PASSWORD, "csrfmiddlewaretoken": token.value}
    sent = client.post("/masuk/", answer, secure=True, HTTP_REFERER="https://testserver/masuk/")
    assert sent.status_code == 302
    session = client.cookies["__Host-sessionid"]
    assert (session["path"], session["domain"], bool(session["secure"]), bool(session["httponly"])) == (
        "/", "", True, True,
    )  # fmt: skip
    assert client.get("/", secure=True).status_code == 200


def test_the_old_table_of_sessions_opens_to_nobody(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('berdaya_app', 'django_session', 'SELECT, INSERT, UPDATE, DELETE')")
        assert cursor.fetchone()[0] is False
