"""Forms of the office pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from berdaya.grants.types import Channel
from berdaya.kernel import clock
from berdaya.programmes.values import NewVerification


class ConfirmationForm(forms.Form):
    """What a family says it received, written down by somebody other than the mentor."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    said_by = forms.CharField(label=_("Yang menyatakan"), max_length=120)
    said_on = forms.DateField(label=_("Tanggal"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    channel = forms.ChoiceField(
        label=_("Cara"),
        choices=[
            (Channel.PHONE.value, _("telepon")),
            (Channel.VISIT.value, _("kunjungan petugas lain")),
            (Channel.PAPER.value, _("kertas")),
            (Channel.MEETING.value, _("rapat kelompok")),
        ],
    )
    complete = forms.ChoiceField(
        label=_("Barang diterima"), choices=[("", ""), ("ya", _("lengkap")), ("tidak", _("tidak lengkap"))]
    )
    words = forms.CharField(
        label=_("Kata-katanya (boleh kosong)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )


class VerificationForm(forms.Form):
    """What the verifier found at the house, and what the village meeting decided."""

    visited_on = forms.DateField(
        label=_("Tanggal kunjungan"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    verifier = forms.CharField(label=_("Verifikator"), max_length=120)
    result = forms.ChoiceField(
        label=_("Hasil kunjungan"),
        choices=[
            ("", ""),
            ("confirmed", _("ditemukan dan sesuai")),
            ("not_found", _("tidak ditemukan")),
            ("not_poor", _("tidak miskin")),
            ("moved", _("pindah")),
            ("died", _("meninggal dunia")),
        ],
    )
    meeting_decision = forms.ChoiceField(
        label=_("Keputusan musyawarah (boleh menyusul)"),
        required=False,
        choices=[("", ""), ("accepted", _("musyawarah menerima")), ("rejected", _("musyawarah menolak"))],
    )
    meeting_on = forms.DateField(
        label=_("Tanggal musyawarah"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = forms.CharField(
        label=_("Catatan (boleh kosong)"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )
    own_words = forms.CharField(
        label=_("Kata-kata keluarga sendiri (boleh kosong)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
    )
    photo = forms.FileField(label=_("Foto rumah (JPEG)"), required=False)
    lat = forms.FloatField(label=_("Lintang"), required=False, min_value=-12, max_value=8)
    lon = forms.FloatField(label=_("Bujur"), required=False, min_value=94, max_value=142)
    consent_method = forms.ChoiceField(
        label=_("Persetujuan dibacakan, lalu"),
        required=False,
        choices=[
            ("", _("belum diminta")),
            ("signature", _("ditandatangani")),
            ("thumbprint", _("dicap jempol")),
            ("spoken", _("diucapkan di depan saksi")),
        ],
    )
    consent_language = forms.CharField(
        label=_("Bahasa yang dipakai"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"list": "bahasa-dikenal"}),
    )
    consent_witness = forms.CharField(label=_("Saksi (untuk cap jempol atau lisan)"), required=False, max_length=120)
    consent_copy = forms.BooleanField(label=_("Salinan ditinggalkan pada keluarga"), required=False)

    def clean(self) -> dict[str, Any]:
        """A visit is no plan, and a meeting that decided has a day, not before the visit."""
        facts = super().clean() or {}
        visited, met = facts.get("visited_on"), facts.get("meeting_on")
        if visited and visited > clock.today():
            self.add_error("visited_on", _("Tanggal kunjungan belum tiba."))
        if met and met > clock.today():
            self.add_error("meeting_on", _("Tanggal musyawarah belum tiba."))
        if bool(facts.get("meeting_decision")) != bool(met) and "meeting_on" not in self.errors:
            self.add_error("meeting_on", _("Isi keputusan musyawarah beserta tanggalnya."))
        if facts.get("consent_method") and not facts.get("consent_language"):
            self.add_error("consent_language", _("Tulis bahasa yang dipakai saat membacakan."))
        if facts.get("consent_method") in {"thumbprint", "spoken"} and not facts.get("consent_witness"):
            self.add_error("consent_witness", _("Cap jempol dan persetujuan lisan memerlukan saksi."))
        if (facts.get("lat") is None) != (facts.get("lon") is None):
            self.add_error("lon", _("Isi lintang dan bujur bersama-sama."))
        return facts

    def found(self, ref: str) -> NewVerification:
        """The row of a valid form."""
        names = (
            "visited_on",
            "verifier",
            "result",
            "meeting_decision",
            "meeting_on",
            "note",
            "own_words",
            "lat",
            "lon",
        )
        return NewVerification(ref=ref, **{name: self.cleaned_data[name] for name in names})
