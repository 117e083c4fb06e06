-- A home visit is written once; its photo may come after it, when the phone has signal for so much. The first one stays.
CREATE OR REPLACE FUNCTION programmes_house_photo(p_verification uuid, p_file uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE programmes_verification v SET house_photo_id = p_file
   WHERE v.id = p_verification AND v.house_photo_id IS NULL AND v.recorded_by = berdaya_account()
     AND berdaya_in_scope(v.area, v.office_id);
  RETURN FOUND;
END $$;
REVOKE ALL ON FUNCTION programmes_house_photo(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION programmes_house_photo(uuid, uuid) TO berdaya_app;
