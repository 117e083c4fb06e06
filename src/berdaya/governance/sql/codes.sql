-- Whether the digits are those of a standing card, for a group's own keepers; ten wrong ones an hour, as for the QR.
CREATE OR REPLACE FUNCTION governance_code_right(p_card uuid, p_code bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  card governance_membercard%ROWTYPE;
  total integer;
BEGIN
  SELECT * INTO card FROM governance_membercard c WHERE c.id = p_card AND c.revoked_on IS NULL
    AND CASE current_setting('role') WHEN 'berdaya_app' THEN berdaya_in_scope(c.area, c.office_id)
        WHEN 'berdaya_subject' THEN berdaya_in_group(c.group_id) ELSE false END;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  SELECT t.tries INTO total FROM governance_cardtry t
    WHERE t.card_id = card.id AND t.hour = date_trunc('hour', clock_timestamp());
  IF total >= 10 THEN
    RAISE EXCEPTION 'governance.card_slowed' USING ERRCODE = 'BD051';
  END IF;
  IF card.code_hash = p_code THEN
    RETURN true;
  END IF;
  INSERT INTO governance_cardtry AS t (card_id, hour, tries) VALUES (card.id, date_trunc('hour', clock_timestamp()), 1)
    ON CONFLICT (card_id, hour) DO UPDATE SET tries = t.tries + 1;
  RETURN false;
END $$;
REVOKE ALL ON FUNCTION governance_code_right(uuid, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION governance_code_right(uuid, bytea) TO berdaya_app, berdaya_subject;
