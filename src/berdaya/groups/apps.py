from django.apps import AppConfig


class GroupsConfig(AppConfig):
    name = "berdaya.groups"
    label = "groups"
