-- name: history
-- Every chosen incident as 27 bytes in network order, all in one value: microseconds since 2000
-- (UTC), lon, lat (NaN without a point), place of its kelurahan in the list given (0 without one),
-- whether its hour was stated. Columns of a million incidents come as fast as they are counted.
-- A public report with neither hour in it was opened at a noon that nobody saw.
SELECT coalesce(string_agg(
         timestamptz_send(opened_at) || float8send(coalesce(lon, 'NaN'))
         || float8send(coalesce(lat, 'NaN')) || int2send(coalesce(area.place, 0)::int2)
         || boolsend(stated.hour), ''), '') AS rows
  FROM incident
  LEFT JOIN unnest(%(codes)s::text[]) WITH ORDINALITY AS area (code, place)
       ON area.code = kelurahan_code
 CROSS JOIN LATERAL (SELECT source <> 'public report'
       OR coalesce(report ->> 'time_wit', '') || coalesce(report ->> 'reported_time', '') <> ''
       ) AS stated (hour)
 WHERE opened_at >= %(from_at)s AND opened_at < %(until_at)s
   AND source = ANY(%(sources)s::text[])
   AND disposition IS DISTINCT FROM 'duplicate'
   AND (%(types)s::text[] IS NULL OR type_code = ANY(%(types)s::text[]))
   AND (%(hours)s::int[] IS NULL OR stated.hour
        AND extract(hour FROM opened_at AT TIME ZONE 'Asia/Jayapura') = ANY(%(hours)s::int[]))
   AND (%(weekdays)s::int[] IS NULL
        OR extract(isodow FROM opened_at AT TIME ZONE 'Asia/Jayapura') = ANY(%(weekdays)s::int[]))
   AND (%(agencies)s::text[] IS NULL OR EXISTS (
        SELECT FROM assignment JOIN unit USING (call_sign)
         WHERE incident_id = incident.id AND unit.agency = ANY(%(agencies)s::text[])));

-- name: span
-- The first and the last moment there is anything from these sources.
SELECT min(of_source.first_at) AS first_at, max(of_source.last_at) AS last_at
  FROM unnest(%(sources)s::text[]) AS one (source)
 CROSS JOIN LATERAL (SELECT min(opened_at) AS first_at, max(opened_at) AS last_at
                       FROM incident WHERE incident.source = one.source) AS of_source;
