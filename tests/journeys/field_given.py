"""What an office prepares before somebody goes outdoors, through the services, in a process of the demo's own."""

from __future__ import annotations

import subprocess
import sys
from urllib.parse import urlsplit

from berdaya.config.database import data_folder
from tests.journeys import walked
from tests.journeys.walked import Demo

CALLED = 5
PLACE = "Kantor Camat Susulan"
PEOPLE = """
import django; django.setup()
from datetime import timedelta
from berdaya.access.models import Account
from berdaya.access.permissions import can
from berdaya.access.selectors import actor_for, roles_of
from berdaya.access.services import SIGN_IN
from berdaya.kernel import clock
from berdaya.kernel.scope import scoped
with scoped(SIGN_IN):
    people = [
        actor_for(account.pk, name=account.name, role_id=role.id)
        for account in Account.objects.filter(is_active=True).order_by("pk")
        for role in roles_of(account.pk)
        if {title!r} in role.title
    ]
"""
"""How a program in the demo begins: everybody who holds a role of the office ``title``."""
ISSUE = """
from berdaya.grants.days import NewDay
from berdaya.grants.models import PackageItem, PurchaseLine
from berdaya.grants.services import procurement
from berdaya.grants.services.days import issue_day, plan_day
from berdaya.grants.stock import Method, NewLot, NewPurchase, NewSupplier, WantedLine
from berdaya.kernel.ids import new_id
from berdaya.programmes.models import DecreeLine, Programme
actor = next(person for person in people if can(person, "procurement.manage") and can(person, "handover.record"))
checker = next(
    person for person in people
    if can(person, "procurement.approve") and person.account_id != actor.account_id and person.office == actor.office
)
today, yesterday, deal = clock.today(), clock.today() - timedelta(days=1), new_id()
with scoped(actor):
    programme = Programme.objects.get(code={code!r})
    items = list(PackageItem.objects.filter(package__programme=programme))
    own = " Susulan " + deal.hex[-6:]
    supplier = procurement.register_supplier(actor=actor, supplier=NewSupplier(new_id(), "CV Contoh" + own))
    store = procurement.open_store(actor=actor, store_id=new_id(), name="Gudang" + own, area=programme.area)
    wanted = tuple(WantedLine(item.pk, item.quantity * len({lines!r}), item.unit_price_idr) for item in items)
    procurement.record_purchase(actor=actor, programme_id=programme.pk, purchase=NewPurchase(
        deal, supplier, Method.CATALOGUE, "SP/SUSULAN/" + deal.hex[-6:], yesterday, wanted))
with scoped(checker):
    procurement.agree_purchase(actor=checker, purchase_id=deal)
with scoped(actor):
    procurement.receive_lots_many(actor=actor, lots=[
        NewLot(new_id(), line.pk, store, yesterday, line.quantity, "Penjaga Gudang Contoh")
        for line in PurchaseLine.objects.filter(purchase=deal)])
    lines = DecreeLine.objects.filter(id__in={lines!r}).select_related("candidate")
    refs = [line.candidate.ref for line in lines]
    day = plan_day(actor=actor, day=NewDay(
        id=new_id(), programme=programme.pk, area=programme.area, place={place!r}, planned_on=today,
        store=store, refs=tuple(refs)))
    issue_day(actor=actor, day_id=day)
print(len(refs))
"""


LEAVE = """
import django; django.setup()
from berdaya.access.models import Account
from berdaya.access.permissions import can
from berdaya.access.selectors import actor_for, roles_of
from berdaya.access.services import SIGN_IN
from berdaya.enterprises.models import Enterprise, Mentor
from berdaya.kernel.scope import scoped
from berdaya.process.field.handing import hand_over
with scoped(SIGN_IN):
    people = [
        actor_for(account.pk, name=account.name, role_id=role.id)
        for account in Account.objects.filter(is_active=True).order_by("pk")
        for role in roles_of(account.pk)
    ]
for actor in people:
    if not can(actor, "mentor.assign") or actor.kind != "staff":
        continue
    with scoped(actor):
        business = Enterprise.objects.filter(pk={business!r}, office_id=actor.office or 0).first()
        if business is None:
            continue
        other = Mentor.objects.filter(office_id=actor.office).exclude(account_id={account!r}).order_by("code").first()
        hand_over(actor=actor, enterprises=[business.pk], to_mentor=other.pk, note={note!r})
        print(other.name)
        break
"""


def leaves(demo: Demo, business: str, account: int, note: str) -> str:
    """The office gives a family of the account's mentor to another one; that one's name."""
    return _in_the_demo(demo, LEAVE.format(business=business, account=account, note=note))


def _in_the_demo(demo: Demo, program: str) -> str:
    name = urlsplit(demo.admin).path.lstrip("/")
    environment = walked._environment(demo.admin, name, data_folder() / "journeys" / name)
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=walked.ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.strip()


def handover_day(demo: Demo, code: str, office: str) -> int:
    """A second delivery to recipients of ``code``, bought and in store, its pack issued; how many are called."""
    rows = demo.ask(
        """
        SELECT l.id FROM programmes_decreeline l JOIN programmes_decree d ON d.id = l.decree_id
        JOIN programmes_programme p ON p.id = d.programme_id
        WHERE p.code = %s AND EXISTS (SELECT 1 FROM grants_entitlement e WHERE e.decree_line_id = l.id)
        ORDER BY l.number LIMIT %s
        """,
        code,
        CALLED,
    )
    lines = [str(row[0]) for row in rows]
    demo.tell("UPDATE grants_entitlement SET handed = 0 WHERE decree_line_id = ANY (%s::uuid[])", lines)
    return int(_in_the_demo(demo, (PEOPLE + ISSUE).format(code=code, title=office, lines=lines, place=PLACE)))


HOMES = """
from berdaya.process.verification import assign_visits
from berdaya.programmes.models import Programme
actor = next(person for person in people if can(person, "task.manage") and person.role == "operator")
with scoped(actor):
    programme = Programme.objects.get(code={code!r})
    print(assign_visits(actor=actor, programme_id=programme.pk, due_on=clock.today() + timedelta(days=7)))
"""


def homes_to_visit(demo: Demo, code: str, office: str) -> list[str]:
    """Two families of ``code`` stand where a home visit comes next, and its tasks are given out; their ids."""
    rows = demo.ask(
        """
        SELECT c.id FROM programmes_candidate c JOIN programmes_programme p ON p.id = c.programme_id
        WHERE p.code = %s AND c.state = 'waiting' AND c.person_id IS NOT NULL
        ORDER BY c.list_no LIMIT 2
        """,
        code,
    )
    homes = [str(row[0]) for row in rows]
    demo.tell("DELETE FROM programmes_verification WHERE candidate_id = ANY (%s::uuid[])", homes)
    demo.tell("UPDATE programmes_candidate SET verified = NULL, place = '' WHERE id = ANY (%s::uuid[])", homes)
    _in_the_demo(demo, (PEOPLE + HOMES).format(title=office, code=code))
    return homes


def session_today(demo: Demo, office: str) -> tuple[str, int, str]:
    """A class of the demo's trainer meets today, its last day: session, how many take part, title of her role."""
    row = demo.ask(
        """
        SELECT s.id, s.training_class_id, r.title FROM training_classsession s
        JOIN access_rolesubject o ON o.list = 'classes' AND o.subject_id = s.training_class_id
        JOIN access_role r ON r.id = o.role_id JOIN access_account a ON a.id = r.account_id
        JOIN access_office f ON f.id = r.office_id
        WHERE a.username = 'pelatih' AND f.name LIKE %s AND s.cancelled = '' ORDER BY s.number DESC LIMIT 1
        """,
        f"%{office}%",
    )[0]
    demo.tell("UPDATE training_trainingclass SET ends_on = '2026-10-31' WHERE id = %s", row[1])
    demo.tell("UPDATE training_classsession SET held_on = '2026-10-31' WHERE id = %s", row[0])
    demo.tell("DELETE FROM training_presence WHERE session_id = %s", row[0])
    count = demo.one(
        "SELECT (SELECT count(*) FROM training_placement WHERE training_class_id = %s)"
        " + (SELECT count(*) FROM training_outsideparticipant WHERE training_class_id = %s)",
        row[1],
        row[1],
    )
    return str(row[0]), int(count), str(row[2])
