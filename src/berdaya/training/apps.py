from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "berdaya.training"
    label = "training"

    def ready(self) -> None:
        import berdaya.training.problems  # noqa: F401, PLC0415  # registers the texts
