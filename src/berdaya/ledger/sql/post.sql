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

-- Same bytes as berdaya.ledger.rules.link_bytes.
CREATE OR REPLACE FUNCTION ledger_link_hash(seq bigint, previous bytea, id uuid, debit uuid, credit uuid, unit text,
                                            amount bigint, code text, occurred_on date, event uuid, reverses uuid)
RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT sha256(convert_to(
    'berdaya.ledger.1|' || seq || '|' || encode(previous, 'hex') || '|' || id || '|' || debit || '|' || credit || '|'
    || unit || '|' || amount || '|' || code || '|' || to_char(occurred_on, 'YYYY-MM-DD') || '|' || event || '|'
    || coalesce(reverses::text, ''), 'UTF8'))
$$;

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

-- Limits hold after every single transfer, not only at the end of the set.
CREATE OR REPLACE FUNCTION ledger_check_limits(p_transfers jsonb, fresh uuid[]) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
  found_short record;
BEGIN
  WITH given AS MATERIALIZED (SELECT * FROM ledger_given(p_transfers) g WHERE g.id = ANY (fresh)),
  moves AS (
    SELECT ord, debit AS account, amount AS delta FROM given
    UNION ALL
    SELECT ord, credit, -amount FROM given
  ), running AS (
    SELECT m.ord, m.account, m.delta, a.name, a.floor, a.ceiling,
           a.balance + sum(m.delta) OVER (PARTITION BY m.account ORDER BY m.ord) AS after
    FROM moves m JOIN ledger_account a ON a.id = m.account
  )
  SELECT name, delta, after, floor, ceiling INTO found_short FROM running
  WHERE after < floor OR after > ceiling ORDER BY ord LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'BDL01', MESSAGE = 'ledger.short', DETAIL = jsonb_build_object(
      'account', found_short.name, 'amount', abs(found_short.delta),
      'available', CASE WHEN found_short.delta < 0 THEN found_short.after - found_short.delta - found_short.floor
                        ELSE found_short.ceiling - (found_short.after - found_short.delta) END)::text;
  END IF;
END $$;

-- Takes the transfers in the order given, all or none; each carries its own event, id (the idempotency key) and day.
-- Answers one row per transfer: its number in the book, and whether it is new or was known with the same body.
CREATE OR REPLACE FUNCTION ledger_post(p_book uuid, p_transfers jsonb)
RETURNS TABLE (transfer_id uuid, transfer_seq bigint, outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  book ledger_book%ROWTYPE;
  item record;
  number bigint;
  chain bytea;
  fresh uuid[];
  seqs bigint[] := '{}';
  hashes bytea[] := '{}';
BEGIN
  SELECT b.* INTO book FROM ledger_book b
  WHERE b.id = p_book AND ledger_may_post(b.area, b.office_id, b.group_id) FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION USING ERRCODE = 'BD002', MESSAGE = 'not_found'; END IF;
  PERFORM ledger_check(p_book, p_transfers);

  SELECT coalesce(array_agg(g.id ORDER BY g.ord), '{}') INTO fresh FROM ledger_given(p_transfers) g
  WHERE NOT EXISTS (SELECT 1 FROM ledger_transfer t WHERE t.id = g.id);
  PERFORM ledger_check_limits(p_transfers, fresh);

  number := book.seq;
  chain := book.head;
  FOR item IN
    SELECT g.*, d.unit FROM ledger_given(p_transfers) g JOIN ledger_account d ON d.id = g.debit
    WHERE g.id = ANY (fresh) ORDER BY g.ord
  LOOP
    number := number + 1;
    chain := ledger_link_hash(number, chain, item.id, item.debit, item.credit, item.unit, item.amount, item.code,
                              item.occurred_on, item.event, item.reverses);
    seqs := seqs || number;
    hashes := hashes || chain;
  END LOOP;

  INSERT INTO ledger_transfer (id, area, office_id, group_id, book_id, seq, event_id, debit_id, credit_id, unit, amount,
                               code, occurred_on, reverses, hash, account_id)
  SELECT g.id, book.area, book.office_id, book.group_id, p_book, n.seq, g.event, g.debit, g.credit, d.unit, g.amount,
         g.code, g.occurred_on, g.reverses, n.hash, berdaya_account()
  FROM ledger_given(p_transfers) g
  JOIN unnest(fresh, seqs, hashes) AS n(id, seq, hash) ON n.id = g.id
  JOIN ledger_account d ON d.id = g.debit
  ORDER BY n.seq;

  UPDATE ledger_account a SET balance = a.balance + m.delta
  FROM (
    SELECT moved.account, sum(moved.delta) AS delta FROM (
      SELECT g.debit AS account, g.amount AS delta FROM ledger_given(p_transfers) g WHERE g.id = ANY (fresh)
      UNION ALL
      SELECT g.credit, -g.amount FROM ledger_given(p_transfers) g WHERE g.id = ANY (fresh)
    ) moved GROUP BY moved.account
  ) m WHERE a.id = m.account;
  UPDATE ledger_book SET seq = number, head = chain WHERE id = p_book;

  RETURN QUERY
    SELECT t.id, t.seq, CASE WHEN t.id = ANY (fresh) THEN 'new' ELSE 'identical' END
    FROM ledger_given(p_transfers) g JOIN ledger_transfer t ON t.id = g.id ORDER BY g.ord;
END $$;

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

REVOKE ALL ON FUNCTION ledger_may_post(bigint, bigint, uuid), ledger_given(jsonb), ledger_check(uuid, jsonb),
  ledger_check_limits(jsonb, uuid[]), ledger_starts_empty(), ledger_post(uuid, jsonb),
  ledger_link_hash(bigint, bytea, uuid, uuid, uuid, text, bigint, text, date, uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_post(uuid, jsonb) TO berdaya_app, berdaya_subject;
GRANT EXECUTE ON FUNCTION ledger_starts_empty() TO berdaya_app, berdaya_subject;
