-- A handover takes from what its decree line may still receive and from the stock it names, whole or not at all.

-- Replaces the check of guards.sql: it also locks the line, so that a replacement or a second clerk waits.
CREATE OR REPLACE FUNCTION grants_needs_decree() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM programmes_decreeline l
    JOIN programmes_decree d ON d.id = l.decree_id
    JOIN programmes_approval a ON a.id = d.approval_id
    JOIN grants_package k ON k.id = NEW.package_id AND k.programme_id = d.programme_id
    WHERE l.id = NEW.decree_line_id AND l.replaced_on IS NULL AND l.office_id = NEW.office_id
      AND a.checked_by IS NOT NULL AND d.decreed_on <= NEW.occurred_on
    FOR NO KEY UPDATE OF l;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'BDG01', MESSAGE = 'no approved decree line stands behind this handover';
  END IF;
  IF EXISTS (SELECT 1 FROM grants_handover h
             WHERE h.decree_line_id = NEW.decree_line_id AND h.package_id <> NEW.package_id) THEN
    RAISE EXCEPTION USING ERRCODE = 'BDG03', MESSAGE = 'this decree line receives another package';
  END IF;
  IF NEW.proxy_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM grants_proxy p
    WHERE p.id = NEW.proxy_id AND p.decree_line_id = NEW.decree_line_id AND p.checked_by IS NOT NULL
  ) THEN
    RAISE EXCEPTION USING ERRCODE = 'BDG21', MESSAGE = 'nobody agreed to this proxy';
  END IF;
  IF berdaya_account() IS NOT NULL AND NEW.account_id <> berdaya_account() THEN
    RAISE EXCEPTION USING ERRCODE = 'BDG22', MESSAGE = 'whoever acts signs for it';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION grants_lines_take() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE wanted integer; taken integer;
BEGIN
  IF EXISTS (SELECT 1 FROM fresh n JOIN grants_handover h ON h.id = n.handover_id
             JOIN grants_packageitem i ON i.id = n.item_id
             WHERE i.package_id <> h.package_id OR n.office_id <> h.office_id OR n.quantity <= 0 OR n.returned <> 0) THEN
    RAISE EXCEPTION USING ERRCODE = 'BDG04', MESSAGE = 'a line names an item that is not in its package';
  END IF;
  IF EXISTS (SELECT 1 FROM grants_handoverline l WHERE l.handover_id IN (SELECT handover_id FROM fresh)
             GROUP BY l.handover_id
             HAVING sum(l.amount_idr) > (SELECT h.value_idr FROM grants_handover h WHERE h.id = l.handover_id)) THEN
    RAISE EXCEPTION USING ERRCODE = 'BDG02', MESSAGE = 'the lines of a handover do not add up to its value';
  END IF;
  BEGIN
    INSERT INTO grants_entitlement (id, area, office_id, decree_line_id, item_id, planned, handed)
    SELECT gen_random_uuid(), h.area, h.office_id, h.decree_line_id, n.item_id, max(i.quantity), sum(n.quantity)
    FROM fresh n JOIN grants_handover h ON h.id = n.handover_id JOIN grants_packageitem i ON i.id = n.item_id
    GROUP BY h.area, h.office_id, h.decree_line_id, n.item_id ORDER BY h.decree_line_id, n.item_id
    ON CONFLICT (decree_line_id, item_id) DO UPDATE SET handed = grants_entitlement.handed + excluded.handed;
  EXCEPTION WHEN check_violation THEN
    RAISE EXCEPTION USING ERRCODE = 'BDG05', MESSAGE = 'more than the decree line may still receive';
  END;
  IF EXISTS (SELECT 1 FROM fresh n WHERE n.lot_id IS NULL AND EXISTS (
               SELECT 1 FROM grants_purchaseline p WHERE p.item_id = n.item_id)) THEN
    RAISE EXCEPTION USING ERRCODE = 'BDG06', MESSAGE = 'goods that are bought leave from a lot';
  END IF;
  PERFORM 1 FROM grants_lot WHERE id IN (SELECT lot_id FROM fresh) ORDER BY id FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  IF EXISTS (SELECT 1 FROM fresh n JOIN grants_lot l ON l.id = n.lot_id JOIN grants_purchaseline p ON p.id = l.purchase_line_id
             WHERE p.item_id <> n.item_id OR p.office_id <> n.office_id OR n.unit_value_idr <> p.unit_price_idr
                OR (l.tagged AND cardinality(n.pieces) <> n.quantity)) THEN
    RAISE EXCEPTION USING ERRCODE = 'BDG07', MESSAGE = 'a line does not fit the lot it is taken from';
  END IF;
  SELECT count(*) INTO wanted FROM (SELECT DISTINCT lot_id, store_id FROM fresh WHERE lot_id IS NOT NULL) pairs;
  WITH sums AS (SELECT lot_id, store_id, sum(quantity) AS quantity FROM fresh WHERE lot_id IS NOT NULL GROUP BY 1, 2)
  UPDATE grants_stock s SET quantity = s.quantity - sums.quantity FROM sums
    WHERE s.lot_id = sums.lot_id AND s.store_id = sums.store_id AND s.quantity >= sums.quantity;
  GET DIAGNOSTICS taken = ROW_COUNT;
  IF taken <> wanted THEN
    RAISE EXCEPTION USING ERRCODE = 'BDG15', MESSAGE = 'not so much of the lot lies in the store';
  END IF;
  UPDATE grants_lot l SET in_store = l.in_store - sums.quantity, handed = l.handed + sums.quantity
    FROM (SELECT lot_id, sum(quantity) AS quantity FROM fresh WHERE lot_id IS NOT NULL GROUP BY 1) sums
    WHERE l.id = sums.lot_id;
  WITH named AS (SELECT n.id AS line, n.lot_id, n.store_id, unnest(n.pieces) AS piece FROM fresh n)
  UPDATE grants_piece p SET state = 'handed', store_id = NULL, line_id = named.line FROM named
    WHERE p.id = named.piece AND p.lot_id = named.lot_id AND p.state = 'store' AND p.store_id = named.store_id;
  GET DIAGNOSTICS taken = ROW_COUNT;
  SELECT coalesce(sum(cardinality(n.pieces)), 0) INTO wanted FROM fresh n;
  IF taken <> wanted THEN
    RAISE EXCEPTION USING ERRCODE = 'BDG16', MESSAGE = 'a numbered piece was given out already';
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS grants_lines_after ON grants_handoverline;
CREATE TRIGGER grants_lines_after AFTER INSERT ON grants_handoverline
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION grants_lines_take();

-- Whoever acts signs: the maker of a row is the account that writes it, and so is its checker.
CREATE OR REPLACE FUNCTION grants_two_people() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE fresh jsonb := to_jsonb(NEW); maker text := coalesce(fresh->>'made_by', fresh->>'account_id');
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF fresh->>'checked_by' IS NOT NULL OR (berdaya_account() IS NOT NULL AND maker::bigint <> berdaya_account()) THEN
      RAISE EXCEPTION USING ERRCODE = 'BDG22', MESSAGE = 'whoever acts signs for it';
    END IF;
  ELSIF to_jsonb(OLD)->>'checked_by' IS NOT NULL
     OR (berdaya_account() IS NOT NULL AND (fresh->>'checked_by')::bigint IS DISTINCT FROM berdaya_account())
     OR fresh - 'checked_by' - 'checked_on' - 'checked_at' IS DISTINCT FROM
        to_jsonb(OLD) - 'checked_by' - 'checked_on' - 'checked_at' THEN
    RAISE EXCEPTION USING ERRCODE = 'BDG22', MESSAGE = 'what waits for a second person does not change';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS grants_a_two_people ON grants_purchase;
CREATE TRIGGER grants_a_two_people BEFORE INSERT OR UPDATE ON grants_purchase
  FOR EACH ROW EXECUTE FUNCTION grants_two_people();
DROP TRIGGER IF EXISTS grants_a_two_people ON grants_handoverreturn;
CREATE TRIGGER grants_a_two_people BEFORE INSERT OR UPDATE ON grants_handoverreturn
  FOR EACH ROW EXECUTE FUNCTION grants_two_people();
DROP TRIGGER IF EXISTS grants_a_two_people ON grants_proxy;
CREATE TRIGGER grants_a_two_people BEFORE INSERT OR UPDATE ON grants_proxy
  FOR EACH ROW EXECUTE FUNCTION grants_two_people();

-- What lies in the stores of a programme, whatever the caller's area: a clerk of one kecamatan takes from the office's lots.
CREATE OR REPLACE FUNCTION grants_stock_of(wanted uuid)
RETURNS TABLE (item uuid, lot uuid, store uuid, quantity integer, unit_price_idr bigint, tagged boolean, delivered_on date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT l.item_id, t.id, s.store_id, coalesce(s.quantity, 0), l.unit_price_idr, coalesce(t.tagged, false), t.delivered_on
  FROM grants_purchase p
  JOIN grants_purchaseline l ON l.purchase_id = p.id
  LEFT JOIN grants_lot t ON t.purchase_line_id = l.id
  LEFT JOIN grants_stock s ON s.lot_id = t.id AND s.quantity > 0
  WHERE p.programme_id = wanted
    AND p.office_id = nullif(nullif(current_setting('berdaya.office', true), '*'), '')::bigint
  ORDER BY t.delivered_on, t.id, s.store_id
$$;

CREATE OR REPLACE FUNCTION grants_pieces_named(tags text[])
RETURNS TABLE (piece uuid, tag text, lot uuid, store uuid, state text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT p.id, p.tag, p.lot_id, p.store_id, p.state FROM grants_piece p
  WHERE p.tag = ANY (tags)
    AND p.office_id = nullif(nullif(current_setting('berdaya.office', true), '*'), '')::bigint
$$;
REVOKE ALL ON FUNCTION grants_two_people(), grants_stock_of(uuid), grants_pieces_named(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grants_stock_of(uuid), grants_pieces_named(text[]) TO berdaya_app;

-- Goods come back when the second officer agrees, once.
CREATE OR REPLACE FUNCTION grants_return_counts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE given grants_handoverline;
BEGIN
  IF NEW.checked_by IS NULL THEN
    RETURN NEW;
  END IF;
  SELECT * INTO given FROM grants_handoverline WHERE id = NEW.line_id;
  PERFORM 1 FROM grants_lot WHERE id = given.lot_id FOR NO KEY UPDATE;
  SELECT * INTO given FROM grants_handoverline WHERE id = NEW.line_id FOR NO KEY UPDATE;
  IF given.office_id <> NEW.office_id OR given.returned + NEW.quantity > given.quantity
     OR (given.lot_id IS NOT NULL AND NEW.store_id IS NULL)
     OR (cardinality(given.pieces) > 0 AND NEW.quantity <> given.quantity) THEN
    RAISE EXCEPTION USING ERRCODE = 'BDG18', MESSAGE = 'more comes back than was handed over';
  END IF;
  UPDATE grants_handoverline SET returned = returned + NEW.quantity WHERE id = NEW.line_id;
  UPDATE grants_entitlement e SET handed = e.handed - NEW.quantity FROM grants_handover h
    WHERE h.id = given.handover_id AND e.decree_line_id = h.decree_line_id AND e.item_id = given.item_id;
  IF given.lot_id IS NOT NULL THEN
    UPDATE grants_lot SET handed = handed - NEW.quantity, in_store = in_store + NEW.quantity WHERE id = given.lot_id;
    INSERT INTO grants_stock (id, area, office_id, lot_id, store_id, quantity)
      SELECT gen_random_uuid(), l.area, l.office_id, l.id, NEW.store_id, NEW.quantity FROM grants_lot l
      WHERE l.id = given.lot_id
      ON CONFLICT (lot_id, store_id) DO UPDATE SET quantity = grants_stock.quantity + excluded.quantity;
    UPDATE grants_piece SET state = 'store', store_id = NEW.store_id, line_id = NULL WHERE line_id = NEW.line_id;
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS grants_return_before ON grants_handoverreturn;
CREATE TRIGGER grants_return_before BEFORE UPDATE ON grants_handoverreturn
  FOR EACH ROW EXECUTE FUNCTION grants_return_counts();

-- The newest look sets the state of an asset; an older one is kept and changes nothing.
CREATE OR REPLACE FUNCTION grants_asset_looks() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM grants_asset a
                 WHERE a.id = NEW.asset_id AND a.enterprise_id = NEW.enterprise_id AND a.office_id = NEW.office_id) THEN
    RAISE EXCEPTION USING ERRCODE = 'BDG19', MESSAGE = 'this asset belongs to another business';
  END IF;
  UPDATE grants_asset SET state = NEW.state, state_on = NEW.seen_on, evidence_id = NEW.evidence_id
    WHERE id = NEW.asset_id AND state_on <= NEW.seen_on
      AND (state, state_on) IS DISTINCT FROM (NEW.state, NEW.seen_on);
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS grants_check_after ON grants_assetcheck;
CREATE TRIGGER grants_check_after AFTER INSERT ON grants_assetcheck
  FOR EACH ROW EXECUTE FUNCTION grants_asset_looks();

-- The lines of a proposal that somebody appraised stay as they were read.
CREATE OR REPLACE FUNCTION grants_proposal_is_open() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM grants_proposal p WHERE p.id = NEW.proposal_id AND p.appraised_by IS NOT NULL) THEN
    RAISE EXCEPTION USING ERRCODE = 'BDG20', MESSAGE = 'an appraised proposal is not changed';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS grants_proposal_line_before ON grants_proposalline;
CREATE TRIGGER grants_proposal_line_before BEFORE INSERT ON grants_proposalline
  FOR EACH ROW EXECUTE FUNCTION grants_proposal_is_open();

REVOKE ALL ON FUNCTION grants_needs_decree(), grants_lines_take(), grants_return_counts(), grants_asset_looks(),
  grants_proposal_is_open() FROM PUBLIC;

-- What was handed over before entitlements were kept.
INSERT INTO grants_entitlement (id, area, office_id, decree_line_id, item_id, planned, handed)
SELECT gen_random_uuid(), h.area, h.office_id, h.decree_line_id, l.item_id, max(greatest(i.quantity, l.quantity)),
       sum(l.quantity)
FROM grants_handover h JOIN grants_handoverline l ON l.handover_id = h.id JOIN grants_packageitem i ON i.id = l.item_id
GROUP BY h.area, h.office_id, h.decree_line_id, l.item_id
ON CONFLICT (decree_line_id, item_id) DO NOTHING;
