"""The place names of the examples, as their offices write them, lead to the villages that were meant."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from berdaya.areas import selectors
from berdaya.areas.services import load_areas
from berdaya.kernel.scope import PUBLIC, scoped

pytestmark = pytest.mark.django_db
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def _rows(code: str, book: str, sheet: str) -> list[dict[str, Any]]:
    rows = CalamineWorkbook.from_path(str(EXAMPLES / code / f"{book}.xlsx")).get_sheet_by_name(sheet).to_python()
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


@pytest.mark.parametrize(
    ("code", "within", "unknown_share"), [("jaktim-uep-2024", 3175000000, 0.01), ("sumsel-kube-2024", 1600000000, 0.01)]
)
def test_only_the_planted_villages_are_unknown(code: str, within: int, unknown_share: float) -> None:
    selectors.forget()
    load_areas(within=within)
    truth = json.loads((EXAMPLES / code / "truth.json").read_text(encoding="utf-8"))
    planted = {fault["ref"] for fault in truth["faults"] if fault["kind"] == "village_unknown"}
    rows = _rows(code, "candidates", "Calon")
    with scoped(PUBLIC):
        found = {
            str(int(row["No"])): selectors.resolve(
                code=row["Kode Wilayah"],
                village=row["Desa/Kelurahan"],
                district=row["Kecamatan"],
                regency=row["Kabupaten/Kota"],
                within=within,
            )
            for row in rows
        }
    assert {ref for ref, place in found.items() if place.code is None} == planted
    assert 0 < len(planted) < unknown_share * len(rows)
    assert any(not row["Kode Wilayah"] and found[str(int(row["No"]))].code for row in rows)


def test_incomplete_groups_are_placed_by_the_name_of_their_village_alone() -> None:
    selectors.forget()
    load_areas(within=3512000000)
    bare = [row for row in _rows("situbondo-uep-2024", "groups", "Kelompok") if not row["Kode Wilayah"]]
    assert len(bare) == 12
    with scoped(PUBLIC):
        placed = [selectors.resolve(village=row["Desa/Kelurahan"], within=3512000000) for row in bare]
    assert all(place.code is not None for place in placed)
