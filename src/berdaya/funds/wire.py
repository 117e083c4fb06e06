"""Terms and rules as JSON: in the rows of funds and turns, in packs and in what phones hand in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from berdaya.funds.types import (
    ChosenBy,
    Every,
    FundRules,
    MeetingDraft,
    MeetingLine,
    MeetingTurn,
    Method,
    Presence,
    Source,
    Terms,
)
from berdaya.kernel.problems import Problem
from berdaya.ledger.types import IDR


def terms_json(terms: Terms) -> dict[str, Any]:
    """``{"method", "instalments", "rate_percent" (text), "fee_idr", "every", "grace", "pause", "harvests" (ISO)}``."""
    return {
        "method": terms.method.value,
        "instalments": terms.instalments,
        "rate_percent": str(terms.rate_percent),
        "fee_idr": terms.fee_idr,
        "every": terms.every.value,
        "grace": terms.grace,
        "pause": terms.pause,
        "harvests": [day.isoformat() for day in terms.harvests],
    }


def terms_of(data: Mapping[str, Any]) -> Terms:
    """The terms of :func:`terms_json`; what is missing is as usual. Raises `funds.bad_terms`."""
    usual = Terms()
    try:
        return Terms(
            method=Method(data.get("method", usual.method)),
            instalments=int(data.get("instalments", usual.instalments)),
            rate_percent=Decimal(str(data.get("rate_percent", usual.rate_percent))),
            fee_idr=int(data.get("fee_idr", usual.fee_idr)),
            every=Every(data.get("every", usual.every)),
            grace=int(data.get("grace", usual.grace)),
            pause=int(data.get("pause", usual.pause)),
            harvests=tuple(date.fromisoformat(day) for day in data.get("harvests", ())),
        )
    except (ValueError, TypeError, InvalidOperation) as error:
        raise Problem("funds.bad_terms") from error


def rules_json(rules: FundRules) -> dict[str, Any]:
    """The rules of a fund with its usual terms under ``terms``."""
    return {
        "terms": terms_json(rules.terms),
        "share_idr": rules.share_idr,
        "max_shares": rules.max_shares,
        "unit": rules.unit,
        "first_to_keeper": rules.first_to_keeper,
        "keeper_share": rules.keeper_share,
    }


def rules_of(data: Mapping[str, Any]) -> FundRules:
    """The rules of :func:`rules_json`; what is missing is as usual."""
    usual = FundRules()
    return FundRules(
        terms=terms_of(data.get("terms", {})),
        share_idr=int(data.get("share_idr", usual.share_idr)),
        max_shares=int(data.get("max_shares", usual.max_shares)),
        unit=str(data.get("unit", usual.unit)),
        first_to_keeper=int(data.get("first_to_keeper", usual.first_to_keeper)),
        keeper_share=int(data.get("keeper_share", usual.keeper_share)),
    )


AMOUNTS = ("saving_idr", "instalment_idr", "iks_idr", "fine_idr", "fee_idr")


def meeting_json(draft: MeetingDraft) -> dict[str, Any]:
    """A meeting without its id and fund; amounts that are 0 and empty texts are left out, lines by membership."""
    return {
        "held_on": draft.held_on.isoformat(),
        "source": draft.source.value,
        "place": draft.place,
        "note": draft.note,
        "counted_idr": draft.counted_idr,
        "difference_agreed": draft.difference_agreed,
        "confirmed_by": sorted(str(key) for key in draft.confirmed_by),
        **({"unit": draft.unit} if draft.unit != IDR else {}),
        "lines": [
            {
                "membership": str(line.membership),
                "presence": line.presence.value,
                **{name: getattr(line, name) for name in AMOUNTS if getattr(line, name)},
                **({"signed": line.signed} if line.signed else {}),
                **({"file_id": str(line.file_id)} if line.file_id else {}),
            }
            for line in sorted(draft.lines, key=lambda line: line.membership)
        ],
        "turns": [
            {
                "membership": str(turn.membership),
                "amount_idr": turn.amount_idr,
                "terms": terms_json(turn.terms) if turn.terms else None,
                "chosen_by": turn.chosen_by.value,
                "reason": turn.reason,
            }
            for turn in sorted(draft.turns, key=lambda turn: turn.membership)
        ],
    }


def meeting_of(data: Mapping[str, Any], *, id: UUID, fund: UUID) -> MeetingDraft:  # noqa: A002
    """The meeting of :func:`meeting_json`."""
    return MeetingDraft(
        id=id,
        fund=fund,
        held_on=date.fromisoformat(data["held_on"]),
        source=Source(data["source"]),
        place=data["place"],
        note=data["note"],
        counted_idr=data["counted_idr"],
        difference_agreed=data["difference_agreed"],
        confirmed_by=tuple(UUID(key) for key in data["confirmed_by"]),
        unit=data.get("unit", IDR),
        lines=tuple(
            MeetingLine(
                membership=UUID(line["membership"]),
                presence=Presence(line["presence"]),
                signed=line.get("signed", ""),
                file_id=UUID(line["file_id"]) if line.get("file_id") else None,
                **{name: line.get(name, 0) for name in AMOUNTS},
            )
            for line in data["lines"]
        ),
        turns=tuple(
            MeetingTurn(
                membership=UUID(turn["membership"]),
                amount_idr=turn["amount_idr"],
                terms=terms_of(turn["terms"]) if turn["terms"] else None,
                chosen_by=ChosenBy(turn["chosen_by"]),
                reason=turn["reason"],
            )
            for turn in data["turns"]
        ),
    )
