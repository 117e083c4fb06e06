from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "berdaya.visits"
    label = "visits"

    def ready(self) -> None:
        from berdaya.visits import problems  # noqa: F401, PLC0415  # registers the package's problems
