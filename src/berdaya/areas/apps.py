from django.apps import AppConfig


class AreasConfig(AppConfig):
    name = "berdaya.areas"
    label = "areas"

    def ready(self) -> None:
        import berdaya.areas.problems  # noqa: F401, PLC0415  # registers the texts
