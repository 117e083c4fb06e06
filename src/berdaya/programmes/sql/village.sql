-- A hit is set aside by one person and agreed to by another; what waits for the second person does not change.
CREATE OR REPLACE FUNCTION programmes_guard_overrule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.checked_by IS NOT NULL THEN
      RAISE EXCEPTION 'an overrule starts unchecked' USING ERRCODE = 'BD010';
    END IF;
    IF berdaya_account() IS NOT NULL AND NEW.made_by <> berdaya_account() THEN
      RAISE EXCEPTION 'the maker is whoever acts' USING ERRCODE = 'BD010';
    END IF;
    RETURN NEW;
  END IF;
  IF ROW(NEW.candidate_id, NEW.hit, NEW.evidence, NEW.reason, NEW.made_by, NEW.made_on)
     IS DISTINCT FROM ROW(OLD.candidate_id, OLD.hit, OLD.evidence, OLD.reason, OLD.made_by, OLD.made_on)
     OR (OLD.checked_by IS NOT NULL AND ROW(NEW.checked_by, NEW.checked_on, NEW.agreed, NEW.answer)
         IS DISTINCT FROM ROW(OLD.checked_by, OLD.checked_on, OLD.agreed, OLD.answer)) THEN
    RAISE EXCEPTION 'what waits for a checker does not change' USING ERRCODE = 'BD010';
  END IF;
  IF berdaya_account() IS NOT NULL AND OLD.checked_by IS NULL AND NEW.checked_by IS NOT NULL
     AND NEW.checked_by <> berdaya_account() THEN
    RAISE EXCEPTION 'the checker is whoever acts' USING ERRCODE = 'BD010';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER programmes_guard_overrule BEFORE INSERT OR UPDATE ON programmes_screeningoverrule
  FOR EACH ROW EXECUTE FUNCTION programmes_guard_overrule();

-- Minutes that somebody else has accepted stay as they were signed.
CREATE OR REPLACE FUNCTION programmes_guard_meeting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.accepted_by IS NOT NULL THEN
    IF ROW(NEW.programme_id, NEW.held_on, NEW.attendance, NEW.recorded_by, NEW.accepted_by, NEW.chair, NEW.note)
       IS DISTINCT FROM
       ROW(OLD.programme_id, OLD.held_on, OLD.attendance, OLD.recorded_by, OLD.accepted_by, OLD.chair, OLD.note) THEN
      RAISE EXCEPTION 'accepted minutes do not change' USING ERRCODE = 'BD013';
    END IF;
    RETURN NEW;
  END IF;
  IF berdaya_account() IS NULL THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'INSERT' AND (NEW.accepted_by IS NOT NULL OR NEW.recorded_by <> berdaya_account()) THEN
    RAISE EXCEPTION 'minutes are recorded by whoever acts and accepted later' USING ERRCODE = 'BD010';
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.recorded_by IS DISTINCT FROM OLD.recorded_by AND NEW.recorded_by <> berdaya_account() THEN
    RAISE EXCEPTION 'minutes are recorded by whoever acts' USING ERRCODE = 'BD010';
  END IF;
  IF NEW.accepted_by IS NOT NULL AND NEW.accepted_by <> berdaya_account() THEN
    RAISE EXCEPTION 'minutes are accepted by whoever acts' USING ERRCODE = 'BD010';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER programmes_guard_meeting BEFORE INSERT OR UPDATE ON programmes_villagemeeting
  FOR EACH ROW EXECUTE FUNCTION programmes_guard_meeting();

CREATE OR REPLACE FUNCTION programmes_guard_meeting_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (TG_OP = 'INSERT' OR ROW(NEW.decision, NEW.reason, NEW.relation, NEW.candidate_id)
        IS DISTINCT FROM ROW(OLD.decision, OLD.reason, OLD.relation, OLD.candidate_id))
     AND EXISTS (SELECT 1 FROM programmes_villagemeeting m WHERE m.id = NEW.meeting_id AND m.accepted_by IS NOT NULL) THEN
    RAISE EXCEPTION 'accepted minutes do not change' USING ERRCODE = 'BD013';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER programmes_guard_meeting_decision BEFORE INSERT OR UPDATE ON programmes_meetingdecision
  FOR EACH ROW EXECUTE FUNCTION programmes_guard_meeting_decision();

-- An objection is taken down by one person and decided by another; neither half changes afterwards.
CREATE OR REPLACE FUNCTION programmes_guard_objection() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.decided_by IS NOT NULL OR (berdaya_account() IS NOT NULL AND NEW.taken_by <> berdaya_account()) THEN
      RAISE EXCEPTION 'an objection is taken down by whoever acts and decided later' USING ERRCODE = 'BD010';
    END IF;
    RETURN NEW;
  END IF;
  IF ROW(NEW.programme_id, NEW.candidate_id, NEW.about, NEW.words, NEW.received_on, NEW.taken_by)
     IS DISTINCT FROM ROW(OLD.programme_id, OLD.candidate_id, OLD.about, OLD.words, OLD.received_on, OLD.taken_by)
     OR (OLD.decided_by IS NOT NULL AND ROW(NEW.decision, NEW.decision_reason, NEW.decided_by, NEW.decided_on)
         IS DISTINCT FROM ROW(OLD.decision, OLD.decision_reason, OLD.decided_by, OLD.decided_on)) THEN
    RAISE EXCEPTION 'an objection does not change' USING ERRCODE = 'BD014';
  END IF;
  IF berdaya_account() IS NOT NULL AND OLD.decided_by IS NULL AND NEW.decided_by IS NOT NULL
     AND NEW.decided_by <> berdaya_account() THEN
    RAISE EXCEPTION 'the decider is whoever acts' USING ERRCODE = 'BD010';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER programmes_guard_objection BEFORE INSERT OR UPDATE ON programmes_objection
  FOR EACH ROW EXECUTE FUNCTION programmes_guard_objection();

-- A seed is opened by whoever acts; that two accounts open the two seeds is a unique index.
CREATE OR REPLACE FUNCTION programmes_guard_opening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.seed = '' AND NEW.seed <> '' AND berdaya_account() IS NOT NULL
     AND NEW.opened_by IS DISTINCT FROM berdaya_account() THEN
    RAISE EXCEPTION 'a seed is opened by whoever acts' USING ERRCODE = 'BD010';
  END IF;
  IF OLD.seed <> '' AND NEW.opened_by IS DISTINCT FROM OLD.opened_by THEN
    RAISE EXCEPTION 'who opened a seed does not change' USING ERRCODE = 'BD011';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER programmes_guard_opening BEFORE UPDATE ON programmes_lotterycommitment
  FOR EACH ROW EXECUTE FUNCTION programmes_guard_opening();

-- What the offices offer, for everybody: no family stands in it.
CREATE OR REPLACE VIEW public_offer AS
SELECT p.code, p.name, p.provider, p.aim, p.target, p.form, p.how, p.contact, p.conditions, p.open_from, p.open_until,
       p.synthetic, p.area, coalesce(a.name, '') AS place, o.name AS office, o.code AS office_code
FROM programmes_offeredprogramme p
JOIN access_office o ON o.id = p.office_id
LEFT JOIN areas_area a ON a.code = p.area;
REVOKE ALL ON public_offer FROM PUBLIC;
GRANT SELECT ON public_offer TO berdaya_public;
