-- The owner's rights let the trigger see the member's birth date whatever the scope; it answers yes or no only.
CREATE OR REPLACE FUNCTION groups_officer_is_adult() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  born date;
BEGIN
  SELECT p.birth_date INTO born
    FROM groups_membership m JOIN people_person p ON p.id = m.person_id
    WHERE m.id = NEW.membership_id AND m.group_id = NEW.group_id;
  IF born IS NULL OR born > NEW.elected_on - interval '18 years' THEN
    RAISE EXCEPTION 'group_officer_minor' USING ERRCODE = 'BD010';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION groups_officer_is_adult() FROM PUBLIC;

CREATE OR REPLACE TRIGGER groups_officer_is_adult
  BEFORE INSERT OR UPDATE OF membership_id, group_id, elected_on ON groups_officer
  FOR EACH ROW EXECUTE FUNCTION groups_officer_is_adult();

CREATE OR REPLACE FUNCTION groups_officer_stays_adult() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM groups_officer o JOIN groups_membership m ON m.id = o.membership_id
    WHERE m.person_id = NEW.id AND o.until IS NULL AND NEW.birth_date > o.elected_on - interval '18 years'
  ) THEN
    RAISE EXCEPTION 'group_officer_minor' USING ERRCODE = 'BD010';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION groups_officer_stays_adult() FROM PUBLIC;

CREATE OR REPLACE TRIGGER groups_officer_stays_adult
  BEFORE UPDATE OF birth_date ON people_person
  FOR EACH ROW WHEN (NEW.birth_date IS DISTINCT FROM OLD.birth_date)
  EXECUTE FUNCTION groups_officer_stays_adult();
