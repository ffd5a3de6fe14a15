-- name: make_table
CREATE TABLE IF NOT EXISTS migration (
    name       text PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now()
);

-- name: table_made
-- Asked first: who may make no table may not ask for one that is there either.
SELECT EXISTS (SELECT FROM pg_class WHERE relname = 'migration'
                  AND relnamespace = current_schema()::regnamespace) AS made;

-- name: one_at_a_time
-- Until the end of this transaction nobody else does the same.
SELECT pg_advisory_xact_lock(%(key)s);

-- name: applied
SELECT name FROM migration;

-- name: record
INSERT INTO migration (name) VALUES (%(name)s);

-- name: postgis_made
SELECT 1 FROM pg_extension WHERE extname = 'postgis';

-- name: postgis_available
SELECT 1 FROM pg_available_extensions WHERE name = 'postgis';

-- name: make_postgis
CREATE EXTENSION postgis SCHEMA public;

-- name: see_postgis
-- Until the end of this transaction its types are found too, behind everything of our own.
SELECT set_config('search_path',
                  concat_ws(', ', current_setting('search_path'), extnamespace::regnamespace), true)
  FROM pg_extension WHERE extname = 'postgis';
