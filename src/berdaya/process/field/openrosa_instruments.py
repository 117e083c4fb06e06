"""Instruments as XForms for ODK Collect and KoboCollect: the questions of the newest version, made by pyxform from the
same XLSForm that the office exchanges; submissions are records of the kind ``assessment``.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from berdaya.devices.types import Incoming
from berdaya.forms import xlsform
from berdaya.forms.types import Instrument
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.people.models import Household
from berdaya.process.field.envelopes import moment
from berdaya.process.instruments import instrument_versions, sheets_of
from berdaya.process.overview.common import head_names, places

PREFIX = "instrumen-"
LISTS = {"household": "keluarga.csv", "enterprise": "binaan.csv"}
"""Instruments about groups are filled in on the web: a phone of Collect holds no list of groups."""
MOST_FAMILIES = 2_000
ABOUT = {"household": ("Keluarga", "Family"), "enterprise": ("Usaha", "Business")}


@dataclass(frozen=True, slots=True)
class InstrumentForm:
    """One form of the list: `form_id` is what Collect knows it by, `xml` what it downloads."""

    form_id: str
    title: str
    version: int
    xml: str
    file: str

    @property
    def md5(self) -> str:
        """What phones compare to know whether the form changed."""
        return hashlib.md5(self.xml.encode(), usedforsecurity=False).hexdigest()


def instrument_forms(actor: Actor) -> list[InstrumentForm]:
    """Forms of the office's instruments about families and businesses, newest versions."""
    newest: dict[str, Instrument] = {}
    for instrument in instrument_versions(actor=actor):
        newest.setdefault(instrument.code, instrument)
    return [_form(actor, one) for one in newest.values() if one.subject in LISTS]


def instrument_form(actor: Actor, code: str) -> InstrumentForm:
    """One form. Raises `not_found`."""
    found = next((one for one in instrument_versions(actor=actor) if one.code == code), None)
    if found is None or found.subject not in LISTS:
        raise Problem("not_found")
    return _form(actor, found)


def _form(actor: Actor, instrument: Instrument) -> InstrumentForm:
    form_id, file = f"{PREFIX}{instrument.code}", LISTS[instrument.subject]
    id_, en = ABOUT[instrument.subject]
    sheets = sheets_of(actor, instrument)
    sheets["settings"][0] |= {"form_id": form_id}
    sheets["survey"] = [
        {"type": "start", "name": "start"},
        {"type": f"select_one_from_file {file}", "name": "subject", xlsform.ID: id_, xlsform.EN: en, "required": "yes"},
        {"type": "date", "name": "on", xlsform.ID: "Tanggal", xlsform.EN: "Date", "required": "yes"},
        *sheets["survey"],
    ]
    return InstrumentForm(form_id, instrument.title.id, instrument.version, _converted(json.dumps(sheets)), file)


@lru_cache(maxsize=64)
def _converted(sheets: str) -> str:
    return xlsform.to_xform(json.loads(sheets))


def families_csv(actor: Actor) -> str:
    """Families that the actor may ask, as the form's list: id, and a label with head and village. No other word."""
    homes = Household.objects.filter(merged_into=None)
    if actor.kind == "subject":
        homes = homes.filter(pk__in=actor.households)
    rows = list(homes.order_by("area", "id").values_list("id", "area")[:MOST_FAMILIES])
    names, known = head_names([pk for pk, _ in rows]), places(area for _, area in rows)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["name", "label"])
    for pk, area in rows:
        writer.writerow([pk, " · ".join(filter(None, (names.get(pk, ""), known.get(area, "").partition(",")[0])))])
    return out.getvalue()


def record_of(form_id: str, version: str, told: Mapping[str, str], key: UUID, *, again: bool) -> Incoming:
    """A filled form as a record of the kind ``assessment``: texts by question, read by the instrument at the server."""
    answers = dict(told)
    start, subject, on = (answers.pop(name, "") for name in ("start", "subject", "on"))
    body: dict[str, Any] = {
        "instrument": form_id.removeprefix(PREFIX),
        "version": int(version) if version.isdecimal() and len(version) < 5 else 0,
        "subject": subject,
        "told": answers,
    }
    if on:
        body["on"] = on
    return Incoming(
        id=key, kind="assessment", version=1, revision=2 if again else 1, device_at=moment(start), body=body, files={}
    )
