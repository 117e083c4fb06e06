-- What follows a merge: table, column, and whether it names a person, a household, or either. A new column that names
-- one gets its line here and a migration that loads this file again; a test holds the list against the schema.
CREATE OR REPLACE FUNCTION people_merge_rules() RETURNS TABLE (tbl text, col text, what text)
LANGUAGE sql IMMUTABLE AS $$
  VALUES
    ('people_personprivate', 'person_id', 'person'),
    ('groups_membership', 'person_id', 'person'),
    ('programmes_candidate', 'person_id', 'person'),
    ('training_placement', 'person_id', 'person'),
    ('grants_proxy', 'person_id', 'person'),
    ('accountability_confirmationcode', 'person_id', 'person'),
    ('accountability_statement', 'person_id', 'person'),
    ('forms_response', 'subject_id', 'either'),
    ('people_desilsnapshot', 'household_id', 'household'),
    ('people_aidreceived', 'household_id', 'household'),
    ('people_consent', 'household_id', 'household'),
    ('people_externalid', 'household_id', 'household'),
    ('groups_membership', 'household_id', 'household'),
    ('programmes_candidate', 'household_id', 'household'),
    ('programmes_decreeline', 'household_id', 'household'),
    ('enterprises_enterprise', 'household_id', 'household'),
    ('training_placement', 'household_id', 'household'),
    ('grants_proposal', 'household_id', 'household'),
    ('tasks_task', 'household_id', 'household'),
    ('files_storedfile', 'household_id', 'household'),
    ('access_rolesubject', 'subject_id', 'household'),
    ('training_arrangement', 'person_id', 'person'),
    ('training_arrangement', 'follows_id', 'person'),
    ('training_participantcard', 'person_id', 'person'),
    ('accountability_lpj', 'household_id', 'household'),
    ('accountability_lpjitem', 'household_id', 'household'),
    ('accountability_lpjentry', 'household_id', 'household')
$$;

-- Points rows of one table from one subject to another, row by row: a row that the other has already (the same consent,
-- the same group) stays where it is, on the record that is merged, and is lost to nobody. Answers the rows moved.
CREATE OR REPLACE FUNCTION people_repoint(tbl text, col text, old_id uuid, new_id uuid, only_rows text[] DEFAULT NULL)
RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  moved text[] := '{}';
  one text;
  follow text := '';
BEGIN
  IF NOT EXISTS (SELECT 1 FROM people_merge_rules() r WHERE r.tbl = people_repoint.tbl AND r.col = people_repoint.col)
     OR to_regclass(tbl) IS NULL THEN
    RETURN moved;
  END IF;
  IF tbl = 'people_personprivate' THEN
    follow := format(', area = (SELECT p.area FROM people_person p WHERE p.id = %L)', new_id);
  END IF;
  FOR one IN EXECUTE format('SELECT id::text FROM %I WHERE %I = $1 AND ($2 IS NULL OR id::text = ANY ($2)) ORDER BY id', tbl, col)
    USING old_id, only_rows
  LOOP
    BEGIN
      EXECUTE format('UPDATE %I SET %I = $1%s WHERE id::text = $2', tbl, col, follow) USING new_id, one;
      moved := moved || one;
    EXCEPTION WHEN unique_violation OR check_violation THEN
      NULL;
    END;
  END LOOP;
  RETURN moved;
END $$;

REVOKE ALL ON FUNCTION people_repoint(text, text, uuid, uuid, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION people_merge_rules() TO berdaya_app;
