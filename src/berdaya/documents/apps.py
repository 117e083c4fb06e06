from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "berdaya.documents"
    label = "documents"
