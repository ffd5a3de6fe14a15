-- name: room_to_group
-- For this transaction: a million incidents are grouped in memory, not on disk.
SELECT set_config('work_mem', '128MB', true);

-- name: clocks
-- The stamps of each incident and each agency sent to it, those of one type, kelurahan and agency
-- together in one value: 72 bytes a row in network order, its id and eight times in microseconds
-- since 2000 (UTC), the smallest number where there is none.
SELECT type_code, coalesce(kelurahan_code, '') AS kelurahan, agency,
       string_agg(
         int8send(incident_id) || timestamptz_send(received_at)
         || timestamptz_send(coalesce(located_at, '-infinity'))
         || timestamptz_send(coalesce(dispatched_at, '-infinity'))
         || timestamptz_send(coalesce(accepted_at, '-infinity'))
         || timestamptz_send(coalesce(en_route_at, '-infinity'))
         || timestamptz_send(coalesce(on_scene_at, '-infinity'))
         || timestamptz_send(coalesce(acting_at, '-infinity'))
         || timestamptz_send(coalesce(controlled_at, '-infinity')), '') AS rows
  FROM incident_clock
 WHERE opened_at >= %(from_at)s AND opened_at < %(until_at)s
   AND source = ANY (%(sources)s::text[])
   AND (%(types)s::text[] IS NULL OR type_code = ANY (%(types)s))
 GROUP BY type_code, kelurahan_code, agency;

-- name: left_out
-- What the same span holds beside: public reports have no stamps of ours, duplicates are counted
-- with the incident they belong to.
SELECT count(*) FILTER (WHERE source = 'public report') AS public,
       count(*) FILTER (WHERE source = ANY (%(sources)s::text[]) AND disposition = 'duplicate')
           AS duplicates
  FROM incident
 WHERE opened_at >= %(from_at)s AND opened_at < %(until_at)s
   AND (source = 'public report' OR disposition = 'duplicate')
   AND (%(types)s::text[] IS NULL OR type_code = ANY (%(types)s));

-- name: behind
SELECT id, code, type_code, kelurahan_code, opened_at FROM incident WHERE id = ANY (%(ids)s);
