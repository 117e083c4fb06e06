from django.apps import AppConfig


class EnterprisesConfig(AppConfig):
    name = "berdaya.enterprises"
    label = "enterprises"
