"""Addresses of what villages and families bring along: resources, catalogue, assessment, groups out of classes."""

from __future__ import annotations

from django.urls import path

from berdaya.web.office import assessments, catalogue, grouping, instruments, potential

urlpatterns = [
    path("potensi/", potential.resources, name="resources"),
    path("potensi/unduh/", potential.resources_export, name="resources-export"),
    path("potensi/katalog/", catalogue.catalogue, name="catalogue"),
    path("potensi/katalog/buku/", catalogue.workbook, name="catalogue-book"),
    path("potensi/katalog/<slug:part>/baru/", catalogue.new_entry, name="catalogue-new"),
    path("potensi/katalog/<slug:part>/<slug:code>/", catalogue.entry, name="catalogue-entry"),
    path("potensi/asesmen/", assessments.assessments, name="assessments"),
    path("potensi/asesmen/unduh/", assessments.assessments_export, name="assessments-export"),
    path("potensi/instrumen/", instruments.instruments, name="instruments"),
    path("potensi/instrumen/<slug:form>/", instruments.instrument, name="instrument"),
    path("potensi/instrumen/<slug:form>/xlsform/", instruments.xlsform, name="instrument-xlsform"),
    path("potensi/instrumen/<slug:form>/isi/<uuid:subject_id>/", assessments.fill_page, name="instrument-fill"),
    path("potensi/instrumen/<slug:form>/kertas/<uuid:subject_id>/", assessments.paper_page, name="instrument-paper"),
    path("program/<slug:code>/kelompok/", grouping.proposals, name="group-proposals"),
    path("kelompok/usulan/<uuid:proposal_id>/", grouping.proposal, name="group-proposal"),
    path("kelompok/usulan/<uuid:proposal_id>/daftar/", grouping.proposal_paper, name="group-proposal-paper"),
]
