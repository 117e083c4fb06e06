-- Replaces the check of guards.sql: a BAST without a single line would stand beside another of the same decree line and
-- say nothing; it is refused too.
CREATE OR REPLACE FUNCTION grants_adds_up() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE total bigint; parts integer;
BEGIN
  SELECT coalesce(sum(l.amount_idr), 0), count(*) INTO total, parts
    FROM grants_handoverline l WHERE l.handover_id = NEW.id;
  IF parts = 0 OR NEW.value_idr <> total THEN
    RAISE EXCEPTION USING ERRCODE = 'BDG02', MESSAGE = 'the lines of a handover do not add up to its value';
  END IF;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION grants_adds_up() FROM PUBLIC;
