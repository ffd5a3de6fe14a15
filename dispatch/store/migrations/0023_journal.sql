-- What an app noted in its own journal while the database was away, and what became of it.

-- One row an entry, in the transaction of its effect: what has a row is never done again.
-- `subject_id` is the incident, call or assignment it made or moved; none when it was refused.
CREATE TABLE journal_replayed (
    entry_id    uuid PRIMARY KEY,
    action      text NOT NULL,
    at          timestamptz NOT NULL,
    by          text NOT NULL,
    subject_id  bigint,
    replayed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- What could not be done any more; shown until somebody has seen to it. `meant` says what was to be
-- done, without the caller: the call itself waits in the table `call`. `refusal` says why not.
CREATE TABLE journal_conflict (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    entry_id   uuid NOT NULL UNIQUE REFERENCES journal_replayed (entry_id),
    action     text NOT NULL,
    at         timestamptz NOT NULL,
    by         text NOT NULL,
    meant      jsonb NOT NULL,
    refusal    jsonb NOT NULL,
    settled_at timestamptz,
    settled_by text,
    erased_at  timestamptz,
    CHECK ((settled_at IS NULL) = (settled_by IS NULL))
);
CREATE INDEX journal_conflict_open ON journal_conflict (id) WHERE settled_at IS NULL;
CREATE TRIGGER record_event AFTER INSERT OR UPDATE OR DELETE ON journal_conflict
    FOR EACH ROW EXECUTE FUNCTION record_event('id', 'meant', 'refusal');
