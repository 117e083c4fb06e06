"""A group's book behind a server of its own, as programs that a test starts beside itself: ``build`` and ``check``."""

from __future__ import annotations

import json
import os
import sys


def main() -> None:
    """``build`` prints group, fund and members as JSON; ``check FUND`` what the book holds and whether it is whole."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "berdaya.config.settings")
    import django

    django.setup()
    print(json.dumps(build() if sys.argv[1] == "build" else check(sys.argv[2])))


def build() -> dict[str, object]:
    """A group of twenty with a fund, its members' turns, and the operator of its office; pages find their styles."""
    from benchmarks.ledger import _kube

    from berdaya.config.static import collect

    collect()
    kube = _kube("B1")
    return {"fund": str(kube.fund), "members": [str(member) for member in kube.members]}


def check(fund: str) -> dict[str, object]:
    """Every event and meeting by id, the cash of account and events, and the faults of the walked chain."""
    from uuid import UUID

    from berdaya.access.models import Account
    from berdaya.access.selectors import actor_for, roles_of
    from berdaya.access.services import SIGN_IN
    from berdaya.funds.models import CashEvent, Fund, Meeting
    from berdaya.kernel.scope import scoped
    from berdaya.ledger.selectors import account_balances, links, verify_book

    with scoped(SIGN_IN):
        account = Account.objects.get(username="operator")
        role = roles_of(account.pk)[0]
    actor = actor_for(account.pk, name=account.name, role_id=role.id)
    with scoped(actor):
        found = Fund.objects.get(id=UUID(fund))
        events = CashEvent.objects.filter(fund=found).values_list("id", "kind", "amount", "meeting_id")
        return {
            "sales": [str(key) for key, kind, _, _ in events if kind == "sale"],
            "met": [str(meeting) for _, kind, _, meeting in events if kind == "saving"],
            "meetings": [str(key) for key in Meeting.objects.filter(fund=found).values_list("id", flat=True)],
            "cash": next(
                row.balance for row in account_balances(actor=actor, books=[found.book_id]) if row.code == "cash"
            ),
            "transfers": len(links(actor=actor, book=found.book_id)),
            "whole": verify_book(actor=actor, book=found.book_id).fault is None,
        }


if __name__ == "__main__":
    main()
