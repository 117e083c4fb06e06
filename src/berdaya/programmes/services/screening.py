"""The exclusion screen beyond the list: hits set aside by two people, and the last look before a handover."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction

from berdaya.audit.services import record
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.programmes.configfile import parse_config
from berdaya.programmes.facts import Look, facts_of
from berdaya.programmes.models import Candidate, DecreeLine, ScreeningOverrule
from berdaya.programmes.rules.eligibility import SCREENED, WITHDRAWN, decide
from berdaya.programmes.rules.evidence import CriterionResult
from berdaya.programmes.rules.hits import Hit, hits_of
from berdaya.programmes.services.eligibility import judge_again, lookup
from berdaya.programmes.services.setup import open_programme
from berdaya.programmes.types import Outcome


@transaction.atomic
def overrule_hit(*, actor: Actor, candidate_id: UUID, hit: str, reason: str, on: date) -> UUID:
    """Ask that one hit be set aside; it counts until a second person agrees. The same request again is the same.

    ``hit`` is the key of a hit that stands with the candidate, before the decree or since. Raises ``not_found``,
    ``hit_unknown``, ``reason_needed``, ``consent_is_hers`` for a consent that was taken back: only the family gives
    it again.
    """
    candidate = Candidate.objects.filter(pk=candidate_id).first()
    if candidate is None:
        raise Problem("not_found")
    programme, _, _ = open_programme(actor, candidate.programme_id, "screen.overrule")
    found = next((one for one in screening_hits(candidate, on) if one.key == hit), None)
    if found is None:
        raise Problem("hit_unknown")
    if found.list == "exclusions" and found.facts[0] == WITHDRAWN:
        raise Problem("consent_is_hers")
    if not reason.strip():
        raise Problem("reason_needed")
    known = ScreeningOverrule.objects.filter(candidate=candidate, hit=hit).exclude(agreed=False).first()
    if known is not None:
        return known.pk
    made = ScreeningOverrule.objects.create(
        id=new_id(),
        candidate=candidate,
        area=candidate.area,
        office_id=programme.office_id,
        hit=hit,
        evidence=found.as_json(),
        reason=reason.strip(),
        made_by=actor.account_id or 0,
        made_on=on,
    )
    record(
        actor=actor, name="screening.overrule_asked", subject_kind="candidate", subject_id=candidate.pk,
        area=candidate.area, reason=reason.strip(), hit=hit,
    )  # fmt: skip
    return made.pk


@transaction.atomic
def answer_overrule(*, actor: Actor, overrule_id: UUID, agreed: bool, answer: str, on: date) -> None:
    """The second person's word on a hit; agreed, the candidate is judged again without it.

    Raises ``not_found``, ``same_person`` for whoever asked, ``already_decided``, ``reason_needed`` for a refusal.
    """
    found = ScreeningOverrule.objects.filter(pk=overrule_id).values_list("candidate__programme_id").first()
    if found is None:
        raise Problem("not_found")
    programme, version, config = open_programme(actor, found[0], "stage.approve")
    row = ScreeningOverrule.objects.select_for_update().get(pk=overrule_id)
    if row.checked_by is not None:
        raise Problem("already_decided")
    if row.made_by == actor.account_id:
        raise Problem("same_person")
    if not agreed and not answer.strip():
        raise Problem("reason_needed")
    row.checked_by, row.checked_on = actor.account_id, on
    row.agreed, row.answer = agreed, answer.strip()
    row.save(update_fields=["checked_by", "checked_on", "agreed", "answer"])
    if agreed:
        judge_again(version, config, Candidate.objects.filter(pk=row.candidate_id, decreed_on=None), on)
    record(
        actor=actor, name="screening.overrule_answered", subject_kind="candidate", subject_id=row.candidate_id,
        area=row.area, agreed=agreed, programme=str(programme.pk),
    )  # fmt: skip


def broken_on(decree_lines: Sequence[UUID], on: date) -> dict[UUID, tuple[CriterionResult, ...]]:
    """Decree line -> the criteria that the registers break on ``on``; what is not named may be handed over or paid.

    The rules are those that the decree rests on; what two people set aside does not count. Nothing is written. One
    look into the registers for each programme, however many lines are asked. Call inside a scope that holds the lines.
    """
    lines = DecreeLine.objects.filter(pk__in=list(decree_lines)).select_related("decree__selection__version")
    by_rules: dict[tuple[UUID, UUID], list[DecreeLine]] = defaultdict(list)
    for line in lines:
        by_rules[line.decree.programme_id, line.decree.selection.version_id].append(line)
    looks = {programme: lookup(programme, on) for programme in {key[0] for key in by_rules}}
    found: dict[UUID, tuple[CriterionResult, ...]] = {}
    for (programme, _version), group in by_rules.items():
        config = parse_config(group[0].decree.selection.version.config)
        hits = looks[programme]
        suspects = {line.candidate_id: line.pk for line in group if line.candidate_id in hits}
        rows = Candidate.objects.filter(pk__in=list(suspects))
        for pk, facts in facts_of(config, rows, as_of=on, look=Look(on, None, hits)).items():
            broken = tuple(
                item
                for item in decide(config, facts.eligibility).results
                if item.outcome is Outcome.NOT_MET and item.criterion.partition("/")[0] in SCREENED
            )
            if broken:
                found[suspects[pk]] = broken
    return found


def screening_hits(candidate: Candidate, on: date) -> tuple[Hit, ...]:
    """The hits that stand with a candidate: those of the last screening, and of a recipient also what the registers
    say on ``on``, for the decree is frozen and the registers are not."""
    hits = hits_of(candidate.screening)
    if candidate.decreed_on is None or candidate.replaced_on is not None:
        return hits
    known = {hit.key for hit in hits}
    since = hits_of(lookup(candidate.programme_id, on).get(candidate.pk))
    return (*hits, *(hit for hit in since if hit.key not in known))
