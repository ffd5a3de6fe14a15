-- name: begin
-- No row back means it was done before; another program doing it just now is waited for.
INSERT INTO journal_replayed (entry_id, action, at, by)
VALUES (%(id)s, %(action)s, %(at)s, %(by)s)
ON CONFLICT DO NOTHING RETURNING entry_id;

-- name: became
UPDATE journal_replayed SET subject_id = %(subject_id)s WHERE entry_id = %(id)s;

-- name: subject
SELECT subject_id FROM journal_replayed WHERE entry_id = %(id)s;

-- name: opened
-- What somebody did at the very moment they were told that the database had gone away: it may have
-- been kept all the same.
SELECT id FROM incident WHERE opened_at = %(at)s AND opened_by = %(by)s;

-- name: received
-- As above; a call that waited came in before.
SELECT id FROM call
 WHERE kind = %(kind)s
   AND CASE WHEN %(waiting)s::bigint IS NULL THEN received_at = %(at)s AND taken_by = %(by)s
            ELSE id = %(waiting)s AND status_at = %(at)s END
   AND status <> 'received';

-- name: sent
SELECT id FROM assignment
 WHERE call_sign = %(call_sign)s AND dispatched_at = %(at)s AND assigned_by = %(by)s;

-- name: keep_conflict
INSERT INTO journal_conflict (entry_id, action, at, by, meant, refusal)
VALUES (%(entry_id)s, %(action)s, %(at)s, %(by)s, %(meant)s, %(refusal)s);

-- name: open_conflicts
SELECT id, action, at, by, meant, refusal
  FROM journal_conflict WHERE settled_at IS NULL ORDER BY id;

-- name: settle_conflict
UPDATE journal_conflict SET settled_at = %(at)s, settled_by = %(by)s
 WHERE id = %(id)s AND settled_at IS NULL RETURNING id;
