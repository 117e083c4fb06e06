"""What makes linkage quick changes no answer: the shortcut beside the plain way."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from berdaya.example.linkage import write_list
from berdaya.people.linkage import blocking, comparisons, engine, keys, training
from berdaya.people.linkage.lists import read_lists

ODD = ["A", "A B", "Siti", "Siti Siti", "B A", "Ani Siti Siti", "M S", "Nur H", "Abdul", "Abdul Abdul Rahman", "Yu Yu"]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    lists = read_lists([write_list(tmp_path_factory.mktemp("list") / "list.csv", seed=12, rows=700)])
    extra = pl.DataFrame({"name": ODD}).with_columns(birth_date=pl.lit("1990-01-01"), sex=pl.lit("P"))
    return keys.prepare(pl.concat([lists.frame, extra], how="diagonal"), lists.columns)


NAME = {one["label_for_charts"]: one["sql_condition"] for one in comparisons._people_name("name")["comparison_levels"]}
ONE, OTHER = "string_split(name_l, ' ')", "string_split(name_r, ' ')"


def _alike(text: str) -> str:
    return f"jaro_winkler_similarity({text}_l, {text}_r) >= 0.9"


def _within(one: str, other: str) -> str:
    fits = f"list_bool_or(list_transform({other}, lambda o: starts_with(o, w)))"
    return f"len(list_filter({one}, lambda w: NOT {fits})) = 0"


PLAIN = {
    "slip": "least(length(name_flat_l), length(name_flat_r)) > 4"
            " AND damerau_levenshtein(name_flat_l, name_flat_r) <= 1",
    "shortened": f"list_has_all({ONE}, {OTHER}) OR list_has_all({OTHER}, {ONE})"
                 f" OR ((name_initial_l OR name_initial_r) AND ({_within(ONE, OTHER)} OR {_within(OTHER, ONE)}))",
    "alike": f"{_alike('name_set')} OR {_alike('name_flat')}",
    "one_word": f"list_has_any({ONE}, {OTHER})",
}  # fmt: skip


@pytest.mark.parametrize("level", PLAIN)
def test_a_shortcut_answers_what_the_plain_condition_answers(prepared: pl.DataFrame, level: str) -> None:
    quick, plain = NAME[level], PLAIN[level]
    database = engine.connect()
    database.register("records", prepared.to_arrow())
    columns = [column for column in prepared.columns if column.startswith("name")]
    sides = ", ".join(f"{side}.{column} AS {column}_{side}" for column in columns for side in "lr")
    [(met, wrong)] = database.execute(
        f"SELECT count(*) FILTER (WHERE {plain}), count(*) FILTER (WHERE ({quick}) <> ({plain})) FROM"
        f" (SELECT {sides} FROM records l JOIN records r ON l.row < r.row)"
    ).fetchall()
    assert met > 50
    assert wrong == 0


@pytest.mark.parametrize("across", ["", "origin"])
def test_blocks_are_those_of_a_join_of_the_list_with_itself(prepared: pl.DataFrame, across: str) -> None:
    records = prepared.with_columns(origin=pl.Series([str(row % 3) for row in prepared["row"]]))
    found, rules = blocking.block(records, across=across, threads=2)
    assert len(rules) > 10
    database = engine.connect()
    database.register("records", records.to_arrow())

    def condition(rule: blocking.Rule) -> str:
        parts = [part.partition(":") for part in rule.parts]
        return " AND ".join(
            f"left(l.{name}, {cut}) = left(r.{name}, {cut})" if cut else f"l.{name} = r.{name}"
            for name, _, cut in parts
        )

    apart = f" AND l.{across} <> r.{across}" if across else ""
    wanted = database.execute(
        f"SELECT DISTINCT l.row, r.row FROM records l JOIN records r ON l.row < r.row{apart}"
        f" AND ({' OR '.join(f'({condition(rule)})' for rule in rules)}) ORDER BY 1, 2"
    ).fetchall()
    assert len(wanted) > 500
    assert found.rows() == wanted


def test_a_rule_that_brings_too_much_is_narrowed_or_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocking, "AT_LEAST", 100)
    rows = 400
    records = pl.DataFrame(
        {
            "row": range(rows),
            "phone": ["0812"] * rows,
            "birth_year": [1950 + row % 50 for row in range(rows)],
            "sex": ["L" if row % 2 else "P" for row in range(rows)],
            "nik": [str(row // 2) for row in range(rows)],
        }
    )
    found, rules = blocking.block(records)
    assert [rule.parts for rule in rules] == [("nik",), ("nik:15",)]
    assert found.rows() == [(row, row + 1) for row in range(0, rows, 2)]
    fewer = records.with_columns(birth_year=pl.Series(range(rows)) // 2)
    assert [rule.parts for rule in blocking.block(fewer)[1]] == [
        ("nik",), ("phone", "birth_year"), ("nik:15",),
    ]  # fmt: skip


def test_halves_of_patterns_weigh_as_whole_patterns_do() -> None:
    rng = np.random.default_rng(3)
    levels = (4, 2, 7, 3, 2)
    gammas = np.stack([rng.integers(-1, count, 500) for count in levels], axis=1)
    patterns = training.Patterns(("name", "sex", "birth_date", "kk", "phone"), levels, gammas, rng.random(500) * 50)
    model = training.train(patterns)
    joint = np.log(model.shares)[None, :] + sum(
        np.where(gammas[:, [at]] >= 0, np.log(chance.T)[gammas[:, at]], 0.0) for at, chance in enumerate(model.chances)
    )
    chances = np.exp(joint) / np.exp(joint).sum(axis=1, keepdims=True)
    assert model.probabilities(gammas) == pytest.approx(chances[:, training.MATCH], abs=1e-9)
