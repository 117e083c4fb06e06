"""All SQL of recording visits. The temporary table `visit` holds what is to be kept, one row per visit."""

from __future__ import annotations

from typing import Final

from berdaya.visits.rules import KEPT

VISIT_FIELDS: Final = (*KEPT, "note", "next_step", "same_as_last", "distance_m")
VISIT_COLUMNS: Final = {
    "evidence_id": "uuid",
    "digest": "bytea",
    "revision": "integer",
    "id": "uuid",
    "enterprise_id": "uuid",
    "mentor_id": "uuid",
    "occurred_on": "date",
    "method": "text",
    "production_days": "smallint",
    "turnover_idr": "bigint",
    "cost_idr": "bigint",
    "stock_idr": "bigint",
    "workers": "smallint",
    "active_members": "smallint",
    "income_idr": "bigint",
    "problem": "text",
    "advice": "text",
    "note": "text",
    "next_step": "text",
    "same_as_last": "boolean",
    "distance_m": "integer",
    "advice_answer": "text",
    "met_lat": "double precision",
    "met_lon": "double precision",
    "met_within_m": "integer",
    "position_missing": "text",
}

STARTED: Final = "SELECT e.id, e.started_on, e.office_id, e.area FROM enterprises_enterprise e WHERE e.id = ANY (%s)"

LOCK_OFFICES: Final = "SELECT count(pg_advisory_xact_lock(hashtext('visits'), o)) FROM unnest(%s::int[]) AS o"
LOCK_SHARED: Final = """
    SELECT (SELECT count(pg_advisory_xact_lock_shared(hashtext('visits'), o)) FROM unnest(%s::int[]) AS o),
           (SELECT count(pg_advisory_xact_lock(hashtext('visit'), k)) FROM unnest(%s::int[]) AS k)
"""

_WRITTEN: Final = (
    "revision", "digest", "advice_answer", "met_lat", "met_lon", "met_within_m", "position_missing", *VISIT_FIELDS[1:],
)  # fmt: skip
_COLUMNS = ", ".join(_WRITTEN)
_STAGED = ", ".join(f"s.{name}" for name in _WRITTEN)

MONTH_COLUMNS: Final = {
    "id": "uuid",
    "enterprise_id": "uuid",
    "month": "date",
    "visits": "smallint",
    "production_days": "smallint",
    "turnover_idr": "bigint",
    "cost_idr": "bigint",
    "income_idr": "bigint",
    "workers": "smallint",
}

VISITS_OF_ENTERPRISES: Final = """
    SELECT v.enterprise_id, v.id, v.occurred_on, v.production_days, v.turnover_idr, v.cost_idr, v.income_idr, v.workers
    FROM visits_visit v WHERE v.enterprise_id = ANY (%s)
"""

UPDATE_VISITS: Final = f"""
    UPDATE visits_visit held
    SET ({_COLUMNS}, area, office_id, account_id) = ({_STAGED}, e.area, e.office_id, %s)
    FROM visit s JOIN enterprises_enterprise e ON e.id = s.enterprise_id
    WHERE held.id = s.id
"""

INSERT_VISITS: Final = f"""
    INSERT INTO visits_visit (id, area, office_id, account_id, {_COLUMNS})
    SELECT s.id, e.area, e.office_id, %s, {_STAGED}
    FROM visit s JOIN enterprises_enterprise e ON e.id = s.enterprise_id
    ON CONFLICT (id) DO NOTHING
"""

UPSERT_EVIDENCE: Final = """
    INSERT INTO enterprises_evidence AS held
        (id, area, office_id, enterprise_id, kind, method, occurred_on, production_days, amount_idr, detail,
         source_kind, source_id, account_id)
    SELECT s.evidence_id, e.area, e.office_id, e.id, 'visit', s.method, s.occurred_on, s.production_days,
           s.turnover_idr, '{}', 'visit', s.id, %s
    FROM visit s JOIN enterprises_enterprise e ON e.id = s.enterprise_id
    ON CONFLICT (source_id, kind) DO UPDATE
    SET (enterprise_id, area, office_id, method, occurred_on, production_days, amount_idr, account_id) =
        (excluded.enterprise_id, excluded.area, excluded.office_id, excluded.method, excluded.occurred_on,
         excluded.production_days, excluded.amount_idr, excluded.account_id)
"""

UPSERT_MONTHS: Final = """
    INSERT INTO enterprises_enterprisemonth AS held
        (id, area, office_id, enterprise_id, month, visits, production_days, turnover_visit_idr, cost_idr,
         income_idr, workers)
    SELECT s.id, e.area, e.office_id, e.id, s.month, s.visits, s.production_days, s.turnover_idr, s.cost_idr,
           s.income_idr, s.workers
    FROM month s JOIN enterprises_enterprise e ON e.id = s.enterprise_id
    ON CONFLICT (enterprise_id, month) DO UPDATE
    SET visits = excluded.visits, production_days = excluded.production_days,
        turnover_visit_idr = excluded.turnover_visit_idr, cost_idr = excluded.cost_idr,
        income_idr = excluded.income_idr, workers = excluded.workers
"""

INSERT_HELD: Final = """
    INSERT INTO visits_heldvisit (id, area, office_id, visit_id, outcome, flaws, body, digest, account_id, resolution)
    SELECT s.id, coalesce(e.area, %(area)s), coalesce(e.office_id, %(office)s), s.visit_id, s.outcome, s.flaws,
           s.body, s.digest, %(account)s, ''
    FROM aside s LEFT JOIN enterprises_enterprise e ON e.id = s.enterprise_id
    WHERE coalesce(e.office_id, %(office)s) IS NOT NULL
    ON CONFLICT DO NOTHING
"""

ASSET_COLUMNS: Final = {
    "id": "uuid",
    "visit_id": "uuid",
    "enterprise_id": "uuid",
    "asset_id": "uuid",
    "state": "text",
    "upload_id": "uuid",
    "occurred_on": "date",
}

UPSERT_ASSETS: Final = """
    INSERT INTO visits_visitasset AS held
        (id, area, office_id, visit_id, enterprise_id, asset_id, state, upload_id, occurred_on)
    SELECT s.id, e.area, e.office_id, s.visit_id, e.id, s.asset_id, s.state, s.upload_id, s.occurred_on
    FROM ticked s JOIN enterprises_enterprise e ON e.id = s.enterprise_id
    ON CONFLICT (visit_id, asset_id) DO UPDATE
    SET state = excluded.state, upload_id = excluded.upload_id, occurred_on = excluded.occurred_on
"""
