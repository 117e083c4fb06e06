"""The treasurer's group of the demo, grown to twenty members with debts and cards, in a process of the demo's own."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from berdaya.config.database import data_folder
from tests.journeys import walked
from tests.journeys.walked import Demo

MEMBERS = 20
GROW = """
import json
import django; django.setup()
from datetime import timedelta
from berdaya.access.models import Account
from berdaya.access.selectors import actor_for, roles_of
from berdaya.access.services import SIGN_IN
from berdaya.funds.models import Fund, Turn
from berdaya.funds.services import open_member_accounts, open_turns_many
from berdaya.funds.types import TurnDraft
from berdaya.governance.services.cards import issue_cards_many
from berdaya.groups.models import Group, Membership
from berdaya.kernel import clock
from berdaya.kernel.ids import new_id
from berdaya.kernel.scope import scoped
from berdaya.people.models import Household, Person
with scoped(SIGN_IN):
    officer = Account.objects.get(username="pengurus")
    account = Account.objects.get(username="operator")
    role = roles_of(officer.pk)[0]
    desks = roles_of(account.pk)
group_id = actor_for(officer.pk, name=officer.name, role_id=role.id).groups[0]
for desk in desks:
    actor = actor_for(account.pk, name=account.name, role_id=desk.id)
    with scoped(actor):
        if Group.objects.filter(pk=group_id).exists():
            break
with scoped(actor):
    group = Group.objects.get(pk=group_id)
    fund = Fund.objects.filter(group=group).order_by("opened_on").first()
    have = Membership.objects.filter(group=group)
    last = max(have.values_list("number", flat=True))
    for number in range(last + 1, last + 1 + {members} - have.filter(left_on=None).count()):
        home = Household.objects.create(id=new_id(), area=group.area, synthetic=True)
        person = Person.objects.create(
            id=new_id(), household=home, area=group.area, name=f"Anggota Contoh {{number}}",
            name_key=f"anggota contoh {{number}}", synthetic=True)
        Membership.objects.create(
            id=new_id(), area=group.area, office_id=group.office_id, group=group, person=person, household=home,
            number=number, joined_on=group.founded_on or fund.opened_on)
    open_member_accounts(actor=actor, funds=[fund.pk])
    fresh = Membership.objects.filter(group=group, number__gt=last).order_by("number")[:3]
    open_turns_many(actor=actor, drafts=[
        TurnDraft(new_id(), member.pk, 500_000, 10, clock.today() - timedelta(days=20), fund=fund.pk)
        for member in fresh])
    cards = issue_cards_many(actor=actor, group_id=group.pk)
print(json.dumps({{
    "fund": str(fund.pk), "group": str(group.pk), "book": str(fund.book_id),
    "cards": [[card.member_number, card.name, card.token, card.code] for card in cards]}}))
"""


@dataclass(frozen=True)
class Given:
    """The group as it stands before the meeting; cards as (number, name, token, code)."""

    fund: str
    group: str
    book: str
    cards: list[tuple[int, str, str, str]]


def environment(demo: Demo) -> dict[str, str]:
    """What a process of the demo's own reads."""
    name = urlsplit(demo.admin).path.lstrip("/")
    return walked._environment(demo.admin, name, data_folder() / "journeys" / name)


def free_day(demo: Demo) -> None:
    """No meeting of today: a fund takes one a day, and journeys of one worker share the demo."""
    demo.tell(
        "UPDATE funds_meeting SET held_on = held_on - 400 WHERE state = 'posted' AND held_on ="
        " (SELECT max(held_on) FROM funds_meeting WHERE state = 'posted')"
    )


def twenty(demo: Demo) -> Given:
    """Members up to twenty, three of them with a turn, a card for each; nobody met today."""
    free_day(demo)
    done = _python(demo, "-c", GROW.format(members=MEMBERS))
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    return Given(found["fund"], found["group"], found["book"], [tuple(card) for card in found["cards"]])


def ledger(demo: Demo, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """The auditor's command: ``./berdaya ledger ...`` over the demo's database."""
    call = "import sys; from berdaya.cli.main import main; sys.exit(main(sys.argv[1:]))"
    return _python(demo, "-c", call, "ledger", *map(str, words))


def _python(demo: Demo, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words], env=environment(demo), cwd=walked.ROOT,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
