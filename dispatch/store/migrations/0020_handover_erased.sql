-- Notes handed over may repeat what callers said: they are erased in their time too.
ALTER TABLE handover ADD COLUMN erased_at timestamptz;
