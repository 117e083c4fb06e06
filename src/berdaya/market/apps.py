from django.apps import AppConfig


class MarketConfig(AppConfig):
    name = "berdaya.market"
    label = "market"

    def ready(self) -> None:
        from berdaya.market import problems  # noqa: F401, PLC0415  # registers the package's problems
