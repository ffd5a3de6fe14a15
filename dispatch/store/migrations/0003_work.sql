-- Calls, incidents, and the units sent to them.

CREATE TABLE incident_serial (
    year integer PRIMARY KEY,
    last integer NOT NULL
);

-- lon and lat are the truth and absent only in history that nobody located.
CREATE TABLE incident (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code           text NOT NULL UNIQUE,
    type_code      text NOT NULL,
    severity       text NOT NULL CHECK (severity IN ('low', 'medium', 'high')),
    status         text NOT NULL,
    status_at      timestamptz NOT NULL,
    lon            double precision CHECK (lon BETWEEN -180 AND 180),
    lat            double precision CHECK (lat BETWEEN -90 AND 90),
    level          text NOT NULL,
    radius_m       double precision NOT NULL DEFAULT 0 CHECK (radius_m >= 0),
    kelurahan_code text,
    place_text     text NOT NULL,
    note           text NOT NULL DEFAULT '',
    opened_at      timestamptz NOT NULL,
    opened_by      text NOT NULL,
    closed_at      timestamptz,
    disposition    text CHECK (disposition IN (
        'handled', 'unfounded', 'cancelled', 'duplicate', 'referred', 'no_action')),
    source         text NOT NULL DEFAULT 'desk',
    report         jsonb,
    version        integer NOT NULL DEFAULT 1,
    CHECK ((lon IS NULL) = (lat IS NULL)),
    CHECK (lon IS NOT NULL OR source <> 'desk'),
    CHECK ((status IN ('closed', 'cancelled')) = (closed_at IS NOT NULL)),
    CHECK (closed_at IS NULL OR disposition IS NOT NULL)
);
CREATE INDEX incident_open ON incident (opened_at) WHERE closed_at IS NULL;
CREATE INDEX incident_closed ON incident (closed_at DESC) WHERE closed_at IS NOT NULL;
CREATE INDEX incident_opened ON incident (opened_at);
CREATE INDEX incident_kelurahan ON incident (kelurahan_code);

-- 2026-000123: the year in Ambon, and a number without gaps.
CREATE FUNCTION number_incident() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    this_year integer := extract(year FROM NEW.opened_at AT TIME ZONE 'Asia/Jayapura');
    number integer;
BEGIN
    IF NEW.code IS NULL THEN
        INSERT INTO incident_serial AS serial (year, last) VALUES (this_year, 1)
            ON CONFLICT (year) DO UPDATE SET last = serial.last + 1 RETURNING last INTO number;
        NEW.code := this_year || '-' || to_char(number, 'FM000000');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER number_incident BEFORE INSERT ON incident
    FOR EACH ROW EXECUTE FUNCTION number_incident();
CREATE TRIGGER check_move BEFORE INSERT OR UPDATE OF status ON incident
    FOR EACH ROW EXECUTE FUNCTION check_move('incident');
CREATE TRIGGER raise_version BEFORE UPDATE ON incident
    FOR EACH ROW EXECUTE FUNCTION raise_version();
CREATE TRIGGER record_event AFTER INSERT OR UPDATE OR DELETE ON incident
    FOR EACH ROW EXECUTE FUNCTION record_event('id');

CREATE TABLE incident_note (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id bigint NOT NULL REFERENCES incident (id),
    at          timestamptz NOT NULL,
    by          text NOT NULL,
    text        text NOT NULL CHECK (text <> '')
);
CREATE INDEX incident_note_of ON incident_note (incident_id, id);
CREATE TRIGGER record_event AFTER INSERT OR UPDATE OR DELETE ON incident_note
    FOR EACH ROW EXECUTE FUNCTION record_event('incident_id');

-- The caller's data stay in this table alone, so that they can be erased one day.
CREATE TABLE call (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    received_at timestamptz NOT NULL,
    text        text NOT NULL,
    phone       text,
    caller_name text,
    note        text NOT NULL DEFAULT '',
    kind        text NOT NULL CHECK (kind IN (
        'normal', 'silent', 'prank', 'information', 'duplicate')),
    status      text NOT NULL,
    status_at   timestamptz NOT NULL,
    incident_id bigint REFERENCES incident (id),
    taken_by    text NOT NULL,
    version     integer NOT NULL DEFAULT 1,
    CHECK ((status = 'linked') = (incident_id IS NOT NULL))
);
CREATE INDEX call_of_incident ON call (incident_id);
CREATE INDEX call_of_phone ON call (phone, received_at);
CREATE INDEX call_received ON call (received_at);
CREATE TRIGGER check_move BEFORE INSERT OR UPDATE OF status ON call
    FOR EACH ROW EXECUTE FUNCTION check_move('call');
CREATE TRIGGER raise_version BEFORE UPDATE ON call
    FOR EACH ROW EXECUTE FUNCTION raise_version();
CREATE TRIGGER record_event AFTER INSERT OR UPDATE OR DELETE ON call
    FOR EACH ROW EXECUTE FUNCTION record_event('id', 'text', 'phone', 'caller_name', 'note');

-- What was shown, with everything it was made from, so that it can be made again. Never changed.
CREATE TABLE recommendation (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at        timestamptz NOT NULL,
    by        text NOT NULL,
    type_code text NOT NULL,
    severity  text NOT NULL,
    lon       double precision NOT NULL,
    lat       double precision NOT NULL,
    inputs    jsonb NOT NULL,
    outputs   jsonb NOT NULL
);
CREATE INDEX recommendation_at ON recommendation (at);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON recommendation
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON recommendation
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER record_event AFTER INSERT ON recommendation
    FOR EACH ROW EXECUTE FUNCTION record_event('id', 'inputs', 'outputs');

CREATE TABLE assignment (
    id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id        bigint NOT NULL REFERENCES incident (id),
    call_sign          text NOT NULL REFERENCES unit (call_sign) ON UPDATE CASCADE,
    status             text NOT NULL,
    assigned_by        text NOT NULL,
    predicted_travel_s double precision CHECK (predicted_travel_s >= 0),
    distance_m         double precision CHECK (distance_m >= 0),
    recommendation_id  bigint REFERENCES recommendation (id),
    dispatched_at      timestamptz NOT NULL,
    accepted_at        timestamptz,
    declined_at        timestamptz,
    en_route_at        timestamptz,
    on_scene_at        timestamptz,
    transporting_at    timestamptz,
    at_hospital_at     timestamptz,
    cleared_at         timestamptz,
    withdrawn_at       timestamptz,
    actual_travel_s    double precision GENERATED ALWAYS AS (
        extract(epoch FROM on_scene_at - en_route_at)) STORED,
    version            integer NOT NULL DEFAULT 1,
    CHECK ((status = 'declined') = (declined_at IS NOT NULL)),
    CHECK ((status = 'cleared') = (cleared_at IS NOT NULL)),
    CHECK ((status = 'withdrawn') = (withdrawn_at IS NOT NULL)),
    CHECK (status <> 'accepted' OR accepted_at IS NOT NULL),
    CHECK (status <> 'en_route' OR en_route_at IS NOT NULL),
    CHECK (status <> 'on_scene' OR on_scene_at IS NOT NULL),
    CHECK (status <> 'transporting' OR transporting_at IS NOT NULL),
    CHECK (status <> 'at_hospital' OR at_hospital_at IS NOT NULL)
);
-- Double booking cannot happen, whoever writes.
CREATE UNIQUE INDEX unit_on_one_incident ON assignment (call_sign)
    WHERE status NOT IN ('declined', 'cleared', 'withdrawn');
CREATE INDEX assignment_of_incident ON assignment (incident_id);
CREATE INDEX assignment_of_unit ON assignment (call_sign, id);
CREATE INDEX assignment_of_recommendation ON assignment (recommendation_id);

-- A unit off duty is not sent, and nothing is sent to an incident that has ended. The locks make
-- a unit going off duty, or an incident being closed, wait for us or us for them: always the
-- incident first, then the unit.
CREATE FUNCTION check_sending() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    incident_status text; duty text;
BEGIN
    SELECT status INTO incident_status FROM incident WHERE id = NEW.incident_id FOR NO KEY UPDATE;
    IF incident_status IN ('closed', 'cancelled') THEN
        RAISE EXCEPTION 'incident % has ended', NEW.incident_id
            USING ERRCODE = 'AM002', DETAIL = 'incident|' || incident_status || '|in_progress';
    END IF;
    SELECT status INTO duty FROM unit WHERE call_sign = NEW.call_sign FOR NO KEY UPDATE;
    IF duty <> 'available' THEN
        RAISE EXCEPTION 'unit % is %', NEW.call_sign, duty
            USING ERRCODE = 'AM003', DETAIL = concat_ws('|', NEW.call_sign, duty);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER may_be_sent BEFORE INSERT ON assignment
    FOR EACH ROW EXECUTE FUNCTION check_sending();
CREATE TRIGGER check_move BEFORE INSERT OR UPDATE OF status ON assignment
    FOR EACH ROW EXECUTE FUNCTION check_move('assignment');
CREATE TRIGGER raise_version BEFORE UPDATE ON assignment
    FOR EACH ROW EXECUTE FUNCTION raise_version();
CREATE TRIGGER record_event AFTER INSERT OR UPDATE OR DELETE ON assignment
    FOR EACH ROW EXECUTE FUNCTION record_event('id');

-- An incident does not end under units that are still on it. Asked after check_move: triggers run
-- in the order of their names.
CREATE FUNCTION check_ending() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    out_there text;
BEGIN
    SELECT string_agg(call_sign, ';' ORDER BY call_sign) INTO out_there FROM assignment
     WHERE incident_id = NEW.id AND status NOT IN ('declined', 'cleared', 'withdrawn');
    IF out_there IS NOT NULL THEN
        RAISE EXCEPTION 'units are still on incident %: %', NEW.code, out_there
            USING ERRCODE = 'AM004', DETAIL = concat_ws('|', NEW.code, out_there);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER may_end BEFORE UPDATE OF status ON incident
    FOR EACH ROW WHEN (NEW.status IN ('closed', 'cancelled')) EXECUTE FUNCTION check_ending();

-- A unit on an incident does not change its duty.
CREATE FUNCTION check_duty() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    busy_with text;
BEGIN
    SELECT incident.code INTO busy_with FROM assignment JOIN incident ON incident.id = incident_id
     WHERE call_sign = NEW.call_sign
       AND assignment.status NOT IN ('declined', 'cleared', 'withdrawn');
    IF busy_with IS NOT NULL THEN
        RAISE EXCEPTION 'unit % is on incident %', NEW.call_sign, busy_with
            USING ERRCODE = 'AM005', DETAIL = concat_ws('|', NEW.call_sign, busy_with);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER may_change_duty BEFORE UPDATE OF status ON unit
    FOR EACH ROW WHEN (NEW.status <> OLD.status) EXECUTE FUNCTION check_duty();
