"""Two officers at the same moment: one approval, one place, one family."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.programmes import services
from berdaya.programmes.models import Approval, Candidate
from tests.integration import programmes_world as world
from tests.integration.test_programmes_services import selected

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(calls: list[Callable[[], object]]) -> list[object]:
    """Results of calls that start together, each in a transaction of its own; a problem gives its code."""
    barrier = Barrier(len(calls))

    def one(call: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return call()
        except Problem as problem:
            return problem.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


def inside(actor: Actor, call: Callable[[], object]) -> object:
    with scoped(actor):
        return call()


def test_of_two_checkers_one_signs(make_actor):
    operator = make_actor("operator")
    programme = selected(operator)
    with scoped(operator):
        draft = services.propose_decree(actor=operator, programme_id=programme.id, number="1", decreed_on=world.DECREE)
    heads = [make_actor("head") for _ in range(4)]
    outcomes = at_once(
        [
            lambda head=head: inside(head, lambda: services.approve_decree(actor=head, decree_id=draft.id))
            for head in heads
        ]
    )
    assert sorted(outcomes, key=str) == [4, "already_decided", "already_decided", "already_decided"]
    assert Approval.objects.get(pk=draft.approval_id).checked_by in {head.account_id for head in heads}


def test_two_replacements_at_once_never_give_one_waiting_family_two_places(make_actor):
    operator, second = make_actor("operator"), make_actor("operator")
    programme = selected(operator, 9)
    with scoped(operator):
        gone = list(Candidate.objects.filter(programme_id=programme.id, state="selected").values_list("pk", flat=True))
    day = date(2024, 5, 10)
    at_once(
        [
            lambda actor=actor, pk=pk: inside(
                actor, lambda: services.replace_recipient(actor=actor, candidate_id=pk, reason="pindah", on=day)
            )
            for actor, pk in zip([operator, second], gone, strict=False)
        ]
    )
    rows = Candidate.objects.filter(programme_id=programme.id)
    assert rows.filter(state="replaced").count() == 2
    assert rows.filter(state="selected").count() == 4
    assert len(set(rows.filter(replaces__isnull=False).values_list("replaces", flat=True))) == 2
