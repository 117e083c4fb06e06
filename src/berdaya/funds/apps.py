from django.apps import AppConfig


class FundsConfig(AppConfig):
    name = "berdaya.funds"
    label = "funds"

    def ready(self) -> None:
        from . import problems  # noqa: F401, PLC0415  (registers the texts)
