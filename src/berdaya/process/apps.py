from django.apps import AppConfig


class ProcessConfig(AppConfig):
    name = "berdaya.process"
    label = "process"

    def ready(self) -> None:
        from berdaya.process import problems  # noqa: F401, PLC0415  (registers the texts once apps are there)
