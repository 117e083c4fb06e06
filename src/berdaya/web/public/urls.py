"""Addresses of the public pages that take something in."""

from __future__ import annotations

from django.urls import path

from berdaya.web.public import cards, complaints, confirmation, invitations

app_name = "public"
urlpatterns = [
    path("konfirmasi/", confirmation.start, name="confirm"),
    path("konfirmasi/<str:code>/", confirmation.paper, name="confirm-code"),
    path("kartu/<str:token>/", cards.card, name="card"),
    path("undangan/<str:token>/", invitations.invitation, name="invitation"),
    path("undangan/<str:token>/bahan/<uuid:material_id>/", invitations.material, name="invitation-material"),
    path("pengaduan/", complaints.file, name="complain"),
    path("pengaduan/status/", complaints.status, name="complaint-status"),
]
