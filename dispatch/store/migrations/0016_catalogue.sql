-- The room's own rows of the catalogue, over those that the program ships or beside them.

-- `content` is the row as the files write it; absent once the shipped row was taken back. Rows stay,
-- so that a version seen is never another one's.
CREATE TABLE catalogue_edit (
    kind      text NOT NULL CHECK (kind IN ('type', 'run_card')),
    code      text NOT NULL CHECK (code ~ '^[a-z][a-z0-9_]{0,59}$'),
    key       text NOT NULL GENERATED ALWAYS AS (kind || ':' || code) STORED,
    content   jsonb CHECK (jsonb_typeof(content) = 'object'),
    edited_at timestamptz NOT NULL,
    edited_by text NOT NULL,
    version   integer NOT NULL DEFAULT 1,
    PRIMARY KEY (kind, code)
);
CREATE TRIGGER raise_version BEFORE UPDATE ON catalogue_edit
    FOR EACH ROW EXECUTE FUNCTION raise_version();
CREATE TRIGGER record_event AFTER INSERT OR UPDATE OR DELETE ON catalogue_edit
    FOR EACH ROW EXECUTE FUNCTION record_event('key');
