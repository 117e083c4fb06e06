from django.apps import AppConfig


class GrantsConfig(AppConfig):
    name = "berdaya.grants"
    label = "grants"
