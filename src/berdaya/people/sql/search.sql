-- Finding people by name inside one's scope. Words of the spelling key and the areas above the village stand in one GIN
-- index, so that a frequent name in a small scope reads few rows. Text operators are not leakproof: under row-level
-- security they could not use the index, hence a definer function with the scope inside (linkage.sql).
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

GRANT EXECUTE ON FUNCTION people_search_vector(text, bigint), people_scope_words() TO berdaya_app, berdaya_subject, berdaya_public;
