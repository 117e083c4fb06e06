"""Finding an area by a name as people write it: old spelling, abbreviations, numerals, typing errors.

Pure: the caller gives the candidates (the children of one parent), so that a typing error can only lead to a
neighbour and never to a village of the same name elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["exact", "variant", "ambiguous", "unknown"]

_PREFIXES = {
    "province": r"(?:provinsi|propinsi|prov|prop)\b",
    "regency": r"(?:kabupaten|kab|kotamadya|kotamadia|kodya|kota)(?:\s+(?:administrasi|adm))?\b",
    "district": r"(?:kecamatan|kec|distrik|kapanewon|kemantren)\b",
    "village": r"(?:kelurahan|kel|desa|ds)\b",
}
_ANY_PREFIX = re.compile("^(?:" + "|".join(_PREFIXES.values()) + r")\s*")
_KIND_PREFIXES = {
    "kota": re.compile(r"(?:kotamadya|kotamadia|kodya|kota)\b"),
    "kabupaten": re.compile(r"(?:kabupaten|kab)\b"),
    "kelurahan": re.compile(r"(?:kelurahan|kel)\b"),
    "desa": re.compile(r"(?:desa|ds)\b"),
}
_KIND_RIVALS = {
    "kota": ("kota", "kabupaten"),
    "kabupaten": ("kota", "kabupaten"),
    "kelurahan": ("kelurahan",),
    "desa": ("desa",),
}
_PROVINCE_ALIASES = {
    "dki jakarta": "daerah khusus ibukota jakarta",
    "jakarta": "daerah khusus ibukota jakarta",
    "diy": "daerah istimewa yogyakarta",
    "di yogyakarta": "daerah istimewa yogyakarta",
    "yogyakarta": "daerah istimewa yogyakarta",
    "ntb": "nusa tenggara barat",
    "ntt": "nusa tenggara timur",
    "jatim": "jawa timur",
    "jateng": "jawa tengah",
    "jabar": "jawa barat",
    "sumsel": "sumatera selatan",
    "sumbar": "sumatera barat",
    "sumut": "sumatera utara",
    "sulsel": "sulawesi selatan",
    "kalbar": "kalimantan barat",
    "nad": "aceh",
}
_SHORT_WORDS = {
    "tj": "tanjung",
    "tg": "tanjung",
    "tjg": "tanjung",
    "sei": "sungai",
    "kp": "kampung",
    "kpg": "kampung",
    "gn": "gunung",
    "gng": "gunung",
    "perk": "perkebunan",
    "ps": "pasar",
    "psr": "pasar",
    "bt": "batu",
    "ma": "muara",
    "sbr": "sumber",
    "kr": "karang",
    "utr": "utara",
    "slt": "selatan",
    "tmr": "timur",
    "brt": "barat",
    "tgh": "tengah",
}
# Order matters: after "dj" has become "j", "Kramat Djati" and "Kramatjati" meet the rule of "tj" alike.
_OLD_SPELLING = (
    ("dj", "j"),
    ("tj", "c"),
    ("nj", "ny"),
    ("sj", "sy"),
    ("sy", "s"),
    ("ch", "kh"),
    ("kh", "k"),
    ("oe", "u"),
    ("dh", "d"),
    ("th", "t"),
    ("bh", "b"),
    ("ie", "i"),
    ("v", "f"),
    ("y", "i"),
)
_NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        (
            "satu",
            "dua",
            "tiga",
            "empat",
            "lima",
            "enam",
            "tujuh",
            "delapan",
            "sembilan",
            "sepuluh",
            "sebelas",
        ),
        start=1,
    )
}
_ROMAN = {"i": 1, "v": 5, "x": 10}
_ROMAN_NUMERAL = re.compile(r"^x{0,3}(?:ix|iv|v?i{0,3})$")


@dataclass(frozen=True)
class Named:
    """One area that may be meant: its code, official name and kind (kabupaten and kota may share a name)."""

    code: int
    name: str
    kind: str = ""


@dataclass(frozen=True)
class NameMatch:
    """What a written name turned out to be.

    ``exact``: the official name but for case, prefix and punctuation. ``variant``: one area by spelling rules
    or by ``distance`` typing errors, worth a warning. ``ambiguous``: several (``codes``). ``unknown``: none.
    """

    outcome: Outcome
    code: int | None = None
    codes: tuple[int, ...] = ()
    distance: int = 0


@dataclass
class NameIndex:
    """The children of one parent, prepared for many look-ups."""

    whole: dict[str, list[Named]] = field(default_factory=dict)
    exact: dict[str, list[Named]] = field(default_factory=dict)
    variant: dict[str, list[Named]] = field(default_factory=dict)

    @classmethod
    def of(cls, areas: Iterable[Named]) -> NameIndex:
        """Index of ``areas``, kept in the order of their codes."""
        index = cls()
        for area in sorted(areas, key=lambda item: item.code):
            index.whole.setdefault(plain(area.name, whole=True), []).append(area)
            for form in _forms(area.name):
                index.exact.setdefault(plain(form), []).append(area)
                bucket = index.variant.setdefault(spelling_key(form), [])
                if area not in bucket:
                    bucket.append(area)
        return index

    def find(self, written: str) -> NameMatch:
        """The area that ``written`` names; see :class:`NameMatch`."""
        found = self.whole.get(plain(written, whole=True), [])
        if found:
            return _decide(found, "exact")
        base = plain(written)
        base = _PROVINCE_ALIASES.get(base, base)
        if not base:
            return NameMatch("unknown")
        found = _of_kind(self.exact.get(base, []), written)
        if found:
            return _decide(found, "exact")
        key = spelling_key(base)
        found = _of_kind(self.variant.get(key, []), written)
        if found:
            return _decide(found, "variant")
        return self._nearest(key, written)

    def _nearest(self, key: str, written: str) -> NameMatch:
        limit = 0 if len(key) <= 3 else 1 if len(key) <= 7 else 2
        best, found = limit + 1, list[Named]()
        for other, areas in self.variant.items():
            if abs(len(other) - len(key)) > limit or _digits(other) != _digits(key):
                continue
            distance = edit_distance(key, other, limit=min(best, limit))
            if distance < best:
                best, found = distance, list(areas)
            elif distance == best <= limit:
                found += [area for area in areas if area not in found]
        found = _of_kind(found, written) if best <= limit else []
        return _decide(found, "variant", distance=best) if found else NameMatch("unknown")


def plain(written: str, *, whole: bool = False) -> str:
    """Lower case without accents, punctuation and (unless ``whole``) the prefix "Kab.", "Desa"; one space."""
    text = unicodedata.normalize("NFKD", written).encode("ascii", "ignore").decode().casefold()
    text = re.sub(r"['`\"()]", "", text)
    text = re.sub(r"[^a-z0-9]+", " ", text).strip()
    # A name may begin like a prefix ("Kota Raja"), but a prefix alone is no name.
    stripped = _ANY_PREFIX.sub("", text).strip()
    return text if whole else stripped or text


def spelling_key(written: str) -> str:
    """One key for all spellings of a name: orthography, abbreviations, numerals, doubled letters, spaces."""
    words = re.findall(r"[a-z]+|[0-9]+", plain(written))
    parts: list[str] = []
    for word in words:
        number = _number(word, alone=len(words) == 1)
        if word == "belas" and parts and parts[-1].isdigit():
            parts[-1] = str(10 + int(parts[-1]))
        else:
            parts.append(str(number) if number is not None else _SHORT_WORDS.get(word, word))
    # Joined before respelling, so that "Kramat Jati" and "Kramatjati" stay one name.
    key = "".join(parts)
    for old, new in _OLD_SPELLING:
        key = key.replace(old, new)
    return re.sub(r"([a-z])\1+", r"\1", key)


def edit_distance(one: str, other: str, *, limit: int) -> int:
    """Damerau-Levenshtein distance (a swap of neighbours counts one); ``limit + 1`` for all beyond it."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, start=1):
        two_before, before, row = before, row, [i]
        for j, right in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, two_before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)


def _forms(name: str) -> list[str]:
    """The official name, and each half of "Lalai I/II"-like names is left whole; brackets may be left out."""
    shorter = re.sub(r"\s*\(.*?\)", "", name).strip()
    return [name] if shorter in (name, "") else [name, shorter]


def _of_kind(found: list[Named], written: str) -> list[Named]:
    """Keep the kind that the prefix names ("Kota", "Kab.", "Kel.", "Desa"), where the areas differ in it."""
    text = written.strip().casefold()
    kind = next((kind for kind, pattern in _KIND_PREFIXES.items() if pattern.match(text)), "")
    if not any(area.kind in _KIND_RIVALS.get(kind, ()) for area in found):
        return found
    return [area for area in found if area.kind == kind]


def _decide(found: list[Named], outcome: Literal["exact", "variant"], distance: int = 0) -> NameMatch:
    codes = tuple(dict.fromkeys(area.code for area in found))
    if len(codes) > 1:
        return NameMatch("ambiguous", codes=codes, distance=distance)
    return NameMatch(outcome, code=codes[0], codes=codes, distance=distance)


def _digits(key: str) -> str:
    return "".join(sign for sign in key if sign.isdigit())


def _number(word: str, *, alone: bool) -> int | None:
    """Value of digits, of a number word, or of a Roman numeral beside other words; None for other words."""
    if word.isdigit():
        return int(word)
    today = word.replace("oe", "u").replace("dj", "j")
    if today in _NUMBER_WORDS:
        return _NUMBER_WORDS[today]
    if alone or not _ROMAN_NUMERAL.match(word):
        return None
    return sum(
        -_ROMAN[sign] if _ROMAN[sign] < _ROMAN.get(following, 0) else _ROMAN[sign]
        for sign, following in zip(word, word[1:] + " ", strict=True)
    )
