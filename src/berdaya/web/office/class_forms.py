"""Forms of classes at work."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from berdaya.training.values import NewSession


def day(label: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label, required=required, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def hour(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


def text(label: Any, size: int = 120, *, required: bool = False, hint: Any = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=size, required=required, help_text=hint)


def whole(label: Any, low: int, high: int, *, required: bool = False, hint: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=low, max_value=high, required=required, help_text=hint)


class SessionForm(forms.Form):
    """One session, or one a day until the class ends."""

    held_on = day(_("Tanggal"))
    starts_at = hour(_("Mulai"))
    ends_at = hour(_("Selesai"))
    days = whole(_("Banyak hari berturut-turut"), 1, 60, hint=_("Kosong: satu pertemuan. Hari Minggu dilewati."))
    room = text(_("Ruang"), hint=_("Boleh kosong bila tempatnya satu ruang."))
    trainer = text(_("Pelatih"), hint=_("Kosong: pelatih kelas."))
    topic = text(_("Materi"), 160)
    interpreter = text(_("Juru bahasa isyarat"), hint=_("Siapa yang menyediakan; kosong bila tidak perlu."))
    companion = text(_("Pendamping peserta"))
    childcare = text(_("Penitipan anak"))
    transport = text(_("Angkutan"))
    accept_soft = forms.BooleanField(label=_("Saya sudah memeriksa bentrok ringan"), required=False)

    def row(self) -> NewSession:
        facts = {key: value for key, value in self.cleaned_data.items() if key not in {"days", "accept_soft"}}
        return NewSession(**facts)


class MoveForm(SessionForm):
    """The same session at another time or place."""

    days = None  # type: ignore[assignment]

    def row(self, number: int = 0) -> NewSession:
        return replace(super().row(), number=number)


class CancelForm(forms.Form):
    """Why a session is not held."""

    reason = text(_("Alasan"), 160, required=True, hint=_("Peserta dan pelatih melihatnya."))


class AnswerForm(forms.Form):
    """What somebody answered to an invitation, and what she needs to come."""

    peserta = forms.ChoiceField(label=_("Peserta"))
    answer = forms.ChoiceField(
        label=_("Jawaban"), choices=[("coming", _("akan datang")), ("not_coming", _("berhalangan"))]
    )
    interpreter = forms.BooleanField(label=_("Perlu juru bahasa isyarat"), required=False)
    companion = forms.BooleanField(label=_("Perlu pendamping"), required=False)
    childcare = forms.BooleanField(label=_("Perlu penitipan anak"), required=False)
    transport = forms.BooleanField(label=_("Perlu angkutan"), required=False)
    note = text(_("Catatan"), 160)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["peserta"].choices = people  # type: ignore[attr-defined]


class SeatForm(forms.Form):
    """Who moves to another class of the programme, or out of classes, and why."""

    peserta = forms.ChoiceField(label=_("Peserta"))
    kelas = forms.ChoiceField(label=_("Pindah ke"), required=False)
    alasan = text(_("Alasan"), 160, required=True, hint=_("Tersimpan pada penempatannya."))

    def __init__(self, *args: Any, people: list[tuple[str, str]], classes: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["peserta"].choices = people  # type: ignore[attr-defined]
        self.fields["kelas"].choices = [*classes, ("", _("keluar dari kelas"))]  # type: ignore[attr-defined]


class CardForm(forms.Form):
    """A card, scanned or typed: scanners type the code and press Enter."""

    card = forms.CharField(
        label=_("Kode kartu"), max_length=200, help_text=_("Pindai kartu, atau ketik kodenya lalu Enter."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip


class CheckInForm(forms.Form):
    """How long the QR code on the wall works."""

    minutes = whole(_("Berlaku berapa menit"), 1, 240, required=True)


class MaterialForm(forms.Form):
    title = text(_("Judul"), 160, required=True)
    file = forms.FileField(label=_("Berkas (PDF atau gambar)"))


class FeedbackForm(forms.Form):
    """One paper of feedback, without a name."""

    useful = whole(_("Bermanfaat (1–5)"), 1, 5, required=True)
    clear = whole(_("Jelas (1–5)"), 1, 5, required=True)
    place = whole(_("Tempat (1–5)"), 1, 5, required=True)
    note = forms.CharField(
        label=_("Pesan (boleh kosong)"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class WhatIfForm(forms.Form):
    """A question about another plan."""

    class_code = text(_("Kelas yang kursinya berubah"), 40)
    more_seats = whole(_("Tambah kursi"), -500, 500, hint=_("Angka minus mengurangi."))
    closed = text(_("Kelas yang tidak dibuka"), 40)
    max_km = forms.FloatField(label=_("Jarak terjauh (km)"), required=False, min_value=0.1, max_value=500)
    budget_idr = whole(_("Anggaran semua kelas (Rp)"), 0, 10**12)
    release = forms.BooleanField(label=_("Lepaskan kursi yang sudah terbit"), required=False)


class ArrangementForm(forms.Form):
    ref = text(_("Nomor pada daftar"), 40, required=True)
    class_code = text(_("Tetapkan di kelas"), 40, hint=_("Kosongkan keduanya untuk menghapus ketetapan."))
    follows = text(_("Duduk bersama nomor"), 40)
    note = text(_("Alasan"), 160)


class ClassForm(forms.Form):
    """A class that is planned by hand."""

    code = text(_("Kode"), 40, required=True)
    name = text(_("Nama kelas"), 160, required=True)
    kind = forms.ChoiceField(label=_("Jenis usaha"), required=False)
    area = text(_("Kode wilayah"), 16, required=True, hint="35.12.04.2003")
    venue = text(_("Tempat"), 160, required=True)
    seats = whole(_("Kursi"), 0, 5000, required=True)
    minimum = whole(_("Paling sedikit"), 0, 5000)
    starts_on = day(_("Mulai"))
    ends_on = day(_("Selesai"))
    hours = forms.ChoiceField(label=_("Waktu"), required=False)
    trainer = text(_("Pelatih"))
    partner = text(_("Mitra (usaha, kampus, komunitas)"), 160)
    wheelchair = forms.BooleanField(label=_("Tempat tanpa tangga (kursi roda)"), required=False)
    interpreter = forms.BooleanField(label=_("Ada juru bahasa isyarat"), required=False)
    childcare = forms.BooleanField(label=_("Ada penitipan anak"), required=False)
    transport = forms.BooleanField(label=_("Ada angkutan"), required=False)
    demand = whole(_("Kebutuhan pasar (0–3)"), 0, 3)
    cost_idr = whole(_("Biaya (Rp)"), 0, 10**11)

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["kind"].choices = [("", _("semua jenis usaha")), *kinds]  # type: ignore[attr-defined]
        self.fields["hours"].choices = [  # type: ignore[attr-defined]
            ("", ""), ("morning", _("pagi")), ("afternoon", _("siang dan sore")), ("evening", _("malam")),
            ("weekend", _("akhir pekan")),
        ]  # fmt: skip
