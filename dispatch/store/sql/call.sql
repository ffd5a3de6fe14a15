-- name: receive
INSERT INTO call (received_at, text, phone, caller_name, note, kind, status, status_at, taken_by)
VALUES (%(received_at)s, %(text)s, %(phone)s, %(caller_name)s, %(note)s, %(kind)s, 'received',
        %(at)s, %(by)s)
RETURNING id, received_at, text, phone, caller_name, note, kind, status, status_at, incident_id,
          opened_incident_id, taken_by, erased_at;

-- name: complete
-- The words a call came with stay.
UPDATE call SET kind = %(kind)s, text = coalesce(nullif(text, ''), %(text)s),
       phone = coalesce(%(phone)s, phone), caller_name = coalesce(%(caller_name)s, caller_name),
       note = coalesce(nullif(%(note)s, ''), note)
 WHERE id = %(id)s
RETURNING id, received_at, text, phone, caller_name, note, kind, status, status_at, incident_id,
          opened_incident_id, taken_by;

-- name: move
UPDATE call SET status = %(status)s, status_at = %(at)s, incident_id = %(incident_id)s,
       opened_incident_id = %(opened_incident_id)s
 WHERE id = %(id)s
RETURNING id, received_at, text, phone, caller_name, note, kind, status, status_at, incident_id,
          opened_incident_id, taken_by, erased_at;

-- name: of_incident
SELECT id, received_at, text, phone, caller_name, note, kind, status, status_at, incident_id,
       opened_incident_id, taken_by, erased_at
  FROM call WHERE incident_id = %(incident_id)s ORDER BY received_at, id;

-- name: counts
-- How many calls point to each of these incidents.
SELECT incident_id, count(*) AS calls FROM call WHERE incident_id = ANY (%(incident_ids)s)
 GROUP BY incident_id;

-- name: get
SELECT id, received_at, text, phone, caller_name, note, kind, status, status_at, incident_id,
       opened_incident_id, taken_by, erased_at
  FROM call WHERE id = %(id)s;

-- name: hold
-- Nobody else may link it until we are done.
SELECT id, received_at, text, phone, caller_name, note, kind, status, status_at, incident_id,
       opened_incident_id, taken_by, erased_at
  FROM call WHERE id = %(id)s FOR NO KEY UPDATE;

-- name: waiting
-- Calls that point to nothing yet.
SELECT id, received_at, text, phone, caller_name, note, kind, status, status_at, incident_id,
       opened_incident_id, taken_by, erased_at
  FROM call WHERE status = 'received' ORDER BY received_at, id;

-- name: of_incidents
SELECT id, received_at, text, phone, caller_name, note, kind, status, status_at, incident_id,
       opened_incident_id, taken_by, erased_at
  FROM call WHERE incident_id = ANY (%(incident_ids)s) ORDER BY received_at, id;

-- name: history_of_phone
-- How often a number called since a moment, by what the calls were.
SELECT kind, count(*) AS calls FROM call
 WHERE phone = %(phone)s AND received_at >= %(since)s GROUP BY kind;
