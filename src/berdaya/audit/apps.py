from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "berdaya.audit"
    label = "audit"
