"""Addresses below ``/api/``."""

from __future__ import annotations

from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from berdaya.api.app import dressed, patterns, unknown
from berdaya.api.reference import openapi, reference

app_name = "api"
urlpatterns = [
    path("docs", reference, name="docs"),
    path("openapi.json", openapi, name="openapi"),
    path("v1/", (patterns(), "ninja", "v1")),
    re_path("", csrf_exempt(dressed(unknown)), name="unknown"),
]
