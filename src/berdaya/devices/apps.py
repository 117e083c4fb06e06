"""Devices, inbox, change log, conflicts, packs and photos in parts (DESIGN 3.9)."""

from django.apps import AppConfig


class DevicesConfig(AppConfig):
    name = "berdaya.devices"
    label = "devices"

    def ready(self) -> None:
        from berdaya.devices import problems  # noqa: F401, PLC0415  # registers the package's problems
