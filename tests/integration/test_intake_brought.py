"""What existing groups bring along by their list: taken on once, as assets of their own and products of their shop."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from berdaya.access.models import Office
from berdaya.access.selectors import actor_for
from berdaya.enterprises.models import Enterprise
from berdaya.enterprises.services import adopt_enterprises_many, start_enterprises_many
from berdaya.enterprises.types import NewEnterprise
from berdaya.files.models import StoredFile
from berdaya.grants.models import Asset, AssetCheck
from berdaya.grants.selectors import assets as assets_of
from berdaya.grants.types import AssetState
from berdaya.groups.models import Group
from berdaya.intake.models import GroupCarry
from berdaya.kernel import clock
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.market.models import Permit, Product, Storefront
from berdaya.process import import_jobs
from berdaya.process.brought import TakeOn, Thing, Ware, brought, take_on
from berdaya.process.overview.imports import import_view
from berdaya.programmes.models import Programme
from tests import web_world
from tests.integration.test_intake_groups import groups_book
from tests.integration.test_intake_import import areas
from tests.integration.test_intake_jobs import MakeActor, _files_in_a_folder_of_the_test, ani, take, work
from tests.integration.test_web_selection import photo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("areas")]
__all__ = ["_files_in_a_folder_of_the_test", "ani", "areas"]

ASSETS = [
    ["Kode Kelompok", "Nama Barang", "Jumlah", "Satuan", "Nilai", "Kondisi", "Sejak"],
    ["K1", "Oven", "2", "unit", "2.000.000", "baik", "01/05/2019"],
    ["K1", "Kursi plastik", "60", "buah", "45.000", "baik", ""],
    ["K1", "Etalase", "1", "unit", "800.000", "rusak", ""],
    ["K1", "Timbangan", "1", "unit", "", "hilang", ""],
]
PRODUCTS = [
    ["Kode Kelompok", "Nama Produk", "Kategori", "Harga", "Satuan", "Stok", "Izin", "Nomor Izin"],
    ["K1", "Roti pisang", "food", "12.000", "bungkus", "40", "pirt", "2063512010123-29"],
    ["K1", "Kue kering", "food", "25.000", "stoples", "10", "", ""],
    ["K1", "Donat", "food", "3.000", "buah", "", "", ""],
]


@pytest.fixture
def melati(ani: Actor) -> tuple[UUID, UUID]:
    """The group Melati as an import brought it, and the import."""
    job = take(ani, groups_book(Aset=ASSETS, Produk=PRODUCTS), kind="groups", name="kelompok.xlsx", code="")
    assert (job.counts["carried:asset"], job.counts["carried:product"]) == (4, 3)
    with scoped(ani):
        return Group.objects.get(name="Melati").pk, job.id


def waiting(actor: Actor, group: UUID) -> dict[str, UUID]:
    return {row.facts["name"]: row.id for row in brought(actor=actor, group_id=group).waiting}


def choice(actor: Actor, group: UUID) -> TakeOn:
    at = waiting(actor, group)
    return TakeOn(
        group,
        clock.today(),
        "seen",
        [
            Thing(at["Oven"], AssetState.WORKING, 2, 1_500_000),
            Thing(at["Kursi plastik"], AssetState.PRESENT, 60, 45_000),
            Thing(at["Timbangan"], None),
        ],
        [
            Ware(at["Roti pisang"], sold=True, price_idr=13_000, unit="bungkus", agreed=True),
            Ware(at["Kue kering"], sold=True, price_idr=25_000),
            Ware(at["Donat"], sold=False),
        ],
    )


def test_what_a_group_brought_becomes_assets_of_its_own_and_products_once(
    ani: Actor, melati: tuple[UUID, UUID]
) -> None:
    group, _job = melati
    with scoped(ani):
        chosen = choice(ani, group)
        done = take_on(actor=ani, choice=chosen)
        assert (done.assets, done.products, done.gone, done.permits_refused) == (3, 2, 2, ())
        owner = Enterprise.objects.get(group_id=group)
        assert (owner.kind, owner.started_on.year, owner.programme_id) == ("bread", 2019, None)
        rows = Asset.objects.order_by("name").values_list("name", "value_idr", "state", "origin", "line_id")
        assert list(rows) == [
            ("Kursi plastik (60 buah)", 2_700_000, "present", "own", None),
            ("Oven (1)", 1_500_000, "working", "own", None),
            ("Oven (2)", 1_500_000, "working", "own", None),
        ]
        assert {str(day) for day in Asset.objects.filter(name__startswith="Oven").values_list("since", flat=True)} == {
            "2019-05-01"
        }
        assert AssetCheck.objects.filter(method="seen", seen_on=clock.today()).count() == 3
        assert assets_of(actor=ani, enterprises=[owner.pk])[0].name == "Kursi plastik (60 buah)"
        shown, hidden = Product.objects.get(name="Roti pisang"), Product.objects.get(name="Kue kering")
        assert (shown.price_idr, shown.stock, shown.consent_on) == (13_000, 40, clock.today())
        assert (hidden.price_idr, hidden.unit, hidden.consent_on) == (25_000, "stoples", None)
        assert Permit.objects.get().product_id == shown.pk
        assert Storefront.objects.get().consent_on == clock.today()
        assert list(waiting(ani, group)) == ["Etalase"]
        assert dict(GroupCarry.objects.exclude(taken_on=None).values_list("facts__name", "outcome")) == {
            "Oven": "asset", "Kursi plastik": "asset", "Timbangan": "gone", "Roti pisang": "product",
            "Kue kering": "product", "Donat": "gone",
        }  # fmt: skip
        again = take_on(actor=ani, choice=chosen)
        assert (again.assets, again.products, again.gone) == (0, 0, 0)
        assert (Asset.objects.count(), Product.objects.count(), Enterprise.objects.count()) == (3, 2, 1)


def test_an_asset_is_of_aid_or_its_own_never_both(ani: Actor, melati: tuple[UUID, UUID]) -> None:
    with scoped(ani):
        take_on(actor=ani, choice=choice(ani, melati[0]))
        with pytest.raises(IntegrityError, match="grants_asset_origin"), transaction.atomic():
            Asset.objects.update(origin="aid")


def test_what_is_wrong_leaves_nothing(ani: Actor, melati: tuple[UUID, UUID]) -> None:
    group, _job = melati
    with scoped(ani):
        at = waiting(ani, group)
        oven, roti = at["Oven"], at["Roti pisang"]
        day = clock.today()
        wrong = (
            TakeOn(group, day.replace(year=day.year + 1), things=[Thing(oven, AssetState.PRESENT)]),
            TakeOn(group, day, things=[Thing(oven, AssetState.PRESENT, 0)]),
            TakeOn(group, day, things=[Thing(oven, AssetState.SOLD)]),
            TakeOn(
                group,
                day,
                things=[Thing(oven, AssetState.PRESENT)],
                wares=[Ware(roti, sold=True, price_idr=0)],
            ),
            TakeOn(new_id(), day, things=[Thing(oven, AssetState.PRESENT)]),
        )
        for bad in wrong:
            with pytest.raises(Problem):
                take_on(actor=ani, choice=bad)
        assert not Asset.objects.exists()
        assert not Enterprise.objects.exists()
        assert len(waiting(ani, group)) == 7
        # A row of another group, or an asset's row named as a product, is passed over.
        mawar = Group.objects.get(name="Mawar").pk
        assert take_on(actor=ani, choice=TakeOn(mawar, day, things=[Thing(oven, AssetState.PRESENT)])).assets == 0
        assert take_on(actor=ani, choice=TakeOn(group, day, wares=[Ware(oven, True, 5)])).products == 0


def test_outsiders_and_those_who_only_read_take_nothing_on(
    ani: Actor, melati: tuple[UUID, UUID], make_actor: MakeActor
) -> None:
    group, _job = melati
    with scoped(ani):
        chosen = choice(ani, group)
    strangers = (
        make_actor("operator", area=3511000000, office="dinsos-bondowoso"),
        make_actor("operator", office="diskop-situbondo"),
    )
    for actor in strangers:
        with scoped(actor), pytest.raises(Problem) as refused:
            take_on(actor=actor, choice=chosen)
        assert refused.value.code == "not_found"
    head = make_actor("head")
    with scoped(head), pytest.raises(Problem) as refused:
        take_on(actor=head, choice=chosen)
    assert refused.value.code == "not_allowed"
    with scoped(ani):
        assert not Asset.objects.exists()


def test_undoing_the_import_lists_what_was_taken_on_and_keeps_the_group(ani: Actor, melati: tuple[UUID, UUID]) -> None:
    group, job = melati
    with scoped(ani):
        take_on(actor=ani, choice=choice(ani, group))
        hanging = {(row.root, row.place) for row in import_view(actor=ani, job_id=job, language="id").hanging or ()}
        assert {("group", "grants_asset"), ("group", "market_product"), ("group", "enterprises_enterprise")} <= hanging
        import_jobs.ask_undo(actor=ani, job_id=job, reason="daftar yang salah diunggah")
    assert work(ani, job) == "undone"
    with scoped(ani):
        assert list(Group.objects.values_list("name", flat=True)) == ["Melati"]
        assert (Asset.objects.count(), Product.objects.count()) == (3, 2)
        assert not GroupCarry.objects.filter(taken_on=None).exclude(kind="page").exists()


def test_the_programme_that_follows_goes_on_with_the_business_that_the_group_had(
    ani: Actor, melati: tuple[UUID, UUID]
) -> None:
    group, _job = melati
    with scoped(ani):
        take_on(actor=ani, choice=choice(ani, group))
        programme = Programme.objects.get()
        start = NewEnterprise(
            id=new_id(), office_id=programme.office_id, kind="bread", name="Melati", started_on=clock.today(),
            group_id=group, programme_id=programme.pk, ref="K1", baseline_income_idr=900_000,
        )  # fmt: skip
        for _ in range(2):
            assert adopt_enterprises_many(actor=ani, starts=[start]) == {group}
        owner = Enterprise.objects.get()
        assert (owner.programme_id, owner.started_on, owner.baseline_income_idr) == (
            programme.pk, clock.today(), 900_000,
        )  # fmt: skip
        # A group whose business began with the programme is nobody's adoption.
        mawar = NewEnterprise(
            id=new_id(), office_id=programme.office_id, kind="bread", name="Mawar", started_on=clock.today(),
            group_id=Group.objects.get(name="Mawar").pk, programme_id=programme.pk, ref="K2",
        )  # fmt: skip
        assert adopt_enterprises_many(actor=ani, starts=[mawar]) == set()
        assert start_enterprises_many(actor=ani, starts=[mawar]) == 1
        assert adopt_enterprises_many(actor=ani, starts=[mawar]) == set()


def test_the_page_takes_everything_on_with_a_photo_and_tells_the_group_s_page(
    ani: Actor, melati: tuple[UUID, UUID]
) -> None:
    group, _job = melati
    clerk = web_world.sign_up(Office.objects.get(pk=ani.office), "operator")
    client = web_world.sign_in(Client(), clerk)
    address = f"/kelompok/{group}/bawaan/"
    assert address in client.get(f"/kelompok/{group}/").content.decode()
    page = client.get(address).content.decode()
    assert "Kursi plastik" in page
    assert "Menurut daftar: aset · 2 unit · baik · Rp2.000.000 · sejak 2019" in page
    with scoped(ani):
        at = waiting(ani, group)
    form = {"tanggal": "2026-10-30", "cara": "seen"}
    for name, key in at.items():
        form |= {f"keadaan-{key}": "nanti", f"produk-{key}": "nanti", f"jumlah-{key}": "1", f"nilai-{key}": "0"}
        if name == "Oven":
            form |= {f"keadaan-{key}": "working", f"nilai-{key}": "1.750.000"}
        if name == "Donat":
            form |= {f"produk-{key}": "tampil", f"harga-{key}": "3500", f"satuan-{key}": "buah"}
    bad = form | {f"nilai-{at['Oven']}": "sejuta"}
    answer = client.post(address, bad)
    assert answer.status_code == 422
    assert 'value="sejuta"' in answer.content.decode()
    page = client.post(address, form | {f"foto-{at['Oven']}": photo()}, follow=True).content.decode()
    assert "1 aset dan 1 produk tercatat, 0 sudah tidak ada." in page
    assert "tercatat sebagai aset" in page
    with scoped(actor_for(clerk.pk)):
        thing = Asset.objects.get()
        assert (thing.value_idr, str(thing.state_on)) == (1_750_000, "2026-10-30")
        assert AssetCheck.objects.get().photo_id == StoredFile.objects.get(purpose="asset").pk
        assert len(waiting(ani, group)) == 5
    business = client.get(f"/usaha/{thing.enterprise_id}/").content.decode()
    assert "milik sendiri" in business
