from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "berdaya.tasks"
    label = "tasks"
