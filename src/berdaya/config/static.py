"""Static files with a hash in their names and a compressed copy beside each, gathered where something changed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """A name that is not in the manifest keeps its own: a missing picture must not take a page down."""

    manifest_strict = False


def collect() -> None:
    """Gather the static files into ``STATIC_ROOT``; nothing where no file changed since."""
    stamp = Path(settings.STATIC_ROOT) / ".gathered"
    wanted = _fingerprint()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(wanted, encoding="utf-8")


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            info = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{info.st_size}\0{info.st_mtime_ns}\n".encode())
    return digest.hexdigest()
