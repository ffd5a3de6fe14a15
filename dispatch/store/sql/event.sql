-- name: sign
-- Who does what from where, for the rest of this transaction: the record triggers read it.
SELECT set_config('room.actor', %(actor)s, true), set_config('room.source', %(source)s, true),
       set_config('room.action', %(action)s, true), set_config('room.at', %(at)s, true);

-- name: viewed
-- Looking changes no row, so no trigger writes it down.
INSERT INTO event (at, actor, source, action, kind, subject_id)
VALUES (current_setting('room.at')::timestamptz, current_setting('room.actor'),
        current_setting('room.source'), current_setting('room.action'), %(kind)s, %(subject_id)s);

-- name: of_subject
SELECT id, at, recorded_at, actor, source, action, kind, subject_id, before, after
  FROM event WHERE kind = %(kind)s AND subject_id = %(subject_id)s ORDER BY id;

-- name: latest
SELECT id, at, recorded_at, actor, source, action, kind, subject_id, before, after
  FROM event ORDER BY id DESC LIMIT %(limit)s;

-- name: broken
-- Every place where the chain of seals does not hold, first one first.
WITH chain AS (
    SELECT n, event_id, hash, lag(n, 1, 0::bigint) OVER by_number AS last_n,
           lag(hash, 1, ''::bytea) OVER by_number AS last_hash
      FROM event_seal WINDOW by_number AS (ORDER BY n)
)
SELECT chain.n, chain.event_id,
       CASE WHEN event.id IS NULL THEN 'removed'
            WHEN chain.n <> last_n + 1 THEN 'gap'
            ELSE 'changed' END AS what
  FROM chain LEFT JOIN event ON event.id = event_id
 WHERE event.id IS NULL OR chain.n <> last_n + 1 OR hash <> seal_of(last_hash, event)
UNION ALL
SELECT NULL, event.id, 'unsealed'
  FROM event WHERE NOT EXISTS (SELECT FROM event_seal WHERE event_id = event.id)
 ORDER BY n, event_id LIMIT %(limit)s;

-- name: head
SELECT n, encode(hash, 'hex') AS hash FROM event_seal ORDER BY n DESC LIMIT 1;

-- name: sealed_as
SELECT encode(hash, 'hex') AS hash FROM event_seal WHERE n = %(n)s;
