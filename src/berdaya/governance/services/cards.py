"""Members' cards: issued, printed again, revoked. Only keyed hashes of token and digits are kept."""

from __future__ import annotations

from uuid import UUID

from django.db import Error, transaction

from berdaya.access.permissions import require, signed
from berdaya.audit import services as audit
from berdaya.funds.selectors import names_of
from berdaya.governance import rules
from berdaya.governance.models import MemberCard
from berdaya.governance.problems import problem_of
from berdaya.governance.types import Card
from berdaya.groups.models import Group, Membership
from berdaya.kernel import clock
from berdaya.kernel.bulk import create, fetch
from berdaya.kernel.crypto import key_ring
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor

PURPOSE = "member-card"
PERMISSION = "fund.record"


def digest(text: str) -> bytes:
    """32 bytes of a text under the key of the indexes."""
    return key_ring().index(text, purpose=PURPOSE)


@transaction.atomic
def issue_cards_many(*, actor: Actor, group_id: UUID) -> list[Card]:
    """A card for each present member who has none; cards that stand are answered again, for printing.

    Raises `not_allowed`, `not_found`.
    """
    require(actor, PERMISSION)
    group = Group.objects.filter(pk=group_id).first()
    if group is None:
        raise Problem("not_found")
    members = list(Membership.objects.filter(group=group, left_on=None).order_by("number"))
    # Officers see no persons; the names of their own members come by the group.
    names = names_of(members)
    standing = {card.membership_id: card for card in MemberCard.objects.filter(group=group, revoked_on=None)}
    past = MemberCard.objects.filter(group=group).order_by("membership_id", "number")
    last = dict(past.values_list("membership_id", "number"))
    fresh = [_new(actor, group, member, last.get(member.pk, 0) + 1) for member in members if member.pk not in standing]
    create(fresh)
    if fresh:
        audit.record(
            actor=actor,
            name="card.issued",
            subject_kind="group",
            subject_id=group_id,
            area=group.area,
            count=len(fresh),
        )
    standing |= {card.membership_id: card for card in fresh}
    return [_shown(group, member, names[member.pk], standing[member.pk]) for member in members]


def _new(actor: Actor, group: Group, member: Membership, number: int) -> MemberCard:
    key = stable_id("member-card", member.pk, number)
    token = rules.token_of(digest, key)
    return MemberCard(
        id=key,
        area=group.area,
        office_id=group.office_id,
        group=group,
        membership=member,
        number=number,
        token_hash=rules.token_hash(digest, token),
        code_hash=rules.code_hash(digest, token, rules.code_of(digest, key)),
        issued_on=clock.today(),
        account_id=signed(actor),
    )


def _shown(group: Group, member: Membership, name: str, card: MemberCard) -> Card:
    return Card(
        id=card.pk,
        group=group.pk,
        group_name=group.name,
        name=name,
        member_number=member.number,
        token=rules.token_of(digest, card.pk),
        code=rules.code_of(digest, card.pk),
    )


@transaction.atomic
def revoke_card(*, actor: Actor, card_id: UUID) -> UUID:
    """Revoke a card in one tap; from now on its QR says that it is not valid. Answers its group. Twice is once."""
    require(actor, PERMISSION)
    card = MemberCard.objects.select_for_update().filter(pk=card_id).first()
    if card is None:
        raise Problem("not_found")
    if card.revoked_on is None:
        card.revoked_on = clock.today()
        card.save(update_fields=["revoked_on"])
        audit.record(actor=actor, name="card.revoked", subject_kind="group", subject_id=card.group_id, area=card.area)
    return card.group_id


def check_code(*, actor: Actor, membership: UUID, code: str) -> bool:
    """Whether these are the digits on the member's standing card; a wrong answer counts, and ten an hour are the most.

    Raises `not_found` (no standing card in the scope), `governance.card_slowed`. The caller must let the transaction
    stand after a wrong answer, else its count is lost.
    """
    require(actor, PERMISSION)
    card = MemberCard.objects.filter(membership=membership, revoked_on=None).values_list("pk", flat=True).first()
    if card is None:
        raise Problem("not_found")
    sent = rules.code_hash(digest, rules.token_of(digest, card), code)
    try:
        with transaction.atomic():
            rows = fetch("SELECT governance_code_right(%s, %s)", [card, sent])
    except Error as error:
        raise problem_of(error) or error from error
    return bool(rows[0][0])


def cards_of(*, actor: Actor, group_id: UUID) -> dict[UUID, UUID]:
    """Membership -> standing card of a group."""
    require(actor, "group.read")
    rows = MemberCard.objects.filter(group=group_id, revoked_on=None)
    return dict(rows.values_list("membership_id", "id"))
