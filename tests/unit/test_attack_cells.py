"""No workbook that leaves the office runs anything: texts stay texts, wherever one is made."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "berdaya"


def makings() -> Iterator[tuple[Path, ast.Call, str]]:
    """Every call that makes an XLSX workbook, with the text of its function or module."""
    for path in SOURCE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "xlsxwriter" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "xlsxwriter.Workbook":
                yield path, node, text


def test_every_workbook_is_made_without_formulas() -> None:
    found = list(makings())
    assert len(found) >= 7
    for path, call, text in found:
        options = ast.unparse(call.args[1]) if len(call.args) > 1 else ""
        if "strings_to_formulas" not in options:
            options = text  # named above the call
        options = options.replace('"', "'")
        assert "'strings_to_formulas': False" in options, path
        assert "'strings_to_urls': False" in options, path
