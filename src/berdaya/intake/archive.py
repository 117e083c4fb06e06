"""The guard in front of zip containers (xlsx, ods): counts what would come out before anything parses it.

Declared sizes are summed first, which refuses an honest bomb within milliseconds. Then every entry is
inflated in pieces of one mebibyte and counted, because a directory may declare less than its entries hold.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from berdaya.intake.cell_errors import HINTS
from berdaya.intake.limits import Limits
from berdaya.kernel.problems import Problem

_PIECE = 1 << 20
_OVERLAP = 64
_END = b"PK\x05\x06"
_END64 = b"PK\x06\x07"
_LOCAL = struct.Struct("<4s5H3L2H")
_ENCRYPTED = 0x1
_FAR_CELL = re.compile(
    rb"r(?<=\sr)\s*=\s*[\"'](?:(?P<wide>[A-Za-z]{3,}|[D-Zd-z][A-Za-z])\d|[A-Za-z]*(?P<deep>[2-9]\d{5}|\d{7,})[\"'])"
)
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ArchiveFacts:
    """What the guard found. `unusual`: cells without an address, or long texts that many cells share; `errors`: cells
    may stand there that show an error or a formula without a result.
    """

    ods: bool
    unusual: bool
    errors: bool = False


def check_archive(content: bytes, name: str, limits: Limits) -> ArchiveFacts:
    """Count and look through a zip container.

    Raises:
        Problem: `file_bomb`, `file_broken`, `file_macro`, `file_locked`, `file_entity`, `file_kind`,
            `file_blank_rows`, `file_too_many_rows`, `file_too_wide`.
    """
    entries = _entries(content, name, limits)
    names = {entry.filename for entry in entries}
    _check_kind(names, content, name)
    declared = sum(entry.file_size for entry in entries)
    if declared > limits.inflated_bytes or limits.is_bomb(declared, len(content)):
        raise Problem("file_bomb", file=name, megabytes=declared >> 20)
    total = 0
    parts: list[_Part] = []
    for entry in entries:
        part = _Part(entry.filename, name, limits)
        for piece in _inflate(content, entry, name):
            total += len(piece)
            if total > limits.inflated_bytes or limits.is_bomb(total, len(content)):
                raise Problem("file_bomb", file=name, megabytes=total >> 20)
            part.look(piece)
        parts.append(part)
    ods = "content.xml" in names and "xl/workbook.xml" not in names
    spread = sum(part.cells for part in parts) * max(part.longest for part in parts)
    unusual = any(part.misplaced for part in parts) or spread > limits.spread_bytes
    return ArchiveFacts(ods, unusual, not ods and any(part.errors for part in parts))


def _entries(content: bytes, name: str, limits: Limits) -> list[zipfile.ZipInfo]:
    end = content.rfind(_END, max(0, len(content) - 66_000))
    if end < 0 or len(content) < end + 22:
        raise Problem("file_broken", file=name)
    count, size = struct.unpack("<HL", content[end + 10 : end + 16])
    if count > limits.entries or size > limits.directory_bytes or _END64 in content[max(0, end - 64) : end]:
        raise Problem("file_bomb", file=name, megabytes=len(content) >> 20)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, struct.error, OSError, NotImplementedError) as error:
        raise Problem("file_broken", file=name) from error
    if len(entries) > limits.entries:
        raise Problem("file_bomb", file=name, megabytes=len(content) >> 20)
    return entries


def _check_kind(names: set[str], content: bytes, name: str) -> None:
    lowered = {one.lower() for one in names}
    if any(one.endswith("vbaproject.bin") for one in lowered) or any(
        one.startswith("basic/") and not one.endswith(("script-lc.xml", "/")) for one in lowered
    ):
        raise Problem("file_macro", file=name)
    if "EncryptedPackage" in names:
        raise Problem("file_locked", file=name)
    if "content.xml" in names:
        if b"encryption-data" in content[-200_000:]:
            raise Problem("file_locked", file=name)
        return
    if "xl/workbook.xml" not in names:
        raise Problem("file_kind", file=name)


def _inflate(content: bytes, entry: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
    start = entry.header_offset
    header = content[start : start + _LOCAL.size]
    if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
        raise Problem("file_broken", file=name)
    fields = _LOCAL.unpack(header)
    if entry.flag_bits & _ENCRYPTED or fields[2] & _ENCRYPTED:
        raise Problem("file_locked", file=name)
    begin = start + _LOCAL.size + fields[9] + fields[10]
    packed = memoryview(content)[begin : begin + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        for at in range(0, len(packed), _PIECE):
            yield bytes(packed[at : at + _PIECE])
        return
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise Problem("file_broken", file=name)
    machine = zlib.decompressobj(-15)
    try:
        data: bytes | memoryview = packed
        while True:
            piece = machine.decompress(data, _PIECE)
            if piece:
                yield piece
            data = machine.unconsumed_tail
            if machine.eof or (not data and not piece):
                return
    except zlib.error as error:
        raise Problem("file_broken", file=name) from error


class _Part:
    """Looks through one entry piece by piece, with an overlap so that nothing hides on a border."""

    def __init__(self, entry: str, name: str, limits: Limits) -> None:
        self.name = name
        self.limits = limits
        lowered = entry.lower()
        self.is_xml = lowered.endswith((".xml", ".rels", ".vml")) or not lowered.endswith(
            (".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".bin", ".rdf")
        )
        self.shared_strings = lowered.endswith("sharedstrings.xml")
        self.tail = b""
        self.rows = 0
        self.values = 0
        self.cells = 0
        self.addressed = 0
        self.prefixed = False
        self.errors = False
        self.run = 0
        self.longest = 0

    def look(self, piece: bytes) -> None:
        if not self.is_xml:
            return
        window = self.tail + piece
        if _ENTITY.search(window):
            raise Problem("file_entity", file=self.name)
        if self.shared_strings:
            self._measure_strings(piece)
        else:
            self._look_for_far_cells(window)
            self._count(window)
        self.tail = window[-_OVERLAP:]

    def _look_for_far_cells(self, window: bytes) -> None:
        far = _FAR_CELL.search(window)
        if far is None:
            return
        if far["wide"]:
            raise Problem("file_too_wide", file=self.name, columns=self.limits.columns)
        if self.values > self.limits.blank_rows:
            raise Problem("file_too_many_rows", file=self.name, rows=self.limits.rows)
        raise Problem("file_blank_rows", file=self.name, rows=int(far["deep"][:8]))

    def _count(self, window: bytes) -> None:
        def fresh(pattern: bytes) -> int:
            return window.count(pattern, max(0, len(self.tail) - len(pattern) + 1))

        self.rows += fresh(b"<row")
        self.values += fresh(b"<v>") + fresh(b"<t>")
        self.cells += fresh(b"<c ") + fresh(b"<c>") + fresh(b"<c/")
        self.addressed += fresh(b'<c r="')
        self.prefixed = self.prefixed or b":sheetData" in window
        self.errors = self.errors or any(hint in window for hint in HINTS)
        if self.rows > self.limits.rows:
            blank = self.values < self.rows // 2
            raise Problem(
                "file_blank_rows" if blank else "file_too_many_rows",
                file=self.name,
                rows=self.rows if blank else self.limits.rows,
            )

    def _measure_strings(self, piece: bytes) -> None:
        """Length of the longest shared string: each cell that points to it gets a copy."""
        runs = piece.split(b"<si")
        self.longest = max(self.longest, self.run + len(runs[0]), max(map(len, runs[1:]), default=0))
        self.run = len(runs[-1]) if len(runs) > 1 else self.run + len(piece)

    @property
    def misplaced(self) -> bool:
        """Whether cells stand here whose place calamine would have to guess."""
        return self.prefixed or self.cells != self.addressed
