"""The one catalogue of problems: what went wrong, where, and what a person can do about it.

Every package registers its own texts with :func:`register`; faces map a :class:`Problem` once to HTTP, to a
terminal line or to a cell comment. Codes are stable and used from outside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """Texts of one problem; ``{names}`` are filled from the parameters of the raised :class:`Problem`."""

    id: str
    en: str
    do_id: str
    do_en: str
    status: int = 400


_catalogue: dict[str, Entry] = {}


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
        return _fill(self.entry.en if language.startswith("en") else self.entry.id, self.code, self.params)

    def advice(self, language: str = "id") -> str:
        """What to do, in ``id`` or ``en``."""
        return _fill(self.entry.do_en if language.startswith("en") else self.entry.do_id, self.code, self.params)

    def told(self, language: str = "id") -> str:
        """What is wrong and what to do, in one line."""
        return f"{self.text(language)} {self.advice(language)}"


def _fill(text: str, code: str, params: Mapping[str, object]) -> str:
    try:
        return text.format(code=code, **{key: value for key, value in params.items() if key != "code"})
    except (KeyError, IndexError, ValueError):
        return text


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
