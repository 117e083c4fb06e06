"""Linkage without a database: maps, keys, the model's three classes, clusters, and what nobody may tune on."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from splink import DuckDBAPI, Linker

from berdaya.example import spellings
from berdaya.example.linkage import HEADINGS, TRUTH, make_list, write_list
from berdaya.example.seeds import stream
from berdaya.kernel.problems import Problem
from berdaya.people.linkage import engine, fields, keys, training
from berdaya.people.linkage.clusters import clusters
from berdaya.people.linkage.comparisons import comparisons
from berdaya.people.linkage.lists import read_lists
from berdaya.people.linkage.run import link_files, report
from berdaya.people.linkage.vectors import decoded, pattern_sql
from berdaya.people.rules.names import spelling_key
from berdaya.people.rules.spelling import spelling_keys

ROOT = Path(__file__).resolve().parents[2]


def test_nobody_tunes_on_what_is_held_out() -> None:
    """Neither the model, nor the spelling key, nor any fixture knows the family and the seed that judge them."""
    allowed = {
        ROOT / "src/berdaya/example/spellings.py", ROOT / "benchmarks/linkage.py", Path(__file__).resolve(),
    }  # fmt: skip
    words = (spellings.HELD_OUT_FAMILY, "HELD_OUT", f"{spellings.HELD_OUT_SEED}", f"{spellings.HELD_OUT_SEED:_}")
    named = {}
    for folder in ("src", "tests", "benchmarks"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if path.resolve() in allowed:
                continue
            found = [word for word in words if word in path.read_text(encoding="utf-8")]
            if found:
                named[str(path.relative_to(ROOT))] = found
    assert named == {}
    assert spellings.HELD_OUT_FAMILY not in spellings.WEIGHTS
    assert spellings.HELD_OUT_FAMILY in spellings.FAMILIES


def test_a_list_is_the_same_each_time_and_knows_its_doubles() -> None:
    one, two = list(make_list(seed=3, rows=300)), list(make_list(seed=3, rows=300))
    assert one == two
    assert one != list(make_list(seed=4, rows=300))
    assert len(one) == 300
    assert all(len(row) == len(HEADINGS) for row in one)
    people = [row[HEADINGS.index(TRUTH)] for row in one]
    assert 200 < len(set(people)) < 290
    assert all(row[1] == "" or row[1][12] == "9" or row[1][-1] == "0" or len(row[1]) == 16 for row in one)


@pytest.mark.parametrize("family", sorted(spellings.FAMILIES))
def test_every_family_of_spellings_writes_some_name_otherwise(family: str) -> None:
    names = ["Siti Fauziyah Kholijah", "Muhammad Zainuddin", "Sutjipto Wardana", "Nur Hayati", "Abdurrahman Syafii",
             "Vina Lestari", "Tri Chandra", "Yanti Djoko", "Suyatno Wardono", "Jumini Dewi"]  # fmt: skip
    write = spellings.FAMILIES[family]
    assert any(write(stream(seed, "family"), name) != name for seed in range(5) for name in names)


def test_a_map_is_written_in_words_or_found_from_headings(tmp_path: Path) -> None:
    headings = ["No KTP", "Nama KRT", "TTL", "Desa/Kel", "socialnumber"]
    assert fields.parse_map("", headings) == {
        "nik": "No KTP", "name": "Nama KRT", "birth_date": "TTL", "village": "Desa/Kel",
    }  # fmt: skip
    assert fields.parse_map("name=Nama KRT, ssn=socialnumber", headings) == {
        "name": "Nama KRT", "id_number": "socialnumber",
    }  # fmt: skip
    assert fields.parse_map("odd thing=socialnumber", headings) == {"odd_thing": "socialnumber"}
    toml = tmp_path / "map.toml"
    toml.write_text('[columns]\nname = "Nama KRT"\n', encoding="utf-8")
    assert fields.parse_map(str(toml), headings) == {"name": "Nama KRT"}
    with pytest.raises(Problem) as unknown:
        fields.parse_map("name=Nothing", headings)
    assert unknown.value.code == "link.column_unknown"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("12/03/1985", "19850312"), ("1985-03-12", "19850312"), ("19851341", "19851341"), ("Situbondo, 12-03-1985",
     "19850312"), ("1985", "19850101"), ("", ""), ("entah", "")],
)  # fmt: skip
def test_a_date_is_eight_digits_however_it_was_written(text: str, wanted: str) -> None:
    assert keys.date_text(text) == wanted


def test_one_word_written_otherwise_has_one_key() -> None:
    frame = pl.DataFrame({"n": ["H. Moh. Soegeng", "Muhammad Sugeng", "Nur Hayati", "NURHAYATI", "Achmad, S.Pd"]})
    made = keys.prepare(frame, {"name": "n"})
    assert made["name_set"][0] == made["name_set"][1]
    assert made["name_flat"][2] == made["name_flat"][3]
    assert made["name"][4] == "ahmad"


def test_whole_columns_are_made_comparable_as_single_cells_are(tmp_path: Path) -> None:
    lists = read_lists([write_list(tmp_path / "list.csv", seed=8, rows=3_000)])
    odd = ["", "M. Siti", "H. Abd. Rahman, S.Pd", "Élia  Nur", "Abdul", "H", "tn budi", "A'an", "Ph Ah"]
    names = pl.Series([*lists.frame["name"].drop_nulls(), *odd])
    assert [key or "" for key in spelling_keys(names)] == [spelling_key(name) for name in names]
    places = pl.Series(
        [*lists.frame["address"].drop_nulls(), "Jalan Gang Mawar, No. 3", "jalan jalan", "Jl. Élan", "-"]
    )
    assert [words or "" for words in keys._plain(places)] == [keys.plain_words(place) for place in places]
    days = pl.Series(
        [*lists.frame["birth_date"].drop_nulls(), "31/02/1990", "12/13/1990", "1/1/1990", "01-01-1890", "x"]
    )
    assert [day or "" for day in keys._dates(days)] == [keys.date_text(day) for day in days]
    odd_numbers = pl.Series(["3512 0401 0190 0001", "1111111111111112", "35", None])
    assert keys._numbers(odd_numbers).to_list() == ["3512040101900001", None, None, None]
    assert keys._phones(pl.Series(["+62812-3456", "000", None])).to_list() == ["8123456", None, None]


def test_vectors_are_those_that_splink_makes_itself(tmp_path: Path) -> None:
    lists = read_lists([write_list(tmp_path / "list.csv", seed=9, rows=400)])
    compared = comparisons(list(lists.columns))
    database = engine.connect()
    database.register("incoming", keys.prepare(lists.frame, lists.columns).to_arrow())
    database.execute("CREATE TABLE records AS SELECT * FROM incoming")
    database.execute("CREATE TABLE blocked AS SELECT l.row AS l, r.row AS r FROM records l JOIN records r"
                     " ON l.row < r.row AND (l.name_first = r.name_first OR l.birth_year = r.birth_year)")  # fmt: skip
    ours = engine._frame(database, pattern_sql(compared, records="records", pairs="blocked") + " ORDER BY 1, 2")
    rule = "l.name_first = r.name_first OR l.birth_year = r.birth_year"
    settings = {"link_type": "dedupe_only", "unique_id_column_name": "row", "comparisons": compared,
                "blocking_rules_to_generate_predictions": [{"blocking_rule": rule, "sql_dialect": "duckdb"}],
                "retain_intermediate_calculation_columns": True}  # fmt: skip
    linker = Linker(DuckDBAPI(database).register("records"), settings, log_level=None, validate_settings=False)
    vectors = linker.inference.predict(warning_mode="never").physical_name
    gammas = ", ".join(f'"gamma_{one["output_column_name"]}"' for one in compared)
    theirs = engine._frame(database, f"SELECT {gammas} FROM {vectors} ORDER BY row_l, row_r").to_numpy()
    assert len(theirs) > 500
    assert (decoded(ours["pattern"], compared) == theirs).all()


def _patterns(
    rows: list[tuple[list[int], float]], names: tuple[str, ...], levels: tuple[int, ...]
) -> training.Patterns:
    return training.Patterns(
        names, levels, np.array([row for row, _ in rows], dtype=np.int64), np.array([count for _, count in rows])
    )


def test_brothers_are_not_one_person_although_all_of_their_home_agrees() -> None:
    names, levels = ("name", "birth_date", "kk", "address", "phone", "mother"), (4, 4, 2, 2, 2, 2)
    rows = [
        ([3, 3, 1, 1, 1, 1], 300.0), ([3, 3, 0, 1, 1, 1], 60.0), ([2, 3, 1, 0, 1, 1], 60.0), ([3, 2, 1, 1, 0, 1], 60.0),
        ([0, 0, 1, 1, 1, 1], 800.0), ([1, 0, 1, 1, 1, 1], 100.0), ([0, 0, 1, 1, 0, 1], 90.0),
        ([3, 0, 0, 0, 0, 0], 900.0), ([0, 3, 0, 0, 0, 0], 900.0), ([0, 0, 0, 0, 0, 0], 500.0),
    ]  # fmt: skip
    model = training.train(_patterns(rows, names, levels))
    chances = model.probabilities(np.array([row for row, _ in rows]))
    assert min(chances[:4]) > 0.9
    assert max(chances[4:]) < 0.1
    assert model.weights()["name"][3] > 0 > model.weights()["name"][0]


def test_what_is_not_known_neither_speaks_for_nor_against() -> None:
    names, levels = ("name", "birth_date"), (4, 4)
    rows = [([3, 3], 100.0), ([0, 3], 100.0), ([3, 0], 100.0), ([0, 0], 400.0)]
    model = training.train(_patterns(rows, names, levels))
    known = model.probabilities(np.array([[3, 3], [3, -1], [-1, -1]]))
    assert known[0] > known[1] > 0
    assert known[2] == pytest.approx(model.shares[training.MATCH])


def test_one_wrong_link_does_not_make_one_person_of_two() -> None:
    pairs = pl.DataFrame(
        [(0, 1, 0.99), (1, 2, 0.98), (3, 4, 0.99), (3, 5, 0.99), (4, 5, 0.99), (2, 3, 0.6)],
        schema={"left": pl.Int64, "right": pl.Int64, "chance": pl.Float64}, orient="row",
    )  # fmt: skip
    assert clusters(pairs, at_least=0.5, rows=7).to_list() == [0, 0, 0, 3, 3, 3, 6]


def test_lists_of_every_delimiter_and_encoding_are_read(tmp_path: Path) -> None:
    semicolon = tmp_path / "a.csv"
    semicolon.write_bytes('Nama;Tanggal Lahir;who\nSiti “A”;1/2/1990;x\n"Bu;di";;y\n'.encode("cp1252"))
    lists = read_lists([semicolon], truth="who")
    assert lists.frame.columns == ["name", "birth_date", "truth_of_row", "source_of_row"]
    assert lists.frame["name"].to_list() == ["Siti “A”", "Bu;di"]
    febrl = tmp_path / "b.csv"
    febrl.write_text("rec_id, given_name\nrec-1-org, anna\nrec-1-dup-0, ana\n", encoding="utf-8")
    assert read_lists([febrl], truth="rec_id").frame["truth_of_row"].to_list() == ["rec-1", "rec-1"]
    with pytest.raises(Problem) as missing:
        read_lists([tmp_path / "none.csv"])
    assert missing.value.code == "link.file_unreadable"


def test_a_generated_list_is_linked_without_knowing_who_is_who(tmp_path: Path) -> None:
    path = write_list(tmp_path / "list.csv", seed=5, rows=4_000)
    result = link_files([path], truth=TRUTH)
    assert result.quality is not None
    assert result.quality.f1 >= 0.985
    made = report(result)
    assert {"precision", "recall", "f1", "pairs", "clusters", "seconds", "thresholds"} <= set(made)
    assert made["thresholds"]["different"] < made["thresholds"]["link"] < made["thresholds"]["same"]
    again = link_files([path])
    assert again.quality is None
    assert again.people.to_list() == result.people.to_list()


def test_a_list_without_doubles_stays_as_it_is(tmp_path: Path) -> None:
    rows = list(make_list(seed=6, rows=2_000))
    first = {row[-1]: row for row in reversed(rows)}
    path = tmp_path / "once.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([HEADINGS, *first.values()])
    result = link_files([path], truth=TRUTH)
    assert result.people.n_unique() >= len(first) - 2


@pytest.mark.parametrize("rows", [1, 2, 12])
def test_the_shortest_lists_are_linked_too(tmp_path: Path, rows: int) -> None:
    path = tmp_path / "short.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([HEADINGS, *list(make_list(seed=7, rows=rows))])
    assert link_files([path], truth=TRUTH).people.len() == rows
