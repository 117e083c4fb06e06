-- Helpers that policies and definer functions of every package use. Installed before migrations, replaced in place.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO berdaya_app, berdaya_subject, berdaya_public;

-- The last code below an area: 35.12 -> 3512999999; 0 is the whole country.
CREATE OR REPLACE FUNCTION berdaya_area_hi(area bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN area = 0 THEN 9999999999
    WHEN area % 100000000 = 0 THEN area + 99999999
    WHEN area % 1000000 = 0 THEN area + 999999
    WHEN area % 10000 = 0 THEN area + 9999
    ELSE area
  END
$$;

-- Does the caller's scope hold this area (and office, where given)? For definer functions, which see every row.
CREATE OR REPLACE FUNCTION berdaya_in_scope(area bigint, office bigint DEFAULT NULL) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT coalesce(area <@ nullif(current_setting('berdaya.ranges', true), '')::int8multirange, false)
     AND (office IS NULL
          OR coalesce(current_setting('berdaya.office', true) = '*'
                      OR office = nullif(nullif(current_setting('berdaya.office', true), '*'), '')::bigint, false))
$$;

CREATE OR REPLACE FUNCTION berdaya_in_group(group_id uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT coalesce(group_id = ANY (nullif(current_setting('berdaya.groups', true), '')::uuid[]), false)
$$;

CREATE OR REPLACE FUNCTION berdaya_account() RETURNS bigint
LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('berdaya.account', true), '')::bigint $$;

-- Moving a root (household or group): all that hangs on it follows by composite foreign keys. Answers the old area.
CREATE OR REPLACE FUNCTION berdaya_move_root(root_kind text, root_id uuid, new_area bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  old_area bigint;
  root_office bigint;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM areas_area a WHERE a.code = new_area) THEN
    RAISE EXCEPTION 'area_unknown' USING ERRCODE = 'BD001';
  END IF;
  IF root_kind = 'household' THEN
    SELECT h.area INTO old_area FROM people_household h WHERE h.id = root_id FOR UPDATE;
  ELSIF root_kind = 'group' THEN
    SELECT g.area, g.office_id INTO old_area, root_office FROM groups_group g WHERE g.id = root_id FOR UPDATE;
  ELSE
    RAISE EXCEPTION 'not_found' USING ERRCODE = 'BD002';
  END IF;
  IF old_area IS NULL OR NOT berdaya_in_scope(old_area, root_office) THEN
    RAISE EXCEPTION 'not_found' USING ERRCODE = 'BD002';
  END IF;
  IF root_kind = 'household' THEN
    UPDATE people_household SET area = new_area WHERE id = root_id;
  ELSE
    UPDATE groups_group SET area = new_area WHERE id = root_id;
  END IF;
  RETURN old_area;
END $$;

GRANT EXECUTE ON FUNCTION berdaya_area_hi(bigint), berdaya_in_scope(bigint, bigint), berdaya_in_group(uuid), berdaya_account()
  TO berdaya_app, berdaya_subject, berdaya_public;
REVOKE ALL ON FUNCTION berdaya_move_root(text, uuid, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION berdaya_move_root(text, uuid, bigint) TO berdaya_app;

-- Statistics for tables that have grown by more than a quarter since they were last looked at. Without them the planner
-- takes the policies' area range for nearly empty and reads a whole area for each row of a join. Answers how many.
CREATE OR REPLACE FUNCTION berdaya_refresh_statistics() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  grown text;
  done integer := 0;
BEGIN
  FOR grown IN
    SELECT c.relname FROM pg_class c
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relowner = 'berdaya_owner'::regrole
      AND pg_relation_size(c.oid) > 32768 AND pg_relation_size(c.oid) > c.relpages * 8192::bigint * 5 / 4
    ORDER BY c.relname
  LOOP
    EXECUTE format('ANALYZE %I', grown);
    done := done + 1;
  END LOOP;
  RETURN done;
END $$;
REVOKE ALL ON FUNCTION berdaya_refresh_statistics() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION berdaya_refresh_statistics() TO berdaya_app;

-- Who lent this token, asked before any scope is open. Answers for one hash only, and only while the token is good.
CREATE OR REPLACE FUNCTION berdaya_api_token(token_hash bytea, at_moment timestamptz)
RETURNS TABLE (token_id bigint, account_id bigint, role_id bigint, holder varchar, is_demo boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY
    SELECT t.id, t.account_id, t.role_id, a.name, a.demo
    FROM access_apitoken t JOIN access_account a ON a.id = t.account_id
    WHERE t.hash = token_hash AND t.revoked_at IS NULL AND t.expires_at > at_moment AND a.is_active;
END $$;
REVOKE ALL ON FUNCTION berdaya_api_token(bytea, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION berdaya_api_token(bytea, timestamptz) TO berdaya_app;

-- Marks of who tried to enter, and how often a code was tried, serve for an hour; after thirty days they are of no use to
-- anybody and go. Tables of other packages are named here because only the owner of all tables may empty them.
CREATE OR REPLACE FUNCTION berdaya_sweep_marks() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  old timestamptz := clock_timestamp() - interval '30 days';
  gone bigint := 0;
  swept bigint;
BEGIN
  DELETE FROM access_signinattempt WHERE attempted_at < old;
  GET DIAGNOSTICS swept = ROW_COUNT; gone := gone + swept;
  DELETE FROM accountability_codetry WHERE hour < old;
  GET DIAGNOSTICS swept = ROW_COUNT; gone := gone + swept;
  DELETE FROM followup_complainttry WHERE hour < old;
  GET DIAGNOSTICS swept = ROW_COUNT; gone := gone + swept;
  DELETE FROM governance_cardtry WHERE hour < old;
  GET DIAGNOSTICS swept = ROW_COUNT; gone := gone + swept;
  RETURN gone;
END $$;
REVOKE ALL ON FUNCTION berdaya_sweep_marks() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION berdaya_sweep_marks() TO berdaya_app;
