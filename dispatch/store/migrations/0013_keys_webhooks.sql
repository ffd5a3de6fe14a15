-- Other programs: the keys they call us with, and the addresses we tell of what happens.

-- `key_hash` is of random bytes, so no slow hash is needed. A name is used once and for all: it is
-- who the record says did something.
CREATE TABLE api_key (
    name         text PRIMARY KEY CHECK (name ~ '^[a-z0-9][a-z0-9._-]{0,59}$'),
    key_hash     text NOT NULL UNIQUE,
    roles        text[] NOT NULL CHECK (roles <> '{}'),
    agency       text,
    made_at      timestamptz NOT NULL,
    made_by      text NOT NULL,
    revoked_at   timestamptz,
    last_used_at timestamptz,
    version      integer NOT NULL DEFAULT 1
);
CREATE TRIGGER raise_version BEFORE UPDATE ON api_key
    FOR EACH ROW EXECUTE FUNCTION raise_version();
CREATE TRIGGER record_event AFTER INSERT OR UPDATE OR DELETE ON api_key
    FOR EACH ROW EXECUTE FUNCTION record_event('name', 'key_hash', 'last_used_at');

-- `last_n` is the last seal (event_seal.n) told or passed over: seals are numbered in the order of
-- commit, while an event with a smaller id may still become visible later. How delivery goes is
-- kept out of the record: it would be told of itself without end.
CREATE TABLE webhook (
    id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    url         text NOT NULL CHECK (url ~ '^https?://'),
    secret      text NOT NULL,
    agency      text,
    kinds       text[] NOT NULL
        CHECK (kinds <> '{}' AND kinds <@ '{incident,assignment,unit,closure}'::text[]),
    active      boolean NOT NULL DEFAULT true,
    made_at     timestamptz NOT NULL,
    made_by     text NOT NULL,
    last_n      bigint NOT NULL,
    failures    integer NOT NULL DEFAULT 0,
    next_try_at timestamptz,
    last_error  text,
    version     integer NOT NULL DEFAULT 1
);
CREATE TRIGGER raise_version BEFORE UPDATE ON webhook
    FOR EACH ROW EXECUTE FUNCTION raise_version();
CREATE TRIGGER record_event AFTER INSERT OR UPDATE OR DELETE ON webhook
    FOR EACH ROW EXECUTE FUNCTION record_event(
        'id', 'secret', 'last_n', 'failures', 'next_try_at', 'last_error');
