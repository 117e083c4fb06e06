"""Addresses below ``/sinkron/``."""

from __future__ import annotations

from django.urls import path, re_path

from berdaya.sync import filing, papers, pulling, pushing

app_name = "sync"
urlpatterns = [
    path("daftar/", pushing.enrol, name="enrol"),
    path("perangkat/", pushing.itself, name="device"),
    path("kirim/", pushing.push, name="push"),
    path("keluaran/", pushing.outcomes, name="outcomes"),
    path("nik/", pushing.nik, name="nik"),
    path("berkas/<uuid:file_id>/", filing.file, name="file"),
    path("berkas-antrean/", papers.queue, name="queue"),
    path("laporan/<slug:month>.pdf", papers.report, name="report"),
    path("paket/", pulling.packs, name="packs"),
    path("paket/<slug:kind>/<uuid:subject>/", pulling.pack, name="pack"),
    path("perubahan/", pulling.changes, name="changes"),
    re_path("", pushing.unknown, name="unknown"),
]
