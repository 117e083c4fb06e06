-- Growth criteria are proposed by whoever acts and put in force by somebody else; what waits or was decided stands.
CREATE OR REPLACE FUNCTION governance_growth_two_people() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.accepted IS NOT NULL OR NEW.decided_by IS NOT NULL
       OR (berdaya_account() IS NOT NULL AND NEW.made_by <> berdaya_account()) THEN
      RAISE EXCEPTION USING ERRCODE = 'BD052', MESSAGE = 'whoever acts signs, and nobody decides in advance';
    END IF;
  ELSIF OLD.accepted IS NOT NULL
     OR to_jsonb(NEW) - '{area,accepted,decided_by,decided_on,note}'::text[]
        IS DISTINCT FROM to_jsonb(OLD) - '{area,accepted,decided_by,decided_on,note}'::text[] THEN
    IF to_jsonb(NEW) - 'area' IS DISTINCT FROM to_jsonb(OLD) - 'area' THEN
      RAISE EXCEPTION USING ERRCODE = 'BD053', MESSAGE = 'criteria that wait or were decided do not change';
    END IF;
  ELSIF NEW.accepted IS NOT NULL
     AND (NEW.decided_by IS NULL OR (NEW.accepted AND NEW.decided_by = NEW.made_by)
          OR (berdaya_account() IS NOT NULL AND NEW.decided_by <> berdaya_account())) THEN
    RAISE EXCEPTION USING ERRCODE = 'BD052', MESSAGE = 'the second person is somebody else, and whoever acts';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION governance_growth_two_people() FROM PUBLIC;

DROP TRIGGER IF EXISTS governance_growth_two_people ON governance_growthrules;
CREATE TRIGGER governance_growth_two_people BEFORE INSERT OR UPDATE ON governance_growthrules
  FOR EACH ROW EXECUTE FUNCTION governance_growth_two_people();
