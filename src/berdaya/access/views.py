"""Tampilan tersimpan: what an official keeps of a list, under her own name for it.

A view holds filters, order and columns, never a word that was searched for: that may be somebody's name.
Only the account itself reads its views: the table's policy says so, whoever asks.
"""

from __future__ import annotations

import re

from django.db import transaction

from berdaya.access.models import SavedView
from berdaya.audit.services import record
from berdaya.kernel.problems import Entry, Problem, register
from berdaya.kernel.scope import Actor

MOST = 20
"""So many views of one list stay easy to find."""
LONGEST_QUERY = 600
_LISTING = re.compile(r"[A-Z][A-Za-z]{2,59}")

register(
    {
        "view_unnamed": Entry(
            id="Tampilan ini belum punya nama.",
            en="This view has no name yet.",
            do_id="Tulis nama yang mudah dikenali, misalnya: Lemah di Kec. Besuki.",
            do_en="Write a name that is easy to tell, for example: Weak in Besuki district.",
        ),
        "views_full": Entry(
            id="Daftar ini sudah punya {most} tampilan tersimpan.",
            en="This list already has {most} saved views.",
            do_id="Hapus yang tidak dipakai lagi, lalu simpan yang baru.",
            do_en="Remove one that is no longer used, then save the new one.",
            status=409,
        ),
    }
)


def views_of(*, actor: Actor, listing: str) -> tuple[SavedView, ...]:
    """The actor's views of one list, by name; none for somebody not signed in."""
    if actor.account_id is None:
        return ()
    return tuple(SavedView.objects.filter(account_id=actor.account_id, listing=listing).order_by("name"))


@transaction.atomic
def keep_view(*, actor: Actor, listing: str, name: str, query: str) -> SavedView:
    """Keep the view, or replace the one of the same name.

    Raises ``view_unnamed``, ``views_full``, and ``not_found`` for a list or address that is none.
    """
    if actor.account_id is None or not _LISTING.fullmatch(listing) or len(query) > LONGEST_QUERY:
        raise Problem("not_found")
    name = " ".join(name.split())[:60]
    if not name:
        raise Problem("view_unnamed")
    mine = SavedView.objects.filter(account_id=actor.account_id, listing=listing)
    if mine.exclude(name=name).count() >= MOST:
        raise Problem("views_full", most=MOST)
    view, _new = SavedView.objects.update_or_create(
        account_id=actor.account_id, listing=listing, name=name, defaults={"query": query}
    )
    record(actor=actor, name="view.kept", subject_kind="view", subject_id=view.pk)
    return view


@transaction.atomic
def drop_view(*, actor: Actor, view_id: int) -> None:
    """Remove one of the actor's own views. Raises ``not_found`` for one of somebody else."""
    gone, _each = SavedView.objects.filter(pk=view_id, account_id=actor.account_id or 0).delete()
    if not gone:
        raise Problem("not_found")
    record(actor=actor, name="view.dropped", subject_kind="view", subject_id=view_id)
