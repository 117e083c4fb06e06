-- For a trainer: whom the cards of one session's programme name, the seat in force or the outside participant. Answers
-- nothing outside her classes; a card of another class is answered, so that she can send the person on.
CREATE OR REPLACE FUNCTION training_cards(p_session uuid, p_codes text[])
RETURNS TABLE (code text, placement_id uuid, outsider_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT c.code::text, p.id, c.outsider_id
  FROM training_classsession s
  JOIN training_trainingclass k ON k.id = s.training_class_id
  JOIN training_participantcard c ON c.programme_id = k.programme_id AND c.code = ANY (p_codes)
  LEFT JOIN training_placement p ON p.person_id = c.person_id AND p.in_force
    AND p.run_id IN (SELECT r.id FROM training_placementrun r WHERE r.programme_id = k.programme_id)
  WHERE s.id = p_session
    AND s.training_class_id = ANY (coalesce(nullif(current_setting('berdaya.classes', true), ''), '{}')::uuid[])
$$;
REVOKE ALL ON FUNCTION training_cards(uuid, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION training_cards(uuid, text[]) TO berdaya_subject;

-- For a trainer: the names on the list of one of her classes; families stay closed to her.
CREATE OR REPLACE FUNCTION training_roster(p_class uuid) RETURNS TABLE (person_id uuid, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT p.id, p.name FROM training_placement t JOIN people_person p ON p.id = t.person_id
  WHERE t.training_class_id = p_class AND t.in_force
    AND p_class = ANY (coalesce(nullif(current_setting('berdaya.classes', true), ''), '{}')::uuid[])
$$;
REVOKE ALL ON FUNCTION training_roster(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION training_roster(uuid) TO berdaya_subject;

-- One person's own check-in by phone, as the public: the session's code must be open, the card must be of this class.
-- A phone that checked somebody else in is noted and waits for the trainer. Answers an outcome and the class's name.
CREATE OR REPLACE FUNCTION training_check_in(p_token text, p_code text, p_device text, p_now timestamptz)
RETURNS TABLE (outcome text, class_name text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  open_ record; who record; shared_ boolean;
BEGIN
  SELECT ci.session_id, ci.training_class_id, k.name, k.programme_id, s.area, s.office_id INTO open_
  FROM training_checkin ci
  JOIN training_classsession s ON s.id = ci.session_id AND s.cancelled = ''
  JOIN training_trainingclass k ON k.id = ci.training_class_id
  WHERE ci.token = p_token AND length(p_token) >= 20 AND p_now >= ci.opened_at AND p_now < ci.closes_at
  FOR UPDATE OF ci;
  IF NOT FOUND THEN RETURN QUERY SELECT 'closed'::text, ''::text; RETURN; END IF;
  SELECT p.id AS placement_id, c.outsider_id, coalesce(p.area, open_.area) AS area INTO who
  FROM training_participantcard c
  LEFT JOIN training_placement p ON p.person_id = c.person_id AND p.in_force
    AND p.training_class_id = open_.training_class_id
  LEFT JOIN training_outsideparticipant g ON g.id = c.outsider_id AND g.training_class_id = open_.training_class_id
  WHERE c.code = p_code AND c.programme_id = open_.programme_id AND (p.id IS NOT NULL OR g.id IS NOT NULL);
  IF NOT FOUND THEN RETURN QUERY SELECT 'unknown'::text, open_.name::text; RETURN; END IF;
  IF EXISTS (SELECT 1 FROM training_presence x WHERE x.session_id = open_.session_id
             AND (x.placement_id = who.placement_id OR x.outsider_id = who.outsider_id)) THEN
    RETURN QUERY SELECT 'identical'::text, open_.name::text; RETURN;
  END IF;
  shared_ := EXISTS (SELECT 1 FROM training_presence x WHERE x.session_id = open_.session_id AND x.device = p_device);
  INSERT INTO training_presence (id, area, office_id, session_id, training_class_id, placement_id, outsider_id, present,
                                 method, noted_at, device, shared, confirmed)
  VALUES (gen_random_uuid(), who.area, open_.office_id, open_.session_id, open_.training_class_id, who.placement_id,
          who.outsider_id, true, 'phone', p_now, p_device, shared_, NOT shared_);
  RETURN QUERY SELECT CASE WHEN shared_ THEN 'shared' ELSE 'new' END, open_.name::text;
END $$;
REVOKE ALL ON FUNCTION training_check_in(text, text, text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION training_check_in(text, text, text, timestamptz) TO berdaya_app, berdaya_subject, berdaya_public;
