"""The one catalogue of problems: what went wrong, where, and what a person can do about it.

Every package registers its own texts with :func:`register`; faces map a :class:`Problem` once to HTTP, to a
terminal line or to a cell comment. Codes are stable and used from outside.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from berdaya.kernel import formats

RUPIAH = re.compile(r"Rp\{(\w+)\}")
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Entry:
    """Texts of one problem; ``{names}`` are filled from the parameters of the raised :class:`Problem`."""

    id: str
    en: str
    do_id: str
    do_en: str
    status: int = 400


FIVE_DIGITS = 10_000
_catalogue: dict[str, Entry] = {}
_english: dict[str, str] = {}


def register(entries: Mapping[str, Entry]) -> None:
    """Add entries; the same code twice with other texts is a programming error."""
    for code, entry in entries.items():
        known = _catalogue.get(code)
        if known is not None and known != entry:
            raise ValueError(f"problem code registered twice: {code}")
        _catalogue[code] = entry


def catalogue() -> Mapping[str, Entry]:
    """All registered problems by code."""
    return _catalogue


class Problem(Exception):  # noqa: N818 - the field calls it a problem, and so does the catalogue
    """A named problem that a person can act upon."""

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params = params
        super().__init__(self.text("en"))

    @property
    def entry(self) -> Entry:
        return _catalogue.get(self.code, _UNKNOWN)

    @property
    def status(self) -> int:
        """HTTP status a face answers with."""
        return self.entry.status

    def text(self, language: str = "id") -> str:
        """What is wrong, in ``id`` or ``en``."""
        return _fill(self.entry.en if language.startswith("en") else self.entry.id, self, language)

    def advice(self, language: str = "id") -> str:
        """What to do, in ``id`` or ``en``."""
        return _fill(self.entry.do_en if language.startswith("en") else self.entry.do_id, self, language)

    def told(self, language: str = "id") -> str:
        """What is wrong and what to do, in one line."""
        return f"{self.text(language)} {self.advice(language)}"


def register_names(names: Mapping[str, str]) -> None:
    """Indonesian names that stand in parameters (of an account, a place in the book) with their English ones."""
    _english.update(names)


def _fill(text: str, problem: Problem, language: str) -> str:
    """The text with its parameters: names, days and amounts as offices write them in that language."""
    lang = "en" if language.startswith("en") else "id"
    money = set(RUPIAH.findall(text))
    params = {key: _said(value, lang, key in money) for key, value in problem.params.items() if key != "code"}
    try:
        return text.format(code=problem.code, **params)
    except (KeyError, IndexError, ValueError):
        return text


def _said(value: object, lang: str, money: bool = False) -> object:
    if isinstance(value, list | tuple):
        return ", ".join(str(_said(part, lang)) for part in value)
    if isinstance(value, int) and not isinstance(value, bool):
        # A number of four digits may be a year.
        return formats.number(value, lang=lang) if money or abs(value) >= FIVE_DIGITS else value
    if isinstance(value, date):
        return formats.day(value, lang=lang)
    if not isinstance(value, str):
        return value
    return _text(value, lang)


def _text(value: str, lang: str) -> str:
    """A day as it is said; a name, with its number, in English where it has one."""
    if ISO_DAY.fullmatch(value):
        with suppress(ValueError):
            return formats.day(date.fromisoformat(value), lang=lang)
    name, space, number = value.rpartition(" ") if value[-1:].isdecimal() else (value, "", "")
    return f"{_english[name]}{space}{number}" if lang == "en" and name in _english else value


_UNKNOWN = Entry(
    id="Terjadi masalah ({code}).",
    en="Something went wrong ({code}).",
    do_id="Hubungi petugas sistem dan sebutkan kode ini.",
    do_en="Tell the system officer this code.",
    status=500,
)

register(
    {
        "not_found": Entry(
            id="Data tidak ditemukan atau di luar wewenang Anda.",
            en="Not found, or outside your area of authority.",
            do_id="Periksa alamat atau ganti peran Anda.",
            do_en="Check the address or switch your role.",
            status=404,
        ),
        "not_allowed": Entry(
            id="Peran {role} tidak berwenang melakukan: {permission}.",
            en="The role {role} may not do this: {permission}.",
            do_id="Mintalah petugas yang berwenang melakukannya.",
            do_en="Ask an officer who holds that authority.",
            status=403,
        ),
        "same_person": Entry(
            id="Pembuat dan pemeriksa harus dua orang yang berbeda.",
            en="Maker and checker must be two different people.",
            do_id="Mintalah petugas lain untuk memeriksa.",
            do_en="Ask another officer to check it.",
            status=409,
        ),
        "bad_state": Entry(
            id="Langkah ini tidak dapat dilakukan pada keadaan sekarang ({state}).",
            en="This step cannot be taken in the present state ({state}).",
            do_id="Muat ulang halaman dan periksa keadaan terakhir.",
            do_en="Reload the page and check the present state.",
            status=409,
        ),
        "already_decided": Entry(
            id="Keputusan ini sudah diambil.",
            en="This has been decided already.",
            do_id="Muat ulang halaman untuk melihat keputusannya.",
            do_en="Reload the page to see the decision.",
            status=409,
        ),
        "outside_scope": Entry(
            id="Wilayah atau kantor di luar wewenang Anda.",
            en="The area or office lies outside your authority.",
            do_id="Ganti peran, atau minta kantor yang berwenang.",
            do_en="Switch your role, or ask the office in charge.",
            status=403,
        ),
    }
)


def problem_of(error: BaseException, names: Mapping[str, str]) -> Problem | None:
    """The named problem behind an error of the database, by its SQLSTATE in ``names``; None where it is another's."""
    code = names.get(str(getattr(error.__cause__, "sqlstate", "") or ""))
    return Problem(code) if code else None
