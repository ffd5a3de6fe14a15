-- name: may_make
-- Whether this user may change the schema.
SELECT coalesce(has_schema_privilege(current_schema(), 'CREATE'), false);

-- name: role_made
SELECT 1 FROM pg_roles WHERE rolname = %(role)s;

-- name: name_role
-- Until the end of this transaction `let` is about this user.
SELECT set_config('room.app', %(role)s, true);

-- name: let
DO $$
-- What the app's user may do in this schema. It reads, adds and changes; it removes only what the
-- desk removes. Events and what was shown are added and never changed; seals, moves and steps are
-- read. Without tables of a session nothing can stand in front of ours.
DECLARE
    app text := current_setting('room.app');
    one record;
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), app);
    IF current_schema() = 'public' THEN
        REVOKE CREATE ON SCHEMA public FROM PUBLIC;  -- as PostgreSQL 14 and older give it
    END IF;
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
    IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('GRANT pg_monitor TO %I', app);  -- figures of the server, none of its rows
    END IF;
    FOR one IN
        SELECT oid::regclass AS its, relname AS name FROM pg_class
         WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v')
           AND NOT EXISTS (SELECT FROM pg_depend
                            WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid
                              AND deptype = 'e')
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM %I', one.its, app);
        EXECUTE format('GRANT %s ON %s TO %I', CASE
            WHEN one.name IN ('event_seal', 'transition', 'migration') THEN 'SELECT'
            WHEN one.name = 'event' THEN 'SELECT, INSERT'
                ' (at, actor, source, action, kind, subject_id, before, after)'
            WHEN one.name = 'recommendation' THEN 'SELECT, INSERT'
            WHEN one.name IN ('incident_clock', 'place_name', 'place_suggestion', 'presence',
                              'shift_person', 'shift_unit', 'unit_fix')
                THEN 'SELECT, INSERT, UPDATE, DELETE'
            ELSE 'SELECT, INSERT, UPDATE' END, one.its, app);
    END LOOP;
END $$;
