-- Calls about one thing: taken off an incident again, moved to another; incidents that turn out
-- to be one are joined and can be parted.

INSERT INTO transition (kind, from_status, to_status) VALUES ('call', 'linked', 'received');

-- The incident a call itself opened: where it returns when joined incidents are parted.
ALTER TABLE call ADD COLUMN opened_incident_id bigint REFERENCES incident (id);
CREATE INDEX call_opened ON call (opened_incident_id);
CREATE INDEX call_waiting ON call (received_at) WHERE status = 'received';

ALTER TABLE incident ADD COLUMN duplicate_of bigint REFERENCES incident (id)
    CHECK (duplicate_of IS NULL OR (disposition = 'duplicate' AND duplicate_of <> id));
CREATE INDEX incident_duplicate_of ON incident (duplicate_of);
