"""Village resources: typed by the office and by the village itself, newest word, warnings; the office's catalogue."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from berdaya.access.models import Account
from berdaya.access.selectors import actor_for
from berdaya.areas.codes import format_code
from berdaya.enterprises.catalogue import catalogue
from berdaya.intake.files import read_workbook
from berdaya.intake.models import ImportJob
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import scoped
from berdaya.process.catalogue_book import SHEETS, catalogue_workbook, read_catalogue
from berdaya.training import selectors, services
from berdaya.training.catalogue import catalogue_of
from berdaya.training.models import CatalogueEntry, TrainingClass, VillageResource
from berdaya.training.resources import newest
from berdaya.training.shipped import NewEntry, Part, entry_of, good_of, line_of, shipped
from berdaya.training.values import NewResource
from tests import web_world
from tests.web_things import VILLAGES
from tests.web_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day")]
DAY = date(2026, 5, 4)


@pytest.fixture
def world() -> World:
    return web_world.build(2)


def fish(area: int, strength: int = 3, on: date = DAY) -> NewResource:
    return NewResource(area, "fish", strength, "profil desa", on)


def person(world: World, kind: str, *, area: int = web_world.KABUPATEN, above: bool = False) -> Account:
    return web_world.sign_up(world.office, kind, area=area, above=above, username=f"{kind}-{area}")


def test_the_newest_word_counts_and_the_same_again_changes_nothing(world: World) -> None:
    actor = actor_for(person(world, "operator").pk)
    with scoped(actor):
        first = services.record_resources_many(actor=actor, rows=[fish(VILLAGES[0]), fish(VILLAGES[1], 1)])
        again = services.record_resources_many(actor=actor, rows=[fish(VILLAGES[0])])
        later = services.record_resources_many(actor=actor, rows=[fish(VILLAGES[0], 1, DAY + timedelta(days=9))])
        assert (first.created, again.identical, later.created) == (2, 1, 1)
        assert sorted(newest().values_list("area", "strength")) == [(VILLAGES[0], 1), (VILLAGES[1], 1)]
        services.record_resources_many(actor=actor, rows=[fish(VILLAGES[0], 2, DAY + timedelta(days=9))])
        assert newest().get(area=VILLAGES[0]).strength == 2


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (NewResource(VILLAGES[0], "unicorns", 2, "", DAY), "training_code_unknown"),
        (NewResource(VILLAGES[0], "fish", 4, "", DAY), "training_resource_unfit"),
        (NewResource(VILLAGES[0], "fish", 2, "", web_world.TODAY + timedelta(days=1)), "training_resource_unfit"),
        (NewResource(3511012001, "fish", 2, "", DAY), "outside_scope"),
    ],
)
def test_what_cannot_be_is_named(world: World, row: NewResource, code: str) -> None:
    actor = actor_for(person(world, "operator").pk)
    with scoped(actor):
        with pytest.raises(Problem) as caught:
            services.record_resources_many(actor=actor, rows=[fish(VILLAGES[0]), row])
        assert caught.value.code == code
        assert not VillageResource.objects.exists()


def test_a_village_office_writes_for_its_own_village_only(world: World) -> None:
    lurah = actor_for(person(world, "lurah", area=VILLAGES[0], above=True).pk)
    with scoped(lurah):
        services.record_resources_many(actor=lurah, rows=[fish(VILLAGES[0])])
        with pytest.raises(Problem) as caught:
            services.record_resources_many(actor=lurah, rows=[fish(VILLAGES[1])])
        assert caught.value.code == "outside_scope"
        row = newest().get()
        assert (row.area, row.office_id) == (VILLAGES[0], world.office.pk)
    camat = actor_for(person(world, "camat", above=True).pk)
    with scoped(camat), pytest.raises(Problem, match="may not"):
        services.record_resources_many(actor=camat, rows=[fish(VILLAGES[0])])


def test_the_lurah_types_and_the_planner_is_warned(world: World) -> None:
    lurah = web_world.sign_in(Client(), person(world, "lurah", area=VILLAGES[1], above=True))
    page = reverse("office:resources")
    form = lurah.get(page).content.decode()
    assert f'value="{format_code(VILLAGES[1])}"' in form
    assert format_code(VILLAGES[0]) not in form
    sent = {"aksi": "catat", "area": format_code(VILLAGES[1]), "resource": "rattan", "strength": "3",
            "source": "musyawarah desa", "as_of": DAY.isoformat()}  # fmt: skip
    assert lurah.post(page, sent).status_code == 302
    assert lurah.post(page, sent | {"area": format_code(VILLAGES[0])}).status_code >= 400
    assert lurah.post(page, sent | {"strength": "9"}).status_code == 422
    assert VillageResource.objects.count() == 1
    operator = web_world.sign_in(Client(), person(world, "operator"))
    shown = operator.get(page).content.decode()
    assert "Desa Talkandang" in shown
    assert "belum ada kelas" in shown
    assert "Anyaman rotan" in shown
    placement = operator.get(reverse("office:placement", args=[world.ids["code"]])).content.decode()
    assert "Rotan" in placement
    TrainingClass.objects.filter(pk=world.ids["class"]).update(kinds=["rattan_weaving"], lat=-7.7, lon=114.0)
    assert "belum ada kelas" not in operator.get(page).content.decode()


def test_who_may_not_write_sees_no_form(world: World) -> None:
    mayor = web_world.sign_in(Client(), person(world, "mayor", above=True))
    page = reverse("office:resources")
    assert 'value="catat"' not in mayor.get(page).content.decode()
    sent = {"aksi": "catat", "area": format_code(VILLAGES[1]), "resource": "rattan", "strength": "3", "source": "x",
            "as_of": DAY.isoformat()}  # fmt: skip
    assert mayor.post(page, sent).status_code == 403
    assert not VillageResource.objects.exists()


def test_the_list_filters_and_its_workbook_can_be_imported_again(world: World) -> None:
    actor = actor_for(person(world, "operator").pk)
    with scoped(actor):
        rows = [fish(VILLAGES[0]), fish(VILLAGES[1], 1), NewResource(VILLAGES[0], "bamboo", 2, "profil desa", DAY)]
        services.record_resources_many(actor=actor, rows=rows)
    client = web_world.sign_in(Client(), Account.objects.get(pk=actor.account_id))
    page = reverse("office:resources")
    assert "2 catatan" in client.get(page, {"resource": "fish"}).content.decode()
    assert "1 catatan" in client.get(page, {"resource": "fish", "strength": "2"}).content.decode()
    assert "2 catatan" in client.get(page, {"area": format_code(VILLAGES[0])}).content.decode()
    sent = client.post(reverse("office:resources-export"), {"alasan": "arsip tahunan"})
    book = read_workbook(b"".join(sent.streaming_content), "sumber.xlsx")
    sheet = next(iter(book.sheets.values()))
    assert sheet[0][:5] == ["Kode Wilayah", "Sumber Daya", "Kekuatan", "Sumber", "Tanggal"]
    assert len(sheet) == 4


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_often_for_three_rows_as_for_one(
    world: World, rows: int, django_assert_max_num_queries: Any
) -> None:
    actor = actor_for(person(world, "operator").pk)
    with scoped(actor):
        services.record_resources_many(actor=actor, rows=[fish(area) for area in VILLAGES[:rows]])
    client = web_world.sign_in(Client(), Account.objects.get(pk=actor.account_id))
    client.get(reverse("office:resources"))
    with django_assert_max_num_queries(32):
        assert client.get(reverse("office:resources")).status_code == 200


# The catalogue


def test_what_ships_ties_every_kind_to_courses_and_a_package() -> None:
    listed = shipped()
    assert len(listed.kinds) >= 40
    for kind in listed.kinds.values():
        if kind.code == "unspecified":
            continue
        assert listed.courses_of(kind), kind.code
        assert listed.packages_of(kind), kind.code
    for part in Part:
        for code in listed.part(part):
            entry = entry_of(listed, part, code)
            assert entry is not None
            for line in entry.goods:
                assert line_of(good_of(line)) == line


def peanuts() -> list[NewEntry]:
    return [
        NewEntry(Part.RESOURCE, "kacang", "Kacang tanah", "Peanuts"),
        NewEntry(Part.KIND, "kacang_telur", "Kacang telur", "Egg peanuts", category="food",
                 skills=("food_processing",), resources=("kacang",)),
        NewEntry(Part.PACKAGE, "paket_kacang", "Paket kacang", kinds=("kacang_telur",),
                 goods=("Wajan besar|60 cm|1|buah|260000|ya",)),
    ]  # fmt: skip


def test_an_office_adds_a_chain_and_matching_and_warnings_know_it(world: World) -> None:
    actor = actor_for(person(world, "operator").pk)
    with scoped(actor):
        done = services.save_entries_many(actor=actor, rows=peanuts())
        assert (done.created, services.save_entries_many(actor=actor, rows=peanuts()).identical) == (3, 3)
        listed = catalogue_of(actor.office)
        kind = listed.kinds["kacang_telur"]
        assert [c.code for c in listed.courses_of(kind)] == ["process_food"]
        assert listed.packages_of(kind)[0].value_idr == 260_000
        services.record_resources_many(actor=actor, rows=[NewResource(VILLAGES[0], "kacang", 3, "profil", DAY)])
        idle = selectors.planner_list(actor, world.ids["programme"].pk).idle
        assert [(i.resource, i.kinds) for i in idle] == [("kacang", ("kacang_telur",))]
        services.save_entries_many(actor=actor, rows=[NewEntry(Part.RESOURCE, "kacang", "Kacang", retired=True)])
        assert "kacang" not in catalogue_of(actor.office).offered(Part.RESOURCE)
    other = web_world.sign_up(web_world.office("diskop-uji"), "operator", username="operator-lain")
    with scoped(actor_for(other.pk)) as stranger:
        assert "kacang_telur" not in catalogue_of(stranger.office).kinds


def test_a_list_in_excel_may_name_what_the_office_added(world: World) -> None:
    actor = actor_for(person(world, "operator").pk)
    with scoped(actor):
        services.save_entries_many(actor=actor, rows=peanuts())
    client = web_world.sign_in(Client(), Account.objects.get(pk=actor.account_id))
    sheet = write({"Sumber Daya": [
        ["Kode Wilayah", "Sumber Daya", "Kekuatan", "Sumber", "Tanggal"],
        [format_code(VILLAGES[0]), "kacang", 3, "profil desa", "04/05/2026"],
        [format_code(VILLAGES[1]), "unicorns", 3, "profil desa", "04/05/2026"],
    ]})  # fmt: skip
    answer = client.post(
        reverse("office:imports"), {"jenis": "resources", "berkas": SimpleUploadedFile("daya.xlsx", sheet)}
    )
    assert answer.status_code == 302
    shown = client.get(answer.headers["Location"]).content.decode()
    job = ImportJob.objects.get()
    assert (job.rows_total, sum(job.refused.values())) == (2, 1), shown[:500]


@pytest.mark.parametrize(
    "bad",
    [
        NewEntry(Part.KIND, "Kacang Telur", "Kacang", category="food", skills=("cooking",)),
        NewEntry(Part.KIND, "kacang", "Kacang", category="food", skills=("terbang",)),
        NewEntry(Part.KIND, "kacang", "Kacang", category="lain", skills=("cooking",)),
        NewEntry(Part.KIND, "kacang", "", category="food", skills=("cooking",)),
        NewEntry(Part.COURSE, "kursus", "Kursus", skills=("cooking",)),
        NewEntry(Part.PACKAGE, "paket", "Paket", kinds=("batik",), goods=("Wajan|besar|0|buah|1|ya",)),
        NewEntry(Part.PACKAGE, "paket", "Paket", kinds=("batik",)),
    ],
)
def test_a_broken_entry_is_named_and_nothing_is_written(world: World, bad: NewEntry) -> None:
    actor = actor_for(person(world, "operator").pk)
    with scoped(actor):
        with pytest.raises(Problem) as caught:
            services.save_entries_many(actor=actor, rows=[*peanuts(), bad])
        assert caught.value.code == "training_entry_unfit"
        assert not CatalogueEntry.objects.exists()


def test_only_who_manages_the_catalogue_writes_it(world: World) -> None:
    head = actor_for(person(world, "head").pk)
    with scoped(head), pytest.raises(Problem, match="may not"):
        services.save_entries_many(actor=head, rows=peanuts())


def sheets_of(content: bytes) -> dict[str, list[list[Any]]]:
    return {name: [list(row) for row in rows] for name, rows in read_workbook(content, "katalog.xlsx").sheets.items()}


def write(sheets: dict[str, list[list[Any]]]) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, ["" if cell is None else cell for cell in row])
    book.close()
    return target.getvalue()


def test_the_workbook_read_back_changes_nothing_until_a_cell_does(world: World) -> None:
    actor = actor_for(person(world, "operator").pk)
    with scoped(actor):
        content = catalogue_workbook(actor=actor).read()
        same = read_catalogue(actor=actor, content=content, name="katalog.xlsx")
        assert same.problems == ()
        assert same.counted is not None
        assert (same.counted.created, same.counted.changed) == (0, 0)
        sheets = sheets_of(content)
        title = SHEETS[Part.KIND][0]
        row = next(row for row in sheets[title] if row[0] == "batik")
        row[1] = "Batik tulis dan cap"
        done = read_catalogue(actor=actor, content=write({title: sheets[title]}), name="katalog.xlsx")
        assert done.counted is not None
        assert done.counted.created == 1
        assert catalogue_of(actor.office).kinds["batik"].id == "Batik tulis dan cap"
        row[6] = "barangkali"
        broken = read_catalogue(actor=actor, content=write({title: sheets[title]}), name="katalog.xlsx")
        assert broken.counted is None
        assert broken.problems[0].heading == "Dihentikan"


def test_the_page_of_the_catalogue_from_a_new_kind_to_the_class_that_teaches_it(world: World) -> None:
    client = web_world.sign_in(Client(), person(world, "operator"))
    page = client.get(reverse("office:catalogue")).content.decode()
    assert "Anyaman rotan" in page
    assert f"{len([k for k in catalogue().kinds.values() if k.skills])} jenis usaha" in page
    facts = {"name": "Keripik Tempe", "category": "food", "skills": ["food_processing"], "resources": ["soybean"]}
    new = reverse("office:catalogue-new", args=["kind"])
    assert client.post(new, facts | {"skills": []}).status_code == 400
    assert client.post(new, facts).status_code == 302
    assert client.post(new, facts).status_code == 422
    shown = client.get(reverse("office:catalogue"), {"q": "keripik tempe"}).content.decode()
    assert "diubah kantor" in shown
    assert "Mengemas" not in shown
    entry = reverse("office:catalogue-entry", args=["kind", "keripik_tempe"])
    assert client.post(entry, facts | {"retired": "on"}).status_code == 302
    assert "dihentikan" in client.get(reverse("office:catalogue"), {"q": "keripik tempe"}).content.decode()
    reader = web_world.sign_in(Client(), person(world, "verifier"))
    assert "<textarea" not in reader.get(entry).content.decode()
    assert reader.post(entry, facts).status_code == 403
    assert client.get(reverse("office:catalogue-entry", args=["kind", "tidak_ada"])).status_code == 404
