-- Contents that no row of any office names, among those asked for. It answers for hashes only, and only to who has them.
CREATE OR REPLACE FUNCTION files_unnamed(p_hashes bytea[]) RETURNS SETOF bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT h FROM unnest(p_hashes) AS h WHERE NOT EXISTS (SELECT 1 FROM files_storedfile f WHERE f.sha256 = h)
$$;

REVOKE ALL ON FUNCTION files_unnamed(bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION files_unnamed(bytea[]) TO berdaya_app;
