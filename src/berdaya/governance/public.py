"""What a member's card opens, for whoever holds it. Runs as the database role of the public."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.db import Error

from berdaya.governance import rules
from berdaya.governance.problems import problem_of
from berdaya.governance.services.cards import digest
from berdaya.governance.types import CardFace, OwnBook, OwnLine
from berdaya.kernel import clock
from berdaya.kernel.bulk import fetch
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import PUBLIC, scoped


def card_face(*, token: str) -> CardFace:
    """Whether a card is genuine, and of which group; nothing of money."""
    with scoped(PUBLIC):
        rows = fetch(
            "SELECT genuine, group_name, office, synthetic FROM governance_card(%s)", [rules.token_hash(digest, token)]
        )
    return CardFace(*rows[0]) if rows else CardFace(False, "", "", False)


def own_book(*, token: str, code: str) -> OwnBook:
    """The member's own account. Raises `governance.card_wrong`, and `governance.card_slowed` after ten wrong codes."""
    sent = [rules.token_hash(digest, token), rules.code_hash(digest, token, code)]
    with scoped(PUBLIC):
        try:
            rows = fetch("SELECT governance_own_book(%s, %s)", sent)
        except Error as error:
            raise problem_of(error) or error from error
    answer: Any = rows[0][0]
    if answer is None:
        raise Problem("governance.card_wrong")
    found = json.loads(answer) if isinstance(answer, str) else answer
    due = [(date.fromisoformat(day), amount) for day, amount in found["due"]]
    today = clock.today()
    ahead = [(day, amount) for day, amount in due if day >= today]
    return OwnBook(
        group=found["group"],
        member_number=found["number"],
        name=found["name"],
        savings_idr=found["savings"],
        debt_idr=found["debt"],
        late_idr=sum(amount for day, amount in due if day < today),
        next_on=ahead[0][0] if ahead else None,
        next_idr=ahead[0][1] if ahead else 0,
        lines=tuple(
            OwnLine(date.fromisoformat(on), kind, amount, unit, gone) for on, kind, amount, unit, gone in found["lines"]
        ),
        goods=tuple((unit, kept, own) for unit, kept, own in found["goods"]),
        heads=tuple((seq, head) for seq, head in found["heads"]),
    )
