"""History of a table: each replaced version with actor, reason and route name, kept by database triggers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pghistory
from django.db import models

M = TypeVar("M", bound=models.Model)


def tracked(*, exclude: tuple[str, ...] = (), bulk: bool = False) -> Callable[[type[M]], type[M]]:
    """Class decorator: keep the replaced version on UPDATE and DELETE (the first version is the row itself).

    ``bulk`` takes one trigger a statement instead of one a row, for tables that are changed by the thousand.
    """
    level = pghistory.Statement if bulk else pghistory.Row
    decorator: Callable[[type[M]], type[M]] = pghistory.track(
        pghistory.UpdateEvent(row=pghistory.Old, level=level),
        pghistory.DeleteEvent(row=pghistory.Old, level=level),
        exclude=list(exclude) or None,
    )
    return decorator
