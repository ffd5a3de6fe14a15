-- name: open_new
INSERT INTO incident (code, type_code, severity, status, status_at, lon, lat, level, radius_m,
                      kelurahan_code, place_text, note, opened_at, opened_by, source, report,
                      answers)
VALUES (%(code)s, %(type_code)s, %(severity)s, %(status)s, %(at)s, %(lon)s, %(lat)s, %(level)s,
        %(radius_m)s, %(kelurahan_code)s, %(place_text)s, %(note)s, %(at)s, %(by)s, %(source)s,
        %(report)s, %(answers)s)
RETURNING id, code, type_code, severity, status, status_at, lon, lat, level, radius_m,
          kelurahan_code, place_text, note, opened_at, opened_by, closed_at, disposition,
          duplicate_of, answers, source, version;

-- name: get
SELECT id, code, type_code, severity, status, status_at, lon, lat, level, radius_m,
       kelurahan_code, place_text, note, opened_at, opened_by, closed_at, disposition,
       duplicate_of, answers, source, version
  FROM incident WHERE id = %(id)s;

-- name: some
SELECT id, code, type_code, severity, status, status_at, lon, lat, level, radius_m,
       kelurahan_code, place_text, note, opened_at, opened_by, closed_at, disposition,
       duplicate_of, answers, source, version
  FROM incident WHERE id = ANY(%(ids)s) ORDER BY opened_at, id;

-- name: hold
-- Nobody else may change it, or send to it, until we are done.
SELECT id, code, type_code, severity, status, status_at, lon, lat, level, radius_m,
       kelurahan_code, place_text, note, opened_at, opened_by, closed_at, disposition,
       duplicate_of, answers, source, version
  FROM incident WHERE id = %(id)s FOR NO KEY UPDATE;

-- name: open_ones
-- All of them, or those that a unit of one agency is, or was, sent to.
SELECT id, code, type_code, severity, status, status_at, lon, lat, level, radius_m,
       kelurahan_code, place_text, note, opened_at, opened_by, closed_at, disposition,
       duplicate_of, answers, source, version
  FROM incident WHERE closed_at IS NULL
   AND (%(agency)s::text IS NULL OR EXISTS (
       SELECT FROM assignment JOIN unit USING (call_sign)
        WHERE incident_id = incident.id AND unit.agency = %(agency)s))
 ORDER BY opened_at, id;

-- name: recent_closed
-- The room's own; history reported in public is not the room's work. For one agency as above.
SELECT id, code, type_code, severity, status, status_at, lon, lat, level, radius_m,
       kelurahan_code, place_text, note, opened_at, opened_by, closed_at, disposition,
       duplicate_of, answers, source, version
  FROM incident WHERE closed_at IS NOT NULL AND source = 'desk'
   AND (%(agency)s::text IS NULL OR EXISTS (
       SELECT FROM assignment JOIN unit USING (call_sign)
        WHERE incident_id = incident.id AND unit.agency = %(agency)s))
 ORDER BY closed_at DESC, id DESC LIMIT %(limit)s;

-- name: between
-- Incidents opened from one moment up to another, the newest so many, newest first; for lists and
-- exports.
SELECT incident.id, code, type_code, severity, status, status_at, lon, lat, level, radius_m,
       kelurahan_code, place_text, note, opened_at, opened_by, closed_at, disposition,
       duplicate_of, answers, source, version, report,
       (SELECT count(*) FROM call WHERE incident_id = incident.id) AS calls,
       (SELECT string_agg(call_sign, ';' ORDER BY assignment.id) FROM assignment
         WHERE incident_id = incident.id) AS units
  FROM incident
 WHERE (%(from_at)s::timestamptz IS NULL OR opened_at >= %(from_at)s)
   AND (%(until_at)s::timestamptz IS NULL OR opened_at < %(until_at)s)
   AND (%(types)s::text[] IS NULL OR type_code = ANY (%(types)s))
   AND (%(sources)s::text[] IS NULL OR source = ANY (%(sources)s))
 ORDER BY opened_at DESC, incident.id DESC LIMIT %(newest)s;

-- name: count_between
SELECT count(*) AS count FROM incident
 WHERE (%(from_at)s::timestamptz IS NULL OR opened_at >= %(from_at)s)
   AND (%(until_at)s::timestamptz IS NULL OR opened_at < %(until_at)s)
   AND (%(types)s::text[] IS NULL OR type_code = ANY (%(types)s))
   AND (%(sources)s::text[] IS NULL OR source = ANY (%(sources)s));

-- name: move
-- Only if nobody else changed it since we read it; no row back means stale.
UPDATE incident
   SET status = %(status)s, status_at = %(at)s, closed_at = %(closed_at)s,
       disposition = %(disposition)s, duplicate_of = %(duplicate_of)s
 WHERE id = %(id)s AND version = %(version)s
RETURNING id, code, type_code, severity, status, status_at, lon, lat, level, radius_m,
          kelurahan_code, place_text, note, opened_at, opened_by, closed_at, disposition,
          duplicate_of, answers, source, version;

-- name: relocate
UPDATE incident
   SET lon = %(lon)s, lat = %(lat)s, level = %(level)s, radius_m = %(radius_m)s,
       kelurahan_code = %(kelurahan_code)s
 WHERE id = %(id)s AND version = %(version)s
RETURNING id, code, type_code, severity, status, status_at, lon, lat, level, radius_m,
          kelurahan_code, place_text, note, opened_at, opened_by, closed_at, disposition,
          duplicate_of, answers, source, version;

-- name: regrade
UPDATE incident SET type_code = %(type_code)s, severity = %(severity)s
 WHERE id = %(id)s AND version = %(version)s
RETURNING id, code, type_code, severity, status, status_at, lon, lat, level, radius_m,
          kelurahan_code, place_text, note, opened_at, opened_by, closed_at, disposition,
          duplicate_of, answers, source, version;

-- name: answer
UPDATE incident SET answers = %(answers)s, severity = %(severity)s
 WHERE id = %(id)s AND version = %(version)s
RETURNING id, code, type_code, severity, status, status_at, lon, lat, level, radius_m,
          kelurahan_code, place_text, note, opened_at, opened_by, closed_at, disposition,
          duplicate_of, answers, source, version;

-- name: known_codes
SELECT code FROM incident WHERE source = %(source)s;

-- name: add_note
INSERT INTO incident_note (incident_id, at, by, text) VALUES (%(id)s, %(at)s, %(by)s, %(text)s);

-- name: notes
SELECT at, by, text FROM incident_note WHERE incident_id = %(id)s ORDER BY id;
