-- The training room is a schema of its own beside the real one.

-- Its incidents are told from real ones wherever their number is read, written or said.
CREATE OR REPLACE FUNCTION number_incident() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    this_year integer := extract(year FROM NEW.opened_at AT TIME ZONE 'Asia/Jayapura');
    number integer;
BEGIN
    IF NEW.code IS NULL THEN
        INSERT INTO incident_serial AS serial (year, last) VALUES (this_year, 1)
            ON CONFLICT (year) DO UPDATE SET last = serial.last + 1 RETURNING last INTO number;
        NEW.code := CASE TG_TABLE_SCHEMA WHEN 'training' THEN 'LATIHAN-' ELSE '' END
            || this_year || '-' || to_char(number, 'FM000000');
    END IF;
    RETURN NEW;
END $$;

-- What a trigger reads and writes lies in the schema of its table, whatever the path of who makes
-- the change by hand: no change in training is recorded in the real room, nor the other way.
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
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I', one, current_schema());
    END LOOP;
END $$;
