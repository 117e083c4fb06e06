from django.apps import AppConfig


class FundsConfig(AppConfig):
    name = "berdaya.funds"
    label = "funds"
