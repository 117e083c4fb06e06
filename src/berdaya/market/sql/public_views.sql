-- What the public reads: views of the owner, so that they see past the policies, with no personal data in them.
-- Only shops and products whose consent stands; nobody under 18 behind them; a village only where its consent stands.
DROP VIEW IF EXISTS public_stall, public_exhibition, public_product, public_seller;

CREATE VIEW public_seller AS
SELECT s.slug, s.name, s.about, s.contact_phone AS phone, e.kind, e.synthetic,
       extract(year FROM e.started_on)::int AS since,
       CASE WHEN s.place_consent_on IS NULL THEN '' ELSE
         coalesce((SELECT a.name FROM areas_area a WHERE a.code = e.area AND a.level = 4), '') END AS place,
       coalesce((SELECT a.name FROM areas_area a WHERE a.code = e.area / 1000000 * 1000000), '') AS regency,
       e.area / 1000000 * 1000000 AS regency_code,
       (SELECT count(*) FROM market_product p
         WHERE p.enterprise_id = e.id AND p.consent_on IS NOT NULL AND p.withdrawn_on IS NULL) AS products
FROM market_storefront s
JOIN enterprises_enterprise e ON e.id = s.enterprise_id
WHERE s.consent_on IS NOT NULL AND s.withdrawn_on IS NULL
  AND NOT EXISTS (
    SELECT 1 FROM people_person h
    WHERE h.household_id = e.household_id AND h.is_head AND h.birth_date > current_date - interval '18 years')
  AND NOT EXISTS (
    SELECT 1 FROM groups_officer o
    JOIN groups_membership m ON m.id = o.membership_id
    JOIN people_person h ON h.id = m.person_id
    WHERE o.group_id = e.group_id AND o.until IS NULL AND h.birth_date > current_date - interval '18 years');

CREATE VIEW public_product AS
SELECT p.slug, p.name, p.category, s.kind, p.price_idr, p.unit, p.stock, p.description,
       (SELECT encode(f.sha256, 'hex') FROM files_storedfile f WHERE f.id = p.photo_id) AS photo,
       s.slug AS seller_slug, s.name AS seller_name, s.phone, s.place, s.regency, s.regency_code, s.synthetic,
       coalesce((SELECT jsonb_agg(jsonb_build_array(t.kind, t.number, t.expires_on) ORDER BY t.kind)
                 FROM market_permit t WHERE t.product_id = p.id), '[]') AS permits,
       p.grams, p.consent_on AS published_on
FROM market_product p
JOIN market_storefront f ON f.enterprise_id = p.enterprise_id
JOIN public_seller s ON s.slug = f.slug
WHERE p.consent_on IS NOT NULL AND p.withdrawn_on IS NULL;

-- Sums over fewer than five stalls that sold would tell what one family sold, and so would the difference between two
-- looks on the same day: they are told when the exhibition is over.
CREATE VIEW public_exhibition AS
SELECT substr(md5(x.id::text), 1, 10) AS key, x.code, x.name, x.venue, x.starts_on, x.ends_on, x.place AS place_code,
       coalesce((SELECT a.name FROM areas_area a WHERE a.code = x.place), '') AS place,
       count(t.id) AS stalls,
       CASE WHEN x.ends_on < current_date AND count(*) FILTER (WHERE t.turnover_idr > 0) >= 5
         THEN sum(t.turnover_idr)::bigint END AS turnover_idr,
       CASE WHEN x.ends_on < current_date AND count(*) FILTER (WHERE t.leads > 0) >= 5
         THEN sum(t.leads)::bigint END AS leads
FROM market_exhibition x LEFT JOIN market_stall t ON t.exhibition_id = x.id
GROUP BY x.id;

CREATE VIEW public_stall AS
SELECT substr(md5(t.exhibition_id::text), 1, 10) AS exhibition_key, t.number, s.slug AS seller_slug, s.name AS seller_name,
       s.kind, s.regency
FROM market_stall t
JOIN market_storefront f ON f.enterprise_id = t.enterprise_id
JOIN public_seller s ON s.slug = f.slug;

REVOKE ALL ON public_seller, public_product, public_exhibition, public_stall FROM PUBLIC;
GRANT SELECT ON public_seller, public_product, public_exhibition, public_stall TO berdaya_public;
