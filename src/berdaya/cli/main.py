"""The commands of ``./berdaya``: each a module beside this one with ``HELP``, ``add_arguments`` and ``run``."""

from __future__ import annotations

import argparse
import errno
import importlib
import signal
import sys
from collections.abc import Sequence
from types import FrameType, ModuleType
from typing import Final

import berdaya.config.problems  # noqa: F401  (registers the texts)
from berdaya import __version__
from berdaya.kernel.problems import Problem

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "setup": ("berdaya.cli.setup", "everything that the other commands need · siapkan semuanya"),
    "demo": (
        "berdaya.cli.demo",
        "run the five example programmes and serve them · jalankan lima program contoh",
    ),
    "serve": ("berdaya.cli.serve", "serve the web · layani web"),
    "run": (
        "berdaya.cli.run",
        "walk one programme folder as far as its files reach · jalankan folder program",
    ),
    "example": ("berdaya.example.cli", "make synthetic programme folders · buat folder program sintetis"),
    "import": ("berdaya.cli.import_", "check an office's list, import it, undo it · periksa, impor, batalkan"),
    "link": ("berdaya.cli.link", "find the same people in one list or between two · cari orang yang sama"),
    "lottery": ("berdaya.cli.lottery", "export a selection and repeat it anywhere · ulangi undian di mana pun"),
    "ledger": ("berdaya.cli.ledger", "check every book's chain and balances · periksa rantai dan saldo buku"),
    "daily": ("berdaya.cli.daily", "raise what nobody must forget as tasks · pemeriksaan harian"),
    "health": ("berdaya.cli.health", "say whether all is well, for monitoring · periksa kesehatan sistem"),
    "manage": ("berdaya.cli.manage", "Django's own commands · perintah Django"),
    "migrate": ("berdaya.cli.migrate", "bring the database to this version · perbarui basis data"),
    "backup": ("berdaya.cli.backup", "write a backup of database and files · buat cadangan"),
    "restore": ("berdaya.cli.restore", "restore a backup into an empty installation · pulihkan cadangan"),
    "test": ("berdaya.cli.test", "every test · semua uji"),
    "check": ("berdaya.cli.check", "style, types, layers, sizes, documents · periksa kode"),
    "bench": ("berdaya.cli.bench", "measure speed beside a peer · ukur kecepatan"),
}
PASS_ON: Final = {"manage", "test"}
"""Commands whose arguments belong to another program."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the answer is the exit status. A problem is one line on the error stream."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    try:
        return _run(words)
    except Problem as problem:
        return complain(problem)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 141
    except Exception as error:
        known = _known(error)
        if known is None:
            raise
        return complain(known)


def complain(problem: Problem) -> int:
    """Print a problem in both languages; 2 as exit status."""
    texts = (problem.told(language) for language in ("id", "en"))
    sys.stderr.write("berdaya: " + " / ".join(texts) + "\n")
    return 2


def _run(words: list[str]) -> int:
    chosen = words[0] if words else ""
    if chosen in PASS_ON:
        return int(_module(chosen).run(argparse.Namespace(words=words[1:])))
    parser = argparse.ArgumentParser(
        prog="./berdaya",
        description="Berdaya: dari daftar keluarga ke usaha yang hidup · from a list of families to living businesses.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for name, (_, text) in COMMANDS.items():
        child = commands.add_parser(name, help=text, description=text)
        if name == chosen:
            _module(name).add_arguments(child)
    if not words:
        parser.print_help()
        return 0
    options = parser.parse_args(words)
    return int(_module(options.command).run(options))


def _module(name: str) -> ModuleType:
    return importlib.import_module(COMMANDS[name][0])


def _leave(number: int, _frame: FrameType | None) -> None:
    sys.stderr.write(f"berdaya: dihentikan / stopped ({signal.Signals(number).name})\n")
    raise SystemExit(128 + number)


def _known(error: BaseException) -> Problem | None:
    """A full disk, however deep it lies; what else went wrong is a programming error and keeps its trace."""
    step: BaseException | None = error
    while step is not None:
        if isinstance(step, OSError) and step.errno in {errno.ENOSPC, errno.EDQUOT}:
            return Problem("start.disk_full", path=step.filename or "BERDAYA_DATA")
        if type(step).__name__ == "DiskFull":
            return Problem("start.disk_full", path="PostgreSQL")
        step = step.__cause__ or step.__context__
    return None
