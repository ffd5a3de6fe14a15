-- name: reports
-- Every report of a type whose place is known well enough, in the order they came.
SELECT id, lon, lat, (extract(epoch FROM opened_at) * 1000000)::bigint AS at_us,
       coalesce(kelurahan_code, '') AS kelurahan,
       coalesce(disposition NOT IN ('unfounded', 'cancelled', 'duplicate'), true) AS standing
  FROM incident
 WHERE type_code = %(type_code)s AND source = ANY (%(sources)s::text[])
   AND lon IS NOT NULL AND radius_m <= %(metres)s
   AND opened_at >= %(from_at)s AND opened_at < %(until_at)s
 ORDER BY opened_at, id;

-- name: unplaced
-- Reports of a type that cannot be placed: no point, or one known less well than the distance.
SELECT count(*) FILTER (WHERE lon IS NULL) AS without_point,
       count(*) FILTER (WHERE radius_m > %(metres)s) AS too_vague
  FROM incident
 WHERE type_code = %(type_code)s AND source = ANY (%(sources)s::text[])
   AND opened_at >= %(from_at)s AND opened_at < %(until_at)s
   AND coalesce(disposition NOT IN ('unfounded', 'cancelled', 'duplicate'), true);

-- name: has_geometry
SELECT 1 FROM information_schema.columns
 WHERE table_schema = current_schema() AND table_name = 'incident' AND column_name = 'geom';
