"""The people of a demo database: one login per role, two of whom make and check every decision of the examples.

They exist in a demo database only; elsewhere their accounts are refused at sign-in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q

from berdaya.access.models import Account, Office
from berdaya.access.permissions import ROLE_NAMES
from berdaya.access.selectors import actor_for
from berdaya.areas.codes import Level, ancestor, level_of
from berdaya.enterprises.models import Enterprise, Mentor, MentorAssignment
from berdaya.groups.models import Group
from berdaya.kernel.problems import Entry, Problem, register
from berdaya.kernel.scope import Actor, scoped
from berdaya.process import caseloads
from berdaya.process.field.demo import enrol_mentor, open_next_contest, open_next_fair
from berdaya.process.offices import ensure_account, ensure_role
from berdaya.training.models import TrainingClass

PASSWORD = "contoh-berdaya-2026"  # noqa: S105 - printed at the start of a demo, refused outside it

register(
    {
        "not_a_demo": Entry(
            id="Langkah ini hanya ada pada basis data contoh.",
            en="This step exists in a demo database only.",
            do_id="Jalankan ./berdaya demo, atau minta dua petugas menyetujuinya.",
            do_en="Run ./berdaya demo, or let two officers approve it.",
            status=403,
        ),
    }
)


STALLS = 3
"""So many of the mentor's own businesses stand at the exhibition that runs."""


@dataclass(frozen=True)
class Person:
    """One login of the demo."""

    username: str
    name: str
    kind: str


OFFICE_PEOPLE = (
    Person("operator", "Rina Lestari (contoh)", "operator"),
    Person("verifikator", "Yusuf Harahap (contoh)", "verifier"),
    Person("kabid", "Maya Puspita (contoh)", "supervisor"),
    Person("kadis", "Bambang Suryadi (contoh)", "head"),
    Person("admin", "Dewi Anggraini (contoh)", "admin"),
)
AUDITOR = Person("auditor", "Hendra Wijaya (contoh)", "auditor")
MAYOR = Person("walikota", "Ratna Kusuma (contoh)", "mayor")
CAMAT = Person("camat", "Slamet Riyadi (contoh)", "camat")
LURAH = Person("lurah", "Nurhayati (contoh)", "lurah")
UKPD = Person("ukpd", "Agus Salim (contoh)", "ukpd")
MENTOR = Person("pendamping", "Sri Wahyuni (contoh)", "mentor")
SPONSOR = Person("lembaga", "Joko Prasetyo (contoh)", "sponsor")
OFFICER = Person("pengurus", "Maria Tefa (contoh)", "group_officer")
TRAINER = Person("pelatih", "Tuti Alawiyah (contoh)", "trainer")
PEOPLE = (*OFFICE_PEOPLE, AUDITOR, MAYOR, CAMAT, LURAH, UKPD, MENTOR, SPONSOR, OFFICER, TRAINER)


def refuse_outside_demo() -> None:
    """Raise ``not_a_demo`` unless the database is a demo."""
    if not settings.DEMO:
        raise Problem("not_a_demo")


def account_of(person: Person) -> Account:
    """The person's account; made on the first call."""
    refuse_outside_demo()
    return ensure_account(username=person.username, name=person.name, password=PASSWORD, demo=True)


def staff(office: Office) -> tuple[Actor, Actor]:
    """Maker and checker of an office: its operator and its head of division, each with a role there."""
    maker, checker = OFFICE_PEOPLE[0], OFFICE_PEOPLE[2]
    return _actor(maker, office), _actor(checker, office)


def _actor(person: Person, office: Office) -> Actor:
    account = account_of(person)
    role_id = ensure_role(account=account, kind=person.kind, office=office)
    return actor_for(account.pk, name=account.name, role_id=role_id)


def everybody(offices: Sequence[Office]) -> list[dict[str, str]]:
    """Give every demo person the roles and lists that fit what the programmes made; returns the printed logins."""
    for office in offices:
        for person in OFFICE_PEOPLE:
            ensure_role(account=account_of(person), kind=person.kind, office=office)
        ensure_role(account=account_of(AUDITOR), kind=AUDITOR.kind, office=office, all_offices=True)
    for office in offices:
        admin = _actor(OFFICE_PEOPLE[4], office)
        _village(office)
        _mentor(admin, office)
        _sponsor(admin, office)
        _group_officer(admin, office)
        _trainer(admin, office)
    return [
        {"role": ROLE_NAMES[person.kind][0], "name": person.name, "username": person.username, "password": PASSWORD}
        for person in PEOPLE
    ]


def _village(office: Office) -> None:
    """Mayor, camat, lurah and city office where a kabupaten or kota runs a programme: where most businesses are."""
    if level_of(office.area) != Level.REGENCY:
        return
    with scoped(_actor(OFFICE_PEOPLE[0], office)):
        counted = Enterprise.objects.values_list("area").annotate(n=Count("id")).order_by("-n", "area")
        village = next((area for area, _ in counted if area % 10_000), None)
    if village is None:
        return
    ensure_role(account=account_of(LURAH), kind="lurah", office=office, area=village, all_offices=True)
    district = ancestor(village, Level.DISTRICT)
    ensure_role(account=account_of(CAMAT), kind="camat", office=office, area=district, all_offices=True)
    for person in (MAYOR, UKPD):
        ensure_role(account=account_of(person), kind=person.kind, office=office, all_offices=True)


def _mentor(admin: Actor, office: Office) -> None:
    with scoped(_actor(OFFICE_PEOPLE[0], office)):
        busiest = (
            MentorAssignment.objects.filter(until=None)
            .values_list("mentor", "mentor__code")
            .annotate(n=Count("id"))
            .order_by("-n", "mentor__code")
            .first()
        )
        mentor = Mentor.objects.get(pk=busiest[0]) if busiest else None
    if mentor is None:
        return
    account = account_of(MENTOR)
    role_id = ensure_role(
        account=account, kind="mentor", office=office, areas=tuple(int(code) for code in mentor.areas)
    )
    with scoped(_actor(OFFICE_PEOPLE[0], office)):
        Mentor.objects.filter(pk=mentor.pk, account=None).update(account=account)
        caseloads.open_mentor(actor=admin, role_id=role_id, mentor_id=mentor.pk)
    enrol_mentor(account_id=account.pk, role_id=role_id, supervisor=_actor(OFFICE_PEOPLE[2], office))
    open_next_contest(operator=_actor(OFFICE_PEOPLE[0], office))
    own = actor_for(account.pk, role_id=role_id).enterprises
    open_next_fair(operator=_actor(OFFICE_PEOPLE[0], office), enterprises=sorted(own)[:STALLS])


def _sponsor(admin: Actor, office: Office) -> None:
    operator = _actor(OFFICE_PEOPLE[0], office)
    with scoped(operator):
        sponsor = (
            Group.objects.exclude(sponsor=None)
            .values_list("sponsor", "sponsor__name")
            .annotate(n=Count("id"))
            .order_by("-n", "sponsor__name")
            .first()
        )
    if sponsor is None:
        return
    role_id = ensure_role(account=account_of(SPONSOR), kind="sponsor", office=office, title=str(sponsor[1]))
    with scoped(operator):
        groups = list(Group.objects.filter(sponsor=sponsor[0]).values_list("id", flat=True))
        caseloads.open_groups(actor=admin, role_id=role_id, group_ids=groups)


def _group_officer(admin: Actor, office: Office) -> None:
    operator = _actor(OFFICE_PEOPLE[0], office)
    with scoped(operator):
        funded = Group.objects.filter(funds__isnull=False)
        # The group that meets most: its officer finds a living book.
        posted = Q(funds__kind="cash_turns", funds__meetings__state="posted")
        met = Count("funds__meetings", filter=posted, distinct=True)
        group = funded.annotate(met=met).order_by("-met", "code").first()
    if group is None:
        return
    role_id = ensure_role(account=account_of(OFFICER), kind="group_officer", office=office, title=group.name)
    with scoped(operator):
        caseloads.open_groups(actor=admin, role_id=role_id, group_ids=[group.pk])


def _trainer(admin: Actor, office: Office) -> None:
    operator = _actor(OFFICE_PEOPLE[0], office)
    with scoped(operator):
        first = TrainingClass.objects.order_by("code").first()
        if first is None:
            return
        classes = list(TrainingClass.objects.filter(trainer=first.trainer).values_list("id", flat=True))
    role_id = ensure_role(account=account_of(TRAINER), kind="trainer", office=office, title=first.trainer)
    with scoped(operator):
        caseloads.open_classes(actor=admin, role_id=role_id, class_ids=classes)
