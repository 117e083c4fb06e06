"""Addresses of the office web: Indonesian words."""

from __future__ import annotations

from django.urls import path

from berdaya.web.office import (
    accounts,
    businesses,
    decisions,
    documents,
    events,
    families,
    goods,
    groups,
    home,
    maps,
    programmes,
    report,
    tasks,
    training,
)

app_name = "office"
urlpatterns = [
    path("", home.home, name="home"),
    path("tugas/", tasks.tasks, name="tasks"),
    path("tugas/<uuid:task_id>/", tasks.task, name="task"),
    path("program/", programmes.programmes, name="programmes"),
    path("program/<slug:code>/", programmes.programme, name="programme"),
    path("program/<slug:code>/daftar/<slug:stage>/", programmes.stage, name="stage"),
    path("program/<slug:code>/daftar/<slug:stage>/unduh/", programmes.stage_export, name="stage-export"),
    path("program/<slug:code>/persetujuan/<uuid:approval_id>/", decisions.approval, name="approve"),
    path("program/<slug:code>/laporan/", report.report, name="report"),
    path("program/<slug:code>/laporan/unduh/", report.report_workbook, name="report-workbook"),
    path("program/<slug:code>/calon/<uuid:candidate_id>/", programmes.decision, name="decision"),
    path("keluarga/", families.families, name="families"),
    path("keluarga/cari/", families.search, name="search"),
    path("keluarga/unduh/", families.families_export, name="families-export"),
    path("keluarga/<uuid:household_id>/", families.family, name="family"),
    path("keluarga/<uuid:household_id>/<uuid:person_id>/nik/", families.reveal, name="reveal"),
    path("kelas/", training.classes, name="classes"),
    path("kelas/unduh/", training.classes_export, name="classes-export"),
    path("kelas/<uuid:class_id>/", training.training_class, name="class"),
    path("penyaluran/", goods.handovers, name="handovers"),
    path("penyaluran/unduh/", goods.handovers_export, name="handovers-export"),
    path("penyaluran/<uuid:handover_id>/", goods.handover, name="handover"),
    path("usaha/", businesses.businesses, name="businesses"),
    path("usaha/unduh/", businesses.businesses_export, name="businesses-export"),
    path("usaha/<uuid:enterprise_id>/", businesses.business, name="business"),
    path("kelompok/", groups.groups, name="groups"),
    path("kelompok/unduh/", groups.groups_export, name="groups-export"),
    path("kelompok/<uuid:group_id>/", groups.group, name="group"),
    path("acara/", events.events, name="events"),
    path("acara/pameran/<uuid:exhibition_id>/", events.exhibition, name="exhibition"),
    path("acara/lomba/<uuid:contest_id>/", events.contest, name="contest"),
    path("peta/", maps.map_page, name="map"),
    path("dokumen/", documents.documents, name="documents"),
    path("dokumen/<uuid:document_id>/", documents.document_file, name="document-file"),
    path("pengguna/", accounts.accounts, name="accounts"),
    path("pengguna/<int:account_id>/kode/", accounts.reset, name="account-reset"),
]
