-- Two records of one person become one, and two again when that was wrong. What follows a merge stands in
-- merge_rules.sql.

-- Takes `gone` into `kept`. Its family goes along where nobody else is left in it. Both must lie in the caller's scope.
CREATE OR REPLACE FUNCTION people_merge_persons(merge_id uuid, kept_id uuid, gone_id uuid, on_day date, why text)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  k people_person;
  g people_person;
  home_k people_household;
  home_g people_household;
  families boolean;
  moves jsonb := '[]';
  moved text[];
  rule record;
BEGIN
  -- One lock order for all: two merges of the same people wait for each other instead of crossing.
  PERFORM 1 FROM people_household h WHERE h.id IN (SELECT p.household_id FROM people_person p WHERE p.id IN (kept_id, gone_id))
    ORDER BY h.id FOR UPDATE;
  PERFORM 1 FROM people_person p WHERE p.id IN (kept_id, gone_id) ORDER BY p.id FOR UPDATE;
  SELECT * INTO k FROM people_person WHERE id = kept_id;
  SELECT * INTO g FROM people_person WHERE id = gone_id;
  IF k.id IS NULL OR g.id IS NULL OR k.id = g.id OR NOT berdaya_in_scope(k.area) OR NOT berdaya_in_scope(g.area)
     OR berdaya_account() IS NULL THEN
    RAISE EXCEPTION 'not_found' USING ERRCODE = 'BD002';
  END IF;
  IF k.merged_into IS NOT NULL OR g.merged_into IS NOT NULL OR k.erased_on IS NOT NULL OR g.erased_on IS NOT NULL THEN
    RAISE EXCEPTION 'merged_already' USING ERRCODE = 'BD005';
  END IF;
  SELECT * INTO home_k FROM people_household WHERE id = k.household_id;
  SELECT * INTO home_g FROM people_household WHERE id = g.household_id;
  families := home_k.id <> home_g.id AND NOT EXISTS (
    SELECT 1 FROM people_person p WHERE p.household_id = home_g.id AND p.id <> g.id AND p.merged_into IS NULL);
  IF families AND home_g.area <> home_k.area THEN
    UPDATE people_household SET area = home_k.area WHERE id = home_g.id;
  END IF;
  FOR rule IN SELECT r.tbl, r.col, r.what FROM people_merge_rules() r ORDER BY r.tbl, r.col LOOP
    IF rule.what IN ('person', 'either') THEN
      moved := people_repoint(rule.tbl, rule.col, g.id, k.id);
      IF cardinality(moved) > 0 THEN
        moves := moves || jsonb_build_object('tbl', rule.tbl, 'col', rule.col, 'what', 'person', 'rows', to_jsonb(moved));
      END IF;
    END IF;
    IF families AND rule.what IN ('household', 'either') THEN
      moved := people_repoint(rule.tbl, rule.col, home_g.id, home_k.id);
      IF cardinality(moved) > 0 THEN
        moves := moves || jsonb_build_object('tbl', rule.tbl, 'col', rule.col, 'what', 'household', 'rows', to_jsonb(moved));
      END IF;
    END IF;
  END LOOP;
  UPDATE people_person SET merged_into = k.id WHERE id = g.id;
  IF families THEN
    UPDATE people_household SET merged_into = home_k.id WHERE id = home_g.id;
  END IF;
  INSERT INTO people_merge (id, area, kept_id, gone_id, kept_household_id, gone_household_id, families_too, gone_area, moves,
      merged_by, merged_on, merge_reason, undone_reason)
    VALUES (merge_id, berdaya_common_area(home_k.area, home_g.area), k.id, g.id, home_k.id, home_g.id, families, home_g.area,
      moves, berdaya_account(), on_day, why, '');
  RETURN families;
END $$;

-- The lowest area that holds both: the code with the blocks in which they differ set to zero; 0 for the nation.
CREATE OR REPLACE FUNCTION berdaya_common_area(one bigint, other bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN one = other THEN one
    WHEN one / 10000 = other / 10000 THEN one / 10000 * 10000
    WHEN one / 1000000 = other / 1000000 THEN one / 1000000 * 1000000
    WHEN one / 100000000 = other / 100000000 THEN one / 100000000 * 100000000
    ELSE 0 END
$$;

-- Two people again: what was moved goes back, what came later stays; the family returns to its village.
-- What was written while two records were one stands under the kept one, and no list of moves knows it. What hangs on a
-- candidacy that went back to its own family follows it there: its RAB, its line of a decree with the report on it, its
-- seat in a class, its business.
CREATE OR REPLACE FUNCTION people_follow_candidates(kept uuid, gone uuid, kept_home uuid, gone_home uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE training_placement t SET person_id = gone FROM programmes_candidate c
    WHERE c.id = t.candidate_id AND c.person_id = gone AND t.person_id = kept;
  IF kept_home IS NULL OR gone_home IS NULL OR kept_home = gone_home THEN
    RETURN;
  END IF;
  UPDATE grants_proposal t SET household_id = gone_home FROM programmes_candidate c
    WHERE c.id = t.candidate_id AND c.household_id = gone_home AND t.household_id = kept_home;
  UPDATE programmes_decreeline t SET household_id = gone_home FROM programmes_candidate c
    WHERE c.id = t.candidate_id AND c.household_id = gone_home AND t.household_id = kept_home;
  UPDATE training_placement t SET household_id = gone_home FROM programmes_candidate c
    WHERE c.id = t.candidate_id AND c.household_id = gone_home AND t.household_id = kept_home;
  UPDATE enterprises_enterprise t SET household_id = gone_home FROM programmes_candidate c
    WHERE c.household_id = gone_home AND t.household_id = kept_home AND t.programme_id = c.programme_id AND t.ref = c.ref;
  UPDATE accountability_lpj t SET household_id = gone_home FROM programmes_decreeline l
    WHERE l.id = t.decree_line_id AND l.household_id = gone_home AND t.household_id = kept_home;
  UPDATE accountability_lpjitem t SET household_id = gone_home FROM accountability_lpj l
    WHERE l.id = t.lpj_id AND l.household_id = gone_home AND t.household_id = kept_home;
  UPDATE accountability_lpjentry t SET household_id = gone_home FROM accountability_lpj l
    WHERE l.id = t.lpj_id AND l.household_id = gone_home AND t.household_id = kept_home;
END $$;
REVOKE ALL ON FUNCTION people_follow_candidates(uuid, uuid, uuid, uuid) FROM PUBLIC;

CREATE OR REPLACE FUNCTION people_unmerge_persons(merge_id uuid, on_day date, why text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  m people_merge;
  move jsonb;
  rows text[];
BEGIN
  SELECT * INTO m FROM people_merge WHERE id = merge_id FOR UPDATE;
  IF m.id IS NULL OR NOT berdaya_in_scope(m.area) OR berdaya_account() IS NULL THEN
    RAISE EXCEPTION 'not_found' USING ERRCODE = 'BD002';
  END IF;
  -- What was merged into the record later, or where the record went itself, is undone first: the last one first.
  IF m.undone_on IS NOT NULL OR EXISTS (
      SELECT 1 FROM people_merge x WHERE x.undone_on IS NULL AND x.id <> m.id AND (x.gone_id = m.kept_id
        OR (x.kept_id = m.kept_id AND x.recorded_at > m.recorded_at))) THEN
    RAISE EXCEPTION 'merged_already' USING ERRCODE = 'BD005';
  END IF;
  PERFORM 1 FROM people_household h WHERE h.id IN (m.kept_household_id, m.gone_household_id) ORDER BY h.id FOR UPDATE;
  PERFORM 1 FROM people_person p WHERE p.id IN (m.kept_id, m.gone_id) ORDER BY p.id FOR UPDATE;
  IF m.families_too THEN
    UPDATE people_household g SET area = k.area FROM people_household k
      WHERE g.id = m.gone_household_id AND k.id = m.kept_household_id AND g.area <> k.area;
  END IF;
  FOR move IN SELECT jsonb_array_elements(m.moves) LOOP
    SELECT array_agg(value) INTO rows FROM jsonb_array_elements_text(move -> 'rows');
    IF move ->> 'what' = 'person' THEN
      PERFORM people_repoint(move ->> 'tbl', move ->> 'col', m.kept_id, m.gone_id, rows);
    ELSE
      PERFORM people_repoint(move ->> 'tbl', move ->> 'col', m.kept_household_id, m.gone_household_id, rows);
    END IF;
  END LOOP;
  PERFORM people_follow_candidates(m.kept_id, m.gone_id, m.kept_household_id, m.gone_household_id);
  UPDATE people_person SET merged_into = NULL WHERE id = m.gone_id;
  IF m.families_too THEN
    UPDATE people_household SET merged_into = NULL, area = m.gone_area WHERE id = m.gone_household_id;
  END IF;
  UPDATE people_merge SET undone_on = on_day, undone_by = berdaya_account(), undone_reason = why WHERE id = m.id;
END $$;

REVOKE ALL ON FUNCTION people_merge_persons(uuid, uuid, uuid, date, text), people_unmerge_persons(uuid, date, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION people_merge_persons(uuid, uuid, uuid, date, text), people_unmerge_persons(uuid, date, text)
  TO berdaya_app;
GRANT EXECUTE ON FUNCTION berdaya_common_area(bigint, bigint) TO berdaya_app;

-- Which of these numbers exist: indexes of 32 bytes each, one behind the other (an array of 200,000 is slow to read).
-- `mine`: inside the caller's scope, only then with the id of the person or household. A number of a merged record
-- belongs to the record that was kept.
CREATE OR REPLACE FUNCTION people_identity_known(niks bytea, kks bytea)
RETURNS TABLE (kind text, number bytea, mine boolean, subject uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  asked bigint := (length(niks) + length(kks)) / 32;
BEGIN
  PERFORM people_count_lookup(asked, asked > 2);
  RETURN QUERY
    WITH found AS (
      SELECT i.kind, i."index", i.area, i.subject_id
      FROM generate_series(0, length(niks) / 32 - 1) AS n
      JOIN people_identity i ON i.kind = 'nik' AND i."index" = substring(niks FROM 32 * n + 1 FOR 32)
      UNION ALL
      SELECT i.kind, i."index", i.area, i.subject_id
      FROM generate_series(0, length(kks) / 32 - 1) AS n
      JOIN people_identity i ON i.kind = 'kk' AND i."index" = substring(kks FROM 32 * n + 1 FOR 32)
    )
    SELECT f.kind::text, f."index", berdaya_in_scope(f.area),
      CASE WHEN berdaya_in_scope(f.area) THEN
        CASE WHEN m.id IS NULL THEN f.subject_id ELSE people_kept(f.kind, f.subject_id) END END
    FROM found f
    LEFT JOIN people_merge m ON m.undone_on IS NULL
      AND CASE WHEN f.kind = 'nik' THEN m.gone_id ELSE m.gone_household_id END = f.subject_id;
END $$;

-- The record that stands for this one, through as many merges as there were.
CREATE OR REPLACE FUNCTION people_kept(kind text, subject uuid) RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  here uuid := subject;
  next uuid;
BEGIN
  LOOP
    IF kind = 'nik' THEN
      SELECT m.kept_id INTO next FROM people_merge m WHERE m.gone_id = here AND m.undone_on IS NULL;
    ELSE
      SELECT m.kept_household_id INTO next FROM people_merge m
        WHERE m.gone_household_id = here AND m.families_too AND m.undone_on IS NULL;
    END IF;
    EXIT WHEN next IS NULL;
    here := next;
  END LOOP;
  RETURN here;
END $$;
REVOKE ALL ON FUNCTION people_kept(text, uuid) FROM PUBLIC;

-- Everybody a person is: the records that merges have joined to hers, by the place of the number that was asked about.
CREATE OR REPLACE FUNCTION people_same_person(niks bytea[]) RETURNS TABLE (ord bigint, person uuid, nik bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH RECURSIVE edge AS MATERIALIZED (
    SELECT m.kept_id AS a, m.gone_id AS b FROM people_merge m WHERE m.undone_on IS NULL
    UNION ALL SELECT m.gone_id, m.kept_id FROM people_merge m WHERE m.undone_on IS NULL
  ),
  walk AS (
    SELECT u.ord, i.subject_id AS person
    FROM unnest(niks) WITH ORDINALITY AS u(nik, ord)
    JOIN people_identity i ON i.kind = 'nik' AND i."index" = u.nik
    WHERE EXISTS (SELECT 1 FROM edge) AND i.subject_id IN (SELECT e.a FROM edge e)
    UNION
    SELECT w.ord, e.b FROM walk w JOIN edge e ON e.a = w.person
  )
  SELECT w.ord, w.person, p.nik_index FROM walk w JOIN people_person p ON p.id = w.person
$$;
REVOKE ALL ON FUNCTION people_same_person(bytea[]) FROM PUBLIC;

-- Aid of any office to these people or their families: office, programme, year and form, nothing else. Aid bound to a
-- family is found under its corrected numbers too, and under every number that a merged person ever had.
CREATE OR REPLACE FUNCTION people_aid_of(niks bytea[], kks bytea[])
RETURNS TABLE (at bigint, office text, programme text, year smallint, form text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM people_count_lookup(cardinality(niks), cardinality(niks) > 1);
  RETURN QUERY
    WITH others AS MATERIALIZED (SELECT s.ord, s.person, s.nik FROM people_same_person(niks) s),
    asked AS (
      SELECT u.ord, u.nik, u.kk FROM unnest(niks, kks) WITH ORDINALITY AS u(nik, kk, ord)
      UNION SELECT o.ord, o.nik, NULL FROM others o WHERE o.nik IS NOT NULL
    ),
    family AS (
      SELECT a.ord, i.subject_id AS household FROM asked a JOIN people_identity i ON i.kind = 'kk' AND i."index" = a.kk
      UNION
      SELECT a.ord, p.household_id FROM asked a JOIN people_identity i ON i.kind = 'nik' AND i."index" = a.nik
        JOIN people_person p ON p.id = i.subject_id
    ),
    families AS (
      SELECT f.ord, f.household FROM family f
      UNION SELECT f.ord, m.kept_household_id FROM family f
        JOIN people_merge m ON m.gone_household_id = f.household AND m.families_too AND m.undone_on IS NULL
    ),
    found AS (
      SELECT a.ord, r.id FROM asked a JOIN people_aidreceived r ON r.nik_index = a.nik
      UNION SELECT a.ord, r.id FROM asked a JOIN people_aidreceived r ON r.kk_index = a.kk
      UNION SELECT f.ord, r.id FROM families f JOIN people_aidreceived r ON r.household_id = f.household
    )
    SELECT f.ord, r.office_name::text, r.programme::text, r.year, r.form::text
    FROM found f JOIN people_aidreceived r ON r.id = f.id
    ORDER BY f.ord, r.year DESC, r.office_name, r.programme, r.form, r.id;
END $$;

-- Exclusions in force on a day for these people or their families: kind, source and as-of date.
CREATE OR REPLACE FUNCTION people_exclusions_of(niks bytea[], kks bytea[], on_day date)
RETURNS TABLE (at bigint, kind text, source text, as_of date)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM people_count_lookup(cardinality(niks), cardinality(niks) > 1);
  RETURN QUERY
    WITH asked AS (
      SELECT u.ord, u.nik, u.kk FROM unnest(niks, kks) WITH ORDINALITY AS u(nik, kk, ord)
      UNION SELECT s.ord, s.nik, NULL FROM people_same_person(niks) s WHERE s.nik IS NOT NULL
    ),
    found AS (
      SELECT a.ord, e.id FROM asked a JOIN people_exclusion e ON e.nik_index = a.nik
      UNION SELECT a.ord, e.id FROM asked a JOIN people_exclusion e ON e.kk_index = a.kk
    )
    SELECT f.ord, e.kind::text, e.source::text, e.as_of
    FROM found f JOIN people_exclusion e ON e.id = f.id
    WHERE e.as_of <= on_day AND (e.until IS NULL OR e.until >= on_day)
    ORDER BY f.ord, e.kind, e.as_of, e.source, e.id;
END $$;

REVOKE ALL ON FUNCTION people_identity_known(bytea, bytea), people_aid_of(bytea[], bytea[]),
  people_exclusions_of(bytea[], bytea[], date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION people_identity_known(bytea, bytea), people_aid_of(bytea[], bytea[]),
  people_exclusions_of(bytea[], bytea[], date) TO berdaya_app;
