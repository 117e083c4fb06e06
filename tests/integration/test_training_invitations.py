"""The link on an invitation: answers and needs, materials, a word without a name; soft clashes; the calendar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse

from berdaya.forms.models import Instrument, Response
from berdaya.forms.rules import shipped_body
from berdaya.kernel.clock import frozen
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.process import classes as papers
from berdaya.process.overview.classwork import class_work
from berdaya.training import public, services
from berdaya.training.models import ClassFeedback, ClassMaterial, ClassSession, Invitation, Placement, TrainingClass
from berdaya.training.values import NewSession
from tests.integration.test_training_pages import client_of
from tests.integration.test_training_sessions import MORNING, problem_of
from tests.integration.training_world import DAY, families, new_class, placed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("first_day")]
Maker = Callable[..., Actor]
PDF = b"%PDF-1.7\nmodul"
FRIDAY = date(2024, 7, 5)


@pytest.fixture
def cls(operator: Actor, make_actor: Maker) -> TrainingClass:
    programme = placed(operator, make_actor("head"), families(operator, 3), new_class("K1", seats=9))
    with scoped(operator):
        found = TrainingClass.objects.get(programme=programme.id)
        services.plan_sessions_many(actor=operator, class_id=found.pk, rows=[MORNING])
        papers.invite(actor=operator, class_id=found.pk)
        return found


def tokens(operator: Actor) -> list[str]:
    with scoped(operator):
        return list(Invitation.objects.order_by("placement__number").values_list("token", flat=True))


def test_the_invited_answers_by_the_link_and_the_office_sees_what_she_needs(
    operator: Actor, cls: TrainingClass
) -> None:
    first, second, _ = tokens(operator)
    page = reverse("public:invitation", args=[first])
    shown = Client().get(page)
    assert shown.status_code == 200
    assert cls.name in shown.text
    with scoped(operator):
        names = {p.name for p in class_work(actor=operator, class_id=cls.pk).people}
    assert not any(name in shown.text for name in names), "the link shows nobody's name"
    sent = {"aksi": "jawab", "answer": "coming", "asked_for": ["childcare", "transport"], "note": "bayi 8 bulan"}
    assert Client().post(page, sent).status_code == 302
    assert Client().post(page, sent).status_code == 302, "the same answer again is no error"
    assert Client().post(page, {"aksi": "jawab"}).status_code == 422
    assert Client().post(page, sent | {"asked_for": ["gold"]}).status_code == 422
    public.answer(token=second, answer="not_coming", asked_for=["interpreter"])
    with scoped(operator):
        row = Invitation.objects.get(token=first)
        assert (row.answer, row.asked_for, row.note) == ("coming", ["childcare", "transport"], "bayi 8 bulan")
        work = class_work(actor=operator, class_id=cls.pk)
        # Whoever does not come needs nothing planned for her.
        assert work.needs == (("childcare", 1), ("transport", 1))
    office = client_of(operator)
    text = office.get(reverse("office:class-work", args=[cls.pk])).text
    assert "pertemuan 1 belum ada penyedia" in text
    assert "bayi 8 bulan" in office.get(reverse("office:class-work", args=[cls.pk]) + "?bagian=peserta").text
    assert Client().get(reverse("public:invitation", args=["x" * 22])).status_code == 404
    assert Client().get(reverse("public:invitation", args=["x"])).status_code == 404


def test_the_office_takes_answers_down_and_sends_the_link(operator: Actor, cls: TrainingClass) -> None:
    office = client_of(operator)
    work = reverse("office:class-work", args=[cls.pk])
    with scoped(operator):
        seat = Placement.objects.filter(training_class=cls, in_force=True).order_by("number").first()
        assert seat is not None
        seat.person.phone = "081200001234"
        seat.person.save(update_fields=["phone"])
    sent = {"aksi": "jawab", "peserta": f"p{seat.pk}", "answer": "coming", "interpreter": "on", "note": "lewat telepon"}
    assert office.post(work + "?bagian=peserta", sent).status_code == 302
    page = office.get(work + "?bagian=peserta").text
    assert "perlu juru bahasa" in page
    assert "https://wa.me/6281200001234?text=" in page
    assert "undangan%2F" in page or "undangan/" in page
    assert office.post(work, sent | {"peserta": f"p{uuid4()}"}).status_code == 422


def test_after_the_last_day_the_answer_stands(operator: Actor, cls: TrainingClass) -> None:
    (token, *_rest) = tokens(operator)
    with frozen(date(2025, 1, 1)), pytest.raises(Problem, match="over"):
        public.answer(token=token, answer="coming", asked_for=[])
    with pytest.raises(Problem):
        public.answer(token=token, answer="maybe", asked_for=[])


def test_one_word_without_a_name_for_each_invitation(operator: Actor, cls: TrainingClass) -> None:
    (token, *_rest) = tokens(operator)
    marks = {"useful": 5, "clear": 4, "place": 3}
    with frozen(date(2024, 6, 1)):
        assert problem_of(lambda: public.speak(token=token, **marks)) == "training_spoke_early"
    with frozen(date(2024, 7, 2)), override_settings(BERDAYA_TODAY=date(2024, 7, 2)):
        page = reverse("public:invitation", args=[token])
        assert Client().post(page, {"aksi": "suara", **marks, "useful": "9"}).status_code == 422
        assert Client().post(page, {"aksi": "suara", **marks, "note": "Terima kasih"}).status_code == 302
        assert Client().post(page, {"aksi": "suara", **marks}).status_code == 409
        assert "Bagaimana kelas ini?" not in Client().get(page).text
    with scoped(operator):
        said = ClassFeedback.objects.get(training_class=cls)
        assert (said.useful, said.clear, said.place, said.note) == (5, 4, 3, "Terima kasih")
        names = {f.name for f in ClassFeedback._meta.fields}
    assert not names & {"placement", "person", "invitation", "outsider"}, "what was said names nobody"


def test_a_trainer_brings_materials_and_participants_take_them(
    operator: Actor, cls: TrainingClass, make_actor: Maker
) -> None:
    trainer = make_actor("trainer", kind="subject", classes=(cls.pk,))
    with scoped(trainer):
        added = services.add_material(actor=trainer, class_id=cls.pk, title="Modul", name="modul.pdf", content=PDF)
        call = {"actor": trainer, "class_id": cls.pk, "title": "x"}
        add, big = services.add_material, PDF + b"0" * (20 * 1024**2)
        assert problem_of(lambda: add(**call, name="a.exe", content=b"MZ")) == "training_material_type"
        assert problem_of(lambda: add(**call, name="a.pdf", content=b"MZ")) == "training_material_type"
        assert problem_of(lambda: add(**call, name="a.pdf", content=big)) == "training_material_large"
    office = client_of(operator)
    inside = office.get(reverse("office:class-material", args=[added]))
    assert (inside.status_code, inside.content) == (200, PDF)
    assert "attachment" in inside.headers["Content-Disposition"]
    (token, *_rest) = tokens(operator)
    taken = Client().get(reverse("public:invitation-material", args=[token, added]))
    assert (taken.status_code, taken.content) == (200, PDF)
    assert "Modul" in Client().get(reverse("public:invitation", args=[token])).text
    assert Client().get(reverse("public:invitation-material", args=["y" * 22, added])).status_code == 404
    stranger = make_actor("trainer", kind="subject", classes=(uuid4(),))
    with scoped(stranger):
        assert problem_of(
            lambda: services.add_material(actor=stranger, class_id=cls.pk, title="x", name="a.pdf", content=PDF)
        ) == "not_found"  # fmt: skip
        assert problem_of(lambda: public.material_file(material=added)) == "not_found"
    with scoped(trainer):
        assert public.material_file(material=added).content == PDF
    other = client_of(make_actor("operator", office="diskop-situbondo"))
    assert other.get(reverse("office:class-material", args=[added])).status_code == 404
    work = reverse("office:class-work", args=[cls.pk])
    sent = {"aksi": "bahan", "title": "Gambar", "file": SimpleUploadedFile("a.txt", b"teks")}
    assert office.post(work, sent).status_code == 422
    assert office.post(work, {"aksi": "hapus", "bahan": str(added)}).status_code == 302
    with scoped(operator):
        assert not ClassMaterial.objects.exists()
    assert Client().get(reverse("public:invitation-material", args=[token, added])).status_code == 404


def test_friday_prayer_and_the_hours_of_the_participants_ask_for_a_word(operator: Actor, cls: TrainingClass) -> None:
    plan = services.plan_sessions_many
    friday = replace(MORNING, held_on=FRIDAY)
    with scoped(operator):
        call = {"actor": operator, "class_id": cls.pk}
        with pytest.raises(Problem) as caught:
            plan(**call, rows=[friday])
        assert caught.value.code == "training_clash_soft"
        assert "salat Jumat" in caught.value.text("id")
        assert "Friday prayer" in caught.value.text("en")
        plan(**call, rows=[replace(friday, ends_at=time(11, 30))])
        plan(**call, rows=[replace(friday, held_on=date(2024, 7, 12))], accept_soft=True)
        assert ClassSession.objects.get(held_on=date(2024, 7, 12)).soft == ["prayer"]
        seat = Placement.objects.filter(training_class=cls, in_force=True).first()
        assert seat is not None
    instrument = Instrument.objects.create(
        area=cls.area, office=cls.office, code="assessment", version=1, body=shipped_body("assessment")
    )
    Response.objects.create(
        area=seat.area, office=cls.office, instrument=instrument, subject_kind="household",
        subject_id=seat.household_id, occurred_on=DAY, answers={"free_afternoon": True}, scores={},
    )  # fmt: skip
    with scoped(operator):
        with pytest.raises(Problem) as caught:
            plan(**call, rows=[replace(MORNING, held_on=date(2024, 7, 9))])
        assert "jam luang peserta 1/1" in caught.value.text("id")
        plan(**call, rows=[NewSession(date(2024, 7, 9), time(13), time(16))])


def test_a_session_is_moved_cancelled_and_brought_back_on_its_page(operator: Actor, cls: TrainingClass) -> None:
    office = client_of(operator)
    with scoped(operator):
        session = ClassSession.objects.get(training_class=cls)
    page = reverse("office:class-session", args=[session.pk])
    moved = {"aksi": "pindah", "held_on": "2024-07-03", "starts_at": "13:00", "ends_at": "15:00", "room": "Aula"}
    assert office.post(page, moved).status_code == 302
    friday = office.post(page, moved | {"held_on": "2024-07-05", "starts_at": "10:00", "ends_at": "12:00"})
    assert friday.status_code == 409
    assert "salat Jumat" in friday.text
    with scoped(operator):
        session.refresh_from_db()
        assert (session.held_on, session.room, session.number) == (date(2024, 7, 3), "Aula", 1)
    assert office.post(page, {"aksi": "batal", "reason": ""}).status_code == 422
    assert office.post(page, {"aksi": "batal", "reason": "banjir"}).status_code == 302
    calendar = office.get(reverse("office:class-calendar") + "?bulan=2024-07").text
    assert "banjir" in calendar
    assert office.post(page, moved).status_code == 302
    calendar = office.get(reverse("office:class-calendar") + "?minggu=2024-W27").text
    assert "banjir" not in calendar
    assert "13.00–15.00" in calendar
    assert office.get(reverse("office:class-calendar") + "?bulan=9999-99&minggu=x").status_code == 200
    outside = client_of(operator, 3512000000)
    assert outside.get(reverse("office:class-calendar") + "?bulan=2030-01").status_code == 200
