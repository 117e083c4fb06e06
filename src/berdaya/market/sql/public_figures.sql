-- Figures of programmes for everybody. A group of one to four businesses is never told: where one of the three states
-- is that small, none of the three is told, because the total less the others would tell it.
DROP VIEW IF EXISTS public_figure;

CREATE VIEW public_figure AS
WITH latest AS (
  SELECT e.programme_id, e.id,
    coalesce((SELECT s.status FROM enterprises_statussnapshot s WHERE s.enterprise_id = e.id
              ORDER BY s.as_of DESC LIMIT 1), 'unknown') AS status,
    (SELECT max(s.as_of) FROM enterprises_statussnapshot s WHERE s.enterprise_id = e.id) AS as_of
  FROM enterprises_enterprise e
), counted AS (
  SELECT programme_id, count(*) AS businesses, max(as_of) AS as_of,
    count(*) FILTER (WHERE status IN ('active', 'weak', 'holiday_only')) AS alive,
    count(*) FILTER (WHERE status = 'dormant') AS dormant,
    count(*) FILTER (WHERE status = 'unknown') AS unknown
  FROM latest GROUP BY programme_id
)
SELECT p.code, p.name, p.year, o.name AS office, coalesce(a.name, '') AS place, p.synthetic,
  CASE WHEN c.businesses >= 5 THEN c.businesses END AS businesses, c.as_of,
  CASE WHEN told.ok THEN c.alive END AS alive,
  CASE WHEN told.ok THEN c.dormant END AS dormant,
  CASE WHEN told.ok THEN c.unknown END AS unknown
FROM counted c
JOIN programmes_programme p ON p.id = c.programme_id
JOIN access_office o ON o.id = p.office_id
LEFT JOIN areas_area a ON a.code = p.area
CROSS JOIN LATERAL (
  SELECT c.alive NOT BETWEEN 1 AND 4 AND c.dormant NOT BETWEEN 1 AND 4 AND c.unknown NOT BETWEEN 1 AND 4 AS ok
) told;

REVOKE ALL ON public_figure FROM PUBLIC;
GRANT SELECT ON public_figure TO berdaya_public;
