from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "berdaya.forms"
    label = "forms"

    def ready(self) -> None:
        import berdaya.forms.problems  # noqa: F401, PLC0415  # registers the texts
