"""Frozen letters to PDF through Typst: one letter, a file of many, many files in fresh processes.

The same frozen data gives the same bytes: the creation date is the letter's date, only the fonts inside
Typst are used, and the file's identifiers follow from its content.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any, Literal, TypeVar

import segno
import typst

from berdaya.documents.rules import digest
from berdaya.documents.types import LetterKind, PageRange, RenderedFile

TEMPLATES = Path(__file__).parent / "letters"

SEPARATOR = "separator"
"""A sheet between the letters of two villages; no letter: it is not numbered, frozen or kept."""
USUALLY_ONE_PAGE = frozenset({LetterKind.HANDOVER.value, LetterKind.CERTIFICATE.value, SEPARATOR})

# For the archive and for screen readers: Typst refuses a letter that would break either.
STANDARDS: tuple[Literal["a-2a", "ua-1"], ...] = ("a-2a", "ua-1")

# A compiler keeps what it has set (SPIKE: 4.3 GB for 2,500 letters), so a process ends after this many letters.
LETTERS_PER_PROCESS = 150


@dataclass(frozen=True, slots=True)
class LetterFile:
    """Berkas surat: frozen letters that share a file. `emblem` is the SVG of the arms, or None for a neutral shield."""

    title: str
    author: str
    letters: tuple[dict[str, Any], ...]
    emblem: str | None = None


# Module -> grey: a dark module (1) is black, a light one (0) white.
_GREY = bytes([255, 0]) + bytes(254)


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def qr_pixels(url: str) -> dict[str, Any]:
    """The address as a QR code, error level M: one grey byte for each module, a margin of one (the letter adds space).

    Pixels, not SVG: they print as sharp and a file of many letters stays smaller. The mask is fixed, as weighing
    all eight takes five times as long and every reader takes each of them.
    """
    code = segno.make(url, error="m", mask=2, boost_error=False, micro=False)
    side = len(code.matrix) + 2
    edge = bytes([255])
    inside = b"".join(edge + row.translate(_GREY) + edge for row in code.matrix)
    return {"side": side, "pixels": list(edge * side + inside + edge * side)}


def _presented(letter: dict[str, Any], emblem: str | None) -> dict[str, Any]:
    url = letter["verify_url"]
    return letter | {"digest": digest(letter), "qr": qr_pixels(url) if url else None, "emblem": emblem}


def _compile(file: LetterFile, letters: list[dict[str, Any]], *, single: bool) -> RenderedFile:
    data = {"title": file.title, "author": file.author, "letters": [letter | {"single": single} for letter in letters]}
    compiler = typst.Compiler(
        str(TEMPLATES / "main.typ"),
        root=str(TEMPLATES),
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    latest = max(letter["date"] for letter in letters)
    made_on = datetime.fromisoformat(latest).replace(tzinfo=UTC)
    pdf = compiler.compile(format="pdf", timestamp=made_on, pdf_standards=list(STANDARDS))
    if not isinstance(pdf, bytes):
        raise TypeError("the compiler gave no PDF")
    return RenderedFile(pdf=pdf, pages=_pages(compiler, file))


def render(file: LetterFile) -> RenderedFile:
    """One PDF (PDF/A-2a, PDF/UA-1) with all letters of the file, and the pages of each by its token.

    Raises ValueError for a file without letters, `typst.TypstError` where a template and its data disagree.
    """
    if not file.letters:
        raise ValueError("a file needs at least one letter")
    letters = [_presented(letter, file.emblem) for letter in file.letters]
    if all(letter["kind"] in USUALLY_ONE_PAGE for letter in letters):
        rendered = _compile(file, letters, single=True)
        if all(pages.first == pages.last for pages in rendered.pages.values()):
            return rendered
    return _compile(file, letters, single=False)


def _pages(compiler: typst.Compiler, file: LetterFile) -> dict[str, PageRange]:
    found = json.loads(compiler.query("<pages>", field="value", one=True))
    return {
        letter["token"]: PageRange(first=first, last=last)
        for letter, (first, last) in zip(file.letters, found, strict=True)
    }


def _processes() -> BaseContext:
    """Fresh processes; where the system can, forked from one small server that has imported Typst already."""
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def render_many(files: Iterable[LetterFile], *, processes: int = 4) -> Iterator[RenderedFile]:
    """Renders files side by side and yields them in the given order, whatever the number of processes.

    Each file gets a fresh process (see `LETTERS_PER_PROCESS`); files are taken up as they come, so that the caller
    prepares the next ones meanwhile.
    """
    coming = iter(files)
    first, second = next(coming, None), next(coming, None)
    if first is None:
        return
    if processes <= 1 or second is None:
        yield from map(render, (file for file in (first, second) if file is not None))
        yield from map(render, coming)
        return
    # One thread for each process: Typst would start as many as there are cores in every one of them.
    with ProcessPoolExecutor(
        max_workers=processes,
        mp_context=_processes(),
        max_tasks_per_child=1,
        initializer=os.putenv,
        initargs=("RAYON_NUM_THREADS", "1"),
    ) as pool:
        waiting = [pool.submit(render, file) for file in chain((first, second), coming)]
        for future in waiting:
            yield future.result()


T = TypeVar("T")


def batches(letters: Sequence[T], size: int = LETTERS_PER_PROCESS) -> Iterator[tuple[T, ...]]:
    """Cuts letters into files of at most `size`, as evenly as they go."""
    count = -(-len(letters) // size)
    for index in range(count):
        yield tuple(letters[len(letters) * index // count : len(letters) * (index + 1) // count])
