"""Addresses of the shop."""

from __future__ import annotations

from django.urls import path

from berdaya.web.shop import checkin, views

app_name = "shop"
urlpatterns = [
    path("pasar/", views.catalogue, name="catalogue"),
    path("pasar/produk/<slug:slug>/", views.product, name="product"),
    path("pasar/produk/<slug:slug>/kartu.png", views.share_image, name="share-image"),
    path("pasar/penjual/<slug:slug>/", views.seller, name="seller"),
    path("pasar/pameran/", views.exhibitions, name="exhibitions"),
    path("pasar/angka/", views.figures, name="figures"),
    path("layanan/", views.programmes, name="programmes"),
    path("hadir/<str:token>/", checkin.check_in_page, name="check-in"),
    path("dok/<str:token>/", views.document, name="document"),
    path("pasar/pameran/<slug:key>/", views.exhibition, name="exhibition"),
]
