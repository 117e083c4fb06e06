-- Payments and meetings in which nothing is unusual, in one call: looked at and written under the book's lock. Whatever is
-- unusual (a known id, another group's member, more than the debt, a payment out of order ...) leaves nothing written and answers
-- null; funds.services then takes the longer way, decides by its rules and names the problem. A test runs both ways beside
-- each other.

-- Payments into one group's fund (p_fund, or the oldest where it is null), in the order of their days, none of them paid out.
-- Raises BDF00 for what is unusual. Answers the fund, the cash afterwards and the number of the last transfer before.
DROP FUNCTION IF EXISTS funds_take(uuid, uuid[], uuid[], text[], date[], bigint[], text[], uuid);
CREATE OR REPLACE FUNCTION funds_take(
  p_group uuid, p_fund uuid, p_ids uuid[], p_members uuid[], p_kinds text[], p_days date[], p_amounts bigint[], p_notes text[],
  p_meeting uuid, OUT fund_id uuid, OUT fund_area bigint, OUT fund_office bigint, OUT fund_group uuid, OUT cash_after bigint,
  OUT seq_before bigint, OUT amount bigint)
LANGUAGE plpgsql AS $$
DECLARE
  fund funds_fund;
  held ledger_book;
  book ledger_book;
  cash ledger_account;
  plain boolean;
  places uuid[];
  turns uuid[];
  bodies text[];
  owed record;
  filled bigint;
  many int[] := ARRAY[cardinality(p_ids)];
BEGIN
  -- All books of the group in order of id, as funds_state takes them: none waits in a ring.
  FOR held IN
    SELECT b.* FROM ledger_book b
    WHERE b.id IN (SELECT f.book_id FROM funds_fund f WHERE f.group_id = p_group)
      AND ledger_may_post(b.area, b.office_id, b.group_id)
    ORDER BY b.id FOR UPDATE
  LOOP
    SELECT f.* INTO fund FROM funds_fund f
    WHERE f.group_id = p_group AND f.closed_on IS NULL AND (p_fund IS NULL OR f.id = p_fund)
    ORDER BY f.opened_on, f.id LIMIT 1;
    IF held.id = fund.book_id THEN book := held; END IF;
  END LOOP;
  SELECT a.* INTO cash FROM ledger_account a WHERE a.book_id = book.id AND a.code = 'cash' AND a.unit = 'IDR';
  IF cash.id IS NULL OR fund.kind = 'vsla' THEN RAISE EXCEPTION USING ERRCODE = 'BDF00'; END IF;

  SELECT bool_and(coalesce(
           a.unit = 'IDR' AND m.group_id = fund.group_id AND m.joined_on <= g.day AND g.amount BETWEEN 1 AND 1000000000000000
           AND CASE WHEN g.kind = 'instalment' THEN t.opened_on <= g.day ELSE m.left_on IS NULL OR g.day < m.left_on END,
           false)),
         array_agg(a.id ORDER BY g.ord), array_agg(t.id ORDER BY g.ord),
         array_agg('|' || g.id || '|' || cash.id || '|' || a.id || '|IDR|' || g.amount || '|' || g.kind || '|'
                   || to_char(g.day, 'YYYY-MM-DD') || '|' || g.id || '|' ORDER BY g.ord),
         sum(g.amount)
    INTO plain, places, turns, bodies, amount
  FROM unnest(p_ids, p_members, p_kinds, p_days, p_amounts) WITH ORDINALITY AS g(id, member, kind, day, amount, ord)
  LEFT JOIN groups_membership m ON m.id = g.member
  LEFT JOIN ledger_account a ON a.book_id = book.id AND a.code = CASE g.kind
    WHEN 'saving' THEN 'saving:' || m.number WHEN 'instalment' THEN 'debt:' || m.number
    WHEN 'iks' THEN 'iks' WHEN 'fine' THEN 'fine' WHEN 'fee' THEN 'fee' END
  LEFT JOIN funds_turn t ON g.kind = 'instalment' AND t.membership_id = g.member AND t.fund_id = fund.id
                        AND t.closed_on IS NULL;
  IF plain IS NOT TRUE THEN RAISE EXCEPTION USING ERRCODE = 'BDF00'; END IF;

  IF 'instalment' = ANY (p_kinds) THEN
    SELECT array_agg(p.turn) AS turns, array_agg(p.amount) AS amounts, array_agg(p.day) AS days, sum(p.amount) AS total,
           count(*) > count(DISTINCT p.turn)
           OR bool_or(EXISTS (SELECT 1 FROM funds_cashevent e WHERE e.turn_id = p.turn AND e.occurred_on > p.day)) AS late
      INTO owed FROM unnest(turns, p_amounts, p_days) AS p(turn, amount, day) WHERE p.turn IS NOT NULL;
    IF owed.late THEN RAISE EXCEPTION USING ERRCODE = 'BDF00'; END IF;
    filled := funds_fill(owed.turns, owed.amounts, owed.days);
    IF filled IS DISTINCT FROM owed.total THEN RAISE EXCEPTION USING ERRCODE = 'BDF00'; END IF;
  END IF;

  PERFORM ledger_append(array_fill(book.id, many), p_ids, p_ids, array_fill(cash.id, many), places, p_amounts, p_kinds, p_days,
                        array_fill(NULL::uuid, many), array_fill('IDR'::text, many), bodies);
  INSERT INTO funds_cashevent (id, area, office_id, fund_id, group_id, membership_id, turn_id, kind, occurred_on, amount,
                               unit, note, meeting_id, account_id)
  SELECT e.id, fund.area, fund.office_id, fund.id, fund.group_id, e.member, e.turn, e.kind, e.day, e.amount, 'IDR', e.note,
         p_meeting, berdaya_account()
  FROM unnest(p_ids, p_members, turns, p_kinds, p_days, p_amounts, p_notes) AS e(id, member, turn, kind, day, amount, note);
  fund_id := fund.id;
  fund_area := fund.area;
  fund_office := fund.office_id;
  fund_group := fund.group_id;
  cash_after := cash.balance + amount;
  seq_before := book.seq;
END $$;

-- The same for payments of many groups, each into the oldest fund of the member's group. Answers the funds.
CREATE OR REPLACE FUNCTION funds_take_many(
  p_groups uuid[], p_ids uuid[], p_members uuid[], p_kinds text[], p_days date[], p_amounts bigint[], p_notes text[])
RETURNS TABLE (fund uuid, area bigint, office bigint, payments bigint, amount bigint)
LANGUAGE plpgsql AS $$
DECLARE
  books uuid[];
  given record;
  owed record;
BEGIN
  -- All books of the groups in order of id, as funds_state takes them: none waits in a ring.
  books := ARRAY(
    SELECT b.id FROM ledger_book b
    WHERE b.id IN (SELECT f.book_id FROM funds_fund f WHERE f.group_id = ANY (p_groups))
      AND ledger_may_post(b.area, b.office_id, b.group_id)
    ORDER BY b.id FOR UPDATE);

  WITH held AS MATERIALIZED (
    SELECT DISTINCT ON (f.group_id) f.id, f.area, f.office_id, f.group_id, f.book_id, f.kind, a.id AS cash
    FROM funds_fund f LEFT JOIN ledger_account a ON a.book_id = f.book_id AND a.code = 'cash' AND a.unit = 'IDR'
    WHERE f.group_id = ANY (p_groups) AND f.book_id = ANY (books) AND f.closed_on IS NULL
    ORDER BY f.group_id, f.opened_on, f.id
  ), looked AS (
    SELECT g.*, f.id AS fund, f.book_id AS book, f.cash, a.id AS place, t.id AS turn, coalesce(
             f.kind <> 'vsla' AND f.cash IS NOT NULL AND a.unit = 'IDR' AND m.joined_on <= g.day
             AND g.amount BETWEEN 1 AND 1000000000000000
             AND CASE WHEN g.kind = 'instalment' THEN t.opened_on <= g.day
                      ELSE m.left_on IS NULL OR g.day < m.left_on END, false) AS plain
    FROM unnest(p_ids, p_members, p_kinds, p_days, p_amounts, p_notes) WITH ORDINALITY
         AS g(id, member, kind, day, amount, note, ord)
    LEFT JOIN groups_membership m ON m.id = g.member
    LEFT JOIN held f ON f.group_id = m.group_id
    LEFT JOIN ledger_account a ON a.book_id = f.book_id AND a.code = CASE g.kind
      WHEN 'saving' THEN 'saving:' || m.number WHEN 'instalment' THEN 'debt:' || m.number
      WHEN 'iks' THEN 'iks' WHEN 'fine' THEN 'fine' WHEN 'fee' THEN 'fee' END
    LEFT JOIN funds_turn t ON g.kind = 'instalment' AND t.membership_id = g.member AND t.fund_id = f.id
                          AND t.closed_on IS NULL
    ORDER BY f.book_id, g.ord
  )
  SELECT bool_and(l.plain) AS plain, array_agg(l.book) AS books, array_agg(l.id) AS ids, array_agg(l.fund) AS funds,
         array_agg(l.cash) AS cashes, array_agg(l.place) AS places, array_agg(l.member) AS members,
         array_agg(l.turn) AS turns, array_agg(l.kind) AS kinds, array_agg(l.day) AS days, array_agg(l.amount) AS amounts,
         array_agg(l.note) AS notes,
         array_agg('|' || l.id || '|' || l.cash || '|' || l.place || '|IDR|' || l.amount || '|' || l.kind || '|'
                   || to_char(l.day, 'YYYY-MM-DD') || '|' || l.id || '|') AS bodies
    INTO given FROM looked l;
  IF given.plain IS NOT TRUE THEN RAISE EXCEPTION USING ERRCODE = 'BDF00'; END IF;

  IF 'instalment' = ANY (p_kinds) THEN
    SELECT array_agg(p.turn) AS turns, array_agg(p.amount) AS amounts, array_agg(p.day) AS days, sum(p.amount) AS total,
           count(*) > count(DISTINCT p.turn)
           OR bool_or(EXISTS (SELECT 1 FROM funds_cashevent e WHERE e.turn_id = p.turn AND e.occurred_on > p.day)) AS late
      INTO owed FROM unnest(given.turns, given.amounts, given.days) AS p(turn, amount, day) WHERE p.turn IS NOT NULL;
    IF owed.late THEN RAISE EXCEPTION USING ERRCODE = 'BDF00'; END IF;
    IF funds_fill(owed.turns, owed.amounts, owed.days) IS DISTINCT FROM owed.total THEN
      RAISE EXCEPTION USING ERRCODE = 'BDF00';
    END IF;
  END IF;

  PERFORM ledger_append(given.books, given.ids, given.ids, given.cashes, given.places, given.amounts, given.kinds, given.days,
                        array_fill(NULL::uuid, ARRAY[cardinality(p_ids)]),
                        array_fill('IDR'::text, ARRAY[cardinality(p_ids)]), given.bodies);
  INSERT INTO funds_cashevent (id, area, office_id, fund_id, group_id, membership_id, turn_id, kind, occurred_on, amount,
                               unit, note, meeting_id, account_id)
  SELECT e.id, f.area, f.office_id, f.id, f.group_id, e.member, e.turn, e.kind, e.day, e.amount, 'IDR', e.note, NULL,
         berdaya_account()
  FROM unnest(given.funds, given.ids, given.members, given.turns, given.kinds, given.days, given.amounts, given.notes)
       AS e(fund, id, member, turn, kind, day, amount, note)
  JOIN funds_fund f ON f.id = e.fund;
  RETURN QUERY
    SELECT f.id, f.area, f.office_id, g.payments, g.amount
    FROM (SELECT e.fund, count(*) AS payments, sum(e.amount)::bigint AS amount
          FROM unnest(given.funds, given.amounts) AS e(fund, amount) GROUP BY e.fund) g
    JOIN funds_fund f ON f.id = g.fund;
END $$;

-- Payments of members: true where all were taken. One line of the audit trail for each fund. Where a fund is named, all
-- are of its group.
DROP FUNCTION IF EXISTS funds_pay(uuid, uuid[], uuid[], text[], date[], bigint[], text[], uuid, text, timestamptz, jsonb);
CREATE OR REPLACE FUNCTION funds_pay(
  p_fund uuid, p_ids uuid[], p_members uuid[], p_kinds text[], p_days date[], p_amounts bigint[], p_notes text[],
  p_audits uuid[], p_audit_name text, p_audit_at timestamptz)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_nestloop = on
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  groups uuid[];
  took record;
  at int := 1;
BEGIN
  SELECT array_agg(DISTINCT m.group_id) INTO groups FROM groups_membership m WHERE m.id = ANY (p_members);
  IF cardinality(groups) = 1 THEN
    took := funds_take(groups[1], p_fund, p_ids, p_members, p_kinds, p_days, p_amounts, p_notes, NULL);
    PERFORM funds_audit(p_audits[1], p_audit_name, p_audit_at,
                        jsonb_build_object('count', cardinality(p_ids), 'amount', took.amount), took.fund_area,
                        took.fund_office, took.fund_id);
    RETURN true;
  ELSIF groups IS NULL OR p_fund IS NOT NULL THEN
    RETURN NULL;
  END IF;
  FOR took IN SELECT f.* FROM funds_take_many(groups, p_ids, p_members, p_kinds, p_days, p_amounts, p_notes) f LOOP
    PERFORM funds_audit(p_audits[at], p_audit_name, p_audit_at,
                        jsonb_build_object('count', took.payments, 'amount', took.amount), took.area, took.office, took.fund);
    at := at + 1;
  END LOOP;
  RETURN true;
EXCEPTION WHEN SQLSTATE 'BDF00' OR SQLSTATE 'BDL01' OR unique_violation THEN
  RETURN NULL;
END $$;

-- A whole meeting: its payments, the meeting itself, who was there. Answers the cash that the book then holds. Unusual is also
-- a second meeting of the day, a book that moved since it was shown, cash that was counted otherwise.
CREATE OR REPLACE FUNCTION funds_meet(
  p_fund uuid, p_ids uuid[], p_members uuid[], p_kinds text[], p_days date[], p_amounts bigint[],
  p_audit uuid, p_audit_name text, p_audit_at timestamptz, p_audit_body jsonb,
  p_meeting uuid, p_held date, p_place text, p_note text, p_source text, p_counted bigint, p_seen bigint, p_body jsonb,
  p_keys uuid[], p_present uuid[], p_presences text[], p_signs text[], p_files uuid[], p_confirmed boolean[])
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_nestloop = on
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  took record;
  grp uuid;
  here bigint;
BEGIN
  SELECT f.group_id INTO grp FROM funds_fund f WHERE f.id = p_fund;
  took := funds_take(grp, p_fund, p_ids, p_members, p_kinds, p_days, p_amounts,
                     array_fill(''::text, ARRAY[cardinality(p_ids)]), p_meeting);
  IF p_counted <> took.cash_after OR p_seen <> took.seq_before
     OR EXISTS (SELECT 1 FROM funds_meeting m WHERE m.fund_id = p_fund AND m.held_on = p_held AND m.state = 'posted')
  THEN RAISE EXCEPTION USING ERRCODE = 'BDF00'; END IF;
  INSERT INTO funds_meeting (id, area, office_id, fund_id, group_id, held_on, place, note, source, state, counted_idr,
                             book_idr, body, problems, entered_by)
  VALUES (p_meeting, took.fund_area, took.fund_office, p_fund, took.fund_group, p_held, p_place, p_note, p_source, 'posted',
          p_counted, took.cash_after, p_body, '[]', berdaya_account());
  INSERT INTO funds_attendance (id, area, office_id, meeting_id, group_id, membership_id, presence, signed, file_id, confirmed)
  SELECT a.key, took.fund_area, took.fund_office, p_meeting, took.fund_group, a.member, a.presence, a.sign, a.file, a.confirmed
  FROM unnest(p_keys, p_present, p_presences, p_signs, p_files, p_confirmed)
       AS a(key, member, presence, sign, file, confirmed)
  JOIN groups_membership m ON m.id = a.member AND m.group_id = took.fund_group;
  GET DIAGNOSTICS here = ROW_COUNT;
  IF here <> cardinality(p_present) THEN RAISE EXCEPTION USING ERRCODE = 'BDF00'; END IF;
  PERFORM funds_audit(p_audit, p_audit_name, p_audit_at, p_audit_body || jsonb_build_object('cash', took.cash_after),
                      took.fund_area, took.fund_office, p_fund);
  RETURN took.cash_after;
EXCEPTION WHEN SQLSTATE 'BDF00' OR SQLSTATE 'BDL01' OR unique_violation THEN
  RETURN NULL;
END $$;

REVOKE ALL ON FUNCTION funds_take(uuid, uuid, uuid[], uuid[], text[], date[], bigint[], text[], uuid),
  funds_take_many(uuid[], uuid[], uuid[], text[], date[], bigint[], text[]),
  funds_pay(uuid, uuid[], uuid[], text[], date[], bigint[], text[], uuid[], text, timestamptz),
  funds_meet(uuid, uuid[], uuid[], text[], date[], bigint[], uuid, text, timestamptz, jsonb, uuid, date, text, text, text, bigint,
             bigint, jsonb, uuid[], uuid[], text[], text[], uuid[], boolean[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
  funds_pay(uuid, uuid[], uuid[], text[], date[], bigint[], text[], uuid[], text, timestamptz),
  funds_meet(uuid, uuid[], uuid[], text[], date[], bigint[], uuid, text, timestamptz, jsonb, uuid, date, text, text, text, bigint,
             bigint, jsonb, uuid[], uuid[], text[], text[], uuid[], boolean[]) TO berdaya_app, berdaya_subject;
