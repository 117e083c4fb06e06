"""The address of the test's own database, for programmes that a test starts beside itself."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.db import connection


def url_of(held: dict[str, Any] | None = None, name: str = "") -> str:
    """A PostgreSQL address from Django's settings; a host that is a folder is a socket."""
    held = held or connection.settings_dict
    host, port = str(held["HOST"]), str(held["PORT"])
    user = quote(str(held["USER"]), safe="")
    if held.get("PASSWORD"):
        user += ":" + quote(str(held["PASSWORD"]), safe="")
    name = name or str(held["NAME"])
    if host.startswith("/"):
        return f"postgresql://{user}@/{name}?host={quote(host, safe='')}" + (f"&port={port}" if port else "")
    return f"postgresql://{user}@{host}{':' + port if port else ''}/{name}"
