"""A family and a group move to another village from their own pages; what a group lacks is told and filled in."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from berdaya.access.models import Office
from berdaya.areas.codes import format_code
from berdaya.areas.models import Area
from berdaya.areas.selectors import forget
from berdaya.audit.models import AuditEntry
from berdaya.groups.models import Group
from berdaya.kernel import clock
from berdaya.people.models import Household, Person
from tests import web_world
from tests.web_world import VILLAGES, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day")]
WHY = "ikut suami ke desa lain"


@pytest.fixture
def world() -> World:
    return web_world.build(1)


def client_of(office: Office, kind: str, area: int = web_world.KABUPATEN) -> Client:
    return web_world.sign_in(Client(), web_world.sign_up(office, kind, area=area))


def elsewhere(now: int) -> int:
    return next(code for code in VILLAGES if code != now)


def test_a_family_moves_with_its_people(world: World) -> None:
    page = reverse("office:family", args=[world.ids["household"]])
    family = Household.objects.get(pk=world.ids["household"])
    target = elsewhere(family.area)
    operator = client_of(world.office, "operator")
    assert "Keluarga pindah desa" in operator.get(page).content.decode()
    for wrong in ("", "35.12", "99.99.99.9999", "desa"):
        answer = operator.post(page, {"wilayah": wrong, "alasan": WHY})
        assert answer.status_code == 400, wrong
        assert WHY in answer.content.decode()
    assert operator.post(page, {"wilayah": format_code(target), "alasan": "x"}).status_code == 400
    assert operator.post(page, {"wilayah": format_code(target), "alasan": WHY}).status_code == 302
    family.refresh_from_db()
    assert family.area == target
    assert set(Person.objects.filter(household=family).values_list("area", flat=True)) == {target}
    assert {row.reason for row in AuditEntry.objects.filter(name="people.household_moved")} == {WHY}


def test_a_village_is_chosen_by_its_name(world: World) -> None:
    page = reverse("office:family", args=[world.ids["household"]])
    operator = client_of(world.office, "operator")
    offered = operator.get(page).content.decode()
    assert '<option value="Desa Kotakan, Kec. Situbondo, Kab. Situbondo">' in offered
    where = dict(zip(("Olean", "Talkandang", "Kotakan"), VILLAGES, strict=True))
    for written, name in (
        ("Desa Kotakan, Kec. Situbondo, Kab. Situbondo", "Kotakan"), ("talkandang", "Talkandang"),
        ("Desa Olean", "Olean"), ("kotakan, situbondo", "Kotakan"), ("Talkandan", "Talkandang"),
    ):  # fmt: skip
        assert operator.post(page, {"wilayah": written, "alasan": WHY}).status_code == 302, written
        assert Household.objects.get(pk=world.ids["household"]).area == where[name], written
    for wrong in ("Olean, Panarukan", "Situbondo", "Antah Berantah"):
        assert operator.post(page, {"wilayah": wrong, "alasan": WHY}).status_code == 400, wrong


def test_villages_of_one_name_are_told_apart_by_their_place(world: World) -> None:
    other = 3512050001
    for code, level, kind, name, parent in (
        (3512050000, 3, "kecamatan", "Panarukan", web_world.KABUPATEN), (other, 4, "desa", "Olean", 3512050000),
    ):  # fmt: skip
        Area.objects.create(
            code=code, level=level, kind=kind, name=name, name_key=name.lower(), parent=parent, edition="2025"
        )
    forget()
    work = reverse("office:lifecycle", args=[world.ids["group"]])
    operator = client_of(world.office, "operator")
    told = operator.post(work, {"aksi": "pindah", "area": "Olean", "reason": WHY})
    assert told.status_code == 400
    text = told.content.decode()
    assert "Desa Olean, Kec. Panarukan" in text
    assert "Desa Olean, Kec. Situbondo" in text
    assert 'value="Olean"' in text, "what was written stays"
    assert operator.post(work, {"aksi": "pindah", "area": "Olean, Panarukan", "reason": WHY}).status_code == 302
    assert Group.objects.get(pk=world.ids["group"]).area == other
    forget()


def test_who_may_not_move_a_family_finds_no_form(world: World) -> None:
    page = reverse("office:family", args=[world.ids["household"]])
    family = Household.objects.get(pk=world.ids["household"])
    sent = {"wilayah": format_code(elsewhere(family.area)), "alasan": WHY}
    verifier = client_of(world.office, "verifier")
    assert "Keluarga pindah desa" not in verifier.get(page).content.decode()
    assert verifier.post(page, sent).status_code == 403
    far = Office.objects.create(code="bondowoso", name="Dinas Sosial Bondowoso", area=3511000000)
    assert client_of(far, "operator", 3511000000).post(page, sent).status_code == 404
    assert Household.objects.get(pk=family.pk).area == family.area


def test_what_a_group_lacks_is_told_and_filled_in(world: World) -> None:
    group = Group.objects.get(pk=world.ids["group"])
    Group.objects.filter(pk=group.pk).update(incomplete=True, kind="", founded_year=None)
    page, work = (reverse(f"office:{name}", args=[group.pk]) for name in ("group", "lifecycle"))
    operator = client_of(world.office, "operator")
    assert f'href="{work}#data"' in operator.get(page).content.decode()
    assert f'href="{work}#data"' not in client_of(world.office, "verifier").get(page).content.decode()
    shown = operator.get(work).content.decode()
    assert "jenis usaha" in shown
    assert "tahun berdiri" in shown
    facts = {"aksi": "lengkapi", "name": group.name, "kind": web_world.KIND, "address": "Kp. Contoh"}
    for year in (str(clock.today().year + 1), "1800"):
        assert operator.post(work, {**facts, "founded_year": year}).status_code in {400, 422}
    assert operator.post(work, {**facts, "founded_year": "2024"}).status_code == 302
    group.refresh_from_db()
    assert (group.kind, group.founded_year, group.address) == (web_world.KIND, 2024, "Kp. Contoh")
    assert "tahun berdiri" not in operator.get(work).content.decode()
    entry = AuditEntry.objects.get(name="group.completed")
    assert entry.body["fields"] == ["address", "founded_year", "kind"]


def test_a_group_moves_with_a_reason(world: World) -> None:
    group = Group.objects.get(pk=world.ids["group"])
    work, target = reverse("office:lifecycle", args=[group.pk]), elsewhere(group.area)
    operator = client_of(world.office, "operator")
    for wrong in ("35.12", "99.99.99.9999", "desa"):
        assert operator.post(work, {"aksi": "pindah", "area": wrong, "reason": WHY}).status_code == 400, wrong
    sent = {"aksi": "pindah", "area": format_code(target), "reason": WHY}
    near = Office.objects.create(code="diskop", name="Dinas Koperasi", area=web_world.KABUPATEN)
    assert client_of(near, "operator").post(work, sent).status_code == 404
    assert client_of(world.office, "verifier").post(work, sent).status_code == 403
    assert operator.post(work, sent).status_code == 302
    group.refresh_from_db()
    assert group.area == target
    assert AuditEntry.objects.get(name="group.moved").reason == WHY
