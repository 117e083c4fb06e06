from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Penerimaan berkas: reading offices' lists."""

    name = "berdaya.intake"
    label = "intake"

    def ready(self) -> None:
        from berdaya.intake import problems  # noqa: F401, PLC0415  (registers the catalogue entries)
