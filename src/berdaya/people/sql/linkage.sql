-- Look-alikes of people who have just come in, anywhere in the country. Only levels of agreement leave the function,
-- field by field as the model reads them: 0 is "different", the highest "the same", NULL "not known".
CREATE OR REPLACE FUNCTION people_words_shared(one text, other text) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  WITH w AS (SELECT string_to_array(one, ' ') AS a, string_to_array(other, ' ') AS b)
  SELECT CASE
    WHEN w.a @> w.b AND w.b @> w.a OR replace(one, ' ', '') = replace(other, ' ', '') THEN 4
    WHEN w.a @> w.b OR w.b @> w.a THEN 3
    WHEN (
      SELECT 2.0 * count(*) FROM (
        SELECT substring(' ' || one FROM i FOR 2) FROM generate_series(1, length(one)) AS i
        INTERSECT SELECT substring(' ' || other FROM i FOR 2) FROM generate_series(1, length(other)) AS i
      ) AS both_have
    ) >= 0.7 * (length(one) + length(other)) THEN 2
    WHEN w.a && w.b THEN 1
    ELSE 0 END::smallint FROM w
$$;

CREATE OR REPLACE FUNCTION people_days_alike(one date, other date) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN one IS NULL OR other IS NULL THEN NULL
    WHEN one = other AND NOT filler THEN 6
    WHEN y1 = y2 AND m1 = d2 AND d1 = m2 AND NOT filler THEN 5
    WHEN y1 = y2 AND filler THEN 4
    WHEN m1 = m2 AND d1 = d2 AND abs(y1 - y2) IN (1, 9, 10, 11, 20) THEN 3
    WHEN y1 = y2 AND (m1 = m2 OR d1 = d2) THEN 2
    WHEN y1 = y2 THEN 1
    ELSE 0 END::smallint
  FROM (SELECT extract(year FROM one) AS y1, extract(month FROM one) AS m1, extract(day FROM one) AS d1,
    extract(year FROM other) AS y2, extract(month FROM other) AS m2, extract(day FROM other) AS d2,
    to_char(one, 'MMDD') IN ('0101', '1231', '0701') OR to_char(other, 'MMDD') IN ('0101', '1231', '0701') AS filler) AS parts
$$;

CREATE OR REPLACE FUNCTION people_swapped(day date) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN extract(day FROM day) <= 12 THEN
    make_date(extract(year FROM day)::int, extract(day FROM day)::int, extract(month FROM day)::int) END
$$;

-- For each new person in the caller's scope at most 60 people of the same day (or day and month swapped) and 60 of the
-- same words in the same kecamatan. The lowest office whose area covers both gets the pair.
CREATE OR REPLACE FUNCTION people_look_alikes(fresh uuid[])
RETURNS TABLE (one uuid, other uuid, area bigint, office bigint, levels smallint[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  mine bigint := nullif(nullif(current_setting('berdaya.office', true), '*'), '')::bigint;
BEGIN
  IF berdaya_account() IS NULL THEN
    RAISE EXCEPTION 'not_allowed' USING ERRCODE = 'BD004';
  END IF;
  RETURN QUERY
    WITH came AS MATERIALIZED (
      SELECT p.*, h.address, h.phone AS home_phone FROM people_person p JOIN people_household h ON h.id = p.household_id
      WHERE p.id = ANY (fresh) AND berdaya_in_scope(p.area) AND p.merged_into IS NULL AND p.erased_on IS NULL
    ),
    met AS (
      SELECT c.id AS a, near.id AS b FROM came c CROSS JOIN LATERAL (
        SELECT q.id FROM people_person q
        WHERE q.birth_date = ANY (ARRAY[c.birth_date, people_swapped(c.birth_date)]) AND q.id <> c.id
          AND string_to_array(q.name_key, ' ') && string_to_array(c.name_key, ' ') LIMIT 60) AS near
      UNION
      SELECT c.id, near.id FROM came c CROSS JOIN LATERAL (
        SELECT q.id FROM people_person q
        WHERE people_search_vector(q.name_key, q.area) @@ people_all_words(c.name_key, c.area) AND q.id <> c.id LIMIT 60) AS near
    ),
    pair AS (SELECT DISTINCT least(m.a, m.b) AS l, greatest(m.a, m.b) AS r FROM met m),
    side AS (
      SELECT pr.l, pr.r, berdaya_common_area(x.area, y.area) AS common, x.area AS area_l, y.area AS area_r,
        ARRAY[
          people_words_shared(x.name_key, y.name_key),
          people_days_alike(x.birth_date, y.birth_date),
          CASE WHEN x.sex = '' OR y.sex = '' THEN NULL WHEN x.sex = y.sex THEN 1 ELSE 0 END::smallint,
          CASE WHEN x.area = y.area THEN 3 WHEN x.area / 10000 = y.area / 10000 THEN 2
            WHEN x.area / 1000000 = y.area / 1000000 THEN 1 ELSE 0 END::smallint,
          CASE WHEN x.phone = '' OR y.phone = '' THEN NULL WHEN x.phone = y.phone THEN 1 ELSE 0 END::smallint,
          CASE WHEN hx.address = '' OR hy.address = '' THEN NULL
            WHEN lower(hx.address) = lower(hy.address) THEN 1 ELSE 0 END::smallint,
          CASE WHEN x.nik_index IS NULL OR y.nik_index IS NULL THEN NULL ELSE 0 END::smallint,
          CASE WHEN x.household_id = y.household_id THEN 1
            WHEN hx.kk_index IS NULL OR hy.kk_index IS NULL THEN NULL ELSE 0 END::smallint
        ] AS found
      FROM pair pr
      JOIN people_person x ON x.id = pr.l JOIN people_person y ON y.id = pr.r
      JOIN people_household hx ON hx.id = x.household_id JOIN people_household hy ON hy.id = y.household_id
      WHERE x.merged_into IS NULL AND y.merged_into IS NULL AND x.erased_on IS NULL AND y.erased_on IS NULL
        AND NOT EXISTS (SELECT 1 FROM people_lookalike k WHERE k.left_id = pr.l AND k.right_id = pr.r)
    )
    SELECT s.l, s.r, s.common, people_office_of(s.common, mine), s.found FROM side s;
END $$;

CREATE OR REPLACE FUNCTION people_all_words(name_key text, area bigint) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT string_agg('''' || w || '''', ' & ')::tsquery && ('''~' || area / 10000 || '''')::tsquery
  FROM unnest(string_to_array(name_key, ' ')) AS w WHERE w ~ '^[a-z]{2,60}$'
$$;

-- The lowest office that covers an area; of several the caller's own.
CREATE OR REPLACE FUNCTION people_office_of(common bigint, mine bigint) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT o.id FROM access_office o
  WHERE o.area <= common AND berdaya_area_hi(o.area) >= berdaya_area_hi(common)
  ORDER BY berdaya_area_hi(o.area) - o.area, (o.id IS DISTINCT FROM mine), (o.kind <> 'dinsos'), o.id LIMIT 1
$$;
REVOKE ALL ON FUNCTION people_look_alikes(uuid[]), people_office_of(bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION people_look_alikes(uuid[]) TO berdaya_app;

-- Keeps pairs for a person to decide; one that is known already stays as it is. Answers how many are new.
CREATE OR REPLACE FUNCTION people_keep_look_alikes(pairs jsonb, version text, on_day date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  made bigint;
BEGIN
  IF berdaya_account() IS NULL THEN
    RAISE EXCEPTION 'not_allowed' USING ERRCODE = 'BD004';
  END IF;
  INSERT INTO people_lookalike (id, area, office_id, left_id, right_id, chance, reasons, model_version, found_on, state,
      decision_reason)
    SELECT t.id, t.area, t.office, t.one, t.other, t.chance, t.reasons, version, on_day, 'open', ''
    FROM jsonb_to_recordset(pairs)
      AS t(id uuid, area bigint, office bigint, one uuid, other uuid, chance float8, reasons jsonb)
    JOIN people_person x ON x.id = t.one JOIN people_person y ON y.id = t.other
    WHERE t.office IS NOT NULL AND (berdaya_in_scope(x.area) OR berdaya_in_scope(y.area))
      AND t.area = berdaya_common_area(x.area, y.area)
    ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS made = ROW_COUNT;
  RETURN made;
END $$;

-- The decision of the office that holds the pair; a pair that is decided stays so for ever.
CREATE OR REPLACE FUNCTION people_decide_look_alike(pair uuid, decision text, on_day date, why text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  k people_lookalike;
BEGIN
  SELECT * INTO k FROM people_lookalike WHERE id = pair FOR UPDATE;
  IF k.id IS NULL OR berdaya_account() IS NULL OR NOT berdaya_in_scope(k.area, k.office_id) THEN
    RAISE EXCEPTION 'not_found' USING ERRCODE = 'BD002';
  END IF;
  IF k.state NOT IN ('open', 'asked') OR k.state = decision THEN
    RAISE EXCEPTION 'already_decided' USING ERRCODE = 'BD006';
  END IF;
  UPDATE people_lookalike SET state = decision, decided_by = berdaya_account(), decided_on = on_day, decision_reason = why
    WHERE id = pair;
END $$;
REVOKE ALL ON FUNCTION people_keep_look_alikes(jsonb, text, date), people_decide_look_alike(uuid, text, date, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION people_keep_look_alikes(jsonb, text, date), people_decide_look_alike(uuid, text, date, text)
  TO berdaya_app;

-- Look-alikes while a name is being typed: people of the scope, the nearest first. All words but the last are whole.
-- Of a very frequent name the first 400 met are ordered: whoever types goes on typing.
CREATE OR REPLACE FUNCTION people_similar(words text[], born date, wanted int) RETURNS TABLE (person uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  asked text;
  areas text := people_scope_words();
  scope int8multirange := nullif(current_setting('berdaya.ranges', true), '')::int8multirange;
BEGIN
  SELECT string_agg('''' || u.w || '''' || CASE WHEN u.n = cardinality(words) THEN ':*' ELSE '' END, ' & ') INTO asked
    FROM unnest(words) WITH ORDINALITY AS u(w, n) WHERE u.w ~ '^[a-z]{2,60}$';
  IF asked IS NULL OR scope IS NULL OR isempty(scope) THEN
    RETURN;
  END IF;
  IF areas IS NOT NULL THEN
    asked := asked || ' & (' || areas || ')';
  END IF;
  RETURN QUERY
    SELECT near.id FROM (
      SELECT p.id, p.area, p.birth_date, p.name_key FROM people_person p
      WHERE people_search_vector(p.name_key, p.area) @@ asked::tsquery AND p.area <@ scope AND p.merged_into IS NULL
      LIMIT 400
    ) AS near
    ORDER BY coalesce(people_days_alike(near.birth_date, born), 0) DESC, (near.name_key <> array_to_string(words, ' ')),
      length(near.name_key), near.area, near.id LIMIT wanted;
END $$;
REVOKE ALL ON FUNCTION people_similar(text[], date, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION people_similar(text[], date, int) TO berdaya_app;

-- A family that another office holds is asked for; the lowest office of its area gets the request.
CREATE OR REPLACE FUNCTION people_ask_transfer(request uuid, other_side uuid, nik bytea, wanted bigint, on_day date, why text)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  family people_household;
  mine bigint := nullif(nullif(current_setting('berdaya.office', true), '*'), '')::bigint;
  holder bigint;
  asking text;
BEGIN
  PERFORM people_count_lookup(1, false);
  SELECT o.name INTO asking FROM access_office o WHERE o.id = mine;
  SELECT h.* INTO family FROM people_identity i JOIN people_person p ON p.id = people_kept('nik', i.subject_id)
    JOIN people_household h ON h.id = p.household_id WHERE i.kind = 'nik' AND i."index" = nik;
  IF family.id IS NULL OR asking IS NULL OR NOT berdaya_in_scope(wanted) THEN
    RAISE EXCEPTION 'not_found' USING ERRCODE = 'BD002';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM areas_area a WHERE a.code = wanted AND a.level = 4) THEN
    RAISE EXCEPTION 'area_unknown' USING ERRCODE = 'BD001';
  END IF;
  IF berdaya_in_scope(family.area) THEN
    RETURN 'yours';
  END IF;
  holder := people_office_of(family.area, NULL);
  IF holder IS NULL THEN
    RAISE EXCEPTION 'not_found' USING ERRCODE = 'BD002';
  END IF;
  INSERT INTO people_transferrequest (id, area, office_id, request_id, side, household_id, to_area, asking_office, asked_by,
      asked_on, asked_reason, state, decision_reason)
    VALUES (request, wanted, mine, request, 'asks', family.id, wanted, asking, berdaya_account(), on_day, why, 'open', ''),
      (other_side, family.area, holder, request, 'holds', family.id, wanted, asking, berdaya_account(), on_day, why, 'open', '')
    ON CONFLICT DO NOTHING;
  RETURN CASE WHEN FOUND THEN 'asked' ELSE 'asked_before' END;
END $$;

-- Only the side that holds the family decides; accepted, it moves with all that hangs on it.
CREATE OR REPLACE FUNCTION people_decide_transfer(row_id uuid, accept boolean, on_day date, why text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  t people_transferrequest;
BEGIN
  SELECT * INTO t FROM people_transferrequest WHERE id = row_id FOR UPDATE;
  IF t.id IS NULL OR t.side <> 'holds' OR berdaya_account() IS NULL OR NOT berdaya_in_scope(t.area, t.office_id)
     OR t.asked_by = berdaya_account() THEN
    RAISE EXCEPTION 'not_found' USING ERRCODE = 'BD002';
  END IF;
  IF t.state <> 'open' THEN
    RAISE EXCEPTION 'already_decided' USING ERRCODE = 'BD006';
  END IF;
  UPDATE people_transferrequest SET state = CASE WHEN accept THEN 'accepted' ELSE 'refused' END, decided_by = berdaya_account(),
    decided_on = on_day, decision_reason = why WHERE request_id = t.request_id;
  IF accept THEN
    PERFORM berdaya_move_root('household', people_kept('kk', t.household_id), t.to_area);
  END IF;
  RETURN CASE WHEN accept THEN 'accepted' ELSE 'refused' END;
END $$;
REVOKE ALL ON FUNCTION people_ask_transfer(uuid, uuid, bytea, bigint, date, text),
  people_decide_transfer(uuid, boolean, date, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION people_ask_transfer(uuid, uuid, bytea, bigint, date, text),
  people_decide_transfer(uuid, boolean, date, text) TO berdaya_app;

-- Persons whose name holds every word as a beginning of one of its words, by area and id; at most `wanted`.
-- Of very frequent names in a whole nation the first 20,000 met are ordered.
CREATE OR REPLACE FUNCTION people_search(words text[], wanted int) RETURNS TABLE (person uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  asked text;
  areas text := people_scope_words();
  scope int8multirange := nullif(current_setting('berdaya.ranges', true), '')::int8multirange;
BEGIN
  SELECT string_agg('''' || w || ''':*', ' & ') INTO asked
    FROM unnest(words) AS w WHERE w ~ '^[a-z]{2,60}$';
  IF asked IS NULL OR scope IS NULL OR isempty(scope) THEN
    RETURN;
  END IF;
  IF areas IS NOT NULL THEN
    asked := asked || ' & (' || areas || ')';
  END IF;
  RETURN QUERY
    SELECT near.id FROM (
      SELECT p.id, p.area FROM people_person p
      WHERE people_search_vector(p.name_key, p.area) @@ asked::tsquery AND p.area <@ scope AND p.merged_into IS NULL
      LIMIT 20000
    ) AS near
    ORDER BY near.area, near.id LIMIT wanted;
END $$;

REVOKE ALL ON FUNCTION people_search(text[], int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION people_search(text[], int) TO berdaya_app;
