from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "berdaya.documents"
    label = "documents"

    def ready(self) -> None:
        from berdaya.documents import problems  # noqa: F401, PLC0415  (registers the texts)
