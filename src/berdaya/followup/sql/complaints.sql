-- Complaints come in through one door, whoever brings them, and go to those who may see them.
CREATE OR REPLACE FUNCTION followup_count_try(p_source bytea, p_limit integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  total integer;
BEGIN
  INSERT INTO followup_complainttry AS t (source, hour, tries)
    VALUES (p_source, date_trunc('hour', clock_timestamp()), 1)
    ON CONFLICT (source, hour) DO UPDATE SET tries = t.tries + 1 RETURNING t.tries INTO total;
  IF total > p_limit THEN
    RAISE EXCEPTION 'complaints.too_many' USING ERRCODE = 'BD041';
  END IF;
END $$;

-- The office that answers for an area: the one with the smallest area around it; where several stand equal, the first.
CREATE OR REPLACE FUNCTION followup_office_of(p_area bigint) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT o.id FROM access_office o
  WHERE p_area >= o.area AND p_area <= berdaya_area_hi(o.area)
  ORDER BY berdaya_area_hi(o.area) - o.area, o.id LIMIT 1
$$;

-- The kabupaten of an area: a task about a complaint must not tell lurah and camat in which village somebody spoke.
CREATE OR REPLACE FUNCTION followup_broad(p_area bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$ SELECT p_area - p_area % 1000000 $$;

CREATE OR REPLACE FUNCTION followup_file(p jsonb, p_withheld bytea, p_contact bytea, p_hash bytea, p_source bytea)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_office bigint := followup_office_of((p->>'area')::bigint);
  v_photo uuid;
  v_inspect boolean := p->>'subject' IN ('office', 'village');
BEGIN
  IF v_office IS NULL OR NOT EXISTS (SELECT 1 FROM areas_area a WHERE a.code = (p->>'area')::bigint) THEN
    RAISE EXCEPTION 'complaints.no_office' USING ERRCODE = 'BD042';
  END IF;
  IF EXISTS (SELECT 1 FROM followup_complaint c WHERE c.id = (p->>'id')::uuid) THEN
    RETURN v_office;
  END IF;
  PERFORM followup_count_try(p_source, 20);
  IF p->'photo' IS NOT NULL AND jsonb_typeof(p->'photo') = 'array' THEN
    v_photo := gen_random_uuid();
    INSERT INTO files_storedfile (id, area, office_id, sha256, media_type, size, name, purpose)
      VALUES (v_photo, (p->>'area')::bigint, v_office, decode(p->'photo'->>0, 'hex'), 'image/jpeg',
              (p->'photo'->>1)::bigint, 'aduan.jpg', 'complaint')
      ON CONFLICT (area, office_id, sha256, purpose) DO UPDATE SET name = excluded.name RETURNING id INTO v_photo;
  END IF;
  INSERT INTO followup_complaint (id, area, office_id, code_hash, channel, subject, inspectorate, about_account_id,
      group_id, words, withheld_cipher, withheld_key, contact_cipher, contact_key, safe_time, photo_id, filed_on, due_on, state, result)
    VALUES ((p->>'id')::uuid, (p->>'area')::bigint, v_office, p_hash, p->>'channel', p->>'subject', v_inspect,
      (p->>'about')::bigint, (p->>'group')::uuid, p->>'words', p_withheld, get_byte(p_withheld, 0),
      p_contact, get_byte(p_contact, 0), p->>'safe_time', v_photo,
      (p->>'today')::date, (p->>'due')::date, 'received', '');
  -- The task says that a case waits, and nothing of what stands in it: tasks are read by more people than cases.
  INSERT INTO tasks_task (id, area, office_id, cause, kind, title, params, owner_role, raised_on, due_on, state,
      outcome, programme_code)
    VALUES (gen_random_uuid(), followup_broad((p->>'area')::bigint), v_office, 'complaint:' || (p->>'id'), 'complaint',
      'Pengaduan baru menunggu', jsonb_build_object('complaint', p->>'id'), CASE WHEN v_inspect THEN 'auditor' ELSE 'supervisor' END,
      (p->>'today')::date, (p->>'due')::date, 'open', '', '')
    ON CONFLICT (office_id, cause) WHERE state = 'open' DO NOTHING;
  RETURN v_office;
END $$;

-- Kabupaten and kota that some office serves, for the public form: code, name, province.
CREATE OR REPLACE FUNCTION followup_served() RETURNS TABLE (code bigint, name text, province text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT a.code, a.name::text, coalesce(p.name, '')::text FROM areas_area a LEFT JOIN areas_area p ON p.code = a.parent
  WHERE a.level = 2 AND EXISTS (
    SELECT 1 FROM access_office o WHERE a.code >= o.area AND a.code <= berdaya_area_hi(o.area))
  ORDER BY 3, 2
$$;

-- To the inspectorate: only by somebody who may see the case, and never back.
CREATE OR REPLACE FUNCTION followup_pass_on(p_id uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE followup_complaint c SET inspectorate = true, handler_id = NULL, state = 'received'
    WHERE c.id = p_id AND c.state <> 'closed' AND berdaya_in_scope(c.area, c.office_id)
      AND current_setting('berdaya.role', true) IN ('supervisor', 'head')
      AND c.about_account_id IS DISTINCT FROM berdaya_account();
  RETURN FOUND;
END $$;

-- What the holder of a case code may know: state, dates, and what was told to her.
CREATE OR REPLACE FUNCTION followup_status(p_hash bytea, p_source bytea)
RETURNS TABLE (state text, filed_on date, due_on date, closed_on date, result text, told jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM followup_count_try(p_source, 60);
  RETURN QUERY
    SELECT c.state::text, c.filed_on, c.due_on, c.closed_on, c.result,
      (SELECT coalesce(jsonb_agg(jsonb_build_array(s.occurred_on, s.told) ORDER BY s.occurred_on, s.id), '[]')
       FROM followup_complaintstep s WHERE s.complaint_id = c.id AND s.told <> '')
    FROM followup_complaint c WHERE c.code_hash = p_hash;
END $$;

REVOKE ALL ON FUNCTION followup_count_try(bytea, integer), followup_office_of(bigint), followup_pass_on(uuid),
  followup_served(),
  followup_file(jsonb, bytea, bytea, bytea, bytea), followup_status(bytea, bytea), followup_broad(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION followup_file(jsonb, bytea, bytea, bytea, bytea), followup_status(bytea, bytea), followup_served()
  TO berdaya_public, berdaya_app;
GRANT EXECUTE ON FUNCTION followup_broad(bigint), followup_pass_on(uuid) TO berdaya_app;

-- Counts for everybody, by kabupaten and year: below five nothing is told, and no remainder from which it follows.
DROP VIEW IF EXISTS public_complaint;
CREATE VIEW public_complaint AS
WITH counted AS (
  SELECT c.area - c.area % 1000000 AS regency, extract(year FROM c.filed_on)::int AS year, count(*) AS filed,
    count(*) FILTER (WHERE c.state = 'closed') AS closed,
    count(*) FILTER (WHERE c.state = 'closed' AND c.closed_on <= c.due_on) AS in_time
  FROM followup_complaint c GROUP BY 1, 2
)
SELECT n.regency, coalesce(a.name, '') AS place, n.year,
  CASE WHEN n.filed >= 5 THEN n.filed END AS filed,
  CASE WHEN n.filed >= 5 AND n.closed NOT BETWEEN 1 AND 4 AND n.filed - n.closed NOT BETWEEN 1 AND 4
    THEN n.closed END AS closed,
  CASE WHEN n.filed >= 5 AND n.in_time NOT BETWEEN 1 AND 4 AND n.closed - n.in_time NOT BETWEEN 1 AND 4
    AND n.closed NOT BETWEEN 1 AND 4 AND n.filed - n.closed NOT BETWEEN 1 AND 4 THEN n.in_time END AS in_time
FROM counted n LEFT JOIN areas_area a ON a.code = n.regency;
REVOKE ALL ON public_complaint FROM PUBLIC;
GRANT SELECT ON public_complaint TO berdaya_public;
