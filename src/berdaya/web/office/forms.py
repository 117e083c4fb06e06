"""Forms of the office pages."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from berdaya.grants.types import Channel


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
