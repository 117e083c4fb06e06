"""Passwords and keys of one data folder: made once, readable by their owner alone.

``secrets.toml`` is as valuable as the data. Back it up apart from them: without ``[keys]`` no NIK can be read again.
"""

from __future__ import annotations

import base64
import os
import secrets
import tomllib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

NAME = "secrets.toml"


@dataclass(frozen=True)
class Secrets:
    """What ``secrets.toml`` holds. ``keys`` maps a number to a base64 key of 32 bytes; the highest encrypts."""

    admin_password: str
    app_password: str
    migrator_password: str
    secret_key: str
    keys: dict[int, str]
    index_key: str

    def environment(self) -> dict[str, str]:
        """The settings that the keys become."""
        return {
            "BERDAYA_SECRET_KEY": self.secret_key,
            "BERDAYA_KEYS": ",".join(f"{number}:{key}" for number, key in sorted(self.keys.items())),
            "BERDAYA_INDEX_KEY": self.index_key,
        }


def load(data: Path) -> Secrets | None:
    """The secrets of ``data``, or None where it has none yet."""
    try:
        content = tomllib.loads((data / NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    passwords, keys = content["passwords"], content["keys"]
    return Secrets(
        admin_password=passwords["administrator"],
        app_password=passwords["application"],
        migrator_password=passwords["migrator"],
        secret_key=keys["secret_key"],
        keys={int(number): key for number, key in keys["encryption"].items()},
        index_key=keys["index_key"],
    )


def ensure(data: Path) -> Secrets:
    """The secrets of ``data``, made on the first call; two callers at once get the same."""
    known = load(data)
    if known is not None:
        return known
    draft = data / f".{NAME}.{os.getpid()}"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(_new())
    with suppress(FileExistsError):
        os.link(draft, data / NAME)
    draft.unlink()
    made = load(data)
    if made is None:
        raise FileNotFoundError(data / NAME)
    return made


def _new() -> str:
    def key() -> str:
        return base64.b64encode(secrets.token_bytes(32)).decode()

    return (
        "# Rahasia Berdaya. Cadangkan terpisah dari data; tanpa kunci ini NIK tidak dapat dibaca.\n"
        "# Berdaya's secrets. Back them up apart from the data; without these keys no NIK can be read.\n"
        "[passwords]\n"
        f'administrator = "{secrets.token_urlsafe(24)}"\n'
        f'application = "{secrets.token_urlsafe(24)}"\n'
        f'migrator = "{secrets.token_urlsafe(24)}"\n'
        "[keys]\n"
        f'secret_key = "{secrets.token_urlsafe(48)}"\n'
        f'index_key = "{key()}"\n'
        "[keys.encryption]\n"
        f'1 = "{key()}"\n'
    )
