-- What was bought, delivered, handed over and left adds up, whatever program writes: counters are written here only
-- (the application holds no right to update them), their sums are CHECKs, and rows are locked before they are read.
-- Definer functions: the answer must not depend on what the caller's scope shows.

CREATE OR REPLACE FUNCTION grants_purchase_line_fits() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  NEW.delivered := 0;
  IF NOT EXISTS (
    SELECT 1 FROM grants_purchase p
    JOIN grants_packageitem i ON i.id = NEW.item_id
    JOIN grants_package k ON k.id = i.package_id AND k.programme_id = p.programme_id
    WHERE p.id = NEW.purchase_id AND p.office_id = NEW.office_id AND p.checked_by IS NULL
      AND NEW.unit_price_idr <= i.unit_price_idr
  ) THEN
    RAISE EXCEPTION USING ERRCODE = 'BDG10', MESSAGE = 'a purchase line fits no item of the programme at its ceiling price';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS grants_purchase_line_check ON grants_purchaseline;
CREATE TRIGGER grants_purchase_line_check BEFORE INSERT ON grants_purchaseline
  FOR EACH ROW EXECUTE FUNCTION grants_purchase_line_fits();

CREATE OR REPLACE FUNCTION grants_lot_arrives() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  NEW.in_store := NEW.quantity; NEW.handed := 0; NEW.lost := 0; NEW.returned := 0;
  IF NEW.quantity <= 0 OR NOT EXISTS (
    SELECT 1 FROM grants_purchaseline l JOIN grants_purchase p ON p.id = l.purchase_id
    JOIN grants_store s ON s.id = NEW.store_id AND s.office_id = NEW.office_id
    WHERE l.id = NEW.purchase_line_id AND l.office_id = NEW.office_id AND p.checked_by IS NOT NULL
      AND p.signed_on <= NEW.delivered_on
  ) THEN
    RAISE EXCEPTION USING ERRCODE = 'BDG12', MESSAGE = 'no agreed purchase stands behind this lot';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS grants_lot_before ON grants_lot;
CREATE TRIGGER grants_lot_before BEFORE INSERT ON grants_lot FOR EACH ROW EXECUTE FUNCTION grants_lot_arrives();

CREATE OR REPLACE FUNCTION grants_lot_counts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE grants_purchaseline SET delivered = delivered + NEW.quantity WHERE id = NEW.purchase_line_id;
  INSERT INTO grants_stock (id, area, office_id, lot_id, store_id, quantity)
    VALUES (gen_random_uuid(), NEW.area, NEW.office_id, NEW.id, NEW.store_id, NEW.quantity);
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS grants_lot_after ON grants_lot;
CREATE TRIGGER grants_lot_after AFTER INSERT ON grants_lot FOR EACH ROW EXECUTE FUNCTION grants_lot_counts();

-- A numbered piece begins in the store of its lot, and a lot has no more of them than pieces.
CREATE OR REPLACE FUNCTION grants_piece_begins() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE lot grants_lot;
BEGIN
  SELECT * INTO lot FROM grants_lot WHERE id = NEW.lot_id FOR NO KEY UPDATE;
  IF NOT lot.tagged OR lot.office_id <> NEW.office_id OR lot.in_store < lot.quantity
     OR (SELECT count(*) FROM grants_piece WHERE lot_id = NEW.lot_id) >= lot.quantity THEN
    RAISE EXCEPTION USING ERRCODE = 'BDG13', MESSAGE = 'more numbers than pieces in the lot';
  END IF;
  NEW.state := 'store'; NEW.store_id := lot.store_id; NEW.line_id := NULL;
  RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS grants_piece_before ON grants_piece;
CREATE TRIGGER grants_piece_before BEFORE INSERT ON grants_piece FOR EACH ROW EXECUTE FUNCTION grants_piece_begins();

CREATE OR REPLACE FUNCTION grants_stock_moves() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE lot grants_lot; found_rows integer; out_of grants_stockmove.from_store_id%TYPE;
BEGIN
  SELECT * INTO lot FROM grants_lot WHERE id = NEW.lot_id FOR NO KEY UPDATE;
  IF NEW.kind NOT IN ('moved', 'lost', 'found', 'returned', 'withdrawn') OR lot.office_id <> NEW.office_id
     OR (NEW.kind = 'found') <> (NEW.from_store_id IS NULL)
     OR (NEW.kind IN ('moved', 'found')) <> (NEW.to_store_id IS NOT NULL)
     OR NEW.from_store_id = NEW.to_store_id
     OR (NEW.to_store_id IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM grants_store s WHERE s.id = NEW.to_store_id AND s.office_id = NEW.office_id))
     OR (lot.tagged AND cardinality(NEW.pieces) <> NEW.quantity) THEN
    RAISE EXCEPTION USING ERRCODE = 'BDG14', MESSAGE = 'this move of stock makes no sense';
  END IF;
  IF NEW.from_store_id IS NOT NULL THEN
    UPDATE grants_stock SET quantity = quantity - NEW.quantity
      WHERE lot_id = NEW.lot_id AND store_id = NEW.from_store_id AND quantity >= NEW.quantity;
    GET DIAGNOSTICS found_rows = ROW_COUNT;
    IF found_rows <> 1 THEN
      RAISE EXCEPTION USING ERRCODE = 'BDG15', MESSAGE = 'not so much of the lot lies in the store';
    END IF;
  END IF;
  IF NEW.to_store_id IS NOT NULL THEN
    INSERT INTO grants_stock (id, area, office_id, lot_id, store_id, quantity)
      VALUES (gen_random_uuid(), lot.area, lot.office_id, lot.id, NEW.to_store_id, NEW.quantity)
      ON CONFLICT (lot_id, store_id) DO UPDATE SET quantity = grants_stock.quantity + excluded.quantity;
  END IF;
  IF lot.tagged THEN
    UPDATE grants_piece SET
        state = CASE NEW.kind WHEN 'moved' THEN 'store' WHEN 'found' THEN 'store' ELSE NEW.kind END,
        store_id = NEW.to_store_id
      WHERE id = ANY (NEW.pieces) AND lot_id = NEW.lot_id AND store_id IS NOT DISTINCT FROM NEW.from_store_id
        AND state = CASE NEW.kind WHEN 'found' THEN 'lost' ELSE 'store' END;
    GET DIAGNOSTICS found_rows = ROW_COUNT;
    IF found_rows <> NEW.quantity THEN
      RAISE EXCEPTION USING ERRCODE = 'BDG16', MESSAGE = 'a numbered piece is not where the move takes it from';
    END IF;
  END IF;
  UPDATE grants_lot SET
    in_store = in_store + CASE NEW.kind WHEN 'moved' THEN 0 WHEN 'found' THEN NEW.quantity ELSE -NEW.quantity END,
    lost = lost + CASE NEW.kind WHEN 'lost' THEN NEW.quantity WHEN 'found' THEN -NEW.quantity ELSE 0 END,
    returned = returned + CASE NEW.kind WHEN 'returned' THEN NEW.quantity ELSE 0 END,
    quantity = quantity - CASE NEW.kind WHEN 'withdrawn' THEN NEW.quantity ELSE 0 END
    WHERE id = NEW.lot_id;
  IF NEW.kind = 'withdrawn' THEN
    UPDATE grants_purchaseline SET delivered = delivered - NEW.quantity WHERE id = lot.purchase_line_id;
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS grants_move_after ON grants_stockmove;
CREATE TRIGGER grants_move_after AFTER INSERT ON grants_stockmove FOR EACH ROW EXECUTE FUNCTION grants_stock_moves();

REVOKE ALL ON FUNCTION grants_purchase_line_fits(), grants_lot_arrives(), grants_lot_counts(),
  grants_piece_begins(), grants_stock_moves() FROM PUBLIC;
