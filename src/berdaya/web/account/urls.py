"""Signing in and out, password, roles, language, help."""

from __future__ import annotations

from django.urls import path

from berdaya.web.account import entering, own, views
from berdaya.web.language import choose_language

app_name = "account"
urlpatterns = [
    path("masuk/", views.sign_in, name="sign-in"),
    path("masuk/kode/", entering.sign_in_code, name="sign-in-code"),
    path("akun/", own.me, name="me"),
    path("akun/faktor/", own.factor, name="factor"),
    path("akun/hidup/", own.alive, name="alive"),
    path("keluar/", views.sign_out, name="sign-out"),
    path("sandi/", views.password, name="password"),
    path("peran/", views.roles, name="roles"),
    path("bahasa/", choose_language, name="language"),
    path("pintas/", views.choose_keys, name="keys"),
    path("bantuan/", views.help_page, name="help"),
    path("bantuan/<str:kind>/", views.guide_page, name="guide"),
]
