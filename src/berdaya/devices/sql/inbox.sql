-- The inbox of the field. Everything is written here by definer functions that act for the caller's own account only:
-- people with a caseload may append, and nobody may change what arrived.

CREATE TABLE IF NOT EXISTS devices_inbox (
  received_at timestamptz NOT NULL,
  id uuid NOT NULL,
  area bigint NOT NULL,
  office_id bigint NOT NULL,
  record_id uuid NOT NULL,
  device_id uuid,
  account_id bigint NOT NULL,
  uploaded_by bigint,
  source varchar(8) NOT NULL,
  seq integer,
  kind varchar(40) NOT NULL,
  version smallint NOT NULL,
  revision integer NOT NULL,
  device_at timestamptz,
  digest bytea NOT NULL,
  body jsonb NOT NULL,
  files jsonb NOT NULL DEFAULT '{}',
  subjects uuid[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (received_at, id)
) PARTITION BY RANGE (received_at);
CREATE INDEX IF NOT EXISTS devices_inbox_record ON devices_inbox (record_id);

-- The partitions of the month of this moment and of the next. What the change log kept for more than three months goes
-- at the same time; cursors below its floor begin anew.
CREATE OR REPLACE FUNCTION devices_partitions(at_moment timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  first date;
  name text;
  made integer := 0;
BEGIN
  FOR first IN
    SELECT (date_trunc('month', at_moment AT TIME ZONE 'UTC') + make_interval(months => n))::date
    FROM generate_series(0, 1) AS n
  LOOP
    name := 'devices_inbox_' || to_char(first, 'YYYY_MM');
    CONTINUE WHEN to_regclass('public.' || name) IS NOT NULL;
    PERFORM pg_advisory_xact_lock(hashtext('devices_partitions'));
    -- Asked of the table of tables: to_regclass() may answer from before the other one that made it had ended.
    CONTINUE WHEN EXISTS (SELECT 1 FROM pg_class c WHERE c.relname = name AND c.relnamespace = 'public'::regnamespace);
    EXECUTE format('CREATE TABLE %I PARTITION OF devices_inbox FOR VALUES FROM (%L) TO (%L)', name,
      first::timestamp AT TIME ZONE 'UTC', (first + interval '1 month')::timestamp AT TIME ZONE 'UTC');
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    made := made + 1;
  END LOOP;
  IF made > 0 THEN
    DELETE FROM devices_change WHERE recorded_at < now() - interval '92 days';
    IF FOUND THEN
      INSERT INTO devices_change (xid, kind, recorded_at) VALUES (pg_current_xact_id()::text::bigint, 'floor', now());
    END IF;
  END IF;
  RETURN made;
END $$;

-- Who calls with a token, in one look: phone, account, the role as far as it is in force, and what is open to it.
CREATE OR REPLACE FUNCTION devices_caller(token_hash bytea, p_today date)
RETURNS TABLE (device_id uuid, account_id bigint, role_id bigint, holder varchar, is_demo boolean, is_active boolean,
               revoked_at timestamptz, kind varchar, area bigint, office_id bigint, all_offices boolean, ranges jsonb,
               lists jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT d.id, d.account_id, r.id, a.name, a.demo, a.is_active, d.revoked_at, r.kind, r.area, r.office_id,
         r.all_offices, r.ranges,
         (SELECT jsonb_agg(jsonb_build_array(s.list, s.subject_id) ORDER BY s.list, s.subject_id)
          FROM access_rolesubject s
          WHERE s.role_id = r.id AND (s.valid_until IS NULL OR s.valid_until >= p_today))
  FROM devices_device d
  JOIN access_account a ON a.id = d.account_id
  LEFT JOIN access_role r ON r.id = d.role_id AND r.account_id = d.account_id AND r.valid_from <= p_today
   AND (r.valid_until IS NULL OR r.valid_until >= p_today)
  WHERE d.hash = token_hash
$$;

CREATE OR REPLACE FUNCTION devices_told_to_wipe(token_hash bytea, at_moment timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE devices_device SET wiped_at = at_moment WHERE hash = token_hash AND wiped_at IS NULL
$$;

CREATE OR REPLACE FUNCTION devices_given(p_rows jsonb)
RETURNS TABLE (ord integer, id uuid, kind text, version smallint, revision integer, device_at timestamptz,
               clock_off boolean, digest bytea, body jsonb, files jsonb, subjects uuid[], inbox_id uuid)
LANGUAGE sql IMMUTABLE AS $$
  SELECT r.ord, r.id, r.kind, r.version, r.revision, r.device_at, r.clock_off, decode(r.digest, 'hex'), r.body, r.files,
         r.subjects, r.inbox_id
  FROM jsonb_to_recordset(p_rows) AS r (
    ord integer, id uuid, kind text, version smallint, revision integer, device_at timestamptz, clock_off boolean,
    digest text, body jsonb, files jsonb, subjects uuid[], inbox_id uuid)
$$;

-- Takes records in, each id at most once in p_rows. Answers for each what is to be done: fresh (apply it), same (its
-- outcome stands), older, reused (another content under the same revision: kept as a conflict), foreign (the id is
-- somebody else's: kept as a conflict).
CREATE OR REPLACE FUNCTION devices_take(p_device uuid, p_role bigint, p_area bigint, p_office bigint, p_by bigint,
                                        p_now timestamptz, p_source text, p_seq integer, p_rows jsonb)
RETURNS TABLE (ord integer, verdict text, outcome varchar, code varchar, params jsonb, needs uuid[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  me bigint := berdaya_account();
  made uuid[];
BEGIN
  IF me IS NULL OR NOT berdaya_in_scope(p_area, p_office) OR (p_device IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM devices_device d WHERE d.id = p_device AND d.account_id = me AND d.role_id = p_role
      AND d.revoked_at IS NULL
  )) THEN
    RAISE EXCEPTION 'not_found' USING ERRCODE = 'BD002';
  END IF;
  PERFORM devices_partitions(p_now);
  WITH new AS (
    INSERT INTO devices_fieldrecord (id, area, office_id, device_id, account_id, role_id, kind, version, revision, digest,
      device_at, received_at, clock_off, outcome, code, params, needs, body, files, subjects)
    SELECT g.id, p_area, p_office, p_device, me, p_role, g.kind, g.version, g.revision, g.digest, g.device_at, p_now,
           g.clock_off, 'waiting', 'taken', '{}', '{}', g.body, g.files, g.subjects
    FROM devices_given(p_rows) g ORDER BY g.id
    ON CONFLICT (id) DO NOTHING RETURNING id
  ) SELECT coalesce(array_agg(new.id), '{}') INTO made FROM new;

  IF cardinality(made) = jsonb_array_length(p_rows) THEN
    -- Nothing is acknowledged before these records are applied, and that commit takes this one to the disk with it.
    PERFORM set_config('synchronous_commit', 'off', true);
    INSERT INTO devices_inbox (received_at, id, area, office_id, record_id, device_id, account_id, uploaded_by, source,
      seq, kind, version, revision, device_at, digest, body, files, subjects)
    SELECT p_now, g.inbox_id, p_area, p_office, g.id, p_device, me, p_by, p_source, p_seq, g.kind, g.version, g.revision,
           g.device_at, g.digest, g.body, g.files, g.subjects
    FROM devices_given(p_rows) g;
    RETURN QUERY SELECT g.ord, 'fresh'::text, 'waiting'::varchar, 'taken'::varchar, '{}'::jsonb, '{}'::uuid[]
                 FROM devices_given(p_rows) g;
    RETURN;
  END IF;

  PERFORM 1 FROM devices_fieldrecord r JOIN devices_given(p_rows) g ON g.id = r.id ORDER BY r.id FOR UPDATE OF r;
  RETURN QUERY
  WITH judged AS (
    SELECT g.*, r.body AS held, r.outcome AS stood, r.code AS stood_code, r.params AS stood_params, r.needs AS stood_needs,
      CASE
        WHEN g.id = ANY (made) THEN 'fresh'
        WHEN r.account_id <> me OR r.kind <> g.kind THEN 'foreign'
        WHEN r.digest = g.digest AND r.outcome = 'waiting' THEN 'again'
        WHEN r.digest = g.digest THEN 'same'
        WHEN g.revision < r.revision THEN 'older'
        WHEN g.revision = r.revision AND r.outcome <> 'invalid' THEN 'reused'
        ELSE 'edit'
      END AS verdict
    FROM devices_given(p_rows) g JOIN devices_fieldrecord r ON r.id = g.id
  ), kept AS (
    INSERT INTO devices_inbox (received_at, id, area, office_id, record_id, device_id, account_id, uploaded_by, source,
      seq, kind, version, revision, device_at, digest, body, files, subjects)
    SELECT p_now, j.inbox_id, p_area, p_office, j.id, p_device, me, p_by, p_source, p_seq, j.kind, j.version, j.revision,
           j.device_at, j.digest, j.body, j.files, j.subjects
    FROM judged j
    WHERE j.verdict NOT IN ('same', 'again')
      AND (j.verdict = 'fresh' OR NOT EXISTS (
        SELECT 1 FROM devices_inbox i WHERE i.record_id = j.id AND i.digest = j.digest AND i.account_id = me))
  ), edited AS (
    UPDATE devices_fieldrecord r
    SET previous = CASE WHEN r.outcome IN ('new', 'updated', 'identical') THEN r.body ELSE r.previous END,
        body = j.body, files = j.files, subjects = j.subjects, digest = j.digest, revision = j.revision,
        version = j.version, device_at = j.device_at, received_at = p_now, clock_off = j.clock_off,
        outcome = 'waiting', code = 'taken', params = '{}', needs = '{}', settled_at = NULL
    FROM judged j WHERE j.id = r.id AND j.verdict = 'edit'
  ), split AS (
    INSERT INTO devices_conflict (id, area, office_id, record_id, kind, code, account_id, device_id, digest, version,
      raised_at, sent, held, fields, subjects, resolution)
    SELECT gen_random_uuid(), p_area, p_office, j.id, j.kind,
           CASE j.verdict WHEN 'foreign' THEN 'id_taken' ELSE 'revision_reused' END, me, p_device, j.digest, j.version,
           p_now, j.body, CASE j.verdict WHEN 'foreign' THEN '{}' ELSE j.held END, '{}', j.subjects, ''
    FROM judged j WHERE j.verdict IN ('foreign', 'reused')
    ON CONFLICT (record_id, digest) DO NOTHING
  )
  SELECT j.ord, CASE WHEN j.verdict IN ('edit', 'again') THEN 'fresh' ELSE j.verdict END,
         j.stood, j.stood_code, CASE WHEN j.verdict = 'foreign' THEN '{}' ELSE j.stood_params END,
         CASE WHEN j.verdict = 'foreign' THEN '{}' ELSE j.stood_needs END
  FROM judged j;
END $$;

-- The caller's records that still wait, locked until the transaction ends; another push of them waits here.
CREATE OR REPLACE FUNCTION devices_claim(p_ids uuid[])
RETURNS TABLE (id uuid, kind varchar, version smallint, revision integer, body jsonb, files jsonb, previous jsonb,
               device_at timestamptz, received_at timestamptz, device_id uuid, clock_off boolean)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT r.id, r.kind, r.version, r.revision, r.body, r.files, r.previous, r.device_at, r.received_at, r.device_id,
         r.clock_off
  FROM devices_fieldrecord r
  WHERE r.id = ANY (p_ids) AND r.account_id = berdaya_account() AND r.outcome = 'waiting'
  ORDER BY r.id FOR UPDATE
$$;

-- Waiting records that need one of these ids, whoever sent them, with whom to apply them as. Ids and roles only.
CREATE OR REPLACE FUNCTION devices_waiting_for(p_ids uuid[])
RETURNS TABLE (id uuid, account_id bigint, role_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT r.id, r.account_id, r.role_id FROM devices_fieldrecord r
  WHERE r.outcome = 'waiting' AND r.needs && p_ids ORDER BY r.received_at, r.id LIMIT 500
$$;

-- Writes outcomes of the caller's own records; a conflict keeps both versions apart.
CREATE OR REPLACE FUNCTION devices_settle(p_now timestamptz, p_rows jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  me bigint := berdaya_account();
BEGIN
  UPDATE devices_fieldrecord r
  SET outcome = s.outcome, code = s.code, params = s.params, needs = s.needs, settled_at = p_now
  FROM jsonb_to_recordset(p_rows) AS s (id uuid, outcome varchar, code varchar, params jsonb, needs uuid[])
  WHERE r.id = s.id AND r.account_id = me;
  INSERT INTO devices_conflict (id, area, office_id, record_id, kind, code, account_id, device_id, digest, version,
    raised_at, sent, held, fields, subjects, resolution)
  SELECT gen_random_uuid(), r.area, r.office_id, r.id, r.kind, s.code, me, r.device_id, r.digest, r.version, p_now, r.body,
         coalesce(s.theirs, '{}'), coalesce(s.fields, '{}'), r.subjects, ''
  FROM jsonb_to_recordset(p_rows) AS s (id uuid, outcome varchar, code varchar, theirs jsonb, fields varchar[])
  JOIN devices_fieldrecord r ON r.id = s.id AND r.account_id = me
  WHERE s.outcome = 'conflict'
  ON CONFLICT (record_id, digest) DO NOTHING;
END $$;

-- As devices_settle, and answers who waits for what has been applied by it.
CREATE OR REPLACE FUNCTION devices_close(p_now timestamptz, p_rows jsonb)
RETURNS TABLE (id uuid, account_id bigint, role_id bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  applied uuid[] := ARRAY(
    SELECT s.id FROM jsonb_to_recordset(p_rows) AS s (id uuid, outcome varchar) WHERE s.outcome IN ('new', 'updated'));
BEGIN
  PERFORM devices_settle(p_now, p_rows);
  RETURN QUERY SELECT w.id, w.account_id, w.role_id FROM devices_waiting_for(applied) w;
END $$;

-- What a push says of its phone; answers the numbers that arrived so far.
CREATE OR REPLACE FUNCTION devices_pushed(p_device uuid, p_now timestamptz, p_seq integer, p_off integer, p_unsent integer,
                                          p_since timestamptz, p_fresh boolean)
RETURNS text
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE devices_device d
  SET seen_at = p_now, pushed_at = p_now, clock_off_seconds = p_off,
      unsent = coalesce(p_unsent, d.unsent), unsent_since = CASE WHEN p_unsent IS NULL THEN d.unsent_since ELSE p_since END,
      copied_at = CASE WHEN p_fresh AND p_seq <@ d.seqs THEN p_now ELSE d.copied_at END,
      seqs = d.seqs + int4multirange(int4range(p_seq, p_seq, '[]'))
  WHERE d.id = p_device AND d.account_id = berdaya_account()
  RETURNING (int4multirange(int4range(1, upper(d.seqs))) - d.seqs)::text
$$;

CREATE OR REPLACE FUNCTION devices_seen(p_device uuid, p_now timestamptz, p_unsent integer, p_since timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE devices_device d
  SET seen_at = p_now, unsent = coalesce(p_unsent, d.unsent),
      unsent_since = CASE WHEN p_unsent IS NULL THEN d.unsent_since ELSE p_since END
  WHERE d.id = p_device AND d.account_id = berdaya_account()
$$;

CREATE OR REPLACE FUNCTION devices_took(p_device uuid, p_id uuid, p_kind text, p_subject uuid, p_title text,
                                        p_now timestamptz, p_until timestamptz, p_rows integer) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO devices_taken AS t (id, area, office_id, device_id, account_id, kind, subject_id, title, taken_at, expires_at,
    rows_in)
  SELECT p_id, d.area, d.office_id, d.id, d.account_id, p_kind, p_subject, p_title, p_now, p_until, greatest(p_rows, 0)
  FROM devices_device d WHERE d.id = p_device AND d.account_id = berdaya_account()
  ON CONFLICT (device_id, kind, subject_id) DO UPDATE
  SET title = excluded.title, taken_at = excluded.taken_at, expires_at = excluded.expires_at,
      rows_in = CASE WHEN p_rows >= 0 THEN excluded.rows_in ELSE t.rows_in END
$$;

-- A file that arrives in parts: made on its first part, locked until the transaction ends; somebody else's is none.
CREATE OR REPLACE FUNCTION devices_upload(p_id uuid, p_device uuid, p_area bigint, p_office bigint, p_record uuid, p_name text,
                                          p_type text, p_size bigint, p_sha256 bytea, p_now timestamptz)
RETURNS SETOF devices_upload
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF berdaya_account() IS NULL OR NOT berdaya_in_scope(p_area, p_office) THEN
    RAISE EXCEPTION 'not_found' USING ERRCODE = 'BD002';
  END IF;
  INSERT INTO devices_upload (id, area, office_id, device_id, account_id, record_id, name, media_type, size, sha256, received,
    state, code, begun_at)
  VALUES (p_id, p_area, p_office, p_device, berdaya_account(), p_record, p_name, p_type, p_size, p_sha256, 0, 'partial', '',
          p_now)
  ON CONFLICT (id) DO NOTHING;
  RETURN QUERY SELECT u.* FROM devices_upload u WHERE u.id = p_id AND u.account_id = berdaya_account() FOR UPDATE;
END $$;

CREATE OR REPLACE FUNCTION devices_upload_grew(p_id uuid, p_received bigint, p_state text, p_code text, p_file uuid,
                                               p_sha256 bytea, p_size bigint, p_now timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE devices_upload SET received = p_received, state = p_state, code = p_code, file_id = p_file, sha256 = p_sha256,
    size = p_size, done_at = CASE WHEN p_state = 'partial' THEN NULL ELSE p_now END
  WHERE id = p_id AND account_id = berdaya_account()
$$;

DO $$
DECLARE f text;
BEGIN
  FOR f IN SELECT p.oid::regprocedure::text FROM pg_proc p
           WHERE p.pronamespace = 'public'::regnamespace AND p.proname LIKE 'devices\_%'
  LOOP
    EXECUTE 'REVOKE ALL ON FUNCTION ' || f || ' FROM PUBLIC';
    EXECUTE 'GRANT EXECUTE ON FUNCTION ' || f || ' TO berdaya_app, berdaya_subject';
  END LOOP;
END $$;
SELECT devices_partitions(now());
