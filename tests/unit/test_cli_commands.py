"""How words become commands, what the tests' runner adds to them, and what a benchmark's row says."""

from __future__ import annotations

import argparse
import json
import socket
from pathlib import Path

import pytest
from benchmarks import harness

from berdaya.cli import bench, browser, check, demo, main, serve, test
from berdaya.kernel.problems import Problem, catalogue

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", sorted(main.COMMANDS))
def test_every_command_has_its_parts(name: str) -> None:
    module = main._module(name)
    assert module.HELP
    assert callable(module.run)
    if name not in main.PASS_ON:
        module.add_arguments(argparse.ArgumentParser())


def test_every_command_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    for name in main.COMMANDS:
        assert f"| `{name}" in readme


def test_every_option_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    for name in main.COMMANDS:
        if name in main.PASS_ON:
            continue
        parser = argparse.ArgumentParser(add_help=False)
        main._module(name).add_arguments(parser)
        for words, command in commands_of(name, parser):
            line = next(line for line in readme.splitlines() if line.startswith(f"| `{words}"))
            for action in command._actions:
                for option in set(action.option_strings) - {"-h", "--help"}:
                    assert f"`{option}" in line, f"{option} of {words}"


def commands_of(name: str, parser: argparse.ArgumentParser) -> list[tuple[str, argparse.ArgumentParser]]:
    """The command, or where it has commands of its own those, each with its words."""
    nested = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return [(f"{name} {word}", child) for action in nested for word, child in action.choices.items()] or [
        (name, parser)
    ]


def test_a_problem_is_one_line_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.complain(Problem("start.port_taken", host="127.0.0.1", port=8000)) == 2
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert "Port 8000 di 127.0.0.1 sudah dipakai" in line
    assert "Port 8000 on 127.0.0.1 is taken" in line


def test_every_start_problem_fills_its_texts() -> None:
    for code, entry in catalogue().items():
        if code.startswith(("start.", "backup.", "lottery_file", "ledger.anchor")):
            assert entry.id != entry.en
            assert entry.do_id
            assert entry.do_en


def test_a_full_disk_is_found_under_other_errors() -> None:
    try:
        try:
            raise OSError(28, "No space left on device", "/data/x")
        except OSError as error:
            raise RuntimeError("while writing") from error
    except RuntimeError as error:
        known = main._known(error)
    assert known is not None
    assert known.code == "start.disk_full"
    assert main._known(ValueError("x")) is None


def test_a_taken_port_is_told_before_anything_starts() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Problem) as caught:
            serve.ensure_free("127.0.0.1", port)
    assert caught.value.code == "start.port_taken"
    serve.ensure_free("127.0.0.1", port)


def test_addresses_are_such_as_a_browser_takes() -> None:
    assert serve.address("0.0.0.0", 8000) == "http://127.0.0.1:8000/"  # noqa: S104
    assert serve.address("::1", 80) == "http://[::1]:80/"


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ([], True),
        (["-k", "quota"], True),
        (["tests"], True),
        (["tests/journeys"], True),
        (["tests/unit"], False),
        (["tests/unit/test_size.py::test_no_file_is_too_long"], False),
        (["--collect-only"], False),
    ],
)
def test_a_browser_is_sought_where_journeys_run(
    words: list[str], wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert test.needs_browser(words) is wanted


def test_parallel_unless_one_test_is_looked_at() -> None:
    assert test.parallel([])[0] == "-n"
    assert test.parallel(["-n", "2"]) == []
    assert test.parallel(["tests/unit/test_size.py::test_x"]) == []
    assert test.selection([]) == ["-m", "not nightly"]
    assert test.selection(["-m", "nightly"]) == []


def test_without_a_browser_journeys_are_skipped_not_failed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    monkeypatch.delenv(browser.WITHOUT, raising=False)
    monkeypatch.setattr(browser, "installed", lambda: None)
    monkeypatch.setattr(browser, "_quiet", lambda *_, **__: False)
    assert browser.ensure() == {browser.WITHOUT: "1"}
    assert "install the package chromium" in capsys.readouterr().err
    monkeypatch.setattr(browser, "installed", lambda: "/usr/bin/chromium")
    assert browser.ensure() == {browser.VARIABLE: "/usr/bin/chromium"}


def test_the_steps_of_check_name_real_files() -> None:
    assert {step.name for step in check.STEPS} >= {"mypy", "ruff check", "ruff format", "layers", "sizes", "migrations"}
    for step in check.documents():
        assert "--check" in step.command


def test_contenders_take_turns() -> None:
    order: list[str] = []
    timings = harness.in_turn({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, runs=3)
    assert order == ["a", "b"] * 3
    assert set(timings) == {"a", "b"}
    assert len(timings["a"].runs) == 3


def test_memory_at_its_peak_counts_what_was_freed_again() -> None:
    timing = harness.in_turn({"big": lambda: len(bytearray(64 * 1024**2))}, runs=1)["big"]
    assert timing.peak_mb >= 50
    assert timing.result == 64 * 1024**2


def test_ratios_are_speeds_ours_over_theirs() -> None:
    row = harness.Row("x", 10, 1.0, 200.0, "rows/s", peer="p", peer_value=50.0, limit="COPY", limit_value=400.0)
    plain = row.as_dict()
    assert (plain["ratio_peer"], plain["ratio_limit"]) == (4.0, 0.5)
    alone = harness.Row("x", 10, 1.0, 2.0, "rows/s", extra={"p95_ms": 3}).as_dict()
    assert alone["ratio_peer"] is None
    assert alone["p95_ms"] == 3
    assert json.loads(json.dumps(plain)) == plain


def test_percentiles_by_nearest_rank() -> None:
    assert harness.percentile(range(1, 101), 0.95) == 95
    assert harness.percentile([7.0], 0.95) == 7.0


def test_an_unknown_benchmark_names_those_there_are() -> None:
    with pytest.raises(Problem) as caught:
        bench.run(argparse.Namespace(name="nothing"))
    assert caught.value.code == "start.unknown_bench"
    assert "harness" not in bench.known()


def test_the_demos_figures_fit_one_table() -> None:
    table = demo.programme_table([{"code": "a", "rows_in": 1200, "rows_refused": {"x": 2, "y": 3}}, {"code": "b"}])
    assert len(table.columns) == 3
    assert list(table.columns[1].cells)[:2] == ["1.200", "5"]
