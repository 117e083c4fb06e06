"""From `programme.toml` to :class:`ProgrammeConfig`, with every fault as a named problem.

The stored form of a version is :func:`canonical`; its SHA-256 (:func:`fingerprint`) names the version in
decisions.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from berdaya.areas.codes import area_range, format_code, lineage
from berdaya.kernel.problems import Problem
from berdaya.programmes import problems as _problems  # noqa: F401  (registers the texts)
from berdaya.programmes.rules.ranking import CRITERIA
from berdaya.programmes.types import ProgrammeConfig, Subject

_EXPECTED: Mapping[str, tuple[str, str]] = {
    "int_type": ("Harus bilangan bulat tanpa kutip.", "It must be a whole number without quotes."),
    "int_parsing": ("Harus bilangan bulat.", "It must be a whole number."),
    "bool_parsing": ("Harus true atau false.", "It must be true or false."),
    "string_type": ("Harus teks di antara tanda kutip.", "It must be a text in quotes."),
    "string_too_short": ("Tidak boleh kosong.", "It must not be empty."),
    "string_pattern_mismatch": ("Bentuknya tidak sesuai {pattern}.", "It does not have the form {pattern}."),
    "literal_error": ("Pilihan: {expected}.", "Choices: {expected}."),
    "enum": ("Pilihan: {expected}.", "Choices: {expected}."),
    "greater_than": ("Harus lebih dari {gt}.", "It must be more than {gt}."),
    "greater_than_equal": ("Paling kecil {ge}.", "It must be at least {ge}."),
    "less_than_equal": ("Paling besar {le}.", "It must be at most {le}."),
    "too_short": ("Paling sedikit {min_length} isi.", "It needs at least {min_length} entries."),
    "too_long": ("Paling banyak {max_length} isi.", "It takes at most {max_length} entries."),
    "date_from_datetime_parsing": ("Tanggal ditulis 2026-10-31.", "Dates are written 2026-10-31."),
    "date_type": ("Tanggal ditulis 2026-10-31.", "Dates are written 2026-10-31."),
    "model_type": ("Harus sebuah bagian (tabel).", "It must be a table."),
    "dict_type": ("Harus sebuah bagian (tabel).", "It must be a table."),
    "tuple_type": ("Harus daftar dalam tanda [ ].", "It must be a list in [ ]."),
}
_OWN: Mapping[str, tuple[str, str]] = {
    "funding_shares": ("Bagian sumber dana harus berjumlah 1.", "The shares of the funding must sum to 1."),
    "age_order": ("min tidak boleh melebihi max.", "min must not exceed max."),
    "size_order": ("min tidak boleh melebihi max.", "min must not exceed max."),
    "dates_order": ("Penetapan tidak boleh mendahului usulan.", "The decree cannot precede the proposal."),
    "growth_order": (
        "Syarat mandiri tidak boleh lebih ringan daripada syarat berkembang.",
        "What mandiri asks must not be easier than what berkembang asks.",
    ),
    "growth_none": ("Paling sedikit satu syarat harus tetap ditanyakan.", "At least one criterion must be asked."),
}
_OTHER = ("Bentuknya tidak sesuai.", "It has the wrong form.")


def load_config(folder: Path) -> ProgrammeConfig:
    """Read ``folder/programme.toml``.

    Raises ``programme_file_missing``, ``programme_not_toml``, and the first problem of what is written there;
    :func:`check_config` lists them all.
    """
    path = folder / "programme.toml"
    if not path.is_file():
        raise Problem("programme_file_missing", folder=folder.name)
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise Problem("programme_not_toml", detail=str(fault)) from None
    return parse_config(raw)


def parse_config(raw: Mapping[str, Any]) -> ProgrammeConfig:
    """The checked configuration. Raises the first :class:`Problem` found."""
    config, found = _parse(raw)
    if config is None:
        raise found[0]
    return config


def check_config(raw: Mapping[str, Any]) -> list[Problem]:
    """Every problem of ``raw``; an empty list means that :func:`parse_config` succeeds."""
    return _parse(raw)[1]


def canonical(config: ProgrammeConfig) -> dict[str, Any]:
    """``config`` as plain JSON values, defaults written out; :func:`parse_config` takes it back unchanged."""
    data = config.model_dump(mode="json")
    quota = data["quota"]
    quota.update({format_code(int(code)): places for code, places in sorted(quota.pop("areas").items())})
    data["programme"]["area"] = format_code(data["programme"]["area"])
    plain: dict[str, Any] = _without_none(data)
    return plain


def fingerprint(config: ProgrammeConfig) -> str:
    """SHA-256 (hex) of the canonical form: the same rules give the same name wherever they are stored."""
    text = json.dumps(canonical(config), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_none(item) for item in value]
    return value


def _parse(raw: Mapping[str, Any]) -> tuple[ProgrammeConfig | None, list[Problem]]:
    try:
        config = ProgrammeConfig.model_validate(_join_aid(raw))
    except Problem as problem:
        return None, [problem]
    except ValidationError as fault:
        # Unknown keys first: a misspelt key usually explains the missing one.
        found = sorted(
            (_as_problem(error) for error in fault.errors()), key=lambda p: p.code != "programme_key_unknown"
        )
        return None, found
    found = _check_quota(config) + _check_weights(config)
    return (None, found) if found else (config, [])


def _join_aid(raw: Mapping[str, Any]) -> dict[str, Any]:
    """``aid`` may stand inside ``[programme]`` or as a table of its own; both together are one section."""
    data = dict(raw)
    programme = data.get("programme")
    if isinstance(programme, dict) and isinstance(programme.get("aid"), dict):
        data["programme"] = {key: value for key, value in programme.items() if key != "aid"}
        own = data.get("aid", {})
        if isinstance(own, dict):
            data["aid"] = {**programme["aid"], **own}
    return data


def _as_problem(error: Any) -> Problem:
    path = _path(error["loc"])
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return Problem("programme_key_unknown", path=path, known=", ".join(_known_keys(error["loc"][:-1])))
    if kind == "missing":
        return Problem("programme_key_missing", path=path)
    reason = str(context.get("error", ""))
    value = _short(error.get("input"))
    if reason == "area":
        return Problem("programme_area_unknown", path=path, value=value)
    expected_id, expected_en = _OWN.get(reason) or _EXPECTED.get(kind, _OTHER)
    return Problem(
        "programme_value_wrong",
        path=path,
        value=value,
        expected_id=expected_id.format(**context),
        expected_en=expected_en.format(**context),
    )


def _path(place: tuple[int | str, ...]) -> str:
    """The path as it stands in the file: a quota by its quoted area code, ``[aid]`` wherever it was written."""
    if place[:2] == ("quota", "areas") and len(place) > 2:
        return f'quota."{format_code(int(place[2]))}"'
    return ".".join(str(part) for part in place) or "programme.toml"


def _short(value: object) -> str:
    if isinstance(value, Mapping | list | tuple | BaseModel):
        return "…"
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _known_keys(place: tuple[int | str, ...]) -> list[str]:
    model: type[BaseModel] = ProgrammeConfig
    for part in place:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(part)
        inner = [model] if field is None else _models_in(field.annotation)
        if not inner:
            break
        model = inner[0]
    names = list(model.model_fields)
    return ['kode wilayah ("36.01")' if name == "areas" else name for name in names]


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in _models_in(part)]


def _check_weights(config: ProgrammeConfig) -> list[Problem]:
    known = CRITERIA[config.subject]
    return [
        Problem("programme_key_unknown", path=f"ranking.weights.{name}", known=", ".join(known))
        for name in config.ranking.weights
        if name not in known
    ]


def _check_quota(config: ProgrammeConfig) -> list[Problem]:
    lo, hi = area_range(config.programme.area)
    quota = config.quota
    found: list[Problem] = []
    for code, places in sorted(quota.areas.items()):
        path = f'quota."{format_code(code)}"'
        if not lo <= code <= hi:
            found.append(Problem("quota_outside_programme", path=path, area=format_code(config.programme.area)))
            continue
        around = [outer for outer in lineage(code)[:-1] if outer in quota.areas]
        parent, limit = (format_code(around[-1]), quota.areas[around[-1]]) if around else ("total", quota.total)
        if places > limit:
            found.append(Problem("quota_above_parent", path=path, value=places, parent=parent, limit=limit))
    if config.subject is Subject.GROUP and config.programme.scheme != "group":
        found.append(
            Problem(
                "programme_value_wrong",
                path="quota.unit",
                value="'group'",
                expected_id='Satuan kelompok hanya untuk scheme = "group".',
                expected_en='The unit group needs scheme = "group".',
            )
        )
    return found
