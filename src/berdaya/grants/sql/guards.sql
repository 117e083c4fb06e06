-- What an office must not be able to do by mistake, whatever program it uses: hand over without a valid decree line, or
-- a total that its lines do not explain. Definer functions: the answer must not depend on what the caller's scope shows.

CREATE OR REPLACE FUNCTION grants_needs_decree() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM programmes_decreeline l
    JOIN programmes_decree d ON d.id = l.decree_id
    JOIN programmes_approval a ON a.id = d.approval_id
    WHERE l.id = NEW.decree_line_id AND l.replaced_on IS NULL AND l.office_id = NEW.office_id
      AND a.checked_by IS NOT NULL AND d.decreed_on <= NEW.occurred_on
  ) THEN
    RAISE EXCEPTION USING ERRCODE = 'BDG01', MESSAGE = 'no approved decree line stands behind this handover';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS grants_handover_decree ON grants_handover;
CREATE TRIGGER grants_handover_decree BEFORE INSERT ON grants_handover
  FOR EACH ROW EXECUTE FUNCTION grants_needs_decree();

-- Checked at the end of the transaction, when the lines are there too.
CREATE OR REPLACE FUNCTION grants_adds_up() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.value_idr <> (SELECT coalesce(sum(l.amount_idr), 0) FROM grants_handoverline l WHERE l.handover_id = NEW.id) THEN
    RAISE EXCEPTION USING ERRCODE = 'BDG02', MESSAGE = 'the lines of a handover do not add up to its value';
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS grants_handover_sum ON grants_handover;
CREATE CONSTRAINT TRIGGER grants_handover_sum AFTER INSERT OR UPDATE OF value_idr ON grants_handover
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION grants_adds_up();

REVOKE ALL ON FUNCTION grants_needs_decree(), grants_adds_up() FROM PUBLIC;
