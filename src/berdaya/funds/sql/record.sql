-- What members pay, in two calls: read what decides under the books' locks, then write everything at once.
-- The rules themselves stand in funds/rules.py and funds/services; these functions only read and write.

-- Locks the books of the members' open funds that the caller may post into, and answers what their payments depend on, one row
-- each: fund (owner: group, parent: book), member (owner: group), turn (owner: member, parent: fund, number: open debt,
-- until: day of its latest payment), event (owner: member, number: amount). What is outside the caller's books is not there.
CREATE OR REPLACE FUNCTION funds_state(p_members uuid[], p_events uuid[])
RETURNS TABLE (what text, id uuid, owner uuid, parent uuid, kind text, number bigint, since date, until date)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  books uuid[];
  groups uuid[];
BEGIN
  SELECT array_agg(b.id), array_agg(b.group_id) INTO books, groups FROM (
    SELECT b.id, b.group_id FROM ledger_book b
    WHERE b.id IN (SELECT f.book_id FROM funds_fund f WHERE f.group_id IN (
                     SELECT m.group_id FROM groups_membership m WHERE m.id = ANY (p_members)))
      AND ledger_may_post(b.area, b.office_id, b.group_id)
    ORDER BY b.id FOR UPDATE
  ) b;
  RETURN QUERY
    SELECT 'fund', f.id, f.group_id, f.book_id, f.kind::text, NULL::bigint, f.opened_on, NULL::date
    FROM funds_fund f WHERE f.book_id = ANY (books) AND f.closed_on IS NULL ORDER BY f.opened_on, f.id;
  RETURN QUERY
    SELECT 'member', m.id, m.group_id, NULL::uuid, NULL::text, m.number::bigint, m.joined_on, m.left_on
    FROM groups_membership m WHERE m.id = ANY (p_members) AND m.group_id = ANY (groups);
  RETURN QUERY
    SELECT 'turn', t.id, t.membership_id, t.fund_id, NULL::text,
           (SELECT sum(i.principal_idr + i.fee_idr - i.paid_idr)::bigint FROM funds_instalment i
            WHERE i.turn_id = t.id AND i.plan = t.plan),
           t.opened_on, (SELECT max(e.occurred_on) FROM funds_cashevent e WHERE e.turn_id = t.id)
    FROM funds_turn t WHERE t.membership_id = ANY (p_members) AND t.closed_on IS NULL ORDER BY t.opened_on, t.id;
  RETURN QUERY
    SELECT 'event', e.id, e.membership_id, NULL::uuid, e.kind::text, e.amount, e.occurred_on, NULL::date
    FROM funds_cashevent e WHERE e.id = ANY (p_events);
END $$;

-- Payments that come after all others of their turn fill its oldest open instalments; closes turns that are whole.
-- One payment per turn. What arrives out of order is laid on the schedule anew by funds.services.payments.resettle.
-- Answers how much found an open instalment.
DROP FUNCTION IF EXISTS funds_fill(uuid[], bigint[], date[]);
CREATE FUNCTION funds_fill(p_turns uuid[], p_amounts bigint[], p_days date[]) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  filled bigint;
BEGIN
  WITH done AS (
  UPDATE funds_instalment i
  SET paid_idr = i.paid_idr + n.share,
      paid_on = CASE WHEN i.paid_idr + n.share = i.principal_idr + i.fee_idr THEN n.day END
  FROM (
    SELECT o.id, o.day, least(o.open, o.amount - o.before) AS share FROM (
      SELECT i.id, p.day, p.amount, i.principal_idr + i.fee_idr - i.paid_idr AS open,
             coalesce(sum(i.principal_idr + i.fee_idr - i.paid_idr) OVER (
               PARTITION BY i.turn_id ORDER BY i.number ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
      FROM unnest(p_turns, p_amounts, p_days) AS p(turn, amount, day)
      JOIN funds_turn t ON t.id = p.turn
      JOIN funds_instalment i ON i.turn_id = t.id AND i.plan = t.plan AND i.paid_idr < i.principal_idr + i.fee_idr
    ) o WHERE o.before < o.amount
  ) n WHERE i.id = n.id
  RETURNING n.share)
  SELECT sum(share) INTO filled FROM done;
  UPDATE funds_turn t SET closed_on = p.day
  FROM unnest(p_turns, p_days) AS p(turn, day)
  WHERE t.id = p.turn AND NOT EXISTS (
    SELECT 1 FROM funds_instalment i WHERE i.turn_id = t.id AND i.plan = t.plan AND i.paid_idr < i.principal_idr + i.fee_idr);
  RETURN filled;
END $$;

-- One line of the audit trail about a fund.
CREATE OR REPLACE FUNCTION funds_audit(p_id uuid, p_name text, p_at timestamptz, p_body jsonb, p_area bigint, p_office bigint,
                                       p_fund uuid) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_auditentry (id, name, version, account_id, role, area, office_id, occurred_at, reason, subject_kind,
                                subject_id, body)
  VALUES (p_id, p_name, 1, berdaya_account(), current_setting('berdaya.role', true), p_area, p_office, p_at, '', 'fund',
          p_fund::text, p_body);
END $$;

-- Events of one fund with their transfers, schedules and one line of the audit trail, in one call. Answers nothing, or what
-- was refused as SQLSTATE, message and detail; then nothing is written and the caller's transaction stays usable.
CREATE OR REPLACE FUNCTION funds_record(
  p_fund uuid, p_ids uuid[], p_events uuid[], p_debits uuid[], p_credits uuid[], p_amounts bigint[], p_codes text[],
  p_days date[], p_reverses uuid[], p_event_ids uuid[], p_members uuid[], p_turns uuid[], p_kinds text[],
  p_event_days date[], p_event_amounts bigint[], p_units text[], p_notes text[], p_undone uuid[], p_meeting uuid, p_filled uuid[], p_filled_amounts bigint[],
  p_filled_days date[], p_audit uuid, p_audit_name text, p_audit_at timestamptz, p_audit_body jsonb)
RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  fund funds_fund%ROWTYPE;
  state text;
  message text;
  detail text;
BEGIN
  SELECT f.* INTO fund FROM funds_fund f WHERE f.id = p_fund;
  IF NOT FOUND THEN RETURN ARRAY['BD002', 'not_found', '']; END IF;
  -- Also the check of the caller's scope: it raises before anything is written.
  PERFORM ledger_post(fund.book_id, p_ids, p_events, p_debits, p_credits, p_amounts, p_codes, p_days,
                      p_reverses);
  INSERT INTO funds_cashevent (id, area, office_id, fund_id, group_id, membership_id, turn_id, kind, occurred_on, amount,
                               unit, note, reverses_id, meeting_id, account_id)
  SELECT e.id, fund.area, fund.office_id, fund.id, fund.group_id, e.member, e.turn, e.kind, e.day, e.amount, e.unit, e.note,
         e.undone, p_meeting, berdaya_account()
  FROM unnest(p_event_ids, p_members, p_turns, p_kinds, p_event_days, p_event_amounts, p_units, p_notes, p_undone)
       AS e(id, member, turn, kind, day, amount, unit, note, undone);
  IF cardinality(p_filled) > 0 THEN
    PERFORM funds_fill(p_filled, p_filled_amounts, p_filled_days);
  END IF;
  PERFORM funds_audit(p_audit, p_audit_name, p_audit_at, p_audit_body, fund.area, fund.office_id, fund.id);
  RETURN NULL;
EXCEPTION WHEN SQLSTATE 'BD002' OR SQLSTATE 'BDL01' OR SQLSTATE 'BDL02' OR SQLSTATE 'BDL03' OR SQLSTATE 'BDL04'
            OR SQLSTATE 'BDL05' OR unique_violation THEN
  GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
  RETURN ARRAY[state, message, detail];
END $$;

REVOKE ALL ON FUNCTION funds_state(uuid[], uuid[]), funds_fill(uuid[], bigint[], date[]),
  funds_audit(uuid, text, timestamptz, jsonb, bigint, bigint, uuid), funds_record(
  uuid, uuid[], uuid[], uuid[], uuid[], bigint[], text[], date[], uuid[], uuid[], uuid[], uuid[], text[], date[], bigint[],
  text[], text[], uuid[], uuid, uuid[], bigint[], date[], uuid, text, timestamptz, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION funds_state(uuid[], uuid[]), funds_record(
  uuid, uuid[], uuid[], uuid[], uuid[], bigint[], text[], date[], uuid[], uuid[], uuid[], uuid[], text[], date[], bigint[],
  text[], text[], uuid[], uuid, uuid[], bigint[], date[], uuid, text, timestamptz, jsonb) TO berdaya_app, berdaya_subject;

-- The events of a fund follow it to another area. A foreign key of each row would be asked at each payment.
CREATE OR REPLACE FUNCTION funds_events_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE funds_cashevent SET area = NEW.area WHERE fund_id = NEW.id;
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS funds_events_follow ON funds_fund;
CREATE TRIGGER funds_events_follow AFTER UPDATE OF area ON funds_fund FOR EACH ROW
  WHEN (OLD.area IS DISTINCT FROM NEW.area) EXECUTE FUNCTION funds_events_follow();
REVOKE ALL ON FUNCTION funds_events_follow() FROM PUBLIC;
ALTER TABLE funds_cashevent DROP CONSTRAINT IF EXISTS funds_cashevent_fund_id_follows;

-- Names of a group's members for those who keep its book: officers and sponsors see no persons otherwise.
CREATE OR REPLACE FUNCTION funds_member_names(p_members uuid[]) RETURNS TABLE (membership uuid, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT m.id, p.name::text FROM groups_membership m JOIN people_person p ON p.id = m.person_id
  WHERE m.id = ANY (p_members) AND CASE current_setting('role')
    WHEN 'berdaya_app' THEN berdaya_in_scope(m.area, m.office_id)
    WHEN 'berdaya_subject' THEN berdaya_in_group(m.group_id)
    ELSE false END
$$;
REVOKE ALL ON FUNCTION funds_member_names(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION funds_member_names(uuid[]) TO berdaya_app, berdaya_subject;
