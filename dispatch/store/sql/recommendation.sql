-- name: keep
INSERT INTO recommendation (at, by, type_code, severity, lon, lat, inputs, outputs)
VALUES (%(at)s, %(by)s, %(type_code)s, %(severity)s, %(lon)s, %(lat)s, %(inputs)s, %(outputs)s)
RETURNING id;

-- name: get
SELECT id, at, by, type_code, severity, lon, lat, inputs, outputs
  FROM recommendation WHERE id = %(id)s;
