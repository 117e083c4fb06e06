"""Cells in which a spreadsheet shows an error, or a formula whose result was never stored.

calamine reads both as empty cells, as if the office had written nothing. In an xlsx they are turned into the text that
a person sees before calamine reads it, so that the cell can be named; in texts and ods they are text already.
"""

from __future__ import annotations

import io
import re
import zipfile

UNSTORED = "#FORMULA?"
"""What stands for a formula without a stored result."""
ERRORS = frozenset(
    {
        "#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!",
        "#CONNECT!", "#BUSY!", "#UNKNOWN!", "#EXTERNAL!", "#GETTING_DATA", "#PYTHON!", "#TIMEOUT!",
    }
)  # fmt: skip
LONGEST = 192 << 20
"""Sheets that inflate to more bytes are left as they are: their errors read as empty cells."""
HINTS = (b't="e"', b"</f></c>", b"/></c>")
"""One of these stands in every sheet that holds such a cell."""
_LIBRE = re.compile(r"^Err:\d{3}$")
_ERROR = re.compile(rb'(<c\s[^<>]*?\bt=)"e"')
_FORMULA = re.compile(rb"<c(\s[^<>]*)>(<f(?:\s[^<>]*)?(?:/>|>[^<]*</f>))</c>")
_TYPE = re.compile(rb'\s+t="[^"]*"')
_SHEET = re.compile(r"^xl/worksheets/[^/]+\.xml$", re.IGNORECASE)


def error_code(cell: object) -> str:
    """The catalogue's code of a cell that shows an error or an unstored formula; empty for any other."""
    if not isinstance(cell, str):
        return ""
    shown = cell.strip()
    if shown == UNSTORED:
        return "cell_formula"
    return "cell_error" if shown.upper() in ERRORS or _LIBRE.match(shown) else ""


def shown_as_text(content: bytes) -> bytes:
    """The xlsx with error cells and formulas without a result as text; the same bytes where it holds none."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        changed: dict[str, bytes] = {}
        for entry in archive.infolist():
            if _SHEET.match(entry.filename) and entry.file_size <= LONGEST:
                before = archive.read(entry)
                after = _FORMULA.sub(_unstored, _ERROR.sub(rb'\1"str"', before))
                if after is not before and after != before:
                    changed[entry.filename] = after
        if not changed:
            return content
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
            for entry in archive.infolist():
                made.writestr(entry.filename, changed.get(entry.filename) or archive.read(entry))
        return target.getvalue()


def _unstored(found: re.Match[bytes]) -> bytes:
    shown = UNSTORED.encode()
    return b'<c%b t="str">%b<v>%b</v></c>' % (_TYPE.sub(b"", found[1]), found[2], shown)
