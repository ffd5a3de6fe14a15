-- Who has which incident open, at which browser. It is gone with a crash, and nobody misses it.

CREATE UNLOGGED TABLE presence (
    browser     text PRIMARY KEY,
    by          text NOT NULL,
    incident_id bigint NOT NULL REFERENCES incident (id),
    at          timestamptz NOT NULL
);
