"""The reference of programme.toml and the states of a candidate, written from the code.

``python -m berdaya.programmes.reference`` writes the documents, ``--check`` compares them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from berdaya.kernel.generated import write_or_check
from berdaya.programmes.rules.quota import share_equal, share_proportional
from berdaya.programmes.rules.ranking import CRITERIA
from berdaya.programmes.states import diagram
from berdaya.programmes.types import ProgrammeConfig, Subject

DOCS = Path(__file__).resolve().parents[3] / "docs"
Schema = Mapping[str, Any]
_SUBJECTS = {Subject.HOUSEHOLD: "families (unit = household)", Subject.GROUP: "existing groups (unit = group)"}


def programme_reference() -> str:
    """Every table and key of `programme.toml`, the scales of ranking, and how a remainder is shared."""
    schema = ProgrammeConfig.model_json_schema()
    lines = [
        "# programme.toml",
        "",
        "Written from the code (`berdaya.programmes.types`, `rules.ranking`); do not edit. A key that is not listed is",
        'refused with its path. Area codes stand in quotes: `"36.01" = 470`; quotas at any level all bind.',
        "",
        *_tables(schema, schema["$defs"], ""),
        "## Scales of ranking",
        "",
        "Each criterion gives 0 to 1; a score is the sum of weight times scale. What nobody knows gives 0.",
        "",
        "| Of | Weight | Skala | Scale |",
        "|---|---|---|---|",
    ]
    for subject, criteria in CRITERIA.items():
        lines += [f"| {_SUBJECTS[subject]} | `{name}` | {item.id} | {item.en} |" for name, item in criteria.items()]
    eligible = {3601000000: 50, 3602000000: 30, 3603000000: 4}
    lines += [
        "",
        "## Sharing a remainder",
        "",
        "20 places left among areas with 50, 30 and 4 eligible families:",
        "",
        "| method | 36.01 | 36.02 | 36.03 |",
        "|---|---|---|---|",
        f"| `proportional` | {_shared(share_proportional(20, eligible))} |",
        f"| `equal` | {_shared(share_equal(20, eligible))} |",
        "| `none` | whoever ranks best | | |",
    ]
    return "\n".join(lines) + "\n"


def candidate_states() -> str:
    """The diagram of the states of a candidate."""
    return (
        "# States of a candidate (keadaan calon)\n\n"
        "Drawn from `berdaya.programmes.states`; a test compares them. Nobody sets a state: the database computes it\n"
        "from the evidence on the row, so it changes when, and only when, evidence is recorded.\n\n"
        f"```mermaid\n{diagram()}```\n"
    )


def _tables(schema: Schema, definitions: Schema, path: str) -> Iterator[str]:
    """Tables below ``schema``, each with its explanation and its plain keys."""
    required = schema.get("required", ())
    inner: list[tuple[str, Schema]] = []
    plain: list[str] = []
    for name, field in schema["properties"].items():
        table = _table_of(field, definitions)
        if table is not None:
            inner.append((f"{path}.{name}" if path else name, table))
        elif name != "areas":
            default = "required" if name in required else _default(field.get("default"))
            kind = "area code in quotes" if name == "area" else _kind(field, definitions)
            plain.append(f"| `{name}` | {kind} | {default} |")
    if path:
        words = " ".join(str(schema.get("description", "")).replace("``", "`").split())
        yield from (f"## `[{path}]`", "", words, "")
    if plain and path:
        yield from ("| Key | Value | Default |", "|---|---|---|", *plain, "")
    for below, table in inner:
        yield from _tables(table, definitions, below)


def _table_of(field: Schema, definitions: Schema) -> Schema | None:
    """The definition of a table that a field holds, alone, optional or in a list; None for plain values."""
    for option in (field, *field.get("anyOf", ()), field.get("items", {})):
        target = definitions.get(str(option.get("$ref", "")).rpartition("/")[2])
        if target is not None and "properties" in target:
            found: Schema = target
            return found
    return None


def _kind(field: Schema, definitions: Schema) -> str:
    """A value in words: `whole number, 1 to 10`, `one of goods, cash`, `list of text`."""
    if "$ref" in field:
        return _kind(definitions[field["$ref"].rpartition("/")[2]], definitions)
    if "anyOf" in field:
        kinds = [_kind(option, definitions) for option in field["anyOf"] if option.get("type") != "null"]
        return " or ".join(kinds)
    kind = field.get("type")
    if "enum" in field or "const" in field:
        values = field.get("enum", [field.get("const")])
        words = "one of " + ", ".join(_shown(value) for value in values)
    elif kind == "array":
        words = f"list of {_kind(field['items'], definitions)}"
    elif kind == "object":
        words = f"table of name = {_kind(field.get('additionalProperties', {}), definitions)}"
    elif field.get("format") == "date":
        words = "date"
    else:
        plain = {"integer": "whole number", "number": "number", "boolean": "true or false"}
        words = plain.get(str(kind), "text") + _limits(field)
    return words


def _limits(field: Schema) -> str:
    low, above = field.get("minimum"), field.get("exclusiveMinimum")
    high = field.get("maximum")
    parts = []
    if low is not None:
        parts.append(f"from {low}")
    if above is not None:
        parts.append(f"above {above}")
    if high is not None:
        parts.append(f"to {high}")
    return ", " + " ".join(parts) if parts else ""


def _default(value: Any) -> str:
    return "" if value is None or value in ("", [], {}) else _shown(value)


def _shown(value: Any) -> str:
    if value == "":
        return "empty"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _shared(places: Mapping[int, int]) -> str:
    return " | ".join(str(count) for count in places.values())


def main(arguments: list[str]) -> int:
    """Write the documents, or with ``--check`` say which are out of date."""
    pages = {
        DOCS / "programme-toml.md": programme_reference(),
        DOCS / "states" / "candidate.md": candidate_states(),
    }
    return write_or_check(pages, arguments, module="berdaya.programmes.reference")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
