from django.apps import AppConfig


class EnterprisesConfig(AppConfig):
    name = "berdaya.enterprises"
    label = "enterprises"

    def ready(self) -> None:
        from berdaya.enterprises import problems  # noqa: F401, PLC0415  # registers the package's problems
