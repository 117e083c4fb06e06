"""Finding the table in a sheet: its headings in one or two rows among the first, its columns by any usual name or as
the operator confirmed them, what stands above it ("Kecamatan: Panji"), and its end.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from berdaya.intake.columns import Column, plain_text
from berdaya.intake.files import Cell, Rows, Workbook
from berdaya.kernel.problems import Problem

HEADER_ROWS, FAR_ROWS = 25, 400
"""Headings are looked for among the first rows, and further down only where those hold none."""
HEADING_HEIGHT = 3
"""So many rows may make one row of headings."""
MOVED_HEADINGS = 2
"""So many headings in other columns than before make a row of headings in another order."""
SECTION_CELLS = 4
"""A line that names the place of the rows below it holds no more cells."""
COUNT_ROWS = 3
"""Rows below the headings among which the columns may be counted (1, 2, 3 ...)."""
EXPLAINED = frozenset({"masalah", "problem"})
IGNORED = "-"
"""A heading that the operator told to leave out."""
_TOTAL = re.compile(r"^\s*(?:sub\s*)?(?:jumlah|total|grand\s*total|rata[- ]?rata)\b", re.IGNORECASE)
_SIGNED = re.compile(
    r"mengetahui|menyetujui|kepala\s+(?:desa|dinas|seksi|bidang)|\blurah\b|\bcamat\b|\btksk\b|pendamping|petugas|"
    r"\bnip\b|tanda\s*tangan|\bttd\b|catatan|keterangan|sumber\s*:",
    re.IGNORECASE,
)
_LETTER_DATE = re.compile(r"^[A-Za-z .]+,\s*(?:\d{1,2}|\.{2,})\s*[A-Za-z.]*\s*(?:19|20)\d\d$")
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")
_BRACKETS = re.compile(r"\([^)]*\)")
_ABOVE = {
    "village": re.compile(r"(?:desa\s*/\s*kel(?:urahan)?\.?|desa|kelurahan|kel\.?)\s*[:=]?\s*$", re.IGNORECASE),
    "district": re.compile(r"(?:kecamatan|kec\.?)\s*[:=]?\s*$", re.IGNORECASE),
    "regency": re.compile(r"(?:kab(?:upaten)?\.?\s*/\s*kota|kabupaten|kab\.)\s*[:=]?\s*$", re.IGNORECASE),
}
_ABOVE_WITH_VALUE = {
    "village": re.compile(r"\b(?:desa\s*/\s*kel(?:urahan)?\.?|desa|kelurahan)\s*[:=]\s*([^:=]{3,60})$", re.IGNORECASE),
    "district": re.compile(r"\b(?:kecamatan|kec\.?)\s*[:=]\s*([^:=]{3,60})$", re.IGNORECASE),
    "regency": re.compile(r"\b((?:kabupaten|kab\.|kota)\s*[:=]?\s*[^:=]{3,60})$", re.IGNORECASE),
}

_SECTION_VILLAGE = re.compile(
    r"^(?:desa\s*/\s*kel(?:urahan)?\.?|desa|ds\.|kelurahan|kel\.)\s*[:=]?\s*(.+)$", re.IGNORECASE
)
_SECTION_DISTRICT = re.compile(
    r"^(?:kecamatan|kec\.?)\s*[:=]?\s+(.+)$|^(?:kecamatan|kec\.?)\s*[:=](.+)$", re.IGNORECASE
)
_SECTION_PARTS = re.compile(r"\s*[,;(/-]?\s*(?=\bkec(?:amatan|\.)?\b)", re.IGNORECASE)
_SECTION_COUNT = re.compile(
    r"\s*[,:;=(-]*\s*(?:jumlah|total)?\s*[:=]?\s*(?<!\d)\d{1,4}\s*(?:orang|org|kk|kpm|jiwa|keluarga)?\s*\)?$",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"^(?:[a-z]|[ivx]{1,5}|\d{1,3})[.)]?$", re.IGNORECASE)
_ORDINAL_BEFORE = re.compile(r"^(?:[a-z]|[ivx]{1,5}|\d{1,3})[.)]\s*", re.IGNORECASE)

_TITLE = re.compile(
    r"\b(?:desa|kelurahan|kel\.)\s+(.{3,40}?)[\s,]+kec(?:amatan|\.)\s+(.{3,40}?)(?:[\s,]+(?:kab(?:upaten|\.)|kota)\s.*)?$",
    re.IGNORECASE,
)
"""DAFTAR CALON DESA CAMPOAN KECAMATAN MLANDINGAN: both names, else it may be a word of the title."""


@dataclass(frozen=True)
class Header:
    """Where the headings stand: `row` is their last row as Excel counts, `places` which column holds which field.

    `titles` are the headings as written, `unknown` those that no field goes by; `above` what the lines over the table
    say of all its rows (village, kecamatan, kabupaten).
    """

    row: int
    places: dict[str, int]
    unknown: tuple[str, ...]
    titles: tuple[str, ...] = ()
    above: Mapping[str, str] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """The same headings in the same order give the same 64 hex digits, however they are punctuated."""
        return fingerprint_of(self.titles)


def fingerprint_of(titles: Sequence[str]) -> str:
    """SHA-256 over the keys of the headings."""
    # The column of problems that a checked copy carries is no part of the office's list.
    keys = ["" if heading_key(title) in EXPLAINED else heading_key(title) for title in titles]
    while keys and not keys[-1]:
        keys.pop()
    return hashlib.sha256("\x1f".join(keys).encode()).hexdigest()


def heading_key(written: object) -> str:
    """`No. KK *` and `no kk` are one heading; what stands in brackets does not count."""
    text = plain_text(written).lower()
    return _NOT_PLAIN.sub("", _BRACKETS.sub("", text)) or _NOT_PLAIN.sub("", text)


def find_header(
    rows: Rows, columns: Sequence[Column], *, file: str, sheet: str, mapping: Mapping[str, str] | None = None
) -> Header:
    """The headings among the first 25 rows that name most of the columns, in one row or in two.

    `mapping` is what the operator confirmed: heading -> field, or `-` to leave it out; it wins over the usual names.

    Raises:
        Problem: `header_missing` with the headings that must stand and do not.
    """
    found = best_header(rows, columns, mapping=mapping)
    missing = missing_of(found, columns)
    if missing or not found.places:
        missing = missing or [column.heading for column in columns]
        raise Problem("header_missing", file=file, sheet=sheet, columns=", ".join(missing))
    return found


def missing_of(header: Header, columns: Sequence[Column]) -> list[str]:
    """Headings that must stand and do not."""
    return [column.heading for column in columns if column.must_stand and column.name not in header.places]


def best_header(rows: Rows, columns: Sequence[Column], *, mapping: Mapping[str, str] | None = None) -> Header:
    """As :func:`find_header`, with whatever was found; where no heading is known, the fullest row of words."""
    known: dict[str, str] = {}
    for column in columns:
        for heading in (column.heading, *column.also):
            known.setdefault(heading_key(heading), column.name)
    told = {heading_key(heading): name for heading, name in (mapping or {}).items()}
    best, best_row, best_titles, height = _most_places(rows, 1, HEADER_ROWS, known, told)
    needed = {column.name for column in columns if column.must_stand}
    if needed - set(best) and len(rows) > HEADER_ROWS:
        far = _most_places(rows, HEADER_ROWS + 1, FAR_ROWS, known, told)
        if needed <= set(far[0]):
            best, best_row, best_titles, height = far
    if not best:
        best_row, best_titles = _fullest(rows)
    taken = set(best.values())
    left_out = {heading_key(title) for title in (mapping or {}) if mapping and mapping[title] == IGNORED}
    unknown = tuple(
        title
        for place, title in enumerate(best_titles)
        if title and place not in taken and heading_key(title) not in left_out | EXPLAINED
    )
    return Header(best_row + height - 1, best, unknown, best_titles, _above(rows[: max(0, best_row - 1)], best))


def _most_places(
    rows: Rows, start: int, end: int, known: Mapping[str, str], told: Mapping[str, str]
) -> tuple[dict[str, int], int, tuple[str, ...], int]:
    """Of rows `start` to `end` those that name most columns: the columns, first row, titles, number of rows."""
    best: dict[str, int] = {}
    best_row, height = 0, 1
    best_titles: tuple[str, ...] = ()
    for number, row in enumerate(rows[start - 1 : end], start=start):
        titles = tuple(cell.strip() if isinstance(cell, str) else "" for cell in row)
        tries: list[tuple[int, tuple[str, ...], tuple[tuple[str, ...], ...]]] = [(1, titles, (titles,))]
        if _may_be_upper(titles):
            words = titles
            for rows_high, lower in enumerate(rows[number : number + HEADING_HEIGHT - 1], start=2):
                words, ways = _joined(words, lower)
                tries.append((rows_high, words, ways))
        for rows_high, words, ways in tries:
            places = _places(ways, known, told)
            # A title above the headings adds nothing to them: the lower rows alone are as good.
            same_end = number + rows_high == best_row + height
            alone = rows_high < height and same_end and len(places) == len(best) > 0
            if len(places) > len(best) or alone:
                best, best_row, best_titles, height = places, number, words, rows_high
    return best, best_row, best_titles, height


def _places(ways: Sequence[Sequence[str]], known: Mapping[str, str], told: Mapping[str, str]) -> dict[str, int]:
    """Field -> column; a cell is looked up under each of its names in turn."""
    places: dict[str, int] = {}
    for place, names in enumerate(zip(*ways, strict=True)):
        for name in names:
            key = heading_key(name) if name else ""
            if key in told:
                if told[key] != IGNORED:
                    places[told[key]] = place
                break
            if key and (field_name := known.get(key)) and field_name not in places:
                places[field_name] = place
                break
    return places


def _may_be_upper(titles: Sequence[str]) -> bool:
    return sum(bool(title) for title in titles) >= 2


def _joined(upper: Sequence[str], lower: Sequence[Cell]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Two rows of headings as one: titles to show, and the names that each column may go by."""
    width = max(len(upper), len(lower))
    below = [cell.strip() if isinstance(cell, str) else "" for cell in lower] + [""] * (width - len(lower))
    above, carried = [], ""
    for place in range(width):
        own = upper[place] if place < len(upper) else ""
        # A merged cell holds its words in its first column only; columns beside it have a lower heading of their own.
        carried = own or (carried if below[place] else "")
        above.append(carried)
    # A cell merged down says the same word in each of its rows.
    titles = tuple(
        high if high.endswith(low) else f"{high} {low}".strip() for high, low in zip(above, below, strict=True)
    )
    plain = tuple(low or high for high, low in zip(above, below, strict=True))
    return titles, (titles, plain)


def _fullest(rows: Rows) -> tuple[int, tuple[str, ...]]:
    best: tuple[int, tuple[str, ...]] = (0, ())
    most = 1
    for number, row in enumerate(rows[:HEADER_ROWS], start=1):
        titles = tuple(cell.strip() if isinstance(cell, str) else "" for cell in row)
        words = sum(bool(title) and not any(char.isdigit() for char in title) for title in titles)
        if words > most:
            best, most = (number, titles), words
    return best


def _above(rows: Rows, places: Mapping[str, int]) -> dict[str, str]:
    """What lines over the table say of every row: "Kecamatan : Panji", in one cell or in two."""
    found: dict[str, str] = {}
    for row in rows:
        cells = [plain_text(cell).strip() for cell in row if plain_text(cell).strip()]
        for at, cell in enumerate(cells):
            for name, pattern in _ABOVE_WITH_VALUE.items():
                match = pattern.search(cell)
                if match and name not in places:
                    found.setdefault(name, _place_name(match[1]))
            title = _TITLE.search(cell)
            for name, value in zip(("village", "district"), title.groups() if title else (), strict=False):
                if name not in places:
                    found.setdefault(name, _place_name(value))
            following = cells[at + 1].lstrip(": =") if at + 1 < len(cells) else ""
            for name, pattern in _ABOVE.items():
                if following and name not in places and pattern.fullmatch(cell):
                    found.setdefault(name, _place_name(following))
        for name, value in section_of(row).items():
            if name not in places:
                found.setdefault(name, value)
    return {name: value for name, value in found.items() if value}


def section_of(row: Sequence[object]) -> dict[str, str]:
    """What a line between the rows says of all that follow ("A. DESA CAMPOAN KEC. MLANDINGAN"); empty for any other."""
    if all(row[: SECTION_CELLS + 1]) and len(row) > SECTION_CELLS:
        return {}
    filled: list[object] = []
    for cell in row:
        if cell is not None and cell != "":
            if len(filled) == SECTION_CELLS:
                return {}
            filled.append(cell)
    cells = [plain_text(cell).strip() for cell in filled if holds(cell)]
    words = [cell for cell in cells if not _ORDINAL.match(cell) and _SECTION_COUNT.sub("", cell)]
    if not words:
        return {}
    words[0] = _ORDINAL_BEFORE.sub("", words[0])
    found: dict[str, str] = {}
    for part in (part for cell in words for part in _SECTION_PARTS.split(cell) if part):
        village, district = _SECTION_VILLAGE.match(part), _SECTION_DISTRICT.match(part)
        if village:
            found["village"] = _section_name(village[1])
        elif district:
            found["district"] = _section_name(district[1] or district[2])
        else:
            return {}
    return {name: value for name, value in found.items() if value and sum(map(str.isdigit, value)) < 3}


def _section_name(text: str) -> str:
    return _SECTION_COUNT.sub("", text).strip(" .,:=()")


def with_section(header: Header, section: Mapping[str, str], row: int) -> Header:
    """The headings for the rows below such a line: another kecamatan has other villages."""
    above = {name: value for name, value in header.above.items() if name != "village" or "district" not in section}
    return replace(header, row=row, above={**above, **section})


def _place_name(text: str) -> str:
    return re.split(r"\s{2,}|\btahun\b|,", text.strip(" .:="), maxsplit=1, flags=re.IGNORECASE)[0].strip(" .:=")


@dataclass(frozen=True)
class Table:
    """A list inside a workbook: its sheet, headings and rows. `first` is added to a row number to tell the rows of
    several tables apart.
    """

    sheet: str
    rows: Rows
    header: Header
    first: int = 0


def find_tables(
    book: Workbook, sheet: str, columns: Sequence[Column], *, several: bool = False,
    mapping: Mapping[str, str] | None = None,
) -> list[Table]:  # fmt: skip
    """The tables of a workbook that hold these columns: the sheet of that name, or those whose headings fit.

    With `several` every sheet whose headings fit is taken, as offices send one sheet per kecamatan.

    Raises:
        Problem: `sheet_missing`, `header_missing`.
    """
    filled = {name: rows for name, rows in book.sheets.items() if rows}
    named = next((name for name in filled if _plain_name(name) == _plain_name(sheet)), "")
    fitting = {}
    for name, rows in filled.items():
        if name != named and not several and named:
            continue
        header = best_header(rows, columns, mapping=mapping)
        if header.places and not missing_of(header, columns):
            fitting[name] = header
    if named and named not in fitting:
        find_header(filled[named], columns, file=book.name, sheet=sheet, mapping=mapping)
    if not fitting:
        rows = book.sheet(sheet if not several else None)
        find_header(rows, columns, file=book.name, sheet=sheet, mapping=mapping)
    chosen = fitting if several or named else dict(list(fitting.items())[:1])
    tables: list[Table] = []
    first = 0
    for name, header in chosen.items():
        for one in (header, *beside(header, columns)):
            tables += _blocks(name, filled[name], _named_by_sheet(one, name), first, columns, mapping)
            first += len(filled[name])
    return tables


def beside(header: Header, columns: Sequence[Column]) -> Iterator[Header]:
    """The headings once more to the right, as on a sheet that is printed in two or three columns of people."""
    keys = [heading_key(title) for title in header.titles]
    left = min(header.places.values())
    for shift in range(2, len(keys) - left):
        if keys[left + shift] != keys[left] or shift <= max(header.places.values()) - left:
            continue
        moved = {name: place + shift for name, place in header.places.items()}
        kept = {name: at for name, at in moved.items() if at < len(keys) and keys[at] == keys[at - shift]}
        again = replace(header, places=kept)
        if len(kept) > 2 and not missing_of(again, columns):
            yield again


def _named_by_sheet(header: Header, sheet: str) -> Header:
    """A sheet called "Desa Campoan" holds the families of that village, where nothing else says it."""
    named = {name: value for name, value in section_of([sheet]).items() if name not in header.places}
    return replace(header, above={**named, **header.above}) if named else header


def _blocks(  # noqa: PLR0917 - a table and what finds its headings
    sheet: str, rows: Rows, header: Header, first: int, columns: Sequence[Column], mapping: Mapping[str, str] | None
) -> list[Table]:
    """The table, in parts where its headings come again further down in another order, or a line names a place."""
    titles = {title: place for place, title in enumerate(header.titles) if title}
    placed = any(column.name == "village" for column in columns)
    found = [(header, header.row)]
    for number, row in enumerate(rows[header.row :], start=header.row + 1):
        section = section_of(row) if placed else {}
        if section:
            found.append((with_section(found[-1][0], section, number), number))
            continue
        moved = [cell for place, cell in enumerate(row) if isinstance(cell, str) and titles.get(cell, place) != place]
        if len(moved) < MOVED_HEADINGS:
            continue
        again = best_header([row], columns, mapping=mapping)
        if not missing_of(again, columns):
            found.append((replace(again, row=number, above=found[-1][0].above), number))
    ends = [row - 1 for _, row in found[1:]] + [len(rows)]
    return [Table(sheet, rows[:end], one, first) for (one, _), end in zip(found, ends, strict=True)]


def _plain_name(name: str) -> str:
    return "".join(char for char in name.lower() if char.isalnum())


class Body:
    """Tells the rows that hold data from those around them, going down a table row by row.

    Left out: blank rows, the row that counts the columns (1, 2, 3 ...), total rows, headings that a printer repeated,
    notes in which none of the key columns is filled, and the lines for signatures below the table.
    """

    def __init__(self, header: Header, keys: Sequence[str]) -> None:
        self._places = [header.places[key] for key in keys if key in header.places]
        self._titles = {place: heading_key(title) for place, title in enumerate(header.titles) if title}
        self._counted_until = header.row + COUNT_ROWS
        self._ended = self._signed = False

    def holds_data(self, number: int, row: Sequence[Cell]) -> bool:
        """Whether row `number` (as Excel counts) is one of the list."""
        width = len(row)
        if not any(place < width and holds(row[place]) for place in self._places):
            self._ended = self._ended or not any(holds(cell) for cell in row) or is_total(row)
            return False
        if is_total(row):
            self._ended = True
            return False
        if self._ended and (self._signed or is_signature(row)) and _is_short(row):
            self._signed = True
            return False
        if number <= self._counted_until and counts_columns(row):
            return False
        return not _repeats(row, self._titles)


def body_of(rows: Rows, header: Header, keys: Sequence[str]) -> tuple[list[int], Rows]:
    """Rows below the heading that hold data, with their numbers; see :class:`Body`."""
    body = Body(header, keys)
    numbers: list[int] = []
    found: Rows = []
    for number, row in enumerate(rows[header.row :], start=header.row + 1):
        if body.holds_data(number, row):
            numbers.append(number)
            found.append(row)
    return numbers, found


def holds(cell: object) -> bool:
    """Whether a cell is filled."""
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def _repeats(row: Sequence[object], titles: Mapping[int, str]) -> bool:
    """The headings once more, as they stand on the next printed page."""
    met = 0
    for place, cell in enumerate(row):
        if not holds(cell):
            continue
        if not isinstance(cell, str) or place not in titles or heading_key(cell) != titles[place]:
            return False
        met += 1
    return met > 2


def counts_columns(row: Sequence[object]) -> bool:
    """The row of 1, 2, 3 ... under the headings of a printed form."""
    cells = [plain_text(cell).strip("()") for cell in row if holds(cell)]
    return len(cells) > 3 and cells == [str(number) for number in range(1, len(cells) + 1)]


def is_total(row: Sequence[object]) -> bool:
    """JUMLAH, Total, Rata-rata: a row about the others."""
    first = next((cell for cell in row if holds(cell)), "")
    return isinstance(first, str) and not first[:1].isdigit() and _TOTAL.match(first) is not None


def is_signature(row: Sequence[object]) -> bool:
    """Place and date of the letter, the office of who signs, a note under the table."""
    filled = [plain_text(cell).strip() for cell in row if holds(cell)]
    return any(_SIGNED.search(cell) or _LETTER_DATE.match(cell) for cell in filled)


def _is_short(row: Sequence[object]) -> bool:
    """At most three cells, none with a number of a person; who signs may give a NIP."""
    filled = [plain_text(cell).strip() for cell in row if holds(cell)]
    digits = (sum(char.isdigit() for char in cell) for cell in filled if "nip" not in cell.lower())
    return len(filled) <= 3 and not any(count >= 12 for count in digits)
