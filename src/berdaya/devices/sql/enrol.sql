-- A new phone of the caller's account in one of the caller's roles; answers false where five of this role work already.
-- The limit holds for each role, so that a person who works for several offices has a phone left at each.
CREATE OR REPLACE FUNCTION devices_enrol(p_id uuid, p_role bigint, p_area bigint, p_office bigint, p_hash bytea,
                                         p_name text, p_platform text, p_app text, p_now timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF berdaya_account() IS NULL OR NOT berdaya_in_scope(p_area, p_office) OR NOT EXISTS (
    SELECT 1 FROM access_role r WHERE r.id = p_role AND r.account_id = berdaya_account()
  ) THEN
    RAISE EXCEPTION 'not_found' USING ERRCODE = 'BD002';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('devices_enrol'), berdaya_account()::int);
  IF (SELECT count(*) FROM devices_device d
       WHERE d.account_id = berdaya_account() AND d.role_id = p_role AND d.revoked_at IS NULL) >= 5 THEN
    RETURN false;
  END IF;
  INSERT INTO devices_device (id, area, office_id, account_id, role_id, name, platform, app, hash, enrolled_at)
  VALUES (p_id, p_area, p_office, berdaya_account(), p_role, p_name, p_platform, p_app, p_hash, p_now);
  RETURN true;
END $$;

REVOKE ALL ON FUNCTION devices_enrol(uuid, bigint, bigint, bigint, bytea, text, text, text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION devices_enrol(uuid, bigint, bigint, bigint, bytea, text, text, text, timestamptz)
  TO berdaya_app, berdaya_subject;
