"""programme.toml: what is refused, with which path, in which words."""

from __future__ import annotations

import copy
import re
import tomllib

import pytest

from berdaya.kernel.problems import Problem
from berdaya.programmes.configfile import canonical, check_config, fingerprint, load_config, parse_config
from berdaya.programmes.types import RemainderMethod, SelectionUnit, Subject

BANTEN = """
[programme]
code = "banten-uep-2021"
area = "36"
year = 2021
office = "Dinas Sosial Provinsi Banten"
funding = [{ source = "APBD provinsi", activity = "1.06.02", share = 0.6 }, { source = "APBN", share = 0.4 }]
scheme = "individual"
aid = { form = "goods", ceiling_idr = 2_500_000 }
[aid]
packages = { warung = "P-01" }
[candidates]
sources = ["alumni:jamsosratu"]
[eligibility]
age = { min = 18, max = 60, or_married = true, at = "proposal" }
desil_max = 4
exclude = ["civil_servant", "army_police", "pensioner", "mentor", "graduated:uep"]
cool_off_years = { business_aid = 1 }
[quota]
total = 2500
unit = "household"
"36.01" = 470
"36.01.05" = 20
remainder = { method = "proportional", level = "kabupaten" }
[ranking]
weights = { desil = 40, female_head = 15, disability = 15, never_in_business = 15, dependants = 15 }
[group]
size = { min = 5, max = 20 }
same = "kecamatan"
[training]
max_km = 15
reserved = { women = 0.5, disability = 0.05 }
weights = { interest = 4, talent = 3, resource = 3, distance = 1 }
per_group = ["ketua", "bendahara"]
[status]
dormant_days = 60
[graduation]
pathway = "berdaya-2026"
months = 24
[letter]
name = "Contoh"
capacity = "Plt."
menimbang = ["bahwa ..."]
[dates]
proposal = 2021-02-01
decree = "2021-06-01"
[[partners]]
name = "CV Contoh"
kind = "company"
[example]
synthetic = true
seed = 36
lottery_seeds = ["a", "b"]
[notes]
quota = "kuota 2022, diskalakan"
"""


def raw():
    return tomllib.loads(BANTEN)


def test_a_whole_file_is_read():
    config = parse_config(raw())
    assert config.programme.area == 3600000000
    assert config.quota.areas == {3601000000: 470, 3601050000: 20}
    assert config.quota.remainder.method is RemainderMethod.PROPORTIONAL
    assert (config.aid.ceiling_idr, config.aid.packages) == (2_500_000, {"warung": "P-01"})
    assert config.subject is Subject.HOUSEHOLD
    assert config.quota.unit is SelectionUnit.HOUSEHOLD
    assert config.when_incomplete == "hold"
    assert check_config(raw()) == []


def test_the_canonical_form_comes_back_with_the_same_fingerprint():
    config = parse_config(raw())
    again = parse_config(canonical(config))
    assert again == config
    assert fingerprint(again) == fingerprint(config)
    changed = raw()
    changed["quota"]["36.01"] = 471
    assert fingerprint(parse_config(changed)) != fingerprint(config)


def put(path, value):
    data = copy.deepcopy(raw())
    here = data
    *around, last = path
    for part in around:
        here = here[part]
    if value is None:
        del here[last]
    else:
        here[last] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "code", "shown"),
    [
        (("eligibility", "desil_maks"), 4, "programme_key_unknown", "eligibility.desil_maks"),
        (("training", "reserved", "man"), 0.5, "programme_key_unknown", "training.reserved.man"),
        (("ranking", "weights", "height"), 4, "programme_key_unknown", "ranking.weights.height"),
        (("quota", "totl"), 4, "programme_key_unknown", "quota.totl"),
        (("programme", "office"), None, "programme_key_missing", "programme.office"),
        (("quota", "total"), "2500", "programme_value_wrong", "quota.total"),
        (("quota", "total"), 0, "programme_value_wrong", "quota.total"),
        (("quota", "36.01"), -1, "programme_value_wrong", 'quota."36.01"'),
        (("quota", "36.0"), 3, "programme_area_unknown", "quota.36.0"),
        (("quota", "3601"), 3, "quota_twice", "quota.3601"),
        (("quota", "35.12"), 3, "quota_outside_programme", "35.12"),
        (("quota", "36.01.05"), 471, "quota_above_parent", "36.01.05"),
        (("quota", "36.02"), 2501, "quota_above_parent", "36.02"),
        (("quota", "36"), {"01": 470}, "programme_area_unquoted", "quota.36"),
        (("quota", "unit"), "village", "programme_value_wrong", "quota.unit"),
        (("quota", "unit"), "group", "programme_value_wrong", "quota.unit"),
        (("programme", "area"), "banten", "programme_area_unknown", "programme.area"),
        (("programme", "area"), 36.1, "programme_area_unknown", "programme.area"),
        (("programme", "code"), "Banten 2021", "programme_value_wrong", "programme.code"),
        (("programme", "funding"), [{"source": "APBD", "share": 0.5}], "programme_value_wrong", "programme.funding"),
        (("eligibility", "age"), {"min": 60, "max": 18}, "programme_value_wrong", "eligibility.age"),
        (("eligibility", "exclude"), ["civil"], "programme_value_wrong", "eligibility.exclude.0"),
        (("dates", "decree"), "2021-01-31", "programme_value_wrong", "dates"),
        (("dates", "decree"), "31/01/2021", "programme_value_wrong", "dates.decree"),
        (("ranking", "lottery"), {"commitments": ["sha256:00"]}, "programme_value_wrong", "ranking.lottery"),
        (("letter", "capacity"), "plt", "programme_value_wrong", "letter.capacity"),
    ],
)
def test_each_fault_is_named_with_its_path_in_both_languages(path, value, code, shown):
    problems = check_config(put(path, value))
    assert problems[0].code == code
    assert shown in problems[0].text("id")
    for language in ("id", "en"):
        assert not re.search(r"\{[a-z_]+\}", problems[0].text(language))
        assert problems[0].advice(language)
    with pytest.raises(Problem):
        parse_config(put(path, value))


def test_all_faults_are_listed_at_once():
    data = put(("eligibility", "desil_maks"), 4)
    data["quota"]["total"] = "x"
    del data["programme"]["year"]
    assert {problem.code for problem in check_config(data)} == {
        "programme_key_unknown",
        "programme_value_wrong",
        "programme_key_missing",
    }


def test_an_unknown_key_names_the_known_ones():
    problem = check_config(put(("training", "reserved", "man"), 0.5))[0]
    assert problem.params["known"] == "women, disability"


def test_a_folder_without_or_with_a_broken_file(tmp_path):
    with pytest.raises(Problem) as caught:
        load_config(tmp_path)
    assert caught.value.code == "programme_file_missing"
    (tmp_path / "programme.toml").write_text("[programme\ncode=1", encoding="utf-8")
    with pytest.raises(Problem) as caught:
        load_config(tmp_path)
    assert caught.value.code == "programme_not_toml"
    (tmp_path / "programme.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Problem, match="cannot be read"):
        load_config(tmp_path)
    # Notepad puts a byte order mark in front.
    (tmp_path / "programme.toml").write_text("\ufeff" + BANTEN, encoding="utf-8")
    assert load_config(tmp_path).programme.code == "banten-uep-2021"
