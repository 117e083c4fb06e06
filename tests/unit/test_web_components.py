from __future__ import annotations

from datetime import date

import pytest
from django.template import Context, Template
from django.utils import translation

from berdaya.kernel import formats as fmt
from berdaya.web.components.charts import Place, short_name, spark_bars, step_of, steps, tile_map
from berdaya.web.components.parts import Drop, Funnel, Ledger, Line, Stage, status_badge
from berdaya.web.components.tables import Cell, Column, Table, pager

DAY = date(2026, 10, 31)


def draw(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (20_000_000, "Rp20.000.000"),
        (-1_500, "−Rp1.500"),
        (0, "Rp0"),
        (None, "–"),
    ],
)
def test_money_is_written_without_a_space(value: int | None, text: str) -> None:
    assert fmt.rupiah(value) == text


@pytest.mark.parametrize(
    ("value", "indonesian", "english"),
    [
        (6_214_300_000, "Rp6,2 miliar", "Rp6.2 billion"),
        (999_960_000, "Rp1 miliar", "Rp1 billion"),
        (999_900_000, "Rp999,9 juta", "Rp999.9 million"),
        (2_500_000, "Rp2,5 juta", "Rp2.5 million"),
        (9_999, "Rp9.999", "Rp9,999"),
        (-12_000_000, "−Rp12 juta", "−Rp12 million"),
    ],
)
def test_short_money_keeps_one_decimal_and_its_scale(value: int, indonesian: str, english: str) -> None:
    assert fmt.rupiah_short(value) == indonesian
    with translation.override("en"):
        assert fmt.rupiah_short(value) == english


def test_dates_are_written_out() -> None:
    assert fmt.day(date(2026, 8, 1)) == "1 Agustus 2026"
    assert fmt.day_short(date(2026, 5, 1)) == "1\u00a0Mei\u00a02026"
    with translation.override("en"):
        assert fmt.day(date(2026, 8, 1)) == "1 August 2026"


def test_percent_of_nothing_is_no_figure() -> None:
    assert fmt.percent(3, 0) == "–"
    assert fmt.percent(1, 3, 1) == "33,3%"


def test_unobserved_months_are_not_zero() -> None:
    bars = spark_bars([None, 0, 50, 100], ["a", "b", "c", "d"])
    assert [bar.observed for bar in bars] == [False, True, True, True]
    assert bars[1].height > 0
    assert bars[2].height == 50
    assert bars[3].y == 0


def test_five_steps_hold_equal_counts_and_no_data_is_no_step() -> None:
    values = [float(n) for n in range(1, 21)]
    bounds = steps(values)
    assert bounds == (4, 8, 12, 16, 20)
    assert [step_of(value, bounds) for value in (1, 4, 5, 20)] == [1, 1, 2, 5]
    assert step_of(None, bounds) == 0


def test_tiles_follow_the_compass_and_no_cell_is_taken_twice() -> None:
    places = [Place(i, f"Desa {i}", "D", float(i), str(i), lat=-6 - i // 3, lon=106 + i % 3) for i in range(9)]
    chart = tile_map("Uji", places, as_of=DAY)
    cells = {(tile.col, tile.row) for tile in chart.tiles}
    assert len(cells) == 9
    by_code = {tile.place.code: tile for tile in chart.tiles}
    assert by_code[0].row < by_code[8].row
    assert by_code[0].col < by_code[1].col
    assert chart.positioned


def test_tiles_without_positions_say_so() -> None:
    chart = tile_map("Uji", [Place(2, "B", "B", None, "–"), Place(1, "A", "A", 3.0, "3")], as_of=DAY)
    assert not chart.positioned
    assert [tile.place.code for tile in chart.tiles] == [1, 2]
    assert "posisi belum ada" in draw("{% tile_map chart %}", chart=chart)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Lebak", "LBK"),
        ("Kota Tangerang", "kTNG"),
        ("Tangerang", "TNG"),
        ("Ogan Komering Ilir", "OKI"),
        ("Desa Alas Bayur", "ABY"),
    ],
)
def test_short_names_tell_towns_from_regencies(name: str, short: str) -> None:
    assert short_name(name) == short


def test_funnel_bars_start_at_zero_and_share_one_scale() -> None:
    chart = Funnel("Judul", (Stage("Daftar", 200, "/a/"), Stage("Layak", 50, "/b/", (Drop(150, "ganda", "/c/"),))), DAY)
    html = draw("{% funnel chart %}", chart=chart)
    assert 'width="100.00%"' in html
    assert 'width="25.00%"' in html
    assert "−150" in html
    assert 'href="/c/"' in html
    assert "style=" not in html


def test_a_name_with_markup_stays_text() -> None:
    table = Table("Uji", (Column("Nama"), Column("Nilai", "right")), ((Cell("<script>x</script>"), Cell("1")),))
    html = draw("{% table item %}", item=table)
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert 'scope="row"' in html


def test_an_empty_list_says_what_to_do() -> None:
    html = draw(
        "{% table item %}", item=Table("Uji", (Column("Nama"),), (), empty_title="Belum ada", empty_text="Unggah.")
    )
    assert "Belum ada" in html
    assert "<table" not in html


def test_a_reversed_line_is_struck_and_said() -> None:
    book = Ledger("Buku", (Line(DAY, "Angsuran", 100, balance=100, reversed=True),), total_in=100, closing=100)
    html = draw("{% ledger book %}", book=book)
    assert "b-struck" in html
    assert "dibatalkan" in html


def test_every_status_has_its_own_shape() -> None:
    codes = ("active", "weak", "dormant", "holiday_only", "unknown")
    assert len({status_badge(code).mark for code in codes}) == 5
    with pytest.raises(ValueError, match="typed by hand"):
        status_badge("typed by hand")


def test_pager_shows_ends_and_neighbours() -> None:
    shown = pager(5, 9, lambda page: f"?page={page}")
    assert shown is not None
    assert [item.number if item else None for item in shown.items] == [1, None, 3, 4, 5, 6, 7, None, 9]
    assert shown.previous == "?page=4"
    assert shown.following == "?page=6"
    assert pager(1, 1, str) is None


def test_a_row_is_named_by_words_and_not_by_its_number() -> None:
    columns = (Column("No."), Column("Nama"), Column("Nilai", "right"))

    def table(*rows: tuple[str, str, str]) -> Table:
        return Table("Daftar", columns, tuple(tuple(Cell(text) for text in row) for row in rows))

    assert table(("1", "Siti Rohmah", "80"), ("2", "Budi", "70")).head_at() == 1
    assert table(("3.", "", "80"), ("", "Budi", "70")).head_at() == 0, "half of the names are missing"
    assert table(("12 Okt 2026", "Rapat", "1")).head_at() == 0, "a day names its row"
    assert table(("1", "2", "3")).head_at() == 0, "nothing but numbers"
    drawn = {"item": table(("1", "Siti Rohmah", "80"))}
    html = Template("{% load ui %}{% table item %}").render(Context(drawn))
    assert html.count('<th scope="row">') == 1
    assert "Siti Rohmah" in html.split('<th scope="row">')[1].split("</th>")[0]
    assert '<td data-label="No."' in html
