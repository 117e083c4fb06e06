-- How often an account may ask beyond its scope: one by one 600 an hour, in lists 9,000,000 numbers an hour (a list of a
-- million families with NIK and KK is looked up for its preview, and again when it is written).
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
  IF total > (CASE WHEN listed THEN 9000000 ELSE 600 END) THEN
    RAISE EXCEPTION 'lookup_limit' USING ERRCODE = 'BD003';
  END IF;
END $$;

REVOKE ALL ON FUNCTION people_count_lookup(bigint, boolean) FROM PUBLIC;
