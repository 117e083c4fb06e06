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

REVOKE ALL ON FUNCTION people_identity_insert(), people_identity_change() FROM PUBLIC;
