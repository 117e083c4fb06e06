from django.apps import AppConfig


class MarketConfig(AppConfig):
    name = "berdaya.market"
    label = "market"
