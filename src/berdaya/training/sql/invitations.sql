-- What the link on an invitation opens, for whoever holds it: the class, its sessions and materials; no name, no list.
CREATE OR REPLACE FUNCTION training_invited(p_token text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT jsonb_build_object(
    'name', k.name, 'venue', k.venue, 'area', k.area, 'starts_on', k.starts_on, 'ends_on', k.ends_on,
    'trainer', k.trainer, 'partner', k.partner, 'wheelchair', k.wheelchair, 'office', o.name,
    'synthetic', g.synthetic, 'answer', i.answer, 'asked_for', to_jsonb(i.asked_for), 'spoke', i.spoke,
    'sessions', coalesce((SELECT jsonb_agg(jsonb_build_array(s.number, s.held_on, s.starts_at, s.ends_at, s.room,
                                                             s.topic, s.cancelled <> '') ORDER BY s.number)
                          FROM training_classsession s WHERE s.training_class_id = k.id), '[]'),
    'materials', coalesce((SELECT jsonb_agg(jsonb_build_array(m.id, m.title, f.size) ORDER BY m.title, m.id)
                           FROM training_classmaterial m JOIN files_storedfile f ON f.id = m.file_id
                           WHERE m.training_class_id = k.id), '[]'))
  FROM training_invitation i JOIN training_trainingclass k ON k.id = i.training_class_id
  JOIN programmes_programme g ON g.id = k.programme_id JOIN access_office o ON o.id = i.office_id
  WHERE i.token = p_token AND length(p_token) >= 20
$$;

-- The answer of the invited: comes or not, and what she needs for it. Answers an outcome: saved, over, unknown.
CREATE OR REPLACE FUNCTION training_answer(p_token text, p_answer text, p_asked text[], p_note text, p_now timestamptz)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE last_ date;
BEGIN
  SELECT k.ends_on INTO last_ FROM training_invitation i
    JOIN training_trainingclass k ON k.id = i.training_class_id WHERE i.token = p_token AND length(p_token) >= 20;
  IF NOT FOUND THEN RETURN 'unknown'; END IF;
  IF (p_now AT TIME ZONE 'Asia/Jakarta')::date > last_ THEN RETURN 'over'; END IF;
  UPDATE training_invitation SET answer = p_answer, asked_for = p_asked, note = left(p_note, 160),
    answered_on = (p_now AT TIME ZONE 'Asia/Jakarta')::date WHERE token = p_token;
  RETURN 'saved';
END $$;

-- Marks of one participant without her name: that she spoke is kept, not what she said. Answers saved, already, early,
-- unknown.
CREATE OR REPLACE FUNCTION training_speak(p_token text, p_id uuid, p_marks int[], p_note text, p_now timestamptz)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE mine record;
BEGIN
  SELECT i.id, i.area, i.office_id, i.spoke, i.training_class_id, k.starts_on INTO mine FROM training_invitation i
    JOIN training_trainingclass k ON k.id = i.training_class_id
    WHERE i.token = p_token AND length(p_token) >= 20 FOR UPDATE OF i;
  IF NOT FOUND THEN RETURN 'unknown'; END IF;
  IF mine.spoke THEN RETURN 'already'; END IF;
  IF (p_now AT TIME ZONE 'Asia/Jakarta')::date < mine.starts_on THEN RETURN 'early'; END IF;
  UPDATE training_invitation SET spoke = true WHERE id = mine.id;
  INSERT INTO training_classfeedback (id, area, office_id, training_class_id, useful, clear, place, note)
    SELECT p_id, k.area, k.office_id, k.id, p_marks[1], p_marks[2], p_marks[3], left(p_note, 500)
    FROM training_trainingclass k WHERE k.id = mine.training_class_id;
  RETURN 'saved';
END $$;

-- One material to take along: for a trainer of her own classes, or with the link of an invitation to that class.
CREATE OR REPLACE FUNCTION training_material(p_material uuid, p_token text)
RETURNS TABLE (sha256 bytea, media_type text, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT f.sha256, f.media_type::text, f.name::text
  FROM training_classmaterial m JOIN files_storedfile f ON f.id = m.file_id
  WHERE m.id = p_material AND (
    m.training_class_id = ANY (coalesce(nullif(current_setting('berdaya.classes', true), ''), '{}')::uuid[])
    OR EXISTS (SELECT 1 FROM training_invitation i WHERE i.training_class_id = m.training_class_id
               AND i.token = p_token AND length(p_token) >= 20))
$$;

REVOKE ALL ON FUNCTION training_invited(text), training_answer(text, text, text[], text, timestamptz),
  training_speak(text, uuid, int[], text, timestamptz), training_material(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION training_invited(text), training_answer(text, text, text[], text, timestamptz),
  training_speak(text, uuid, int[], text, timestamptz), training_material(uuid, text)
  TO berdaya_app, berdaya_subject, berdaya_public;
