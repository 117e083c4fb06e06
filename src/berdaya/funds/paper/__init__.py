"""The meeting on paper: the same columns as the page, large enough for a pen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import typst

from berdaya.funds.types import FundBalances, MemberLedger

FOLDER = Path(__file__).parent


def meeting_form(
    *, group: str, cards: Sequence[MemberLedger], balance: FundBalances, on: date, synthetic: bool
) -> bytes:
    """PDF (A4, landscape) of an empty meeting form with names, dues and opening cash; the same input, same bytes."""
    data = {
        "group": group,
        "on": on.isoformat(),
        "synthetic": synthetic,
        "cash": balance.cash_idr,
        "iks": balance.iks_idr,
        "lent": balance.lent_idr,
        "members": [
            {"number": card.number, "name": card.name, "due": card.overdue_idr or card.next_due_idr,
             "late": card.days_overdue, "savings": card.savings_idr, "debt": card.debt_idr}
            for card in cards
        ],
    }  # fmt: skip
    compiler = typst.Compiler(
        str(FOLDER / "meeting.typ"),
        root=str(FOLDER),
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=True),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    made_on = datetime.combine(on, datetime.min.time(), tzinfo=UTC)
    pdf = compiler.compile(format="pdf", timestamp=made_on, pdf_standards=["ua-1"])
    if not isinstance(pdf, bytes):
        raise TypeError("the compiler gave no PDF")
    return pdf
