-- The record is sealed: each event's hash holds the one before it, so that a row changed or removed
-- shows. What callers and dispatchers said is kept out of it: the record is never erased.

ALTER TABLE event DISABLE TRIGGER append_only;
UPDATE event SET before = before - '{place_text,note,report}'::text[],
                 after = after - '{place_text,note,report}'::text[]
 WHERE kind = 'incident';
UPDATE event SET before = before - 'text', after = after - 'text' WHERE kind = 'incident_note';
ALTER TABLE event ENABLE TRIGGER append_only;

DROP TRIGGER record_event ON incident;
CREATE TRIGGER record_event AFTER INSERT OR UPDATE OR DELETE ON incident
    FOR EACH ROW EXECUTE FUNCTION record_event('id', 'place_text', 'note', 'report');
DROP TRIGGER record_event ON incident_note;
CREATE TRIGGER record_event AFTER INSERT OR UPDATE OR DELETE ON incident_note
    FOR EACH ROW EXECUTE FUNCTION record_event('incident_id', 'text');

CREATE TABLE event_seal (
    n        bigint PRIMARY KEY,
    event_id bigint NOT NULL UNIQUE REFERENCES event (id),
    hash     bytea NOT NULL
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON event_seal
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON event_seal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The same bytes whatever the session's settings.
CREATE FUNCTION seal_of(last_hash bytea, one event) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(last_hash || convert_to(jsonb_build_array(
        one.id, extract(epoch FROM one.at)::text, extract(epoch FROM one.recorded_at)::text,
        one.actor, one.source, one.action, one.kind, one.subject_id, one.before, one.after
    )::text, 'UTF8'))
$$;

-- Deferred to the commit: by then this transaction waits for nothing else, so sealing, one
-- transaction after the other, cannot deadlock.
CREATE FUNCTION seal_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last event_seal;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('event_seal in ' || TG_TABLE_SCHEMA, 112));
    SELECT * INTO last FROM event_seal ORDER BY n DESC LIMIT 1;
    INSERT INTO event_seal (n, event_id, hash) VALUES (
        coalesce(last.n, 0) + 1, NEW.id, seal_of(coalesce(last.hash, ''::bytea), NEW));
    RETURN NULL;
END $$;

DO $$
DECLARE
    one event; last_hash bytea := ''; number bigint := 0;
BEGIN
    FOR one IN SELECT * FROM event ORDER BY id LOOP
        last_hash := seal_of(last_hash, one);
        number := number + 1;
        INSERT INTO event_seal (n, event_id, hash) VALUES (number, one.id, last_hash);
    END LOOP;
END $$;

CREATE CONSTRAINT TRIGGER seal AFTER INSERT ON event DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION seal_event();
