-- name: hold
-- Nobody else can try a password, or change the account, until we are done.
SELECT login, roles, agency, provider_id, password_hash, one_time, active, failures, locked_until
  FROM account WHERE login = %(login)s FOR NO KEY UPDATE;

-- name: known_elsewhere
SELECT login FROM account WHERE provider_id = %(provider_id)s;

-- name: accounts
SELECT login, roles, agency, provider_id, one_time, active, locked_until,
       (SELECT max(seen_at) FROM session WHERE session.login = account.login) AS seen_at
  FROM account ORDER BY login;

-- name: one_at_a_time
-- Held until the transaction ends: two admins cannot take each other's role away.
SELECT pg_advisory_xact_lock(hashtextextended('account in ' || current_schema(), 112));

-- name: any
SELECT EXISTS (SELECT FROM account) AS known;

-- name: admins
SELECT login FROM account WHERE active AND 'admin' = ANY (roles) ORDER BY login;

-- name: add
INSERT INTO account (login, roles, agency, provider_id, password_hash, one_time)
VALUES (%(login)s, %(roles)s, %(agency)s, %(provider_id)s, %(password_hash)s, true)
ON CONFLICT DO NOTHING RETURNING login;

-- name: change
UPDATE account SET roles = %(roles)s, agency = %(agency)s, provider_id = %(provider_id)s,
       active = %(active)s
 WHERE login = %(login)s RETURNING login;

-- name: set_password
UPDATE account SET password_hash = %(password_hash)s, one_time = %(one_time)s, failures = 0,
       locked_until = NULL
 WHERE login = %(login)s RETURNING login;

-- name: failed
UPDATE account SET failures = %(failures)s, locked_until = %(locked_until)s
 WHERE login = %(login)s RETURNING login;

-- name: begin
INSERT INTO session (key, login, began_at, ends_at, seen_at, must_change)
VALUES (%(key)s, %(login)s, %(at)s, %(ends_at)s, %(at)s, %(must_change)s);

-- name: session
SELECT session.key, session.login, session.ends_at, session.seen_at, session.ended_at,
       session.must_change, account.roles, account.agency, account.active
  FROM session JOIN account USING (login) WHERE session.key = %(key)s;

-- name: seen
UPDATE session SET seen_at = greatest(seen_at, %(at)s) WHERE key = %(key)s;

-- name: changed
UPDATE session SET must_change = false WHERE key = %(key)s;

-- name: end
UPDATE session SET ended_at = %(at)s WHERE key = %(key)s AND ended_at IS NULL;

-- name: end_all
-- Every session of an account, but for the one its owner is using.
UPDATE session SET ended_at = %(at)s
 WHERE login = %(login)s AND ended_at IS NULL AND key <> %(but)s;

-- name: active
SELECT login FROM account WHERE active ORDER BY login;

-- name: signed_in
SELECT DISTINCT login FROM session JOIN account USING (login)
 WHERE active AND ended_at IS NULL AND ends_at > %(at)s AND seen_at >= %(since)s ORDER BY login;
