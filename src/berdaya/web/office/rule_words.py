"""Keys of ``programme.toml`` as people call them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from berdaya.areas.codes import InvalidAreaCodeError, parse_code
from berdaya.process.overview.common import places
from berdaya.programmes.types import ExclusionKind
from berdaya.web.office import words
from berdaya.web.office.programmes import criterion

WEIGHT, QUOTA, COOL_OFF = "ranking.weights.", "quota.", "eligibility.cool_off_years."


def rule(key: str) -> str:
    """One key in words; a key nobody named here stays as the file writes it."""
    known = {
        "quota.total": _("Kuota seluruhnya"),
        "eligibility.desil_max": _("Desil paling tinggi"),
        "eligibility.age.min": _("Umur paling muda"),
        "eligibility.age.max": _("Umur paling tua"),
        "eligibility.exclude": _("Daftar yang mengecualikan"),
        "objection.days": _("Hari masa sanggah"),
        "eligibility.cool_off_years.business_aid": _("Jeda bantuan usaha (tahun)"),
    }
    if key in known:
        return known[key]
    if key.startswith(WEIGHT):
        return _("Bobot %(criterion)s") % {"criterion": criterion(key.removeprefix(WEIGHT))}
    if key.startswith(QUOTA):
        return _quota(key)
    return key


def _quota(key: str) -> str:
    try:
        code = parse_code(key.removeprefix(QUOTA))
    except InvalidAreaCodeError:
        return key
    return _("Kuota %(area)s") % {"area": places([code]).get(code, key.removeprefix(QUOTA))}


def rule_rows(changed: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Changed rules as rows: name, value before, value after; nothing is a dash."""
    return [(rule(key), _value(before), _value(after)) for key, before, after in changed]


def _value(text: str) -> str:
    kinds = {kind.value for kind in ExclusionKind}
    parts = [words.reason(part) if part in kinds else part for part in text.split(", ")]
    return ", ".join(parts) or "–"
