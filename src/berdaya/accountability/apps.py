from django.apps import AppConfig


class AccountabilityConfig(AppConfig):
    name = "berdaya.accountability"
    label = "accountability"

    def ready(self) -> None:
        from berdaya.accountability import problems  # noqa: F401, PLC0415  (registers the texts once apps are there)
