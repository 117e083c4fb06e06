"""``demo``: five programmes from their lists to living businesses, in a database marked as a demo, then served."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from berdaya.cli import serve
from berdaya.config.database import DEMO, ROOT, data_folder, database, remember, state
from berdaya.config.server import locked

HELP = "run the five example programmes and serve them"
COLUMNS = (
    ("rows_in", "baris"),
    ("rows_refused", "ditolak"),
    ("duplicates", "ganda"),
    ("excluded", "dikecualikan"),
    ("eligible", "layak"),
    ("selected", "terpilih"),
    ("waiting", "tunggu"),
    ("placed", "pelatihan"),
    ("groups", "kelompok"),
    ("goods_value_idr", "barang Rp"),
    ("transfers", "transfer"),
    ("visits", "kunjungan"),
    ("active", "aktif"),
    ("weak", "lemah"),
    ("dormant", "mati suri"),
    ("holiday_only", "musiman"),
    ("unknown", "belum tahu"),
    ("products", "produk"),
    ("graduated", "lulus"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    serve.add_arguments(parser)
    parser.add_argument("--no-serve", action="store_true", help="stop when the programmes have run")
    parser.add_argument("--json", metavar="FILE", help="write the figures of each programme there")
    parser.add_argument("--fresh", action="store_true", help="drop the demo database first")


def run(options: argparse.Namespace) -> int:
    """Run what has not been run yet, print the figures and the logins, serve."""
    if not options.no_serve:
        serve.ensure_free(options.host, options.port)
    with database(DEMO, demo=True, fresh=options.fresh) as here:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "berdaya.config.settings")
        import django

        django.setup()
        from berdaya.process.demo import run_demo

        started = time.monotonic()
        with locked(data_folder() / ".demo.lock"):
            walked = walk_hash()
            result = run_demo(progress=_say, walked=state(here.app).get("walked") == walked)
            remember(here.owner, walked=walked)
        if options.json:
            _write(Path(options.json), {"programmes": result.programmes})
        console = Console(width=None if sys.stdout.isatty() else 200)
        console.print(programme_table(result.programmes))
        if result.logins:
            console.print(login_table(result.logins))
        console.print(f"{time.monotonic() - started:.1f} s")
        if options.no_serve:
            return 0
        return serve.serve(options.host, options.port, options.workers)


def walk_hash() -> str:
    """Changes with the code that walks the examples and with the examples themselves."""
    digest = hashlib.sha256()
    folders = ((ROOT / "src" / "berdaya", "*.py"), (ROOT / "src" / "berdaya", "*.toml"), (ROOT / "examples", "*"))
    for folder, pattern in folders:
        for path in sorted(folder.rglob(pattern)):
            if path.is_file():
                digest.update(os.fsencode(path.relative_to(ROOT)) + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _say(text: str) -> None:
    sys.stderr.write(f"• {text}\n")
    sys.stderr.flush()


def _write(path: Path, content: Mapping[str, object]) -> None:
    draft = path.with_name(path.name + ".part")
    draft.write_text(json.dumps(content, indent=2, ensure_ascii=False, sort_keys=False) + "\n", encoding="utf-8")
    draft.replace(path)


def programme_table(programmes: Sequence[Mapping[str, Any]]) -> Table:
    """One column per programme, one line per figure: it fits a terminal of 80 characters."""
    table = Table(title="Program contoh (data sintetis)", box=None, pad_edge=False)
    table.add_column("")
    for programme in programmes:
        table.add_column(str(programme["code"]), justify="right")
    for key, label in COLUMNS:
        table.add_row(label, *(_figure(programme.get(key)) for programme in programmes))
    return table


def _figure(value: object) -> str:
    if isinstance(value, Mapping):
        value = sum(int(part) for part in value.values())
    return f"{value:,}".replace(",", ".") if isinstance(value, int) else str(value if value is not None else "-")


def login_table(logins: Sequence[Mapping[str, str]]) -> Table:
    """Who can sign in to the demo: role, name, user name, password."""
    table = Table(title="Masuk sebagai (hanya di demo)", box=None, pad_edge=False)
    for column in ("role", "name", "username", "password"):
        table.add_column(column, no_wrap=True)
    for login in logins:
        table.add_row(*(str(login[column]) for column in ("role", "name", "username", "password")))
    return table
