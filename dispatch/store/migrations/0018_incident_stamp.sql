-- When an incident's place was first known and when it was last brought under control. Both follow
-- from the record and could be read there; for a million incidents that would take minutes.

CREATE TABLE incident_stamp (
    incident_id   bigint PRIMARY KEY REFERENCES incident (id),
    located_at    timestamptz,
    controlled_at timestamptz
);

CREATE FUNCTION stamp_incident() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO incident_stamp AS stamp (incident_id, located_at, controlled_at)
    VALUES (NEW.id, CASE WHEN NEW.status <> 'controlled' THEN NEW.status_at END,
            CASE WHEN NEW.status = 'controlled' THEN NEW.status_at END)
    ON CONFLICT (incident_id) DO UPDATE
        SET located_at = coalesce(stamp.located_at, EXCLUDED.located_at),
            controlled_at = coalesce(EXCLUDED.controlled_at, stamp.controlled_at);
    RETURN NULL;
END $$;
DO $$ BEGIN  -- as 0014_training.sql does: the trigger writes into its own table's schema
    EXECUTE format('ALTER FUNCTION stamp_incident() SET search_path = %I', current_schema());
END $$;
CREATE TRIGGER stamp AFTER INSERT OR UPDATE OF status ON incident
    FOR EACH ROW WHEN (NEW.status IN ('located', 'awaiting_unit', 'controlled'))
    EXECUTE FUNCTION stamp_incident();

INSERT INTO incident_stamp (incident_id, located_at, controlled_at)
SELECT subject_id::bigint,
       min(at) FILTER (WHERE after ->> 'status' <> 'controlled'),
       max(at) FILTER (WHERE after ->> 'status' = 'controlled')
  FROM event
 WHERE kind = 'incident' AND after ->> 'status' IN ('located', 'awaiting_unit', 'controlled')
   AND before ->> 'status' IS DISTINCT FROM after ->> 'status'
   AND EXISTS (SELECT FROM incident WHERE id = subject_id::bigint)
 GROUP BY subject_id;
