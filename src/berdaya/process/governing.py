"""Cards of a group on paper, a paper form confirmed by the digits on a card, growth classes of many groups."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.conf import settings

from berdaya.documents.render import LetterFile, qr_pixels, render
from berdaya.funds.services import confirm_meeting
from berdaya.funds.types import MeetingResult
from berdaya.governance.services.cards import cards_of, check_code, issue_cards_many
from berdaya.governance.services.growth import assess_growth_many, groups_with_growth
from berdaya.groups.models import Group, Membership
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.process.accounting import unnumbered_letter

CARDS_PER_SHEET = 8


def print_cards(*, actor: Actor, group_id: UUID) -> bytes:
    """Cards of all present members as PDF, eight on a sheet; those that stand are printed the same again.

    Raises `not_found`.
    """
    cards = issue_cards_many(actor=actor, group_id=group_id)
    if not cards:
        raise Problem("not_found")
    group = Group.objects.select_related("office").get(pk=group_id)
    address = f"{settings.BERDAYA_PUBLIC_URL.rstrip('/')}/kartu/"
    demo = settings.DEMO or group.synthetic
    body = {"title": "Kartu anggota", "group": group.name, "office": group.office.name, "demo": demo}
    items = [
        {"number": card.member_number, "name": card.name, "code": card.code, "qr": qr_pixels(f"{address}{card.token}/")}
        for card in cards
    ]
    sheets = [
        unnumbered_letter("card", group.office, body | {"items": items[start : start + CARDS_PER_SHEET]}, demo=demo)
        for start in range(0, len(items), CARDS_PER_SHEET)
    ]
    return render(LetterFile(f"Kartu anggota {group.name}", group.office.name, tuple(sheets))).pdf


def confirm_by_card(*, actor: Actor, meeting: UUID, membership: UUID, code: str) -> MeetingResult:
    """A member confirms a paper form that others typed, by the six digits on her own card.

    Where she has no standing card her word is taken as before. Raises `governance.card_wrong`,
    `governance.card_slowed` and what :func:`funds.services.confirm_meeting` raises; a wrong code is counted only where
    the caller lets its transaction stand.
    """
    group = Membership.objects.filter(pk=membership).values_list("group_id", flat=True).first()
    has_card = group is not None and membership in cards_of(actor=actor, group_id=group)
    if has_card and not check_code(actor=actor, membership=membership, code=code):
        raise Problem("governance.card_wrong")
    return confirm_meeting(actor=actor, meeting=meeting, membership=membership)


def assess_growth(*, actor: Actor, as_of: date) -> dict[str, int]:
    """Judge every group of the scope; class -> number of groups."""
    groups = groups_with_growth(actor=actor)
    counts = assess_growth_many(actor=actor, groups=groups, as_of=as_of)
    return {level.value: count for level, count in counts.items()}
