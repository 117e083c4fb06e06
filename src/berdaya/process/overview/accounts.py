"""Accounts: who works in this office, and which logins a demo offers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Q

from berdaya.access.models import Account, Office, Role
from berdaya.access.permissions import ROLE_NAMES, require
from berdaya.access.selectors import roles_of
from berdaya.areas.selectors import path
from berdaya.devices.models import Device
from berdaya.kernel import clock
from berdaya.kernel.filters import ListFilter
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.process.overview.common import Page, page_of


@dataclass(frozen=True)
class AccountFilter(ListFilter):
    """Filter of the accounts of an office."""


@dataclass(frozen=True)
class DemoLogin:
    """One account of the demo: its role in both languages, its name and where it works."""

    username: str
    name: str
    role_id: str
    role_en: str
    place: str

    def role(self, language: str) -> str:
        """The role in `language`, Indonesian unless `en`."""
        return self.role_en if language == "en" else self.role_id


@dataclass(frozen=True)
class AccountRow:
    """One role of an account in this office."""

    account_id: int
    username: str
    name: str
    role: str
    title: str
    area: int
    since: date
    waits_for_code: bool
    code_expires_at: datetime | None
    factor: bool


@dataclass(frozen=True)
class HeldRole:
    """One role that an account holds in the actor's area and office today; ``until`` where its end is known."""

    id: int
    kind: str
    title: str
    area: int
    since: date
    until: date | None
    phones: int


_demo: dict[tuple[int, ...], tuple[DemoLogin, ...]] = {}


def office_face(office_id: int | None) -> tuple[str, str]:
    """Name and brand colour of an office; empty for roles above the offices."""
    if office_id is None:
        return "", ""
    return Office.objects.filter(pk=office_id).values_list("name", "brand").first() or ("", "")


def demo_logins() -> tuple[DemoLogin, ...]:
    """The demo accounts, one or more for each role, in the order of the roles; none outside a demo database."""
    if not settings.DEMO:
        return ()
    accounts = list(Account.objects.filter(demo=True, is_active=True).order_by("pk"))
    key = tuple(account.pk for account in accounts)
    if key not in _demo:
        order = list(ROLE_NAMES)
        rows = [(role, account) for account in accounts for role in roles_of(account.pk)[:1]]
        rows.sort(key=lambda row: (order.index(row[0].kind) if row[0].kind in order else len(order), row[1].pk))
        _demo.clear()
        _demo[key] = tuple(
            DemoLogin(account.username, account.name, role.name_id, role.name_en, path(role.area, short=True))
            for role, account in rows
        )
    return _demo[key]


def demo_account(username: str) -> Account:
    """The demo account of that name, without a password; ``demo_account`` outside a demo database."""
    if not settings.DEMO:
        raise Problem("demo_account")
    account = Account.objects.filter(username=username, demo=True, is_active=True).first()
    if account is None:
        raise Problem("sign_in_failed")
    return account


def accounts_of(*, actor: Actor, filters: AccountFilter) -> Page[AccountRow]:
    """Roles in force in the actor's area and office, with the account behind each."""
    require(actor, "account.manage")
    today = clock.today()
    rows = Role.objects.filter(Q(valid_until=None) | Q(valid_until__gte=today), valid_from__lte=today)
    if filters.q:
        rows = rows.filter(Q(account__name__icontains=filters.q) | Q(account__username__icontains=filters.q))
    page = page_of(rows.select_related("account").order_by("account__name", "id"), filters)
    return page.having(
        AccountRow(
            role.account_id,
            role.account.username,
            role.account.name,
            role.kind,
            role.title,
            role.area,
            role.valid_from,
            role.account.must_change_password,
            role.account.code_expires_at,
            role.account.factor_since is not None,
        )
        for role in page.rows
    )


def account_name(*, actor: Actor, account_id: int) -> tuple[str, str, bool]:
    """Name, user name and second factor of an account that holds a role here; ``not_found`` for any other."""
    require(actor, "account.manage")
    role = Role.objects.select_related("account").filter(account_id=account_id).first()
    if role is None:
        raise Problem("not_found")
    return role.account.name, role.account.username, role.account.factor_since is not None


def held_roles(*, actor: Actor, account_id: int) -> list[HeldRole]:
    """Roles of the account that the actor may end, the oldest first, each with the phones that work in it."""
    require(actor, "account.manage")
    today = clock.today()
    rows = Role.objects.filter(Q(valid_until=None) | Q(valid_until__gte=today), account_id=account_id).order_by("id")
    phones = Counter(Device.objects.filter(account_id=account_id, revoked_at=None).values_list("role_id", flat=True))
    return [
        HeldRole(role.pk, role.kind, role.title, role.area, role.valid_from, role.valid_until, phones[role.pk])
        for role in rows
    ]
