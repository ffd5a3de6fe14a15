-- name: units
-- As they stand: home, latest fix, and the incident they are on. A unit with a station is at
-- home there; one that left is none of ours any more. A fix that is yet to come was written before
-- the clock was set back.
SELECT unit.call_sign, unit.agency, unit.profile, unit.capabilities, station.name AS station,
       coalesce(station.lon, unit.lon) AS lon, coalesce(station.lat, unit.lat) AS lat,
       unit.crew, unit.assumed, unit.status, unit.status_note,
       fix.at AS fix_at, fix.lon AS fix_lon, fix.lat AS fix_lat,
       incident.id AS incident_id, incident.code AS incident_code,
       assignment.id AS assignment_id, assignment.status AS assignment_status
  FROM unit
  LEFT JOIN station ON station.id = unit.station_id
  LEFT JOIN assignment ON assignment.call_sign = unit.call_sign
       AND assignment.status NOT IN ('declined', 'cleared', 'withdrawn')
  LEFT JOIN incident ON incident.id = assignment.incident_id
  LEFT JOIN LATERAL (
       SELECT at, lon, lat FROM unit_fix WHERE unit_fix.call_sign = unit.call_sign
           AND at <= %(until)s
        ORDER BY at DESC, id DESC LIMIT 1) fix ON true
 WHERE (%(call_sign)s::text IS NULL OR unit.call_sign = %(call_sign)s)
   AND unit.retired_at IS NULL
 ORDER BY unit.call_sign;

-- name: set_status
UPDATE unit SET status = %(status)s, status_at = %(at)s, status_note = %(note)s
 WHERE call_sign = %(call_sign)s RETURNING call_sign;

-- name: hold
SELECT status FROM unit WHERE call_sign = %(call_sign)s AND retired_at IS NULL
   FOR NO KEY UPDATE;

-- name: agency_of
SELECT agency FROM unit WHERE call_sign = %(call_sign)s;

-- name: record_fix
-- No row back means no such unit.
INSERT INTO unit_fix (call_sign, at, lon, lat)
SELECT call_sign, %(at)s, %(lon)s, %(lat)s FROM unit
 WHERE call_sign = %(call_sign)s AND retired_at IS NULL
RETURNING id;

-- name: seed
-- A unit somebody already has is left as it is.
INSERT INTO unit (call_sign, agency, profile, capabilities, station_id, lon, lat, crew, assumed)
VALUES (%(call_sign)s, %(agency)s, %(profile)s, %(capabilities)s,
        (SELECT id FROM station WHERE name = %(station)s), %(lon)s, %(lat)s, %(crew)s,
        %(assumed)s)
ON CONFLICT (call_sign) DO NOTHING;

-- name: seed_station
INSERT INTO station (id, name, agency, kind, address, lon, lat, position_basis,
                     position_confirmed, strength_reported, hotline)
VALUES (%(id)s, %(name)s, %(agency)s, %(kind)s, %(address)s, %(lon)s, %(lat)s,
        %(position_basis)s, %(position_confirmed)s, %(strength_reported)s, %(hotline)s)
ON CONFLICT (id) DO NOTHING;

-- name: stations
SELECT id, name, agency, kind, lon, lat, position_confirmed, position_basis
  FROM station ORDER BY id;

-- name: move_station
-- Putting a station on the map by hand confirms where it is.
UPDATE station SET lon = %(lon)s, lat = %(lat)s, position_confirmed = true,
       position_basis = 'confirmed'
 WHERE id = %(id)s
RETURNING id, name, agency, kind, lon, lat, position_confirmed, position_basis;
