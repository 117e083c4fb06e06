"""Assessments on the web, on paper and from phones; new versions of instruments; XLSForm through the page."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from berdaya.access.models import Account, Office, Role
from berdaya.access.selectors import actor_for
from berdaya.devices.kinds import FieldRecord, Outcome, kind_of
from berdaya.forms import rules, xlsform
from berdaya.forms.models import Instrument, Response
from berdaya.kernel.clock import WIB
from berdaya.kernel.ids import new_id
from berdaya.kernel.scope import scoped
from berdaya.process.assessing import AssessFilter, assess_queryset
from berdaya.process.instruments import read_xlsform, xlsform_of
from berdaya.training.inputs import answers_of
from tests import field_world, web_world
from tests.web_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day")]
ASSESSMENT = rules.shipped("assessment")
FULL = {
    "q-kinds": ["batik", "", "wet_cakes"], "q-interest_strength": ["3"], "q-skills": ["sewing", "batik"],
    "q-skill_level": ["4"], "q-months_in_business": ["30"], "q-bookkeeping": ["3"], "q-embryo_business": ["ya"],
    "q-family_support": ["3"], "q-place_ready": ["4"], "q-all_sessions": ["ya"], "q-hours_a_day": ["7"],
    "q-free_morning": ["ya"], "q-free_evening": ["tidak"], "q-travel_km": ["20"], "q-childcare": ["n/a"],
    "q-needs_step_free": ["ya"], "q-reading": ["3"], "q-phone": ["4"],
}  # fmt: skip


@pytest.fixture
def world() -> World:
    return web_world.build(2)


def client_of(world: World, kind: str, **where: Any) -> Client:
    return web_world.sign_in(Client(), web_world.sign_up(world.office, kind, username=f"p-{kind}", **where))


def sent(**changes: Any) -> dict[str, Any]:
    return FULL | {"tanggal": "2026-10-01", "id": str(new_id())} | changes


def test_the_form_asks_everything_and_computes_the_score(world: World) -> None:
    client, home = client_of(world, "verifier"), world.ids["household"]
    page = reverse("office:instrument-fill", args=["assessment", home])
    shown = client.get(page).content.decode()
    for question in ASSESSMENT.questions:
        assert f'name="q-{question.code}"' in shown, question.code
    assert "Batik tulis" in shown
    facts = sent()
    assert client.post(page, facts).status_code == 302
    assert client.post(page, facts).status_code == 302  # the same form twice
    response = Response.objects.get()
    best = ASSESSMENT.best - 5 * 3  # no small children: that question leaves the maximum
    assert (response.subject_id, response.scores["total"], response.scores["best"]) == (home, best, best)
    assert response.scores["band"] == "ready"
    assert response.answers["kinds"] == ["batik", "wet_cakes"]
    assert f"Nilai {best} dari {best}" in client.get(page).content.decode()
    with scoped(actor_for(world.ids["maker"].pk)):
        assert answers_of([home])[home]["needs_step_free"] is True


def test_what_does_not_fit_is_said_at_its_question_and_nothing_is_kept(world: World) -> None:
    client, home = client_of(world, "verifier"), world.ids["household"]
    page = reverse("office:instrument-fill", args=["assessment", home])
    for change, status in (
        ({"q-travel_km": ["jauh sekali"]}, 400),
        ({"q-skill_level": ["9"]}, 400),
        ({"q-kinds": ["terbang"]}, 422),
        ({"tanggal": (web_world.TODAY + timedelta(days=2)).isoformat()}, 422),
        ({"tanggal": "kemarin"}, 422),
    ):
        answer = client.post(page, sent(**change))
        assert answer.status_code == status, (change, answer.status_code)
        assert 'value="30"' in answer.content.decode(), "what was typed stays"
    assert client.post(page, {"tanggal": "2026-10-01"}).status_code == 422
    assert not Response.objects.exists()


def test_a_score_that_is_typed_is_not_taken(world: World) -> None:
    client, home = client_of(world, "verifier"), world.ids["household"]
    page = reverse("office:instrument-fill", args=["assessment", home])
    client.post(page, sent() | {"total": "999", "scores": "999", "q-total": "999"})
    assert Response.objects.get().scores["total"] == ASSESSMENT.best - 15


def test_the_list_says_who_has_none(world: World) -> None:
    client = client_of(world, "operator")
    page = reverse("office:assessments")
    assert "0" in client.get(page).content.decode()
    actor = actor_for(world.ids["maker"].pk)
    with scoped(actor):
        missing = assess_queryset(actor=actor, filters=AssessFilter(state="belum", programme=world.ids["code"]))
        before = missing.count()
    assert before >= 2
    client.post(reverse("office:instrument-fill", args=["assessment", world.ids["household"]]), sent())
    with scoped(actor):
        for state, count in (("belum", before - 1), ("sudah", 1), ("", before)):
            filters = AssessFilter(state=state, programme=world.ids["code"])
            assert assess_queryset(actor=actor, filters=filters).count() == count, state
    assert "Siap" in client.get(page, {"state": "sudah"}).content.decode()


def test_outsiders_see_neither_answers_nor_families(world: World) -> None:
    client = client_of(world, "verifier")
    page = reverse("office:instrument-fill", args=["assessment", world.ids["household"]])
    client.post(page, sent())
    far = Office.objects.create(code="bondowoso", name="Dinas Sosial Bondowoso", area=3511000000)
    stranger = web_world.sign_up(far, "verifier", area=3511000000, username="jauh")
    assert web_world.sign_in(Client(), stranger).get(page).status_code == 404
    near = Office.objects.create(code="diskop", name="Dinas Koperasi", area=web_world.KABUPATEN)
    neighbour = web_world.sign_in(Client(), web_world.sign_up(near, "verifier", username="dekat"))
    assert "Hasil terakhir" not in neighbour.get(page).content.decode()
    mayor = client_of(world, "mayor", above=True)
    assert mayor.get(page).status_code == 403
    head = client_of(world, "head")
    assert "Simpan jawaban" not in head.get(page).content.decode()
    assert head.post(page, sent()).status_code == 403


@pytest.mark.parametrize("form", ["assessment", "monitoring_uep", "monitoring_kube"])
def test_the_paper_has_the_same_questions_the_persons_data_and_tags(world: World, form: str) -> None:
    office = world.office
    if form != "assessment":
        Instrument.objects.create(area=office.area, office=office, code=form, version=1, body=rules.shipped_body(form))
    subject = {"assessment": "household", "monitoring_uep": "enterprise", "monitoring_kube": "group"}[form]
    client = client_of(world, "operator")
    pdf = client.get(reverse("office:instrument-paper", args=[form, world.ids[subject]]))
    assert pdf.status_code == 200
    document = pypdf.PdfReader(io.BytesIO(pdf.content))
    root = document.trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])
    text = " ".join(page.extract_text() for page in document.pages)
    words = " ".join(text.split())
    for question in rules.shipped(form).questions:
        assert " ".join(question.label.id.split())[:30] in words, question.code
    assert str(world.ids[subject])[-8:].upper() in words
    assert "nilai dihitung sistem" in words
    empty = client.get(reverse("office:form-paper", args=[form]))
    assert (
        str(world.ids[subject])[-8:].upper() not in pypdf.PdfReader(io.BytesIO(empty.content)).pages[0].extract_text()
    )


# Versions and XLSForm


def test_a_question_more_is_a_new_version_and_old_answers_keep_theirs(world: World) -> None:
    client = client_of(world, "operator")
    fill = reverse("office:instrument-fill", args=["assessment", world.ids["household"]])
    client.post(fill, sent())
    page = reverse("office:instrument", args=["assessment"])
    facts = {
        "aksi": "tambah", "dimension": "readiness", "code": "savings", "label": "Menabung", "shape": "level",
        "options": "Tidak\nKadang\nRutin", "weight": "5",
    }  # fmt: skip
    assert client.post(page, facts | {"options": "Tidak"}).status_code == 422
    assert client.post(page, facts).status_code == 302
    shown = client.get(page).content.decode()
    assert "versi 3" in shown
    assert "Menabung" in shown
    assert "Menabung" not in client.get(page, {"versi": "2"}).content.decode()
    assert 'name="q-savings"' in client.get(fill).content.decode()
    client.post(fill, sent() | {"q-savings": ["3"], "tanggal": "2026-10-02"})
    versions = Response.objects.order_by("occurred_on").values_list("instrument__version", "scores__best")
    assert list(versions) == [(2, ASSESSMENT.best - 15), (3, ASSESSMENT.best)]
    assert client.post(page, {"aksi": "hapus", "butir": "savings"}).status_code == 302
    assert Instrument.objects.filter(code="assessment").count() == 3
    reader = client_of(world, "verifier")
    assert "Terbitkan versi baru" not in reader.get(page).content.decode()
    assert reader.post(page, facts | {"code": "lain"}).status_code == 403


def test_xlsform_out_and_in_through_the_page(world: World) -> None:
    client = client_of(world, "operator")
    workbook = client.get(reverse("office:instrument-xlsform", args=["assessment"])).content
    page = reverse("office:instruments")

    def upload(content: bytes, name: str = "form.xlsx") -> Any:
        return client.post(
            page, {"aksi": "xlsform", "berkas": SimpleUploadedFile(name, content), "subjek": "household"}
        )

    assert upload(workbook).status_code == 302
    assert Instrument.objects.count() == 1, "the same form is no new version"
    foreign = xlsform.to_xlsx({
        "survey": [{"type": "select_one senang", "name": "rasa", "label": "Senang?"},
                   {"type": "geopoint", "name": "posisi", "label": "Posisi"}],
        "choices": [{"list_name": "senang", "name": "a", "label": "Belum"},
                    {"list_name": "senang", "name": "b", "label": "Sudah"}],
        "settings": [{"form_title": "Rasa", "form_id": "rasa", "version": "1"}],
    })  # fmt: skip
    assert upload(foreign).status_code == 302
    assert "posisi: geopoint" in client.get(page).content.decode()
    assert Instrument.objects.get(code="rasa").body["subject"] == "household"
    fill = reverse("office:instrument-fill", args=["rasa", world.ids["household"]])
    assert client.post(fill, {"tanggal": "2026-10-01", "q-rasa": "2"}).status_code == 302
    for broken in (b"bukan berkas", b"", xlsform.to_xlsx({"survey": [{"type": "text", "label": "tanpa nama"}]})):
        assert upload(broken).status_code in {400, 413, 422}, broken[:20]
    assert Instrument.objects.count() == 2
    actor = actor_for(Account.objects.get(username="p-operator").pk)
    with scoped(actor):
        made, left = read_xlsform(actor=actor, content=xlsform_of(actor=actor, code="rasa"), name="rasa.xlsx")
        assert (made.version, left) == (1, ())


# From phones


def hand_in(account: Account, *bodies: dict[str, Any], ids: list[UUID] | None = None) -> list[tuple[Outcome, str]]:
    kind = kind_of("assessment")
    assert kind is not None
    at = datetime(2026, 10, 3, 9, tzinfo=WIB)
    keys = ids or [new_id() for _ in bodies]
    records = [
        FieldRecord(key, "assessment", 1, 1, kind.payloads[1].model_validate(body), at, at)
        for key, body in zip(keys, bodies, strict=True)
    ]
    actor = actor_for(account.pk)
    with scoped(actor):
        results = kind.apply(actor, records)
    return [(results[key].outcome, results[key].code) for key in keys]


def test_a_mentors_phone_hands_in_an_assessment_of_the_caseload(world: World) -> None:
    mentor = web_world.sign_up(world.office, "mentor", username="p-mentor")
    web_world.open_to(mentor, households=world.ids["household"])
    body = {"person": str(world.ids["person"]), "instrument": "assessment", "version": 2, "on": "2026-10-02",
            "answers": {"skill_level": 3, "kinds": ["batik"]}}  # fmt: skip
    key = new_id()
    assert hand_in(mentor, body, ids=[key]) == [(Outcome.NEW, "")]
    assert hand_in(mentor, body, ids=[key]) == [(Outcome.IDENTICAL, "")]
    response = Response.objects.get()
    assert (response.subject_id, response.occurred_on.isoformat()) == (world.ids["household"], "2026-10-02")
    assert response.scores["total"] is None
    told = {**body, "answers": {}, "told": {"skill_level": "4", "travel_km": "2.5", "free_morning": "ya",
                                            "skills": "sewing batik", "childcare": "tidak_berlaku"}}  # fmt: skip
    assert hand_in(mentor, told) == [(Outcome.NEW, "")]
    newest = Response.objects.order_by("recorded_at", "id").exclude(pk=key).get()
    assert newest.answers == {
        "skill_level": 4, "travel_km": 2.5, "free_morning": True, "skills": ["sewing", "batik"], "childcare": "n/a",
    }  # fmt: skip
    assert hand_in(
        mentor, body | {"version": 9}, body | {"answers": {"skill_level": 9}}, body | {"answers": {"lain": 1}},
        body | {"person": str(world.lists["persons"][1])},
    ) == [
        (Outcome.INVALID, "form_version_unknown"), (Outcome.INVALID, "form_answer_unfit"),
        (Outcome.INVALID, "form_question_unknown"), (Outcome.INVALID, "not_found"),
    ]  # fmt: skip


def test_a_question_added_at_the_office_is_on_the_phone_at_the_next_pull(world: World) -> None:
    """No programmer, no new app: the office writes it, the phone asks it, the answer comes back."""
    mentor = web_world.sign_up(world.office, "mentor", username="p-mentor")
    web_world.open_to(mentor, households=world.ids["household"])
    one = field_world.phone(mentor.pk, Role.objects.get(account=mentor).pk)
    pack, held = field_world.take(one)
    assert asked(pack["rows"])["assessment"] == (2, False)
    facts = {"aksi": "tambah", "dimension": "readiness", "code": "savings", "label": "Menabung", "shape": "level",
             "options": "Tidak\nKadang\nRutin", "weight": "5"}  # fmt: skip
    page = reverse("office:instrument", args=["assessment"])
    assert client_of(world, "operator").post(page, facts).status_code == 302
    told = one.get("/sinkron/perubahan/", **held).json()
    assert asked(told["packs"][0]["rows"])["assessment"] == (3, True)
    body = {"person": str(world.ids["person"]), "instrument": "assessment", "version": 3, "on": "2026-10-02",
            "answers": {"savings": 3}}  # fmt: skip
    record = {"id": str(new_id()), "kind": "assessment", "version": 1, "revision": 1, "body": body}
    assert one.outcomes(record) == [("new", "")]
    assert Response.objects.get().answers == {"savings": 3}


def asked(rows: list[dict[str, Any]]) -> dict[str, tuple[int, bool]]:
    """Instruments of a pack: version, and whether it asks for savings."""
    return {
        row["body"]["code"]: (row["body"]["version"], "Menabung" in str(row["body"]["dimensions"]))
        for row in rows
        if row["store"] == "instrument"
    }
