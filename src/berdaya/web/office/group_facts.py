"""Facts that a group lacks, and its move to another village: two forms of the page that changes a group."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from berdaya.areas.selectors import path
from berdaya.enterprises.catalogue import catalogue
from berdaya.groups.services import complete_group, move_group
from berdaya.kernel import clock
from berdaya.kernel.scope import Actor
from berdaya.process.lifecycle import LifeView
from berdaya.web.office import words
from berdaya.web.office.sections import Act, Part
from berdaya.web.office.village_picker import HINT, VillageInput, chosen_village

FIRST_YEAR = 1950


class FactsForm(forms.Form):
    """What is known of the group itself."""

    name = forms.CharField(label=gettext_lazy("Nama"), max_length=160)
    kind = forms.ChoiceField(label=gettext_lazy("Jenis usaha"), required=False)
    founded_year = forms.IntegerField(label=gettext_lazy("Tahun berdiri"), min_value=FIRST_YEAR, required=False)
    address = forms.CharField(label=gettext_lazy("Alamat"), max_length=200, required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        kinds = sorted(((code, words.kind(code)) for code in catalogue().kinds), key=lambda pair: pair[1])
        self.fields["kind"].choices = [("", "–"), *kinds]  # type: ignore[attr-defined]
        self.fields["founded_year"].max_value = clock.today().year  # type: ignore[attr-defined]

    def clean_founded_year(self) -> int | None:
        """No group was founded in a year to come."""
        year: int | None = self.cleaned_data["founded_year"]
        if year is not None and year > clock.today().year:
            raise forms.ValidationError(_("Tahun berdiri paling akhir %(year)s.") % {"year": clock.today().year})
        return year


class MoveForm(forms.Form):
    """The village to which a group moves, and why."""

    area = forms.CharField(label=gettext_lazy("Desa atau kelurahan tujuan"), max_length=200, help_text=HINT)
    reason = forms.CharField(label=gettext_lazy("Alasan"), max_length=300)

    def __init__(self, *args: Any, near: int, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["area"].widget = VillageInput(near)


def facts_of(view: LifeView) -> dict[str, Any]:
    """What the form shows at first."""
    return {"name": view.name, "kind": view.kind, "founded_year": view.founded_year, "address": view.address}


def complete(actor: Actor, view: LifeView, facts: dict[str, Any]) -> str:
    """Keep the facts that changed; the group is judged anew."""
    before = facts_of(view)
    changed = {name: value for name, value in facts.items() if value != before[name]}
    if changed:
        complete_group(actor=actor, group_id=view.id, limits=view.limits, **changed)
    return _("Data kelompok tersimpan.")


def move(actor: Actor, view: LifeView, facts: dict[str, Any]) -> tuple[str, str]:
    """Move the group; what to say, and where to go once it lies outside the actor's area."""
    area = chosen_village(facts["area"], near=view.area)
    move_group(actor=actor, group_id=view.id, area=area, reason=facts["reason"].strip())
    said = _("Kelompok pindah ke %(place)s, dengan dana, riwayat dan tugasnya.") % {"place": path(area, short=True)}
    return said, "" if actor.covers(area) else reverse("office:groups")


def part(view: LifeView, facts: forms.Form, moving: forms.Form) -> Part:
    """The section: what is missing, and both forms."""
    names = {
        "members": _("anggota yang cukup"),
        "officers": _("pengurus lengkap"),
        "kind": _("jenis usaha"),
        "founded": _("tahun berdiri"),
    }
    lacking = ", ".join(names[code] for code in view.lacking)
    return Part(
        _("Data kelompok"),
        text=_("Belum ada: %(what)s.") % {"what": lacking} if lacking else _("Data kelompok lengkap."),
        acts=[
            Act("lengkapi", _("Simpan data kelompok"), facts, _("Lengkapi"), primary=bool(lacking)),
            Act("pindah", _("Pindahkan kelompok"), moving, _("Kelompok pindah desa")),
        ],
        code="data",
    )
