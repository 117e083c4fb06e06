"""Addresses: Indonesian words for people, ``/api/`` for systems, ``/sinkron/`` for phones."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

handler500 = "berdaya.web.away.server_error"
urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", include("berdaya.api.urls")),
    path("sinkron/", include("berdaya.sync.urls")),
    path("openrosa/", include("berdaya.sync.openrosa_urls")),
    path("", include("berdaya.web.urls")),
]
