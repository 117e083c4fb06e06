"""Writes of the market: storefronts and products, exhibitions with stalls, contests with marks."""

from berdaya.market.services.contests import hold_contest
from berdaya.market.services.exhibitions import plan_exhibitions_many, record_stalls_many
from berdaya.market.services.publishing import (
    PublishRun,
    open_storefronts_many,
    publish_products_many,
    renew_consent,
    stop_showing,
    withdraw_consent,
)

__all__ = [
    "PublishRun",
    "hold_contest",
    "open_storefronts_many",
    "plan_exhibitions_many",
    "publish_products_many",
    "record_stalls_many",
    "renew_consent",
    "stop_showing",
    "withdraw_consent",
]
