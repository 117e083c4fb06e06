"""Answers of web forms, new versions of instruments, and instruments as XLSForm and back."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from berdaya.forms import editing, filling, rules, xlsform
from berdaya.forms.types import NOT_APPLICABLE, Answers, Instrument, Shape
from tests.unit.test_forms_rules import all_at

ASSESSMENT = rules.shipped("assessment")
CHOICES = {"kinds": [("batik", "Batik tulis", "Batik")], "skills": [("sewing", "Menjahit", "Sewing")]}


def told_of(instrument: Instrument, answers: Answers) -> dict[str, list[str]]:
    """What a browser sends of these answers: the reverse of `filling.read`."""
    told: dict[str, list[str]] = {}
    for question in instrument.questions:
        answer = answers.get(question.code)
        if answer is None:
            continue
        name = filling.field_of(question)
        if question.shape is Shape.GROWTH and isinstance(answer, Mapping):
            told[filling.field_of(question, "before")] = [str(answer.get("before", ""))]
            told[filling.field_of(question, "now")] = [str(answer.get("now", ""))]
        elif isinstance(answer, bool):
            told[name] = [filling.YES if answer else filling.NO]
        elif isinstance(answer, list | tuple):
            told[name] = [str(one) for one in answer]
        else:
            told[name] = [str(answer)]
    return told


@pytest.mark.parametrize("code", rules.SHIPPED)
@pytest.mark.parametrize("pick", [min, max])
def test_answers_go_into_fields_and_come_back(code: str, pick: object) -> None:
    instrument = rules.shipped(code)
    answers = all_at(instrument, pick)
    for question in instrument.questions:
        answers.setdefault(
            question.code, {Shape.YES_NO: True, Shape.CHOICES: ["batik", "bread"]}.get(question.shape, "catatan")
        )
    told = told_of(instrument, answers)
    back, wrong = filling.read(instrument, told)
    assert (back, wrong) == (answers, [])
    assert rules.score(instrument, back) == rules.score(instrument, answers)


def test_what_does_not_fit_is_named_and_the_rest_is_kept() -> None:
    told = {
        "q-interest_strength": ["9"], "q-skill_level": ["3"], "q-travel_km": ["jauh"], "q-hours_a_day": ["4,5"],
        "q-childcare": [NOT_APPLICABLE], "q-free_morning": ["mungkin"], "q-kinds": ["", "batik", "batik"],
    }  # fmt: skip
    answers, wrong = filling.read(ASSESSMENT, told)
    assert answers == {"skill_level": 3, "hours_a_day": 4.5, "childcare": NOT_APPLICABLE, "kinds": ["batik"]}
    assert {one.question for one in wrong} == {"interest_strength", "travel_km", "free_morning"}


def test_a_growth_without_baseline_waits() -> None:
    instrument = rules.shipped("monitoring_uep")
    growth = next(q for q in instrument.questions if q.shape is Shape.GROWTH)
    told = {filling.field_of(growth, "now"): ["1.250.000"]}
    assert filling.read(instrument, told)[1][0].code == "form_baseline_missing"
    told[filling.field_of(growth, "before")] = ["1.000.000"]
    assert filling.read(instrument, told)[0] == {growth.code: {"before": 1_000_000, "now": 1_250_000}}


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.250.000", 1_250_000), ("1.250", 1250), ("1.5", 1.5), ("1,5", 1.5), ("1.250,75", 1250.75), ("", None)],
)
def test_numbers_as_people_write_them(text: str, value: float | None) -> None:
    assert filling.number_of(text) == value


@given(st.integers(min_value=0, max_value=10**12))
def test_whole_numbers_with_dots_come_back(value: int) -> None:
    assert filling.number_of(f"{value:,}".replace(",", ".")) == value


# New versions


@pytest.mark.parametrize("code", rules.SHIPPED)
def test_an_instrument_is_stored_and_read_back_as_it_is(code: str) -> None:
    assert rules.parse(editing.body_of(rules.shipped(code))) == rules.shipped(code)


def test_a_question_is_added_in_the_next_version_and_counts() -> None:
    body = rules.shipped_body("assessment")
    question = editing.NewQuestion(
        "readiness", "savings", "Tabungan", "Savings", Shape.NUMBER, 5, ("Belum ada|0", "Ada"), "Rp"
    )
    made = rules.parse(editing.with_question(body, question))
    assert (made.version, made.best) == (ASSESSMENT.version + 1, ASSESSMENT.best + 10)
    assert rules.level_of(next(q for q in made.questions if q.code == "savings"), 50_000) == 2
    assert rules.parse(body) == ASSESSMENT
    less = rules.parse(editing.without_question(editing.body_of(made), "savings"))
    assert (less.version, less.questions) == (made.version + 1, ASSESSMENT.questions)


def test_a_question_without_weight_is_asked_and_not_judged() -> None:
    made = rules.parse(editing.with_question(
        rules.shipped_body("assessment"),
        editing.NewQuestion("lain", "children", "Banyak anak", shape=Shape.NUMBER, dimension_label="Lain"),
    ))  # fmt: skip
    answers = all_at(ASSESSMENT, max) | {"children": 3}
    assert rules.check(made, answers) == []
    assert rules.score(made, answers).total == rules.score(ASSESSMENT, all_at(ASSESSMENT, max)).total


@pytest.mark.parametrize(
    "question",
    [
        editing.NewQuestion("readiness", "reading", "Dua kali", options=("a", "b")),
        editing.NewQuestion("readiness", "Savings!", "Kode salah", options=("a", "b")),
        editing.NewQuestion("readiness", "savings", "Satu tingkat", weight=5, options=("a",)),
        editing.NewQuestion("readiness", "savings", "Batas", shape=Shape.NUMBER, weight=5, options=("a|x", "b")),
        editing.NewQuestion("readiness", "savings", "Teks berbobot", shape=Shape.TEXT, weight=5),
    ],
)
def test_a_question_that_would_break_the_instrument_is_refused(question: editing.NewQuestion) -> None:
    with pytest.raises(rules.InstrumentError):
        editing.with_question(rules.shipped_body("assessment"), question)


# XLSForm


@pytest.mark.parametrize("code", rules.SHIPPED)
def test_an_instrument_goes_out_as_xlsform_and_comes_back_equal(code: str) -> None:
    instrument = rules.shipped(code)
    sheets = xlsform.sheets_of(instrument, CHOICES)
    found = xlsform.read(sheets)
    assert found.left == ()
    assert rules.parse(found.body) == instrument


@pytest.mark.parametrize("code", rules.SHIPPED)
def test_pyxform_takes_it_and_every_question_is_in_the_form(code: str) -> None:
    instrument = rules.shipped(code)
    xform = xlsform.to_xform(xlsform.sheets_of(instrument, CHOICES))
    root = ET.fromstring(xform)  # noqa: S314 - made here
    names = {node.tag.rpartition("}")[2] for node in root.iter()}
    for question in instrument.questions:
        parts = ("_before", "_now") if question.shape is Shape.GROWTH else ("",)
        assert {f"{question.code}{part}" for part in parts} <= names
    assert "Indonesia (id)" in xform


FOREIGN: xlsform.Sheets = {
    "survey": [
        {"type": "start", "name": "start"},
        {"type": "begin group", "name": "Rumah Tangga", "label": "Rumah tangga"},
        {"type": "select_one setuju", "name": "dukungan", "label": "Keluarga mendukung?"},
        {"type": "select_one yn", "name": "listrik", "label": "Ada listrik?", "relevant": "${dukungan} = 'a'"},
        {"type": "select_multiple alat", "name": "alat", "label": "Alat yang dimiliki"},
        {"type": "end group"},
        {"type": "integer", "name": "anak", "label": "Banyak anak"},
        {"type": "geopoint", "name": "posisi", "label": "Posisi"},
    ],
    "choices": [
        {"list_name": "setuju", "name": "a", "label": "Tidak"}, {"list_name": "setuju", "name": "b", "label": "Ya"},
        {"list_name": "yn", "name": "yes", "label": "Ya"}, {"list_name": "yn", "name": "no", "label": "Tidak"},
        {"list_name": "alat", "name": "wajan", "label": "Wajan"},
        {"list_name": "alat", "name": "oven", "label": "Oven"},
    ],
    "settings": [{"form_title": "Survei Dapur", "form_id": "Survei-Dapur", "version": "2024"}],
}  # fmt: skip


def test_a_form_of_somebody_else_is_asked_and_what_is_left_behind_is_said() -> None:
    found = xlsform.read(FOREIGN)
    instrument = rules.parse(found.body)
    assert (instrument.code, instrument.version, instrument.title.id) == ("survei_dapur", 2024, "Survei Dapur")
    shapes = {q.code: q.shape for q in instrument.questions}
    assert shapes == {
        "dukungan": Shape.LEVEL, "listrik": Shape.YES_NO, "alat": Shape.CHOICES, "anak": Shape.NUMBER,
    }  # fmt: skip
    assert [d.code for d in instrument.dimensions] == ["rumah_tangga", "umum"]
    assert found.left == ("listrik: relevant", "posisi: geopoint")
    assert not any(q.scored for q in instrument.questions)
    assert rules.check(instrument, {"dukungan": 2, "anak": 4, "alat": ["1"]}) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"survey": []}, "survey"),
        ({"survey": [{"type": "select_one tidak_ada", "name": "a", "label": "A"}]}, "baris 2"),
        ({"survey": [{"type": "text", "label": "A"}]}, "baris 2"),
        ({"survey": [{"type": "text", "name": "a"}, {"type": "text", "name": "a"}]}, "baris 3"),
        ({"survey": [{"type": "telepati", "name": "a"}]}, "telepati"),
        ({"survey": [{"type": "geopoint", "name": "a"}]}, "tidak ada pertanyaan"),
    ],
)
def test_a_broken_form_is_named_by_its_row(change: dict[str, xlsform.Rows], said: str) -> None:
    with pytest.raises(rules.InstrumentError, match=said):
        xlsform.read(FOREIGN | change)
