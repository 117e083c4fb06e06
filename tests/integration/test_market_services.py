"""Products, exhibitions and contests, and what of it the public may see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from django.db import ProgrammingError, connection
from django.test.utils import CaptureQueriesContext

from berdaya.enterprises.models import EnterpriseMonth, Evidence
from berdaya.kernel import clock
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import PUBLIC, Actor, scoped
from berdaya.market import public, services
from berdaya.market.models import ContestEntry, Stall
from berdaya.market.types import (
    NewContest,
    NewExhibition,
    NewMark,
    NewProduct,
    NewStall,
    NewStorefront,
    Permit,
    PermitKind,
    ShopFilter,
)
from tests.business_world import OLEAN, World, add_group, build

pytestmark = pytest.mark.django_db
TODAY = date(2026, 10, 31)
CONSENT = date(2025, 1, 5)


@pytest.fixture
def world(make_actor: Callable[..., Actor], offices: dict[str, int]) -> World:
    from berdaya.areas.models import Area

    for code, level, kind, name, parent in (
        (3500000000, 1, "province", "Jawa Timur", None),
        (3512000000, 2, "kabupaten", "Situbondo", 3500000000),
        (OLEAN, 4, "desa", "Olean", 3512060000),
    ):
        Area.objects.get_or_create(
            code=code,
            defaults={"level": level, "kind": kind, "name": name, "name_key": name, "parent": parent, "edition": "uji"},
        )
    made = build(make_actor, offices)
    with scoped(made.operator):
        services.open_storefronts_many(
            actor=made.operator,
            storefronts=[
                NewStorefront(new_id(), enterprise, f"Dapur Olean {number}", "", "081200001234", CONSENT)
                for number, enterprise in enumerate(made.enterprises, start=1)
            ],
        )
    return made


def product(enterprise: UUID, name: str = "Kerupuk tenggiri", **more: object) -> NewProduct:
    values: dict[str, object] = {"price_idr": 15_000, "unit": "bungkus", "stock": 20, "consent_on": CONSENT, **more}
    return NewProduct(new_id(), enterprise, name, "", **values)  # type: ignore[arg-type]


def publish(world: World, *products: NewProduct) -> services.PublishRun:
    with scoped(world.operator):
        return services.publish_products_many(actor=world.operator, products=products)


def found(**wanted: object) -> list[str]:
    page = public.catalogue_page(wanted=ShopFilter(**wanted), as_of=TODAY)  # type: ignore[arg-type]
    assert page.total == len(page.products)
    return [item.name for item in page.products]


class TestCatalogue:
    def test_the_name_that_was_meant_stands_first_on_the_page(self, world: World) -> None:
        names = ("Keripik singkong balado pedas", "Singkong rebus", "Keripik pisang", "Keripik singkong")
        publish(world, *(product(world.enterprises[0], name) for name in names))
        for asked in ("kripik singkon", "kripik singkong", "keripik singkng"):
            assert found(text=asked)[0] == "Keripik singkong", asked
        page = public.catalogue_page(wanted=ShopFilter(text="kripik singkon"), as_of=TODAY, limit=1, offset=1)
        assert [item.name for item in page.products] == ["Keripik singkong balado pedas"]

    def test_only_with_both_consents(self, world: World) -> None:
        run = publish(
            world,
            product(world.enterprises[0], "Kerupuk tenggiri"),
            product(world.enterprises[0], "Rahasia", consent_on=None),
        )
        assert (run.stored, run.public) == (2, 1)
        assert found() == ["Kerupuk tenggiri"]
        with scoped(world.operator):
            services.withdraw_consent(actor=world.operator, enterprise_id=world.enterprises[0], reason="permintaan")
        assert found() == []

    def test_nobody_under_18_stands_behind_a_public_product(self, world: World) -> None:
        from berdaya.people.models import Person

        Person.objects.create(
            area=OLEAN,
            household_id=world.households[0],
            name="Anak",
            name_key="anak",
            is_head=True,
            birth_date=date(2012, 1, 1),
        )
        item = product(world.enterprises[0])
        with clock.frozen(TODAY):
            run = publish(world, item, product(world.enterprises[1], "Abon"))
        assert run.under_age == (item.id,)
        assert (run.public, found()) == (1, ["Abon"])

    def test_the_village_needs_its_own_consent(self, world: World) -> None:
        publish(world, product(world.enterprises[0]))
        assert public.catalogue_page(wanted=ShopFilter(), as_of=TODAY).products[0].place == ""
        with scoped(world.operator):
            services.open_storefronts_many(
                actor=world.operator,
                storefronts=[
                    NewStorefront(new_id(), world.enterprises[0], "Dapur Olean 1", "", "081200001234", CONSENT, CONSENT)
                ],
            )
        (shown,) = public.catalogue_page(wanted=ShopFilter(), as_of=TODAY).products
        assert (shown.place, shown.regency) == ("Olean", "Situbondo")

    def test_search_forgives_and_filters_narrow(self, world: World) -> None:
        first, second, _ = world.enterprises
        permits = (
            Permit(PermitKind.PIRT, "206351201000128", date(2028, 1, 1)),
            Permit(PermitKind.HALAL, "halal"),
            Permit(PermitKind.NIB, "1234567890123"),
        )
        run = publish(
            world,
            product(first, "Kerupuk tenggiri", permits=permits),
            product(second, "Batik tulis daun jati"),
        )
        assert [kind for _, kind in run.permits_refused] == ["halal"]
        assert found(text="batk tulis") == ["Batik tulis daun jati"]
        assert "Kerupuk tenggiri" in found(text="krupuk tengiri")
        assert found(text="mesin cuci") == []
        assert found(permit=PermitKind.PIRT) == ["Kerupuk tenggiri"]
        assert found(permit=PermitKind.HALAL) == []
        assert found(area=3512000000, category="fishery") != []
        assert found(area=3511000000) == []
        shown = public.product(
            slug=public.catalogue_page(wanted=ShopFilter(text="tenggiri"), as_of=TODAY).products[0].slug, as_of=TODAY
        )
        assert [badge.kind for badge in shown.badges] == [PermitKind.PIRT, PermitKind.NIB]
        assert public.product(slug=shown.slug, as_of=date(2028, 1, 2)).badges[0].kind is PermitKind.NIB

    def test_facets_count_what_they_lead_to(self, world: World) -> None:
        publish(world, *(product(item) for item in world.enterprises))
        page = public.catalogue_page(wanted=ShopFilter(), as_of=TODAY, limit=1)
        assert (len(page.products), page.total) == (1, 3)
        assert [(facet.label, facet.count) for facet in page.regencies] == [("Situbondo", 3)]
        assert [(facet.value, facet.count) for facet in page.categories] == [("fishery", 3)]

    def test_as_many_queries_however_long_the_page(self, world: World) -> None:
        publish(world, *(product(item, f"Produk {n}") for n in range(3) for item in world.enterprises))
        for limit in (1, 3, 24):
            with CaptureQueriesContext(connection) as queries:
                public.catalogue_page(wanted=ShopFilter(text="produk"), as_of=TODAY, limit=limit)
            reads = [query for query in queries if "public_product" in query["sql"]]
            assert len(reads) == 4

    def test_seller_and_related(self, world: World) -> None:
        publish(world, *(product(item) for item in world.enterprises))
        shown = public.catalogue_page(wanted=ShopFilter(), as_of=TODAY).products[0]
        seller, products = public.seller(slug=shown.seller_slug, as_of=TODAY)
        assert (seller.name, len(products), seller.since) == (shown.seller_name, 1, 2024)
        assert len(public.related(wanted=shown, as_of=TODAY)) == 2
        with pytest.raises(Problem):
            public.seller(slug="tidak-ada", as_of=TODAY)

    def test_the_role_of_the_public_reads_no_table(self, world: World) -> None:
        publish(world, product(world.enterprises[0]))
        for table in ("market_product", "market_storefront", "enterprises_enterprise", "people_person"):
            with (
                pytest.raises(ProgrammingError, match="permission denied"),
                scoped(PUBLIC),
                connection.cursor() as cursor,
            ):
                cursor.execute(f"SELECT 1 FROM {table}")

    def test_no_public_column_tells_of_a_case(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT table_name, column_name FROM information_schema.columns WHERE table_name LIKE 'public\\_%%'"
            )
            columns = {name for _, name in cursor.fetchall()}
        forbidden = ("nik", "kk", "desil", "ppks", "birth", "household", "programme", "income", "status", "disab")
        assert columns
        assert not [name for name in columns if any(word in name for word in forbidden)]


class TestOffice:
    @pytest.mark.parametrize("phone", ["12345", "021-7654321"])
    def test_a_phone_that_takes_no_message(self, world: World, phone: str) -> None:
        with scoped(world.operator), pytest.raises(Problem) as problem:
            services.open_storefronts_many(
                actor=world.operator, storefronts=[NewStorefront(new_id(), world.enterprises[0], "x", "", phone)]
            )
        assert problem.value.code == "market_phone"

    @pytest.mark.parametrize("who", ["outsider", "other_office"])
    def test_outsiders_publish_nothing(self, world: World, who: str) -> None:
        actor: Actor = getattr(world, who)
        with scoped(actor), pytest.raises(Problem) as problem:
            services.publish_products_many(actor=actor, products=[product(world.enterprises[0])])
        assert problem.value.code == "enterprise_not_found"


class TestExhibition:
    def make(self, world: World) -> NewExhibition:
        return NewExhibition(
            new_id(), 3512000000, world.office_id, "SBY-26", "Pameran Surabaya", "Grand City", 3578000000,
            date(2026, 5, 1), date(2026, 5, 3),
        )  # fmt: skip

    def test_sales_reach_month_evidence_and_totals_once(self, world: World) -> None:
        exhibition = self.make(world)
        stalls = [
            NewStall(new_id(), exhibition.id, enterprise, f"A{number}", 500_000, 2)
            for number, enterprise in enumerate(world.enterprises)
        ]
        with scoped(world.operator):
            for _ in range(2):
                services.plan_exhibitions_many(actor=world.operator, exhibitions=[exhibition])
                services.record_stalls_many(actor=world.operator, stalls=stalls)
            (sale,) = Evidence.objects.filter(enterprise=world.enterprises[0])
            (month,) = EnterpriseMonth.objects.filter(enterprise=world.enterprises[0])
            assert (sale.kind, sale.amount_idr) == ("sale", 500_000)
            assert (month.month, month.turnover_market_idr) == (date(2026, 5, 1), 500_000)
            kept = Stall.objects.order_by("number").values_list("number", "turnover_idr", "leads", "exhibition__place")
            assert list(kept) == [(f"A{number}", 500_000, 2, 3578000000) for number in range(3)]
            assert {stall.area for stall in Stall.objects.all()} == {OLEAN}, "the seller keeps the own area"

    def test_sums_over_few_stalls_stay_hidden(self, world: World) -> None:
        exhibition = self.make(world)
        with scoped(world.operator):
            services.plan_exhibitions_many(actor=world.operator, exhibitions=[exhibition])
            services.record_stalls_many(
                actor=world.operator,
                stalls=[NewStall(new_id(), exhibition.id, item, "A", 100, 1) for item in world.enterprises],
            )
        (shown,) = public.exhibitions()
        assert (shown.stalls, shown.turnover_idr, shown.leads) == (3, None, None)
        more = [add_group(world, name=name) for name in ("Mawar", "Melati")]
        with scoped(world.operator):
            services.record_stalls_many(
                actor=world.operator, stalls=[NewStall(new_id(), exhibition.id, item, "B", 100, 1) for item in more]
            )
        shown, stalls = public.exhibition(key=shown.key)
        assert (shown.stalls, shown.turnover_idr, shown.leads) == (5, 500, 5)
        assert len(stalls) == 3, "only sellers who agreed are named"


class TestContest:
    def test_marks_become_places_and_cannot_be_changed(self, world: World) -> None:
        contest = NewContest(new_id(), 3512000000, world.office_id, "L-26", "Lomba UEP", "kabupaten", date(2026, 6, 1))
        marks = [
            NewMark(enterprise, juror, criterion, weight, 90 - 10 * number)
            for number, enterprise in enumerate(world.enterprises)
            for juror in ("Juri A", "Juri B")
            for criterion, weight in (("rasa", 2), ("kemasan", 1))
        ]
        with scoped(world.operator):
            for _ in range(2):
                placed = services.hold_contest(actor=world.operator, contest=contest, marks=marks)
            assert [(item.place, int(item.total)) for item in placed] == [(1, 90), (2, 80), (3, 70)]
            ranked = ContestEntry.objects.order_by("rank").values_list("enterprise", "rank", "score")
            assert list(ranked) == [(key, n, 100 - 10 * n) for n, key in enumerate(world.enterprises, start=1)]
            with pytest.raises(Problem) as problem:
                services.hold_contest(
                    actor=world.operator, contest=contest, marks=[replace(marks[0], score=10), *marks[1:]]
                )
        assert problem.value.code == "market_marks"
