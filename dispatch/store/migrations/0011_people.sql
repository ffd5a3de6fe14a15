-- Who may sign in, and who is signed in.

-- `password_hash` is absent when no password opens the account: the one-time one has been used.
CREATE TABLE account (
    login         text PRIMARY KEY CHECK (login ~ '^[a-z0-9][a-z0-9._@-]{1,59}$'),
    roles         text[] NOT NULL,
    agency        text,
    provider_id   text UNIQUE,
    password_hash text,
    one_time      boolean NOT NULL DEFAULT false,
    active        boolean NOT NULL DEFAULT true,
    failures      integer NOT NULL DEFAULT 0,
    locked_until  timestamptz,
    version       integer NOT NULL DEFAULT 1
);
CREATE TRIGGER raise_version BEFORE UPDATE ON account
    FOR EACH ROW EXECUTE FUNCTION raise_version();
CREATE TRIGGER record_event AFTER INSERT OR UPDATE OR DELETE ON account
    FOR EACH ROW EXECUTE FUNCTION record_event('login', 'password_hash', 'failures');

-- `key` is a hash of what the browser holds. `must_change`: it began with a one-time password.
CREATE TABLE session (
    key         text PRIMARY KEY,
    login       text NOT NULL REFERENCES account (login),
    began_at    timestamptz NOT NULL,
    ends_at     timestamptz NOT NULL,
    seen_at     timestamptz NOT NULL,
    ended_at    timestamptz,
    must_change boolean NOT NULL DEFAULT false
);
CREATE INDEX session_of ON session (login) WHERE ended_at IS NULL;
CREATE TRIGGER record_event AFTER INSERT OR UPDATE OR DELETE ON session
    FOR EACH ROW EXECUTE FUNCTION record_event('login', 'key', 'seen_at');
