from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "berdaya.files"
    label = "files"
