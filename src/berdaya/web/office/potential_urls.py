"""Addresses of what villages and families bring along: resources, catalogue, assessment, groups out of classes."""

from __future__ import annotations

from django.urls import path

from berdaya.web.office import catalogue, potential

urlpatterns = [
    path("potensi/", potential.resources, name="resources"),
    path("potensi/unduh/", potential.resources_export, name="resources-export"),
    path("potensi/katalog/", catalogue.catalogue, name="catalogue"),
    path("potensi/katalog/buku/", catalogue.workbook, name="catalogue-book"),
    path("potensi/katalog/<slug:part>/baru/", catalogue.new_entry, name="catalogue-new"),
    path("potensi/katalog/<slug:part>/<slug:code>/", catalogue.entry, name="catalogue-entry"),
]
