-- Where units wait, what they are, where they last said they were.

CREATE TABLE station (
    id                 integer PRIMARY KEY,
    name               text NOT NULL UNIQUE,
    agency             text NOT NULL,
    kind               text NOT NULL,
    address            text NOT NULL DEFAULT '',
    lon                double precision NOT NULL CHECK (lon BETWEEN -180 AND 180),
    lat                double precision NOT NULL CHECK (lat BETWEEN -90 AND 90),
    position_basis     text NOT NULL DEFAULT '',
    position_confirmed boolean NOT NULL DEFAULT false,
    strength_reported  text NOT NULL DEFAULT '',
    hotline            text NOT NULL DEFAULT '',
    version            integer NOT NULL DEFAULT 1
);
CREATE TRIGGER raise_version BEFORE UPDATE ON station
    FOR EACH ROW EXECUTE FUNCTION raise_version();
CREATE TRIGGER record_event AFTER INSERT OR UPDATE OR DELETE ON station
    FOR EACH ROW EXECUTE FUNCTION record_event('id');

-- `status` is duty alone; that a unit is assigned follows from its open assignment.
-- A unit with a station is at home there; lon and lat count for one without.
CREATE TABLE unit (
    id           integer GENERATED ALWAYS AS IDENTITY UNIQUE,
    call_sign    text PRIMARY KEY CHECK (call_sign <> ''),
    agency       text NOT NULL,
    profile      text NOT NULL,
    capabilities text[] NOT NULL DEFAULT '{}',
    station_id   integer REFERENCES station (id),
    lon          double precision NOT NULL CHECK (lon BETWEEN -180 AND 180),
    lat          double precision NOT NULL CHECK (lat BETWEEN -90 AND 90),
    crew         integer CHECK (crew >= 0),
    assumed      boolean NOT NULL DEFAULT true,
    status       text NOT NULL DEFAULT 'available',
    status_at    timestamptz,
    status_note  text NOT NULL DEFAULT '',
    version      integer NOT NULL DEFAULT 1
);
CREATE INDEX unit_of_station ON unit (station_id);
CREATE TRIGGER check_move BEFORE INSERT OR UPDATE OF status ON unit
    FOR EACH ROW EXECUTE FUNCTION check_move('unit');
CREATE TRIGGER raise_version BEFORE UPDATE ON unit
    FOR EACH ROW EXECUTE FUNCTION raise_version();
CREATE TRIGGER record_event AFTER INSERT OR UPDATE OR DELETE ON unit
    FOR EACH ROW EXECUTE FUNCTION record_event('call_sign');

CREATE TABLE unit_fix (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    call_sign   text NOT NULL REFERENCES unit (call_sign) ON UPDATE CASCADE,
    at          timestamptz NOT NULL,
    lon         double precision NOT NULL CHECK (lon BETWEEN -180 AND 180),
    lat         double precision NOT NULL CHECK (lat BETWEEN -90 AND 90),
    received_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX unit_fix_latest ON unit_fix (call_sign, at DESC, id DESC);
CREATE TRIGGER record_event AFTER INSERT OR UPDATE OR DELETE ON unit_fix
    FOR EACH ROW EXECUTE FUNCTION record_event('call_sign');
