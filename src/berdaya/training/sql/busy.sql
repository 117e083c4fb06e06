-- Whether somebody of a class of the caller's office sits in any other class at these hours, in whatever office. Yes or no: who it is and
-- where stays with the other office.
CREATE OR REPLACE FUNCTION training_busy(p_class uuid, p_on date, p_from time, p_to time) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (
    SELECT 1 FROM training_trainingclass k
    JOIN training_placement mine ON mine.training_class_id = k.id AND mine.in_force
    JOIN training_placement theirs ON theirs.person_id = mine.person_id AND theirs.in_force
      AND theirs.training_class_id <> k.id
    JOIN training_classsession s ON s.training_class_id = theirs.training_class_id AND s.cancelled = ''
      AND s.held_on = p_on AND s.starts_at < p_to AND s.ends_at > p_from
    WHERE k.id = p_class AND k.office_id::text = current_setting('berdaya.office', true))
$$;

REVOKE ALL ON FUNCTION training_busy(uuid, date, time, time) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION training_busy(uuid, date, time, time) TO berdaya_app;
