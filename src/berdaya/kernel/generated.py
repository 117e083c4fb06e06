"""Documents that are made from the code: written, or compared with what stands in ``docs``."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path


def write_or_check(pages: Mapping[Path, str], arguments: Sequence[str], *, module: str) -> int:
    """Write the pages, or with ``--check`` name those that differ and how to make them; 1 where one does."""
    if "--check" not in arguments:
        for path, text in pages.items():
            path.write_text(text, encoding="utf-8")
        return 0
    stale = [path for path, text in pages.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        sys.stderr.write(f"{path}: out of date; run: python -m {module}\n")
    return 1 if stale else 0
