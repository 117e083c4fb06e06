-- An assessment is made by whoever acts, approved by whoever acts, and does not change between the two.
CREATE OR REPLACE FUNCTION graduation_guard_assessment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.approved_by IS NOT NULL THEN
      RAISE EXCEPTION 'an assessment starts unapproved' USING ERRCODE = 'BD020';
    END IF;
    IF berdaya_account() IS NOT NULL AND NEW.assessed_by <> berdaya_account() THEN
      RAISE EXCEPTION 'the assessor is whoever acts' USING ERRCODE = 'BD020';
    END IF;
    RETURN NEW;
  END IF;
  IF ROW(NEW.programme_id, NEW.enterprise_id, NEW.pathway, NEW.as_of, NEW.criteria, NEW.outcome, NEW.assessed_by)
     IS DISTINCT FROM
     ROW(OLD.programme_id, OLD.enterprise_id, OLD.pathway, OLD.as_of, OLD.criteria, OLD.outcome, OLD.assessed_by)
     OR (OLD.approved_by IS NOT NULL AND ROW(NEW.approved_by, NEW.approved_on)
         IS DISTINCT FROM ROW(OLD.approved_by, OLD.approved_on)) THEN
    RAISE EXCEPTION 'an assessment does not change' USING ERRCODE = 'BD020';
  END IF;
  IF berdaya_account() IS NOT NULL AND NEW.approved_by IS DISTINCT FROM OLD.approved_by
     AND NEW.approved_by <> berdaya_account() THEN
    RAISE EXCEPTION 'the approver is whoever acts' USING ERRCODE = 'BD020';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER graduation_guard_assessment BEFORE INSERT OR UPDATE ON graduation_assessment
  FOR EACH ROW EXECUTE FUNCTION graduation_guard_assessment();
