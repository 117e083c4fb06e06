from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "berdaya.api"
    label = "api"

    def ready(self) -> None:
        from berdaya.api import problems  # noqa: F401, PLC0415 - registers its texts
