"""Only funds and grants post: nobody else may write a rupiah into a book."""

from __future__ import annotations

import ast
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "berdaya"
MAY_POST = {"ledger", "funds", "grants"}


def _posts(path: Path) -> bool:
    text = path.read_text(encoding="utf-8")
    if "berdaya.ledger" not in text:
        return False
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("berdaya.ledger"):
            names = {alias.name for alias in node.names}
            if node.module == "berdaya.ledger.services" or "services" in names:
                return True
    return False


def test_only_funds_and_grants_reach_the_posting_services() -> None:
    found = {path.relative_to(SOURCE).parts[0] for path in SOURCE.rglob("*.py") if _posts(path)}
    assert "funds" in found
    assert found <= MAY_POST


def test_no_source_speaks_to_the_posting_function_itself() -> None:
    calls = [
        path.relative_to(SOURCE).parts[0]
        for path in SOURCE.rglob("*.py")
        if any(name in path.read_text(encoding="utf-8") for name in ("ledger_post(", "ledger_try("))
    ]
    assert set(calls) == {"ledger"}
