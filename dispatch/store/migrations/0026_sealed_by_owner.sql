-- The app works as a user who owns nothing (store/rights.py): it may add an event, and no seal.

-- Sealing is done by the owner of the schema. Tables that a user makes for a session come last for
-- triggers, so that none takes the place of the record.
DO $$
DECLARE
    one regprocedure;
BEGIN
    FOR one IN
        SELECT DISTINCT pg_proc.oid FROM pg_trigger
          JOIN pg_class ON pg_class.oid = tgrelid
          JOIN pg_proc ON pg_proc.oid = tgfoid
         WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace
           AND pronamespace = relnamespace
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', one, current_schema());
    END LOOP;
END $$;
ALTER FUNCTION seal_event() SECURITY DEFINER;
