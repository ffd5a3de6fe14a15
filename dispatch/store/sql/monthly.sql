-- What a month's report is counted from. Of a call only its kind and where it led: nothing a caller
-- said, and nobody's number, is read.

-- name: one_picture
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;

-- name: calls
-- The calls of a span, and those that opened an incident of the span whenever they came.
SELECT id, received_at, kind, status, opened_incident_id FROM call
 WHERE (received_at >= %(from_at)s AND received_at < %(until_at)s)
    OR opened_incident_id IN (SELECT id FROM incident
        WHERE opened_at >= %(from_at)s AND opened_at < %(until_at)s)
 ORDER BY received_at, id;

-- name: incidents
-- Rows made up to measure speed are left out. A public report with neither hour in it was opened
-- at a noon that nobody saw.
SELECT id, opened_at, type_code, severity, disposition, source, kelurahan_code,
       coalesce(report ->> 'district', '') AS district, lon, lat,
       source <> 'public report' OR coalesce(report ->> 'time_wit', '')
           || coalesce(report ->> 'reported_time', '') <> '' AS timed
  FROM incident
 WHERE opened_at >= %(from_at)s AND opened_at < %(until_at)s
   AND source IN ('desk', 'public report')
 ORDER BY opened_at, id;

-- name: sent
-- The units sent in a span, and those sent to its incidents whenever they went.
SELECT assignment.id, incident_id, unit.agency, call_sign, assignment.status, dispatched_at,
       on_scene_at
  FROM assignment JOIN unit USING (call_sign)
 WHERE (dispatched_at >= %(from_at)s AND dispatched_at < %(until_at)s)
    OR incident_id IN (SELECT id FROM incident
        WHERE opened_at >= %(from_at)s AND opened_at < %(until_at)s)
 ORDER BY dispatched_at, assignment.id;

-- name: closures
-- The closures that were in force at some moment of a span. Without the reason: people typed it.
SELECT id, geometry, profiles, begins_at, ends_at
  FROM closure
 CROSS JOIN LATERAL (SELECT coalesce(from_at, created_at), least(until_at, removed_at))
       AS force (begins_at, ends_at)
 WHERE begins_at < %(until_at)s
   AND (ends_at IS NULL OR (ends_at > %(from_at)s AND ends_at > begins_at))
 ORDER BY begins_at, id;

-- name: totals
-- The same span counted by the database, to compare the report with.
SELECT (SELECT count(*) FROM call
         WHERE received_at >= %(from_at)s AND received_at < %(until_at)s) AS calls,
       count(*) FILTER (WHERE source = 'desk') AS own_rows,
       count(*) FILTER (WHERE source = 'desk' AND disposition = 'duplicate') AS duplicates,
       count(*) FILTER (WHERE source = 'public report'
                        AND disposition IS DISTINCT FROM 'duplicate') AS public,
       count(*) FILTER (WHERE source NOT IN ('desk', 'public report')) AS left_out
  FROM incident WHERE opened_at >= %(from_at)s AND opened_at < %(until_at)s;

-- name: known
-- Since when the room keeps a record, and from when to when public reports were collected.
SELECT least((SELECT min(received_at) FROM call),
             min(opened_at) FILTER (WHERE source = 'desk')) AS room_from,
       min(opened_at) FILTER (WHERE source = 'public report') AS public_from,
       max(opened_at) FILTER (WHERE source = 'public report') AS public_until
  FROM incident;
