-- The next import that a worker may take: one that is open and that nobody holds. The worker sees no row of its own; it
-- is told the id, and whose role it works in. Two workers never take the same one.
CREATE OR REPLACE FUNCTION intake_claim_job(by_worker text, seconds integer, only_job uuid DEFAULT NULL)
RETURNS TABLE (job uuid, account bigint, role bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY
    UPDATE intake_importjob j SET worker = by_worker, lease_until = clock_timestamp() + make_interval(secs => seconds)
    WHERE j.id = (
      SELECT o.id FROM intake_importjob o
      WHERE o.state IN ('reading', 'queued', 'running', 'undoing') AND (only_job IS NULL OR o.id = only_job)
        AND (o.lease_until IS NULL OR o.lease_until < clock_timestamp() OR o.worker = by_worker)
      ORDER BY o.recorded_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING j.id, j.made_by, j.made_role;
END $$;

-- Tables and columns that point at the id of a table's row, by foreign key.
CREATE OR REPLACE FUNCTION intake_referrers(target regclass) RETURNS TABLE (place regclass, col text)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT DISTINCT c.conrelid::regclass, a.attname::text
  FROM pg_constraint c
  CROSS JOIN LATERAL unnest(c.conkey, c.confkey) AS k(own, other)
  JOIN pg_attribute f ON f.attrelid = c.confrelid AND f.attnum = k.other AND f.attname = 'id'
  JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.own
  WHERE c.contype = 'f' AND c.confrelid = target
$$;

-- Which of these rows are pointed at, from where: the part of the list that hangs on them. `apart`: tables left out,
-- `gone`: rows of the import itself, whose pointing does not count.
CREATE OR REPLACE FUNCTION intake_hanging(target regclass, ids uuid[], apart text[], gone uuid[])
RETURNS TABLE (id uuid, place text)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
  one record;
BEGIN
  FOR one IN SELECT r.place, r.col FROM intake_referrers(target) r WHERE NOT r.place::text = ANY (apart) LOOP
    RETURN QUERY EXECUTE format(
      'SELECT DISTINCT t.%I, %L::text FROM %s t WHERE t.%I = ANY ($1) AND NOT t.id = ANY ($2)',
      one.col, one.place::text, one.place, one.col) USING ids, gone;
  END LOOP;
END $$;

-- What hangs on a batch of an import and so must stay when it is undone: root and place with counts. `job_*` are ids of
-- all batches that are undone later than this one.
CREATE OR REPLACE FUNCTION intake_kept(batch uuid) RETURNS TABLE (root text, id uuid, place text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  b intake_importbatch%ROWTYPE;
  pairs uuid[];
  seats uuid[];
  officers uuid[];
BEGIN
  SELECT * INTO b FROM intake_importbatch x WHERE x.id = batch;
  IF b.id IS NULL OR NOT berdaya_in_scope(b.area, b.office_id) THEN
    RAISE EXCEPTION 'not_found' USING ERRCODE = 'BD002';
  END IF;
  -- A newcomer of another batch of the same list is undone with it, so that pair keeps nobody.
  SELECT coalesce(array_agg(m.id), '{}') INTO pairs FROM programmes_motivatorpair m
    WHERE m.newcomer_id = ANY (b.candidates) OR m.motivator_id = ANY (b.candidates) AND EXISTS (
      SELECT 1 FROM intake_importbatch o WHERE o.job_id = b.job_id AND m.newcomer_id = ANY (o.candidates));
  SELECT coalesce(array_agg(m.id), '{}') INTO seats FROM groups_membership m WHERE m.group_id = ANY (b.groups);
  SELECT coalesce(array_agg(o.id), '{}') INTO officers FROM groups_officer o WHERE o.group_id = ANY (b.groups);
  RETURN QUERY
    SELECT 'candidate', h.id, h.place FROM intake_hanging('programmes_candidate', b.candidates, '{}', pairs) h
    UNION ALL
    SELECT 'group', h.id, h.place FROM intake_hanging('groups_group', b.groups, '{intake_groupcarry}', seats || officers || b.candidates) h
    UNION ALL
    SELECT 'group', m.group_id, h.place FROM intake_hanging('groups_membership', seats, '{}', officers) h
      JOIN groups_membership m ON m.id = h.id
    UNION ALL
    SELECT 'group', k.group_id, 'intake_groupcarry' FROM intake_groupcarry k
      WHERE k.group_id = ANY (b.groups) AND k.outcome IN ('asset', 'product')
    UNION ALL
    SELECT 'person', h.id, h.place
      FROM intake_hanging('people_person', b.persons, '{people_personprivate}', b.candidates || seats) h
    UNION ALL
    SELECT 'person', q.id, 'people_merge' FROM people_person q
      WHERE q.id = ANY (b.persons) AND (q.merged_into IS NOT NULL
        OR q.id IN (SELECT m.merged_into FROM people_person m WHERE m.merged_into = ANY (b.persons)))
    UNION ALL
    SELECT 'household', h.id, h.place
      FROM intake_hanging('people_household', b.households, '{people_desilsnapshot}', b.candidates || seats || b.persons) h;
END $$;

-- What hangs on an import as a whole, however long it is: root, the table that points at it, how many of the import's
-- rows it points at, and some of them. Rows that the import made itself hang on nothing. The row numbers of a list that
-- came a moment ago are unknown to the planner, so everything is joined by hash.
CREATE OR REPLACE FUNCTION intake_hanging_on(wanted uuid, examples integer)
RETURNS TABLE (root text, place text, total bigint, ids uuid[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_nestloop = off AS $$
DECLARE
  j intake_importjob%ROWTYPE;
  one record;
BEGIN
  SELECT * INTO j FROM intake_importjob x WHERE x.id = wanted;
  IF j.id IS NULL OR NOT berdaya_in_scope(j.area, j.office_id) THEN
    RAISE EXCEPTION 'not_found' USING ERRCODE = 'BD002';
  END IF;
  DROP TABLE IF EXISTS pg_temp.intake_made, pg_temp.intake_found;
  CREATE TEMP TABLE intake_made ON COMMIT DROP AS
    SELECT 'candidate' AS kind, unnest(b.candidates) AS id FROM intake_importbatch b WHERE b.job_id = wanted AND b.undone_at IS NULL
    UNION ALL SELECT 'group', unnest(b.groups) FROM intake_importbatch b WHERE b.job_id = wanted AND b.undone_at IS NULL
    UNION ALL SELECT 'person', unnest(b.persons) FROM intake_importbatch b WHERE b.job_id = wanted AND b.undone_at IS NULL
    UNION ALL SELECT 'household', unnest(b.households) FROM intake_importbatch b WHERE b.job_id = wanted AND b.undone_at IS NULL;
  INSERT INTO pg_temp.intake_made
    SELECT 'pair', m.id FROM programmes_motivatorpair m JOIN pg_temp.intake_made n ON n.id = m.newcomer_id
    UNION ALL SELECT 'seat', m.id FROM groups_membership m JOIN pg_temp.intake_made n ON n.id = m.group_id
    UNION ALL SELECT 'officer', o.id FROM groups_officer o JOIN pg_temp.intake_made n ON n.id = o.group_id;
  ANALYZE pg_temp.intake_made;
  CREATE TEMP TABLE intake_found (root text, place text, id uuid) ON COMMIT DROP;
  FOR one IN
    SELECT t.kind, r.place, r.col FROM (VALUES
      ('candidate', 'programmes_candidate'::regclass, '{}'::text[]), ('group', 'groups_group', '{intake_groupcarry}'),
      ('seat', 'groups_membership', '{}'), ('person', 'people_person', '{people_personprivate}'),
      ('household', 'people_household', '{people_desilsnapshot}')) AS t (kind, target, apart)
    CROSS JOIN LATERAL intake_referrers(t.target) r WHERE NOT r.place::text = ANY (t.apart)
  LOOP
    EXECUTE format(
      'INSERT INTO pg_temp.intake_found SELECT %L, %L, m.id FROM %s t JOIN pg_temp.intake_made m ON m.id = t.%I '
      'WHERE m.kind = %L AND NOT EXISTS (SELECT 1 FROM pg_temp.intake_made g WHERE g.id = t.id)',
      one.kind, one.place::text, one.place, one.col, one.kind);
  END LOOP;
  UPDATE pg_temp.intake_found f SET root = 'group', id = m.group_id FROM groups_membership m
    WHERE f.root = 'seat' AND m.id = f.id;
  INSERT INTO pg_temp.intake_found
    SELECT 'person', 'people_merge', m.id FROM people_person p JOIN pg_temp.intake_made m ON m.id = p.id
      WHERE m.kind = 'person' AND p.merged_into IS NOT NULL
    UNION SELECT 'person', 'people_merge', m.id FROM people_person p JOIN pg_temp.intake_made m ON m.id = p.merged_into
      WHERE m.kind = 'person';
  -- What the office took on of that which the list brought, of groups that it made and of groups known before.
  INSERT INTO pg_temp.intake_found
    SELECT 'group', CASE c.outcome WHEN 'asset' THEN 'grants_asset' ELSE 'market_product' END, c.group_id
      FROM intake_groupcarry c WHERE c.job_id = wanted AND c.outcome IN ('asset', 'product');
  RETURN QUERY
    SELECT f.root, f.place, count(DISTINCT f.id), (array_agg(DISTINCT f.id))[1:examples] FROM pg_temp.intake_found f
    GROUP BY f.root, f.place ORDER BY f.root, f.place;
  DROP TABLE pg_temp.intake_made, pg_temp.intake_found;
END $$;

-- Undo one batch: what it made goes, unless something hangs on it; what it changed gets its old values back, unless it
-- was changed again. Answers the counts.
CREATE OR REPLACE FUNCTION intake_undo_batch(batch uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  b intake_importbatch%ROWTYPE;
  stays uuid[];
  c uuid[]; g uuid[]; p uuid[]; h uuid[];
  restored integer := 0;
  more integer;
BEGIN
  SELECT * INTO b FROM intake_importbatch x WHERE x.id = batch FOR UPDATE;
  IF b.id IS NULL OR NOT berdaya_in_scope(b.area, b.office_id) THEN
    RAISE EXCEPTION 'not_found' USING ERRCODE = 'BD002';
  END IF;
  IF b.undone_at IS NOT NULL THEN
    RETURN '{}'::jsonb;
  END IF;
  -- Every trigger of the history asks for this setting. Where it was never set, each row ends in an error that is caught,
  -- and each of these walks through all checks that are still due: twenty times the work.
  PERFORM set_config('pgtrigger.ignore', '{}', true);
  SELECT coalesce(array_agg(DISTINCT k.id), '{}') INTO stays FROM intake_kept(batch) k;
  SELECT coalesce(array_agg(x), '{}') INTO c FROM unnest(b.candidates) x WHERE NOT x = ANY (stays);
  SELECT coalesce(array_agg(x), '{}') INTO g FROM unnest(b.groups) x WHERE NOT x = ANY (stays);
  -- A candidate or group that stays keeps its people.
  SELECT stays || coalesce(array_agg(y), '{}') INTO stays FROM (
    SELECT unnest(ARRAY[k.person_id, k.household_id]) AS y FROM programmes_candidate k
      WHERE k.id = ANY (b.candidates) AND NOT k.id = ANY (c)
    UNION SELECT unnest(ARRAY[m.person_id, m.household_id]) FROM groups_membership m
      WHERE m.group_id = ANY (b.groups) AND NOT m.group_id = ANY (g)) AS held WHERE y IS NOT NULL;
  SELECT stays || coalesce(array_agg(q.id), '{}') INTO stays FROM people_person q WHERE q.household_id = ANY (stays);
  SELECT coalesce(array_agg(x), '{}') INTO p FROM unnest(b.persons) x WHERE NOT x = ANY (stays);
  SELECT coalesce(array_agg(x), '{}') INTO h FROM unnest(b.households) x WHERE NOT x = ANY (stays)
    AND NOT EXISTS (SELECT 1 FROM people_person q WHERE q.household_id = x AND NOT q.id = ANY (p));
  DELETE FROM programmes_motivatorpair m WHERE m.newcomer_id = ANY (c) OR m.motivator_id = ANY (c) AND EXISTS (
    SELECT 1 FROM intake_importbatch o WHERE o.job_id = b.job_id AND m.newcomer_id = ANY (o.candidates));
  DELETE FROM programmes_candidate WHERE id = ANY (c);
  -- Of a group that stays, what the list told goes too, unless somebody decided on it.
  DELETE FROM intake_groupcarry WHERE group_id = ANY (g) OR job_id = b.job_id AND taken_on IS NULL AND kind <> 'page';
  DELETE FROM groups_officer WHERE group_id = ANY (g);
  DELETE FROM groups_membership WHERE group_id = ANY (g);
  DELETE FROM groups_group WHERE id = ANY (g);
  DELETE FROM people_exclusion WHERE import_key = ANY (b.others);
  DELETE FROM people_aidreceived WHERE import_key = ANY (b.others);
  DELETE FROM people_lookalike WHERE left_id = ANY (p) OR right_id = ANY (p);
  DELETE FROM people_personprivate WHERE person_id = ANY (p);
  DELETE FROM people_person WHERE id = ANY (p);
  DELETE FROM people_desilsnapshot WHERE household_id = ANY (h);
  DELETE FROM people_household WHERE id = ANY (h);
  IF b.context_id IS NOT NULL AND cardinality(b.changed) > 0 THEN
    UPDATE people_person t SET name = e.name, name_key = e.name_key, birth_place = e.birth_place,
        birth_date = e.birth_date, sex = e.sex, marital = e.marital, phone = e.phone, occupation = e.occupation,
        nik_cipher = e.nik_cipher, nik_key = e.nik_key, nik_index = e.nik_index, last4_index = e.last4_index
      FROM (SELECT DISTINCT ON (v.pgh_obj_id) v.* FROM people_personevent v
            WHERE v.pgh_context_id = b.context_id ORDER BY v.pgh_obj_id, v.pgh_id) e
      WHERE t.id = e.pgh_obj_id AND t.id = ANY (b.changed) AND NOT EXISTS (
        SELECT 1 FROM people_personevent l WHERE l.pgh_obj_id = t.id AND l.pgh_id > e.pgh_id
          AND l.pgh_context_id IS DISTINCT FROM b.context_id);
    GET DIAGNOSTICS restored = ROW_COUNT;
    UPDATE people_household t SET address = e.address, female_head = e.female_head, dependants = e.dependants,
        incomplete = e.incomplete
      FROM (SELECT DISTINCT ON (v.pgh_obj_id) v.* FROM people_householdevent v
            WHERE v.pgh_context_id = b.context_id ORDER BY v.pgh_obj_id, v.pgh_id) e
      WHERE t.id = e.pgh_obj_id AND NOT EXISTS (
        SELECT 1 FROM people_householdevent l WHERE l.pgh_obj_id = t.id AND l.pgh_id > e.pgh_id
          AND l.pgh_context_id IS DISTINCT FROM b.context_id);
    GET DIAGNOSTICS more = ROW_COUNT;
    UPDATE people_personprivate t SET disability = e.disability, income_idr = e.income_idr
      FROM (SELECT DISTINCT ON (v.pgh_obj_id) v.* FROM people_personprivateevent v
            WHERE v.pgh_context_id = b.context_id ORDER BY v.pgh_obj_id, v.pgh_id) e
      WHERE t.id = e.pgh_obj_id AND NOT EXISTS (
        SELECT 1 FROM people_personprivateevent l WHERE l.pgh_obj_id = t.id AND l.pgh_id > e.pgh_id
          AND l.pgh_context_id IS DISTINCT FROM b.context_id);
    restored := restored + more;
    GET DIAGNOSTICS more = ROW_COUNT;
    restored := restored + more;
  END IF;
  UPDATE intake_importbatch SET undone_at = clock_timestamp() WHERE id = batch;
  RETURN jsonb_build_object('households', cardinality(h), 'persons', cardinality(p), 'candidates', cardinality(c),
    'groups', cardinality(g), 'others', cardinality(b.others), 'restored', restored, 'kept', cardinality(b.households) - cardinality(h));
END $$;

-- An import that was undone leaves no mark of its file, so that the same file may come again.
CREATE OR REPLACE FUNCTION intake_forget_run(job uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM intake_importrun r USING intake_importjob j
    WHERE j.id = job AND j.state IN ('undoing', 'undone') AND berdaya_in_scope(j.area, j.office_id)
      AND r.office_id = j.office_id AND r.programme_code = j.programme_code AND r.kind = j.kind AND r.sha256 = j.sha256;
END $$;

REVOKE ALL ON FUNCTION intake_claim_job(text, integer, uuid), intake_referrers(regclass),
  intake_hanging(regclass, uuid[], text[], uuid[]), intake_kept(uuid), intake_undo_batch(uuid), intake_forget_run(uuid),
  intake_hanging_on(uuid, integer)
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION intake_claim_job(text, integer, uuid), intake_kept(uuid), intake_undo_batch(uuid),
  intake_forget_run(uuid), intake_hanging_on(uuid, integer) TO berdaya_app;
