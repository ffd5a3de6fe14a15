-- When a crew began its work (first water, first aid): the clock of the 15-minute standard runs from
-- the report to arrival and action. Crews that say nothing of it go on as before.
ALTER TABLE assignment ADD COLUMN acting_at timestamptz,
    ADD CHECK (status <> 'acting' OR acting_at IS NOT NULL);
INSERT INTO transition (kind, from_status, to_status) VALUES
    ('assignment', 'on_scene', 'acting'),
    ('assignment', 'acting', 'transporting'),
    ('assignment', 'acting', 'cleared'),
    ('assignment', 'acting', 'withdrawn');

-- An agency's action is the first of any of its units, whichever of them was there first.
ALTER TABLE incident_clock ADD COLUMN acting_at timestamptz;
CREATE OR REPLACE VIEW incident_clock_now AS
SELECT incident.id AS incident_id, coalesce(team.agency, '') AS agency, incident.source,
       incident.type_code, incident.kelurahan_code, incident.opened_at,
       least(incident.opened_at, first_call.at) AS received_at, stamp.located_at,
       team.dispatched_at, team.accepted_at, team.en_route_at, team.on_scene_at,
       stamp.controlled_at, team.acting_at
  FROM incident
  LEFT JOIN (SELECT incident_id, min(received_at) AS at FROM call GROUP BY incident_id)
       AS first_call ON first_call.incident_id = incident.id
  LEFT JOIN incident_stamp AS stamp ON stamp.incident_id = incident.id
  LEFT JOIN (SELECT DISTINCT ON (assignment.incident_id, unit.agency)
                    assignment.incident_id, unit.agency, assignment.dispatched_at,
                    assignment.accepted_at, assignment.en_route_at, assignment.on_scene_at,
                    min(assignment.acting_at) OVER (
                        PARTITION BY assignment.incident_id, unit.agency) AS acting_at
               FROM assignment JOIN unit ON unit.call_sign = assignment.call_sign
              ORDER BY assignment.incident_id, unit.agency, assignment.on_scene_at NULLS LAST,
                       assignment.status IN ('declined', 'withdrawn'), assignment.dispatched_at,
                       assignment.id) AS team ON team.incident_id = incident.id
 WHERE incident.disposition IS DISTINCT FROM 'duplicate';
