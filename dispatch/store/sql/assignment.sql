-- name: dispatch
-- The triggers lock incident and unit, and refuse ended incidents and units off duty; the index
-- unit_on_one_incident refuses a unit that is out already.
INSERT INTO assignment (incident_id, call_sign, status, assigned_by, predicted_travel_s,
                        distance_m, recommendation_id, dispatched_at)
VALUES (%(incident_id)s, %(call_sign)s, 'dispatched', %(by)s, %(predicted_travel_s)s,
        %(distance_m)s, %(recommendation_id)s, %(at)s)
RETURNING *;

-- name: holder
-- Who sent this unit, when, and where to.
SELECT assigned_by, dispatched_at, incident.code
  FROM assignment JOIN incident ON incident.id = incident_id
 WHERE call_sign = %(call_sign)s
   AND assignment.status NOT IN ('declined', 'cleared', 'withdrawn');

-- name: get
SELECT * FROM assignment WHERE id = %(id)s;

-- name: of_incidents
SELECT * FROM assignment WHERE incident_id = ANY (%(incident_ids)s) ORDER BY id;

-- name: move
-- Only if nobody else moved it since we read it; a milestone is written once.
UPDATE assignment
   SET status = %(status)s,
       accepted_at = CASE %(status)s WHEN 'accepted' THEN %(at)s ELSE accepted_at END,
       declined_at = CASE %(status)s WHEN 'declined' THEN %(at)s ELSE declined_at END,
       en_route_at = CASE %(status)s WHEN 'en_route' THEN %(at)s ELSE en_route_at END,
       on_scene_at = CASE %(status)s WHEN 'on_scene' THEN %(at)s ELSE on_scene_at END,
       acting_at = CASE %(status)s WHEN 'acting' THEN %(at)s ELSE acting_at END,
       transporting_at = CASE %(status)s WHEN 'transporting' THEN %(at)s ELSE transporting_at END,
       at_hospital_at = CASE %(status)s WHEN 'at_hospital' THEN %(at)s ELSE at_hospital_at END,
       cleared_at = CASE %(status)s WHEN 'cleared' THEN %(at)s ELSE cleared_at END,
       withdrawn_at = CASE %(status)s WHEN 'withdrawn' THEN %(at)s ELSE withdrawn_at END
 WHERE id = %(id)s AND version = %(version)s
RETURNING *;
