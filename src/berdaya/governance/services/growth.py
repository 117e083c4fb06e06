"""Growth classes of many groups at once, from what the books, visits and meetings show, by criteria that people set."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import Error, transaction
from django.db.models import Max, Q

from berdaya.access.models import Office
from berdaya.access.permissions import require, signed
from berdaya.audit import services as audit
from berdaya.enterprises.rules.figures import shown_turnover_sql
from berdaya.governance import rules
from berdaya.governance.models import GrowthAssessment, GrowthRules
from berdaya.governance.problems import problem_of
from berdaya.governance.types import Criterion, Found, Judged, Level, Preview, Source, Standard
from berdaya.groups.models import Group
from berdaya.kernel.bulk import create, fetch
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.programmes.configfile import parse_config
from berdaya.programmes.models import Programme, ProgrammeVersion
from berdaya.tasks import services as tasks
from berdaya.tasks.types import NewTask

MANAGE, DECIDE = "programme.manage", "stage.approve"
TASK = "growth_rules"
DECIDE_WITHIN = timedelta(days=7)
FILE_KEY = "file"

_SOLD = shown_turnover_sql("em")
# Months, members, meetings, turnover of the last three observed months (by the rule of `enterprises.rules.figures`),
# share of loans more than 30 days late, savings; each with what it rests on.
_FOUND = f"""
    SELECT g.id, g.area, g.office_id, EXISTS (SELECT 1 FROM funds_fund f WHERE f.group_id = g.id),
      CASE WHEN g.founded_on IS NULL THEN (%(year)s - g.founded_year) * 12
           ELSE (%(as_of)s::date - g.founded_on) / 30 END,
      coalesce(g.founded_on::text, g.founded_year::text),
      (SELECT count(*) FROM groups_membership m WHERE m.group_id = g.id AND m.left_on IS NULL),
      (SELECT coalesce(jsonb_agg(DISTINCT e.occurred_on ORDER BY e.occurred_on DESC), '[]')
       FROM funds_fund f JOIN funds_cashevent e ON e.fund_id = f.id
       WHERE f.group_id = g.id AND e.kind IN ('saving', 'instalment', 'iks')
         AND e.occurred_on > %(half)s AND e.occurred_on <= %(as_of)s),
      (SELECT jsonb_agg(jsonb_build_array(to_char(x.month, 'YYYY-MM'), x.sold, x.source) ORDER BY x.month DESC) FROM (
         SELECT em.month, {_SOLD} AS sold,
                CASE {_SOLD} WHEN em.turnover_fund_idr THEN 'fund'
                     WHEN coalesce(em.turnover_fund_idr, em.turnover_visit_idr) THEN 'visit' ELSE 'market' END AS source
         FROM enterprises_enterprise b JOIN enterprises_enterprisemonth em ON em.enterprise_id = b.id
         WHERE b.group_id = g.id AND em.month <= %(as_of)s
           AND {_SOLD} IS NOT NULL
         ORDER BY em.month DESC, em.id LIMIT 3) x),
      (SELECT jsonb_build_array(
                coalesce(sum(i.principal_idr + i.fee_idr - i.paid_idr) FILTER (WHERE i.due_on < %(month)s), 0),
                coalesce(sum(i.principal_idr + i.fee_idr - i.paid_idr), 0))
       FROM funds_fund f JOIN funds_turn t ON t.fund_id = f.id JOIN funds_instalment i ON i.turn_id = t.id
       WHERE f.group_id = g.id AND t.closed_on IS NULL AND i.paid_idr < i.principal_idr + i.fee_idr),
      (SELECT jsonb_build_array(coalesce(-sum(a.balance) FILTER (WHERE a.code LIKE 'saving:%%'), 0),
                                coalesce(-sum(a.balance) FILTER (WHERE a.code = 'iks'), 0))
       FROM funds_fund f JOIN ledger_account a ON a.book_id = f.book_id
       WHERE f.group_id = g.id AND (a.code LIKE 'saving:%%' OR a.code = 'iks'))
    FROM groups_group g WHERE g.id = ANY (%(groups)s) AND g.dissolved_on IS NULL
"""

# The programme whose decree names a group, or gave its fund; the latest of several.
_PROGRAMME = """
    SELECT DISTINCT ON (x.group_id) x.group_id, x.programme_id FROM (
      SELECT l.group_id, d.programme_id, d.decreed_on FROM programmes_decreeline l
      JOIN programmes_decree d ON d.id = l.decree_id WHERE l.group_id = ANY (%(groups)s)
      UNION ALL
      SELECT f.group_id, d.programme_id, d.decreed_on FROM funds_fund f
      JOIN programmes_decreeline l ON l.id = f.decree_line_id JOIN programmes_decree d ON d.id = l.decree_id
      WHERE f.group_id = ANY (%(groups)s)
    ) x ORDER BY x.group_id, x.decreed_on DESC, x.programme_id
"""


def standard_of(*, actor: Actor, programme: UUID | None = None) -> Standard:
    """The criteria of one programme's groups, or of the office's other groups. Raises `not_found` outside the scope."""
    require(actor, "group.read")
    office = _office(actor)
    if programme is not None and not Programme.objects.filter(pk=programme, office_id=office).exists():
        raise Problem("not_found")
    return _standards([(office, programme)])[office, programme]


def _office(actor: Actor) -> int:
    """The actor's office; roles above the offices set no criteria and see no preview of one office."""
    if actor.office is None:
        raise Problem("outside_scope")
    return actor.office


def _standards(wanted: Iterable[tuple[int, UUID | None]]) -> dict[tuple[int, UUID | None], Standard]:
    """Office and programme -> what holds there: the programme's own version, its file, the office's, Berdaya's."""
    pairs = set(wanted)
    latest: dict[tuple[int, UUID | None], GrowthRules] = {}
    made = GrowthRules.objects.filter(accepted=True, office_id__in={office for office, _ in pairs})
    for row in made.order_by("number"):
        latest[row.office_id, row.programme_id] = row
    named = {programme for _, programme in pairs if programme}
    files: dict[UUID, ProgrammeVersion] = {}
    for row_version in ProgrammeVersion.objects.filter(programme_id__in=named).order_by("number"):
        files[row_version.programme_id] = row_version
    found = {}
    for office, programme in pairs:
        own, general = latest.get((office, programme)), latest.get((office, None))
        base = _stored(general, Source.OFFICE) if general else Standard(
            Source.FILE, FILE_KEY, rules.growth_criteria())  # fmt: skip
        if programme is not None and own is not None:
            base = _stored(own, Source.PROGRAMME)
        elif programme is not None and (version := files.get(programme)) is not None:
            rule = parse_config(version.config).growth
            if rule is not None:
                criteria = rules.set_to(base.criteria, rule.pairs(), rule.without)
                base = Standard(Source.PROGRAMME, f"{version.pk}|{base.key}", criteria)
        found[office, programme] = base
    return found


def _stored(row: GrowthRules, source: Source) -> Standard:
    return Standard(source, str(row.pk), stored_criteria(row.criteria), row.number)


def stored_criteria(kept: Sequence[Mapping[str, Any]]) -> tuple[Criterion, ...]:
    """Criteria as a version keeps them; those that it does not name are not asked."""
    pairs = {item["code"]: (item["berkembang"], item["mandiri"]) for item in kept}
    return rules.set_to(rules.growth_criteria(), pairs, {item.code for item in rules.growth_criteria()} - pairs.keys())


def standards_of_groups(groups: Mapping[UUID, int]) -> dict[UUID, Standard]:
    """The criteria of each group (id -> its office)."""
    programmes = dict(fetch(_PROGRAMME, {"groups": list(groups)}))
    wanted = {group: (office, programmes.get(group)) for group, office in groups.items()}
    found = _standards(wanted.values())
    return {group: found[pair] for group, pair in wanted.items()}


def groups_under(*, actor: Actor, programme: UUID | None) -> list[UUID]:
    """Living groups of the actor's office that a programme's criteria concern; without one, all whom no own ones do."""
    rows = dict(Group.objects.filter(office_id=_office(actor), dissolved_on=None).values_list("pk", "office_id"))
    programmes = dict(fetch(_PROGRAMME, {"groups": list(rows)}))
    if programme is not None:
        return [group for group in rows if programmes.get(group) == programme]
    standing = _standards((office, programmes.get(group)) for group, office in rows.items())
    # A programme's own file rests on the office's criteria where it says nothing; its own version does not.
    own = {pair for pair, standard in standing.items() if standard.number and standard.source is Source.PROGRAMME}
    return [group for group, office in rows.items() if (office, programmes.get(group)) not in own]


@transaction.atomic
def propose_growth_rules(
    *, actor: Actor, programme: UUID | None, criteria: Sequence[Criterion], reason: str, on: date
) -> UUID:
    """Put other criteria of a programme's groups, or of the office's, before a second person; answers the proposal.

    Nothing is judged by them yet. The same criteria again by the same person are the same proposal. Raises
    `not_allowed`, `not_found`, `reason_needed`, `governance.growth_same`, `governance.growth_none`,
    `governance.growth_order`, `governance.growth_waits` while another proposal waits.
    """
    require(actor, MANAGE)
    office = _locked_office(actor)
    current = standard_of(actor=actor, programme=programme)
    chosen = rules.checked(criteria)
    if not reason.strip():
        raise Problem("reason_needed")
    if chosen == current.criteria:
        raise Problem("governance.growth_same")
    stored = [{"code": c.code, "berkembang": c.berkembang, "mandiri": c.mandiri} for c in chosen]
    before = GrowthRules.objects.filter(_about(programme), office=office)
    waits = before.filter(accepted=None).first()
    if waits is not None:
        if waits.made_by == actor.account_id and waits.criteria == stored:
            return waits.pk
        raise Problem("governance.growth_waits")
    number = int(before.aggregate(last=Max("number"))["last"] or 0) + 1
    row = GrowthRules.objects.create(
        id=stable_id("growth-rules", office.pk, programme or "", number), area=office.area, office=office,
        programme_id=programme, number=number, criteria=stored, reason=reason.strip()[:400], made_by=signed(actor),
        made_on=on,
    )  # fmt: skip
    _ask_second(actor, office, row)
    audit.record(actor=actor, name="group.growth_rules_proposed", subject_kind="office", subject_id=office.pk,
                 area=office.area, reason=row.reason, number=row.number, programme=programme)  # fmt: skip
    return row.pk


@transaction.atomic
def decide_growth_rules(*, actor: Actor, proposal: UUID, accept: bool, note: str, on: date) -> int:
    """Put proposed criteria in force, as somebody other than their maker, or refuse them; answers the version's number.

    The groups concerned are judged by them at once, and earlier judgements stay. Refusing takes a reason; the maker
    may withdraw the own proposal. Raises `not_allowed`, `not_found`, `same_person`, `already_decided`, `reason_needed`.
    """
    office = _locked_office(actor)
    row = GrowthRules.objects.select_for_update().filter(pk=proposal, office=office).first()
    if row is None:
        raise Problem("not_found")
    own = row.made_by == actor.account_id
    require(actor, MANAGE if own and not accept else DECIDE)
    if row.accepted is not None:
        raise Problem("already_decided")
    if own and accept:
        raise Problem("same_person")
    if not accept and not note.strip():
        raise Problem("reason_needed")
    row.accepted, row.decided_by, row.decided_on, row.note = accept, signed(actor), on, note.strip()[:400]
    try:
        with transaction.atomic():
            row.save(update_fields=["accepted", "decided_by", "decided_on", "note"])
    except Error as error:
        raise problem_of(error) or error from error
    tasks.finish_many(
        actor=actor, causes=[f"{TASK}:{row.pk}"], outcome="syarat berlaku" if accept else "usulan ditolak"
    )
    audit.record(actor=actor, name="group.growth_rules" if accept else "group.growth_rules_refused",
                 subject_kind="office", subject_id=office.pk, area=office.area, reason=row.reason, note=row.note,
                 number=row.number, programme=row.programme_id)  # fmt: skip
    if accept:
        _judge(actor, groups_under(actor=actor, programme=row.programme_id), on)
    return row.number


def _locked_office(actor: Actor) -> Office:
    """The actor's office; one change of its criteria after the other, so that two at once make two versions."""
    office = Office.objects.filter(pk=_office(actor)).get()
    fetch("SELECT pg_advisory_xact_lock(hashtext('governance_growthrules'), %s)", [office.pk])
    return office


def _about(programme: UUID | None) -> Q:
    return Q(programme=None) if programme is None else Q(programme=programme)


def _ask_second(actor: Actor, office: Office, row: GrowthRules) -> None:
    """A task to the supervisor, who sees on the page of the criteria who would change class."""
    programme = Programme.objects.filter(pk=row.programme_id).first() if row.programme_id else None
    name = programme.name if programme else office.name
    task = NewTask(
        cause=f"{TASK}:{row.pk}", kind=TASK, title=f"Putuskan syarat kelas kelompok {name}", area=office.area,
        office_id=office.pk, owner_role="supervisor", raised_on=row.made_on, due_on=row.made_on + DECIDE_WITHIN,
        programme_code=programme.code if programme else "", params={"name": name},
    )  # fmt: skip
    tasks.create_many(actor=actor, tasks=[task])


def preview_growth(*, actor: Actor, programme: UUID | None, criteria: Sequence[Criterion], as_of: date) -> Preview:
    """What other criteria would make of the groups concerned today; nothing is written. Raises as setting them does."""
    require(actor, "group.read")
    chosen = rules.checked(criteria)
    found = values_of(groups_under(actor=actor, programme=programme), as_of)
    names = dict(Group.objects.filter(pk__in=[row.group for row in found]).values_list("pk", "name"))
    standing = standards_of_groups({row.group: row.office for row in found})
    return rules.compare([(row.group, names[row.group], row.values, standing[row.group].criteria) for row in found],
                         chosen)  # fmt: skip


@transaction.atomic
def assess_growth_many(*, actor: Actor, groups: Sequence[UUID], as_of: date) -> dict[Level, int]:
    """The class of each group on a day, kept with each criterion; the same day and criteria twice change nothing."""
    require(actor, "status.refresh")
    return _judge(actor, groups, as_of)


def _judge(actor: Actor, groups: Sequence[UUID], as_of: date) -> dict[Level, int]:
    counts = dict.fromkeys(Level, 0)
    made = []
    rows = values_of(groups, as_of)
    standing = standards_of_groups({row.group: row.office for row in rows})
    for row in rows:
        standard = standing[row.group]
        level, judged = rules.judge(standard.criteria, row.values)
        counts[level] += 1
        digest = rules.fingerprint(standard)
        made.append(
            GrowthAssessment(
                id=stable_id("growth", row.group, as_of, digest.hex()),
                area=row.area,
                office_id=row.office,
                group_id=row.group,
                assessed_on=as_of,
                level=level,
                criteria=[_kept(item, criterion, row.evidence)
                          for item, criterion in zip(judged, standard.criteria, strict=True)],
                rules_sha256=digest,
            )
        )  # fmt: skip
    create(made, skip_known=True)
    if made:
        audit.record(actor=actor, name="group.growth", count=len(made), as_of=as_of.isoformat())
    return counts


def _kept(item: Judged, criterion: Criterion, evidence: Mapping[str, Any]) -> dict[str, Any]:
    """One criterion as it stands with the judgement: what it asked, what was found, what that rests on."""
    asked = {"berkembang": criterion.berkembang, "mandiri": criterion.mandiri}
    return {**asdict(item), **asked, "evidence": evidence.get(item.code)}


def values_of(groups: Sequence[UUID], as_of: date) -> list[Found]:
    """What was found for each criterion and what it rests on; a group without a fund has no arrears to speak of."""
    rows = fetch(
        _FOUND,
        {
            "groups": list(groups),
            "as_of": as_of,
            "year": as_of.year,
            "half": as_of - timedelta(days=183),
            "month": as_of - timedelta(days=30),
        },
    )
    found = []
    for group, area, office, has_fund, age, since, members, *told in rows:
        days, months, loans, saved = (json.loads(item) if isinstance(item, str) else item for item in told)
        late, owed = loans if loans else (0, 0)
        values: dict[str, float | None] = {
            "age_months": age,
            "members": members,
            "meetings_6m": len(days) if has_fund else None,
            "turnover_idr": round(sum(sold for _, sold, _ in months) / len(months)) if months else None,
            "arrears_share": (round(100 * late / owed, 1) if owed else 0.0) if has_fund else None,
            "savings_idr": sum(saved) if saved else None,
        }
        evidence = {
            "age_months": since,
            "meetings_6m": days if has_fund else None,
            "turnover_idr": months,
            "arrears_share": [late, owed] if has_fund else None,
            "savings_idr": saved,
        }
        found.append(Found(group, area, office, values, evidence))
    return found


def groups_with_growth(*, actor: Actor) -> list[UUID]:
    """Every group of the scope that has not ended."""
    require(actor, "group.read")
    return list(Group.objects.filter(dissolved_on=None).values_list("pk", flat=True))
