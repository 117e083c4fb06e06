"""Addresses of the field app."""

from __future__ import annotations

from django.urls import path

from berdaya.web.field import views

app_name = "field"
urlpatterns = [
    path("lapangan/", views.shell, name="shell"),
    path("lapangan/pekerja.js", views.worker, name="worker"),
    path("lapangan/manifest.webmanifest", views.manifest, name="manifest"),
]
