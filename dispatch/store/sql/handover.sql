-- name: write
INSERT INTO handover (shift_begins_at, text, by, at)
VALUES (%(shift_begins_at)s, %(text)s, %(by)s, %(at)s)
RETURNING id, shift_begins_at, text, by, at, taken_by, taken_at;

-- name: latest
SELECT id, shift_begins_at, text, by, at, taken_by, taken_at
  FROM handover ORDER BY id DESC LIMIT %(limit)s;

-- name: hold
SELECT id, shift_begins_at, text, by, at, taken_by, taken_at
  FROM handover WHERE id = %(id)s FOR UPDATE;

-- name: take
UPDATE handover SET taken_by = %(by)s, taken_at = %(at)s WHERE id = %(id)s
RETURNING id, shift_begins_at, text, by, at, taken_by, taken_at;
