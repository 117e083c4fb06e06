-- The change log: which root changed in which transaction. A cursor is the oldest transaction that was still running when
-- it was given out; whatever it or a later one wrote is told again, so a slow transaction can never be missed.

-- Trigger for statements: FOR EACH STATEMENT with a transition table called `changed`.
-- Arguments: the kind of change (`:column` takes it from a column), the column that names the root, and optionally the column that names a role.
CREATE OR REPLACE FUNCTION devices_log() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  -- An upsert fires for both of its halves, one of which is mostly empty.
  IF NOT EXISTS (SELECT 1 FROM changed) THEN
    RETURN NULL;
  END IF;
  -- Every visit writes a month: this plan is kept, one that is put together is made anew each time.
  IF TG_NARGS = 2 AND TG_ARGV[1] = 'enterprise_id' AND TG_ARGV[0] NOT LIKE ':%' THEN
    INSERT INTO devices_change (xid, kind, subject_id, recorded_at)
    SELECT DISTINCT pg_current_xact_id()::text::bigint, TG_ARGV[0], c.enterprise_id, now() FROM changed c
    WHERE c.enterprise_id IS NOT NULL;
    RETURN NULL;
  END IF;
  EXECUTE format(
    'INSERT INTO devices_change (xid, kind, subject_id, role_id, recorded_at)'
    ' SELECT DISTINCT pg_current_xact_id()::text::bigint, %s, c.%I, %s, now() FROM changed c WHERE c.%I IS NOT NULL',
    CASE WHEN TG_ARGV[0] LIKE ':%' THEN format('c.%I', substr(TG_ARGV[0], 2)) ELSE quote_literal(TG_ARGV[0]) END, TG_ARGV[1], CASE WHEN TG_NARGS > 2 THEN format('c.%I', TG_ARGV[2]) ELSE 'NULL::bigint' END, TG_ARGV[1]);
  RETURN NULL;
END $$;

-- Puts the log's triggers on a table; for migrations of the packages above.
CREATE OR REPLACE FUNCTION devices_watch(p_table regclass, p_kind text, p_column text, p_role text DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  words text := quote_literal(p_kind) || ', ' || quote_literal(p_column) || coalesce(', ' || quote_literal(p_role), '');
  act text;
BEGIN
  FOREACH act IN ARRAY ARRAY['INSERT', 'UPDATE', 'DELETE'] LOOP
    EXECUTE format('DROP TRIGGER IF EXISTS %I ON %s', 'devices_log_' || lower(act), p_table);
    EXECUTE format('CREATE TRIGGER %I AFTER %s ON %s REFERENCING %s TABLE AS changed FOR EACH STATEMENT'
                   ' EXECUTE FUNCTION devices_log(%s)',
                   'devices_log_' || lower(act), act, p_table, CASE act WHEN 'DELETE' THEN 'OLD' ELSE 'NEW' END, words);
  END LOOP;
END $$;

-- Where the log stands: the oldest transaction of this database that still runs (what other databases of the server do
-- would only hold the log back), the floor below which it was pruned, and which database this is: another one after a
-- restore, whose numbers mean something else. The next free number is read before the running ones: whatever is in neither
-- has ended, and the statements that follow see it.
CREATE OR REPLACE FUNCTION devices_cursor() RETURNS TABLE (generation text, now_at bigint, floor_at bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  next bigint := pg_snapshot_xmax(pg_current_snapshot())::text::bigint;
  behind bigint;
BEGIN
  PERFORM pg_stat_clear_snapshot();
  -- Running transactions are told by the lower 32 bits of their number.
  SELECT max(b) INTO behind FROM (
    SELECT (next - a.backend_xid::text::bigint) & 4294967295 AS b FROM pg_stat_activity a
    WHERE a.datname = current_database() AND a.backend_xid IS NOT NULL AND a.pid <> pg_backend_pid()
  ) AS running WHERE b < 2147483648;
  RETURN QUERY
    SELECT substr(md5(s.system_identifier::text || ':' || d.oid::text || ':' || c.timeline_id::text), 1, 12),
           next - coalesce(behind, 0),
           coalesce((SELECT max(h.xid) FROM devices_change h WHERE h.subject_id IS NULL AND h.kind = 'floor'), 0)
    FROM pg_control_system() s, pg_control_checkpoint() c, pg_database d WHERE d.datname = current_database();
END $$;

-- Roots among the caller's own ids that changed since the cursor, and what was opened or closed to the caller's role.
CREATE OR REPLACE FUNCTION devices_changes(p_ids uuid[], p_role bigint, p_from bigint, p_to bigint)
RETURNS TABLE (kind varchar, subject_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT c.kind, c.subject_id FROM devices_change c
  WHERE c.subject_id = ANY (p_ids) AND c.xid >= p_from AND c.xid < p_to AND c.role_id IS NULL
  UNION
  SELECT c.kind, c.subject_id FROM devices_change c
  WHERE c.role_id = p_role AND c.xid >= p_from AND c.xid < p_to
    AND EXISTS (SELECT 1 FROM access_role r WHERE r.id = p_role AND r.account_id = berdaya_account())
$$;
REVOKE ALL ON FUNCTION devices_log(), devices_watch(regclass, text, text, text), devices_cursor(),
  devices_changes(uuid[], bigint, bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION devices_cursor(), devices_changes(uuid[], bigint, bigint, bigint) TO berdaya_app, berdaya_subject;
