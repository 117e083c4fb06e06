from django.apps import AppConfig


class ProcessConfig(AppConfig):
    name = "berdaya.process"
    label = "process"

    def ready(self) -> None:
        from berdaya.process import field, problems  # noqa: F401, PLC0415  (registers once all models are there)

        field.load()
