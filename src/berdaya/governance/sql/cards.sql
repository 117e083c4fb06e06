-- What a member's card opens. The QR alone says genuine or not; with the six digits on the card it opens the member's
-- own account, never the group's cash, its meeting time or another's debt.
CREATE OR REPLACE FUNCTION governance_card(p_token bytea)
RETURNS TABLE (genuine boolean, group_name text, office text, synthetic boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT c.revoked_on IS NULL AND m.left_on IS NULL, g.name::text, o.name::text, g.synthetic
  FROM governance_membercard c
  JOIN groups_membership m ON m.id = c.membership_id
  JOIN groups_group g ON g.id = c.group_id JOIN access_office o ON o.id = g.office_id
  WHERE c.token_hash = p_token
$$;

CREATE OR REPLACE FUNCTION governance_own_book(p_token bytea, p_code bytea) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  card governance_membercard%ROWTYPE;
  total integer;
  answer jsonb;
BEGIN
  SELECT * INTO card FROM governance_membercard c WHERE c.token_hash = p_token AND c.revoked_on IS NULL;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  SELECT t.tries INTO total FROM governance_cardtry t
    WHERE t.card_id = card.id AND t.hour = date_trunc('hour', clock_timestamp());
  IF total >= 10 THEN
    RAISE EXCEPTION 'governance.card_slowed' USING ERRCODE = 'BD051';
  END IF;
  IF card.code_hash <> p_code THEN
    INSERT INTO governance_cardtry AS t (card_id, hour, tries)
      VALUES (card.id, date_trunc('hour', clock_timestamp()), 1)
      ON CONFLICT (card_id, hour) DO UPDATE SET tries = t.tries + 1;
    RETURN NULL;
  END IF;
  -- Over all funds of her group, each figure of hers alone; 'next' and 'head' are what a release before this one reads.
  WITH books AS (
    SELECT f.id AS fund, f.opened_on, b.id, b.seq, encode(b.head, 'hex') AS head
    FROM funds_fund f JOIN ledger_book b ON b.id = f.book_id WHERE f.group_id = card.group_id
  )
  SELECT jsonb_build_object(
    'group', g.name, 'number', m.number, 'name', p.name,
    'savings', coalesce((SELECT -sum(a.balance) FROM books b JOIN ledger_account a ON a.book_id = b.id
                         WHERE a.code = 'saving:' || m.number), 0),
    'debt', coalesce((SELECT sum(a.balance) FROM books b JOIN ledger_account a ON a.book_id = b.id
                      WHERE a.code = 'debt:' || m.number), 0),
    'goods', coalesce((SELECT jsonb_agg(jsonb_build_array(x.unit, x.kept, x.own) ORDER BY x.unit)
              FROM (SELECT a.unit, coalesce(sum(a.balance) FILTER (WHERE starts_with(a.code, 'kept:')), 0) AS kept,
                           coalesce(sum(a.balance) FILTER (WHERE starts_with(a.code, 'own:')), 0) AS own
                    FROM books b JOIN ledger_account a ON a.book_id = b.id
                    WHERE a.code IN ('kept:' || a.unit || ':' || m.number, 'own:' || a.unit || ':' || m.number)
                      AND a.balance <> 0 GROUP BY a.unit) x), '[]'),
    'next', (SELECT jsonb_build_array(i.due_on, sum(i.principal_idr + i.fee_idr - i.paid_idr))
             FROM books b JOIN funds_turn t ON t.fund_id = b.fund
             JOIN funds_instalment i ON i.turn_id = t.id AND i.plan = t.plan
             WHERE t.membership_id = m.id AND t.closed_on IS NULL
               AND i.paid_idr < i.principal_idr + i.fee_idr GROUP BY i.due_on ORDER BY i.due_on LIMIT 1),
    'due', coalesce((SELECT jsonb_agg(jsonb_build_array(x.due_on, x.open) ORDER BY x.due_on)
              FROM (SELECT i.due_on, sum(i.principal_idr + i.fee_idr - i.paid_idr) AS open
                    FROM books b JOIN funds_turn t ON t.fund_id = b.fund
                    JOIN funds_instalment i ON i.turn_id = t.id AND i.plan = t.plan
                    WHERE t.membership_id = m.id AND t.closed_on IS NULL
                      AND i.paid_idr < i.principal_idr + i.fee_idr GROUP BY i.due_on) x), '[]'),
    'lines', coalesce((SELECT jsonb_agg(jsonb_build_array(x.occurred_on, x.kind, x.amount, x.unit, x.gone)
                                        ORDER BY x.occurred_on DESC, x.id DESC)
              FROM (SELECT e.id, e.occurred_on, e.kind, e.amount, e.unit,
                           EXISTS (SELECT 1 FROM funds_cashevent r WHERE r.reverses_id = e.id) AS gone
                    FROM books b JOIN funds_cashevent e ON e.fund_id = b.fund
                    WHERE e.membership_id = m.id AND e.kind <> 'reversal'
                    ORDER BY e.occurred_on DESC, e.id DESC LIMIT 24) x), '[]'),
    'head', (SELECT jsonb_build_array(b.seq, b.head) FROM books b ORDER BY b.opened_on, b.fund LIMIT 1),
    'heads', coalesce((SELECT jsonb_agg(jsonb_build_array(b.seq, b.head) ORDER BY b.opened_on, b.fund) FROM books b
                       WHERE b.seq > 0), '[]'))
  INTO answer
  FROM groups_membership m JOIN groups_group g ON g.id = m.group_id JOIN people_person p ON p.id = m.person_id
  WHERE m.id = card.membership_id;
  RETURN answer;
END $$;

REVOKE ALL ON FUNCTION governance_card(bytea), governance_own_book(bytea, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION governance_card(bytea), governance_own_book(bytea, bytea)
  TO berdaya_public, berdaya_app, berdaya_subject;
