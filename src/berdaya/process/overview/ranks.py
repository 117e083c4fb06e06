"""One candidate on the frozen list: why it stands where it stands, what the registers say, where else it could go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from berdaya.access.models import Account
from berdaya.access.permissions import ROLE_NAMES, require
from berdaya.kernel.clock import today
from berdaya.kernel.scope import Actor
from berdaya.process.overview.common import found, staff_only
from berdaya.programmes.configfile import parse_config
from berdaya.programmes.models import Candidate, Referral, ScreeningOverrule, SelectionEntry
from berdaya.programmes.rules.evidence import AID_KINDS, CRITERION_NAMES, shown
from berdaya.programmes.rules.explain import Explanation, parts_of
from berdaya.programmes.rules.hits import Hit, binding
from berdaya.programmes.selectors import config_of
from berdaya.programmes.services.screening import screening_hits
from berdaya.programmes.services.selection import ceilings_of


def explanation(*, actor: Actor, candidate_id: UUID) -> Explanation | None:
    """Rank, score and what it came from, on the latest ranking that holds the candidate; None where none does."""
    require(actor, "family.read")
    entry = (
        SelectionEntry.objects.filter(candidate=candidate_id, rank__isnull=False)
        .select_related("run__version", "candidate")
        .order_by("-run__frozen_on", "-run_id")
        .first()
    )
    if entry is None:
        return None
    run, rank = entry.run, entry.rank or 0
    weights = parse_config(run.version.config).ranking.weights
    lines = SelectionEntry.objects.filter(run=run)
    area = entry.candidate.quota_area or 0
    inside = lines.filter(candidate__quota_area=area)
    lowest = inside.filter(selected=True).order_by("-rank").values_list("score", flat=True).first()
    waiting = 0 if entry.selected else lines.filter(selected=False, rank__lte=rank).count()
    ceiling = ceilings_of(run).get(area)
    return Explanation(
        rank=rank,
        listed=lines.count(),
        place="selected" if entry.selected else "waiting",
        waiting_no=waiting,
        score=entry.score,
        parts=parts_of(weights, entry.parts),
        equals=inside.filter(score=entry.score).count(),
        draw=entry.draw,
        places=ceiling.places if ceiling else 0,
        quota_area=area,
        last_score=lowest,
        probability=entry.probability,
    )


@dataclass(frozen=True)
class HitRow:
    """One line of a register that names the candidate: what it says, whether it binds, who set it aside."""

    hit: Hit
    binds: bool
    overrule: ScreeningOverruleRow | None

    def text(self, language: str = "id") -> str:
        """The line of the register as a sentence."""
        english = language.startswith("en")
        if self.hit.list == "exclusions":
            kind, source, since = self.hit.facts
            name = CRITERION_NAMES.get(kind, (kind, kind))[english]
            on = f" ({shown(since)})" if since else ""
            return f"{name}: {source}{on}"
        if self.hit.list == "staff":
            role, person, office = self.hit.facts
            said = "Same name as {}: {}, {}" if english else "Nama sama dengan {}: {}, {}"
            return said.format(ROLE_NAMES.get(role, (role, role))[english], person, office or "–")
        form, office, programme, year = self.hit.facts
        return f"{AID_KINDS.get(form, (form, form))[english]}: {office}, {programme}, {year}"


@dataclass(frozen=True)
class ScreeningOverruleRow:
    """A request to set a hit aside; ``agreed`` None while the second person has not spoken."""

    id: UUID
    reason: str
    made_by: str
    made_on: date
    own: bool
    agreed: bool | None
    checked_by: str
    answer: str


def hit_rows(*, actor: Actor, candidate_id: UUID) -> tuple[HitRow, ...]:
    """Every hit of a candidate with its evidence, binding ones first. Raises ``not_found``."""
    staff_only(actor)
    require(actor, "family.read")
    candidate = found(Candidate.objects.filter(pk=candidate_id).first())
    config = config_of(actor=actor, programme_id=candidate.programme_id)
    rule = config.eligibility
    exclude = [kind.value for kind in rule.exclude]
    hits = screening_hits(candidate, today())
    binds = set(binding(hits, exclude, rule.cool_off_years, config.programme.year))
    asked = list(ScreeningOverrule.objects.filter(candidate=candidate).order_by("made_on", "id"))
    people = {who for row in asked for who in (row.made_by, row.checked_by) if who}
    names = dict(Account.objects.filter(pk__in=people).values_list("pk", "name"))
    by_hit = {
        row.hit: ScreeningOverruleRow(
            row.pk, row.reason, names.get(row.made_by, ""), row.made_on, row.made_by == actor.account_id, row.agreed,
            names.get(row.checked_by or 0, ""), row.answer,
        )
        for row in asked
    }  # fmt: skip
    rows = [HitRow(hit, hit in binds, by_hit.get(hit.key)) for hit in hits]
    return tuple(sorted(rows, key=lambda row: not row.binds))


@dataclass(frozen=True)
class ReferralRow:
    """A referral of a candidate to another programme."""

    id: UUID
    candidate_id: UUID
    candidate: str
    programme_code: str
    offer: str
    provider: str
    reason: str
    referred_on: date
    answer_due: date
    answer: str
    answer_note: str
    answered_on: date | None


def referral_rows(*, actor: Actor, candidate_id: UUID | None = None, open_only: bool = False) -> list[ReferralRow]:
    """Referrals of the scope, the next answer first; of one candidate where given."""
    staff_only(actor)
    require(actor, "family.read")
    rows = Referral.objects.select_related("offer", "candidate__person", "candidate__group", "candidate__programme")
    if candidate_id is not None:
        rows = rows.filter(candidate=candidate_id)
    if open_only:
        rows = rows.filter(answer="")
    return [
        ReferralRow(
            row.pk, row.candidate_id, _name(row.candidate), row.candidate.programme.code, row.offer.name,
            row.offer.provider, row.reason, row.referred_on, row.answer_due, row.answer, row.answer_note,
            row.answered_on,
        )
        for row in rows.order_by("answered_on", "answer_due", "id")[:200]
    ]  # fmt: skip


def _name(candidate: Candidate) -> str:
    if candidate.group is not None:
        return candidate.group.name
    return candidate.person.name if candidate.person else candidate.ref
