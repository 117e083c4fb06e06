"""Storing files. The content is on disk before its row is written, so no row is ever without its file."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.db import connection

from berdaya.files import images, ink, store
from berdaya.files.ink import Strokes
from berdaya.files.models import StoredFile
from berdaya.files.types import FileDraft
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor

MAX_BYTES = 200 * 1024 * 1024
ORPHAN_AGE_SECONDS = 24 * 3600


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

    Runs as the owner of the tables, who sees every row; under any other role it refuses, as rows outside the scope
    would look like orphans.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (who,) = cursor.fetchone() or ("",)
    if who != "berdaya_owner":
        raise Problem("not_allowed", role=who, permission="files.sweep")
    known = {bytes(sha256).hex() for sha256 in StoredFile.objects.values_list("sha256", flat=True)}
    removed = 0
    for name, changed_at in list(store.contents()):
        if name not in known and time.time() - changed_at > age_seconds:
            store.remove(name)
            removed += 1
    return removed
