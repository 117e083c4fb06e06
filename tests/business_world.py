"""A small world for tests of businesses: one programme in Situbondo, made as the owner before any scope opens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from berdaya.enterprises import services
from berdaya.enterprises.types import Method, NewEnterprise
from berdaya.kernel.ids import new_id
from berdaya.kernel.scope import Actor, scoped
from berdaya.market import services as market
from berdaya.market.types import NewExhibition, NewProduct, NewStall, NewStorefront, Permit, PermitKind
from berdaya.visits.types import VisitInput

OLEAN = 3512062003
PANJI = 3512112001
BONDOWOSO = 3511102001
START = date(2024, 9, 1)


@dataclass
class World:
    """The named people and things of these tests."""

    operator: Actor
    outsider: Actor
    other_office: Actor
    programme_id: UUID
    office_id: int
    households: list[UUID] = field(default_factory=list)
    enterprises: list[UUID] = field(default_factory=list)
    groups: list[UUID] = field(default_factory=list)


def build(make_actor: Callable[..., Actor], offices: dict[str, int], *, families: int = 3) -> World:
    """A programme with `families` households and one business each, and three people who look at it."""
    from berdaya.people.models import Household
    from berdaya.programmes.models import Programme, ProgrammeVersion

    office_id = offices["dinsos-situbondo"]
    programme = Programme.objects.create(
        area=3512000000, office_id=office_id, code="uji-2024", name="Uji", year=2024, scheme="individual"
    )
    ProgrammeVersion.objects.create(
        programme=programme, number=1, config={"status": {"dormant_days": 60}}, sha256=b"0" * 32
    )
    world = World(
        operator=make_actor("operator"),
        outsider=make_actor("operator", area=3511000000, office="dinsos-bondowoso"),
        other_office=make_actor("operator", office="diskop-situbondo"),
        programme_id=programme.pk,
        office_id=office_id,
    )
    world.households = [new_id() for _ in range(families)]
    Household.objects.bulk_create(Household(id=key, area=OLEAN) for key in world.households)
    world.enterprises = [new_id() for _ in range(families)]
    with scoped(world.operator):
        services.start_enterprises_many(
            actor=world.operator,
            starts=[
                NewEnterprise(
                    id=enterprise,
                    office_id=office_id,
                    kind="fish_crackers",
                    name=f"Kerupuk Ikan {number}",
                    started_on=START,
                    household_id=household,
                    programme_id=programme.pk,
                    ref=str(number),
                    synthetic=True,
                )
                for number, (enterprise, household) in enumerate(
                    zip(world.enterprises, world.households, strict=True), start=1
                )
            ],
        )
    return world


def add_group(world: World, *, area: int = OLEAN, members: int = 5, name: str = "Melati") -> UUID:
    """A group with members (all grown up, the first is the chair) and one business; returns the business's id."""
    from berdaya.groups.models import Group, Membership, Officer
    from berdaya.people.models import Household, Person

    group = Group.objects.create(
        area=area, office_id=world.office_id, code=f"K-{name}", name=f"KUBE {name}", kind="batik"
    )
    for number in range(1, members + 1):
        household = Household.objects.create(area=area)
        person = Person.objects.create(
            area=area, household=household, name=f"Anggota {number}", name_key="x", birth_date=date(1980, 1, number)
        )
        membership = Membership.objects.create(
            area=area,
            office_id=world.office_id,
            group=group,
            person=person,
            household=household,
            number=number,
            joined_on=START,
        )
        if number == 1:
            Officer.objects.create(
                area=area,
                office_id=world.office_id,
                group=group,
                membership=membership,
                position="ketua",
                elected_on=START,
            )
    enterprise = new_id()
    with scoped(world.operator):
        services.start_enterprises_many(
            actor=world.operator,
            starts=[
                NewEnterprise(
                    id=enterprise,
                    office_id=world.office_id,
                    kind="batik",
                    name=f"Batik {name}",
                    started_on=START,
                    group_id=group.pk,
                    programme_id=world.programme_id,
                )
            ],
        )
    world.groups.append(group.pk)
    return enterprise


def visit(enterprise: UUID, on: date, **more: object) -> VisitInput:
    """A visit with ordinary figures."""
    values: dict[str, object] = {
        "method": Method.ASKED,
        "production_days": 20,
        "turnover_idr": 1_000_000,
        **more,
    }
    return VisitInput(
        id=values.pop("id", None) or new_id(), enterprise_id=enterprise, mentor_id=None, occurred_on=on, **values
    )  # type: ignore[arg-type]


def open_shop(world: World) -> World:
    """A shop and a product for each of the businesses and one group, and an exhibition where all of them stand."""
    from berdaya.areas.models import Area

    for code, level, kind, name in (
        (3512000000, 2, "kabupaten", "Kabupaten Situbondo"),
        (OLEAN, 4, "desa", "Olean"),
    ):
        Area.objects.get_or_create(
            code=code, defaults={"level": level, "kind": kind, "name": name, "name_key": name, "edition": "uji"}
        )
    world.enterprises.append(add_group(world))
    consent = date(2025, 1, 5)
    exhibition = NewExhibition(
        new_id(), 3512000000, world.office_id, "P1", "Pameran Uji", "Alun-alun", 3512000000, consent, consent
    )
    permits = (Permit(PermitKind.NIB, "9999000000001"), Permit(PermitKind.HALAL, "halal sekali"))
    with scoped(world.operator):
        market.open_storefronts_many(
            actor=world.operator,
            storefronts=[
                NewStorefront(new_id(), item, f"KUBE Dapur {number}", "", "081200001234", consent, consent)
                for number, item in enumerate(world.enterprises)
            ],
        )
        market.publish_products_many(
            actor=world.operator,
            products=[
                NewProduct(
                    new_id(),
                    item,
                    f"Kerupuk <b>nomor</b> {number}",
                    "food",
                    15_000,
                    "bungkus",
                    stock=5,
                    consent_on=consent,
                    permits=permits,
                )
                for number, item in enumerate(world.enterprises)
            ],
        )
        market.plan_exhibitions_many(actor=world.operator, exhibitions=[exhibition])
        market.record_stalls_many(
            actor=world.operator,
            stalls=[
                NewStall(new_id(), exhibition.id, item, f"A{number}", 100, 1)
                for number, item in enumerate(world.enterprises)
            ],
        )
    return world
