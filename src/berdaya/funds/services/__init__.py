"""What changes a fund: opening, capital, turns, payments, corrections; and its cash book as a letter."""

from berdaya.funds.services.letters import issue_statements
from berdaya.funds.services.opening import (
    open_fund,
    open_funds_many,
    open_member_accounts,
    open_turn,
    open_turns_many,
    receive_capital,
    receive_capital_many,
    reverse_event,
)
from berdaya.funds.services.payments import record_payment, record_payments_many

__all__ = [
    "issue_statements",
    "open_fund",
    "open_funds_many",
    "open_member_accounts",
    "open_turn",
    "open_turns_many",
    "receive_capital",
    "receive_capital_many",
    "record_payment",
    "record_payments_many",
    "reverse_event",
]
