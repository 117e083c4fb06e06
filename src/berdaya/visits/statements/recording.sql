-- The two calls of a phone's push, with the caller's own rights: every policy applies. In functions, because their plans
-- are kept: planning these statements behind the policies costs more than a push's few rows.

-- Takes the turn of these businesses (p_keys beside p_enterprises) and tells what recording their visits must know: the
-- visible ones, where each was met first, who the caller is among the mentors, and whether any of the visits is stored.
-- As lock_businesses() does it: offices shared, then businesses, in one order everywhere.
CREATE OR REPLACE FUNCTION visits_ground(p_enterprises uuid[], p_keys integer[], p_visits uuid[])
RETURNS TABLE (enterprise_id uuid, started_on date, office_id bigint, area bigint, met_lat double precision,
               met_lon double precision, met_within_m integer, mentor_id uuid, held boolean)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  offices integer[];
  keys integer[];
  me uuid := (SELECT m.mentor_id FROM visits_own_mentors() m LIMIT 1);
  known boolean;
BEGIN
  SELECT array_agg(DISTINCT e.office_id::integer ORDER BY e.office_id::integer), array_agg(DISTINCT w.k ORDER BY w.k)
  INTO offices, keys
  FROM unnest(p_enterprises, p_keys) AS w(id, k) JOIN enterprises_enterprise e ON e.id = w.id;
  PERFORM pg_advisory_xact_lock_shared(hashtext('visits'), o) FROM unnest(offices) AS o;
  PERFORM pg_advisory_xact_lock(hashtext('visit'), k) FROM unnest(keys) AS k;
  known := EXISTS (SELECT 1 FROM visits_visit v WHERE v.id = ANY (p_visits));
  RETURN QUERY
    SELECT e.id, e.started_on, e.office_id, e.area, met.met_lat, met.met_lon, met.met_within_m, me, known
    FROM enterprises_enterprise e
    LEFT JOIN LATERAL (
      SELECT v.met_lat, v.met_lon, v.met_within_m FROM visits_visit v
      WHERE v.enterprise_id = e.id AND v.met_lat IS NOT NULL ORDER BY v.occurred_on, v.id LIMIT 1) AS met ON true
    WHERE e.id = ANY (p_enterprises);
END $$;

-- Writes visits that are not stored yet, their evidence, and every month that they touch, computed from all its visits.
CREATE OR REPLACE FUNCTION visits_write(p_account bigint, p_rows jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  WITH s AS MATERIALIZED (
    SELECT r.*, decode(r.digest, 'hex') AS said, e.area, e.office_id
    FROM jsonb_to_recordset(p_rows) AS r (
      evidence_id uuid, digest text, revision integer, id uuid, enterprise_id uuid, mentor_id uuid, occurred_on date,
      method varchar, production_days smallint, turnover_idr bigint, cost_idr bigint, stock_idr bigint, workers smallint,
      active_members smallint, income_idr bigint, problem varchar, advice varchar, note text, next_step varchar,
      same_as_last boolean, distance_m integer, advice_answer varchar, met_lat double precision, met_lon double precision,
      met_within_m integer, position_missing varchar)
    JOIN enterprises_enterprise e ON e.id = r.enterprise_id
  ), kept AS (
    INSERT INTO visits_visit (id, area, office_id, account_id, enterprise_id, mentor_id, occurred_on, method,
      production_days, turnover_idr, cost_idr, stock_idr, workers, active_members, income_idr, problem, advice, note,
      next_step, same_as_last, distance_m, advice_answer, met_lat, met_lon, met_within_m, position_missing, revision, digest)
    SELECT s.id, s.area, s.office_id, p_account, s.enterprise_id, s.mentor_id, s.occurred_on, s.method,
      s.production_days, s.turnover_idr, s.cost_idr, s.stock_idr, s.workers, s.active_members, s.income_idr, s.problem,
      s.advice, s.note, s.next_step, s.same_as_last, s.distance_m, s.advice_answer, s.met_lat, s.met_lon, s.met_within_m,
      s.position_missing, s.revision, s.said
    FROM s
  )
  INSERT INTO enterprises_evidence (id, area, office_id, enterprise_id, kind, method, occurred_on, production_days,
    amount_idr, detail, source_kind, source_id, account_id)
  SELECT s.evidence_id, s.area, s.office_id, s.enterprise_id, 'visit', s.method, s.occurred_on, s.production_days,
    s.turnover_idr, '{}', 'visit', s.id, p_account
  FROM s;

  INSERT INTO enterprises_enterprisemonth AS held (id, area, office_id, enterprise_id, month, visits, production_days,
    turnover_visit_idr, cost_idr, income_idr, workers)
  SELECT DISTINCT ON (t.enterprise_id, t.month) t.month_id, e.area, e.office_id, t.enterprise_id, t.month,
    count(*) OVER (PARTITION BY t.enterprise_id, t.month), v.production_days, v.turnover_idr, v.cost_idr, v.income_idr,
    v.workers
  FROM (
    SELECT DISTINCT ON (r.enterprise_id, date_trunc('month', r.occurred_on)) r.month_id, r.enterprise_id,
      date_trunc('month', r.occurred_on)::date AS month
    FROM jsonb_to_recordset(p_rows) AS r (month_id uuid, enterprise_id uuid, occurred_on date)
  ) AS t
  JOIN enterprises_enterprise e ON e.id = t.enterprise_id
  JOIN visits_visit v ON v.enterprise_id = t.enterprise_id AND v.occurred_on >= t.month
    AND v.occurred_on < (t.month + interval '1 month')::date
  ORDER BY t.enterprise_id, t.month, v.occurred_on DESC, v.id DESC
  ON CONFLICT (enterprise_id, month) DO UPDATE
  SET visits = excluded.visits, production_days = excluded.production_days,
      turnover_visit_idr = excluded.turnover_visit_idr, cost_idr = excluded.cost_idr, income_idr = excluded.income_idr,
      workers = excluded.workers;
END $$;
REVOKE ALL ON FUNCTION visits_ground(uuid[], integer[], uuid[]), visits_write(bigint, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION visits_ground(uuid[], integer[], uuid[]), visits_write(bigint, jsonb)
  TO berdaya_app, berdaya_subject;
