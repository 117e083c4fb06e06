"""A class from plan to group in the browser: matched, published, invited, attended in three ways, tested, certified."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.urls import reverse

from berdaya.access.models import Account
from berdaya.documents.models import Document
from berdaya.groups.models import Group
from berdaya.kernel.scope import Actor, scoped
from berdaya.people.models import Person
from berdaya.programmes.models import Candidate
from berdaya.training.models import Attendance, CheckIn, ClassSession, Invitation, ParticipantCard, TrainingClass
from tests import web_world
from tests.integration.test_training_pages import client_of
from tests.integration.training_world import decreed, families, place_villages
from tests.journeys.conftest import check_axe, check_page, sign_in

pytestmark = pytest.mark.journey
Open = Callable[..., Any]
Maker = Callable[..., Actor]
WEDNESDAY = date(2024, 7, 3)
PEOPLE = 4


@pytest.fixture
def third_day(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    place_villages()
    with override_settings(BERDAYA_TODAY=WEDNESDAY, BERDAYA_FILES=tmp_path):
        yield


def enters(page: Any, actor: Actor) -> None:
    """Somebody with a password and the role of the actor signs in."""
    client_of(actor)
    account = Account.objects.get(pk=actor.account_id)
    account.set_password(web_world.PASSWORD)
    account.save(update_fields=["password"])
    sign_in(page, account.username)


def fill(page: Any, **values: str) -> None:
    """Values by the id of their boxes."""
    for box, value in values.items():
        page.locator(f"[id='{box.replace('__', '-')}']").fill(value)


def test_a_class_from_the_plan_to_the_group(third_day: None, make_actor: Maker, open_page: Open) -> None:
    operator, head = make_actor("operator"), make_actor("head")
    programme = decreed(operator, families(operator, PEOPLE), group={"size": {"min": 3, "max": 5}, "same": "kecamatan"})
    with scoped(operator):
        Candidate.objects.filter(programme=programme.id).update(interests=["fish_crackers"])
        Person.objects.update(birth_date=date(1985, 3, 4))
    desk, boss = open_page(), open_page()
    enters(desk, operator)
    enters(boss, head)

    plan_and_publish(desk, boss, programme.code)
    cls = TrainingClass.objects.get()
    work = reverse("office:class-work", args=[cls.pk])
    plan_sessions(desk, work)
    invite(desk, open_page, work)
    attend(desk, open_page, cls)
    certify(desk, open_page, work)
    found_a_group(desk, programme.code)
    for tab in ("pertemuan", "peserta", "hasil", "bahan"):
        check_page(desk, f"{work}?bagian={tab}")
    check_page(desk, reverse("office:class-calendar") + "?bulan=2024-07")
    check_page(desk, reverse("office:class-calendar") + "?minggu=2024-W27")


def plan_and_publish(desk: Any, boss: Any, code: str) -> None:
    """Given a class, when it is matched and a second person agrees, everybody has a seat."""
    page = reverse("office:placement", args=[code])
    desk.goto(page)
    desk.get_by_text("Tambah atau ubah kelas").click()
    fill(desk, kelas__code="K1", kelas__name="Olahan ikan", kelas__area="35.12.04.2003", kelas__venue="Balai Desa",
         kelas__seats="6", kelas__starts_on="2024-07-01", kelas__ends_on="2024-07-05",
         kelas__trainer="Pak Karta")  # fmt: skip
    desk.locator("[id='kelas-kind']").select_option("fish_crackers")
    desk.get_by_role("button", name="Simpan kelas").click()
    desk.get_by_text("Kelas K1 tersimpan.").wait_for()
    desk.get_by_role("button", name="Hitung penempatan").click()
    desk.get_by_text("Menunggu pejabat kedua.").wait_for()
    boss.goto(page)
    boss.get_by_role("link", name="1", exact=True).click()
    boss.get_by_role("button", name="Setujui").click()
    boss.wait_for_load_state()
    desk.goto(page)
    desk.get_by_text("terbit", exact=True).first.wait_for()


def plan_sessions(desk: Any, work: str) -> None:
    desk.goto(work)
    desk.get_by_text("Susun pertemuan", exact=True).click()
    fill(desk, sesi__held_on="2024-07-01", sesi__starts_at="08:00", sesi__ends_at="11:00", sesi__days="3")
    desk.get_by_role("button", name="Simpan pertemuan").click()
    desk.get_by_text("3 pertemuan disusun.").wait_for()


def invite(desk: Any, open_page: Open, work: str) -> None:
    """Letters for all; one answers on her phone and says what she needs."""
    desk.goto(f"{work}?bagian=peserta")
    desk.get_by_role("button", name="Terbitkan undangan").click()
    desk.get_by_text(f"{PEOPLE} undangan terbit.").wait_for()
    phone = open_page(width=360)
    invitation = Invitation.objects.order_by("placement__number").first()
    assert invitation is not None
    phone.goto(reverse("public:invitation", args=[invitation.token]))
    check_axe(phone, "invitation")
    phone.get_by_label("Saya datang").check()
    phone.get_by_label("Penitipan anak").check()
    phone.get_by_role("button", name="Kirim jawaban").click()
    phone.get_by_text("Jawaban Anda tersimpan.").wait_for()
    desk.goto(work)
    desk.get_by_text("pertemuan 1, 2, 3 belum ada penyedia").wait_for()


def attend(desk: Any, open_page: Open, cls: TrainingClass) -> None:
    """By card on Monday, by list on Tuesday, by own phones on Wednesday; a shared phone is confirmed."""
    monday, tuesday, wednesday = ClassSession.objects.filter(training_class=cls).order_by("number")
    cards = list(ParticipantCard.objects.order_by("code").values_list("code", flat=True))
    desk.goto(reverse("office:class-session", args=[monday.pk]))
    for card in cards:
        desk.get_by_label("Kode kartu").fill(card.lower())
        with desk.expect_navigation():  # the answer to the card before stands there still
            desk.keyboard.press("Enter")
        desk.get_by_role("status").filter(has_text="hadir.").wait_for()
    desk.goto(reverse("office:class-session", args=[tuesday.pk]))
    for box in desk.locator("input[name=hadir]").all():
        box.check(force=True)
    desk.get_by_role("button", name="Simpan daftar").click()
    desk.get_by_text(f"Daftar hadir tersimpan: {PEOPLE} hadir.").wait_for()
    desk.goto(reverse("office:class-session", args=[wednesday.pk]))
    desk.get_by_role("button", name="Buka presensi ponsel").click()
    desk.locator(".b-qr svg").wait_for()
    door = reverse("shop:check-in", args=[CheckIn.objects.get().token])
    phones = [open_page(width=360) for _ in cards[1:]]
    for phone, card in zip([*phones, phones[0]], cards, strict=True):
        phone.goto(door)
        phone.get_by_label("Kode kartu Anda").fill(card)
        phone.get_by_role("button", name="Saya hadir").click()
        phone.get_by_role("status").wait_for()
    desk.reload()
    desk.get_by_text("Menunggu dipastikan").wait_for()
    desk.get_by_role("button", name="Pastikan yang dicentang").click()
    desk.get_by_text("1 presensi dipastikan.").wait_for()
    assert list(Attendance.objects.values_list("attended", "sessions")) == [(3, 3)] * PEOPLE


def certify(desk: Any, open_page: Open, work: str) -> None:
    """Marks as one list, certificates, and anybody may check one."""
    desk.goto(f"{work}?bagian=hasil")
    for box in desk.locator("input[name^='pre-']").all():
        box.fill("40")
    for box in desk.locator("input[name^='post-']").all():
        box.fill("85")
    desk.get_by_role("button", name="Simpan nilai").click()
    desk.get_by_text(f"Nilai {PEOPLE} orang tercatat").wait_for()
    desk.get_by_role("button", name="Terbitkan sertifikat").click()
    desk.get_by_text(f"{PEOPLE} sertifikat terbit.").wait_for()
    letter = Document.objects.filter(kind="certificate").order_by("number").first()
    assert letter is not None
    anybody = open_page(width=360)
    anybody.goto(reverse("shop:document", args=[letter.token]))
    anybody.get_by_text(letter.number).first.wait_for()


def found_a_group(desk: Any, code: str) -> None:
    """The class becomes a group: proposed, everybody agrees, a meeting elects."""
    desk.goto(reverse("office:group-proposals", args=[code]))
    desk.get_by_role("button", name="Usulkan kelompok").click()
    desk.locator("main h3 a").first.click()
    for yes in desk.get_by_label("mau", exact=True).all():
        yes.check(force=True)
    desk.get_by_role("button", name="Simpan jawaban").click()
    desk.get_by_text(f"Tersimpan: {PEOPLE} mau, 0 tidak.").wait_for()
    desk.get_by_label("Tempat").fill("Balai Desa")
    for place, officer in enumerate(("Ketua", "Sekretaris", "Bendahara"), 1):
        desk.get_by_label(officer, exact=True).select_option(index=place)
    desk.get_by_label("Catatan rapat: apa yang disepakati").fill("Sepakat berusaha bersama.")
    desk.get_by_role("button", name="Catat pendirian").click()
    desk.wait_for_url(lambda url: "/usulan/" not in url)
    assert Group.objects.count() == 1
