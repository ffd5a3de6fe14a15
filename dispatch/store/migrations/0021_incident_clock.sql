-- What response times are made of, kept as it changes: put together anew each time from calls,
-- units and stamps, a million incidents took half a minute.

-- A row for each incident and each agency that was sent to it, '' where nobody was. The stamps are
-- those of the agency's unit that was first on the scene, else of the first sent. An incident joined
-- to another has none: the other one counts.
CREATE TABLE incident_clock (
    incident_id    bigint NOT NULL REFERENCES incident (id),
    agency         text NOT NULL,
    source         text NOT NULL,
    type_code      text NOT NULL,
    kelurahan_code text,
    opened_at      timestamptz NOT NULL,
    received_at    timestamptz NOT NULL,
    located_at     timestamptz,
    dispatched_at  timestamptz,
    accepted_at    timestamptz,
    en_route_at    timestamptz,
    on_scene_at    timestamptz,
    controlled_at  timestamptz,
    PRIMARY KEY (incident_id, agency)
);
CREATE INDEX incident_clock_opened ON incident_clock (opened_at);

-- What the table has to hold.
CREATE VIEW incident_clock_now AS
SELECT incident.id AS incident_id, coalesce(team.agency, '') AS agency, incident.source,
       incident.type_code, incident.kelurahan_code, incident.opened_at,
       least(incident.opened_at, first_call.at) AS received_at, stamp.located_at,
       team.dispatched_at, team.accepted_at, team.en_route_at, team.on_scene_at,
       stamp.controlled_at
  FROM incident
  LEFT JOIN (SELECT incident_id, min(received_at) AS at FROM call GROUP BY incident_id)
       AS first_call ON first_call.incident_id = incident.id
  LEFT JOIN incident_stamp AS stamp ON stamp.incident_id = incident.id
  LEFT JOIN (SELECT DISTINCT ON (assignment.incident_id, unit.agency)
                    assignment.incident_id, unit.agency, assignment.dispatched_at,
                    assignment.accepted_at, assignment.en_route_at, assignment.on_scene_at
               FROM assignment JOIN unit ON unit.call_sign = assignment.call_sign
              ORDER BY assignment.incident_id, unit.agency, assignment.on_scene_at NULLS LAST,
                       assignment.status IN ('declined', 'withdrawn'), assignment.dispatched_at,
                       assignment.id) AS team ON team.incident_id = incident.id
 WHERE incident.disposition IS DISTINCT FROM 'duplicate';

-- Rows that are right already are left alone. The lock is the one seal_event() takes at the same
-- moment, the end of the transaction: what others wrote of this incident is seen, and nobody waits
-- for two things.
CREATE FUNCTION set_clock(of_incident bigint) RETURNS void LANGUAGE plpgsql STRICT AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('event_seal in ' || current_schema(), 112));
    DELETE FROM incident_clock AS kept
     WHERE incident_id = of_incident AND NOT EXISTS (
           SELECT FROM incident_clock_now AS told
            WHERE told.incident_id = of_incident AND ROW(told.*) IS NOT DISTINCT FROM ROW(kept.*));
    INSERT INTO incident_clock
    SELECT * FROM incident_clock_now WHERE incident_id = of_incident ON CONFLICT DO NOTHING;
END $$;

-- Its argument names the column that holds the incident; of a unit, all incidents it was sent to.
CREATE FUNCTION clock_incident() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    old_id bigint; new_id bigint;
BEGIN
    IF TG_TABLE_NAME = 'unit' THEN
        PERFORM set_clock(incident_id)
           FROM (SELECT DISTINCT incident_id FROM assignment WHERE call_sign = NEW.call_sign) AS its;
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN old_id := to_jsonb(OLD) ->> TG_ARGV[0]; END IF;
    IF TG_OP <> 'DELETE' THEN new_id := to_jsonb(NEW) ->> TG_ARGV[0]; END IF;
    IF old_id IS NOT NULL THEN PERFORM set_clock(old_id); END IF;
    IF new_id IS DISTINCT FROM old_id THEN PERFORM set_clock(new_id); END IF;
    RETURN NULL;
END $$;
DO $$ BEGIN  -- as 0014_training.sql does: what a trigger writes lies in its own table's schema
    EXECUTE format('ALTER FUNCTION clock_incident() SET search_path = %I', current_schema());
END $$;

CREATE CONSTRAINT TRIGGER clock AFTER INSERT
    OR UPDATE OF source, type_code, kelurahan_code, opened_at, disposition ON incident
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION clock_incident('id');
CREATE CONSTRAINT TRIGGER clock AFTER INSERT OR UPDATE OR DELETE ON incident_stamp
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION clock_incident('incident_id');
CREATE CONSTRAINT TRIGGER clock AFTER INSERT OR UPDATE OF incident_id, received_at OR DELETE ON call
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION clock_incident('incident_id');
CREATE CONSTRAINT TRIGGER clock AFTER INSERT OR UPDATE OR DELETE ON assignment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION clock_incident('incident_id');
CREATE CONSTRAINT TRIGGER clock AFTER UPDATE OF agency ON unit
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.agency <> NEW.agency)
    EXECUTE FUNCTION clock_incident();

INSERT INTO incident_clock SELECT * FROM incident_clock_now;
