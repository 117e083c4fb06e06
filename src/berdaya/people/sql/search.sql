-- Finding people by name inside one's scope. Words of the spelling key and the areas above the village stand in one GIN
-- index, so that a frequent name in a small scope reads few rows. Text operators are not leakproof: under row-level
-- security they could not use the index, hence a definer function with the scope inside.
CREATE OR REPLACE FUNCTION people_search_vector(name_key text, area bigint) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_to_tsvector(array_remove(string_to_array(name_key, ' '), '') || ARRAY[
    '~' || area / 100000000, '~' || area / 1000000, '~' || area / 10000])
$$;

CREATE INDEX IF NOT EXISTS people_person_search ON people_person USING gin (people_search_vector(name_key, area));

-- The scope as a query over area words; NULL where it is so wide that words would not narrow it.
CREATE OR REPLACE FUNCTION people_scope_words() RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN count(*) BETWEEN 1 AND 40 THEN string_agg('''~' || block || '''', ' | ') END
  FROM (
    SELECT DISTINCT block
    FROM unnest(nullif(current_setting('berdaya.ranges', true), '')::int8multirange) AS one,
      LATERAL (SELECT CASE WHEN upper(one) - lower(one) >= 100000000 THEN 100000000
                           WHEN upper(one) - lower(one) >= 1000000 THEN 1000000 ELSE 10000 END::bigint AS step) AS s,
      LATERAL generate_series(lower(one) / s.step, (upper(one) - 1) / s.step) AS block
  ) AS blocks
$$;

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
      WHERE people_search_vector(p.name_key, p.area) @@ asked::tsquery AND p.area <@ scope LIMIT 20000
    ) AS near
    ORDER BY near.area, near.id LIMIT wanted;
END $$;

REVOKE ALL ON FUNCTION people_search(text[], int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION people_search(text[], int) TO berdaya_app;
GRANT EXECUTE ON FUNCTION people_search_vector(text, bigint), people_scope_words() TO berdaya_app, berdaya_subject, berdaya_public;
