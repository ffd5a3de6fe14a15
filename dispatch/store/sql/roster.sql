-- name: hold_all
-- Always in the same order, so that two who do it wait for each other.
SELECT call_sign FROM unit ORDER BY call_sign FOR NO KEY UPDATE;

-- name: retired
SELECT call_sign FROM unit WHERE retired_at IS NOT NULL ORDER BY call_sign;

-- name: add
-- Off duty until somebody puts it on duty. No row back means that the call sign is in use.
INSERT INTO unit (call_sign, agency, profile, capabilities, station_id, lon, lat, crew, assumed,
                  status)
VALUES (%(call_sign)s, %(agency)s, %(profile)s, %(capabilities)s, %(station_id)s, %(lon)s,
        %(lat)s, %(crew)s, false, 'off_duty')
ON CONFLICT (call_sign) DO NOTHING RETURNING call_sign;

-- name: edit
UPDATE unit SET profile = %(profile)s, capabilities = %(capabilities)s, crew = %(crew)s,
       assumed = %(assumed)s
 WHERE call_sign = %(call_sign)s RETURNING call_sign;

-- name: retire
UPDATE unit SET retired_at = %(at)s, status = 'off_duty', status_at = %(at)s, status_note = ''
 WHERE call_sign = %(call_sign)s RETURNING call_sign;

-- name: move_home
-- No row back means that it has a station, and its home is there.
UPDATE unit SET lon = %(lon)s, lat = %(lat)s
 WHERE call_sign = %(call_sign)s AND station_id IS NULL RETURNING call_sign;

-- name: changes
-- What happened to a unit or a station, and its last fix: the many before it do not matter now.
(SELECT id, at, recorded_at, actor, source, action, kind, subject_id, before, after
   FROM event WHERE kind = %(kind)s AND subject_id = %(id)s ORDER BY id DESC LIMIT %(limit)s)
UNION ALL
(SELECT id, at, recorded_at, actor, source, action, kind, subject_id, before, after
   FROM event WHERE kind = 'unit_fix' AND subject_id = %(id)s AND %(kind)s = 'unit'
  ORDER BY id DESC LIMIT 1)
ORDER BY id DESC;

-- name: change
SELECT id, at, recorded_at, actor, source, action, kind, subject_id, before, after
  FROM event WHERE id = %(id)s;

-- name: hold_unit
SELECT to_jsonb(unit) AS now FROM unit WHERE call_sign = %(id)s FOR NO KEY UPDATE;

-- name: hold_station
SELECT to_jsonb(station) AS now FROM station WHERE id::text = %(id)s FOR NO KEY UPDATE;

-- name: put_unit_back
-- The row as it is, with the columns of `former` as they were.
UPDATE unit SET (profile, capabilities, lon, lat, crew, assumed, status, status_at, status_note,
                 retired_at)
     = (SELECT was.profile, was.capabilities, was.lon, was.lat, was.crew, was.assumed,
               was.status, was.status_at, was.status_note, was.retired_at
          FROM jsonb_populate_record(unit, %(former)s) AS was)
 WHERE call_sign = %(id)s;

-- name: put_station_back
UPDATE station SET (lon, lat, position_basis, position_confirmed)
     = (SELECT was.lon, was.lat, was.position_basis, was.position_confirmed
          FROM jsonb_populate_record(station, %(former)s) AS was)
 WHERE id::text = %(id)s;

-- name: drop_fix
DELETE FROM unit_fix WHERE id = %(id)s RETURNING id;
