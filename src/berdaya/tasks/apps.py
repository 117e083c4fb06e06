from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "berdaya.tasks"
    label = "tasks"

    def ready(self) -> None:
        from berdaya.tasks import problems  # noqa: F401, PLC0415  # registers the package's problems
