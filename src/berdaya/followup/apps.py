from django.apps import AppConfig


class FollowupConfig(AppConfig):
    name = "berdaya.followup"
    label = "followup"

    def ready(self) -> None:
        from berdaya.followup import problems  # noqa: F401, PLC0415  # registers the package's problems
        from berdaya.followup.complaints import problems as _  # noqa: F401, PLC0415
