"""Files stay below 500 lines, functions below 60: what is longer hides a part that wants a name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILE_LINES, FUNCTION_LINES = 500, 60
FOLDERS = ("src", "tests", "benchmarks", "frontend")
SUFFIXES = {".py", ".ts", ".js", ".mjs", ".scss"}
EXEMPT = {"migrations", "node_modules", "build", "locale", "__pycache__"}


def _files() -> list[Path]:
    return sorted(
        path
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*")
        if path.suffix in SUFFIXES and not EXEMPT & set(path.relative_to(ROOT).parts)
    )


def _functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_file_is_too_long() -> None:
    long = {}
    for path in _files():
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > FILE_LINES:
            long[str(path.relative_to(ROOT))] = lines
    assert long == {}


def test_no_function_is_too_long() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{name}": lines
        for path in _files()
        if path.suffix == ".py"
        for name, lines in _functions(path)
        if lines > FUNCTION_LINES
    }
    assert long == {}


def test_the_measure_finds_a_long_function(tmp_path: Path) -> None:
    source = tmp_path / "long.py"
    source.write_text("def f():\n" + "    x = 1\n" * FUNCTION_LINES, encoding="utf-8")
    assert list(_functions(source)) == [("f", FUNCTION_LINES + 1)]


def test_the_walk_sees_the_source() -> None:
    names = {path.name for path in _files()}
    assert {"settings.py", "test_size.py"} <= names
