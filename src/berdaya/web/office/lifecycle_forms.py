"""What the office fills in about a group's life: its meetings, officers, members, sponsor and end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from berdaya.groups.types import Position, Sponsor
from berdaya.kernel import clock
from berdaya.process.lifecycle import FoundPerson, LifeView
from berdaya.web.office import words

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
RULES = [("consensus", gettext_lazy("musyawarah")), ("vote", gettext_lazy("pemungutan suara"))]


class DayForm(forms.Form):
    """A day."""

    on = forms.DateField(label=gettext_lazy("Tanggal"), widget=DATE, initial=clock.today)


class MinutesForm(DayForm):
    """A meeting of the members with its minutes."""

    present = forms.IntegerField(label=gettext_lazy("Anggota yang hadir"), min_value=1, max_value=200)
    minutes = forms.CharField(
        label=gettext_lazy("Berita acara: apa yang diputuskan"), max_length=4000, widget=forms.Textarea({"rows": 3})
    )


class ElectionForm(DayForm):
    """Who was chosen by the members."""

    present = forms.IntegerField(label=gettext_lazy("Anggota yang hadir"), min_value=1, max_value=200)
    rule = forms.ChoiceField(label=gettext_lazy("Cara memilih"), choices=RULES)
    ketua = forms.TypedChoiceField(label=gettext_lazy("Ketua"), coerce=UUID)
    sekretaris = forms.TypedChoiceField(label=gettext_lazy("Sekretaris"), coerce=UUID)
    bendahara = forms.TypedChoiceField(label=gettext_lazy("Bendahara"), coerce=UUID)

    def __init__(self, *args: Any, view: LifeView, **more: Any) -> None:
        super().__init__(*args, **more)
        people = [(str(row.person), f"{row.number}. {row.name}") for row in view.members]
        for position in Position:
            self.fields[position.value].choices = [("", ""), *people]  # type: ignore[attr-defined]


class JoinForm(DayForm):
    """Who joins; the choices are who was found."""

    person = forms.TypedChoiceField(label=gettext_lazy("Yang masuk"), coerce=UUID)

    def __init__(self, *args: Any, people: tuple[FoundPerson, ...], **more: Any) -> None:
        super().__init__(*args, **more)
        free = [(str(row.person), f"{row.name}, {row.place}") for row in people if not row.taken]
        self.fields["person"].choices = free  # type: ignore[attr-defined]


class LeaveForm(DayForm):
    """Who leaves and why."""

    person = forms.TypedChoiceField(label=gettext_lazy("Yang keluar"), coerce=UUID)
    reason = forms.CharField(label=gettext_lazy("Alasan"), max_length=160)

    def __init__(self, *args: Any, view: LifeView, **more: Any) -> None:
        super().__init__(*args, **more)
        people = [(str(row.person), f"{row.number}. {row.name}") for row in view.members]
        self.fields["person"].choices = [("", ""), *people]  # type: ignore[attr-defined]


class SponsorForm(forms.Form):
    """The organisation that coaches the group."""

    kind = forms.ChoiceField(label=gettext_lazy("Jenis lembaga"), required=False)
    name = forms.CharField(label=gettext_lazy("Nama lembaga"), max_length=160, required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        kinds = [(one.value, words.sponsor(one.value)) for one in Sponsor]
        self.fields["kind"].choices = [("", _("tanpa pembina")), *kinds]  # type: ignore[attr-defined]


class EndForm(MinutesForm):
    """A meeting that ends the group; each thing that is left gets an owner."""

    def __init__(self, *args: Any, view: LifeView, **more: Any) -> None:
        super().__init__(*args, **more)
        for key, name in view.assets:
            label = _("Pemilik baru: %(name)s") % {"name": name}
            self.fields[f"owner-{key}"] = forms.CharField(label=label, max_length=120)

    def settlement(self) -> dict[UUID, str]:
        """Owner by asset."""
        return {UUID(name[6:]): value for name, value in self.cleaned_data.items() if name.startswith("owner-")}


class MergeForm(EndForm):
    """The group into which it merges."""

    into = forms.TypedChoiceField(label=gettext_lazy("Digabung ke"), coerce=UUID)
    field_order = ("into", "on", "present", "minutes")

    def __init__(self, *args: Any, view: LifeView, **more: Any) -> None:
        super().__init__(*args, view=view, **more)
        targets = [(str(key), name) for key, name in view.targets]
        self.fields["into"].choices = [("", ""), *targets]  # type: ignore[attr-defined]


class SplitForm(MinutesForm):
    """Name and code of the new group, and who goes there."""

    name = forms.CharField(label=gettext_lazy("Nama kelompok baru"), max_length=160)
    code = forms.CharField(label=gettext_lazy("Kode kelompok baru"), max_length=60)
    field_order = ("name", "code", "on", "present", "minutes")
