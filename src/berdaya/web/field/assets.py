"""What the field app is made of: the files its service worker keeps, and a version that follows their content."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse

from berdaya.kernel.problems import Entry, Problem, register

FILES = ("build/field.css", "build/field.js", "build/field-192.png", "build/field-512.png", "mark.svg")
"""Kept on the phone at the first visit, all or none."""
WORKER = "build/field-worker.js"

register(
    {
        "field_app_not_built": Entry(
            id="Aplikasi lapangan belum dibangun di server ini.",
            en="The field app has not been built on this server.",
            do_id="Jalankan ./berdaya setup, lalu mulai ulang server.",
            do_en="Run ./berdaya setup, then start the server again.",
            status=404,
        ),
    }
)


def source(name: str) -> bytes:
    """Bytes of a static file of ours. Raises ``field_app_not_built`` where the bundles are missing."""
    found = finders.find(name)
    if not found:
        raise Problem("field_app_not_built", file=name)
    return Path(found).read_bytes()


def shell() -> str:
    """The one page of the app: no name, no figure, no token, the same for everybody."""
    return render_to_string("field/shell.html")


def kept() -> dict[str, object]:
    """``version`` and ``files`` (addresses) as the service worker reads them."""
    digest = hashlib.sha256(shell().encode())
    for name in (*FILES, WORKER):
        digest.update(source(name))
    return {
        "version": digest.hexdigest()[:16],
        "shell": reverse("field:shell"),
        "files": [reverse("field:manifest"), *(static(name) for name in FILES)],
    }


@lru_cache(maxsize=1)
def _worker_once() -> str:
    return _worker()


def _worker() -> str:
    return f"self.KEPT={json.dumps(kept(), sort_keys=True)};\n{source(WORKER).decode()}"


def worker() -> str:
    """The service worker with its list; read again for each call only while developing or testing."""
    fixed = not (settings.DEBUG or settings.TESTING)
    return _worker_once() if fixed else _worker()


def manifest() -> dict[str, object]:
    """The web app manifest: what the home screen of a phone shows."""
    start = reverse("field:shell")
    icons = [
        {"src": static(f"build/field-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    return {
        "id": start,
        "name": "Berdaya Lapangan",
        "short_name": "Berdaya",
        "description": "Catatan kunjungan, kelompok, dan penyaluran yang bekerja tanpa sinyal.",
        "lang": "id",
        "dir": "ltr",
        "start_url": start,
        "scope": start,
        "display": "standalone",
        "orientation": "portrait",
        "background_color": "#FBF9F4",
        "theme_color": "#1F3F6B",
        "icons": icons,
    }
