-- The name of a mentor to whoever already reads a business of the mentor's office: groups and sponsors know who comes.
CREATE OR REPLACE FUNCTION enterprises_mentor_name(p_mentor uuid, p_enterprise uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT m.name FROM enterprises_mentor m JOIN enterprises_enterprise e ON e.office_id = m.office_id
  WHERE m.id = p_mentor AND e.id = p_enterprise
$$;
REVOKE ALL ON FUNCTION enterprises_mentor_name(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION enterprises_mentor_name(uuid, uuid) TO berdaya_app, berdaya_subject;
