from django.apps import AppConfig


class FollowupConfig(AppConfig):
    name = "berdaya.followup"
    label = "followup"
