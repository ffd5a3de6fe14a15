-- What people tell the program about the ground: cut roads, and names of places.

CREATE TABLE closure (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    geometry   jsonb NOT NULL CHECK (jsonb_typeof(geometry) = 'object'),
    profiles   text[],
    from_at    timestamptz,
    until_at   timestamptz,
    reason     text NOT NULL,
    author     text NOT NULL,
    created_at timestamptz NOT NULL,
    removed_at timestamptz,
    removed_by text,
    version    integer NOT NULL DEFAULT 1,
    CHECK (from_at < until_at),
    CHECK ((removed_at IS NULL) = (removed_by IS NULL))
);
CREATE INDEX closure_standing ON closure (id) WHERE removed_at IS NULL;
CREATE TRIGGER raise_version BEFORE UPDATE ON closure
    FOR EACH ROW EXECUTE FUNCTION raise_version();
CREATE TRIGGER record_event AFTER INSERT OR UPDATE OR DELETE ON closure
    FOR EACH ROW EXECUTE FUNCTION record_event('id');

-- Names an admin adds on top of the prepared gazetteer.
CREATE TABLE place_name (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name           text NOT NULL CHECK (name <> ''),
    variants       text[] NOT NULL DEFAULT '{}',
    kind           text NOT NULL,
    kelurahan_code text,
    lon            double precision CHECK (lon BETWEEN -180 AND 180),
    lat            double precision CHECK (lat BETWEEN -90 AND 90),
    radius_m       double precision CHECK (radius_m >= 0),
    updated_at     timestamptz NOT NULL,
    updated_by     text NOT NULL,
    version        integer NOT NULL DEFAULT 1,
    CHECK ((lon IS NULL) = (lat IS NULL)),
    CHECK (lon IS NOT NULL OR kelurahan_code IS NOT NULL)
);
CREATE TRIGGER raise_version BEFORE UPDATE ON place_name
    FOR EACH ROW EXECUTE FUNCTION raise_version();
CREATE TRIGGER record_event AFTER INSERT OR UPDATE OR DELETE ON place_name
    FOR EACH ROW EXECUTE FUNCTION record_event('id');

-- A caller's words and the point a dispatcher put them at: food for the table above.
CREATE TABLE place_suggestion (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    text           text NOT NULL,
    lon            double precision NOT NULL,
    lat            double precision NOT NULL,
    kelurahan_code text,
    incident_id    bigint REFERENCES incident (id),
    suggested_at   timestamptz NOT NULL,
    suggested_by   text NOT NULL,
    status         text NOT NULL DEFAULT 'pending'
        CHECK (status IN ('pending', 'accepted', 'rejected')),
    version        integer NOT NULL DEFAULT 1
);
CREATE INDEX place_suggestion_pending ON place_suggestion (id) WHERE status = 'pending';
CREATE INDEX place_suggestion_of ON place_suggestion (incident_id);
CREATE TRIGGER raise_version BEFORE UPDATE ON place_suggestion
    FOR EACH ROW EXECUTE FUNCTION raise_version();
CREATE TRIGGER record_event AFTER INSERT OR UPDATE OR DELETE ON place_suggestion
    FOR EACH ROW EXECUTE FUNCTION record_event('id', 'text');
