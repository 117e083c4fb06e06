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
  v_book uuid;
  v_fund uuid;
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
  SELECT f.id, f.book_id INTO v_fund, v_book FROM funds_fund f WHERE f.group_id = card.group_id
    ORDER BY f.opened_on, f.id LIMIT 1;
  SELECT jsonb_build_object(
    'group', g.name, 'number', m.number, 'name', p.name,
    'savings', coalesce((SELECT -a.balance FROM ledger_account a
                         WHERE a.book_id = v_book AND a.code = 'saving:' || m.number), 0),
    'debt', coalesce((SELECT a.balance FROM ledger_account a
                      WHERE a.book_id = v_book AND a.code = 'debt:' || m.number), 0),
    'next', (SELECT jsonb_build_array(i.due_on, i.principal_idr + i.fee_idr - i.paid_idr)
             FROM funds_turn t JOIN funds_instalment i ON i.turn_id = t.id AND i.plan = t.plan
             WHERE t.fund_id = v_fund AND t.membership_id = m.id AND t.closed_on IS NULL
               AND i.paid_idr < i.principal_idr + i.fee_idr ORDER BY i.due_on LIMIT 1),
    'lines', coalesce((SELECT jsonb_agg(jsonb_build_array(x.occurred_on, x.kind, x.amount, x.unit, x.gone))
              FROM (SELECT e.occurred_on, e.kind, e.amount, e.unit,
                           EXISTS (SELECT 1 FROM funds_cashevent r WHERE r.reverses_id = e.id) AS gone
                    FROM funds_cashevent e WHERE e.fund_id = v_fund AND e.membership_id = m.id
                    ORDER BY e.occurred_on DESC, e.id DESC LIMIT 24) x), '[]'),
    'head', (SELECT jsonb_build_array(b.seq, encode(b.head, 'hex')) FROM ledger_book b WHERE b.id = v_book))
  INTO answer
  FROM groups_membership m JOIN groups_group g ON g.id = m.group_id JOIN people_person p ON p.id = m.person_id
  WHERE m.id = card.membership_id;
  RETURN answer;
END $$;

REVOKE ALL ON FUNCTION governance_card(bytea), governance_own_book(bytea, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION governance_card(bytea), governance_own_book(bytea, bytea)
  TO berdaya_public, berdaya_app, berdaya_subject;
