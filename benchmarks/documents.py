"""Handover letters (BAST) from frozen data to PDF, beside WeasyPrint (fpdf2 where Pango is missing) on the same ones.

Ours goes the product's way: `documents.render.render_many`, files of up to 150 letters, each in a fresh process, as
tagged archive PDF (PDF/A-2a, PDF/UA-1) with a QR code each. The peer gets the same texts as HTML in as many processes,
on the first `--peer-count` letters, the start of its processes included as ours is, and without tags. Memory is that of
all processes together at its highest, above the start. Then one letter at a time in one process, as a person waits.
"""

from __future__ import annotations

import argparse
import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import Any

from benchmarks.harness import Row, Timing, in_turn
from berdaya.documents import rules
from berdaya.documents.render import LetterFile, batches, render, render_many
from berdaya.documents.types import HandoverBody, HandoverItem, LetterFrame, Letterhead, Signatory

DATABASE = False
DAY = date(2024, 3, 4)
HEAD = Letterhead(
    government="Pemerintah Provinsi Contoh",
    office="Dinas Sosial",
    address="Jalan Contoh Nomor 1, Kota Contoh 42171",
    contact="Telepon (0254) 000000, laman dinsos.contoh.go.id",
)
SIGNER = Signatory(
    name="Dra. Ratna Contoh, M.Si.",
    position="Kepala Dinas Sosial Provinsi Contoh",
    city="Serang",
    nip="19690412 199503 2 001",
    rank="Pembina Utama Muda (IV/c)",
)
GOODS = (
    ("Beras medium", "karung 25 kg", 2, "karung", 325_000),
    ("Minyak goreng", "kemasan 2 liter", 12, "botol", 36_000),
    ("Gula pasir", "kemasan 1 kg", 20, "kg", 17_500),
    ("Rak etalase", "kaca 100 x 40 x 150 cm", 1, "unit", 1_068_000),
)
TERMS = (
    "PIHAK KEDUA menggunakan barang tersebut sebagai modal usaha dan tidak menjual, menggadaikan, atau "
    "memindahtangankannya.",
    "PIHAK KEDUA bersedia didampingi dan melaporkan perkembangan usahanya setiap bulan.",
    "Apabila di kemudian hari terdapat kekeliruan, Berita Acara ini diperbaiki sebagaimana mestinya.",
)
EVERY_SECONDS = 0.1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How many letters, in how many processes."""
    parser.add_argument("--count", type=int, default=600, help="letters (default 600)")
    parser.add_argument("--peer-count", type=int, default=200, help="letters for the peer (default 200)")
    parser.add_argument("--single", type=int, default=10, help="letters one at a time (default 10)")
    parser.add_argument("--processes", type=int, default=min(4, os.cpu_count() or 1))


def run(options: argparse.Namespace) -> list[Row]:
    """All letters in files, then some of them one at a time."""
    letters = [letter(number) for number in range(1, options.count + 1)]
    few = letters[: options.single]
    peaks: dict[str, float] = {}
    files: dict[str, Callable[[], object]] = {"ours": lambda: _watched(peaks, "ours", lambda: _files(letters, options))}
    alone: dict[str, Callable[[], object]] = {"ours": lambda: [_one(item) for item in few]}
    peer = ""
    if options.peers:
        from benchmarks import _letters_peer  # noqa: PLC0415  (its library is installed for benchmarks only)

        peer = _letters_peer.name()
        same = letters[: options.peer_count]
        files["peer"] = lambda: _watched(peaks, "peer", lambda: _peer_files(same, options.processes))
        alone["peer"] = lambda: [_letters_peer.render([item]) for item in few]
        _letters_peer.render(letters[:1])
    _one(letters[0])
    whole, single = in_turn(files, runs=options.runs), in_turn(alone, runs=options.runs)
    table = [
        _row(f"letters in files, {options.processes} processes", len(letters), whole, peer,
             peer_size=min(options.peer_count, len(letters))),
        _row("one letter at a time", len(few), single, peer, peer_size=len(few)),
    ]  # fmt: skip
    table[0].peak_mb = peaks["ours"]
    table[0].extra |= {"peer_peak_mb": peaks.get("peer"), "runs": whole["ours"].runs}
    table[1].extra |= {"ms_per_letter": round(1000 * single["ours"].seconds / len(few), 1)}
    return table


def letter(number: int) -> dict[str, Any]:
    """Frozen data of one handover of four goods to an invented family."""
    frame = LetterFrame(
        head=HEAD,
        signer=SIGNER,
        number=f"400.9.4/{number:04d}/BAST/Dinsos/III/2024",
        date=DAY,
        token=f"contoh-{number:06d}",
        verify_url=f"https://berdaya.contoh.go.id/dok/contoh-{number:06d}/",
        demo=True,
    )
    body = HandoverBody(
        about="Bantuan Usaha Ekonomi Produktif Tahun Anggaran 2024",
        place="Aula Kantor Kecamatan Contoh",
        giver=(("Nama", SIGNER.name), ("NIP", SIGNER.nip), ("Jabatan", SIGNER.position)),
        receiver=(
            ("Nama", f"Siti Contoh {number}"),
            ("NIK", "360201**********"),
            ("Alamat", f"Kp. Contoh RT 03/RW {number % 20 + 1:02d}"),
            ("Jenis usaha", "Warung kelontong"),
        ),
        receiver_name=f"Siti Contoh {number}",
        receiver_title="Penerima bantuan,",
        basis=f"Keputusan Kepala Dinas Sosial Nomor 400.9.4/021/SK/Dinsos/III/2024, nomor urut {number}",
        items=tuple(HandoverItem(*goods) for goods in GOODS),
        terms=TERMS,
        witness_name="Dewi Contoh",
        witness_title="Pendamping sosial,",
    )
    return rules.freeze(frame, body)


def _files(letters: list[dict[str, Any]], options: argparse.Namespace) -> int:
    jobs = (LetterFile("BAST", HEAD.office, part) for part in batches(letters))
    pages = sum(len(file.pages) for file in render_many(jobs, processes=options.processes))
    assert pages == len(letters), pages
    return pages


def _one(item: dict[str, Any]) -> int:
    return len(render(LetterFile("BAST", HEAD.office, (item,))).pdf)


def _peer_files(letters: list[dict[str, Any]], processes: int) -> int:
    from benchmarks._letters_peer import render as peer_render  # noqa: PLC0415

    parts = [letters[at::processes] for at in range(min(processes, len(letters)))]
    with ProcessPoolExecutor(max_workers=processes, mp_context=get_context("spawn")) as pool:
        return sum(pool.map(peer_render, parts))


@dataclass
class Watch:
    """Highest resident memory (MB) of this process and all below it while the block runs, above its start."""

    peak_mb: float = 0.0

    def __enter__(self) -> Watch:
        self._start, self._over = family_mb(), threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def _look(self) -> None:
        while not self._over.wait(EVERY_SECONDS):
            self.peak_mb = max(self.peak_mb, family_mb() - self._start)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()


def family_mb() -> float:
    """Resident MB of this process and its descendants; 0 without Linux's /proc."""
    parents: dict[int, int] = {}
    sizes: dict[int, float] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            lines = (folder / "status").read_text().splitlines()
        except OSError:
            continue
        facts = dict(line.split(":", 1) for line in lines if ":" in line)
        parents[int(folder.name)] = int(facts["PPid"])
        sizes[int(folder.name)] = int(facts.get("VmRSS", "0 kB").split()[0]) / 1024
    ours = {os.getpid()}
    while grown := {child for child, parent in parents.items() if parent in ours} - ours:
        ours |= grown
    return sum(sizes.get(one, 0.0) for one in ours)


def _watched(peaks: dict[str, float], name: str, call: Callable[[], object]) -> object:
    with Watch() as watch:
        result = call()
    peaks[name] = round(max(peaks.get(name, 0.0), watch.peak_mb), 1)
    return result


def _row(name: str, size: int, timings: dict[str, Timing], peer: str, *, peer_size: int) -> Row:
    ours = timings["ours"]
    theirs = timings.get("peer")
    return Row(
        name, size, ours.seconds, size / ours.seconds, "letters/s", ours.peak_mb,
        peer=f"{peer}, {peer_size} letters" if theirs else None,
        peer_value=peer_size / theirs.seconds if theirs else None,
    )  # fmt: skip
