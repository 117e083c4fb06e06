"""Words that office pages and public pages share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

_LETTERS = frozenset({"KUBE", "UEP", "PKK", "UMKM", "PIRT", "BUMDES", "TKSK", "PKH", "III", "VIII", "XIII", "KWT"})
"""Words that stay in capitals: abbreviations of the field, and Roman numerals of three letters or more."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def as_name(text: str) -> str:
    """A name as signs write it: words that somebody typed in capitals only get a capital in front.

    ``Ternak bebek EUIS FATONAH`` becomes ``Ternak bebek Euis Fatonah``; ``KUBE``, ``II`` and ``UD`` stay.
    """
    return _WORD.sub(lambda found: _lowered(found.group()), text)


def _lowered(word: str) -> str:
    shouted = len(word) > 2 and word.isupper() and word not in _LETTERS and any(letter in "AIUEOY" for letter in word)
    return word.capitalize() if shouted else word


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
