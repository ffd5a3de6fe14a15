-- name: finished
-- Drives that ended, with the model's seconds by road class as they were shown on sending: what
-- the speeds learn from. A unit sent without a recommendation, or not among its options, has none.
SELECT shown ->> 'profile' AS profile,
       shown -> 'by_class_s' AS by_class_s,
       actual_travel_s,
       en_route_at
  FROM assignment
  JOIN recommendation ON recommendation.id = recommendation_id
 CROSS JOIN LATERAL jsonb_array_elements(outputs -> 'options') AS shown
 WHERE shown ->> 'call_sign' = call_sign
   AND shown -> 'by_class_s' <> 'null'
   AND actual_travel_s > 0
   AND en_route_at > %(since)s
 ORDER BY assignment.id;
