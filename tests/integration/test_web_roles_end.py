"""A role ends on the account's page: its sessions and phones stop; nobody ends a role that is not theirs to end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from berdaya.access.models import Account, Office, Role
from berdaya.audit.models import AuditEntry
from berdaya.kernel import clock
from tests import web_world
from tests.field_world import phone
from tests.web_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day")]


@pytest.fixture
def world() -> World:
    return web_world.build(1)


def page_of(account: Account) -> str:
    return reverse("office:account-reset", args=[account.pk])


def end(client: Client, role: Role, **sent: str) -> int:
    return client.post(page_of(role.account), {"peran": role.pk, "alasan": "pindah tugas", **sent}).status_code


def test_a_role_ends_with_its_sessions_and_phones(world: World) -> None:
    admin = web_world.sign_in(Client(), web_world.sign_up(world.office, "admin"))
    account = web_world.sign_up(world.office, "mentor", username="siti")
    role = Role.objects.get(account=account)
    carried = phone(account.pk, role.pk)
    theirs = web_world.sign_in(Client(), account)
    assert theirs.get("/").status_code == 200
    assert carried.get("/sinkron/paket/").status_code == 200
    assert "1 HP" in admin.get(page_of(account)).content.decode()
    assert end(admin, role) == 302
    role.refresh_from_db()
    assert role.valid_until == clock.today() - timedelta(days=1)
    assert theirs.get(reverse("office:businesses")).status_code == 403
    assert carried.get("/sinkron/paket/").status_code in {401, 403}
    entry = AuditEntry.objects.filter(name="role.revoked").get()
    assert entry.reason == "pindah tugas"
    assert end(admin, role) == 404, "a role that has ended is not on the page any more"


def test_a_role_ends_on_a_day_to_come(world: World) -> None:
    admin = web_world.sign_in(Client(), web_world.sign_up(world.office, "admin"))
    account = web_world.sign_up(world.office, "operator", username="budi")
    role, today = Role.objects.get(account=account), clock.today()
    assert end(admin, role, sampai=str(today + timedelta(days=9))) == 302
    theirs = web_world.sign_in(Client(), account)
    assert theirs.get(reverse("office:businesses")).status_code == 200
    with clock.frozen(today + timedelta(days=10)):
        assert theirs.get(reverse("office:businesses")).status_code == 403


def test_what_is_missing_is_said_and_what_was_typed_stays(world: World) -> None:
    admin = web_world.sign_in(Client(), web_world.sign_up(world.office, "admin"))
    account = web_world.sign_up(world.office, "operator", username="budi")
    role = Role.objects.get(account=account)
    assert end(admin, role, alasan="  ") == 422
    for day in ("kemarin", "2019-01-01", "2999-01-01"):
        answer = admin.post(page_of(account), {"peran": role.pk, "alasan": "pensiun", "sampai": day})
        assert answer.status_code == 422
        assert "pensiun" in answer.content.decode()
    role.refresh_from_db()
    assert role.valid_until is None


def test_only_roles_of_that_account_in_the_own_office_end(world: World) -> None:
    boss = web_world.sign_up(world.office, "admin")
    admin = web_world.sign_in(Client(), boss)
    one, two = (web_world.sign_up(world.office, "operator", username=name) for name in ("ani", "budi"))
    other = Role.objects.get(account=two)
    assert admin.post(page_of(one), {"peran": other.pk, "alasan": "x"}).status_code == 404
    own = Role.objects.get(account=boss)
    assert end(admin, own) == 409
    near = Office.objects.create(code="diskop", name="Dinas Koperasi", area=web_world.KABUPATEN)
    stranger = web_world.sign_in(Client(), web_world.sign_up(near, "admin", username="admin-diskop"))
    assert end(stranger, other) == 404
    operator = web_world.sign_in(Client(), one)
    assert end(operator, other) == 403
    assert not Role.objects.exclude(valid_until=None).exists()


def test_the_page_takes_as_many_queries_for_more_roles(world: World) -> None:
    admin = web_world.sign_in(Client(), web_world.sign_up(world.office, "admin"))
    account = web_world.sign_up(world.office, "operator", username="budi")

    def asked() -> int:
        admin.get(page_of(account))
        with CaptureQueriesContext(connection) as captured:
            assert admin.get(page_of(account)).status_code == 200
        return len(captured)

    one = asked()
    role = Role.objects.get(account=account)
    for kind in ("verifier", "trainer"):
        role.pk, role.kind = None, kind
        role.save(force_insert=True)
    assert asked() == one
