from django.apps import AppConfig


class AreasConfig(AppConfig):
    name = "berdaya.areas"
    label = "areas"
