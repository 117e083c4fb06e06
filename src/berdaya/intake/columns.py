"""Columns: their headings as offices write them, and how a cell of each is read.

A reader takes a cell and the day of reading and gives a value or a `Fault`. Readers are called once per
distinct cell value of a column where values repeat, so they must depend on nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from berdaya.areas.codes import InvalidAreaCodeError, parse_code
from berdaya.people.rules.dates import ROMAN, DateFault, read_birth_date, read_date
from berdaya.people.rules.names import clean_name, is_name
from berdaya.people.rules.nik import check_kk, check_nik
from berdaya.people.rules.plain import read_idr, read_phone, read_sex, read_whole, read_yes_no

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a cell is refused: a code of the catalogue."""

    code: str


@dataclass(frozen=True, slots=True)
class Softly:
    """A value taken in place of what was written, with a warning; `mend` marks the cell as one to be mended."""

    value: object
    code: str
    mend: bool = False


Reader = Callable[[object, date], object]


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a row: canonical heading, other headings, reader.

    `required` refuses the row where the cell is blank; else the blank gives `blank`. `needed` columns must
    have a heading. `distinct` columns hold another value in nearly every row, so remembering values would
    not pay.
    """

    name: str
    heading: str
    read: Reader
    also: tuple[str, ...] = ()
    required: bool = False
    blank: object = None
    needed: bool | None = None
    distinct: bool = False
    missing: str = "missing"
    shares: str = ""
    """The field whose column holds this one too where it has none of its own ("Situbondo, 12-03-1985")."""

    @property
    def must_stand(self) -> bool:
        """Whether a sheet without this heading is refused."""
        return self.required if self.needed is None else self.needed


def is_empty(cell: object) -> bool:
    """Blank to who looks at it, or the dash that offices write for "nothing"."""
    if isinstance(cell, str) and not cell.isascii():
        cell = as_seen(cell)
    return cell is None or (isinstance(cell, str) and (not cell or cell.isspace() or cell.strip() in {"-", "–", "'"}))


def own_digits(cell: object) -> object:
    """Digits of another script (Arabic, Thai, full width) as 0-9; anything else as it is."""
    if not isinstance(cell, str) or cell.isascii():
        return cell
    return "".join(str(unicodedata.digit(char)) if char.isdigit() else char for char in cell.translate(_AS_TYPED))


def nik(cell: object, _day: date) -> object:
    """NIK or the fault, by `people.rules.nik`; who says that there is none yet is taken without."""
    cell = own_digits(cell)
    result = check_nik(cell)
    if result.fault is None:
        return result.value
    return Softly("", "nik_not_yet") if says_none_yet(cell) else Fault(f"nik_{result.fault}")


_NONE_YET = re.compile(
    r"^(?:belum\s*(?:ada|punya|memiliki|ber|terbit|rekam|perekaman|cetak|jadi|terdaftar)?.*|tidak\s*(?:ada|punya|memiliki).*|"
    r"tdk\s*(?:ada|punya).*|blm\b.*|nihil|proses.*|(?:dalam|dlm|dl|masih|msh)\b.*proses.*|0)$",
    re.IGNORECASE,
)


def says_none_yet(cell: object) -> bool:
    """Whether the cell says in words (or with a single 0) that the person has no NIK yet."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return cell == 0
    return isinstance(cell, str) and _NONE_YET.match(cell.strip().removeprefix("'")) is not None


def kk(cell: object, _day: date) -> object:
    """Family-card number or the fault; a family that says it has no card yet is taken without."""
    cell = own_digits(cell)
    result = check_kk(cell)
    if result.fault is None:
        return result.value
    return Softly("", "kk_not_yet") if says_none_yet(cell) else Fault(f"kk_{result.fault}")


def name(cell: object, _day: date) -> object:
    """A person's name; one that begins like a formula is refused by that name."""
    text = cell if isinstance(cell, str) else str(cell)
    if text.startswith(FORMULA_SIGNS) or text.lstrip().startswith(FORMULA_SIGNS[:4]):
        return Fault("name_formula")
    text = clean_name(text)
    return text if is_name(text) else Fault("name_bad")


def text(longest: int = 200) -> Reader:
    """Free text up to a length; formula-looking text stays the text it is."""

    def read(cell: object, _day: date) -> object:
        found = clean_name(plain_text(cell))
        return found if len(found) <= longest else Fault("text_long")

    return read


def plain_text(cell: object) -> str:
    """A cell as the text a person sees: 12.0 is `12`, a date is dd/mm/yyyy."""
    if isinstance(cell, str):
        return cell.strip().removeprefix("'")
    if isinstance(cell, bool):
        return "ya" if cell else "tidak"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, (date, datetime)):
        return cell.strftime("%d/%m/%Y")
    return str(cell)


def reference(cell: object, _day: date) -> object:
    """A row's own number or code, as text."""
    found = plain_text(cell)
    return found if 0 < len(found) <= 40 else Fault("text_long")


def birth_date(cell: object, day: date) -> object:
    """A birth date, also out of a TTL text."""
    result = read_birth_date(cell, as_of=day)
    if result.value is None:
        return Fault(f"birth_date_{result.fault}")
    return Softly(result.value, "date_as_number") if _is_number(cell) else result.value


def birth_place(cell: object, day: date) -> object:
    """A place of birth; out of "Situbondo, 12-03-1985" what stands before the date."""
    if not isinstance(cell, str):
        return ""
    result = read_date(cell, as_of=day)
    found = clean_name(result.place if result.value or result.fault is DateFault.IMPOSSIBLE else plain_text(cell))
    return found if len(found) <= 80 else Fault("text_long")


def _is_number(cell: object) -> bool:
    """An Excel serial or ddmmyyyy that lost its form."""
    if isinstance(cell, bool):
        return False
    return isinstance(cell, (int, float)) or (
        isinstance(cell, str) and len(cell.strip()) == 5 and cell.strip().isdigit()
    )


def any_date(cell: object, day: date) -> object:
    """Any date of the calendar."""
    result = read_date(cell, as_of=day)
    if result.value is None:
        return Fault(f"date_{result.fault}")
    return Softly(result.value, "date_as_number") if _is_number(cell) else result.value


def area(cell: object, _day: date) -> object:
    """An area code in any notation as a 10-digit bigint."""
    if isinstance(cell, float) and not cell.is_integer():
        return Fault("area_numeric")
    if not isinstance(cell, (str, int, float)) or isinstance(cell, bool):
        return Fault("area_unknown")
    try:
        return parse_code(cell)
    except InvalidAreaCodeError:
        return Fault("area_unknown")


def areas(cell: object, day: date) -> object:
    """Several area codes with `;` between."""
    found = [area(part, day) for part in parts_of(cell)]
    return next((one for one in found if isinstance(one, Fault)), tuple(found))


def parts_of(cell: object) -> list[str]:
    """Parts of a cell with `;` (or a line break) between; blanks dropped, order kept."""
    return [part.strip() for part in plain_text(cell).replace("\n", ";").split(";") if part.strip()]


def codes(cell: object, _day: date) -> object:
    """Codes with `;` between, lower case, blanks as underscores; the order is the wish."""
    return tuple(dict.fromkeys(slug(part) for part in parts_of(cell)))


def code(cell: object, _day: date) -> object:
    """One code, lower case, blanks as underscores."""
    return slug(plain_text(cell))


def slug(written: str) -> str:
    """`Usaha Kue` -> `usaha_kue`; colons stay (`graduated:uep`)."""
    return "_".join(written.lower().replace("-", "_").split())


def texts(cell: object, _day: date) -> object:
    """Texts with `;` between."""
    return tuple(parts_of(cell))


def idr(cell: object, _day: date) -> object:
    """Whole rupiah, zero or more."""
    amount = read_idr(cell)
    return Fault("money_bad") if amount is None or amount < 0 else amount


def phone(cell: object, _day: date) -> object:
    """+62...; an unreadable one is left out with a warning, since it refuses nobody. A zero that Excel dropped is put
    back and said.
    """
    found = read_phone(cell)
    if not found:
        return Softly("", "phone_bad")
    return Softly(found, "phone_zero_lost") if isinstance(cell, (int, float)) else found


def sex(cell: object, _day: date) -> object:
    """L or P."""
    return read_sex(unnumbered(cell).translate(_AS_TYPED) if isinstance(cell, str) else cell) or Fault("sex_bad")


def yes_no(cell: object, _day: date) -> object:
    """Ya or tidak."""
    answer = read_yes_no(unnumbered(cell) if isinstance(cell, str) else cell)
    return Fault("yes_no_bad") if answer is None else answer


_UNSEEN = {
    code: None
    for low, high in ((0xAD, 0xAD), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2069), (0xFEFF, 0xFEFF))
    for code in range(low, high + 1)
}
_BLANKS = dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")
_DASHES = dict.fromkeys((*range(0x2010, 0x2016), 0x2212), "-")
_AS_SEEN = str.maketrans({**_UNSEEN, **_BLANKS})
_AS_TYPED = str.maketrans(_DASHES)


def as_seen(cell: object) -> object:
    """A text without the marks that nobody sees (zero width, writing direction), its odd blanks as blanks.

    They come along when cells are copied out of a chat or a web page, and make of a good number a bad one.
    """
    return cell if not isinstance(cell, str) or cell.isascii() else cell.translate(_AS_SEEN)


_NO_FRACTION = re.compile(r"(?<=\d)(?:,0+|\.0{1,2})\s*$")
"""The fraction of a whole number in a text that a spreadsheet wrote: `2,0`, `2.00`; `1.000` is a thousand."""


_COUNTED = re.compile(r"(?<=\d)\s*(?:(?:orang|org|jiwa|anak|kk)\.?)?\s*(?:\([a-z\s]*\))?$", re.IGNORECASE)
"""What is counted, and the number in words: `3 orang`, `2 (dua)`."""
_DESIL = re.compile(r"^d(?:esil)?(?:\s*(?:ke)?\s*[-:.]?\s*)(?=[\divx])", re.IGNORECASE)
_ROMAN = {name: number for number, name in enumerate(ROMAN[:10], start=1)}


def desil(cell: object, day: date) -> object:
    """1 to 10, also as `Desil 2`, `D2` or `II`."""
    if isinstance(cell, str):
        text = _DESIL.sub("", cell.strip().removeprefix("'").translate(_AS_TYPED))
        cell = _ROMAN.get(text.upper(), text)
    return _TEN(cell, day)


def whole(low: int, high: int) -> Reader:
    """A whole number within bounds, both included."""

    def read(cell: object, _day: date) -> object:
        number = read_whole(_COUNTED.sub("", _NO_FRACTION.sub("", cell)) if isinstance(cell, str) else cell)
        if number is None:
            return Fault("number_bad")
        return number if low <= number <= high else Fault("number_range")

    return read


_TEN = whole(1, 10)


def decimal(low: float, high: float) -> Reader:
    """A number with a fraction, comma or dot, within bounds."""

    def read(cell: object, _day: date) -> object:
        try:
            number = float(cell) if isinstance(cell, (int, float)) else float(str(cell).strip().replace(",", "."))
        except ValueError:
            return Fault("number_bad")
        return number if low <= number <= high else Fault("number_range")

    return read


_NUMBERED = re.compile(r"^\s*\(?\d{1,2}\s*[.)=-]\s*(?=[^\W\d_])")


def unnumbered(text: str) -> str:
    """An answer without the number that it has on the form: `1. Kepala Keluarga`, `2 - Perempuan`."""
    return _NUMBERED.sub("", text)


def choice(*known: str, **synonyms: str) -> Reader:
    """One of the known words, or a synonym of one."""
    words = {**{one: one for one in known}, **synonyms}

    def read(cell: object, _day: date) -> object:
        return words.get(slug(unnumbered(plain_text(cell))).rstrip("."), Fault("choice_bad"))

    return read
