"""What differs between two sets of rules (perubahan aturan), key by key. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from berdaya.programmes.configfile import canonical
from berdaya.programmes.types import ProgrammeConfig

Change = tuple[str, str, str]
"""Key of ``programme.toml`` (`ranking.weights.desil`), value before, value after; a missing value is empty."""


def changed_rules(before: ProgrammeConfig, after: ProgrammeConfig) -> tuple[Change, ...]:
    """Every key whose value differs, in the order of the keys; lists are one value."""
    old, new = _flat(canonical(before)), _flat(canonical(after))
    return tuple(
        (key, old.get(key, ""), new.get(key, "")) for key in sorted({*old, *new}) if old.get(key) != new.get(key)
    )


def _flat(value: Any, path: str = "") -> dict[str, str]:
    if isinstance(value, Mapping):
        found: dict[str, str] = {}
        for key, part in value.items():
            found |= _flat(part, f"{path}.{key}" if path else str(key))
        return found
    if isinstance(value, list | tuple):
        return {path: ", ".join(str(part) for part in value)}
    return {} if value is None else {path: str(value)}
