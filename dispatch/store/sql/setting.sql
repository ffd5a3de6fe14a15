-- name: get
SELECT value FROM setting WHERE key = %(key)s;

-- name: put
INSERT INTO setting (key, value, updated_at, updated_by)
VALUES (%(key)s, %(value)s, %(at)s, %(by)s)
ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at,
    updated_by = excluded.updated_by;

-- name: drives
-- What units took from setting out to arriving, and where from and to they were seen going when
-- they were sent, for speeds that learn.
SELECT assignment.id, assignment.en_route_at, assignment.actual_travel_s,
       recommendation.lon, recommendation.lat,
       jsonb_path_query_first(
           recommendation.inputs, '$.request.units[*] ? (@.call_sign == $call_sign)',
           jsonb_build_object('call_sign', assignment.call_sign)) AS unit
  FROM assignment JOIN recommendation ON recommendation.id = assignment.recommendation_id
 WHERE assignment.actual_travel_s > 0
 ORDER BY assignment.id DESC LIMIT %(limit)s;
