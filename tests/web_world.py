"""One of everything that the office web shows, in Situbondo, made as the owner. All people are invented."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.test import Client

from berdaya.access.models import Account, Office, Role, RoleSubject
from berdaya.areas.codes import area_range
from berdaya.kernel.clock import now
from tests import web_things as things
from tests.web_things import KABUPATEN, KIND, NAMES, TODAY, VILLAGES

KECAMATAN = 3512040000
PASSWORD = "kata-sandi-panjang-uji"


@dataclass
class World:
    """Ids of what was made, by what it is."""

    office: Office
    ids: dict[str, Any] = field(default_factory=dict)
    lists: dict[str, list[UUID]] = field(default_factory=dict)


def areas() -> None:
    """The five areas that the world lies in."""
    from berdaya.areas.models import Area, AreaPosition
    from berdaya.areas.selectors import forget

    rows = [
        (3500000000, 1, "province", "Jawa Timur", None),
        (KABUPATEN, 2, "kabupaten", "Kabupaten Situbondo", 3500000000),
        (KECAMATAN, 3, "kecamatan", "Situbondo", KABUPATEN),
        (VILLAGES[0], 4, "desa", "Olean", KECAMATAN),
        (VILLAGES[1], 4, "desa", "Talkandang", KECAMATAN),
        (VILLAGES[2], 4, "desa", "Kotakan", KECAMATAN),
    ]
    Area.objects.bulk_create(
        [
            Area(code=code, level=level, kind=kind, name=name, name_key=name.lower(), parent=parent, edition="2025")
            for code, level, kind, name, parent in rows
        ],
        ignore_conflicts=True,
    )
    AreaPosition.objects.bulk_create(
        [
            AreaPosition(area=code, source="synthetic", lat=-7.7 - n / 100, lon=114.0 + n / 100)
            for n, code in enumerate(VILLAGES)
        ],
        ignore_conflicts=True,
    )
    forget()


def sign_up(office: Office, kind: str, *, area: int = KABUPATEN, above: bool = False, username: str = "") -> Account:
    """An account with one role; roles above the offices see all of them."""
    account = Account.objects.create(
        username=username or f"{kind}-{office.code}"[:60],
        name=f"{kind.title()} Contoh",
        password=make_password(PASSWORD),
    )
    Role.objects.create(
        account=account,
        kind=kind,
        title=kind,
        office=None if above else office,
        all_offices=above,
        area=area,
        ranges=[list(area_range(area))],
        valid_from=date(2020, 1, 1),
    )
    return account


def sign_in(client: Client, account: Account) -> Client:
    """Through the sign-in page, as people do."""
    response = client.post("/masuk/", {"username": account.username, "password": PASSWORD})
    assert response.status_code == 302, response.content.decode()[:2000]
    return client


def open_to(account: Account, **subjects: UUID) -> Account:
    """Open things to a role that sees only its own: ``enterprises=...``, ``groups=...``, ``classes=...``."""
    role = Role.objects.get(account=account)
    for name, subject in subjects.items():
        RoleSubject.objects.create(
            role=role, account_id=account.pk, office=role.office, area=role.area, list=name, subject_id=subject
        )
    return account


def office(code: str = "dinsos-uji") -> Office:
    return Office.objects.create(code=code, name="Dinas Sosial Kabupaten Situbondo", area=KABUPATEN)


def build(rows: int, *, home: Office | None = None) -> World:
    """``rows`` families with a business each, and ``rows`` of everything else."""
    with transaction.atomic():  # handovers and their lines are weighed when the transaction ends
        return _build(rows, home)


def _build(rows: int, home: Office | None) -> World:
    areas()
    world = World(home or office())
    _programme(world)
    _families(world, rows)
    _candidates(world, rows)
    things.training(world, rows)
    things.decree_and_goods(world, rows)
    things.businesses(world, rows)
    things.groups(world, rows)
    things.a_proposal(world)
    things.events(world, rows)
    things.tasks_and_letters(world, rows)
    _doubles(world)
    return world


def _doubles(world: World) -> None:
    """Two records that are alike, and a family that another office asks for."""
    from berdaya.people.models import LookAlike, Person, TransferRequest

    persons = list(Person.objects.filter(household_id=world.ids["household"])[:1])
    persons += list(Person.objects.exclude(household_id=world.ids["household"]).order_by("id")[:1])
    if len(persons) < 2:
        return
    left, right = persons
    if not LookAlike.objects.filter(left=left, right=right).exists():
        world.ids["look-alike"] = LookAlike.objects.create(
            area=left.area, office=world.office, left=left, right=right, chance=0.97, found_on=TODAY,
            reasons=[["name", "same", 4.2], ["nik", "different", -2.1]], model_version="uji",
        ).pk  # fmt: skip
    world.ids["transfer"] = TransferRequest.objects.create(
        area=left.area, office=world.office, request_id=left.pk, side="holds", household_id=left.household_id,
        to_area=left.area, asking_office="Dinas Sosial Contoh", asked_by=0, asked_on=TODAY, asked_reason="pindah",
    ).pk  # fmt: skip


def _programme(world: World) -> None:
    from berdaya.programmes.models import Approval, Programme, ProgrammeVersion, SelectionRun

    code = f"uji-{world.office.code}"
    programme = Programme.objects.create(
        area=KABUPATEN,
        office=world.office,
        code=code,
        name="UEP Situbondo 2024",
        year=2024,
        scheme="individual",
        synthetic=True,
    )
    config = {
        "programme": {
            "code": code,
            "name": "UEP Situbondo 2024",
            "area": "35.12",
            "year": 2024,
            "office": world.office.name,
            "scheme": "individual",
            "funding": [{"source": "APBD kabupaten", "share": 1.0}],
        },
        "aid": {"form": "goods", "ceiling_idr": 2_500_000},
        "eligibility": {"age": {"min": 18, "max": 60}, "desil_max": 4, "exclude": ["civil_servant"]},
        "quota": {"total": 400, "unit": "household"},
        "ranking": {"weights": {"desil": 40, "female_head": 15}},
        "graduation": {"months": 24},
        "dates": {"proposal": "2024-02-01"},
    }
    version = ProgrammeVersion.objects.create(programme=programme, number=1, config=config, sha256=b"0" * 32)
    maker = sign_up(world.office, "operator", username=f"pembuat-{world.office.code}")
    approval = Approval.objects.create(
        programme=programme,
        area=KABUPATEN,
        office=world.office,
        stage="selection",
        summary={"selected": 3, "waiting": 1},
        made_by=maker.pk,
        made_at=now(),
    )
    run = SelectionRun.objects.create(
        programme=programme,
        area=KABUPATEN,
        office=world.office,
        version=version,
        list_sha256=b"0" * 32,
        frozen_on=date(2024, 5, 1),
        decided_on=date(2024, 5, 2),
    )
    world.ids |= {"programme": programme, "code": code, "approval": approval.pk, "run": run, "maker": maker}
    world.ids["checker"] = sign_up(world.office, "head", username=f"pemeriksa-{world.office.code}")


def _families(world: World, rows: int) -> None:
    from berdaya.people.models import DesilSnapshot, Household, Person

    world.lists["households"] = []
    world.lists["persons"] = []
    for n in range(rows):
        home = Household.objects.create(
            area=VILLAGES[n % 3], address=f"Kp. Contoh RT {n:02d}", synthetic=True, dependants=2, female_head=True
        )
        person = Person.objects.create(
            area=home.area,
            household=home,
            name=NAMES[n % len(NAMES)],
            name_key=NAMES[n % len(NAMES)].lower(),
            birth_date=date(1985, 1, 1 + n),
            sex="P",
            marital="married",
            is_head=True,
            occupation="buruh tani",
            synthetic=True,
        )
        DesilSnapshot.objects.create(area=home.area, household=home, desil=2, as_of=date(2024, 1, 1))
        world.lists["households"].append(home.pk)
        world.lists["persons"].append(person.pk)
    world.ids |= {"household": world.lists["households"][0], "person": world.lists["persons"][0]}


def _candidates(world: World, rows: int) -> None:
    from berdaya.programmes.models import Candidate, Verification

    checks = [
        {
            "criterion": "age",
            "outcome": "met",
            "code": "age_within",
            "params": {"age": 39, "at": "2024-02-01", "min": 18, "max": 60},
        },
        {"criterion": "desil", "outcome": "unknown", "code": "desil_not_in_dtsen", "params": {}},
    ]
    world.lists["candidates"] = []
    for n in range(rows):
        candidate = Candidate.objects.create(
            **things.own(world, n),
            programme=world.ids["programme"],
            ref=str(n + 1),
            list_no=n + 1,
            household_id=world.lists["households"][n],
            person_id=world.lists["persons"][n],
            proposed_on=date(2024, 2, 1),
            kind=KIND,
            interests=[KIND],
            checks=checks,
            verdict="eligible",
            verified=True,
            place="selected",
            decreed_on=date(2024, 6, 1),
            score=870_000,
            rank=n + 1,
            probability=0.75,
            quota_area=KECAMATAN,
        )
        Verification.objects.create(
            **things.own(world, n),
            candidate=candidate,
            visited_on=date(2024, 4, 1),
            verifier="TKSK Contoh",
            result="confirmed",
            meeting_on=date(2024, 4, 10),
            meeting_decision="accepted",
        )
        world.lists["candidates"].append(candidate.pk)
    world.ids["candidate"] = world.lists["candidates"][0]


__all__ = ["KABUPATEN", "TODAY", "VILLAGES", "World", "build", "office", "open_to", "sign_in", "sign_up"]
