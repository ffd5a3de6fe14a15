-- name: add
-- No row back means that the name was given before.
INSERT INTO api_key (name, key_hash, roles, agency, made_at, made_by)
VALUES (%(name)s, %(key_hash)s, %(roles)s, %(agency)s, %(at)s, %(by)s)
ON CONFLICT (name) DO NOTHING RETURNING name;

-- name: keys
SELECT name, roles, agency, made_at, made_by, revoked_at, last_used_at
  FROM api_key ORDER BY name;

-- name: in_force
-- Asked at every request.
SELECT name, roles, agency, made_at, made_by, revoked_at, last_used_at
  FROM api_key WHERE key_hash = %(key_hash)s AND revoked_at IS NULL;

-- name: used
UPDATE api_key SET last_used_at = greatest(last_used_at, %(at)s) WHERE name = %(name)s;

-- name: revoke
UPDATE api_key SET revoked_at = %(at)s
 WHERE name = %(name)s AND revoked_at IS NULL RETURNING name;
