"""Families, groups and a programme of Situbondo for the tests of programmes and graduation. All people are invented."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from berdaya.groups.models import Group, Membership, Officer
from berdaya.kernel.ids import new_id, stable_id
from berdaya.kernel.scope import Actor, scoped
from berdaya.people.models import AidReceived, DesilSnapshot, Exclusion, Household, Person, PersonPrivate
from berdaya.programmes import services
from berdaya.programmes.configfile import parse_config
from berdaya.programmes.rules.lottery import commitment
from berdaya.programmes.types import ProgrammeConfig
from berdaya.programmes.values import NewCandidate, ProgrammeRef

VILLAGES = (3512042003, 3512042004, 3512052001)
PROPOSAL, SCREEN, FREEZE, DECREE = date(2024, 2, 1), date(2024, 3, 1), date(2024, 5, 1), date(2024, 6, 1)
SEEDS = ("benih inspektorat", "benih forum warga")
Maker = Callable[..., Actor]


def mark(text: str) -> bytes:
    """Stands for the keyed index of a number."""
    return hashlib.sha256(text.encode()).digest()


def config(unit: str = "household", **sections: Any) -> ProgrammeConfig:
    raw: dict[str, Any] = {
        "programme": {
            "code": "situbondo-uji-2024",
            "area": "35.12",
            "year": 2024,
            "office": "Dinas Sosial Kabupaten Situbondo",
            "scheme": "group" if unit == "group" else "individual",
            "aid": {"form": "goods"},
        },
        "eligibility": {
            "age": {"min": 18, "max": 60},
            "desil_max": 4,
            "exclude": ["civil_servant", "deceased"],
            "cool_off_years": {"business_aid": 1},
        },
        "quota": {"total": 4, "unit": unit, "35.12.04": 3},
        "ranking": {
            "weights": {"desil": 40, "female_head": 10} if unit == "household" else {},
            "lottery": {"commitments": [commitment(seed) for seed in SEEDS]},
        },
        "group": {"size": {"min": 3, "max": 5}},
        "dates": {"proposal": PROPOSAL.isoformat(), "verification": "2024-04-01"},
        "example": {"synthetic": True, "lottery_seeds": list(SEEDS)},
    }
    for name, values in sections.items():
        raw[name] = {**raw.get(name, {}), **values}
    return parse_config(raw)


def families(actor: Actor, count: int, *, desil: int | None = 2, prefix: str = "k") -> list[tuple[Household, Person]]:
    """Families alternating over three villages, each with one person of 30 and a desil of January 2024."""
    households = [
        Household(id=stable_id(prefix, n), area=VILLAGES[n % 3], kk_index=mark(f"kk{prefix}{n}"), synthetic=True)
        for n in range(count)
    ]
    persons = [
        Person(
            id=stable_id(prefix, "p", n),
            household=home,
            area=home.area,
            name=f"Warga {prefix}{n}",
            name_key=f"warga {prefix}{n}",
            birth_date=date(1994, 1, 1),
            sex="P",
            marital="married",
            nik_index=mark(f"nik{prefix}{n}"),
            synthetic=True,
        )
        for n, home in enumerate(households)
    ]
    with scoped(actor):
        Household.objects.bulk_create(households)
        Person.objects.bulk_create(persons)
        if desil is not None:
            DesilSnapshot.objects.bulk_create(
                DesilSnapshot(household=home, area=home.area, desil=desil, as_of=date(2024, 1, 1))
                for home in households
            )
    return list(zip(households, persons, strict=True))


def proposal(rows: list[tuple[Household, Person]], start: int = 1) -> list[NewCandidate]:
    return [
        NewCandidate(
            ref=str(number),
            list_no=number,
            area=home.area,
            household_id=home.pk,
            person_id=person.pk,
            sources=("village",),
            kind="fish_processing",
            ever_in_business=number % 2 == 0,
        )
        for number, (home, person) in enumerate(rows, start=start)
    ]


def opened(actor: Actor, rules: ProgrammeConfig, rows: list[NewCandidate]) -> ProgrammeRef:
    """A programme with its proposal, screened and decided."""
    with scoped(actor):
        programme = services.create_programme(actor=actor, config=rules)
        services.add_candidates_many(actor=actor, programme_id=programme.id, rows=rows)
        services.screen_many(actor=actor, programme_id=programme.id, on=SCREEN)
        services.decide_eligibility_many(actor=actor, programme_id=programme.id, on=SCREEN)
    return programme


def reveal(actor: Actor, programme_id: UUID) -> None:
    """Both parties open: the second one from an account of its own."""
    services.reveal_seed(actor=actor, programme_id=programme_id, party=1, seed=SEEDS[0], on=FREEZE)
    second = actor.with_(account_id=(actor.account_id or 0) + 1_000_000, name="pihak kedua")
    with scoped(second):
        services.reveal_seed(actor=second, programme_id=programme_id, party=2, seed=SEEDS[1], on=FREEZE)


def listed(kind: str, *, nik: str = "", kk: str = "", area: int = 3578010001, as_of: date = date(2023, 1, 1)) -> None:
    """A line of an exclusion list that another office, far away, recorded (written as the owner)."""
    Exclusion.objects.create(
        kind=kind, nik_index=mark(nik) if nik else None, kk_index=mark(kk) if kk else None, area=area,
        source=f"daftar {kind}", as_of=as_of, import_key=new_id(),
    )  # fmt: skip


def aided(*, kk: str, year: int, form: str = "business_aid", area: int = 3578010001) -> None:
    AidReceived.objects.create(
        kk_index=mark(kk), area=area, office_name="Dinas Koperasi Surabaya", programme="Gerobak", year=year, form=form,
        source="berkas", import_key=new_id(),
    )  # fmt: skip


def group(actor: Actor, code: str, rows: list[tuple[Household, Person]], *, officers: bool = True) -> Group:
    """An existing group of these families; the first three hold the offices."""
    with scoped(actor):
        made = Group.objects.create(
            code=code, name=f"Kelompok {code}", area=rows[0][0].area if rows else VILLAGES[0], office_id=actor.office
        )
        for number, (home, person) in enumerate(rows, start=1):
            member = Membership.objects.create(
                group=made, person=person, household=home, number=number, joined_on=date(2020, 1, 1),
                area=made.area, office_id=actor.office,
            )  # fmt: skip
            if officers and number <= 3:
                Officer.objects.create(
                    group=made, membership=member, position=("ketua", "sekretaris", "bendahara")[number - 1],
                    elected_on=date(2020, 1, 1), area=made.area, office_id=actor.office,
                )  # fmt: skip
    return made


def private(actor: Actor, person: Person, **facts: Any) -> None:
    with scoped(actor):
        PersonPrivate.objects.create(person=person, area=person.area, **facts)
