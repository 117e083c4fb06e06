from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "berdaya.reports"
    label = "reports"
