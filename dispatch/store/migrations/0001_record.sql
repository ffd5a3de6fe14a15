-- What every other table leans on: the record of changes, the legal moves, the settings.

-- One row for every change, in the same transaction. Corrections append.
CREATE TABLE event (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor       text NOT NULL,
    source      text NOT NULL,
    action      text NOT NULL,
    kind        text NOT NULL,
    subject_id  text NOT NULL,
    before      jsonb,
    after       jsonb
);
CREATE INDEX event_of_subject ON event (kind, subject_id, id);
CREATE INDEX event_at ON event (at);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'AM001';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Writes the event of a row. Who, why and when come from the transaction (store/database.py);
-- a change made by hand in SQL is recorded under the database user's name.
-- Arguments: the key column, then the columns that the record must not hold (caller's data).
CREATE FUNCTION record_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    old_row jsonb; new_row jsonb; hidden text[] := TG_ARGV[1:] || '{geom,version}'::text[];
BEGIN
    IF TG_OP <> 'INSERT' THEN old_row := to_jsonb(OLD) - hidden; END IF;
    IF TG_OP <> 'DELETE' THEN new_row := to_jsonb(NEW) - hidden; END IF;
    IF old_row = new_row THEN RETURN NULL; END IF;
    INSERT INTO event (at, actor, source, action, kind, subject_id, before, after) VALUES (
        coalesce(nullif(current_setting('room.at', true), '')::timestamptz, clock_timestamp()),
        coalesce(nullif(current_setting('room.actor', true), ''), 'sql:' || session_user),
        coalesce(nullif(current_setting('room.source', true), ''), 'sql'),
        coalesce(nullif(current_setting('room.action', true), ''), lower(TG_OP)),
        TG_TABLE_NAME,
        coalesce(new_row, old_row) ->> TG_ARGV[0],
        old_row, new_row);
    RETURN NULL;
END $$;

-- Everyone who listens hears of it when the transaction is committed; what one desk was shown
-- changes nothing for the others.
CREATE FUNCTION tell_of_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM written WHERE kind <> 'recommendation') THEN
        PERFORM pg_notify('room_change', current_schema());
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER tell AFTER INSERT ON event REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION tell_of_change();

CREATE FUNCTION raise_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;

-- The tables MOVES and STARTS of the code; '' is where a new row comes from.
CREATE TABLE transition (
    kind        text NOT NULL,
    from_status text NOT NULL,
    to_status   text NOT NULL,
    PRIMARY KEY (kind, from_status, to_status)
);
INSERT INTO transition (kind, from_status, to_status) VALUES
    ('call', '', 'received'),
    ('call', 'received', 'linked'),
    ('call', 'received', 'answered'),
    ('call', 'received', 'discarded'),
    ('incident', '', 'reported'),
    ('incident', '', 'located'),
    ('incident', '', 'awaiting_unit'),
    ('incident', 'reported', 'located'),
    ('incident', 'reported', 'closed'),
    ('incident', 'reported', 'cancelled'),
    ('incident', 'located', 'awaiting_unit'),
    ('incident', 'located', 'closed'),
    ('incident', 'located', 'cancelled'),
    ('incident', 'awaiting_unit', 'in_progress'),
    ('incident', 'awaiting_unit', 'closed'),
    ('incident', 'awaiting_unit', 'cancelled'),
    ('incident', 'in_progress', 'awaiting_unit'),
    ('incident', 'in_progress', 'controlled'),
    ('incident', 'in_progress', 'closed'),
    ('incident', 'in_progress', 'cancelled'),
    ('incident', 'controlled', 'in_progress'),
    ('incident', 'controlled', 'closed'),
    ('incident', 'closed', 'awaiting_unit'),
    ('assignment', '', 'dispatched'),
    ('assignment', 'dispatched', 'accepted'),
    ('assignment', 'dispatched', 'declined'),
    ('assignment', 'dispatched', 'withdrawn'),
    ('assignment', 'accepted', 'en_route'),
    ('assignment', 'accepted', 'withdrawn'),
    ('assignment', 'en_route', 'on_scene'),
    ('assignment', 'en_route', 'withdrawn'),
    ('assignment', 'on_scene', 'transporting'),
    ('assignment', 'on_scene', 'cleared'),
    ('assignment', 'on_scene', 'withdrawn'),
    ('assignment', 'transporting', 'at_hospital'),
    ('assignment', 'transporting', 'withdrawn'),
    ('assignment', 'at_hospital', 'cleared'),
    ('assignment', 'at_hospital', 'withdrawn'),
    ('unit', '', 'off_duty'),
    ('unit', '', 'available'),
    ('unit', '', 'out_of_service'),
    ('unit', 'off_duty', 'available'),
    ('unit', 'off_duty', 'out_of_service'),
    ('unit', 'available', 'off_duty'),
    ('unit', 'available', 'out_of_service'),
    ('unit', 'out_of_service', 'available'),
    ('unit', 'out_of_service', 'off_duty');

-- Argument: the kind whose moves the column `status` follows.
CREATE FUNCTION check_move() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    old_status text := CASE WHEN TG_OP = 'INSERT' THEN '' ELSE OLD.status END;
BEGIN
    IF NEW.status <> old_status AND NOT EXISTS (
        SELECT FROM transition
         WHERE kind = TG_ARGV[0] AND from_status = old_status AND to_status = NEW.status
    ) THEN
        RAISE EXCEPTION 'illegal move of %: % to %', TG_ARGV[0], old_status, NEW.status
            USING ERRCODE = 'AM002', DETAIL = concat_ws('|', TG_ARGV[0], old_status, NEW.status);
    END IF;
    RETURN NEW;
END $$;

CREATE TABLE setting (
    key        text PRIMARY KEY,
    value      jsonb NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by text NOT NULL,
    version    integer NOT NULL DEFAULT 1
);
CREATE TRIGGER raise_version BEFORE UPDATE ON setting
    FOR EACH ROW EXECUTE FUNCTION raise_version();
CREATE TRIGGER record_event AFTER INSERT OR UPDATE OR DELETE ON setting
    FOR EACH ROW EXECUTE FUNCTION record_event('key');
