from django.apps import AppConfig


class GraduationConfig(AppConfig):
    name = "berdaya.graduation"
    label = "graduation"

    def ready(self) -> None:
        from berdaya.graduation import problems  # noqa: F401, PLC0415  (registers the texts once apps are there)
