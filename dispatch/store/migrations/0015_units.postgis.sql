-- The layer of units as 0005 made it, without those that left.

CREATE OR REPLACE VIEW units AS
SELECT unit.id, unit.call_sign, unit.agency, unit.profile, unit.capabilities,
       station.name AS station, unit.crew, unit.assumed, unit.status AS duty,
       incident.code AS incident, fix.at AS fix_at,
       coalesce(fix.geom, station.geom, unit.geom)::geometry(Point, 4326) AS geom
  FROM unit
  LEFT JOIN station ON station.id = unit.station_id
  LEFT JOIN assignment ON assignment.call_sign = unit.call_sign
       AND assignment.status NOT IN ('declined', 'cleared', 'withdrawn')
  LEFT JOIN incident ON incident.id = assignment.incident_id
  LEFT JOIN LATERAL (
       SELECT at, geom FROM unit_fix WHERE unit_fix.call_sign = unit.call_sign
        ORDER BY at DESC, id DESC LIMIT 1) fix ON true
 WHERE unit.retired_at IS NULL;
