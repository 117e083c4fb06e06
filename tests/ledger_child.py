"""A process that posts one transfer after another and prints its id once it is committed; killed by a test."""

from __future__ import annotations

import os
import sys
from datetime import date
from uuid import UUID

import django


def main() -> None:
    """Arguments: account, office, book, cash, capital; ids on standard input, one a line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "berdaya.config.settings")
    os.environ["PGAPPNAME"] = f"ledger-child-{os.getpid()}"
    django.setup()
    from berdaya.kernel.scope import Actor, scoped
    from berdaya.ledger.services import post_event
    from berdaya.ledger.types import TransferDraft

    account, office, book, cash, capital = sys.argv[1:]
    ids = sys.stdin.read().split()
    actor = Actor(
        kind="staff", role="operator", account_id=int(account), ranges=((3512000000, 3512999999),), office=int(office)
    )
    for text in ids:
        key = UUID(text)
        draft = TransferDraft(key, key, UUID(cash), UUID(capital), 7, "crash", date(2024, 9, 2))
        with scoped(actor):
            post_event(actor=actor, book=UUID(book), transfers=[draft])
        print(key, flush=True)


if __name__ == "__main__":
    main()
