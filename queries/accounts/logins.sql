-- Who that is, by e-mail or username, exactly or under another spelling. One row
-- always: an unknown user has no id, and costs the reading of some other's row, of
-- which only the length is given. With a throttle (numbers that are not NULL),
-- the attempt is counted as a failure first, the address before the account:
-- whoever comes while a count is full gets no window for it. Everybody locks the
-- two counts in this order.
-- name: account_credentials :one
WITH address AS (
    INSERT INTO aeturnis.login_failures AS f (key, failures, window_began)
    SELECT sha256(convert_to('address ' || host(sqlc.narg(ip_address)::text::inet), 'UTF8')), 1, now()
    WHERE sqlc.narg(ip_address)::text IS NOT NULL
      AND sqlc.narg(per_address)::integer > 0
    ON CONFLICT (key) DO UPDATE SET
        failures = CASE
            WHEN f.window_began > now() - @window_ms::bigint * interval '1 millisecond'
            THEN f.failures + 1 ELSE 1 END,
        window_began = CASE
            WHEN f.window_began > now() - @window_ms::bigint * interval '1 millisecond'
            THEN f.window_began ELSE now() END
        WHERE f.failures < sqlc.narg(per_address)::integer
           OR f.window_began <= now() - @window_ms::bigint * interval '1 millisecond'
    RETURNING window_began
), account AS (
    INSERT INTO aeturnis.login_failures AS f (key, failures, window_began)
    SELECT sha256(convert_to('account ' || aeturnis.fold(@login::text), 'UTF8')), 1, now()
    WHERE (sqlc.narg(ip_address)::text IS NULL OR EXISTS (SELECT FROM address))
      AND sqlc.narg(per_account)::integer > 0
    ON CONFLICT (key) DO UPDATE SET
        failures = CASE
            WHEN f.window_began > now() - @window_ms::bigint * interval '1 millisecond'
            THEN f.failures + 1 ELSE 1 END,
        window_began = CASE
            WHEN f.window_began > now() - @window_ms::bigint * interval '1 millisecond'
            THEN f.window_began ELSE now() END
        WHERE f.failures < sqlc.narg(per_account)::integer
           OR f.window_began <= now() - @window_ms::bigint * interval '1 millisecond'
    RETURNING window_began
), found AS (
    SELECT 1 AS place, id, status, password_hash
    FROM public.users
    WHERE email = @login::text
    UNION ALL
    SELECT 2, id, status, password_hash
    FROM public.users
    WHERE username = @login::text
    UNION ALL
    SELECT 3, u.id, u.status, u.password_hash
    FROM aeturnis.user_folds AS f
        JOIN public.users AS u ON u.id = f.user_id
    WHERE f.email = aeturnis.fold(@login::text)
    UNION ALL
    SELECT 4, u.id, u.status, u.password_hash
    FROM aeturnis.user_folds AS f
        JOIN public.users AS u ON u.id = f.user_id
    WHERE f.username = aeturnis.fold(@login::text)
), nobody AS (
    SELECT repeat('x', length(u.status)) AS status,
        repeat('x', length(u.password_hash)) AS password_hash
    FROM aeturnis.user_folds AS f
        JOIN public.users AS u ON u.id = f.user_id
    WHERE NOT EXISTS (SELECT FROM found)
    LIMIT 1
), first AS (
    (SELECT id, status, password_hash FROM found ORDER BY place LIMIT 1)
    UNION ALL
    SELECT NULL, status, password_hash FROM nobody
)
SELECT first.id AS "user_id?", first.status AS "status?",
    first.password_hash AS "password_hash?",
    (SELECT window_began FROM address) AS "address_window?",
    (SELECT window_began FROM account) AS "account_window?"
FROM (VALUES (true)) AS always (one)
    LEFT JOIN first ON true;

-- Takes an attempt back that was counted and is no failure, if the windows that it
-- was counted in are still those.
-- name: account_attempt_forget :exec
WITH address AS (
    UPDATE aeturnis.login_failures
    SET failures = failures - 1
    WHERE key = sha256(convert_to('address ' || host(sqlc.narg(ip_address)::text::inet), 'UTF8'))
      AND window_began = sqlc.narg(address_window)
    RETURNING key
)
UPDATE aeturnis.login_failures
SET failures = failures - 1
WHERE (SELECT count(*) FROM address) >= 0
  AND key = sha256(convert_to('account ' || aeturnis.fold(@login::text), 'UTF8'))
  AND window_began = sqlc.narg(account_window);

-- The user is active, and the hash still what was verified: a session begins.
-- name: account_login_succeed :one
WITH moment AS (
    SELECT clock_timestamp() AS at
), live AS (
    UPDATE public.users
    SET last_login = now(),
        password_hash = coalesce(sqlc.narg(new_hash), password_hash)
    WHERE id = @user_id
      AND status = 'active'
      AND password_hash = @verified_hash
    RETURNING id
), begun AS (
    INSERT INTO public.user_sessions (user_id, refresh_token_jti, ip_address, user_agent,
        expires_at, idle_timeout_ms)
    SELECT id, @jti, sqlc.narg(ip_address), sqlc.narg(user_agent),
        now() + @lifetime_ms::bigint * interval '1 millisecond', sqlc.narg(idle_timeout_ms)
    FROM live
    RETURNING id, user_id, expires_at
), taken_back AS (
    UPDATE aeturnis.login_failures
    SET failures = failures - 1
    WHERE key = sha256(convert_to('address ' || host(sqlc.narg(ip_address)::text::inet), 'UTF8'))
      AND window_began = sqlc.narg(address_window)
      AND EXISTS (SELECT FROM live)
    RETURNING key
), forgiven AS (
    DELETE FROM aeturnis.login_failures
    WHERE (SELECT count(*) FROM taken_back) >= 0
      AND key = sha256(convert_to('account ' || aeturnis.fold(@login::text), 'UTF8'))
      AND EXISTS (SELECT FROM live)
), entries AS (
    INSERT INTO public.audit_log (actor_id, event_type, resource_type, resource_id,
        payload, ip_address, user_agent, created_at)
    SELECT user_id, event_type, resource_type, resource_id, payload,
        sqlc.narg(ip_address), sqlc.narg(user_agent), at
    FROM (
        SELECT user_id, 'user.login' AS event_type, 'user' AS resource_type,
            user_id AS resource_id, jsonb_build_object('session_id', id)
            || CASE WHEN sqlc.narg(new_hash) IS NULL THEN '{}'
                ELSE '{"password": "hashed anew"}' END::jsonb AS payload, at
        FROM begun, moment
        UNION ALL
        SELECT user_id, 'session.create', 'session', id,
            jsonb_build_object('user_id', user_id, 'expires_at', expires_at),
            at + interval '1 microsecond'
        FROM begun, moment
    ) AS happened
)
SELECT id AS session_id, user_id, expires_at FROM begun;

-- Records a failure, and counts it where the attempt was not; the same work
-- whatever the reason.
-- name: account_login_fail :exec
WITH keys AS (
    SELECT 1 AS place,
        sha256(convert_to('address ' || host(sqlc.narg(ip_address)::text::inet), 'UTF8')) AS key
    WHERE sqlc.narg(ip_address)::text IS NOT NULL
    UNION ALL
    SELECT 2, sha256(convert_to('account ' || aeturnis.fold(@login::text), 'UTF8'))
), counted AS (
    INSERT INTO aeturnis.login_failures AS f (key, failures, window_began)
    SELECT key, 1, now() FROM keys WHERE NOT @was_counted::boolean ORDER BY place
    ON CONFLICT (key) DO UPDATE SET
        failures = CASE
            WHEN f.window_began > now() - @window_ms::bigint * interval '1 millisecond'
            THEN f.failures + 1 ELSE 1 END,
        window_began = CASE
            WHEN f.window_began > now() - @window_ms::bigint * interval '1 millisecond'
            THEN f.window_began ELSE now() END
)
INSERT INTO public.audit_log (event_type, resource_type, resource_id, payload,
    ip_address, user_agent, created_at)
VALUES ('user.login_failed', 'user', sqlc.narg(user_id)::uuid,
    jsonb_build_object('reason', @reason::text),
    sqlc.narg(ip_address), sqlc.narg(user_agent), clock_timestamp());

-- Forgets failures that no window of a day or less can count any more.
-- name: account_failures_purge :execrows
DELETE FROM aeturnis.login_failures
WHERE key IN (
    SELECT key FROM aeturnis.login_failures
    WHERE window_began < now() - interval '1 day'
    LIMIT @most::integer
    FOR UPDATE SKIP LOCKED);
