"""``./berdaya example``: see :mod:`berdaya.example.cli`."""

from __future__ import annotations

from berdaya.example.cli import HELP, add_arguments, run

__all__ = ["HELP", "add_arguments", "run"]
