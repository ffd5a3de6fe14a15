-- name: standing
-- Not removed; whether they hold now is a question of from and until.
SELECT id, geometry, profiles, from_at, until_at, reason, author
  FROM closure WHERE removed_at IS NULL ORDER BY id;

-- name: close_road
INSERT INTO closure (geometry, profiles, from_at, until_at, reason, author, created_at)
VALUES (%(geometry)s, %(profiles)s, %(from_at)s, %(until_at)s, %(reason)s, %(by)s, %(at)s)
RETURNING id, geometry, profiles, from_at, until_at, reason, author;

-- name: open_road
UPDATE closure SET removed_at = %(at)s, removed_by = %(by)s
 WHERE id = %(id)s AND removed_at IS NULL RETURNING id;
