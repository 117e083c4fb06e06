from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "berdaya.kernel"
    label = "kernel"
