"""Aturan masuk: what an office asks of its people at the door, and what of it reaches one account in one role."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.db import transaction

from berdaya.access.models import Office, Role, SignInRules
from berdaya.access.permissions import PERMISSIONS, require
from berdaya.access.selectors import actor_for, roles_of
from berdaya.access.sessions import LEAST_IDLE, MOST_IDLE
from berdaya.audit.services import record
from berdaya.kernel import clock
from berdaya.kernel.problems import Entry, Problem, register
from berdaya.kernel.scope import Actor, scoped

LEAST_ALONE, LEAST_WITH_FACTOR = 15, 12
"""Characters of a password that is the only factor (NIST SP 800-63B-4, 3.1.1.2), and of one beside a second factor
(at least 8 there)."""
KINDS = tuple(kind for kind in PERMISSIONS if kind != "public")
"""Kinds of roles of which a second factor can be asked."""

register(
    {
        "rules_idle": Entry(
            id="Waktu tanpa kegiatan {least} sampai {most} menit.",
            en="The time without activity is {least} to {most} minutes.",
            do_id="Tulis jumlah menit di antara keduanya.",
            do_en="Write a number of minutes between the two.",
            status=422,
        ),
        "rules_factor_day": Entry(
            id="Tanggal mulai faktor kedua tidak terbaca, atau perannya tidak dikenal.",
            en="The day from which a second factor is asked cannot be read, or the role is unknown.",
            do_id="Pilih tanggal dari kalender, atau kosongkan.",
            do_en="Choose a day from the calendar, or leave it empty.",
            status=422,
        ),
    }
)


@dataclass(frozen=True)
class Rules:
    """Rules of one office, or the defaults where it has set none. ``factor_from``: kind of role -> first day."""

    idle_minutes: int
    composition: bool = False
    factor_from: Mapping[str, date] = field(default_factory=dict)


def _rules(row: SignInRules | None) -> Rules:
    if row is None:
        return Rules(settings.BERDAYA_IDLE_MINUTES)
    days = {kind: date.fromisoformat(day) for kind, day in row.factor_from.items()}
    return Rules(row.idle_minutes, row.composition, days)


def rules_of_office(*, actor: Actor) -> Rules:
    """Rules of the actor's own office."""
    require(actor, "office.manage")
    return _rules(SignInRules.objects.filter(office_id=actor.office or 0).first())


@transaction.atomic
def set_rules(*, actor: Actor, idle_minutes: int, composition: bool, factor_from: Mapping[str, date]) -> None:
    """Replace the rules of the actor's own office. Audited, with history; sessions take them at their next sign-in.

    Raises ``rules_idle``, ``rules_factor_day``, and ``not_found`` for somebody without an office.
    """
    require(actor, "office.manage")
    if not LEAST_IDLE <= idle_minutes <= MOST_IDLE:
        raise Problem("rules_idle", least=LEAST_IDLE, most=MOST_IDLE)
    if not set(factor_from) <= set(KINDS):
        raise Problem("rules_factor_day")
    office = Office.objects.filter(pk=actor.office or 0).first()
    if office is None:
        raise Problem("not_found")
    SignInRules.objects.update_or_create(
        office_id=office.pk,
        defaults={
            "area": office.area,
            "idle_minutes": idle_minutes,
            "composition": composition,
            "factor_from": {kind: day.isoformat() for kind, day in sorted(factor_from.items())},
        },
    )
    record(
        actor=actor,
        name="office.sign_in_rules_set",
        subject_kind="office",
        subject_id=office.pk,
        idle_minutes=idle_minutes,
        composition=composition,
        factor_from={kind: day.isoformat() for kind, day in factor_from.items()},
    )


def rules_for(account_id: int, role_id: int) -> tuple[Rules, date | None]:
    """Rules of the office that gave out the role, and from which day it asks this role for a second factor."""
    actor = actor_for(account_id, role_id=role_id)
    with scoped(actor.with_(kind="staff")):
        row = None
        role = Role.objects.filter(pk=role_id).only("office_id").first()
        if role is not None and role.office_id is not None:
            row = SignInRules.objects.filter(office_id=role.office_id).first()
    rules = _rules(row)
    return rules, rules.factor_from.get(actor.role)


def factor_due(account_id: int) -> tuple[date | None, bool]:
    """The first day on which any role of the account asks for a second factor, and whether that day has come."""
    days = [day for role in roles_of(account_id) if (day := rules_for(account_id, role.id)[1]) is not None]
    first = min(days, default=None)
    return first, first is not None and first <= clock.today()


def weakness(password: str, *, account_id: int | None, with_factor: bool) -> tuple[str, ...]:
    """Codes of what a password lacks: ``short``, ``composition``; none where it will do.

    Length follows NIST; letters of both cases, a digit and another sign are asked where an office of the account says
    so (BSSN 4/2021), for NIST advises against it.
    """
    lacks = []
    if len(password) < (LEAST_WITH_FACTOR if with_factor else LEAST_ALONE):
        lacks.append("short")
    if account_id is not None and not _composed(password):
        asked = any(rules_for(account_id, role.id)[0].composition for role in roles_of(account_id))
        if asked:
            lacks.append("composition")
    return tuple(lacks)


def _composed(password: str) -> bool:
    return all(re.search(signs, password) for signs in ("[a-z]", "[A-Z]", "[0-9]", "[^A-Za-z0-9]"))
