"""Papers without a number: cards, lists, forms to fill in. They are set anew whenever they are asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import typst

from berdaya.documents.render import TEMPLATES, _fonts, qr_pixels

PAPERS = ("cards", "register", "questions", "proposal", "consent")
FORMS = frozenset({"questions", "proposal", "consent"})
"""Papers that are read aloud as well: tagged, and refused where they would not be."""
TAGGED: tuple[Literal["ua-1"], ...] = ("ua-1",)


def paper(name: str, data: dict[str, Any]) -> bytes:
    """One PDF of `letters/paper_NAME.typ` from plain data; `qr` inside a row is an address to be drawn.

    Raises KeyError for an unknown paper.
    """
    if name not in PAPERS:
        raise KeyError(name)
    drawn = {key: [_drawn(row) for row in value] if key == "rows" else value for key, value in data.items()}
    pdf = typst.compile(
        str(Path(TEMPLATES) / f"paper_{name}.typ"),
        root=str(TEMPLATES),
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(drawn, ensure_ascii=False)},
        format="pdf",
        pdf_standards=list(TAGGED) if name in FORMS else [],
    )
    if not isinstance(pdf, bytes):
        raise TypeError("the compiler gave no PDF")
    return pdf


def _drawn(row: Any) -> Any:
    return row | {"qr": qr_pixels(row["qr"])} if isinstance(row, dict) and row.get("qr") else row
