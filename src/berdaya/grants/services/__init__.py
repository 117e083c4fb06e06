"""What changes goods: packages, handovers with their letters, assets, confirmations."""

from berdaya.grants.services.assets import (
    AssetLook,
    AssetSeen,
    OwnAsset,
    look_at_assets_many,
    raise_asset_checks,
    register_assets,
    see_assets_many,
    take_on_assets_many,
)
from berdaya.grants.services.confirmations import record_confirmations_many
from berdaya.grants.services.days import attach_photo, issue_day, mark_absent, plan_day, serve_slot
from berdaya.grants.services.handovers import plan_handovers, record_capital_funding, record_handovers_many
from berdaya.grants.services.letters import issue_handover_letters
from berdaya.grants.services.packages import define_packages_many
from berdaya.grants.services.procurement import (
    agree_purchase,
    move_stock,
    open_store,
    receive_lots_many,
    record_purchase,
    register_supplier,
)
from berdaya.grants.services.proposals import appraise, approve_proposal, propose, send_back
from berdaya.grants.services.returns import agree_proxy, agree_return, name_proxy, write_return

__all__ = [
    "AssetLook",
    "AssetSeen",
    "OwnAsset",
    "agree_proxy",
    "agree_purchase",
    "agree_return",
    "appraise",
    "approve_proposal",
    "attach_photo",
    "define_packages_many",
    "issue_day",
    "issue_handover_letters",
    "look_at_assets_many",
    "mark_absent",
    "move_stock",
    "name_proxy",
    "open_store",
    "plan_day",
    "plan_handovers",
    "propose",
    "raise_asset_checks",
    "receive_lots_many",
    "record_capital_funding",
    "record_confirmations_many",
    "record_handovers_many",
    "record_purchase",
    "register_assets",
    "register_supplier",
    "see_assets_many",
    "send_back",
    "serve_slot",
    "take_on_assets_many",
    "write_return",
]
