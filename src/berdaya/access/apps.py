from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "berdaya.access"
    label = "access"
