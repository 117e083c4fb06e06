from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "berdaya.ledger"
    label = "ledger"

    def ready(self) -> None:
        from berdaya.ledger import problems  # noqa: F401, PLC0415  (registers the texts)
