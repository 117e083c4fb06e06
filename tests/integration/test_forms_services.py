"""Instruments are published in versions; answers keep the version and get a computed score."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from berdaya.forms import rules, selectors, services
from berdaya.forms.models import Response
from berdaya.forms.values import NewResponse
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped

pytestmark = pytest.mark.django_db
Maker = Callable[..., Actor]
SITUBONDO, OLEAN, DAY = 3512000000, 3512072001, date(2025, 3, 1)
GROUP = UUID(int=42)


def full_answers() -> dict[str, object]:
    answers: dict[str, object] = {}
    for question in rules.shipped("monitoring_kube").questions:
        answers[question.code] = max(step.level for step in question.steps)
    return answers | {
        "asset_growth": {"before": 1_000_000, "now": 1_500_000},
        "income_growth": {"before": 500_000, "now": 900_000},
        "belongings": 700_000,
    }


def test_versions_are_published_once(make_actor: Maker) -> None:
    actor = make_actor("operator")
    with scoped(actor):
        ids = services.ensure_instruments(actor=actor, area=SITUBONDO)
        assert set(ids) == set(rules.SHIPPED)
        assert services.ensure_instruments(actor=actor, area=SITUBONDO) == ids
        body = rules.shipped_body("monitoring_kube")
        with pytest.raises(Problem) as caught:
            services.publish_instrument(actor=actor, area=SITUBONDO, body=body | {"source": "lain"})
        assert caught.value.code == "form_version_taken"
        services.publish_instrument(actor=actor, area=SITUBONDO, body=body | {"version": 2})
        assert selectors.instrument(actor, "monitoring_kube").instrument.version == 2
        assert selectors.instrument(actor, "monitoring_kube", 1).id == ids["monitoring_kube"]
        with pytest.raises(Problem) as caught:
            services.publish_instrument(actor=actor, area=SITUBONDO, body=body | {"bands": body["bands"][:1]})
        assert caught.value.code == "form_instrument_unreadable"
    verifier = make_actor("verifier")
    with scoped(verifier), pytest.raises(Problem, match="may not"):
        services.ensure_instruments(actor=verifier, area=SITUBONDO)


def test_scores_are_computed_and_wait_for_what_is_missing(make_actor: Maker) -> None:
    actor = make_actor("operator")
    with scoped(actor):
        instrument = services.ensure_instruments(actor=actor, area=SITUBONDO)["monitoring_kube"]
        complete = NewResponse(instrument, GROUP, OLEAN, DAY, full_answers())
        partial = replace(complete, id=UUID(int=7), occurred_on=date(2025, 6, 1), answers={"structure": 2})
        done = services.record_responses_many(actor=actor, rows=[complete, partial, complete])
        assert (done.new, done.identical, done.incomplete) == (2, 1, 1)
        newest, oldest = selectors.responses_of(actor, GROUP)
        assert (oldest.total, oldest.best, oldest.share, oldest.band) == (410, 410, 1.0, "high")
        assert (newest.total, newest.share, newest.band, len(newest.missing)) == (None, None, None, 12)
        wrong = replace(complete, id=UUID(int=8), answers={"structure": 9})
        with pytest.raises(Problem) as caught:
            services.record_responses_many(actor=actor, rows=[wrong])
        assert (caught.value.code, caught.value.text()) == (
            "form_answer_unfit",
            "Jawaban structure tidak sesuai: 9.",
        )
        with pytest.raises(DatabaseError), transaction.atomic():
            Response.objects.update(scores={})


def test_outsiders_read_no_answers(make_actor: Maker) -> None:
    actor = make_actor("operator")
    with scoped(actor):
        instrument = services.ensure_instruments(actor=actor, area=SITUBONDO)["monitoring_kube"]
        services.record_responses_many(actor=actor, rows=[NewResponse(instrument, GROUP, OLEAN, DAY, full_answers())])
    for outsider in (
        make_actor("operator", area=3511000000, office="dinsos-bondowoso"),
        make_actor("operator", office="diskop-situbondo"),
    ):
        with scoped(outsider):
            assert selectors.responses_of(outsider, GROUP) == []
    with scoped(actor):
        assert len(selectors.responses_of(actor, GROUP)) == 1
