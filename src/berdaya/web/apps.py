from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "berdaya.web"
    label = "web"
