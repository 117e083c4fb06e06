from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "berdaya.files"
    label = "files"

    def ready(self) -> None:
        from berdaya.files import problems  # noqa: F401, PLC0415  (registers the texts)
