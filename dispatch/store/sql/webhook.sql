-- name: add
-- It is told of what is committed from now on.
INSERT INTO webhook (url, secret, agency, kinds, made_at, made_by, last_n)
VALUES (%(url)s, %(secret)s, %(agency)s, %(kinds)s, %(at)s, %(by)s,
        (SELECT coalesce(max(n), 0) FROM event_seal))
RETURNING id;

-- name: active_ones
SELECT id, url, agency, kinds, made_at, made_by, last_n, failures, next_try_at, last_error
  FROM webhook WHERE active ORDER BY id;

-- name: remove
-- What signed its bodies is gone with it.
UPDATE webhook SET active = false, secret = ''
 WHERE id = %(id)s AND active RETURNING id;

-- name: alone
-- Held by the connection until it is closed, however that comes about.
SELECT pg_try_advisory_lock(hashtextextended('webhook in ' || current_schema(), 112)) AS mine;

-- name: not_alone
-- Said aloud: a server learns a little later than we that a connection was closed.
SELECT pg_advisory_unlock(hashtextextended('webhook in ' || current_schema(), 112));

-- name: due
-- A try further off than the longest pause was put off before the clock was set back.
SELECT id, url, secret, agency, kinds, last_n, failures FROM webhook
 WHERE active AND (next_try_at IS NULL OR next_try_at <= %(at)s OR next_try_at > %(latest)s)
   AND last_n < (SELECT max(n) FROM event_seal)
 ORDER BY id;

-- name: next
-- The first event after the cursor that the webhook is told of. An agency's is told of its own
-- units, and of the incidents that one of them is, or was, sent to.
SELECT n, event.at, kind, action, subject_id, about.incident_id, before, after
  FROM event_seal JOIN event ON event.id = event_id
 CROSS JOIN LATERAL (SELECT CASE kind
           WHEN 'incident' THEN subject_id
           WHEN 'assignment' THEN coalesce(after, before) ->> 'incident_id' END::bigint
       AS incident_id) about
 WHERE n > %(last_n)s AND kind = ANY (%(kinds)s)
   AND (%(agency)s::text IS NULL
        OR (kind = 'unit' AND %(agency)s IN (before ->> 'agency', after ->> 'agency'))
        OR EXISTS (SELECT FROM assignment JOIN unit USING (call_sign)
                    WHERE assignment.incident_id = about.incident_id
                      AND unit.agency = %(agency)s))
 ORDER BY n LIMIT 1;

-- name: reached
-- Told, or nothing to tell, up to here.
UPDATE webhook SET last_n = greatest(last_n, %(n)s), failures = 0, next_try_at = NULL,
       last_error = NULL
 WHERE id = %(id)s;

-- name: failed
UPDATE webhook SET failures = %(failures)s, next_try_at = %(next_try_at)s,
       last_error = %(last_error)s
 WHERE id = %(id)s;
