-- Who and what is planned for each shift, what one shift hands over to the next, units that left.

-- `shift_date` is the day in Ambon on which the shift begins.
CREATE TABLE shift_person (
    shift_date date NOT NULL,
    shift      text NOT NULL CHECK (shift IN ('morning', 'afternoon', 'night')),
    login      text NOT NULL REFERENCES account (login),
    task       text NOT NULL DEFAULT '',
    PRIMARY KEY (shift_date, shift, login)
);
CREATE TRIGGER record_event AFTER INSERT OR UPDATE OR DELETE ON shift_person
    FOR EACH ROW EXECUTE FUNCTION record_event('login');

CREATE TABLE shift_unit (
    shift_date date NOT NULL,
    shift      text NOT NULL CHECK (shift IN ('morning', 'afternoon', 'night')),
    call_sign  text NOT NULL REFERENCES unit (call_sign) ON UPDATE CASCADE,
    PRIMARY KEY (shift_date, shift, call_sign)
);
CREATE TRIGGER record_event AFTER INSERT OR UPDATE OR DELETE ON shift_unit
    FOR EACH ROW EXECUTE FUNCTION record_event('call_sign');

-- Notes may repeat what callers said. A correction is another note; only taking over changes one.
CREATE TABLE handover (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    shift_begins_at timestamptz NOT NULL,
    text            text NOT NULL CHECK (text <> ''),
    by              text NOT NULL,
    at              timestamptz NOT NULL,
    taken_by        text,
    taken_at        timestamptz,
    version         integer NOT NULL DEFAULT 1,
    CHECK ((taken_by IS NULL) = (taken_at IS NULL))
);
CREATE TRIGGER raise_version BEFORE UPDATE ON handover
    FOR EACH ROW EXECUTE FUNCTION raise_version();
CREATE TRIGGER record_event AFTER INSERT OR UPDATE OR DELETE ON handover
    FOR EACH ROW EXECUTE FUNCTION record_event('id', 'text');

-- A unit that left is kept: incidents of the past name it. It is off duty, so nothing sends it.
ALTER TABLE unit ADD COLUMN retired_at timestamptz;
ALTER TABLE unit ADD CONSTRAINT retired_is_off_duty
    CHECK (retired_at IS NULL OR status = 'off_duty');
