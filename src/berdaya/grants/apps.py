from django.apps import AppConfig


class GrantsConfig(AppConfig):
    name = "berdaya.grants"
    label = "grants"

    def ready(self) -> None:
        from berdaya.grants import problems  # noqa: F401, PLC0415  (registers the texts)
