"""A new office: its row, its first administrator, and the one-time code that the administrator signs in with."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from berdaya.access.models import Account, Office
from berdaya.access.permissions import PERMISSIONS
from berdaya.access.services import SIGN_IN, create_account, grant_role
from berdaya.areas.codes import area_range
from berdaya.audit.services import record
from berdaya.forms.services import ensure_instruments
from berdaya.kernel.scope import AREA_MAX, Actor, scoped

INSTALLER = "pemasang"


@dataclass(frozen=True)
class NewOffice:
    """Facts of an office to be set up; ``letterhead`` has the keys lines, address, contact."""

    code: str
    name: str
    area: int
    kind: str = "dinsos"
    paper: str = "A4"
    time_zone: str = "WIB"
    letterhead: dict[str, object] | None = None


def installer() -> Actor:
    """Who sets up a database: an account without password and without any role, named in the audit trail."""
    with scoped(SIGN_IN):
        account, _ = Account.objects.get_or_create(
            username=INSTALLER, defaults={"name": "Pemasang sistem", "password": make_password(None)}
        )
    return Actor(
        kind="staff",
        role="installer",
        account_id=account.pk,
        name=account.name,
        ranges=((0, AREA_MAX),),
        permissions=PERMISSIONS["admin"],
    )


def automatic(office: Office, permissions: frozenset[str]) -> Actor:
    """Who runs an office's daily checks: an account of its own without password or role, named in the audit trail."""
    with scoped(SIGN_IN):
        account, _ = Account.objects.get_or_create(
            username=f"harian.{office.pk}",
            defaults={"name": "Pemeriksaan harian", "password": make_password(None), "is_active": False},
        )
    return Actor(
        kind="staff",
        role="clock",
        account_id=account.pk,
        name=account.name,
        ranges=(area_range(office.area),),
        office=office.pk,
        permissions=permissions,
    )


def ensure_office(facts: NewOffice) -> Office:
    """The office with this code; made where it does not exist yet."""
    actor = installer()
    with scoped(actor):
        office, made = Office.objects.get_or_create(
            code=facts.code,
            defaults={
                "name": facts.name,
                "area": facts.area,
                "kind": facts.kind,
                "paper": facts.paper,
                "time_zone": facts.time_zone,
                "letterhead": facts.letterhead or {},
            },
        )
        if made:
            record(actor=actor, name="office.created", subject_kind="office", subject_id=office.pk, area=office.area)
    own = actor.with_(office=office.pk, ranges=(area_range(office.area),), permissions=frozenset({"instrument.manage"}))
    with scoped(own):
        ensure_instruments(actor=own, area=office.area)
    return office


def ensure_account(
    *, username: str, name: str, password: str | None, demo: bool = False, language: str = "id"
) -> Account:
    """The account with this name; made where it does not exist yet."""
    actor = installer()
    with scoped(actor):
        known = Account.objects.filter(username=username).first()
        if known is not None:
            return known
        account = create_account(actor=actor, username=username, name=name, password=password, demo=demo)
        if language != account.language:
            Account.objects.filter(pk=account.pk).update(language=language)
        return account


def ensure_role(
    *,
    account: Account,
    kind: str,
    office: Office,
    title: str = "",
    area: int | None = None,
    areas: tuple[int, ...] = (),
    all_offices: bool = False,
) -> int:
    """The id of the role of this kind at this office and area; given out where the account does not hold it yet."""
    where = office.area if area is None else area
    actor = installer().with_(office=office.pk, ranges=(area_range(office.area),))
    with scoped(actor):
        known = account.roles.filter(kind=kind, office=office, area=where, valid_until=None).first()
        if known is not None:
            return int(known.pk)
        role = grant_role(
            actor=actor,
            account=account,
            kind=kind,
            title=title or office.name,
            area=where,
            office_id=office.pk,
            all_offices=all_offices,
            areas=areas,
        )
        return int(role.pk)
