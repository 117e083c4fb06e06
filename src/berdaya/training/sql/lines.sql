-- What a programme asks for a certificate: share of sessions in per cent, and mark. Two numbers, nothing else of its rules.
CREATE OR REPLACE FUNCTION training_lines(p_programme uuid) RETURNS TABLE (percent integer, mark integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce((v.config -> 'training' ->> 'attendance_percent')::int, 80),
         coalesce((v.config -> 'training' ->> 'pass_mark')::int, 60)
  FROM programmes_programme p
  JOIN programmes_programmeversion v ON v.programme_id = p.id AND v.number = p.version_number
  WHERE p.id = p_programme
$$;
REVOKE ALL ON FUNCTION training_lines(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION training_lines(uuid) TO berdaya_app, berdaya_subject;
