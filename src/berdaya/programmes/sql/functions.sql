-- What must look past a scope: which candidates of this programme stand on an exclusion list or had aid from anybody.
-- Answers no more than the question: candidate, member number, list and source, or office, programme and year.
-- A decree in force counts whatever its date: two offices that decree in the same week must see each other.
-- Family lists reach by the family card (KK) as well; `deceased` is about one person and goes by NIK alone.
-- A family that has taken its consent back, and given no new one, is named as well: its data is not used any more.
CREATE OR REPLACE FUNCTION programmes_screen(wanted uuid, on_day date)
RETURNS TABLE (candidate_id uuid, member integer, hit text, kind text, source text, since date,
               office text, programme text, year integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH mine AS (
    SELECT c.id, c.household_id, c.person_id, c.group_id
    FROM programmes_candidate c
    WHERE c.programme_id = wanted AND berdaya_in_scope(c.area, c.office_id)
  ), who AS (
    SELECT mine.id AS candidate_id, 0 AS member, p.nik_index, h.kk_index, h.id AS household_id
    FROM mine
    JOIN people_household h ON h.id = mine.household_id
    LEFT JOIN people_person p ON p.id = mine.person_id
    UNION ALL
    SELECT mine.id, m.number::integer, p.nik_index, h.kk_index, h.id
    FROM mine
    JOIN groups_membership m ON m.group_id = mine.group_id AND m.left_on IS NULL
    JOIN people_person p ON p.id = m.person_id
    JOIN people_household h ON h.id = m.household_id
  ), listed AS (
    SELECT who.candidate_id, who.member, e.kind, e.source, e.as_of
    FROM who JOIN people_exclusion e ON e.nik_index = who.nik_index
    WHERE e.as_of <= on_day AND (e.until IS NULL OR e.until >= on_day)
    UNION
    SELECT who.candidate_id, who.member, e.kind, e.source, e.as_of
    FROM who JOIN people_exclusion e ON e.kk_index = who.kk_index
    WHERE e.kind <> 'deceased' AND e.as_of <= on_day AND (e.until IS NULL OR e.until >= on_day)
    UNION
    SELECT who.candidate_id, who.member, 'consent_withdrawn', '', max(c.withdrawn_on)
    FROM who JOIN people_consent c ON c.household_id = who.household_id AND c.purpose = 'programme'
    GROUP BY who.candidate_id, who.member
    HAVING bool_and(c.withdrawn_on IS NOT NULL AND c.withdrawn_on <= on_day)
  ), aided AS (
    SELECT who.candidate_id, who.member, a.form, a.office_name, a.programme, a.year
    FROM who JOIN people_aidreceived a ON a.nik_index = who.nik_index
    UNION
    SELECT who.candidate_id, who.member, a.form, a.office_name, a.programme, a.year
    FROM who JOIN people_aidreceived a ON a.kk_index = who.kk_index
    UNION
    SELECT who.candidate_id, who.member, a.form, a.office_name, a.programme, a.year
    FROM who JOIN people_aidreceived a ON a.household_id = who.household_id
    UNION
    SELECT who.candidate_id, who.member, 'business_aid', o.name, other.name, other.year
    FROM who
    JOIN programmes_candidate c ON c.household_id = who.household_id
    JOIN programmes_programme other ON other.id = c.programme_id
    JOIN access_office o ON o.id = c.office_id
    WHERE c.programme_id <> wanted AND c.decreed_on IS NOT NULL AND c.replaced_on IS NULL
    UNION
    SELECT who.candidate_id, who.member, 'business_aid', o.name, other.name, other.year
    FROM who
    JOIN groups_membership m ON m.household_id = who.household_id AND m.left_on IS NULL
    JOIN programmes_candidate c ON c.group_id = m.group_id
    JOIN programmes_programme other ON other.id = c.programme_id
    JOIN access_office o ON o.id = c.office_id
    WHERE c.programme_id <> wanted AND c.decreed_on IS NOT NULL AND c.replaced_on IS NULL
  )
  SELECT l.candidate_id, l.member, 'exclusion', l.kind, l.source, l.as_of, NULL, NULL, NULL FROM listed l
  UNION ALL
  SELECT a.candidate_id, a.member, 'aid', a.form, NULL, NULL, a.office_name, a.programme, a.year FROM aided a
$$;
REVOKE ALL ON FUNCTION programmes_screen(uuid, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION programmes_screen(uuid, date) TO berdaya_app;

-- An approval is made by whoever acts and checked by whoever acts; what was made does not change under the checker.
CREATE OR REPLACE FUNCTION programmes_guard_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.checked_by IS NOT NULL THEN
      RAISE EXCEPTION 'an approval starts unchecked' USING ERRCODE = 'BD010';
    END IF;
    IF berdaya_account() IS NOT NULL AND NEW.made_by <> berdaya_account() THEN
      RAISE EXCEPTION 'the maker is whoever acts' USING ERRCODE = 'BD010';
    END IF;
    RETURN NEW;
  END IF;
  IF ROW(NEW.programme_id, NEW.stage, NEW.subject_id, NEW.summary, NEW.made_by, NEW.made_at)
     IS DISTINCT FROM ROW(OLD.programme_id, OLD.stage, OLD.subject_id, OLD.summary, OLD.made_by, OLD.made_at)
     OR OLD.checked_by IS NOT NULL THEN
    RAISE EXCEPTION 'what waits for a checker does not change' USING ERRCODE = 'BD010';
  END IF;
  IF berdaya_account() IS NOT NULL AND NEW.checked_by IS NOT NULL AND NEW.checked_by <> berdaya_account() THEN
    RAISE EXCEPTION 'the checker is whoever acts' USING ERRCODE = 'BD010';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER programmes_guard_approval BEFORE INSERT OR UPDATE ON programmes_approval
  FOR EACH ROW EXECUTE FUNCTION programmes_guard_approval();

-- A commitment stands; a seed is opened once and keeps the promise.
CREATE OR REPLACE FUNCTION programmes_guard_commitment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (
    ROW(NEW.programme_id, NEW.round, NEW.party, NEW.commitment, NEW.committed_by)
      IS DISTINCT FROM ROW(OLD.programme_id, OLD.round, OLD.party, OLD.commitment, OLD.committed_by)
    OR (OLD.seed <> '' AND NEW.seed <> OLD.seed)) THEN
    RAISE EXCEPTION 'a commitment does not change' USING ERRCODE = 'BD011';
  END IF;
  IF NEW.seed <> '' AND NEW.commitment <> 'sha256:' || encode(sha256(convert_to(NEW.seed, 'UTF8')), 'hex') THEN
    RAISE EXCEPTION 'the seed is not the one committed to' USING ERRCODE = 'BD011';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER programmes_guard_commitment BEFORE INSERT OR UPDATE ON programmes_lotterycommitment
  FOR EACH ROW EXECUTE FUNCTION programmes_guard_commitment();

-- A frozen list keeps its lines; its outcome is written once.
CREATE OR REPLACE FUNCTION programmes_guard_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF ROW(NEW.run_id, NEW.candidate_id, NEW.number, NEW.listed_area, NEW.household_key, NEW.score, NEW.parts)
     IS DISTINCT FROM
     ROW(OLD.run_id, OLD.candidate_id, OLD.number, OLD.listed_area, OLD.household_key, OLD.score, OLD.parts)
     OR (OLD.rank IS NOT NULL AND ROW(NEW.rank, NEW.selected, NEW.draw, NEW.stratum, NEW.probability)
         IS DISTINCT FROM ROW(OLD.rank, OLD.selected, OLD.draw, OLD.stratum, OLD.probability)) THEN
    RAISE EXCEPTION 'a frozen list does not change' USING ERRCODE = 'BD012';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER programmes_guard_entry BEFORE UPDATE ON programmes_selectionentry
  FOR EACH ROW EXECUTE FUNCTION programmes_guard_entry();

-- A run keeps the list it froze; its outcome is written once.
CREATE OR REPLACE FUNCTION programmes_guard_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF ROW(NEW.programme_id, NEW.version_id, NEW.list_sha256, NEW.commitments, NEW.frozen_on)
     IS DISTINCT FROM ROW(OLD.programme_id, OLD.version_id, OLD.list_sha256, OLD.commitments, OLD.frozen_on)
     OR (OLD.decided_on IS NOT NULL AND ROW(NEW.seeds, NEW.quotas, NEW.summary, NEW.decided_on)
         IS DISTINCT FROM ROW(OLD.seeds, OLD.quotas, OLD.summary, OLD.decided_on)) THEN
    RAISE EXCEPTION 'a frozen list does not change' USING ERRCODE = 'BD012';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER programmes_guard_run BEFORE UPDATE ON programmes_selectionrun
  FOR EACH ROW EXECUTE FUNCTION programmes_guard_run();
