-- The database roles of Berdaya; run once per server by an administrator, and again without harm.
-- berdaya_owner     owns every table, view and definer function; nobody logs in as it
-- berdaya_migrator  logs in for migrate, backup, key rotation and erasure; acts as the owner
-- berdaya_app       the application; owns nothing, is no member of the owner, cannot bypass policies
-- berdaya_subject   people who see only their own groups, businesses, classes; the application steps into it
-- berdaya_public    visitors; reads views without personal data
DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['berdaya_owner', 'berdaya_migrator', 'berdaya_app', 'berdaya_subject', 'berdaya_public'] LOOP
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = wanted) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS', wanted);
    END IF;
  END LOOP;
END $$;
ALTER ROLE berdaya_app LOGIN NOINHERIT NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
ALTER ROLE berdaya_owner CREATEDB;  -- only for test databases, created while acting as the owner
ALTER ROLE berdaya_migrator LOGIN NOSUPERUSER NOBYPASSRLS CREATEDB;
GRANT berdaya_subject, berdaya_public TO berdaya_app;
GRANT berdaya_owner, berdaya_app, berdaya_subject, berdaya_public TO berdaya_migrator;
-- The empty range is the default, so that a connection that sets no scope sees no row (never an error).
DO $$
DECLARE
  who text;
BEGIN
  FOREACH who IN ARRAY ARRAY['berdaya_app', 'berdaya_subject', 'berdaya_public'] LOOP
    EXECUTE format('ALTER ROLE %I SET berdaya.lo = ''1''', who);
    EXECUTE format('ALTER ROLE %I SET berdaya.hi = ''0''', who);
    EXECUTE format('ALTER ROLE %I SET berdaya.ranges = ''{}''', who);
  END LOOP;
END $$;
-- Many short statements under policies: compiling each costs more than it saves.
ALTER ROLE berdaya_app SET jit = off;
ALTER ROLE berdaya_migrator SET jit = off;
