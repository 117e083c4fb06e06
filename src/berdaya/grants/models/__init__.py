"""Tables of goods, by use."""

from __future__ import annotations

from berdaya.grants.models.assets import Asset, AssetCheck
from berdaya.grants.models.confirmations import Confirmation
from berdaya.grants.models.handovers import (
    FundingShare,
    Handover,
    HandoverDay,
    HandoverLine,
    HandoverPhoto,
    HandoverReturn,
    HandoverSlot,
    Proxy,
)
from berdaya.grants.models.packages import Entitlement, Package, PackageItem, Proposal, ProposalLine
from berdaya.grants.models.stock import Lot, Piece, Purchase, PurchaseLine, Stock, StockMove, Store, Supplier

__all__ = [
    "Asset",
    "AssetCheck",
    "Confirmation",
    "Entitlement",
    "FundingShare",
    "Handover",
    "HandoverDay",
    "HandoverLine",
    "HandoverPhoto",
    "HandoverReturn",
    "HandoverSlot",
    "Lot",
    "Package",
    "PackageItem",
    "Piece",
    "Proposal",
    "ProposalLine",
    "Proxy",
    "Purchase",
    "PurchaseLine",
    "Stock",
    "StockMove",
    "Store",
    "Supplier",
]
