-- Is there a letter behind this token? Answers what stands on its face without a name: kind, number, day, office, hash.
CREATE OR REPLACE FUNCTION documents_verify(p_token text)
RETURNS TABLE (kind text, number text, occurred_on date, office text, data_sha256 text, synthetic boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT d.kind, d.number, d.occurred_on, o.name, encode(d.data_sha256, 'hex'), coalesce((d.data ->> 'demo')::boolean, false)
  FROM documents_document d JOIN access_office o ON o.id = d.office_id
  WHERE d.token = p_token AND length(p_token) >= 20
$$;
REVOKE ALL ON FUNCTION documents_verify(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION documents_verify(text) TO berdaya_app, berdaya_subject, berdaya_public;
