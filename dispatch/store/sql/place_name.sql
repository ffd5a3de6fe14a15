-- name: all_names
SELECT id, name, variants, kind, kelurahan_code, lon, lat, radius_m, version
  FROM place_name ORDER BY name, id;

-- name: add
INSERT INTO place_name (name, variants, kind, kelurahan_code, lon, lat, radius_m, updated_at,
                        updated_by)
VALUES (%(name)s, %(variants)s, %(kind)s, %(kelurahan_code)s, %(lon)s, %(lat)s, %(radius_m)s,
        %(at)s, %(by)s)
RETURNING id;

-- name: change
UPDATE place_name
   SET name = %(name)s, variants = %(variants)s, kind = %(kind)s,
       kelurahan_code = %(kelurahan_code)s, lon = %(lon)s, lat = %(lat)s,
       radius_m = %(radius_m)s, updated_at = %(at)s, updated_by = %(by)s
 WHERE id = %(id)s AND (%(version)s::integer IS NULL OR version = %(version)s)
RETURNING id;

-- name: exists
SELECT 1 FROM place_name WHERE id = %(id)s;

-- name: delete
DELETE FROM place_name WHERE id = %(id)s RETURNING id;

-- name: suggest
INSERT INTO place_suggestion (text, lon, lat, kelurahan_code, incident_id, suggested_at,
                              suggested_by)
VALUES (%(text)s, %(lon)s, %(lat)s, %(kelurahan_code)s, %(incident_id)s, %(at)s, %(by)s);

-- name: pending
SELECT id, text, lon, lat, kelurahan_code, incident_id, suggested_at, suggested_by
  FROM place_suggestion WHERE status = 'pending' ORDER BY id;

-- name: settle
UPDATE place_suggestion SET status = %(status)s WHERE id = %(id)s AND status = 'pending'
RETURNING id;
