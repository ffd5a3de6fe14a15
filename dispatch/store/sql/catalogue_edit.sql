-- name: rows
SELECT kind, code, content, version, edited_at, edited_by
  FROM catalogue_edit ORDER BY kind, code;

-- name: one_at_a_time
-- Held until the transaction ends: two edits cannot give one word to two types.
SELECT pg_advisory_xact_lock(hashtextextended('catalogue_edit in ' || current_schema(), 112));

-- name: save
-- Only over the version that was seen, 0 when nobody had edited it; no row back means stale.
INSERT INTO catalogue_edit AS held (kind, code, content, edited_at, edited_by)
VALUES (%(kind)s, %(code)s, %(content)s, %(at)s, %(by)s)
    ON CONFLICT (kind, code) DO UPDATE
   SET content = excluded.content, edited_at = excluded.edited_at, edited_by = excluded.edited_by
 WHERE held.version = %(version)s
RETURNING version;
