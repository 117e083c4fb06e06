"""The pages of classes as people use them: plan, match, publish, invite, attend, test, certificate, papers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from berdaya.access.models import Account, Role
from berdaya.areas.codes import area_range
from berdaya.documents.models import Document
from berdaya.kernel.clock import frozen
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.people.models import Household
from berdaya.programmes.models import Approval
from berdaya.training import services
from berdaya.training.models import (
    Attendance,
    CheckIn,
    ClassSession,
    Invitation,
    ParticipantCard,
    Placement,
    TrainingClass,
)
from tests.integration.training_world import DAY, decreed, families, new_class, placed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("first_day")]
Maker = Callable[..., Actor]


def client_of(actor: Actor, area: int = 3512000000) -> Client:
    """A signed-in browser of the account behind an actor."""
    account = Account.objects.get(pk=actor.account_id)
    Role.objects.get_or_create(
        account=account,
        kind=actor.role,
        defaults={
            "area": area,
            "office_id": actor.office,
            "valid_from": date(2020, 1, 1),
            "ranges": [list(area_range(area))],
        },
    )
    client = Client()
    client.force_login(account)
    return client


CLASS = {
    "aksi": "kelas", "code": "K1", "name": "Olahan ikan", "kind": "fish_crackers", "area": "35.12.04.2003",
    "venue": "Balai Desa", "seats": "3", "minimum": "2", "starts_on": "2024-07-01", "ends_on": "2024-07-05",
    "trainer": "Pak Karta", "wheelchair": "on", "demand": "3", "cost_idr": "5000000",
}  # fmt: skip


def test_from_plan_to_certificate(make_actor: Maker) -> None:  # noqa: PLR0915 - one journey, told in its order
    operator, head = make_actor("operator"), make_actor("head")
    programme = decreed(operator, families(operator, 3), training={"weights": {"interest": 4, "market": 1}})
    office, boss = client_of(operator), client_of(head)
    with scoped(operator):
        code = programme.code
    page = reverse("office:placement", args=[code])
    assert office.post(page, CLASS).status_code == 302
    assert "Olahan ikan" in office.get(page).text
    broken = office.post(page, CLASS | {"code": "K2", "seats": "1", "minimum": "9"})
    assert broken.status_code == 422
    assert office.post(page, {"aksi": "hitung"}).status_code == 302
    assert boss.post(page, {"aksi": "hitung"}).status_code == 403
    approval = Approval.objects.get(stage="placement")
    assert boss.post(reverse("office:approve", args=[code, approval.pk]), {"catatan": ""}).status_code == 302
    asked = office.post(page, {"aksi": "andai", "class_code": "K1", "more_seats": "-1", "release": "on"})
    assert asked.status_code == 200
    assert "2 (-1" in asked.text
    cls = TrainingClass.objects.get()
    work = reverse("office:class-work", args=[cls.pk])
    plan = {"aksi": "pertemuan", "held_on": "2024-07-01", "starts_at": "08:00", "ends_at": "12:00", "days": "2"}
    assert office.post(work, plan).status_code == 302
    assert office.post(work, plan).status_code == 409
    assert ClassSession.objects.count() == 2
    assert office.post(work, {"aksi": "undang"}).status_code == 302
    assert Invitation.objects.count() == Document.objects.filter(kind="invitation").count() == 3
    session = ClassSession.objects.order_by("number")[0]
    attend = reverse("office:class-session", args=[session.pk])
    cards = list(ParticipantCard.objects.values_list("code", flat=True))
    with frozen(DAY):
        seen = office.post(attend, {"aksi": "kartu", "card": cards[0].lower()}, follow=True)
        assert "hadir." in seen.text
        assert office.post(attend, {"aksi": "kartu", "card": "salah"}).status_code == 409
        seats = [f"p{pk}" for pk in Placement.objects.filter(in_force=True).values_list("id", flat=True)]
        assert office.post(attend, {"aksi": "daftar", "hadir": seats}).status_code == 302
        second = ClassSession.objects.order_by("number")[1]
    with frozen(date(2024, 7, 2)), override_settings(BERDAYA_TODAY=date(2024, 7, 2)):
        attend = reverse("office:class-session", args=[second.pk])
        assert office.post(attend, {"aksi": "buka", "minutes": "30"}).status_code == 302
        shown = office.get(attend).text
        assert "<svg" in shown
        public = reverse("shop:check-in", args=[CheckIn.objects.get().token])
        for number, card in enumerate(cards):
            phone = Client()
            said = phone.post(public, {"kartu": card}).text
            assert "Kehadiran tercatat" in said, number
        assert "tertutup" in Client().post(reverse("shop:check-in", args=["x" * 24]), {"kartu": cards[0]}).text
        marks = {"aksi": "nilai"} | {f"pre-{seat}": "40" for seat in seats} | {f"post-{seat}": "85" for seat in seats}
        assert office.post(work, marks | {f"pre-{seats[0]}": "101"}).status_code == 422
        assert office.post(work, marks).status_code == 302
    assert Attendance.objects.exclude(certified_on=None).count() == 3
    papers_of(office, cls)
    other = client_of(make_actor("operator", office="diskop-situbondo"))
    assert other.get(attend).status_code == 404
    assert other.get(reverse("office:class-paper", args=[cls.pk, "kartu"])).status_code == 404


def papers_of(office: Client, cls: TrainingClass) -> None:
    """Certificates that the public page verifies, cards, the list to sign, the report in one click."""
    work = reverse("office:class-work", args=[cls.pk])
    assert office.post(work, {"aksi": "sertifikat"}).status_code == 302
    letter = Document.objects.filter(kind="certificate").first()
    assert letter is not None
    verified = Client().get(reverse("shop:document", args=[letter.token]))
    assert verified.status_code == 200
    assert letter.number in verified.text
    for paper in ("kartu", "daftar-hadir"):
        pdf = office.get(reverse("office:class-paper", args=[cls.pk, paper]))
        assert pdf.content[:5] == b"%PDF-", paper
    report = office.get(reverse("office:class-paper", args=[cls.pk, "laporan"]), follow=True)
    assert report.content[:5] == b"%PDF-"
    with_list = office.get(work).text
    assert "Olahan ikan" in with_list


def test_broken_input_is_named_on_the_page_in_both_languages(make_actor: Maker) -> None:
    """No seats, one code twice, a circle, a person without village: a name each, and the published plan stays."""
    operator, head = make_actor("operator"), make_actor("head")
    programme = placed(operator, head, families(operator, 3), new_class("K1", seats=3))
    office = client_of(operator)
    with scoped(operator):
        page = reverse("office:placement", args=[programme.code])
        refs = list(Placement.objects.order_by("number").values_list("candidate__ref", flat=True))
        before = list(
            Placement.objects.filter(in_force=True).order_by("number").values_list("person", "training_class")
        )
        household = Placement.objects.order_by("number")[0].household_id

    def said(status: int, posted: dict[str, str], *words: str) -> None:
        for language, text in zip(("id", "en"), words, strict=True):
            office.cookies["django_language"] = language
            answer = office.post(page, posted)
            assert (answer.status_code, text in answer.text) == (status, True), (language, posted, text)

    said(422, CLASS | {"seats": "0"}, "Kelas K1 tidak mempunyai kursi.", "Class K1 has no seats.")
    office.cookies["django_language"] = "id"
    for who, beside in ((refs[0], refs[1]), (refs[1], refs[2])):
        assert office.post(page, {"aksi": "tetapkan", "ref": who, "follows": beside}).status_code == 302
    round_ = {"aksi": "tetapkan", "ref": refs[2], "follows": refs[0]}
    said(422, round_, "Permintaan duduk bersama berputar", "runs in a circle")
    said(422, {"aksi": "tetapkan", "ref": "tidak ada", "class_code": "K1"}, "tidak ada", "tidak ada")
    with scoped(operator), pytest.raises(Problem) as caught:
        services.create_classes_many(
            actor=operator, programme_id=programme.id, rows=[new_class("K9"), new_class("K9", seats=4)]
        )
    assert "K9" in caught.value.text("id")
    assert "K9" in caught.value.text("en") != caught.value.text("id")
    Household.objects.filter(pk=household).update(area=3512040000)
    said(422, {"aksi": "ulang"}, "orang tanpa desa/kelurahan", "people without a village")
    with scoped(operator):
        after = list(Placement.objects.filter(in_force=True).order_by("number").values_list("person", "training_class"))
        assert after == before
