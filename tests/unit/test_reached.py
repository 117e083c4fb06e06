"""Every module is reached by another: code that only its own tests call hides that a page was never built."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src"
WORD = re.compile(r"[A-Za-z_]\w*")
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


UNCALLED = {
    "access.models.AccountManager.get_by_natural_key": "Django signs in by it",
    "access.sessions.SessionStore._get_session_from_db": "Django's store calls it",
    "access.sessions.SessionStore.create_model_instance": "Django's store calls it",
    "access.sessions.SessionStore.get_model_class": "Django's store calls it",
    "config.web_server.OneQueue._init_shared_socket": "Granian calls it",
    "documents.services.register_signatory": "signers have no page yet",
    "documents.services.signatory_on": "signers have no page yet",
    "funds.services.letters.issue_statements": "statements of a whole group have no page yet",
    "graduation.selectors.to_approve": "graduation has no page yet",
    "graduation.texts.evidence_text": "graduation has no page yet",
    "intake.sources._Counted.readinto": "the reader of the standard library calls it",
    "ledger.selectors.verify_books": "the tests' short word for a fault in any book",
    "web.problems.ProblemMiddleware.process_exception": "Django calls it",
}
"""What nothing in the source names, with who calls it all the same."""
WIRED = ("api.exception_handler", "router.", "model_validator", "field_validator", "register", "receiver")
"""Decorators that hand a function to somebody who calls it."""
FORM_HOOK = "clean_"
MANY = 5
"""A function names itself no more often than that."""


def _used(tree: ast.AST) -> Counter[str]:
    """Names that code uses, and words of its texts; importing a name is no use of it."""
    found: Counter[str] = Counter()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found[node.id] += 1
        elif isinstance(node, ast.Attribute):
            found[node.attr] += 1
        elif isinstance(node, ast.alias) and node.asname:
            found[node.name] += 1
        elif isinstance(node, ast.keyword) and node.arg:
            found[node.arg] += 1
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.update(set(WORD.findall(node.value)))
    return found


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Functions of a module and methods of its classes, without those that Python itself calls."""
    for node in tree.body:
        inside = [(f"{node.name}.", one) for one in node.body] if isinstance(node, ast.ClassDef) else [("", node)]
        for owner, one in inside:
            if isinstance(one, ast.FunctionDef) and not one.name.startswith("__"):
                yield f"{owner}{one.name}", one


def _exported(tree: ast.Module) -> set[str]:
    """Names in ``__all__``: a shop window is no use either."""
    lists = (n.value for n in tree.body if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "__all__")
    return {name for one in lists for name in ast.literal_eval(one)}


def test_every_function_is_called_by_another() -> None:
    """A function that only its tests call promises what no page, command or feed keeps."""
    trees = {
        path: ast.parse(path.read_text(encoding="utf-8"))
        for path in (SOURCE / "berdaya").rglob("*.py")
        if "migrations" not in path.parts
    }
    used: Counter[str] = Counter()
    for path in (SOURCE.parent / "benchmarks").glob("*.py"):
        used.update(_used(ast.parse(path.read_text(encoding="utf-8"))))
    for tree in trees.values():
        used.update(_used(tree))
        used.subtract(_exported(tree))
    for path in (SOURCE / "berdaya").rglob("*"):
        if path.suffix in {".html", ".txt", ".toml", ".typ", ".sql"}:
            used.update(set(WORD.findall(path.read_text(encoding="utf-8"))))
    uncalled = set()
    for path, tree in trees.items():
        module = ".".join(path.relative_to(SOURCE / "berdaya").with_suffix("").parts)
        for name, node in _functions(tree):
            if used[node.name] > MANY or node.name.startswith(FORM_HOOK):
                continue
            wired = any(ast.unparse(one).startswith(WIRED) for one in node.decorator_list)
            if not wired and used[node.name] <= _used(node)[node.name]:
                uncalled.add(f"{module}.{name}")
    assert uncalled - set(UNCALLED) == set()
