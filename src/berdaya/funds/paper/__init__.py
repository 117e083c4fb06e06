"""The meeting on paper, large enough for a pen, and the books of a group; columns are those of the screen."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

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
    return _printed("meeting.typ", data, on)


def books_on_paper(
    *, group: str, code: str, since: date, until: date, synthetic: bool, head_seq: int, head_hash: str,
    books: Sequence[Mapping[str, Any]],
) -> bytes:  # fmt: skip
    """PDF (A4) of the books of a fund, each on pages of its own and signed at its end; the same input, same bytes.

    A book is ``{"title", "wide", "heads": [[name, kind]], "rows": [{"cells", "struck"}], "totals", "figures":
    [[name, text]], "signers": [[post, name]]}``; kind is text, day, money or count, days are ISO, a ``wide`` book lies.
    """
    data = {
        "group": group, "code": code, "since": since.isoformat(), "until": until.isoformat(), "synthetic": synthetic,
        "head_seq": head_seq, "head_hash": head_hash, "books": list(books),
    }  # fmt: skip
    return _printed("books.typ", data, until)


def _printed(template: str, data: Mapping[str, Any], on: date) -> bytes:
    compiler = typst.Compiler(
        str(FOLDER / template),
        root=str(FOLDER),
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=True),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    made_on = datetime.combine(on, datetime.min.time(), tzinfo=UTC)
    pdf = compiler.compile(format="pdf", timestamp=made_on, pdf_standards=["ua-1"])
    if not isinstance(pdf, bytes):
        raise TypeError("the compiler gave no PDF")
    return pdf
