-- Money of an LPJ goes to its own budget lines, never beyond what was received, and only while the report is open.
CREATE OR REPLACE FUNCTION accountability_entry_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  report accountability_lpj%ROWTYPE;
  used bigint;
BEGIN
  -- The lock makes two entries at once take their turns, so that their sum is weighed.
  SELECT * INTO report FROM accountability_lpj l WHERE l.id = NEW.lpj_id FOR UPDATE;
  IF report.state NOT IN ('draft', 'returned') THEN
    RAISE EXCEPTION 'accountability.lpj_closed' USING ERRCODE = 'BD035';
  END IF;
  IF NEW.occurred_on < report.received_on THEN
    RAISE EXCEPTION 'accountability.before_received' USING ERRCODE = 'BD036';
  END IF;
  IF NEW.item_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM accountability_lpjitem i WHERE i.id = NEW.item_id AND i.lpj_id = NEW.lpj_id) THEN
    RAISE EXCEPTION 'accountability.not_in_budget' USING ERRCODE = 'BD037';
  END IF;
  IF NEW.reverses_id IS NOT NULL THEN
    IF NOT EXISTS (SELECT 1 FROM accountability_lpjentry e WHERE e.id = NEW.reverses_id AND e.lpj_id = NEW.lpj_id
        AND e.amount_idr = NEW.amount_idr AND e.kind = NEW.kind AND e.item_id IS NOT DISTINCT FROM NEW.item_id
        AND e.reverses_id IS NULL) THEN
      RAISE EXCEPTION 'accountability.not_a_reversal' USING ERRCODE = 'BD038';
    END IF;
    RETURN NEW;
  END IF;
  SELECT coalesce(sum(e.amount_idr), 0) INTO used FROM accountability_lpjentry e
    WHERE e.lpj_id = NEW.lpj_id AND e.reverses_id IS NULL
      AND NOT EXISTS (SELECT 1 FROM accountability_lpjentry r WHERE r.reverses_id = e.id);
  IF used + NEW.amount_idr > report.received_idr THEN
    RAISE EXCEPTION 'accountability.beyond_received' USING ERRCODE = 'BD039';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS accountability_entry_guard ON accountability_lpjentry;
CREATE TRIGGER accountability_entry_guard BEFORE INSERT ON accountability_lpjentry
  FOR EACH ROW EXECUTE FUNCTION accountability_entry_guard();

-- The budget and what was received stand still once the report is open; only its state and author move.
CREATE OR REPLACE FUNCTION accountability_lpj_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF (NEW.received_idr, NEW.received_on, NEW.decree_line_id) IS DISTINCT FROM
     (OLD.received_idr, OLD.received_on, OLD.decree_line_id) THEN
    RAISE EXCEPTION 'accountability.lpj_frozen' USING ERRCODE = 'BD040';
  END IF;
  IF OLD.state = 'accepted' AND NEW.state <> 'accepted' THEN
    RAISE EXCEPTION 'accountability.lpj_closed' USING ERRCODE = 'BD035';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS accountability_lpj_guard ON accountability_lpj;
CREATE TRIGGER accountability_lpj_guard BEFORE UPDATE ON accountability_lpj
  FOR EACH ROW EXECUTE FUNCTION accountability_lpj_guard();
