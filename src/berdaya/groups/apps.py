from django.apps import AppConfig


class GroupsConfig(AppConfig):
    name = "berdaya.groups"
    label = "groups"

    def ready(self) -> None:
        import berdaya.groups.problems  # noqa: F401, PLC0415  # registers the texts
