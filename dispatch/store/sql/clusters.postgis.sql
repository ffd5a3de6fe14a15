-- name: pairs
-- Reports of a type within a box of so many degrees and so many hours of each other, each pair once.
-- For each report the few that came within its hours are looked up, and PostGIS compares boxes: of
-- a million reports its spatial index would first find those of all years. The exact metres are
-- measured where the clusters are made. OFFSET 0 keeps the two steps apart.
SELECT one.id AS one, other.id AS other
  FROM incident one
 CROSS JOIN LATERAL (
       SELECT later.id, later.geom FROM incident later
        WHERE later.type_code = %(type_code)s AND later.radius_m <= %(metres)s
          AND later.source = ANY (%(sources)s::text[])
          AND later.opened_at BETWEEN one.opened_at AND one.opened_at + %(span)s::interval
          AND later.opened_at < %(until_at)s
          AND (later.opened_at, later.id) > (one.opened_at, one.id) OFFSET 0) AS other
 WHERE one.type_code = %(type_code)s AND one.radius_m <= %(metres)s
   AND one.source = ANY (%(sources)s::text[])
   AND one.opened_at >= %(from_at)s AND one.opened_at < %(until_at)s
   AND other.geom && ST_Expand(one.geom, %(degrees)s);
