"""A new database in two seconds instead of thirty.

Between the operations of a migration Django renders the changed model's class anew, and with it every model related to
it and to those: here some forty classes per operation, as everything hangs on an office and an account. Making a table
needs the class of that table only. What the related classes are rendered for (reverse relations of a column whose type
changes, data migrations that walk backwards) cannot matter where no table has a row yet.
``tests/integration/test_access_fresh.py`` compares the two schemas, statement by statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState


def is_new() -> bool:
    """True where no migration was ever applied to the connected database."""
    return not MigrationRecorder(connection).applied_migrations()


@contextmanager
def only_the_changed_model() -> Iterator[None]:
    """Render one model per operation for the time of the block."""
    original = ProjectState._find_reload_model  # type: ignore[attr-defined]

    def itself(_state: ProjectState, app_label: str, model_name: str, _delay: bool = False) -> set[tuple[str, str]]:
        return {(app_label, model_name.lower())}

    ProjectState._find_reload_model = itself  # type: ignore[attr-defined]
    try:
        yield
    finally:
        ProjectState._find_reload_model = original  # type: ignore[attr-defined]
