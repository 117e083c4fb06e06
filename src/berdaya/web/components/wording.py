"""Words that office pages and public pages share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _


def conditions(known: Mapping[str, Any]) -> list[str]:
    """Conditions of a programme of the register (``programmes.rules.offers``), as anybody reads them."""
    said = []
    if "desil_max" in known:
        said.append(_("desil 1 sampai %(desil)s") % {"desil": known["desil_max"]})
    if "age_min" in known or "age_max" in known:
        ages = {"least": known.get("age_min", 0), "most": known.get("age_max", "…")}
        said.append(_("umur %(least)s–%(most)s tahun") % ages)
    if "sex" in known:
        said.append({"P": _("perempuan"), "L": _("laki-laki")}[known["sex"]])
    if known.get("disability"):
        said.append(_("penyandang disabilitas"))
    if known.get("female_head"):
        said.append(_("kepala keluarga perempuan"))
    return said
