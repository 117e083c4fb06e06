from __future__ import annotations

from berdaya.enterprises.catalogue import catalogue


def test_every_kind_points_to_skills_and_resources_that_exist() -> None:
    listed = catalogue()
    assert len(listed.kinds) >= 40, "Banten alone knows forty kinds"
    for kind in listed.kinds.values():
        assert set(kind.skills) <= set(listed.skills), kind.code
        assert set(kind.resources) <= set(listed.resources), kind.code
        assert kind.skills or kind.code == "unspecified", kind.code


def test_a_code_or_an_indonesian_name_is_taken() -> None:
    listed = catalogue()
    assert listed.kind_code("batik") == "batik"
    assert listed.kind_code(" kerupuk IKAN ") == "fish_crackers"
    assert listed.kind_code("pabrik roket") is None


def test_names_in_both_languages() -> None:
    kind = catalogue().kinds["batik"]
    assert (kind.name(), kind.name("en")) == ("Batik tulis", "Hand-drawn batik")
    assert "food" in catalogue().categories
