"""What phones hand in and take along: a module for each record kind and pack, over the services of the domains.

`records_*.py` registers record kinds (`devices.kinds`), `packs_*.py` registers packs (`devices.packs`); :func:`load`
imports them all once, when the applications are ready.
"""

from __future__ import annotations

import importlib
import pkgutil


def load() -> None:
    """Import every ``records_*`` and ``packs_*`` module of this folder, so that their kinds are registered."""
    for module in pkgutil.iter_modules(__path__):
        if module.name.startswith(("records_", "packs_")):
            importlib.import_module(f"{__name__}.{module.name}")
