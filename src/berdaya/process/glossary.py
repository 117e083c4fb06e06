"""``docs/glossary.md``: the field's words and the code's names side by side, read from the docstrings themselves.

Every table's docstring begins with the Indonesian word and a colon; one that does not is named and fails the check.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.apps import apps

from berdaya.access.permissions import ROLE_NAMES
from berdaya.kernel.generated import write_or_check
from berdaya.programmes.states import NAMES

PATH = Path("docs/glossary.md")


def entries() -> Iterator[tuple[str, str, str, str]]:
    """(Indonesian, English name in code, package, meaning) of every table of ours, history tables left out."""
    for model in apps.get_models():
        if not model.__module__.startswith("berdaya.") or hasattr(model, "pgh_tracked_model"):
            continue
        text = " ".join(inspect.cleandoc(model.__doc__ or "").split("\n\n")[0].split())
        word, colon, meaning = text.partition(": ")
        if not colon:
            raise SystemExit(f"{model.__module__}.{model.__name__}: docstring must begin with 'Kata: meaning'")
        yield word, model.__name__, model._meta.app_label, meaning


def render() -> str:
    """The whole page as Markdown, sorted by the Indonesian word."""
    lines = [
        "# Glossary",
        "",
        "The words that offices use, and the names that the code uses for them. Generated from the docstrings of",
        "the tables (`python -m berdaya.process.glossary`); a new table brings its own word.",
        "",
        "| Indonesian | Code | Package | Meaning |",
        "|---|---|---|---|",
    ]
    rows = sorted(entries(), key=lambda row: row[0].lower())
    lines += [f"| {word} | `{name}` | {package} | {meaning} |" for word, name, package, meaning in rows]
    lines += ["", "## States of a candidate", "", "| Indonesian | English | Code |", "|---|---|---|"]
    lines += [f"| {names[0]} | {names[1]} | `{state.value}` |" for state, names in NAMES.items()]
    lines += ["", "## Roles", "", "| Indonesian | English | Code |", "|---|---|---|"]
    lines += [f"| {names[0]} | {names[1]} | `{kind}` |" for kind, names in ROLE_NAMES.items()]
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Write the page, or with ``--check`` say whether it is up to date."""
    django.setup()
    return write_or_check({PATH: render()}, arguments, module="berdaya.process.glossary")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
