"""Accounts, roles and sign-in: what is given out, taken back, slowed and refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.test import override_settings

from berdaya.access import services
from berdaya.access.models import Account, Role, SignInAttempt
from berdaya.access.selectors import actor_for, roles_of
from berdaya.audit.models import AuditEntry
from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped

pytestmark = pytest.mark.django_db
MakeActor = Callable[..., Actor]
KABUPATEN = 3512000000


@pytest.fixture
def admin(make_actor: MakeActor) -> Actor:
    return make_actor("admin")


def new_account(admin: Actor, username: str = "budi", password: str | None = "kata-sandi-panjang") -> Account:
    with scoped(admin):
        return services.create_account(actor=admin, username=username, name="Budi Contoh", password=password)


def grant(admin: Actor, account: Account, kind: str = "operator", **changes: object) -> Role:
    facts: dict[str, object] = {"kind": kind, "title": kind, "area": KABUPATEN, "office_id": admin.office, **changes}
    with scoped(admin):
        return services.grant_role(actor=admin, account=account, **facts)  # type: ignore[arg-type]


def problem_of(call: Callable[[], object]) -> str:
    with pytest.raises(Problem) as caught:
        call()
    return caught.value.code


def test_a_role_makes_an_actor_with_its_area_office_and_permissions(admin: Actor) -> None:
    account = new_account(admin)
    role = grant(admin, account)
    actor = actor_for(account.pk)
    assert (actor.role, actor.role_id, actor.kind, actor.office) == ("operator", role.pk, "staff", admin.office)
    assert actor.ranges == ((KABUPATEN, KABUPATEN + 999_999),)
    assert "import.run" in actor.permissions
    assert [choice.id for choice in roles_of(account.pk)] == [role.pk]


def test_a_mentor_may_work_in_two_kecamatan(admin: Actor) -> None:
    account = new_account(admin)
    grant(admin, account, "mentor", areas=[3512070000, 3512090000])
    actor = actor_for(account.pk)
    assert actor.kind == "subject"
    assert actor.ranges == ((3512070000, 3512079999), (3512090000, 3512099999))
    assert (actor.lo, actor.hi) == (3512070000, 3512099999)


def test_nobody_gives_out_more_than_they_hold(admin: Actor) -> None:
    account = new_account(admin)
    assert problem_of(lambda: grant(admin, account, area=3511000000)) == "outside_scope"
    assert problem_of(lambda: grant(admin, account, area=3500000000)) == "outside_scope"
    assert problem_of(lambda: grant(admin, account, areas=[3511000000])) == "outside_scope"
    assert problem_of(lambda: grant(admin, account, "emperor")) == "role_unknown"


def test_an_operator_gives_out_nothing(admin: Actor, make_actor: MakeActor) -> None:
    account = new_account(admin)
    assert problem_of(lambda: grant(make_actor("operator"), account)) == "not_allowed"


def test_a_role_taken_back_or_expired_opens_nothing(admin: Actor) -> None:
    account = new_account(admin)
    role = grant(admin, account)
    with clock.frozen(date(2030, 1, 1)), scoped(admin):
        services.revoke_role(actor=admin, role_id=role.pk, reason="pindah tugas")
    with clock.frozen(date(2030, 1, 1)):
        assert problem_of(lambda: actor_for(account.pk)) == "not_found"
        assert roles_of(account.pk) == []


def test_nobody_takes_the_role_of_another(admin: Actor) -> None:
    mine, other = new_account(admin), new_account(admin, "ani")
    role = grant(admin, other)
    grant(admin, mine)
    assert problem_of(lambda: actor_for(mine.pk, role_id=role.pk)) == "not_found"


def test_another_office_neither_sees_nor_takes_back_a_role(admin: Actor, make_actor: MakeActor) -> None:
    role = grant(admin, new_account(admin))
    outsider = make_actor("admin", office="diskop-situbondo")
    with scoped(outsider):
        assert not Role.objects.filter(pk=role.pk).exists()
        assert problem_of(lambda: services.revoke_role(actor=outsider, role_id=role.pk, reason="x")) == "not_found"


def test_right_and_wrong_password(admin: Actor) -> None:
    account = new_account(admin)
    found = services.check_sign_in(username=" Budi ", password="kata-sandi-panjang", address="127.0.0.1")
    assert found.pk == account.pk
    for name, password in (("budi", "salah"), ("siapa", "kata-sandi-panjang")):
        call = lambda: services.check_sign_in(username=name, password=password, address="127.0.0.2")  # noqa: E731, B023
        assert problem_of(call) == "sign_in_failed"
    assert SignInAttempt.objects.filter(succeeded=False).count() == 2


def test_guessing_is_slowed_and_the_holder_is_not_locked_out(admin: Actor) -> None:
    new_account(admin)
    for _ in range(services.FREE_TRIES):
        guess = lambda: services.check_sign_in(username="budi", password="x", address="10.0.0.9")  # noqa: E731
        assert problem_of(guess) == "sign_in_failed"
    assert problem_of(guess) == "sign_in_slowed"
    assert services.check_sign_in(username="budi", password="kata-sandi-panjang", address="127.0.0.1")


def test_demo_accounts_are_refused_outside_a_demo_database(admin: Actor) -> None:
    account = new_account(admin)
    Account.objects.filter(pk=account.pk).update(demo=True)
    sign_in = lambda: services.check_sign_in(  # noqa: E731
        username="budi", password="kata-sandi-panjang", address="127.0.0.1"
    )
    assert problem_of(sign_in) == "demo_account"
    with override_settings(DEMO=True):
        assert sign_in().pk == account.pk


def test_a_supervisor_resets_a_password_with_a_code_that_ends(admin: Actor) -> None:
    account = new_account(admin)
    grant(admin, account)
    with scoped(admin):
        code = services.reset_password(actor=admin, account_id=account.pk)
    assert AuditEntry.objects.filter(name="account.password_reset", subject_id=str(account.pk)).exists()
    assert services.check_sign_in(username="budi", password=code, address="127.0.0.1").must_change_password
    Account.objects.update(code_expires_at=clock.now() - timedelta(minutes=1))
    expired = lambda: services.check_sign_in(username="budi", password=code, address="127.0.0.1")  # noqa: E731
    assert problem_of(expired) == "sign_in_failed"


def test_nobody_resets_a_stranger_or_oneself(admin: Actor, make_actor: MakeActor) -> None:
    account = new_account(admin)
    grant(admin, account)
    outsider = make_actor("admin", area=3511000000, office="dinsos-bondowoso")
    for actor, target in ((outsider, account.pk), (admin, admin.account_id)):
        with scoped(actor):
            call = lambda: services.reset_password(actor=actor, account_id=target)  # noqa: E731, B023
            assert problem_of(call) == "not_found"


def test_a_weak_password_is_named(admin: Actor) -> None:
    account = new_account(admin)
    assert problem_of(lambda: services.change_password(account=account, new="pendek")) == "password_weak"
    services.change_password(account=account, new="kuda-laut-bermain-ombak")
    account.refresh_from_db()
    assert account.password != make_password("kuda-laut-bermain-ombak")
    assert account.check_password("kuda-laut-bermain-ombak")
