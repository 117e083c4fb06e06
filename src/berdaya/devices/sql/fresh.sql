-- Records that nobody has seen before, which is what nearly every push holds: judged, applied and kept in one transaction.
-- Body, outcome and what the domain made of it come to the disk together, and each record is written once.

-- True where none of these ids is known, so that the caller may apply them and call devices_keep() at the end of the same
-- transaction. Pushes of one phone take their turns from here. A month without its partition fails there, and the longer
-- way makes it.
CREATE OR REPLACE FUNCTION devices_unknown(p_device uuid, p_role bigint, p_area bigint, p_office bigint, p_now timestamptz,
                                           p_ids uuid[])
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  me bigint := berdaya_account();
BEGIN
  IF me IS NULL OR NOT berdaya_in_scope(p_area, p_office) OR (p_device IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM devices_device d WHERE d.id = p_device AND d.account_id = me AND d.role_id = p_role
      AND d.revoked_at IS NULL
  )) THEN
    RAISE EXCEPTION 'not_found' USING ERRCODE = 'BD002';
  END IF;
  IF p_device IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock(hashtext('devices_push'), hashtext(p_device::text));
  END IF;
  RETURN NOT EXISTS (SELECT 1 FROM devices_fieldrecord r WHERE r.id = ANY (p_ids));
END $$;

-- Keeps fresh records with the outcomes they have got, and notes the push. Answers the numbers of pushes that arrived so
-- far and who waits for what was applied; null where somebody else brought one of the records meanwhile: the caller takes
-- everything back then.
CREATE OR REPLACE FUNCTION devices_keep(p_device uuid, p_role bigint, p_area bigint, p_office bigint, p_by bigint,
                                        p_now timestamptz, p_source text, p_seq integer, p_rows jsonb, p_off integer,
                                        p_unsent integer, p_since timestamptz)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  me bigint := berdaya_account();
  kept integer;
  clashes boolean;
  applied uuid[];
  arrived text;
BEGIN
  IF me IS NULL OR NOT berdaya_in_scope(p_area, p_office) THEN
    RAISE EXCEPTION 'not_found' USING ERRCODE = 'BD002';
  END IF;
  WITH g AS MATERIALIZED (
    SELECT r.id, r.kind, r.version, r.revision, r.device_at, r.clock_off, decode(r.digest, 'hex') AS digest, r.body, r.files,
           r.subjects, r.inbox_id, r.outcome, r.code, r.params, r.needs
    FROM jsonb_to_recordset(p_rows) AS r (
      id uuid, kind varchar, version smallint, revision integer, device_at timestamptz, clock_off boolean, digest text,
      body jsonb, files jsonb, subjects uuid[], inbox_id uuid, outcome varchar, code varchar, params jsonb, needs uuid[])
    ORDER BY r.id
  ), record AS (
    INSERT INTO devices_fieldrecord (id, area, office_id, device_id, account_id, role_id, kind, version, revision, digest,
      device_at, received_at, clock_off, outcome, code, params, needs, settled_at, body, files, subjects)
    SELECT g.id, p_area, p_office, p_device, me, p_role, g.kind, g.version, g.revision, g.digest, g.device_at, p_now,
           g.clock_off, g.outcome, g.code, g.params, g.needs, p_now, g.body, g.files, g.subjects
    FROM g
    ON CONFLICT (id) DO NOTHING RETURNING id
  ), arrival AS (
    INSERT INTO devices_inbox (received_at, id, area, office_id, record_id, device_id, account_id, uploaded_by, source,
      seq, kind, version, revision, device_at, digest, body, files, subjects)
    SELECT p_now, g.inbox_id, p_area, p_office, g.id, p_device, me, p_by, p_source, p_seq, g.kind, g.version, g.revision,
           g.device_at, g.digest, g.body, g.files, g.subjects
    FROM g
  )
  SELECT (SELECT count(*) FROM record), bool_or(g.outcome = 'conflict'),
         coalesce(array_agg(g.id) FILTER (WHERE g.outcome IN ('new', 'updated')), '{}')
  INTO kept, clashes, applied FROM g;
  IF kept <> jsonb_array_length(p_rows) THEN
    RETURN NULL;
  END IF;
  IF clashes THEN
    INSERT INTO devices_conflict (id, area, office_id, record_id, kind, code, account_id, device_id, digest, version,
      raised_at, sent, held, fields, subjects, resolution)
    SELECT gen_random_uuid(), r.area, r.office_id, r.id, r.kind, r.code, me, r.device_id, r.digest, r.version, p_now, r.body,
           coalesce(s.theirs, '{}'), coalesce(s.fields, '{}'), r.subjects, ''
    FROM jsonb_to_recordset(p_rows) AS s (id uuid, outcome varchar, theirs jsonb, fields varchar[])
    JOIN devices_fieldrecord r ON r.id = s.id
    WHERE s.outcome = 'conflict'
    ON CONFLICT (record_id, digest) DO NOTHING;
  END IF;
  IF p_device IS NOT NULL AND p_seq IS NOT NULL THEN
    arrived := devices_pushed(p_device, p_now, p_seq, p_off, p_unsent, p_since, kept > 0);
  END IF;
  RETURN jsonb_build_object('arrived', arrived, 'waiters', (
    SELECT coalesce(jsonb_agg(jsonb_build_array(w.id, w.account_id, w.role_id)), '[]') FROM devices_waiting_for(applied) w));
END $$;

REVOKE ALL ON FUNCTION devices_unknown(uuid, bigint, bigint, bigint, timestamptz, uuid[]),
  devices_keep(uuid, bigint, bigint, bigint, bigint, timestamptz, text, integer, jsonb, integer, integer, timestamptz)
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION devices_unknown(uuid, bigint, bigint, bigint, timestamptz, uuid[]),
  devices_keep(uuid, bigint, bigint, bigint, bigint, timestamptz, text, integer, jsonb, integer, integer, timestamptz)
  TO berdaya_app, berdaya_subject;
