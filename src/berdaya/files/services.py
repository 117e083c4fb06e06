"""Storing files. The content is on disk before its row is written, so no row is ever without its file."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from uuid import UUID

from django.db import transaction

from berdaya.files import images, ink, store
from berdaya.files.ink import Strokes
from berdaya.files.models import StoredFile
from berdaya.files.types import FileDraft
from berdaya.kernel.bulk import fetch
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor

MAX_BYTES = 200 * 1024 * 1024
ORPHAN_AGE_SECONDS = 24 * 3600
ASKED_AT_ONCE = 20_000
_HASH = re.compile("[0-9a-f]{64}")


def store_files_many(*, actor: Actor, drafts: Sequence[FileDraft]) -> list[UUID]:
    """Keep the contents and answer their ids in the order given; an equal content of the same purpose is kept once.

    Whoever calls has checked the permission. Raises `files.too_large`, `files.disk_full`, `outside_scope`.
    """
    ids = []
    for draft in drafts:
        if len(draft.content) > MAX_BYTES:
            raise Problem("files.too_large", size=len(draft.content), limit=MAX_BYTES)
        if not actor.covers(draft.area):
            raise Problem("outside_scope")
    for draft in drafts:
        sha256 = store.put(draft.content)
        row, _ = StoredFile.objects.get_or_create(
            area=draft.area,
            office_id=draft.office,
            sha256=sha256,
            purpose=draft.purpose,
            stored_by=actor.account_id if actor.kind == "subject" else None,
            enterprise_id=draft.enterprise,
            household_id=draft.household,
            group_id=draft.group,
            defaults={
                "id": new_id(),
                "media_type": draft.media_type,
                "size": len(draft.content),
                "name": draft.name[:160],
            },
        )
        ids.append(row.id)
    return ids


def store_signature(*, actor: Actor, draft: FileDraft, strokes: Strokes) -> UUID:
    """A drawn signature as SVG made here from its strokes. Raises `files.empty_signature` and as storing does."""
    drawn = replace(draft, content=ink.svg_of(strokes), media_type="image/svg+xml")
    return store_file(actor=actor, draft=drawn)


def store_file(*, actor: Actor, draft: FileDraft) -> UUID:
    """One file, as :func:`store_files_many`."""
    return store_files_many(actor=actor, drafts=[draft])[0]


def store_photo(*, actor: Actor, draft: FileDraft) -> UUID:
    """A photo, made anew without EXIF before it is kept. Raises also what :func:`images.reencode` raises."""
    clean = replace(draft, content=images.reencode(draft.content), media_type="image/jpeg")
    return store_file(actor=actor, draft=clean)


def sweep_orphans(*, age_seconds: int = ORPHAN_AGE_SECONDS) -> int:
    """Remove contents that no row names and that are old enough to belong to no running transaction; returns how many.

    A definer function tells which contents no row of any office names, and nothing else. Each is locked and asked for
    once more before it goes: who stores the same content at that moment waits, and writes it again.
    """
    removed = 0
    for name in orphans(age_seconds=age_seconds):
        with transaction.atomic():
            if _is_hash(name):
                store.hold(bytes.fromhex(name), alone=True)
            if _is_hash(name) and not _unnamed([name]):
                continue
            store.remove(name)
            removed += 1
    return removed


def orphans(*, age_seconds: int = ORPHAN_AGE_SECONDS) -> list[str]:
    """Names of the contents that :func:`sweep_orphans` would remove, unfinished files of a crash included."""
    before = time.time() - age_seconds
    found: list[str] = []
    old = (name for name, changed_at in store.contents() if changed_at < before)
    while part := list(islice(old, ASKED_AT_ONCE)):
        found += [name for name in part if not _is_hash(name)]
        found += _unnamed([name for name in part if _is_hash(name)])
    return found


def _is_hash(name: str) -> bool:
    return _HASH.fullmatch(name) is not None


def _unnamed(names: Sequence[str]) -> list[str]:
    rows = fetch("SELECT encode(sha256, 'hex') FROM files_unnamed(%s) AS sha256", [[bytes.fromhex(n) for n in names]])
    return [row[0] for row in rows]
