from django.apps import AppConfig


class GraduationConfig(AppConfig):
    name = "berdaya.graduation"
    label = "graduation"
