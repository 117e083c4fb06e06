"""Addresses: Indonesian words for people, ``/api/`` for systems."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", include("berdaya.api.urls")),
    path("", include("berdaya.web.urls")),
]
