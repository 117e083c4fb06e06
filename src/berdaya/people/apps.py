from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Orang dan keluarga."""

    name = "berdaya.people"
    label = "people"

    def ready(self) -> None:
        from berdaya.people import problems  # noqa: F401, PLC0415  (registers the catalogue entries)
