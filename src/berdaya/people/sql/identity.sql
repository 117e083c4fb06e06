-- Who holds a NIK or KK in the whole country. The identity table follows persons and households by trigger, so that no
-- path (bulk, form, correction, move) can leave it behind; a number that is taken anywhere refuses the statement.
CREATE OR REPLACE FUNCTION people_identity_insert() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_TABLE_NAME = 'people_person' THEN
    INSERT INTO people_identity (kind, "index", subject_id, area)
      SELECT 'nik', f.nik_index, f.id, f.area FROM fresh f WHERE f.nik_index IS NOT NULL;
  ELSE
    INSERT INTO people_identity (kind, "index", subject_id, area)
      SELECT 'kk', f.kk_index, f.id, f.area FROM fresh f WHERE f.kk_index IS NOT NULL;
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION people_identity_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  old_index bytea;
  new_index bytea;
  what text;
BEGIN
  IF TG_TABLE_NAME = 'people_person' THEN
    what := 'nik';
    old_index := OLD.nik_index;
    IF TG_OP = 'UPDATE' THEN new_index := NEW.nik_index; END IF;
  ELSE
    what := 'kk';
    old_index := OLD.kk_index;
    IF TG_OP = 'UPDATE' THEN new_index := NEW.kk_index; END IF;
  END IF;
  IF TG_OP = 'UPDATE' AND old_index = new_index THEN
    UPDATE people_identity i SET area = NEW.area WHERE i.kind = what AND i."index" = old_index;
    RETURN NULL;
  END IF;
  DELETE FROM people_identity i WHERE i.kind = what AND i."index" = old_index AND i.subject_id = OLD.id;
  IF new_index IS NOT NULL THEN
    INSERT INTO people_identity (kind, "index", subject_id, area) VALUES (what, new_index, NEW.id, NEW.area);
  END IF;
  RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS people_identity_insert ON people_person;
CREATE TRIGGER people_identity_insert AFTER INSERT ON people_person
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION people_identity_insert();
DROP TRIGGER IF EXISTS people_identity_insert ON people_household;
CREATE TRIGGER people_identity_insert AFTER INSERT ON people_household
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION people_identity_insert();
DROP TRIGGER IF EXISTS people_identity_update ON people_person;
CREATE TRIGGER people_identity_update AFTER UPDATE OF nik_index, area ON people_person FOR EACH ROW
  WHEN (OLD.nik_index IS DISTINCT FROM NEW.nik_index OR OLD.area <> NEW.area)
  EXECUTE FUNCTION people_identity_change();
DROP TRIGGER IF EXISTS people_identity_update ON people_household;
CREATE TRIGGER people_identity_update AFTER UPDATE OF kk_index, area ON people_household FOR EACH ROW
  WHEN (OLD.kk_index IS DISTINCT FROM NEW.kk_index OR OLD.area <> NEW.area)
  EXECUTE FUNCTION people_identity_change();
DROP TRIGGER IF EXISTS people_identity_delete ON people_person;
CREATE TRIGGER people_identity_delete AFTER DELETE ON people_person FOR EACH ROW EXECUTE FUNCTION people_identity_change();
DROP TRIGGER IF EXISTS people_identity_delete ON people_household;
CREATE TRIGGER people_identity_delete AFTER DELETE ON people_household FOR EACH ROW EXECUTE FUNCTION people_identity_change();

-- How often an account may ask beyond its scope: one by one 600 an hour, in lists 1,200,000 numbers an hour.
CREATE OR REPLACE FUNCTION people_count_lookup(numbers bigint, listed boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  who bigint := berdaya_account();
  total bigint;
BEGIN
  IF who IS NULL THEN
    RAISE EXCEPTION 'not_allowed' USING ERRCODE = 'BD004';
  END IF;
  INSERT INTO people_lookupcount AS c (account_id, hour, in_list, asked)
    VALUES (who, date_trunc('hour', clock_timestamp()), listed, numbers)
    ON CONFLICT (account_id, hour, in_list) DO UPDATE SET asked = c.asked + excluded.asked
    RETURNING c.asked INTO total;
  IF total > (CASE WHEN listed THEN 1200000 ELSE 600 END) THEN
    RAISE EXCEPTION 'lookup_limit' USING ERRCODE = 'BD003';
  END IF;
END $$;

-- Which of these numbers exist: indexes of 32 bytes each, one behind the other (an array of 200,000 is slow to read).
-- `mine`: inside the caller's scope, only then with the id of the person or household.
CREATE OR REPLACE FUNCTION people_identity_known(niks bytea, kks bytea)
RETURNS TABLE (kind text, number bytea, mine boolean, subject uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  asked bigint := (length(niks) + length(kks)) / 32;
BEGIN
  PERFORM people_count_lookup(asked, asked > 2);
  RETURN QUERY
    SELECT i.kind::text, i."index", berdaya_in_scope(i.area), CASE WHEN berdaya_in_scope(i.area) THEN i.subject_id END
    FROM generate_series(0, length(niks) / 32 - 1) AS n
    JOIN people_identity i ON i.kind = 'nik' AND i."index" = substring(niks FROM 32 * n + 1 FOR 32)
    UNION ALL
    SELECT i.kind::text, i."index", berdaya_in_scope(i.area), CASE WHEN berdaya_in_scope(i.area) THEN i.subject_id END
    FROM generate_series(0, length(kks) / 32 - 1) AS n
    JOIN people_identity i ON i.kind = 'kk' AND i."index" = substring(kks FROM 32 * n + 1 FOR 32);
END $$;

-- Aid of any office to these people or their families: office, programme, year and form, nothing else.
-- Aid bound to a family is found under its corrected numbers too.
CREATE OR REPLACE FUNCTION people_aid_of(niks bytea[], kks bytea[])
RETURNS TABLE (at bigint, office text, programme text, year smallint, form text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM people_count_lookup(cardinality(niks), cardinality(niks) > 1);
  RETURN QUERY
    WITH asked AS (SELECT u.ord, u.nik, u.kk FROM unnest(niks, kks) WITH ORDINALITY AS u(nik, kk, ord)),
    family AS (
      SELECT a.ord, i.subject_id AS household FROM asked a JOIN people_identity i ON i.kind = 'kk' AND i."index" = a.kk
      UNION
      SELECT a.ord, p.household_id FROM asked a JOIN people_identity i ON i.kind = 'nik' AND i."index" = a.nik
        JOIN people_person p ON p.id = i.subject_id
    ),
    found AS (
      SELECT a.ord, r.id FROM asked a JOIN people_aidreceived r ON r.nik_index = a.nik
      UNION SELECT a.ord, r.id FROM asked a JOIN people_aidreceived r ON r.kk_index = a.kk
      UNION SELECT f.ord, r.id FROM family f JOIN people_aidreceived r ON r.household_id = f.household
    )
    SELECT f.ord, r.office_name::text, r.programme::text, r.year, r.form::text
    FROM found f JOIN people_aidreceived r ON r.id = f.id
    ORDER BY f.ord, r.year DESC, r.office_name, r.programme, r.form, r.id;
END $$;

-- Exclusions in force on a day for these people or their families: kind, source and as-of date.
CREATE OR REPLACE FUNCTION people_exclusions_of(niks bytea[], kks bytea[], on_day date)
RETURNS TABLE (at bigint, kind text, source text, as_of date)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM people_count_lookup(cardinality(niks), cardinality(niks) > 1);
  RETURN QUERY
    WITH asked AS (SELECT u.ord, u.nik, u.kk FROM unnest(niks, kks) WITH ORDINALITY AS u(nik, kk, ord)),
    found AS (
      SELECT a.ord, e.id FROM asked a JOIN people_exclusion e ON e.nik_index = a.nik
      UNION SELECT a.ord, e.id FROM asked a JOIN people_exclusion e ON e.kk_index = a.kk
    )
    SELECT f.ord, e.kind::text, e.source::text, e.as_of
    FROM found f JOIN people_exclusion e ON e.id = f.id
    WHERE e.as_of <= on_day AND (e.until IS NULL OR e.until >= on_day)
    ORDER BY f.ord, e.kind, e.as_of, e.source, e.id;
END $$;

REVOKE ALL ON FUNCTION people_identity_insert(), people_identity_change(), people_count_lookup(bigint, boolean),
  people_identity_known(bytea, bytea), people_aid_of(bytea[], bytea[]),
  people_exclusions_of(bytea[], bytea[], date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION people_identity_known(bytea, bytea), people_aid_of(bytea[], bytea[]),
  people_exclusions_of(bytea[], bytea[], date) TO berdaya_app;
