"""The programme itself, and the list it begins with: candidates, or groups that exist already."""

from __future__ import annotations

from berdaya.kernel import clock
from berdaya.process.folder import Folder
from berdaya.process.imports import Imported, import_candidates, import_groups
from berdaya.process.walk import Walk
from berdaya.programmes.models import Candidate, Programme
from berdaya.programmes.services.setup import create_programme


def open_programme(walk: Walk, files: Folder) -> str:  # noqa: ARG001 - steps share one shape
    """The programme with the version of its rules; rules of a decreed programme stay as they were."""
    with walk.acting("programme") as actor:
        known = Programme.objects.filter(code=walk.code).first()
        decreed = known is not None and Candidate.objects.filter(programme=known, decreed_on__isnull=False).exists()
        if known is not None and decreed:
            walk.programme_id = known.pk
            return f"{known.name}, versi {known.version_number}"
        made = create_programme(actor=actor, config=walk.config)
        walk.programme_id = made.id
    return f"{walk.config.programme.name or made.code}, versi {made.version_number}"


def take(walk: Walk, files: Folder) -> str:  # noqa: ARG001 - steps share one shape
    """The list, each row taken, refused by name, or known to be a duplicate."""
    lines = []
    for name, take_in in (("candidates.xlsx", import_candidates), ("groups.xlsx", import_groups)):
        path = walk.folder / name
        if not path.is_file():
            continue
        with walk.acting("intake") as actor:
            done = take_in(
                actor=actor, programme_id=walk.programme, config=walk.config, source=path, as_of=clock.today()
            )
        lines.append(f"{name} {_line(done)}")
    return "; ".join(lines) or "tanpa daftar"


def _line(done: Imported) -> str:
    if done.repeated:
        return f"sudah dibaca ({done.rows_in} baris)"
    refused = sum(done.refused.values())
    return f"{done.rows_in} baris, {done.taken} diterima, {refused} ditolak dengan alasan"
