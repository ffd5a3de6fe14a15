-- name: recorded
-- Incidents with a point to which somebody went, in the order in which the first was sent: that
-- unit, the drive it was sent on, how long it stayed, and how many went.
SELECT incident.id, incident.type_code, incident.severity, incident.lon, incident.lat,
       extract(epoch FROM sent.dispatched_at)::float8 AS sent_s, sent.call_sign,
       sent.predicted_travel_s,
       extract(epoch FROM sent.cleared_at - sent.on_scene_at)::float8 AS stayed_s, sent.units
  FROM incident
  JOIN (SELECT DISTINCT ON (incident_id) incident_id, id, call_sign, dispatched_at, on_scene_at,
               cleared_at, predicted_travel_s, count(*) OVER (PARTITION BY incident_id) AS units
          FROM assignment WHERE status <> 'declined'
         ORDER BY incident_id, dispatched_at, id) AS sent ON sent.incident_id = incident.id
 WHERE incident.lon IS NOT NULL AND incident.source = ANY (%(sources)s::text[])
   AND incident.opened_at >= %(from_at)s AND incident.opened_at < %(until_at)s
   AND (%(types)s::text[] IS NULL OR incident.type_code = ANY (%(types)s))
 ORDER BY sent.dispatched_at, sent.id;

-- name: not_replayed
-- Those of the same span that cannot be: no point, or nobody was sent.
SELECT count(*) FILTER (WHERE lon IS NULL) AS no_point,
       count(*) FILTER (WHERE lon IS NOT NULL AND NOT EXISTS (
           SELECT FROM assignment WHERE incident_id = incident.id AND status <> 'declined'))
           AS nobody_sent
  FROM incident
 WHERE opened_at >= %(from_at)s AND opened_at < %(until_at)s
   AND source = ANY (%(sources)s::text[])
   AND (%(types)s::text[] IS NULL OR type_code = ANY (%(types)s));
