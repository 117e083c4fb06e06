from django.apps import AppConfig


class DevicesConfig(AppConfig):
    name = "berdaya.devices"
    label = "devices"
