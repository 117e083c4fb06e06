"""Every module is reached by another: code that only its own tests call hides that a page was never built."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src"
NAMED = {"apps", "migrations", "management", "templatetags", "models", "__main__"}
"""Parts of a path that Django or Python finds by their name."""
FOUND = ("berdaya.cli.", "berdaya.process.field.packs_", "berdaya.process.field.records_")
"""Modules that a register imports by name: commands, packs and records of the field."""
READ_BY_TESTS = {
    "berdaya.people.linkage.merging": "what stays where it is at a merge, held against the schema",
    "berdaya.graduation.selectors": "graduation has no page yet",
    "berdaya.graduation.texts": "graduation has no page yet",
}


def _modules() -> dict[str, Path]:
    found = {}
    for path in (SOURCE / "berdaya").rglob("*.py"):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        if path.name != "__init__.py" and not NAMED & set(parts):
            found[".".join(parts)] = path
    return found


def _imports(path: Path) -> Iterator[str]:
    """Modules and names that a file imports, and dotted names in its texts (urlconfs, commands, settings)."""
    package = path.relative_to(SOURCE).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) + "." if node.level else ""
            module = f"{base}{node.module or ''}".rstrip(".")
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("berdaya."):
            yield node.value
            yield node.value.partition(":")[0].rpartition(".")[0]
            yield node.value.partition(":")[0]


def test_every_module_is_reached_by_another() -> None:
    modules = _modules()
    reached: set[str] = set()
    for path in (SOURCE / "berdaya").rglob("*.py"):
        name = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        reached |= {other for other in _imports(path) if other != name}
    alone = {name for name in modules if name not in reached and not name.startswith(FOUND)}
    assert alone == set(READ_BY_TESTS)
