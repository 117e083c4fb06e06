from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "berdaya.forms"
    label = "forms"
