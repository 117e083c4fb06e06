"""Addresses below ``/openrosa/``, as ODK Collect asks for them."""

from __future__ import annotations

from django.urls import path

from berdaya.process.field.openrosa import FORM, LIST
from berdaya.process.field.openrosa_instruments import PREFIX
from berdaya.sync import openrosa

app_name = "openrosa"
urlpatterns = [
    path("formList", openrosa.form_list, name="forms"),
    path(f"forms/{FORM}.xml", openrosa.form, name="form"),
    path(f"forms/{FORM}/manifest", openrosa.manifest, name="manifest"),
    path(f"forms/{FORM}/{LIST}", openrosa.families, name="families"),
    path(f"forms/{PREFIX}<slug:code>.xml", openrosa.instrument, name="instrument"),
    path(f"forms/{PREFIX}<slug:code>/manifest", openrosa.instrument_manifest, name="instrument-manifest"),
    path(f"forms/{PREFIX}<slug:code>/<slug:name>.csv", openrosa.instrument_list, name="instrument-list"),
    path("submission", openrosa.submission, name="submission"),
]
