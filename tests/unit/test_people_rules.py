"""What people write of themselves, read as offices mean it."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from berdaya.people.rules.dates import DateFault, age_on, read_birth_date, read_date
from berdaya.people.rules.names import clean_name, first_key, is_name, spelling_key, spelling_set, strip_titles
from berdaya.people.rules.nik import (
    NikWarning,
    NumberFault,
    Sex,
    check_kk,
    check_nik,
    clean_number,
    nik_facts,
    nik_warnings,
)
from berdaya.people.rules.plain import read_idr, read_phone, read_sex, read_whole, read_yes_no

AS_OF = date(2021, 3, 1)


@pytest.mark.parametrize(
    "raw",
    [
        "3512014107909001",
        "'3512014107909001",
        " 3512 0141 0790 9001 ",
        "3512.0141.0790.9001",
        "3512014107909001\u200b",
    ],
)
def test_a_nik_is_cleaned(raw: str) -> None:
    assert check_nik(raw).value == "3512014107909001"


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (None, NumberFault.MISSING),
        ("  ", NumberFault.MISSING),
        (3512014107909001.0, NumberFault.NUMERIC_CELL),
        (3512014107909001, NumberFault.NUMERIC_CELL),
        (9007199254740993.0, NumberFault.NUMERIC_CELL),
        ("3.51201E+15", NumberFault.NUMERIC_CELL),
        ("3,51201E+15", NumberFault.NUMERIC_CELL),
        ("351201410790900O", NumberFault.NOT_DIGITS),
        ("٣٥١٢٠١٤١٠٧٩٠٩٠٠١", NumberFault.NOT_DIGITS),
        ("0", NumberFault.ZEROS),
        ("0000000000000000", NumberFault.ZEROS),
        ("351201410790901", NumberFault.LENGTH),
        ("35120141079090011", NumberFault.LENGTH),
        ("1111111111111111", NumberFault.PLACEHOLDER),
        ("1234567890123456", NumberFault.PLACEHOLDER),
        ("3512010007909001", NumberFault.DAY),
        ("3512013207909001", NumberFault.DAY),
        ("3512014007909001", NumberFault.DAY),
        ("3512017207909001", NumberFault.DAY),
        ("3512014113909001", NumberFault.MONTH),
        ("3512014100909001", NumberFault.MONTH),
        ("0912014107909001", NumberFault.AREA),
        ("3500014107909001", NumberFault.AREA),
        ("3512014107900000", NumberFault.SERIAL),
    ],
)
def test_a_broken_nik_is_named(raw: object, fault: NumberFault) -> None:
    result = check_nik(raw)
    assert result.fault is fault
    assert result.value == ""


@pytest.mark.parametrize("day", ["01", "31", "41", "71"])
def test_the_edges_of_the_days_are_valid(day: str) -> None:
    assert check_nik(f"351201{day}01909001").fault is None


def test_a_kk_number_is_no_nik() -> None:
    assert check_kk("3512019907909001").value == "3512019907909001"
    assert check_kk("0112019907909001").fault is NumberFault.AREA
    assert check_kk(3512019907909001.0).fault is NumberFault.NUMERIC_CELL


@pytest.mark.parametrize(
    ("nik", "as_of", "born", "sex"),
    [
        ("3512014107909001", AS_OF, date(1990, 7, 1), Sex.FEMALE),
        ("3512010107909001", AS_OF, date(1990, 7, 1), Sex.MALE),
        ("3512010103219001", AS_OF, date(2021, 3, 1), Sex.MALE),
        ("3512010203219001", AS_OF, date(1921, 3, 2), Sex.MALE),
        ("3512012902009001", AS_OF, date(2000, 2, 29), Sex.MALE),
        ("3512013002009001", AS_OF, None, Sex.MALE),
    ],
)
def test_the_century_follows_as_of(nik: str, as_of: date, born: date | None, sex: Sex) -> None:
    facts = nik_facts(nik, as_of=as_of)
    assert (facts.birth_date, facts.sex, facts.district) == (born, sex, "351201")


def test_differences_are_warnings_only() -> None:
    nik = "3512014107909001"
    assert nik_warnings(nik, as_of=AS_OF, area=3512012003, birth_date=date(1990, 7, 1), sex=Sex.FEMALE) == ()
    assert nik_warnings(nik, as_of=AS_OF, area=3512022003, birth_date=date(1991, 7, 1), sex=Sex.MALE) == (
        NikWarning.AREA_DIFFERS,
        NikWarning.SEX_DIFFERS,
        NikWarning.BIRTH_DATE_DIFFERS,
    )


@given(st.text(max_size=40))
def test_any_text_gives_a_value_or_a_fault(raw: str) -> None:
    result = clean_number(raw)
    assert (result.value == "") == (result.fault is not None)
    assert check_nik(raw).value in {"", result.value}


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Soegito", "Sugito"),
        ("Djoko Susilo", "Joko Soesilo"),
        ("Tjahjo", "Cahjo"),
        ("Njoman", "Nyoman"),
        ("Sjaiful", "Syaiful"),
        ("Syaifullah", "Saifulah"),
        ("Chotimah", "Khotimah"),
        ("Achmad Yani", "Ahmad Yani"),
        ("Akhmad", "Ahmat"),
        ("M. Rizki", "Muhammad Rizky"),
        ("Moh. Hasan", "Mohamad Hassan"),
        ("Muh Arif", "Mochammad Arief"),
        ("Hj. Siti Aminah, S.Pd", "Siti Aminah"),
        ("H. Abd. Rahman", "Abdul Rahman"),
        ("Abdurrahman", "Abdul Rahman"),
        ("Abdullah", "Abdulloh"),
        ("Nurhayati", "Nur'hayati"),
        ("Widyastuti", "Widiastuti"),
        ("Zaenal", "Zainal"),
        ("Yusuf", "Yusup"),
        ("SITI  AMINAH", "siti aminah"),
        ("Siti Rochmah", "Siti Rohmah"),
        ("Rokhmah", "Rohmah"),
        ("Choirul Anam", "Hoirul Anam"),
        ("Sholichah", "Solihah"),
        ("Soerjanto", "Suryanto"),
        ("Widjaja", "Wijaya"),
        ("Dzulkifli", "Zulkifli"),
        ("Ghofur", "Gofur"),
        ("Iskhak", "Ishak"),
        ("Siti binti Ahmad", "Siti Ahmad"),
        ("Ali bin Abu Bakar", "Ali Abu Bakar"),
    ],
)
def test_spellings_of_one_name_share_a_key(left: str, right: str) -> None:
    assert spelling_key(left) == spelling_key(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [("Siti Aminah", "Siti Maimunah"), ("Budi", "Badi"), ("Sri Wahyuni", "Sri Wahyudi"), ("Ani", "Ana")],
)
def test_other_names_keep_other_keys(left: str, right: str) -> None:
    assert spelling_key(left) != spelling_key(right)


def test_ids_made_with_the_first_key_outlive_every_better_key() -> None:
    assert [first_key(name) for name in ("Siti Rochmah", "Sholichah", "Soerjanto", "Siti binti Ahmad")] == [
        "siti rokma", "sholika", "surjanto", "siti binti ahmad",
    ]  # fmt: skip


def test_word_order_matters_to_the_key_and_not_to_the_set() -> None:
    assert spelling_key("Aminah Siti") != spelling_key("Siti Aminah")
    assert spelling_set("Aminah Siti") == spelling_set("Siti Aminah")


@pytest.mark.parametrize(
    ("raw", "bare"),
    [
        ("Hj. Siti Aminah, S.Pd", "Siti Aminah"),
        ("Drs. H. Bambang", "Bambang"),
        ("Ir.Soekarno", "Soekarno"),
        ("H", "H"),
        ("Raden", "Raden"),
        ("Sri Hartini S.E.", "Sri Hartini"),
        ("Ny. Sumarni", "Sumarni"),
        ("Dian", "Dian"),
    ],
)
def test_titles_go_and_names_stay(raw: str, bare: str) -> None:
    assert strip_titles(raw) == bare


def test_the_display_form_is_kept_but_cleaned() -> None:
    assert clean_name("  Siti\u202e  Aminah\n") == "Siti Aminah"
    assert clean_name("=HYPERLINK(1)") == "=HYPERLINK(1)"
    assert is_name("Ni Luh Putu")
    assert not is_name("12345")
    assert not is_name("")
    assert not is_name("a" * 121)


@given(st.text(max_size=60))
def test_a_key_is_stable_under_itself(raw: str) -> None:
    key = spelling_key(raw)
    assert key == key.strip()
    assert all(char.isascii() and (char.islower() or char == " ") for char in key)


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("01/07/1990", date(1990, 7, 1)),
        ("1-7-1990", date(1990, 7, 1)),
        ("01.07.90", date(1990, 7, 1)),
        ("1 Juli 1990", date(1990, 7, 1)),
        ("1 Pebruari 1990", date(1990, 2, 1)),
        ("01-Nop-1990", date(1990, 11, 1)),
        ("1990-07-01", date(1990, 7, 1)),
        ("01071990", date(1990, 7, 1)),
        (1071990.0, date(1990, 7, 1)),
        (33055.0, date(1990, 7, 1)),
        ("33055", date(1990, 7, 1)),
        (datetime(1990, 7, 1, 12), date(1990, 7, 1)),  # noqa: DTZ001  (Excel cells have no zone)
        (date(1990, 7, 1), date(1990, 7, 1)),
        ("'01/07/1990", date(1990, 7, 1)),
        ("01/07/20", date(2020, 7, 1)),
        ("01/07/22", date(1922, 7, 1)),
    ],
)
def test_dates_as_offices_write_them(raw: object, day: date) -> None:
    assert read_date(raw, as_of=AS_OF).value == day


@pytest.mark.parametrize("raw", ["Situbondo, 01-07-1990", "SITUBONDO / 1 Juli 1990", "Situbondo 01/07/1990"])
def test_a_ttl_text_gives_place_and_date(raw: str) -> None:
    result = read_birth_date(raw, as_of=AS_OF)
    assert result.value == date(1990, 7, 1)
    assert result.place.lower() == "situbondo"


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (None, DateFault.MISSING),
        ("", DateFault.MISSING),
        ("31/02/1990", DateFault.IMPOSSIBLE),
        ("13/13/1990", DateFault.IMPOSSIBLE),
        ("lupa", DateFault.UNREADABLE),
        (True, DateFault.UNREADABLE),
        (5.5, DateFault.UNREADABLE),
        ("01/07/2030", DateFault.FUTURE),
        ("01/01/1900", DateFault.TOO_OLD),
        ("01/07/1900", DateFault.TOO_OLD),
    ],
)
def test_a_broken_birth_date_is_named(raw: object, fault: DateFault) -> None:
    assert read_birth_date(raw, as_of=AS_OF).fault is fault


def test_age_counts_completed_years() -> None:
    assert age_on(date(2000, 3, 2), AS_OF) == 20
    assert age_on(date(2000, 3, 1), AS_OF) == 21


@pytest.mark.parametrize(
    ("raw", "amount"),
    [
        ("1.250.000", 1_250_000),
        ("Rp20.000.000", 20_000_000),
        ("Rp 20.000.000,-", 20_000_000),
        ("Rp. 2.500.000,00", 2_500_000),
        ("1,250,000", 1_250_000),
        ("1.250", 1_250),
        ("2,5 juta", 2_500_000),
        ("750 rb", 750_000),
        ("500000", 500_000),
        (500000.0, 500_000),
        (0, 0),
        ("-100.000", -100_000),
        ("Rp1,5 miliar", 1_500_000_000),
        ("sedikit", None),
        ("1.25.000", None),
        ("", None),
        (True, None),
        (1e300, None),
    ],
)
def test_money_as_people_write_it(raw: object, amount: int | None) -> None:
    assert read_idr(raw) == amount


@pytest.mark.parametrize(
    ("raw", "phone"),
    [
        ("0812-0000-1234", "+6281200001234"),
        ("+62 812 0000 1234", "+6281200001234"),
        ("6281200001234", "+6281200001234"),
        (81200001234.0, "+6281200001234"),
        ("0812 0000 1234 / 0813 0000 1234", "+6281200001234"),
        ("+62081200001234", "+6281200001234"),
        ("tidak ada", None),
        ("123", None),
        (None, None),
    ],
)
def test_phones(raw: object, phone: str | None) -> None:
    assert read_phone(raw) == phone


def test_yes_no_sex_and_whole_numbers() -> None:
    assert [read_yes_no(raw) for raw in ("Ya", "TIDAK", "v", 1.0, False, "mungkin", None)] == [
        True, False, True, True, False, None, None,
    ]  # fmt: skip
    assert [read_sex(raw) for raw in ("L", "perempuan", "Laki-laki", "P", 2.0, "x")] == [
        Sex.MALE, Sex.FEMALE, Sex.MALE, Sex.FEMALE, Sex.FEMALE, None,
    ]  # fmt: skip
    assert [read_whole(raw) for raw in (3.0, "3", "'3", 3.5, "tiga", True, 3)] == [
        3,
        3,
        3,
        None,
        None,
        None,
        3,
    ]
