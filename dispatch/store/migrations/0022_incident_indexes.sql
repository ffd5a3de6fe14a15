-- For a million incidents: a type's reports of some days, the first and last of a source, and the few
-- that response times count beside.

-- The day first, because rows lie in the order of their days; the type is looked at in the index.
DROP INDEX incident_opened;
CREATE INDEX incident_opened ON incident (opened_at, type_code);
CREATE INDEX incident_source ON incident (source, opened_at);
CREATE INDEX incident_beside ON incident (opened_at)
    WHERE source = 'public report' OR disposition = 'duplicate';
