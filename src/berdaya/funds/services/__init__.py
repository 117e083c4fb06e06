"""What changes a fund: opening, capital, turns, payments, meetings, goods, decisions; and its cash book as a letter."""

from berdaya.funds.services.bank import record_bank_lines
from berdaya.funds.services.decisions import decide_proposal, propose_decision
from berdaya.funds.services.goods import open_keeping, pass_on, receive_goods, record_birth, record_group_event
from berdaya.funds.services.meetings import confirm_meeting, record_meeting
from berdaya.funds.services.opening import (
    close_funds,
    open_fund,
    open_funds_many,
    open_member_accounts,
    receive_capital,
    receive_capital_many,
    reverse_event,
)
from berdaya.funds.services.payments import record_payment, record_payments_many
from berdaya.funds.services.screening import aid_held_back
from berdaya.funds.services.turns import open_turn, open_turns_many

__all__ = [
    "aid_held_back",
    "close_funds",
    "confirm_meeting",
    "decide_proposal",
    "open_fund",
    "open_funds_many",
    "open_keeping",
    "open_member_accounts",
    "open_turn",
    "open_turns_many",
    "pass_on",
    "propose_decision",
    "receive_capital",
    "receive_capital_many",
    "receive_goods",
    "record_bank_lines",
    "record_birth",
    "record_group_event",
    "record_meeting",
    "record_payment",
    "record_payments_many",
    "reverse_event",
]
