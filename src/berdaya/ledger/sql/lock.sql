-- Takes the heads of books before their state is read, in order of id, so that what is decided on still holds when it is
-- posted. Books outside the caller's scope are not locked and not counted.
CREATE OR REPLACE FUNCTION ledger_lock(p_books uuid[]) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH locked AS (
    SELECT b.id FROM ledger_book b
    WHERE b.id = ANY (p_books) AND ledger_may_post(b.area, b.office_id, b.group_id)
    ORDER BY b.id FOR UPDATE
  )
  SELECT count(*) FROM locked
$$;
REVOKE ALL ON FUNCTION ledger_lock(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_lock(uuid[]) TO berdaya_app, berdaya_subject;
