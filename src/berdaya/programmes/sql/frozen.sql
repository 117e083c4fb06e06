-- What a decree rests on does not change behind it. The owner of the tables stays free: erasure and the merging of two
-- records of one person run as the owner.
CREATE OR REPLACE FUNCTION programmes_is_owner(wanted oid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT pg_has_role(current_user, c.relowner, 'USAGE') FROM pg_class c WHERE c.oid = wanted
$$;

REVOKE ALL ON FUNCTION programmes_is_owner(oid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION programmes_is_owner(oid) TO berdaya_app, berdaya_subject, berdaya_public;

CREATE OR REPLACE FUNCTION programmes_guard_decree() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF ROW(NEW.programme_id, NEW.selection_id, NEW.number, NEW.decreed_on, NEW.approval_id)
     IS DISTINCT FROM ROW(OLD.programme_id, OLD.selection_id, OLD.number, OLD.decreed_on, OLD.approval_id)
     OR (OLD.document_id IS NOT NULL AND NEW.document_id IS DISTINCT FROM OLD.document_id) THEN
    RAISE EXCEPTION 'a decree does not change' USING ERRCODE = 'BD015';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER programmes_guard_decree BEFORE UPDATE ON programmes_decree
  FOR EACH ROW EXECUTE FUNCTION programmes_guard_decree();

-- A line may be replaced, once, with its reason; a decree in force takes no new line.
CREATE OR REPLACE FUNCTION programmes_guard_decree_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF EXISTS (SELECT 1 FROM programmes_decree d JOIN programmes_approval a ON a.id = d.approval_id
               WHERE d.id = NEW.decree_id AND a.checked_by IS NOT NULL) AND NOT programmes_is_owner(TG_RELID) THEN
      RAISE EXCEPTION 'a decree in force takes no new line' USING ERRCODE = 'BD015';
    END IF;
    RETURN NEW;
  END IF;
  IF ROW(NEW.decree_id, NEW.candidate_id, NEW.number) IS DISTINCT FROM ROW(OLD.decree_id, OLD.candidate_id, OLD.number)
     OR (OLD.replaced_on IS NOT NULL AND NEW.replaced_on IS DISTINCT FROM OLD.replaced_on) THEN
    RAISE EXCEPTION 'a line of a decree does not change' USING ERRCODE = 'BD015';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER programmes_guard_decree_line BEFORE INSERT OR UPDATE ON programmes_decreeline
  FOR EACH ROW EXECUTE FUNCTION programmes_guard_decree_line();

CREATE OR REPLACE FUNCTION programmes_guard_decreed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF ROW(NEW.programme_id, NEW.ref, NEW.list_no, NEW.proposed_on, NEW.facts, NEW.checks, NEW.screening, NEW.verdict,
         NEW.reason, NEW.decided_on, NEW.version_id, NEW.verified, NEW.place, NEW.score, NEW.rank, NEW.stratum,
         NEW.probability, NEW.quota_area, NEW.decreed_on)
     IS DISTINCT FROM
     ROW(OLD.programme_id, OLD.ref, OLD.list_no, OLD.proposed_on, OLD.facts, OLD.checks, OLD.screening, OLD.verdict,
         OLD.reason, OLD.decided_on, OLD.version_id, OLD.verified, OLD.place, OLD.score, OLD.rank, OLD.stratum,
         OLD.probability, OLD.quota_area, OLD.decreed_on)
     AND NOT programmes_is_owner(TG_RELID) THEN
    RAISE EXCEPTION 'what a decree rests on does not change' USING ERRCODE = 'BD015';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER programmes_guard_decreed BEFORE UPDATE ON programmes_candidate
  FOR EACH ROW WHEN (OLD.decreed_on IS NOT NULL) EXECUTE FUNCTION programmes_guard_decreed();

-- Proposed rules stand as they were proposed; the version they became is written once.
CREATE OR REPLACE FUNCTION programmes_guard_rule_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.version_id IS NOT NULL OR (berdaya_account() IS NOT NULL AND NEW.made_by <> berdaya_account()) THEN
      RAISE EXCEPTION 'rules are proposed by whoever acts and approved later' USING ERRCODE = 'BD010';
    END IF;
    RETURN NEW;
  END IF;
  IF ROW(NEW.programme_id, NEW.base_id, NEW.config, NEW.sha256, NEW.reason, NEW.changed, NEW.made_by, NEW.made_on)
     IS DISTINCT FROM
     ROW(OLD.programme_id, OLD.base_id, OLD.config, OLD.sha256, OLD.reason, OLD.changed, OLD.made_by, OLD.made_on)
     OR OLD.version_id IS NOT NULL THEN
    RAISE EXCEPTION 'proposed rules do not change' USING ERRCODE = 'BD010';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM programmes_approval a
                 WHERE a.subject_id = NEW.id AND a.stage = 'rules' AND a.checked_by IS NOT NULL) THEN
    RAISE EXCEPTION 'rules become a version when a second person has approved' USING ERRCODE = 'BD010';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER programmes_guard_rule_change BEFORE INSERT OR UPDATE ON programmes_rulechange
  FOR EACH ROW EXECUTE FUNCTION programmes_guard_rule_change();

-- The signed papers kept beside a letter: day and hash of each file, for whoever holds the letter; nothing of its content.
CREATE OR REPLACE FUNCTION programmes_scans(p_token text)
RETURNS TABLE (signed_on date, sha256 text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT s.signed_on, s.sha256
  FROM programmes_signedscan s JOIN documents_document d ON d.id = s.document_id
  WHERE d.token = p_token AND length(p_token) >= 20
  ORDER BY s.signed_on, s.sha256
$$;
REVOKE ALL ON FUNCTION programmes_scans(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION programmes_scans(text) TO berdaya_app, berdaya_subject, berdaya_public;

-- Who works here: names of mentors and officials whose work covers a programme's area, to be compared with candidates.
CREATE OR REPLACE FUNCTION programmes_staff(wanted uuid)
RETURNS TABLE (name text, kind text, office text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT DISTINCT a.name, r.kind, coalesce(o.name, '')
  FROM programmes_programme p
  JOIN access_role r ON r.office_id = p.office_id
    OR (r.area BETWEEN p.area AND berdaya_area_hi(p.area))
  JOIN access_account a ON a.id = r.account_id AND a.is_active
  LEFT JOIN access_office o ON o.id = r.office_id
  WHERE p.id = wanted AND berdaya_in_scope(p.area, p.office_id)
    AND r.kind IN ('operator', 'verifier', 'supervisor', 'head', 'admin', 'camat', 'lurah', 'mentor', 'trainer')
$$;
REVOKE ALL ON FUNCTION programmes_staff(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION programmes_staff(uuid) TO berdaya_app;
