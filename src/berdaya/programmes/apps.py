from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "berdaya.programmes"
    label = "programmes"
