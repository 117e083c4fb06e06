"""What the bank printed, laid beside the book."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.audit import services as audit
from berdaya.funds.models import BankLine
from berdaya.funds.services.common import check_day, locked_fund
from berdaya.funds.types import BankLineDraft
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor


def record_bank_lines(*, actor: Actor, fund: UUID, lines: Sequence[BankLineDraft]) -> int:
    """Movements of a bank statement; a line with the day, amount, text and balance of a known one is left out.

    Answers how many are new. Raises `not_found`, `funds.bad_amount` (nothing moved), `funds.future`.
    """
    require(actor, "fund.record")
    for line in lines:
        check_day(line.occurred_on)
        if type(line.amount_idr) is not int or line.amount_idr == 0:
            raise Problem("funds.bad_amount", amount=line.amount_idr)
    with transaction.atomic():
        found = locked_fund(actor, fund)
        known = set(BankLine.objects.filter(fund=found).values_list("occurred_on", "amount_idr", "text", "balance_idr"))
        ids = set(BankLine.objects.filter(id__in=[line.id for line in lines]).values_list("id", flat=True))
        fresh = [
            line
            for line in lines
            if line.id not in ids and (line.occurred_on, line.amount_idr, line.text, line.balance_idr) not in known
        ]
        BankLine.objects.bulk_create(
            BankLine(
                id=line.id,
                area=found.area,
                office_id=found.office_id,
                fund=found,
                group_id=found.group_id,
                occurred_on=line.occurred_on,
                amount_idr=line.amount_idr,
                text=line.text,
                balance_idr=line.balance_idr,
                account_id=actor.account_id or 0,
            )
            for line in fresh
        )
        audit.record(
            actor=actor, name="funds.bank_lines_recorded", subject_kind="fund", subject_id=found.pk, area=found.area,
            office=found.office_id, count=len(fresh),
        )  # fmt: skip
    return len(fresh)
