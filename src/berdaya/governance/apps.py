from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    name = "berdaya.governance"
    label = "governance"

    def ready(self) -> None:
        from berdaya.governance import problems  # noqa: F401, PLC0415  (registers the texts once apps are there)
