"""What changes goods: packages, handovers with their letters, assets, confirmations."""

from berdaya.grants.services.assets import AssetSeen, register_assets, see_assets_many
from berdaya.grants.services.confirmations import record_confirmations_many
from berdaya.grants.services.handovers import plan_handovers, record_capital_funding, record_handovers_many
from berdaya.grants.services.letters import issue_handover_letters
from berdaya.grants.services.packages import define_packages_many

__all__ = [
    "AssetSeen",
    "define_packages_many",
    "issue_handover_letters",
    "plan_handovers",
    "record_capital_funding",
    "record_confirmations_many",
    "record_handovers_many",
    "register_assets",
    "see_assets_many",
]
