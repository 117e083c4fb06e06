from django.apps import AppConfig


class ProcessConfig(AppConfig):
    name = "berdaya.process"
    label = "process"
