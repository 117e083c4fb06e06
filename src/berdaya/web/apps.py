from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "berdaya.web"
    label = "web"

    def ready(self) -> None:
        from berdaya.web.messages import compile_catalogue  # noqa: PLC0415 - nothing before the apps are ready

        compile_catalogue()
