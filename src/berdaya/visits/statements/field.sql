-- Who the caller is among the mentors of the office: mentors' rows are not open to people with a caseload.
CREATE OR REPLACE FUNCTION visits_own_mentors() RETURNS TABLE (mentor_id uuid, name varchar)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT m.id, m.name FROM enterprises_mentor m
  WHERE m.account_id = berdaya_account()
    AND m.office_id = nullif(nullif(current_setting('berdaya.office', true), '*'), '')::bigint
  ORDER BY m.code
$$;

-- Which of these businesses exist at all: a record for somebody else's is refused, one for none yet waits.
CREATE OR REPLACE FUNCTION visits_known_enterprises(p_ids uuid[]) RETURNS TABLE (id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT e.id FROM enterprises_enterprise e WHERE e.id = ANY (p_ids) AND berdaya_account() IS NOT NULL
$$;

-- Notes on families that left the caller's own role: after the hand-over the family itself is out of sight.
CREATE OR REPLACE FUNCTION visits_departed(p_role bigint, p_ids uuid[])
RETURNS TABLE (enterprise_id uuid, note text, went_to varchar)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT DISTINCT ON (n.enterprise_id) n.enterprise_id, n.note, m.name
  FROM visits_caseloadnote n JOIN enterprises_mentor m ON m.id = n.to_mentor_id
  WHERE n.from_role_id = p_role AND n.enterprise_id = ANY (p_ids)
    AND EXISTS (SELECT 1 FROM access_role r WHERE r.id = p_role AND r.account_id = berdaya_account())
  ORDER BY n.enterprise_id, n.on_day DESC, n.id DESC
$$;
REVOKE ALL ON FUNCTION visits_own_mentors(), visits_known_enterprises(uuid[]), visits_departed(bigint, uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION visits_own_mentors(), visits_known_enterprises(uuid[]), visits_departed(bigint, uuid[])
  TO berdaya_app, berdaya_subject;

-- What changes a caseload on a phone.
SELECT devices_watch('enterprises_enterprise', 'business', 'id');
SELECT devices_watch('enterprises_enterprisemonth', 'month', 'enterprise_id');
SELECT devices_watch('enterprises_statussnapshot', 'status', 'enterprise_id');
SELECT devices_watch('visits_caseloadnote', 'note', 'enterprise_id');
SELECT devices_watch('access_rolesubject', ':list', 'subject_id', 'role_id');
