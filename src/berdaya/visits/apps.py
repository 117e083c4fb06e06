from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "berdaya.visits"
    label = "visits"
