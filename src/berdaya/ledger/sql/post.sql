-- Posting: the only way into ledger_transfer. Owned by the owner of the tables, so it sees past the caller's policies
-- and therefore checks the caller's scope itself. No role has INSERT, UPDATE or DELETE on ledger_transfer.

-- Staff post into books of their own office and area (a role above the offices reads only);
-- people with a caseload of their own post into the books of their groups.
CREATE OR REPLACE FUNCTION ledger_may_post(area bigint, office bigint, group_id uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT CASE current_setting('role')
    WHEN 'berdaya_app' THEN current_setting('berdaya.office', true) <> '*' AND berdaya_in_scope(area, office)
    WHEN 'berdaya_subject' THEN berdaya_in_group(group_id)
    ELSE false
  END
$$;

CREATE OR REPLACE FUNCTION ledger_given(transfers jsonb)
RETURNS TABLE (ord bigint, id uuid, event uuid, debit uuid, credit uuid, amount bigint, code text, occurred_on date,
               reverses uuid)
LANGUAGE sql STABLE AS $$
  SELECT g.ord, g.id, g.event, g.debit, g.credit, g.amount, g.code, g.occurred_on, g.reverses
  FROM ROWS FROM (jsonb_to_recordset(transfers) AS (
    id uuid, event uuid, debit uuid, credit uuid, amount bigint, code text, occurred_on date, reverses uuid
  )) WITH ORDINALITY AS g(id, event, debit, credit, amount, code, occurred_on, reverses, ord)
$$;

-- Accounts near a limit: it holds after every single transfer, in the order given, not only at the end of the set.
CREATE OR REPLACE FUNCTION ledger_move_tight(p_accounts uuid[], p_debits uuid[], p_credits uuid[], p_amounts bigint[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  short record;
BEGIN
  WITH moves AS (
    SELECT g.ord, g.debit AS account, g.amount AS delta
    FROM unnest(p_debits, p_amounts) WITH ORDINALITY AS g(debit, amount, ord) WHERE g.debit = ANY (p_accounts)
    UNION ALL
    SELECT g.ord, g.credit, -g.amount
    FROM unnest(p_credits, p_amounts) WITH ORDINALITY AS g(credit, amount, ord) WHERE g.credit = ANY (p_accounts)
  ), running AS (
    SELECT m.ord, m.delta, a.name, a.floor, a.ceiling,
           a.balance + sum(m.delta) OVER (PARTITION BY m.account ORDER BY m.ord) AS after
    FROM moves m JOIN ledger_account a ON a.id = m.account
  )
  SELECT name, delta, after, floor, ceiling INTO short FROM running
  WHERE after < floor OR after > ceiling ORDER BY ord LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'BDL01', MESSAGE = 'ledger.short', DETAIL = jsonb_build_object(
      'account', short.name, 'amount', abs(short.delta),
      'available', CASE WHEN short.delta < 0 THEN short.after - short.delta - short.floor
                        ELSE short.ceiling - (short.after - short.delta) END)::text;
  END IF;
  UPDATE ledger_account a SET balance = a.balance + m.delta
  FROM (
    SELECT moves.account, sum(moves.delta) AS delta FROM (
      SELECT g.debit AS account, g.amount AS delta FROM unnest(p_debits, p_amounts) AS g(debit, amount)
      UNION ALL
      SELECT g.credit, -g.amount FROM unnest(p_credits, p_amounts) AS g(credit, amount)
    ) moves WHERE moves.account = ANY (p_accounts) GROUP BY moves.account
  ) m WHERE a.id = m.account;
END $$;

-- Refuses what contradicts itself or the book, naming the first such transfer in the order given.
CREATE OR REPLACE FUNCTION ledger_check(p_book uuid, p_transfers jsonb) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
  wrong uuid;
BEGIN
  SELECT g.id INTO wrong FROM ledger_given(p_transfers) g
  WHERE g.id IS NULL OR g.event IS NULL OR g.occurred_on IS NULL OR g.debit = g.credit
     OR g.amount IS NULL OR g.amount <= 0 OR g.amount > 1000000000000000
     OR g.code IS NULL OR g.code !~ '^[A-Za-z0-9_.:-]{1,40}$'
  ORDER BY g.ord LIMIT 1;
  IF FOUND THEN RAISE EXCEPTION USING ERRCODE = 'BDL03', MESSAGE = 'ledger.bad_transfer', DETAIL = wrong; END IF;

  -- An id of another book is a conflict too, and says no more than that.
  SELECT g.id INTO wrong FROM ledger_given(p_transfers) g
  WHERE EXISTS (
    SELECT 1 FROM ledger_transfer t WHERE t.id = g.id
      AND (t.book_id, t.event_id, t.debit_id, t.credit_id, t.amount, t.code, t.occurred_on)
          IS DISTINCT FROM (p_book, g.event, g.debit, g.credit, g.amount, g.code, g.occurred_on)
    UNION ALL
    SELECT 1 FROM ledger_transfer t WHERE t.id = g.id AND t.reverses IS DISTINCT FROM g.reverses
    UNION ALL
    SELECT 1 FROM ledger_given(p_transfers) other WHERE other.id = g.id AND other.ord < g.ord)
  ORDER BY g.ord LIMIT 1;
  IF FOUND THEN RAISE EXCEPTION USING ERRCODE = 'BDL02', MESSAGE = 'ledger.conflict', DETAIL = wrong; END IF;

  SELECT g.id INTO wrong FROM ledger_given(p_transfers) g
  LEFT JOIN ledger_account d ON d.id = g.debit AND d.book_id = p_book
  LEFT JOIN ledger_account c ON c.id = g.credit AND c.book_id = p_book
  WHERE d.id IS NULL OR c.id IS NULL OR d.unit <> c.unit
  ORDER BY g.ord LIMIT 1;
  IF FOUND THEN RAISE EXCEPTION USING ERRCODE = 'BDL04', MESSAGE = 'ledger.no_account', DETAIL = wrong; END IF;

  -- What is reversed may stand in the book already, or come earlier in the same posting.
  SELECT g.id INTO wrong FROM ledger_given(p_transfers) g
  LEFT JOIN ledger_transfer t ON t.id = g.reverses AND t.book_id = p_book
  LEFT JOIN ledger_given(p_transfers) s ON s.id = g.reverses AND s.ord < g.ord
  WHERE g.reverses IS NOT NULL
    AND ((coalesce(t.debit_id, s.debit), coalesce(t.credit_id, s.credit), coalesce(t.amount, s.amount))
           IS DISTINCT FROM (g.credit, g.debit, g.amount)
         OR EXISTS (SELECT 1 FROM ledger_transfer o WHERE o.reverses = g.reverses AND o.id <> g.id)
         OR EXISTS (SELECT 1 FROM ledger_given(p_transfers) o WHERE o.reverses = g.reverses AND o.ord < g.ord))
  ORDER BY g.ord LIMIT 1;
  IF FOUND THEN RAISE EXCEPTION USING ERRCODE = 'BDL05', MESSAGE = 'ledger.bad_reversal', DETAIL = wrong; END IF;
END $$;

-- Writes what has been looked at: numbers, chain, balances, rows, heads. For functions that hold the books' locks and have
-- checked the caller's scope, every account and every id. Transfers of one book stand together; p_bodies are the bytes of
-- rules.link_bytes behind number and previous hash.
DROP FUNCTION IF EXISTS ledger_append(ledger_book, uuid[], uuid[], uuid[], uuid[], bigint[], text[], date[], uuid[], text[],
                                      text[]);
CREATE OR REPLACE FUNCTION ledger_append(
  p_books uuid[], p_ids uuid[], p_events uuid[], p_debits uuid[], p_credits uuid[], p_amounts bigint[], p_codes text[],
  p_days date[], p_reverses uuid[], p_units text[], p_bodies text[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  book uuid;
  number bigint;
  chain bytea;
  numbers bigint[];
  hashes bytea[];
  moved uuid[];
  touched bigint;
  tight uuid[];
BEGIN
  FOR at IN 1 .. cardinality(p_ids) LOOP
    IF book IS DISTINCT FROM p_books[at] THEN
      book := p_books[at];
      SELECT b.seq, b.head INTO number, chain FROM ledger_book b WHERE b.id = book;
    END IF;
    number := number + 1;
    chain := sha256(convert_to('berdaya.ledger.1|' || number || '|' || encode(chain, 'hex') || p_bodies[at], 'UTF8'));
    numbers[at] := number;
    hashes[at] := chain;
  END LOOP;

  -- An account that no order of these moves can bring past a limit is set at once; the others are looked at in order.
  WITH moves AS (
    SELECT m.account, sum(m.delta) AS delta, sum(least(m.delta, 0)) AS down, sum(greatest(m.delta, 0)) AS up
    FROM (
      SELECT g.debit AS account, g.amount AS delta FROM unnest(p_debits, p_amounts) AS g(debit, amount)
      UNION ALL
      SELECT g.credit, -g.amount FROM unnest(p_credits, p_amounts) AS g(credit, amount)
    ) m GROUP BY m.account
  ), done AS (
    UPDATE ledger_account a SET balance = a.balance + m.delta FROM moves m
    WHERE a.id = m.account AND (a.floor IS NULL OR a.balance + m.down >= a.floor)
      AND (a.ceiling IS NULL OR a.balance + m.up <= a.ceiling)
    RETURNING a.id
  )
  SELECT (SELECT array_agg(id) FROM done), (SELECT count(*) FROM moves) INTO moved, touched;
  IF touched > coalesce(cardinality(moved), 0) THEN
    SELECT array_agg(DISTINCT account) INTO tight FROM unnest(p_debits || p_credits) AS account
    WHERE moved IS NULL OR account <> ALL (moved);
    PERFORM ledger_move_tight(tight, p_debits, p_credits, p_amounts);
  END IF;

  INSERT INTO ledger_transfer (id, area, office_id, group_id, book_id, seq, event_id, debit_id, credit_id, unit, amount,
                               code, occurred_on, reverses, hash, account_id)
  SELECT g.id, b.area, b.office_id, b.group_id, b.id, g.number, g.event, g.debit, g.credit, g.unit, g.amount, g.code, g.day,
         g.reverses, g.hash, berdaya_account()
  FROM unnest(p_books, numbers, p_ids, p_events, p_debits, p_credits, p_amounts, p_codes, p_days, p_reverses, p_units, hashes)
       AS g(book, number, id, event, debit, credit, amount, code, day, reverses, unit, hash)
  JOIN ledger_book b ON b.id = g.book;
  UPDATE ledger_book b SET seq = g.number, head = g.hash
  FROM unnest(p_books, numbers, hashes, p_books[2:] || ARRAY[NULL::uuid]) AS g(book, number, hash, next)
  WHERE b.id = g.book AND g.next IS DISTINCT FROM g.book;
END $$;

-- The one way in: the transfers of one book in the order given, all or none, in one call. Each carries its own event, id
-- (the idempotency key) and day. Answers one row per transfer: its number in the book, and whether it is new or was known
-- with the same body. Locks the head, numbers, chains, writes rows and balances; what is unusual (a known id, a reversal,
-- anything wrong, a balance near its limit) takes the longer way through ledger_check and
-- ledger_move_tight.
CREATE OR REPLACE FUNCTION ledger_post(p_book uuid, p_ids uuid[], p_events uuid[], p_debits uuid[], p_credits uuid[],
                                       p_amounts bigint[], p_codes text[], p_days date[], p_reverses uuid[])
RETURNS TABLE (transfer_id uuid, transfer_seq bigint, outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_nestloop = on
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  book ledger_book%ROWTYPE;
  given_ids uuid[] := p_ids;
  given jsonb;
  known uuid[];
  plain boolean;
  bodies text[];
  units text[];
BEGIN
  SELECT b.* INTO book FROM ledger_book b WHERE b.id = p_book FOR UPDATE;
  IF NOT FOUND OR NOT ledger_may_post(book.area, book.office_id, book.group_id) THEN
    RAISE EXCEPTION USING ERRCODE = 'BD002', MESSAGE = 'not_found';
  END IF;
  SELECT array_agg(t.id) INTO known FROM ledger_transfer t WHERE t.id = ANY (p_ids);

  -- The bytes of rules.link_bytes behind number and previous hash, and whether nothing is unusual.
  SELECT array_agg('|' || g.id || '|' || g.debit || '|' || g.credit || '|' || d.unit || '|' || g.amount || '|' || g.code
                   || '|' || to_char(g.day, 'YYYY-MM-DD') || '|' || g.event || '|' || coalesce(g.reverses::text, '')
                   ORDER BY g.ord),
         array_agg(d.unit ORDER BY g.ord),
         known IS NULL AND count(DISTINCT g.id) = count(*) AND coalesce(bool_and(coalesce(
           g.event IS NOT NULL AND g.day IS NOT NULL AND g.debit <> g.credit AND g.amount > 0
           AND g.amount <= 1000000000000000 AND g.code ~ '^[A-Za-z0-9_.:-]{1,40}$' AND d.unit = c.unit
           AND g.reverses IS NULL, false)), true)
    INTO bodies, units, plain
  FROM unnest(p_ids, p_events, p_debits, p_credits, p_amounts, p_codes, p_days, p_reverses)
       WITH ORDINALITY AS g(id, event, debit, credit, amount, code, day, reverses, ord)
  LEFT JOIN ledger_account d ON d.id = g.debit AND d.book_id = p_book
  LEFT JOIN ledger_account c ON c.id = g.credit AND c.book_id = p_book;

  IF plain IS NOT TRUE THEN
    SELECT coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'event', g.event, 'debit', g.debit, 'credit', g.credit,
                                        'amount', g.amount, 'code', g.code, 'occurred_on', g.day,
                                        'reverses', g.reverses) ORDER BY g.ord), '[]') INTO given
    FROM unnest(p_ids, p_events, p_debits, p_credits, p_amounts, p_codes, p_days, p_reverses)
         WITH ORDINALITY AS g(id, event, debit, credit, amount, code, day, reverses, ord);
    PERFORM ledger_check(p_book, given);
    SELECT array_agg(g.id ORDER BY g.ord), array_agg(g.event ORDER BY g.ord), array_agg(g.debit ORDER BY g.ord),
           array_agg(g.credit ORDER BY g.ord), array_agg(g.amount ORDER BY g.ord), array_agg(g.code ORDER BY g.ord),
           array_agg(g.day ORDER BY g.ord), array_agg(g.reverses ORDER BY g.ord), array_agg(g.body ORDER BY g.ord),
           array_agg(g.unit ORDER BY g.ord)
      INTO p_ids, p_events, p_debits, p_credits, p_amounts, p_codes, p_days, p_reverses, bodies, units
    FROM unnest(p_ids, p_events, p_debits, p_credits, p_amounts, p_codes, p_days, p_reverses, bodies, units)
         WITH ORDINALITY AS g(id, event, debit, credit, amount, code, day, reverses, body, unit, ord)
    WHERE known IS NULL OR g.id <> ALL (known);
  END IF;

  IF p_ids IS NOT NULL AND cardinality(p_ids) > 0 THEN
    PERFORM ledger_append(array_fill(p_book, ARRAY[cardinality(p_ids)]), p_ids, p_events, p_debits, p_credits, p_amounts, p_codes,
                          p_days, p_reverses, units, bodies);
  END IF;

  IF known IS NULL THEN
    RETURN QUERY SELECT g.id, book.seq + g.ord, 'new'::text FROM unnest(p_ids) WITH ORDINALITY AS g(id, ord);
  ELSE
    RETURN QUERY
      SELECT t.id, t.seq, CASE WHEN t.id = ANY (known) THEN 'identical' ELSE 'new' END
      FROM unnest(given_ids) WITH ORDINALITY AS g(id, ord) JOIN ledger_transfer t ON t.id = g.id ORDER BY g.ord;
  END IF;
END $$;

-- The same, for callers whose transaction has to outlive a refusal: the refusal is a row (its SQLSTATE, message and detail)
-- and not an error, which saves the two round trips of a savepoint.
CREATE OR REPLACE FUNCTION ledger_try(p_book uuid, p_ids uuid[], p_events uuid[], p_debits uuid[], p_credits uuid[],
                                      p_amounts bigint[], p_codes text[], p_days date[], p_reverses uuid[])
RETURNS TABLE (transfer_id uuid, transfer_seq bigint, outcome text, state text, message text, detail text)
LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY SELECT p.*, NULL::text, NULL::text, NULL::text
               FROM ledger_post(p_book, p_ids, p_events, p_debits, p_credits, p_amounts, p_codes, p_days, p_reverses) p;
EXCEPTION WHEN SQLSTATE 'BD002' OR SQLSTATE 'BDL01' OR SQLSTATE 'BDL02' OR SQLSTATE 'BDL03' OR SQLSTATE 'BDL04'
            OR SQLSTATE 'BDL05' OR unique_violation THEN
  GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
  RETURN NEXT;
END $$;

-- As programs of before this version call it.
CREATE OR REPLACE FUNCTION ledger_post(p_book uuid, p_transfers jsonb)
RETURNS TABLE (transfer_id uuid, transfer_seq bigint, outcome text)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT p.* FROM (
    SELECT array_agg(g.id ORDER BY g.ord) AS ids, array_agg(g.event ORDER BY g.ord) AS events,
           array_agg(g.debit ORDER BY g.ord) AS debits, array_agg(g.credit ORDER BY g.ord) AS credits,
           array_agg(g.amount ORDER BY g.ord) AS amounts, array_agg(g.code ORDER BY g.ord) AS codes,
           array_agg(g.occurred_on ORDER BY g.ord) AS days, array_agg(g.reverses ORDER BY g.ord) AS reverses
    FROM ledger_given(p_transfers) g
  ) g CROSS JOIN LATERAL ledger_post(p_book, g.ids, g.events, g.debits, g.credits, g.amounts, g.codes, g.days, g.reverses) p
$$;

-- The transfers of a book follow it to another area. A foreign key of each row would be asked at each posting.
CREATE OR REPLACE FUNCTION ledger_transfers_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE ledger_transfer SET area = NEW.area WHERE book_id = NEW.id;
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS ledger_transfers_follow ON ledger_book;
CREATE TRIGGER ledger_transfers_follow AFTER UPDATE OF area ON ledger_book FOR EACH ROW
  WHEN (OLD.area IS DISTINCT FROM NEW.area) EXECUTE FUNCTION ledger_transfers_follow();
ALTER TABLE ledger_transfer DROP CONSTRAINT IF EXISTS ledger_transfer_book_id_follows;

-- A book and its accounts start at nothing: a balance that no transfer explains cannot be written.
CREATE OR REPLACE FUNCTION ledger_starts_empty() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_TABLE_NAME = 'ledger_book' THEN
    IF NEW.seq <> 0 OR NEW.head <> ''::bytea THEN
      RAISE EXCEPTION USING ERRCODE = 'BDL06', MESSAGE = 'a book starts empty';
    END IF;
  ELSIF NEW.balance <> 0 OR NEW.unit !~ '^[A-Za-z0-9_.:-]+$'
     OR NEW.group_id IS DISTINCT FROM (SELECT b.group_id FROM ledger_book b WHERE b.id = NEW.book_id) THEN
    RAISE EXCEPTION USING ERRCODE = 'BDL06', MESSAGE = 'an account starts empty, in the group of its book';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS ledger_book_empty ON ledger_book;
CREATE TRIGGER ledger_book_empty BEFORE INSERT ON ledger_book FOR EACH ROW EXECUTE FUNCTION ledger_starts_empty();
DROP TRIGGER IF EXISTS ledger_account_empty ON ledger_account;
CREATE TRIGGER ledger_account_empty BEFORE INSERT ON ledger_account FOR EACH ROW EXECUTE FUNCTION ledger_starts_empty();

DROP FUNCTION IF EXISTS ledger_check_limits(jsonb, uuid[]);
DROP FUNCTION IF EXISTS ledger_link_hash(bigint, bytea, uuid, uuid, uuid, text, bigint, text, date, uuid, uuid);
REVOKE ALL ON FUNCTION ledger_may_post(bigint, bigint, uuid), ledger_given(jsonb), ledger_check(uuid, jsonb),
  ledger_move_tight(uuid[], uuid[], uuid[], bigint[]), ledger_append(uuid[], uuid[], uuid[], uuid[], uuid[], bigint[], text[], date[],
  uuid[], text[], text[]), ledger_starts_empty(), ledger_transfers_follow(), ledger_post(uuid, jsonb),
  ledger_post(uuid, uuid[], uuid[], uuid[], uuid[], bigint[], text[], date[], uuid[]),
  ledger_try(uuid, uuid[], uuid[], uuid[], uuid[], bigint[], text[], date[], uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_post(uuid, jsonb) TO berdaya_app, berdaya_subject;
GRANT EXECUTE ON FUNCTION ledger_post(uuid, uuid[], uuid[], uuid[], uuid[], bigint[], text[], date[], uuid[]),
  ledger_try(uuid, uuid[], uuid[], uuid[], uuid[], bigint[], text[], date[], uuid[])
  TO berdaya_app, berdaya_subject;
GRANT EXECUTE ON FUNCTION ledger_starts_empty() TO berdaya_app, berdaya_subject;
