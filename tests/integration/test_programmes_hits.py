"""Every kind of hit of the exclusion screen, at the proposal, at the decree and at the handover, with its evidence."""

from __future__ import annotations

from datetime import date

import pytest

from berdaya.access.models import Account, Office, Role
from berdaya.areas.codes import area_range
from berdaya.kernel.scope import Actor, scoped
from berdaya.people.models import Person
from berdaya.people.rules.names import spelling_key
from berdaya.process.overview.ranks import hit_rows
from berdaya.programmes import services
from berdaya.programmes.models import Approval, Candidate, DecreeLine
from berdaya.programmes.rules.evidence import from_json
from berdaya.programmes.services.screening import broken_on
from berdaya.programmes.types import ExclusionKind
from tests.integration import programmes_world as world
from tests.integration.test_programmes_services import states, verified

pytestmark = pytest.mark.django_db
LISTS = [kind.value for kind in ExclusionKind]
RULES = world.config(eligibility={"exclude": LISTS, "cool_off_years": {"business_aid": 1}})
HANDOVER = date(2024, 8, 1)


def found(kind: str, number: int) -> str:
    """A register comes to name family ``number`` (0 is the first); returns the criterion that says so."""
    if kind == "business_aid":
        world.aided(kk=f"kkk{number}", year=2024)
        return "cool_off/business_aid"
    if kind == "deceased":
        world.listed(kind, nik=f"nikk{number}")
    else:
        world.listed(kind, kk=f"kkk{number}")
    return kind


KINDS = [*LISTS, "business_aid"]


@pytest.mark.parametrize("kind", KINDS)
def test_at_the_proposal_with_the_line_that_says_so(operator, kind):
    criterion = found(kind, 0)
    programme = world.opened(operator, RULES, world.proposal(world.families(operator, 2)))
    with scoped(operator):
        assert states(programme.id) == {"1": "excluded", "2": "eligible"}
        first = Candidate.objects.get(ref="1")
        (row,) = hit_rows(actor=operator, candidate_id=first.pk)
        assert row.binds
        source = "Dinas Koperasi Surabaya" if kind == "business_aid" else f"daftar {kind}"
        assert source in row.text()
        first.refresh_from_db()
        told = {item.criterion: item.text() for item in map(from_json, first.checks)}
        assert source in told[criterion]


def ranked(operator: Actor, count: int = 6):
    programme = world.opened(operator, RULES, world.proposal(world.families(operator, count)))
    with scoped(operator):
        run = {"actor": operator, "programme_id": programme.id}
        services.record_verification_many(**run, rows=verified([str(n) for n in range(1, count + 1)]))
        services.freeze_list(**run, on=world.FREEZE)
        world.reveal(operator, programme.id)
        services.run_selection(**run, on=world.FREEZE)
    return programme


@pytest.mark.parametrize("kind", KINDS)
def test_at_the_decree_and_at_the_handover(operator, head, kind):
    programme = ranked(operator)
    with scoped(operator):
        chosen = Candidate.objects.filter(programme_id=programme.id, state="selected").order_by("rank")
        early, late = chosen[0], chosen[1]
    found(kind, int(early.ref) - 1)
    with scoped(operator):
        draft = services.propose_decree(actor=operator, programme_id=programme.id, number="1", decreed_on=world.DECREE)
        assert early.pk not in set(DecreeLine.objects.values_list("candidate_id", flat=True))
        assert states(programme.id)[early.ref] == "replaced"
    with scoped(head):
        services.approve_decree(actor=head, decree_id=draft.id)
    criterion = found(kind, int(late.ref) - 1)
    with scoped(operator):
        lines = dict(DecreeLine.objects.values_list("candidate_id", "pk"))
        hits = broken_on(list(lines.values()), HANDOVER)
        assert {key: [item.criterion for item in items] for key, items in hits.items()} == {lines[late.pk]: [criterion]}


def test_leaving_a_cash_programme_qualifies_and_never_excludes(operator):
    world.aided(kk="kkk0", year=2024, form="cash")
    rules = world.config(
        eligibility={"exclude": LISTS, "cool_off_years": {"business_aid": 1}},
        candidates={"sources": ["alumni:jamsosratu"]},
    )
    rows = world.proposal(world.families(operator, 2))
    rows[0] = type(rows[0])(
        **{**{n: getattr(rows[0], n) for n in rows[0].__slots__}, "sources": ("alumni:jamsosratu",)}
    )
    programme = world.opened(operator, rules, rows)
    with scoped(operator):
        assert states(programme.id) == {"1": "eligible", "2": "ineligible"}
        (row,) = hit_rows(actor=operator, candidate_id=Candidate.objects.get(ref="1").pk)
        assert not row.binds


def test_somebody_with_the_name_of_a_mentor_here_is_shown_to_the_checker_and_not_excluded(operator, head):
    office = Office.objects.get(pk=operator.office)
    for username, name, where in (
        ("p1", "Djoko Soesilo (contoh)", office),
        ("p2", "Dewi Lestari", Office.objects.exclude(pk=operator.office)[0]),
    ):
        account = Account.objects.create(username=username, name=name)
        area = 3512000000 if where == office else 3511000000
        Role.objects.create(
            account=account, kind="mentor", title=name, office=where, area=area, ranges=[list(area_range(area))],
            valid_from=date(2024, 1, 1),
        )  # fmt: skip
    people = world.families(operator, 4)
    with scoped(operator):
        for (_, person), name in zip(people, ("Joko Susilo", "Dewi Lestari", "Joko", "Ani Wulandari"), strict=True):
            Person.objects.filter(pk=person.pk).update(name=name, name_key=spelling_key(name))
    programme = world.opened(operator, RULES, world.proposal(people))
    with scoped(operator):
        run = {"actor": operator, "programme_id": programme.id}
        assert set(states(programme.id).values()) == {"eligible"}, "a name is no proof"
        shown = {
            one.ref: [row.text() for row in hit_rows(actor=operator, candidate_id=one.pk)]
            for one in Candidate.objects.filter(programme_id=programme.id)
        }
        assert shown == {
            "1": [f"Nama sama dengan Pendamping: Djoko Soesilo, {office.name}"], "2": [], "3": [], "4": []
        }  # fmt: skip
        services.record_verification_many(**run, rows=verified(["1", "2", "3", "4"]))
        services.freeze_list(**run, on=world.FREEZE)
        world.reveal(operator, programme.id)
        services.run_selection(**run, on=world.FREEZE)
        draft = services.propose_decree(**run, number="1", decreed_on=world.DECREE)
        named = set(DecreeLine.objects.values_list("candidate__ref", flat=True))
        assert Approval.objects.get(pk=draft.approval_id).summary.get("staff", 0) == ("1" in named)
    with scoped(head):
        assert services.approve_decree(actor=head, decree_id=draft.id) == draft.lines
