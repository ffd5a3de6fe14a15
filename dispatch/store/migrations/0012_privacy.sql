-- Callers' data are erased when they are old; that they were, when and by whom, is in the record.

ALTER TABLE call ADD COLUMN erased_at timestamptz,
    ADD CONSTRAINT call_erased CHECK (erased_at IS NULL OR (
        text = '' AND phone IS NULL AND caller_name IS NULL AND note = ''));
ALTER TABLE incident ADD COLUMN erased_at timestamptz;
ALTER TABLE incident_note ADD COLUMN erased_at timestamptz;

-- What one desk looked at, or was shown, changes nothing for the others.
CREATE OR REPLACE FUNCTION tell_of_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM written WHERE kind <> 'recommendation' AND action <> 'view_caller') THEN
        PERFORM pg_notify('room_change', current_schema());
    END IF;
    RETURN NULL;
END $$;
