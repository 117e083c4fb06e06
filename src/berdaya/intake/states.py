"""States of an import and what leads from one to another."""

from __future__ import annotations

from enum import StrEnum


class ImportState(StrEnum):
    """Status pekerjaan impor."""

    READING = "reading"
    """The worker reads the file to show what it would do."""
    MAPPING = "mapping"
    """Headings wait for the operator."""
    ASKING = "asking"
    """Names of villages wait for the operator."""
    READY = "ready"
    """The preview waits for the operator."""
    WAITING = "waiting"
    """The preview waits for a second person."""
    QUEUED = "queued"
    RUNNING = "running"
    STOPPED = "stopped"
    """A person stopped it; it can go on."""
    HALTED = "halted"
    """It stopped itself: more than half are duplicates."""
    FAILED = "failed"
    """A problem of the catalogue; nothing of the batch was written, and it can go on."""
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"
    DROPPED = "dropped"
    """Thrown away before anything was written."""


_S = ImportState
NEXT: dict[ImportState, frozenset[ImportState]] = {
    _S.READING: frozenset({_S.MAPPING, _S.ASKING, _S.READY, _S.HALTED, _S.FAILED, _S.DROPPED}),
    _S.MAPPING: frozenset({_S.READING, _S.DROPPED}),
    _S.ASKING: frozenset({_S.READING, _S.MAPPING, _S.DROPPED}),
    _S.READY: frozenset({_S.WAITING, _S.QUEUED, _S.READING, _S.DROPPED}),
    _S.WAITING: frozenset({_S.QUEUED, _S.DROPPED}),
    _S.QUEUED: frozenset({_S.RUNNING, _S.STOPPED, _S.DROPPED}),
    _S.RUNNING: frozenset({_S.DONE, _S.STOPPED, _S.FAILED, _S.QUEUED, _S.HALTED}),
    _S.STOPPED: frozenset({_S.QUEUED, _S.UNDOING}),
    _S.HALTED: frozenset({_S.QUEUED, _S.DROPPED, _S.UNDOING}),
    _S.FAILED: frozenset({_S.READING, _S.QUEUED, _S.UNDOING, _S.DROPPED}),
    _S.DONE: frozenset({_S.UNDOING}),
    _S.UNDOING: frozenset({_S.UNDONE, _S.FAILED}),
    _S.UNDONE: frozenset(),
    _S.DROPPED: frozenset(),
}
"""State -> states that may follow."""
OPEN = frozenset({_S.READING, _S.QUEUED, _S.RUNNING, _S.UNDOING})
"""States in which a worker has something to do."""
UNDO_DAYS = 30
