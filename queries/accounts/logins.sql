-- Who that is, by e-mail or username, exactly or under another spelling, and how
-- often logging in has failed lately. One row always: an unknown user is NULLs.
-- name: account_credentials :one
WITH found AS (
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
), first AS (
    SELECT id, status, password_hash FROM found ORDER BY place LIMIT 1
)
SELECT first.id AS "user_id?", first.status AS "status?",
    first.password_hash AS "password_hash?",
    coalesce((
        SELECT failures FROM aeturnis.login_failures
        WHERE key = sha256(convert_to('account ' || aeturnis.fold(@login::text), 'UTF8'))
          AND window_began > now() - @window_ms::bigint * interval '1 millisecond'),
        0) AS account_failures,
    coalesce((
        SELECT failures FROM aeturnis.login_failures
        WHERE key = sha256(convert_to('address ' || sqlc.narg(ip_address)::text, 'UTF8'))
          AND window_began > now() - @window_ms::bigint * interval '1 millisecond'),
        0) AS address_failures
FROM (VALUES (true)) AS always (one)
    LEFT JOIN first ON true;

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
), forgiven AS (
    DELETE FROM aeturnis.login_failures
    WHERE key = sha256(convert_to('account ' || aeturnis.fold(@login::text), 'UTF8'))
      AND EXISTS (SELECT FROM live)
), entries AS (
    INSERT INTO public.audit_log (actor_id, event_type, resource_type, resource_id,
        payload, ip_address, user_agent, created_at)
    SELECT user_id, event_type, resource_type, resource_id, payload,
        sqlc.narg(ip_address), sqlc.narg(user_agent), at
    FROM (
        SELECT user_id, 'user.login' AS event_type, 'user' AS resource_type,
            user_id AS resource_id, jsonb_build_object('session_id', id) AS payload, at
        FROM begun, moment
        UNION ALL
        SELECT user_id, 'session.create', 'session', id,
            jsonb_build_object('user_id', user_id, 'expires_at', expires_at),
            at + interval '1 microsecond'
        FROM begun, moment
    ) AS happened
)
SELECT id AS session_id, user_id, expires_at FROM begun;

-- Counts and records a failure, the same work whatever the reason.
-- name: account_login_fail :exec
WITH keys AS (
    SELECT sha256(convert_to('account ' || aeturnis.fold(@login::text), 'UTF8')) AS key
    UNION
    SELECT sha256(convert_to('address ' || sqlc.narg(ip_address)::text, 'UTF8'))
    WHERE sqlc.narg(ip_address)::text IS NOT NULL
    ORDER BY key
), counted AS (
    INSERT INTO aeturnis.login_failures AS f (key, failures, window_began)
    SELECT key, 1, now() FROM keys
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
