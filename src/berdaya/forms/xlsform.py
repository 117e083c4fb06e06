"""Instruments as XLSForm, the spreadsheet of ODK and KoboToolbox: out, in, and as the XForm that phones take. Pure.

The sheets `survey`, `choices` and `settings` are plain XLSForm. What XLSForm has no word for (weights, intervals,
bands, what is judged) stands in sheets of our own, which other tools leave alone: `berdaya` (a row for each question),
`berdaya_levels` (a row for each interval), `berdaya_bands`, `berdaya_meta`. A form of somebody else has none of them:
its questions are then asked and not judged, until weights are given.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter

from berdaya.forms import rules
from berdaya.forms.types import NOT_APPLICABLE, Instrument, Question, Shape

Rows = list[dict[str, str]]
Sheets = dict[str, Rows]
Named = tuple[str, str, str]
"""Code, Indonesian and English name of something to choose."""
ID, EN = "label::Indonesia (id)", "label::English (en)"
NOT_APPLICABLE_CODE = "tidak_berlaku"
YES_NO = "ya_tidak"
SOURCES = frozenset({"kinds", "skills", "resources"})
MOST_QUESTIONS = 300
_IGNORED = frozenset({
    "start", "end", "today", "deviceid", "username", "phonenumber", "email", "audit", "calculate", "hidden", "note",
    "start-geopoint", "background-audio",
})  # fmt: skip
_NOT_TAKEN = frozenset({
    "geopoint", "geotrace", "geoshape", "image", "audio", "video", "file", "barcode", "acknowledge", "xml-external",
    "csv-external", "rank",
})  # fmt: skip
_NUMBERS = frozenset({"integer", "decimal", "range", "int"})
_TEXTS = frozenset({"text", "string", "date", "time", "datetime", "dateTime"})
_LOGIC = ("relevant", "constraint", "calculation", "repeat_count", "choice_filter")


@dataclass(frozen=True, slots=True)
class XlsFormRead:
    """An instrument's body that came out of an XLSForm, and what of the form was left behind."""

    body: dict[str, Any]
    left: tuple[str, ...] = ()


# Out


def sheets_of(instrument: Instrument, choices: Mapping[str, Sequence[Named]] | None = None) -> Sheets:
    """The instrument as sheets of rows; `choices` are what questions with codes can be answered with, by source."""
    survey, own, levels = [], [], []
    lists: dict[str, list[Named]] = {}
    for dimension in instrument.dimensions:
        survey.append({"type": "begin_group", "name": dimension.code, ID: dimension.label.id, EN: dimension.label.en})
        for q in dimension.questions:
            survey += _survey_rows(q, lists, choices or {})
            own.append({
                "question": q.code, "shape": q.shape.value, "weight": str(q.weight), "unit": q.unit,
                "optional": "ya" if q.optional else "", "source": q.source,
            })  # fmt: skip
            if q.shape in {Shape.NUMBER, Shape.GROWTH}:
                levels += [
                    {"question": q.code, "level": str(s.level), "above": _plain(s.above), "up_to": _plain(s.up_to),
                     "id": s.label.id, "en": s.label.en}
                    for s in q.steps
                ]  # fmt: skip
        survey.append({"type": "end_group", "name": dimension.code})
    return {
        "survey": survey,
        "choices": [
            {"list_name": name, "name": code, ID: id_, EN: en} for name, rows in lists.items() for code, id_, en in rows
        ],
        "settings": [{
            "form_title": instrument.title.id, "form_id": instrument.code, "version": str(instrument.version),
            "default_language": "Indonesia (id)",
        }],
        "berdaya": own,
        "berdaya_levels": levels,
        "berdaya_bands": [
            {"code": b.code, "above": _plain(b.above), "up_to": _plain(b.up_to), "id": b.label.id, "en": b.label.en}
            for b in instrument.bands
        ],
        "berdaya_meta": [
            {"key": "subject", "value": instrument.subject}, {"key": "source", "value": instrument.source},
            {"key": "title_en", "value": instrument.title.en},
            *({"key": "note", "value": note} for note in instrument.notes),
        ],
    }  # fmt: skip


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:g}" if abs(value) < 1e6 else str(int(value))


def _survey_rows(q: Question, lists: dict[str, list[Named]], choices: Mapping[str, Sequence[Named]]) -> Rows:
    label = {ID: q.label.id, EN: q.label.en}
    match q.shape:
        case Shape.LEVEL:
            lists[q.code] = [(str(s.level), s.label.id, s.label.en) for s in q.steps]
            if q.optional:
                lists[q.code].append((NOT_APPLICABLE_CODE, "Tidak berlaku", "Does not apply"))
            return [{"type": f"select_one {q.code}", "name": q.code, **label}]
        case Shape.YES_NO:
            lists[YES_NO] = [("ya", "Ya", "Yes"), ("tidak", "Tidak", "No")]
            return [{"type": f"select_one {YES_NO}", "name": q.code, **label}]
        case Shape.CHOICES:
            name = q.source or q.code
            lists[name] = list(choices.get(q.source, ())) or [(str(s.level), s.label.id, s.label.en) for s in q.steps]
            if not lists[name]:
                lists[name] = [("lain", "Lainnya", "Other")]
            return [{"type": f"select_multiple {name}", "name": q.code, **label}]
        case Shape.GROWTH:
            return [
                {"type": "decimal", "name": f"{q.code}_{part}", ID: f"{q.label.id} ({id_})", EN: f"{q.label.en} ({en})"}
                for part, id_, en in (("before", "sebelum", "before"), ("now", "sekarang", "now"))
            ]
        case Shape.NUMBER:
            hint = {"hint::Indonesia (id)": q.unit, "hint::English (en)": q.unit} if q.unit else {}
            return [{"type": "decimal", "name": q.code, **label, **hint}]
        case _:
            return [{"type": "text", "name": q.code, **label}]


def to_xlsx(sheets: Sheets) -> bytes:
    """The sheets as a workbook that ODK Build, XLSForm Online, KoboToolbox and :func:`read` take."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True})
    head = book.add_format({"bold": True, "bottom": 2})
    for name, rows in sheets.items():
        page = book.add_worksheet(name)
        columns = list(dict.fromkeys(key for row in rows for key in row))
        page.freeze_panes(1, 0)
        for at, column in enumerate(columns):
            page.set_column(at, at, 40 if column.startswith("label") else 18)
            page.write_string(0, at, column, head)
            for number, row in enumerate(rows, start=1):
                if row.get(column):
                    page.write_string(number, at, row[column])
    book.close()
    return target.getvalue()


def to_xform(sheets: Sheets) -> str:
    """The XForm that ODK Collect and KoboCollect take, made by pyxform. Raises `rules.InstrumentError`."""
    # It loads a grammar and a workbook reader: only who exchanges forms pays for that.
    from pyxform.errors import PyXFormError  # type: ignore[import-untyped]  # noqa: PLC0415 - it has no types
    from pyxform.xls2xform import convert  # type: ignore[import-untyped]  # noqa: PLC0415

    plain: dict[str, Any] = {name: [dict(row) for row in sheets[name]] for name in ("survey", "choices", "settings")}
    try:
        return str(convert(xlsform=plain, validate=False).xform)
    except PyXFormError as error:
        raise rules.InstrumentError(str(error).splitlines()[0][:300]) from error


# In


@dataclass
class _Reader:
    """What is known while the rows of `survey` go by."""

    lists: dict[str, list[dict[str, str]]]
    own: dict[str, dict[str, str]]
    levels: dict[str, Rows]
    dimensions: list[dict[str, Any]] = field(default_factory=list)
    groups: list[dict[str, Any]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def home(self) -> dict[str, Any]:
        """The dimension that questions go into now."""
        if self.groups:
            return self.groups[-1]
        known = next((d for d in self.dimensions if d["code"] == "umum"), None)
        if known is None:
            known = {"code": "umum", "id": "Umum", "en": "General", "questions": []}
            self.dimensions.append(known)
        return known


def read(sheets: Mapping[str, Rows]) -> XlsFormRead:
    """An instrument's body from the rows of an XLSForm. Raises `rules.InstrumentError` with the row that is wrong."""
    survey = sheets.get("survey")
    if not survey:
        raise rules.InstrumentError("lembar survey tidak ada atau kosong")
    lists: dict[str, list[dict[str, str]]] = {}
    for row in sheets.get("choices", []):
        lists.setdefault(row.get("list_name") or row.get("list name", ""), []).append(row)
    levels: dict[str, Rows] = {}
    for row in sheets.get("berdaya_levels", []):
        levels.setdefault(row.get("question", ""), []).append(row)
    state = _Reader(lists, {row.get("question", ""): row for row in sheets.get("berdaya", [])}, levels)
    for number, row in enumerate(survey, start=2):
        try:
            _take(state, row)
        except (ValueError, KeyError) as error:
            raise rules.InstrumentError(f"survey baris {number}: {error}") from error
    body = _body(state, sheets)
    rules.parse(body)
    return XlsFormRead(body, tuple(dict.fromkeys(state.left)))


def _body(state: _Reader, sheets: Mapping[str, Rows]) -> dict[str, Any]:
    settings = next(iter(sheets.get("settings", [])), {})
    meta = [(row.get("key", ""), row.get("value", "")) for row in sheets.get("berdaya_meta", [])]
    told = dict(meta)
    title = settings.get("form_title") or settings.get("form_id") or "Instrumen"
    version = "".join(c for c in settings.get("version", "") if c.isdecimal())[:4]
    dimensions = [d for d in state.dimensions if d["questions"]]
    if not dimensions:
        raise rules.InstrumentError("survey: tidak ada pertanyaan yang dapat dipakai")
    return {
        "code": slug(settings.get("form_id") or title),
        "version": int(version or 1) or 1,
        "subject": told.get("subject") or "household",
        "source": told.get("source", "XLSForm"),
        "notes": [value for key, value in meta if key == "note"],
        "title": {"id": title, "en": told.get("title_en") or title},
        "dimensions": dimensions,
        "bands": [
            {"code": b["code"], "id": b["id"], "en": b.get("en") or b["id"], "above": float(b["above"] or 0),
             "up_to": float(b["up_to"])}
            for b in sheets.get("berdaya_bands", [])
        ],
    }  # fmt: skip


def slug(text: str) -> str:
    """A code that instruments and questions may have."""
    plain = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:40].strip("_")
    return plain if plain[:1].isalpha() else f"q_{plain}"[:40]


def _label(row: Mapping[str, str], english: bool = False) -> str:
    marks = ("(en)", "english") if english else ("(id)", "indonesia")
    named = {key.lower(): value for key, value in row.items() if key.lower().startswith("label") and value}
    own = next((value for key, value in named.items() if any(mark in key for mark in marks)), "")
    return re.sub(r"<[^>]+>", "", own or named.get("label", "") or next(iter(named.values()), "")).strip()


def _take(state: _Reader, row: Mapping[str, str]) -> None:
    kind, _, argument = row.get("type", "").strip().partition(" ")
    argument = argument.strip()
    whole = f"{kind} {argument}".replace("_", " ").lower()
    if whole.startswith(("begin group", "begin repeat")):
        _begin(state, row, repeat="repeat" in whole)
        return
    if whole.startswith(("end group", "end repeat")):
        if state.groups:
            state.groups.pop()
        return
    if not kind or kind in _IGNORED:
        return
    if kind in _NOT_TAKEN:
        state.left.append(f"{row.get('name', '?')}: {kind}")
        return
    state.left += [f"{row.get('name', '?')}: {name}" for name in _LOGIC if row.get(name)]
    question = _question(state, kind, argument, row)
    if question is not None:
        if len(state.seen) >= MOST_QUESTIONS:
            raise ValueError(f"lebih dari {MOST_QUESTIONS} pertanyaan")
        state.seen.add(question["code"])
        state.home()["questions"].append(question)


def _begin(state: _Reader, row: Mapping[str, str], *, repeat: bool) -> None:
    if repeat:
        state.left.append(f"{row.get('name', '?')}: repeat")
    code = slug(row.get("name") or _label(row))
    named = {"code": code, "id": _label(row) or code, "en": _label(row, english=True) or code, "questions": []}
    known = next((d for d in state.dimensions if d["code"] == code), None)
    if known is None:
        state.dimensions.append(named)
    state.groups.append(known or named)


def _question(state: _Reader, kind: str, argument: str, row: Mapping[str, str]) -> dict[str, Any] | None:
    name = row.get("name", "").strip()
    if not name:
        raise ValueError("kolom name kosong")
    code = slug(name)
    growth = next((c for c in (code.removesuffix("_before"), code.removesuffix("_now")) if c != code), "")
    if growth and state.own.get(growth, {}).get("shape") == Shape.GROWTH:
        if growth in state.seen:
            return None
        code = growth
    if code in state.seen:
        raise ValueError(f"nama {code} dipakai dua kali")
    own = state.own.get(code, {})
    shape, steps, source, optional = _shape(state, kind, argument, code)
    label, english = _label(row), _label(row, english=True)
    if shape is Shape.GROWTH:
        label, english = label.removesuffix(" (sebelum)"), english.removesuffix(" (before)")
    facts: dict[str, Any] = {"code": code, "id": label or code, "en": english or label or code, "shape": shape.value}
    weight = int(float(own.get("weight") or 0))
    more = {"weight": weight, "unit": own.get("unit", ""), "source": source, "steps": steps}
    facts |= {key: value for key, value in more.items() if value}
    if optional or own.get("optional") == "ya":
        facts["optional"] = True
    return facts


def _shape(state: _Reader, kind: str, argument: str, code: str) -> tuple[Shape, list[dict[str, Any]], str, bool]:
    """Shape, steps, source of codes, and whether "does not apply" may be answered."""
    list_name = argument.split(maxsplit=1)[0] if argument else ""
    if kind in {"select_one", "select_multiple"} and list_name not in state.lists and list_name not in SOURCES:
        raise ValueError(f"daftar pilihan {list_name or '?'} tidak ada")
    if kind == "select_multiple":
        if list_name in SOURCES:
            return Shape.CHOICES, [], list_name, False
        return Shape.CHOICES, _steps(state.lists[list_name])[0], "", False
    if kind == "select_one":
        rows = state.lists[list_name]
        if {row.get("name", "").lower() for row in rows} in ({"ya", "tidak"}, {"yes", "no"}):
            return Shape.YES_NO, [], "", False
        steps, optional = _steps(rows)
        return Shape.LEVEL, steps, "", optional
    if kind in _NUMBERS:
        growth = state.own.get(code, {}).get("shape") == Shape.GROWTH
        return Shape.GROWTH if growth else Shape.NUMBER, _intervals(state.levels.get(code, [])), "", False
    if kind in _TEXTS:
        return Shape.TEXT, [], "", False
    raise ValueError(f"jenis {kind} tidak dikenal")


def _steps(rows: Iterable[Mapping[str, str]]) -> tuple[list[dict[str, Any]], bool]:
    """Levels in the order of the list; names that are rising whole numbers are the levels themselves."""
    kept = [row for row in rows if row.get("name") not in {NOT_APPLICABLE_CODE, NOT_APPLICABLE}]
    optional = len(kept) < len(list(rows))
    numbers = [int(name) if (name := row.get("name", "")).isdecimal() and len(name) < 5 else -1 for row in kept]
    rising = all(n > 0 for n in numbers) and numbers == sorted(set(numbers))
    return [
        {"level": number if rising else at, "id": _label(row) or row.get("name", ""),
         "en": _label(row, english=True) or row.get("name", "")}
        for at, (row, number) in enumerate(zip(kept, numbers, strict=True), start=1)
    ], optional  # fmt: skip


def _intervals(rows: Rows) -> list[dict[str, Any]]:
    return [
        {"level": int(row["level"]), "id": row["id"], "en": row.get("en") or row["id"]}
        | {key: float(row[key]) for key in ("above", "up_to") if row.get(key)}
        for row in rows
    ]
