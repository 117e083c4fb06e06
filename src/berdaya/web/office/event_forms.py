"""Forms that open an exhibition or a contest, or change one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.market.rules import slug_of
from berdaya.market.types import NewContest, NewExhibition
from berdaya.process.overview.events import ContestView, ExhibitionView, last_criteria, venues
from berdaya.web.office.class_forms import day, text
from berdaya.web.office.sections import cleaned

CRITERIA = 6
"""Rows of criteria that the form offers; a jury that is asked for more judges none of them well."""
MOST_WEIGHT = 100
MOST_DAYS = 120
LEVELS = (
    ("kecamatan", gettext_lazy("kecamatan")),
    ("kabupaten", gettext_lazy("kabupaten/kota")),
    ("provinsi", gettext_lazy("provinsi")),
    ("nasional", gettext_lazy("nasional")),
)


class ExhibitionForm(forms.Form):
    """An exhibition, bazaar or market day."""

    name = text(gettext_lazy("Nama pameran atau bazar"), 160, required=True)
    venue = text(gettext_lazy("Tempat"), 160, required=True, hint=gettext_lazy("Gedung, alun-alun, atau pasar."))
    place = forms.TypedChoiceField(label=gettext_lazy("Wilayah"), coerce=int)
    starts_on = day(gettext_lazy("Hari pertama"))
    ends_on = day(gettext_lazy("Hari terakhir"))

    def __init__(self, *args: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        self.actor = actor
        self.fields["place"].choices = [(str(code), name) for code, name in venues(actor=actor)]  # type: ignore[attr-defined]

    def row(self, key: UUID, code: str = "") -> NewExhibition:
        """The exhibition. Raises `invalid_form`, `exhibition_days`."""
        facts = cleaned(self)
        if facts["ends_on"] < facts["starts_on"] or facts["ends_on"] - facts["starts_on"] > timedelta(days=MOST_DAYS):
            raise Problem("exhibition_days")
        return NewExhibition(
            id=key,
            area=self.actor.lo,
            office_id=self.actor.office or 0,
            code=code or code_of(facts["name"], key),
            **facts,
        )


class ContestForm(forms.Form):
    """A contest; its criteria stand beside it, in rows of their own."""

    name = text(gettext_lazy("Nama lomba"), 160, required=True)
    level = forms.ChoiceField(label=gettext_lazy("Tingkat"), choices=LEVELS, initial="kabupaten")
    held_on = day(gettext_lazy("Hari penilaian"))

    def row(self, actor: Actor, key: UUID, code: str = "") -> NewContest:
        """The contest. Raises `invalid_form`."""
        facts = cleaned(self)
        return NewContest(
            id=key, area=actor.lo, office_id=actor.office or 0, code=code or code_of(facts["name"], key), **facts
        )


def code_of(name: str, key: UUID) -> str:
    """Code of an event that a page opens: of its name, and never of two."""
    return slug_of(name, key)[-40:].strip("-")


def exhibition_facts(view: ExhibitionView) -> dict[str, Any]:
    """What stands there now."""
    row = view.row
    return {
        "name": row.name,
        "venue": row.venue,
        "place": str(row.area),
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
    }


def contest_facts(view: ContestView) -> dict[str, Any]:
    """What stands there now."""
    return {"name": view.row.name, "level": view.row.level, "held_on": view.row.held_on}


def criteria_rows(actor: Actor, posted: QueryDict | None, view: ContestView | None) -> list[tuple[int, str, str]]:
    """Number, name and weight of each row of the form: as posted, as it stands, or as the last contest had it."""
    if posted is not None:
        return [(n, posted.get(f"kriteria-{n}", ""), posted.get(f"bobot-{n}", "")) for n in range(1, CRITERIA + 1)]
    told = view.criteria if view else last_criteria(actor=actor) or usual_criteria()
    found = [(name, str(weight)) for name, weight in told]
    rows = max(CRITERIA, len(found))
    return [(n, *(found[n - 1] if n <= len(found) else ("", ""))) for n in range(1, rows + 1)]


def usual_criteria() -> tuple[tuple[str, int], ...]:
    """What juries of such contests look at, as a first proposal."""
    return ((_("Mutu produk"), 40), (_("Kemasan dan label"), 20), (_("Pemasaran"), 20), (_("Pembukuan"), 20))


def criteria_of(posted: QueryDict) -> list[tuple[str, int]]:
    """Criteria as posted; empty rows are left out. Raises `invalid_form` for a weight that is none."""
    found = []
    for number in range(1, 2 * CRITERIA + 1):
        name, weight = posted.get(f"kriteria-{number}", "").strip()[:80], posted.get(f"bobot-{number}", "").strip()
        if not name and not weight:
            continue
        if not (name and weight.isdecimal() and 0 < int(weight) <= MOST_WEIGHT):
            raise Problem(
                "invalid_form", detail=_("%(name)s: bobot harus angka 1 sampai 100") % {"name": name or number}
            )
        found.append((name, int(weight)))
    if not found:
        raise Problem("invalid_form", detail=_("isi paling sedikit satu kriteria dengan bobotnya"))
    return found


def first_day() -> dict[str, Any]:
    """A form that nobody has filled in starts with today."""
    today = clock.today()
    return {"starts_on": today, "ends_on": today, "held_on": today}
