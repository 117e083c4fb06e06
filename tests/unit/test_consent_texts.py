"""What is read aloud: every language says the same things, and Indonesian says all of them."""

from __future__ import annotations

import re

import pytest

from berdaya.documents.papers import paper
from berdaya.people.consent_texts import (
    OFFICIAL,
    PURPOSES,
    language_of,
    languages,
    local_language,
    shipped_wording,
)


def test_indonesian_has_every_purpose_and_is_checked() -> None:
    for purpose in PURPOSES:
        wording = shipped_wording(OFFICIAL, purpose)
        assert wording.sentences
        assert wording.checked


@pytest.mark.parametrize("language", [item.code for item in languages()])
def test_a_language_says_as_much_as_the_indonesian(language: str) -> None:
    wording = shipped_wording(language, "programme")
    official = shipped_wording(OFFICIAL, "programme")
    assert wording.language == language
    assert len(wording.sentences) == len(official.sentences)
    assert "{office}" in wording.sentences[0]
    assert "NIK" in wording.sentences[1]
    assert "3 x 24" in wording.sentences[4]
    assert wording.checked is (language == OFFICIAL), "a translation nobody has confirmed says so"


def test_a_language_without_a_purpose_answers_indonesian() -> None:
    wording = shipped_wording("madura", "research")
    assert wording.language == OFFICIAL
    assert wording.sha256 == shipped_wording(OFFICIAL, "research").sha256


@pytest.mark.parametrize(
    ("area", "language"),
    [
        (3512042003, "madura"),
        (3578000000, "jawa"),
        (1671000000, "palembang"),
        (3175000000, "betawi"),
        (5371000000, "kupang"),
        (3601000000, "sunda"),
        (9101000000, OFFICIAL),
    ],
)
def test_a_place_is_offered_its_own_language(area: int, language: str) -> None:
    assert local_language(area) == language


def test_languages_are_known_by_name_and_code() -> None:
    assert language_of("Madura") == language_of("madura") == "madura"
    assert language_of("Melayu Kupang") == "kupang"
    assert language_of("Belanda") == ""


def test_a_sheet_is_two_copies_with_the_local_text_beside_the_indonesian() -> None:
    local, official = shipped_wording("madura", "programme"), shipped_wording(OFFICIAL, "programme")
    pdf = paper("consent", {
        "title": "Lembar persetujuan", "office": "Dinas Sosial Contoh", "seal": "ab" * 8, "demo": True,
        "language": "Madura", "checked": False,
        "parts": [{"title": "Ikut program", "local": local.read_by("Dinas Sosial Contoh"),
                   "official": official.read_by("Dinas Sosial Contoh"), "same": False}],
        "rows": [{"name": "Siti Aminah", "address": "Jalan Olean 3", "place": "Desa Olean", "ref": "17", "facts": {}}],
    })  # fmt: skip
    assert pdf.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 2
