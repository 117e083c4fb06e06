"""The pathways that ship with Berdaya, read from ``pathways.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from berdaya.graduation import problems as _problems  # noqa: F401  (registers the texts)
from berdaya.graduation.types import Criterion, CriterionKind, Pathway
from berdaya.kernel.problems import Problem
from berdaya.programmes.types import GraduationRule


@cache
def pathways() -> Mapping[str, Pathway]:
    """All pathways by code."""
    raw = tomllib.loads((Path(__file__).parent / "pathways.toml").read_text(encoding="utf-8"))
    return {code: _pathway(code, table) for code, table in raw.items()}


def pathway_of(rule: GraduationRule) -> Pathway:
    """The pathway that a programme names, with the programme's own months and thresholds.

    Optional criteria are asked only where the programme sets their threshold. Raises ``pathway_unknown``.
    """
    found = pathways().get(rule.pathway)
    if found is None:
        raise Problem("pathway_unknown", pathway=rule.pathway, known=", ".join(pathways()))
    own = {
        CriterionKind.INCOME_GROWTH: None if rule.income_growth is None else round(rule.income_growth * 100),
        CriterionKind.INCOME_FLOOR: rule.income_min_idr,
    }
    criteria = []
    for item in found.criteria:
        asked = replace(item, minimum=own[item.kind]) if own.get(item.kind) is not None else item
        if not asked.optional or asked.minimum is not None:
            criteria.append(asked)
    return replace(found, months=rule.months, criteria=tuple(criteria))


def _pathway(code: str, table: Mapping[str, Any]) -> Pathway:
    return Pathway(
        code=code,
        name_id=table["name"]["id"],
        name_en=table["name"]["en"],
        months=table["months"],
        criteria=tuple(_criterion(item) for item in table["criteria"]),
    )


def _criterion(item: Mapping[str, Any]) -> Criterion:
    plain = {key: value for key, value in item.items() if key not in {"name", "kind"}}
    for key in ("methods", "allowed"):
        plain[key] = tuple(plain.get(key, ()))
    return Criterion(kind=CriterionKind(item["kind"]), name_id=item["name"]["id"], name_en=item["name"]["en"], **plain)
