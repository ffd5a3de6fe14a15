-- name: come
INSERT INTO presence (browser, by, incident_id, at)
VALUES (%(browser)s, %(by)s, %(incident_id)s, %(at)s)
ON CONFLICT (browser) DO UPDATE SET by = excluded.by, incident_id = excluded.incident_id,
                                    at = excluded.at;

-- name: go
DELETE FROM presence WHERE browser = %(browser)s OR at NOT BETWEEN %(since)s AND %(until)s;

-- name: tell
SELECT pg_notify('room_change', current_schema());

-- name: who
-- What is yet to come was said before the clock was set back.
SELECT incident_id, browser, by FROM presence WHERE at BETWEEN %(since)s AND %(until)s
 ORDER BY by, browser;
