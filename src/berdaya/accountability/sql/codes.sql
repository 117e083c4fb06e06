-- What a code on paper opens and takes. The public role runs these and nothing else; they answer no more than the
-- question: goods, day and place, never a name. Looking never uses a code up; only saying does.
CREATE OR REPLACE FUNCTION accountability_count_try(p_source bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  total integer;
BEGIN
  INSERT INTO accountability_codetry AS t (source, hour, tries)
    VALUES (p_source, date_trunc('hour', clock_timestamp()), 1)
    ON CONFLICT (source, hour) DO UPDATE SET tries = t.tries + 1 RETURNING t.tries INTO total;
  IF total > 60 THEN
    RAISE EXCEPTION 'accountability.too_many_tries' USING ERRCODE = 'BD031';
  END IF;
END $$;

-- A wrong code is counted; counting fails the statement only from the sixty-first in an hour on.
CREATE OR REPLACE FUNCTION accountability_open(p_hash bytea, p_today date, p_source bytea)
RETURNS TABLE (handed_on date, place text, office text, programme text, synthetic boolean, used boolean, lines jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM accountability_count_try(p_source);
  RETURN QUERY
    SELECT h.occurred_on, h.place::text, o.name::text, p.name::text, p.synthetic, c.used_at IS NOT NULL,
      (SELECT jsonb_agg(jsonb_build_array(l.id, i.name, l.quantity, i.unit) ORDER BY i.number)
       FROM grants_handoverline l JOIN grants_packageitem i ON i.id = l.item_id WHERE l.handover_id = h.id)
    FROM accountability_confirmationcode c
    JOIN grants_handover h ON h.id = c.handover_id
    JOIN access_office o ON o.id = h.office_id
    JOIN programmes_decreeline dl ON dl.id = h.decree_line_id
    JOIN programmes_decree d ON d.id = dl.decree_id
    JOIN programmes_programme p ON p.id = d.programme_id
    WHERE c.code_hash = p_hash AND c.revoked_on IS NULL AND c.expires_on >= p_today;
END $$;

-- The word of a handover, from the latest word of each person who has a standing code.
CREATE OR REPLACE FUNCTION accountability_settle(
  p_handover uuid, p_on date, p_by text, p_channel text, p_words text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  said integer;
  wanted integer;
  missing integer;
  now_complete boolean;
  stands boolean;
BEGIN
  SELECT count(*), count(last.complete), count(*) FILTER (WHERE NOT last.complete) INTO wanted, said, missing
  FROM accountability_confirmationcode c
  LEFT JOIN LATERAL (
    SELECT s.complete FROM accountability_statement s
    WHERE s.handover_id = c.handover_id AND s.person_id = c.person_id
    ORDER BY s.said_on DESC, s.recorded_at DESC, s.id DESC LIMIT 1
  ) last ON true
  WHERE c.handover_id = p_handover AND c.revoked_on IS NULL;
  IF missing = 0 AND said < wanted THEN
    RETURN CASE WHEN said = 0 THEN 'unconfirmed' ELSE 'partly' END;
  END IF;
  now_complete := missing = 0;
  SELECT g.complete INTO stands FROM grants_confirmation g WHERE g.handover_id = p_handover
    ORDER BY g.said_on DESC, g.recorded_at DESC, g.id DESC LIMIT 1;
  IF stands IS DISTINCT FROM now_complete THEN
    INSERT INTO grants_confirmation (id, area, office_id, handover_id, said_on, said_by, channel, complete, words)
      SELECT gen_random_uuid(), h.area, h.office_id, h.id, p_on, p_by, p_channel, now_complete, p_words
      FROM grants_handover h WHERE h.id = p_handover;
  END IF;
  RETURN CASE WHEN now_complete THEN 'confirmed' ELSE 'differs' END;
END $$;

-- She says what she received. One code speaks once; the same words again answer the same; other words are refused.
CREATE OR REPLACE FUNCTION accountability_say(
  p_hash bytea, p_id uuid, p_today date, p_channel text, p_words text, p_company text, p_place text,
  p_photo jsonb, p_lines jsonb, p_source bytea) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  code accountability_confirmationcode%ROWTYPE;
  handover grants_handover%ROWTYPE;
  unknown integer;
  short integer;
  told integer;
  photo uuid;
BEGIN
  PERFORM accountability_count_try(p_source);
  SELECT * INTO code FROM accountability_confirmationcode c
    WHERE c.code_hash = p_hash AND c.revoked_on IS NULL AND c.expires_on >= p_today FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'accountability.code_unknown' USING ERRCODE = 'BD032';
  END IF;
  IF EXISTS (SELECT 1 FROM accountability_statement s WHERE s.id = p_id AND s.code_id = code.id) THEN
    RETURN (SELECT CASE WHEN s.complete THEN 'confirmed' ELSE 'differs' END
            FROM accountability_statement s WHERE s.id = p_id);
  END IF;
  IF code.used_at IS NOT NULL THEN
    RAISE EXCEPTION 'accountability.code_used' USING ERRCODE = 'BD033';
  END IF;
  SELECT * INTO handover FROM grants_handover h WHERE h.id = code.handover_id;
  SELECT count(*) FILTER (WHERE l.id IS NULL), count(*) FILTER (WHERE (e->>1)::int < l.quantity), count(DISTINCT l.id)
    INTO unknown, short, told
    FROM jsonb_array_elements(p_lines) e
    LEFT JOIN grants_handoverline l ON l.id = (e->>0)::uuid AND l.handover_id = handover.id;
  IF unknown > 0 OR told <> (SELECT count(*) FROM grants_handoverline l WHERE l.handover_id = handover.id)
     OR told <> jsonb_array_length(p_lines) THEN
    RAISE EXCEPTION 'accountability.lines_missing' USING ERRCODE = 'BD034';
  END IF;
  IF p_photo IS NOT NULL THEN
    photo := gen_random_uuid();
    INSERT INTO files_storedfile (id, area, office_id, sha256, media_type, size, name, purpose)
      VALUES (photo, handover.area, handover.office_id, decode(p_photo->>0, 'hex'), 'image/jpeg',
              (p_photo->>1)::bigint, 'konfirmasi.jpg', 'confirmation')
      ON CONFLICT (area, office_id, sha256, purpose) DO UPDATE SET name = excluded.name RETURNING id INTO photo;
  END IF;
  INSERT INTO accountability_statement (id, area, office_id, handover_id, person_id, code_id, said_on, channel,
      complete, words, company, place, own_photo_id)
    VALUES (p_id, handover.area, handover.office_id, handover.id, code.person_id, code.id, p_today, p_channel,
      short = 0, p_words, p_company, p_place, photo);
  INSERT INTO accountability_statementline (id, area, office_id, statement_id, line_id, quantity)
    SELECT gen_random_uuid(), handover.area, handover.office_id, p_id, (e->>0)::uuid, (e->>1)::int
    FROM jsonb_array_elements(p_lines) e;
  UPDATE accountability_confirmationcode c SET used_at = clock_timestamp() WHERE c.id = code.id;
  PERFORM accountability_settle(handover.id, p_today, 'Penerima (kode)', 'paper_code', p_words);
  IF short > 0 THEN
    PERFORM accountability_raise(handover.id, p_id, p_today);
  END IF;
  RETURN CASE WHEN short = 0 THEN 'confirmed' ELSE 'differs' END;
END $$;

-- A difference is looked into by somebody who had no part: the head of the unit, or the head of the office where the
-- head of the unit recorded the handover.
CREATE OR REPLACE FUNCTION accountability_raise(p_handover uuid, p_statement uuid, p_today date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO tasks_task (id, area, office_id, cause, kind, title, params, owner_role, raised_on, due_on, state,
      outcome, programme_code, household_id, group_id)
    SELECT gen_random_uuid(), h.area, h.office_id, 'difference:' || p_statement, 'goods_difference',
      'Periksa selisih barang pada BAST ' || h.number,
      jsonb_build_object('handover', h.id, 'number', h.number, 'statement', p_statement),
      CASE WHEN EXISTS (SELECT 1 FROM access_role r WHERE r.account_id = h.account_id AND r.kind = 'supervisor')
        THEN 'head' ELSE 'supervisor' END,
      p_today, p_today + 7, 'open', '', p.code, dl.household_id, dl.group_id
    FROM grants_handover h
    JOIN programmes_decreeline dl ON dl.id = h.decree_line_id
    JOIN programmes_decree d ON d.id = dl.decree_id
    JOIN programmes_programme p ON p.id = d.programme_id
    WHERE h.id = p_handover
  ON CONFLICT (office_id, cause) WHERE state = 'open' DO NOTHING;
END $$;

REVOKE ALL ON FUNCTION accountability_count_try(bytea), accountability_open(bytea, date, bytea),
  accountability_settle(uuid, date, text, text, text), accountability_raise(uuid, uuid, date),
  accountability_say(bytea, uuid, date, text, text, text, text, jsonb, jsonb, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accountability_open(bytea, date, bytea),
  accountability_say(bytea, uuid, date, text, text, text, text, jsonb, jsonb, bytea) TO berdaya_public, berdaya_app;

-- For staff: the same settling, only for a handover that the caller sees.
CREATE OR REPLACE FUNCTION accountability_settle_mine(
  p_handover uuid, p_statement uuid, p_on date, p_by text, p_words text, p_differs boolean) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  word text;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM grants_handover h WHERE h.id = p_handover AND berdaya_in_scope(h.area)) THEN
    RETURN NULL;
  END IF;
  word := accountability_settle(p_handover, p_on, p_by, 'in_person', p_words);
  IF p_differs THEN
    PERFORM accountability_raise(p_handover, p_statement, p_on);
  END IF;
  RETURN word;
END $$;
REVOKE ALL ON FUNCTION accountability_settle_mine(uuid, uuid, date, text, text, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accountability_settle_mine(uuid, uuid, date, text, text, boolean) TO berdaya_app;
