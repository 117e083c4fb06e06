"""Addresses of the web, in Indonesian."""

from __future__ import annotations

from django.urls import include, path

from berdaya.web.brand import brand_css
from berdaya.web.gallery import gallery

urlpatterns = [
    path("komponen/", gallery, name="gallery"),
    path("warna/<str:colour>.css", brand_css, name="brand"),
    path("", include("berdaya.web.account.urls")),
    path("", include("berdaya.web.office.urls")),
    path("", include("berdaya.web.public.urls")),
    path("", include("berdaya.web.shop.urls")),
    path("", include("berdaya.web.field.urls")),
]
