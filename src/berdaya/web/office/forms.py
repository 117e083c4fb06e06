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
        return facts

    def found(self, ref: str) -> NewVerification:
        """The row of a valid form."""
        return NewVerification(ref=ref, **self.cleaned_data)
