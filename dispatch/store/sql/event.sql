-- name: sign
-- Who does what from where, for the rest of this transaction: the record triggers read it.
SELECT set_config('room.actor', %(actor)s, true), set_config('room.source', %(source)s, true),
       set_config('room.action', %(action)s, true), set_config('room.at', %(at)s, true);

-- name: of_subject
SELECT id, at, recorded_at, actor, source, action, kind, subject_id, before, after
  FROM event WHERE kind = %(kind)s AND subject_id = %(subject_id)s ORDER BY id;

-- name: latest
SELECT id, at, recorded_at, actor, source, action, kind, subject_id, before, after
  FROM event ORDER BY id DESC LIMIT %(limit)s;
