-- name: one_at_a_time
-- Held until the transaction ends: two plans for a shift do not mix.
SELECT pg_advisory_xact_lock(hashtextextended('shift in ' || current_schema(), 112));

-- name: people
SELECT login, task FROM shift_person
 WHERE shift_date = %(day)s AND shift = %(shift)s ORDER BY login;

-- name: units
SELECT call_sign FROM shift_unit JOIN unit USING (call_sign)
 WHERE shift_date = %(day)s AND shift = %(shift)s AND retired_at IS NULL ORDER BY call_sign;

-- name: drop_people
DELETE FROM shift_person
 WHERE shift_date = %(day)s AND shift = %(shift)s AND login <> ALL (%(logins)s);

-- name: put_people
INSERT INTO shift_person (shift_date, shift, login, task)
SELECT %(day)s, %(shift)s, login, task
  FROM unnest(%(logins)s::text[], %(tasks)s::text[]) AS planned (login, task)
ON CONFLICT (shift_date, shift, login) DO UPDATE SET task = excluded.task;

-- name: drop_units
DELETE FROM shift_unit
 WHERE shift_date = %(day)s AND shift = %(shift)s AND call_sign <> ALL (%(call_signs)s);

-- name: put_units
INSERT INTO shift_unit (shift_date, shift, call_sign)
SELECT %(day)s, %(shift)s, unnest(%(call_signs)s::text[])
ON CONFLICT DO NOTHING;
