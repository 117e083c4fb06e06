from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "berdaya.programmes"
    label = "programmes"

    def ready(self) -> None:
        from berdaya.programmes import problems  # noqa: F401, PLC0415  (registers the texts once apps are there)
