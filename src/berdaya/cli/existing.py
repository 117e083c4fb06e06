"""A database as it stands, for commands that only look: a demo of another version is named, never dropped."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from berdaya.config.database import (
    DEMO,
    MAIN,
    Addresses,
    changed_environment,
    database,
    schema_hash,
    state,
)
from berdaya.kernel.problems import Problem


@contextmanager
def existing(*, demo: bool, owner: bool = False) -> Iterator[Addresses]:
    """Django on the main or the demo database, as the application's role or as the owner of the tables.

    Raises ``start.no_demo`` where no demo of this version has run, ``start.owner_missing``.
    """
    with database(DEMO if demo else MAIN, bring_up=not demo) as here:
        if owner and not here.owner:
            raise Problem("start.owner_missing")
        if demo:
            known = state(here.app)
            if not known.get("demo") or known.get("schema") != schema_hash():
                raise Problem("start.no_demo")
        extra = {"DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "berdaya.config.settings")}
        extra |= {"BERDAYA_DEMO": "1"} if demo else {}
        extra |= {"BERDAYA_AS_OWNER": "1"} if owner else {}
        with changed_environment(extra):
            import django

            django.setup()
            yield here


def write_json(path: Path, content: Mapping[str, object]) -> None:
    """Whole or not at all. Raises ``start.not_writable``."""
    write_bytes(path, (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode())


def write_bytes(path: Path, content: bytes) -> None:
    """As :func:`write_json`."""
    draft = path.with_name(path.name + ".part")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        raise Problem("start.not_writable", path=path.parent, reason=error.strerror) from error
