"""Addresses of the web, in Indonesian."""

from __future__ import annotations

from django.urls import include, path

from berdaya.web.gallery import gallery

urlpatterns = [
    path("komponen/", gallery, name="gallery"),
    path("", include("berdaya.web.account.urls")),
    path("", include("berdaya.web.office.urls")),
    path("", include("berdaya.web.shop.urls")),
]
