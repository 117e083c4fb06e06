"""The second factor: set up, asked, refused, guessed, replayed, lost and given back."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse

from berdaya.access import factor, services, sign_in_rules
from berdaya.access.models import Account, Office, RecoveryCode, SecondFactor, Session, SignInAttempt, SignInRules
from berdaya.audit.models import AuditEntry
from berdaya.kernel.crypto import key_ring
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.people.registry import SEALED
from tests import web_world

pytestmark = pytest.mark.django_db
CODE, FACTOR, ME = "/masuk/kode/", "/akun/faktor/", "/akun/"


@pytest.fixture
def office(db: None) -> Office:
    return web_world.office()


@pytest.fixture
def account(office: Office) -> Account:
    return web_world.sign_up(office, "operator")


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock of the test's own in the middle of a half minute: no code changes while a test runs."""
    return Clock(monkeypatch)


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = time.time() // 30 * 30 + 15
        monkeypatch.setattr(factor, "_step", lambda _at: int(self.at) // 30)

    def later(self, steps: int = 1) -> None:
        self.at += 30 * steps

    def code(self, account: Account, steps: int = 0) -> str:
        return factor.code_at(secret_of(account), int(self.at) // 30 + steps)

    def wrong(self, account: Account) -> str:
        good = {self.code(account, steps) for steps in range(-2, 3)}
        return next(text for n in range(10) if (text := f"{n:06d}") not in good)


def secret_of(account: Account) -> bytes:
    row = SecondFactor.objects.filter(account=account).order_by("recorded_at").last()
    assert row is not None
    return factor._secret(row)


def password_step(account: Account, client: Client | None = None, **extra: Any) -> Client:
    client = client or Client(**extra)
    response = client.post("/masuk/", {"username": account.username, "password": web_world.PASSWORD})
    assert response.status_code == 302, response.content.decode()
    return client


def set_up(account: Account, clock: Clock) -> tuple[Client, list[str]]:
    """Signed in, with a phone set up by the pages themselves; the codes of the paper."""
    client = password_step(account)
    started = client.post(FACTOR, {"langkah": "ganti", "ganti-current": web_world.PASSWORD})
    assert started.status_code == 302
    page = client.get(FACTOR).content.decode()
    assert "<svg" in page
    assert 'style="' not in page, "the policy would drop it"
    done = client.post(FACTOR, {"langkah": "pasang", "code": clock.code(account)})
    assert done.status_code == 200
    codes = re.findall(r'<li class="b-number">([A-Z2-9]{5}-[A-Z2-9]{5})</li>', done.content.decode())
    assert len(set(codes)) == 10
    account.refresh_from_db()
    clock.later()
    return client, codes


def inside(client: Client) -> bool:
    return bool(client.get("/").status_code == 200)


def test_set_up_by_pages_then_asked_at_the_next_sign_in(account: Account, still: Clock) -> None:
    client, codes = set_up(account, still)
    assert inside(client)
    assert account.factor_since is not None
    assert codes[0] not in client.get(FACTOR).content.decode(), "told once"
    other = password_step(account)
    assert not inside(other), "the password alone opens nothing"
    for closed in ("/keluarga/", ME, FACTOR, "/peran/", "/api/v1/programmes"):
        assert other.get(closed).status_code != 200, closed
    assert other.post(CODE, {"code": still.wrong(account)}).status_code == 403
    assert not inside(other)
    assert other.post(CODE, {"code": still.code(account)}).status_code == 302
    assert inside(other)


def test_the_holder_is_told_of_wrong_codes(account: Account, still: Clock) -> None:
    set_up(account, still)
    thief = password_step(account, REMOTE_ADDR="10.9.9.9")
    for _ in range(2):
        thief.post(CODE, {"code": still.wrong(account)})
    holder = password_step(account)
    page = holder.post(CODE, {"code": still.code(account)}, follow=True).content.decode()
    assert "2 kode salah diketik sejak Anda terakhir masuk" in page


def test_a_code_is_taken_once(account: Account, still: Clock) -> None:
    set_up(account, still)
    code = still.code(account)
    assert password_step(account).post(CODE, {"code": code}).status_code == 302
    again = password_step(account)
    response = again.post(CODE, {"code": code})
    assert response.status_code == 403
    assert "sudah dipakai" in response.content.decode()
    assert not inside(again)
    still.later()
    assert again.post(CODE, {"code": still.code(account)}).status_code == 302


def test_a_phones_clock_may_be_half_a_minute_off_and_no_more(account: Account, still: Clock) -> None:
    set_up(account, still)
    still.later(4)
    for steps, status in ((-2, 403), (2, 403), (-1, 302), (1, 302)):
        assert password_step(account).post(CODE, {"code": still.code(account, steps)}).status_code == status, steps
    assert password_step(account).post(CODE, {"code": still.code(account)}).status_code == 403, "older than one taken"


def test_a_code_on_paper_opens_once(account: Account, still: Clock) -> None:
    _client, codes = set_up(account, still)
    assert password_step(account).post(CODE, {"code": codes[3].lower()}).status_code == 302
    assert password_step(account).post(CODE, {"code": codes[3]}).status_code == 403
    assert RecoveryCode.objects.filter(account=account, used_at=None).count() == 9
    assert AuditEntry.objects.filter(name="factor.paper_used", subject_id=str(account.pk)).count() == 1
    kept = b"".join(bytes(row.code_hash) for row in RecoveryCode.objects.all())
    assert not any(code.replace("-", "").encode() in kept for code in codes)


def test_guesses_from_everywhere_are_slowed_together_and_end(account: Account, still: Clock) -> None:
    _client, codes = set_up(account, still)
    slowed = 0
    for n in range(12):
        guesser = password_step(account, REMOTE_ADDR=f"10.0.{n}.1")
        slowed += guesser.post(CODE, {"code": still.wrong(account)}).status_code == 429
    assert slowed >= 12 - services.FREE_TRIES - 1
    right = password_step(account).post(CODE, {"code": still.code(account)})
    assert right.status_code == 429, "also the right one, until the wait is over"
    for _ in range(factor.MOST_WRONG):
        # The wait is over each time, so that only the count can stop the guesser.
        SignInAttempt.objects.all().delete()
        password_step(account).post(CODE, {"code": still.wrong(account)})
    SignInAttempt.objects.all().delete()
    closed = password_step(account).post(CODE, {"code": still.code(account)})
    assert closed.status_code == 403
    assert "ditutup" in closed.content.decode()
    assert AuditEntry.objects.filter(name="factor.closed").count() == 1
    holder = password_step(account, REMOTE_ADDR="10.77.0.1")
    assert holder.post(CODE, {"code": codes[0]}).status_code == 302, "the paper still opens"
    still.later()
    assert password_step(account).post(CODE, {"code": still.code(account)}).status_code == 302, "and the phone again"


def test_the_half_way_ends_with_time_a_new_password_and_a_slip(
    account: Account, still: Clock, make_actor: Callable[..., Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(account, still)
    late, changed = password_step(account), password_step(account)
    now = services.real_now()
    with monkeypatch.context() as patch:
        patch.setattr("berdaya.web.account.entering.real_now", lambda: now + timedelta(seconds=601))
        assert late.post(CODE, {"code": still.code(account)}).headers["Location"] == "/masuk/"
    services.change_password(account=account, new="kuda-laut-bermain-ombak")
    assert changed.post(CODE, {"code": still.code(account)}).headers["Location"] == "/masuk/"
    assert not inside(late)
    assert not inside(changed)


def test_nobody_lays_a_phone_over_an_open_session(account: Account, still: Clock) -> None:
    desk = password_step(account)
    assert desk.post(FACTOR, {"langkah": "ganti", "ganti-current": "tebakan"}).status_code == 400
    assert not SecondFactor.objects.exists()
    assert desk.post(FACTOR, {"langkah": "pasang", "code": "123456"}).headers["Location"] == FACTOR
    assert desk.post(FACTOR, {"langkah": "lepas", "lepas-current": web_world.PASSWORD}).status_code == 404
    holder = password_step(account)
    holder.post(FACTOR, {"langkah": "ganti", "ganti-current": web_world.PASSWORD})
    assert "<svg xmlns" not in desk.get(FACTOR).content.decode(), "no other session sees the key"
    assert desk.post(FACTOR, {"langkah": "pasang", "code": still.code(account)}).headers["Location"] == FACTOR
    assert holder.post(FACTOR, {"langkah": "pasang", "code": still.wrong(account)}).status_code == 400
    assert holder.post(FACTOR, {"langkah": "pasang", "code": still.code(account)}).status_code == 200
    assert not inside(desk), "what was open without the factor does not stay open"
    assert inside(holder)


def test_a_key_that_waits_too_long_is_void(account: Account, still: Clock) -> None:
    client = password_step(account)
    client.post(FACTOR, {"langkah": "ganti", "ganti-current": web_world.PASSWORD})
    SecondFactor.objects.update(recorded_at=services.real_now() - timedelta(minutes=16))
    assert client.post(FACTOR, {"langkah": "pasang", "code": still.code(account)}).status_code in {302, 400}
    account.refresh_from_db()
    assert account.factor_since is None


def test_another_phone_takes_over_only_with_its_first_code(account: Account, still: Clock) -> None:
    client, codes = set_up(account, still)
    answer = {"langkah": "ganti", "ganti-current": web_world.PASSWORD}
    assert client.post(FACTOR, {**answer, "ganti-code": still.wrong(account)}).status_code == 400
    old = secret_of(account)
    assert client.post(FACTOR, {**answer, "ganti-code": still.code(account)}).status_code == 302
    assert SecondFactor.objects.filter(account=account).count() == 2
    still.later()
    old_code = factor.code_at(old, int(still.at) // 30)
    assert password_step(account).post(CODE, {"code": old_code}).status_code == 302, "the old phone until then"
    client.post(FACTOR, {"langkah": "pasang", "code": still.code(account)})
    still.later()
    assert SecondFactor.objects.filter(account=account).count() == 1
    old_code = factor.code_at(old, int(still.at) // 30)
    assert password_step(account).post(CODE, {"code": old_code}).status_code == 403
    assert password_step(account).post(CODE, {"code": codes[0]}).status_code == 403, "the old paper is void"
    assert password_step(account).post(CODE, {"code": still.code(account)}).status_code == 302


def test_renewed_paper_and_removal_ask_password_and_code(account: Account, still: Clock) -> None:
    client, codes = set_up(account, still)
    for act in ("kertas", "lepas"):
        answer = {"langkah": act, f"{act}-current": web_world.PASSWORD}
        assert client.post(FACTOR, answer).status_code == 400, "no code"
        wrong = {"langkah": act, f"{act}-current": "tebakan", f"{act}-code": still.code(account)}
        assert client.post(FACTOR, wrong).status_code == 400, "no password"
    still.later()
    renewed = {"langkah": "kertas", "kertas-current": web_world.PASSWORD, "kertas-code": still.code(account)}
    assert client.post(FACTOR, renewed).status_code == 200
    assert password_step(account).post(CODE, {"code": codes[0]}).status_code == 403
    still.later()
    removed = {"langkah": "lepas", "lepas-current": web_world.PASSWORD, "lepas-code": still.code(account)}
    assert client.post(FACTOR, removed).headers["Location"] == ME
    assert inside(client)
    assert inside(password_step(account))
    assert not SecondFactor.objects.exists()
    assert not RecoveryCode.objects.exists()
    names = set(AuditEntry.objects.values_list("name", flat=True))
    assert {"factor.confirmed", "factor.paper_renewed", "factor.removed"} <= names


def asks(office: Office, day: date, kind: str = "operator") -> None:
    SignInRules.objects.update_or_create(
        office=office, defaults={"area": office.area, "idle_minutes": 30, "factor_from": {kind: day.isoformat()}}
    )


@override_settings(BERDAYA_TODAY=date(2026, 3, 1))
def test_an_office_asks_a_kind_of_role_from_a_day(account: Account, office: Office, still: Clock) -> None:
    other = web_world.sign_up(office, "verifier")
    asks(office, services.real_now().date() + timedelta(days=9))
    early = password_step(account)
    assert "kantor Anda meminta faktor kedua" in early.get("/").content.decode()
    asks(office, date(2026, 3, 1))
    assert inside(password_step(other)), "another kind of role is not asked"
    client = password_step(account)
    for closed in ("/", "/keluarga/", ME):
        assert client.get(closed).headers["Location"] == FACTOR, closed
    assert client.get("/api/v1/programmes").status_code in {401, 403}
    assert client.post("/sinkron/daftar/", {}, content_type="application/json").status_code in {401, 403}
    page = client.get(FACTOR).content.decode()
    assert "Pasang dahulu" in page
    client.post(FACTOR, {"langkah": "ganti", "ganti-current": web_world.PASSWORD})
    client.post(FACTOR, {"langkah": "pasang", "code": still.code(account)})
    assert inside(client)
    still.later()
    removal = {"langkah": "lepas", "lepas-current": web_world.PASSWORD, "lepas-code": still.code(account)}
    assert client.post(FACTOR, removal).status_code == 409, "what the office asks nobody removes"
    assert SecondFactor.objects.count() == 1


def test_a_demo_account_is_not_asked_at_its_button(office: Office, still: Clock) -> None:
    account = web_world.sign_up(office, "operator")
    Account.objects.filter(pk=account.pk).update(demo=True)
    asks(office, date(2020, 1, 1))
    with override_settings(DEMO=True):
        set_up(account, still)
        by_button = Client()
        by_button.post("/masuk/", {"contoh": account.username})
        assert inside(by_button)
        assert not inside(password_step(account))


def test_the_lost_phone_of_a_colleague(account: Account, office: Office, still: Clock) -> None:
    own, _codes = set_up(account, still)
    supervisor = web_world.sign_in(Client(), web_world.sign_up(office, "supervisor"))
    address = reverse("office:account-reset", args=[account.pk])
    slip = code_of(supervisor.post(address, {}))
    assert not inside(own), "a slip ends every session"
    half = Client()
    half.post("/masuk/", {"username": account.username, "password": slip})
    assert not inside(half), "a slip alone does not pass by the phone"
    assert half.get(CODE).status_code == 200
    assert supervisor.post(address, {"lepas": "ya", "hilang": " "}).status_code == 422
    assert SecondFactor.objects.count() == 1
    slip = code_of(supervisor.post(address, {"lepas": "ya", "hilang": "HP hilang di pasar"}))
    entry = AuditEntry.objects.get(name="factor.released")
    assert (entry.subject_id, entry.reason) == (str(account.pk), "HP hilang di pasar")
    back = Client()
    assert back.post("/masuk/", {"username": account.username, "password": slip}).headers["Location"] == reverse(
        "account:password"
    )
    assert not SecondFactor.objects.exists()


def code_of(response: Any) -> str:
    found = re.search(r"b-number\">([A-Z2-9]{5}) ([A-Z2-9]{5})<", response.content.decode())
    assert found, response.status_code
    return found[1] + found[2]


def test_no_other_office_and_nobody_alone_takes_a_factor_away(
    account: Account, office: Office, still: Clock, make_actor: Callable[..., Actor]
) -> None:
    set_up(account, still)
    stranger = make_actor("admin", area=3511000000, office="dinsos-bondowoso")
    neighbour = make_actor("admin", office="diskop-situbondo")
    operator = make_actor("operator")
    role = make_actor("admin").with_(account_id=account.pk)
    for actor, code in (
        (stranger, "not_found"), (neighbour, "not_found"), (operator, "not_allowed"), (role, "not_found")
    ):  # fmt: skip
        with scoped(actor), pytest.raises(Problem) as caught:
            factor.release_factor(actor=actor, account_id=account.pk, reason="coba")
        assert caught.value.code == code
    assert SecondFactor.objects.count() == 1


def test_the_table_opens_to_the_holder_alone(
    account: Account, office: Office, still: Clock, make_actor: Callable[..., Actor]
) -> None:
    set_up(account, still)
    for actor in (make_actor("admin"), make_actor("head"), services.SIGN_IN):
        with scoped(actor):
            assert not SecondFactor.objects.exists()
            assert not RecoveryCode.objects.exists()
    with scoped(Actor(kind="staff", role="self", account_id=account.pk)):
        assert SecondFactor.objects.count() == 1


def test_the_key_is_sealed_and_rotation_knows_it(account: Account, still: Clock) -> None:
    set_up(account, still)
    row = SecondFactor.objects.get()
    table, column, key_column, prefix = next(one for one in SEALED if one[0] == "access_secondfactor")
    assert (table, column, key_column) == (SecondFactor._meta.db_table, "secret_cipher", "secret_key")
    opened = key_ring().open(bytes(row.secret_cipher), context=prefix + row.pk.bytes)
    assert len(opened) == 32
    assert opened.encode() not in bytes(row.secret_cipher)


@pytest.mark.django_db(transaction=True)
def test_of_two_sign_ins_with_one_code_one_wins(transactional_db: None, still: Clock) -> None:
    account = web_world.sign_up(web_world.office(), "operator")
    _client, codes = set_up(account, still)
    for code in (still.code(account), codes[0]):
        clients = [password_step(account) for _ in range(4)]
        gate, statuses = threading.Barrier(len(clients)), []

        def click(client: Client, gate: Any = gate, statuses: Any = statuses, code: str = code) -> None:
            gate.wait()
            try:
                statuses.append(client.post(CODE, {"code": code}).status_code)
            finally:
                connection.close()

        threads = [threading.Thread(target=click, args=(client,)) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(statuses) == [302, 403, 403, 403]
        assert sum(inside(client) for client in clients) == 1
        SignInAttempt.objects.all().delete()
    assert Session.objects.exists()
    assert sign_in_rules.factor_due(account.pk) == (None, False)
