from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "berdaya.people"
    label = "people"
