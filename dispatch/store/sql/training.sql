-- name: path
-- Where this connection looks for tables.
SELECT current_setting('search_path');

-- name: schema
SELECT current_schema();

-- name: made
SELECT 1 FROM pg_namespace WHERE nspname = 'training';

-- name: make
CREATE SCHEMA training;

-- name: drop
DROP SCHEMA IF EXISTS training CASCADE;

-- name: connections
-- How many others are connected to the training room.
SELECT count(*) AS others FROM pg_stat_activity
 WHERE datname = current_database() AND application_name = %(name)s
   AND pid <> pg_backend_pid();

-- name: real
-- Asked of the real room. Whether there is one, and whether a path of that name, or a user, would
-- lead it into the training schema.
SELECT to_regclass('account') IS NOT NULL AS made,
       'training' = ANY (string_to_array(replace(replace(
           current_setting('search_path'), '"$user"', session_user), ' ', ''), ',')) AS mixed;

-- name: accounts
-- Asked of the real room.
SELECT login, roles, agency, provider_id, password_hash, one_time, active FROM account
 ORDER BY login;

-- name: free_addresses
-- An address of the identity provider goes to whom it belongs to in the real room.
UPDATE account SET provider_id = NULL
 WHERE EXISTS (
       SELECT FROM unnest(%(logins)s::text[], %(addresses)s::text[]) AS real (login, address)
        WHERE real.address = account.provider_id AND real.login <> account.login);

-- name: copy_account
-- A lock-out goes on unless the password is another one now.
INSERT INTO account (login, roles, agency, provider_id, password_hash, one_time, active)
VALUES (%(login)s, %(roles)s, %(agency)s, %(provider_id)s, %(password_hash)s, %(one_time)s,
        %(active)s)
ON CONFLICT (login) DO UPDATE SET
       roles = excluded.roles, agency = excluded.agency, provider_id = excluded.provider_id,
       password_hash = excluded.password_hash, one_time = excluded.one_time,
       active = excluded.active,
       failures = CASE WHEN account.password_hash = excluded.password_hash
                       THEN account.failures ELSE 0 END,
       locked_until = CASE WHEN account.password_hash = excluded.password_hash
                           THEN account.locked_until END
 WHERE (account.roles, account.agency, account.provider_id, account.password_hash,
        account.one_time, account.active)
       IS DISTINCT FROM (excluded.roles, excluded.agency, excluded.provider_id,
                         excluded.password_hash, excluded.one_time, excluded.active);

-- name: days_of_calls
-- Asked of the real room: days in Ambon on which it took calls, and how many.
SELECT (received_at AT TIME ZONE 'Asia/Jayapura')::date AS day, count(*) AS reports,
       count(*) AS timed
  FROM call GROUP BY day ORDER BY day;

-- name: calls_of_day
-- Asked of the real room. Who called is read only to be taken out of what they said.
SELECT call.received_at AS at, call.text, call.phone, call.caller_name, incident.type_code,
       incident.severity, incident.place_text
  FROM call LEFT JOIN incident ON incident.id = call.incident_id
 WHERE call.received_at >= %(from_at)s AND call.received_at < %(until_at)s
 ORDER BY call.received_at, call.id;

-- name: days_of_reports
-- Days with incidents reported in public; `timed` are those whose hour is known.
SELECT (opened_at AT TIME ZONE 'Asia/Jayapura')::date AS day, count(*) AS reports,
       count(*) FILTER (WHERE coalesce(nullif(btrim(report ->> 'time_wit'), ''),
                                       nullif(btrim(report ->> 'reported_time'), ''))
                              IS NOT NULL) AS timed
  FROM incident WHERE source <> 'desk' GROUP BY day ORDER BY day;

-- name: reports_of_day
SELECT CASE WHEN coalesce(nullif(btrim(report ->> 'time_wit'), ''),
                          nullif(btrim(report ->> 'reported_time'), '')) IS NOT NULL
            THEN opened_at END AS at,
       place_text, type_code, note
  FROM incident
 WHERE source <> 'desk' AND opened_at >= %(from_at)s AND opened_at < %(until_at)s
 ORDER BY code;
