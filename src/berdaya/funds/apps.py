from django.apps import AppConfig


class FundsConfig(AppConfig):
    name = "berdaya.funds"
    label = "funds"

    def ready(self) -> None:
        from berdaya.funds import problems  # noqa: F401, PLC0415  (registers the texts)
