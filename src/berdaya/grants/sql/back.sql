-- What came back whole is no asset of the business any more. Lines of handovers are not open to people with a caseload;
-- of their own businesses they are told this much.
CREATE OR REPLACE FUNCTION grants_assets_back(p_enterprises uuid[]) RETURNS TABLE (asset_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT a.id FROM grants_asset a JOIN grants_handoverline l ON l.id = a.line_id
  WHERE a.enterprise_id = ANY (p_enterprises) AND l.returned >= l.quantity
    AND a.enterprise_id = ANY (nullif(current_setting('berdaya.enterprises', true), '')::uuid[])
$$;
REVOKE ALL ON FUNCTION grants_assets_back(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grants_assets_back(uuid[]) TO berdaya_subject;

-- A phone hears of new assets, and of those that went back.
SELECT devices_watch('grants_asset', 'asset', 'enterprise_id');

CREATE OR REPLACE FUNCTION grants_log_back() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO devices_change (xid, kind, subject_id, recorded_at)
  SELECT DISTINCT pg_current_xact_id()::text::bigint, 'asset', a.enterprise_id, now()
  FROM grants_asset a WHERE a.line_id = NEW.id;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION grants_log_back() FROM PUBLIC;
DROP TRIGGER IF EXISTS grants_line_back ON grants_handoverline;
CREATE TRIGGER grants_line_back AFTER UPDATE ON grants_handoverline FOR EACH ROW
  WHEN (NEW.returned IS DISTINCT FROM OLD.returned) EXECUTE FUNCTION grants_log_back();
