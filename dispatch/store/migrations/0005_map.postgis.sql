-- Geometry made from lon and lat, its indexes, and views that QGIS opens as layers.

ALTER TABLE station ADD COLUMN geom geometry(Point, 4326)
    GENERATED ALWAYS AS (ST_SetSRID(ST_MakePoint(lon, lat), 4326)) STORED;
ALTER TABLE unit ADD COLUMN geom geometry(Point, 4326)
    GENERATED ALWAYS AS (ST_SetSRID(ST_MakePoint(lon, lat), 4326)) STORED;
ALTER TABLE unit_fix ADD COLUMN geom geometry(Point, 4326)
    GENERATED ALWAYS AS (ST_SetSRID(ST_MakePoint(lon, lat), 4326)) STORED;
ALTER TABLE incident ADD COLUMN geom geometry(Point, 4326)
    GENERATED ALWAYS AS (ST_SetSRID(ST_MakePoint(lon, lat), 4326)) STORED;
ALTER TABLE closure ADD COLUMN geom geometry(Geometry, 4326)
    GENERATED ALWAYS AS (ST_SetSRID(ST_GeomFromGeoJSON(geometry), 4326)) STORED;

CREATE INDEX station_geom ON station USING gist (geom);
CREATE INDEX unit_geom ON unit USING gist (geom);
CREATE INDEX unit_fix_geom ON unit_fix USING gist (geom);
CREATE INDEX incident_geom ON incident USING gist (geom);
CREATE INDEX closure_geom ON closure USING gist (geom);

CREATE VIEW incidents AS
SELECT id, code, type_code, severity, status, level, radius_m, kelurahan_code, place_text,
       opened_at, closed_at, disposition, source, geom
  FROM incident;

CREATE VIEW stations AS
SELECT id, name, agency, kind, address, position_basis, position_confirmed, hotline, geom
  FROM station;

-- At the last fix, however old (fix_at says), else at home.
CREATE VIEW units AS
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
        ORDER BY at DESC, id DESC LIMIT 1) fix ON true;

CREATE VIEW closures AS
SELECT id, profiles, from_at, until_at, reason, author, geom
  FROM closure WHERE removed_at IS NULL;

-- From the unit's home to the incident, as the crow flies.
CREATE VIEW assignments AS
SELECT assignment.id, incident.code AS incident, assignment.call_sign, assignment.status,
       predicted_travel_s, actual_travel_s, distance_m, dispatched_at, en_route_at, on_scene_at,
       coalesce(cleared_at, declined_at, withdrawn_at) AS ended_at,
       ST_MakeLine(coalesce(station.geom, unit.geom), incident.geom)::geometry(LineString, 4326)
           AS geom
  FROM assignment
  JOIN incident ON incident.id = assignment.incident_id
  JOIN unit ON unit.call_sign = assignment.call_sign
  LEFT JOIN station ON station.id = unit.station_id;
