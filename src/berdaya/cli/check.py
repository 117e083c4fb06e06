"""``check``: what must hold before a change is taken: style, types, layers, sizes, generated documents."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[3]
HELP = "style, types, layers, sizes, documents"
PYTHON = sys.executable
BIN = Path(sys.executable).parent


DOCUMENTS = ("berdaya.access.matrix", "berdaya.process.glossary", "berdaya.programmes.reference")
"""Modules that write a document from the code; further ones are added here."""


@dataclass(frozen=True)
class Step:
    """One tool: its command line, and what to run so that it mends what it finds."""

    name: str
    command: tuple[str, ...]
    mend: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What one step said and how long it took."""

    step: Step
    ok: bool
    seconds: float
    output: str


STEPS = (
    Step("mypy", (str(BIN / "mypy"),)),
    Step("ruff check", (str(BIN / "ruff"), "check", "."), (str(BIN / "ruff"), "check", "--fix", ".")),
    Step("ruff format", (str(BIN / "ruff"), "format", "--check", "."), (str(BIN / "ruff"), "format", ".")),
    Step("layers", (str(BIN / "lint-imports"),)),
    Step("sizes", (PYTHON, "-m", "pytest", "-q", "tests/unit/test_size.py")),
    Step("migrations", (PYTHON, "-m", "django", "makemigrations", "--check", "--dry-run")),
    Step("typescript", ("npm", "run", "--silent", "typecheck")),
)


def documents() -> tuple[Step, ...]:
    """Generated documents, each by ``python -m MODULE`` (writes) and ``python -m MODULE --check`` (compares)."""
    return tuple(
        Step(module.removeprefix("berdaya."), (PYTHON, "-m", module, "--check"), (PYTHON, "-m", module))
        for module in DOCUMENTS
        if (ROOT / "src" / Path(*module.split("."))).with_suffix(".py").exists()
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--fix", action="store_true", help="mend what the tools can mend, then check")
    parser.add_argument("--sbom", metavar="FILE", help="write the list of libraries (CycloneDX) and end")
    parser.add_argument(
        "--advisories", metavar="FILE", help="compare the libraries with advisories in OSV's format (json, folder, zip)"
    )
    parser.add_argument("only", nargs="*", help="names of steps; without any, all")


def run(options: argparse.Namespace) -> int:
    """Run the steps beside each other, print a table and what failed; 1 where one did, or where an advisory hits."""
    if options.sbom or options.advisories:
        return _libraries(options)
    steps = [step for step in (*STEPS, *documents()) if not options.only or step.name in options.only]
    if options.fix:
        for step in steps:
            if step.mend:
                _execute(Step(step.name, step.mend))
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        outcomes = list(pool.map(_execute, steps))
    console = Console(stderr=False)
    for outcome in outcomes:
        if not outcome.ok:
            console.rule(outcome.step.name)
            sys.stdout.write(outcome.output.strip() + "\n")
    console.print(_table(outcomes))
    return 0 if all(outcome.ok for outcome in outcomes) else 1


def _libraries(options: argparse.Namespace) -> int:
    """The list of libraries, or what a list of advisories says of them; 2 where that list cannot be read."""
    from berdaya.cli import sbom

    console = Console(soft_wrap=True)
    if options.sbom:
        count = sbom.write_sbom(Path(options.sbom))
        console.print(f"{options.sbom}: {count} libraries, CycloneDX 1.6")
    if not options.advisories:
        return 0
    try:
        read, found = sbom.findings(sbom.parts_of(), sbom.advisories_in(Path(options.advisories)))
    except (OSError, ValueError, KeyError, AttributeError) as error:
        console.print(f"{options.advisories}: {error}", markup=False)
        return 2
    for one in found:
        console.print(f"{one.part.ref} {one.advisory} {one.summary} -> {one.fixed or '-'}", markup=False)
    console.print(f"{read} advisories read, {len(found)} concern a locked library")
    return 1 if found else 0


def _execute(step: Step) -> Outcome:
    started = time.monotonic()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "berdaya.config.settings",
        "BERDAYA_NO_SECRETS": "1",
        # No step needs a database; an address that refuses at once keeps Django from waiting for one.
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none?connect_timeout=1",
        "BERDAYA_POOL_TIMEOUT": "1",
    }
    done = subprocess.run(
        step.command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    return Outcome(step, done.returncode == 0, time.monotonic() - started, done.stdout)


def _table(outcomes: list[Outcome]) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in ("check", "", "seconds"):
        table.add_column(column, justify="right" if column == "seconds" else "left")
    for outcome in outcomes:
        mark = "[green]ok[/]" if outcome.ok else "[red]FAILED[/]"
        table.add_row(outcome.step.name, mark, f"{outcome.seconds:.1f}")
    return table
