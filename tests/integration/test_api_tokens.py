"""Tokens: told once, kept as a hash, dead with the role, counted by the minute across processes."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import override_settings

from berdaya.access.models import Account, ApiToken, ApiUse, Role
from berdaya.access.services import SIGN_IN
from berdaya.access.tokens import count_call, issue_token, revoke_token
from berdaya.audit.models import AuditEntry
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import PUBLIC, scoped
from berdaya.process.offices import installer
from tests import api_world, web_world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day")]


@pytest.fixture
def role() -> Role:
    return api_world.role_of(web_world.office(), "operator")


def refused(caller: api_world.Caller) -> str:
    answer = caller.get("programmes")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    return str(answer.json()["code"])


def test_a_token_is_told_once_kept_as_a_hash_and_audited(role: Role) -> None:
    caller = api_world.caller(role)
    assert caller.get("programmes").status_code == 200
    secret = caller.headers["Authorization"].removeprefix("Bearer ")
    token = ApiToken.objects.get(role=role)
    assert len(bytes(token.hash)) == 32
    assert secret.encode() not in bytes(token.hash)
    entry = AuditEntry.objects.get(name="api_token.issued")
    assert entry.subject_id == str(token.pk)
    assert secret not in str(entry.body)


def test_a_token_ends_by_revocation_expiry_role_and_account(role: Role) -> None:
    good, revoked, short = (api_world.caller(role, days=days) for days in (90, 90, 2))
    newest = list(ApiToken.objects.order_by("pk"))
    actor = installer().with_(office=role.office_id)
    with scoped(actor):
        revoke_token(actor=actor, token_id=newest[1].pk, reason="sistem diganti")
    assert refused(revoked) == "token_refused"
    assert AuditEntry.objects.filter(name="api_token.revoked").count() == 1
    with override_settings(BERDAYA_TODAY=web_world.TODAY + timedelta(days=3)):
        assert refused(short) == "token_refused"
        assert good.get("programmes").status_code == 200
    Account.objects.filter(pk=role.account_id).update(is_active=False)
    assert refused(good) == "token_refused"
    Account.objects.filter(pk=role.account_id).update(is_active=True)
    assert good.get("programmes").status_code == 200
    Role.objects.filter(pk=role.pk).update(valid_until=web_world.TODAY - timedelta(days=1))
    assert refused(good) == "token_refused"


def test_a_demo_account_opens_nothing_outside_a_demo(role: Role) -> None:
    caller = api_world.caller(role)
    Account.objects.filter(pk=role.account_id).update(demo=True)
    with override_settings(DEMO=False):
        assert refused(caller) == "token_refused"
    with override_settings(DEMO=True):
        assert caller.get("programmes").status_code == 200


@pytest.mark.parametrize("secret", ["", "bdy_salah", "x" * 5000, "bdy_\u00e9"])
def test_a_wrong_token_is_told_also_where_none_is_needed(role: Role, secret: str) -> None:
    caller = api_world.Caller(secret)
    assert refused(caller) == "token_refused"
    assert caller.get("areas").status_code == 401
    assert api_world.caller(role).get("areas").status_code == 200


def test_a_token_opens_no_page_of_the_office(role: Role) -> None:
    caller = api_world.caller(role)
    page = caller.client.get("/usaha/", headers=caller.headers)
    assert page.status_code == 302
    assert "/masuk/" in page.headers["Location"]


def test_other_offices_neither_issue_nor_see_nor_revoke(role: Role) -> None:
    api_world.caller(role)
    token = ApiToken.objects.get(role=role)
    other = installer().with_(office=web_world.office("kantor-lain").pk)
    for attempt in (
        lambda: issue_token(actor=other, role_id=role.pk, days=5),
        lambda: revoke_token(actor=other, token_id=token.pk, reason="bukan milik kami"),
    ):
        with scoped(other), pytest.raises(Problem) as raised:
            attempt()
        assert raised.value.code == "not_found"
    own = installer().with_(office=role.office_id)
    with scoped(own):
        assert ApiToken.objects.count() == 1


def test_nobody_reads_hashes_without_a_scope_or_as_the_public(role: Role) -> None:
    api_world.caller(role)
    with scoped(SIGN_IN):
        assert ApiToken.objects.count() == 0
    for table in ("access_apitoken", "access_apiuse"):
        with pytest.raises(DatabaseError), transaction.atomic(), scoped(PUBLIC), connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")
    with pytest.raises(DatabaseError), transaction.atomic(), scoped(PUBLIC), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM berdaya_api_token('', now())")


@override_settings(BERDAYA_API_PER_MINUTE=3)
def test_calls_are_counted_for_each_token_in_the_database(role: Role) -> None:
    caller, other = api_world.caller(role), api_world.caller(role)
    ApiUse.objects.all().delete()
    answers = [caller.get("areas") for _ in range(4)]
    if [answer.status_code for answer in answers] == [200] * 4:  # a minute began in between
        answers = [caller.get("areas") for _ in range(4)]
    assert answers[-1].status_code == 429
    assert answers[-1].json()["code"] == "too_many_calls"
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 61
    assert answers[0].headers["RateLimit-Limit"] == "3"
    assert other.get("areas").status_code == 200
    assert ApiUse.objects.count() == 2


def test_a_new_minute_begins_a_new_count() -> None:
    count_call("token:1")
    ApiUse.objects.update(window=ApiUse.objects.get().window - timedelta(minutes=1), calls=10_000)
    budget = count_call("token:1")
    assert not budget.exceeded
    assert budget.left == budget.limit - 1


def command(*words: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("api_token", *words, stdout=out, stderr=err)
    return out.getvalue().strip(), err.getvalue()


def test_the_command_issues_lists_and_revokes(role: Role) -> None:
    user = role.account.username
    assert command("--user", user, "--roles")[0].startswith(f"{role.pk}\toperator")
    secret, _ = command("--user", user, "--role", str(role.pk), "--days", "10", "--label", "SIKS")
    caller = api_world.Caller(secret)
    assert caller.get("programmes").status_code == 200
    listing = command("--list", "--user", user)[0]
    assert "SIKS" in listing
    assert secret not in listing
    command("--revoke", listing.split("\t")[0], "--reason", "selesai")
    assert refused(caller) == "token_refused"


@pytest.mark.parametrize("words", [["--days", "0"], ["--days", "400"], ["--role", "999999"]])
def test_the_command_says_what_is_wrong(role: Role, words: list[str]) -> None:
    with pytest.raises(CommandError):
        command("--user", role.account.username, "--role", str(role.pk), *words)
    with pytest.raises(CommandError):
        command("--user", "tidak-ada", "--role", "1")
    assert not ApiToken.objects.exists()


def test_a_role_without_an_office_is_not_lent() -> None:
    account = Account.objects.create(username="tanpa-kantor", name="Contoh")
    role = Role.objects.create(
        account=account,
        kind="auditor",
        title="Auditor",
        all_offices=True,
        area=web_world.KABUPATEN,
        valid_from=date(2020, 1, 1),
    )
    with pytest.raises(CommandError):
        command("--user", account.username, "--role", str(role.pk))
