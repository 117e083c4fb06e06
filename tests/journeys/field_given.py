"""What an office prepares before somebody goes outdoors, through the services, in a process of the demo's own."""

from __future__ import annotations

import subprocess
import sys
from urllib.parse import urlsplit

from berdaya.config.database import data_folder
from tests.journeys import walked
from tests.journeys.walked import Demo

CALLED = 5
ISSUE = """
import django; django.setup()
from django.conf import settings
from berdaya.access.models import Account
from berdaya.access.selectors import actor_for, roles_of
from berdaya.access.services import SIGN_IN
from berdaya.grants.days import NewDay
from berdaya.grants.services.days import issue_day, plan_day
from berdaya.kernel import clock
from berdaya.kernel.ids import new_id
from berdaya.kernel.scope import scoped
from berdaya.programmes.models import DecreeLine, Programme
with scoped(SIGN_IN):
    account = Account.objects.get(username="operator")
    role = next(role for role in roles_of(account.pk) if {title!r} in role.title)
actor = actor_for(account.pk, name=account.name, role_id=role.id)
with scoped(actor):
    programme = Programme.objects.get(code={code!r})
    lines = DecreeLine.objects.filter(id__in={lines!r}).select_related("candidate")
    refs = [line.candidate.ref for line in lines]
    day = plan_day(actor=actor, day=NewDay(
        id=new_id(), programme=programme.pk, area=programme.area, place="Kantor Camat", planned_on=clock.today(),
        store=None, refs=tuple(refs)))
    issue_day(actor=actor, day_id=day)
print(len(refs))
"""


def handover_day(demo: Demo, code: str, office: str) -> int:
    """A second delivery to recipients of ``code``, its pack issued; how many are called."""
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
    name = urlsplit(demo.admin).path.lstrip("/")
    environment = walked._environment(demo.admin, name, data_folder() / "journeys" / name)
    done = subprocess.run(
        [sys.executable, "-c", ISSUE.format(code=code, title=office, lines=lines)],
        env=environment,
        cwd=walked.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return int(done.stdout.strip())
