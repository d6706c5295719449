-- Exchanges a token for the next. Of many at once the first wins: the others
-- find, once they are let through, that the token is another.
-- name: account_refresh :one
WITH rotated AS (
    UPDATE public.user_sessions AS s
    SET refresh_token_jti = @new_jti, last_active_at = now()
    FROM public.users AS u
    WHERE s.refresh_token_jti = @jti
      AND u.id = s.user_id
      AND u.status = 'active'
      AND s.expires_at > now()
      AND (s.idle_timeout_ms IS NULL
           OR s.last_active_at > now() - s.idle_timeout_ms * interval '1 millisecond')
    RETURNING s.id, s.user_id, s.expires_at
), retired AS (
    INSERT INTO aeturnis.retired_tokens (jti, session_id)
    SELECT @jti, id FROM rotated
), entry AS (
    INSERT INTO public.audit_log (actor_id, event_type, resource_type, resource_id,
        payload, ip_address, user_agent, created_at)
    SELECT CASE WHEN @as_self::boolean THEN user_id ELSE sqlc.narg(actor)::uuid END,
        'session.refresh', 'session', id, jsonb_build_object('user_id', user_id),
        sqlc.narg(ip_address), sqlc.narg(user_agent), clock_timestamp()
    FROM rotated
)
SELECT id AS session_id, user_id, expires_at FROM rotated;

-- A token that no session has any more: whether it was rotated away. Then two
-- have had it, and the session ends. Nobody knows which of them is the user.
-- name: account_reuse :one
WITH retired AS (
    SELECT session_id,
        retired_at > now() - @grace_ms::bigint * interval '1 millisecond' AS forgiven
    FROM aeturnis.retired_tokens
    WHERE jti = @jti
), ended AS (
    DELETE FROM public.user_sessions AS s
    USING retired
    WHERE s.id = retired.session_id
      AND NOT retired.forgiven
    RETURNING s.id, s.user_id
), entry AS (
    INSERT INTO public.audit_log (event_type, resource_type, resource_id, payload,
        ip_address, user_agent, created_at)
    SELECT 'session.revoke', 'session', id,
        jsonb_build_object('reason', 'reuse', 'user_id', user_id),
        sqlc.narg(ip_address), sqlc.narg(user_agent), clock_timestamp()
    FROM ended
)
SELECT EXISTS (SELECT FROM retired) AS reused,
    EXISTS (SELECT FROM retired WHERE forgiven) AS forgiven;

-- Ends a session because its user says so.
-- name: account_log_out :one
WITH ended AS (
    DELETE FROM public.user_sessions
    WHERE id = @session_id
    RETURNING id, user_id,
        CASE WHEN @as_self::boolean THEN user_id ELSE sqlc.narg(actor)::uuid END AS actor
), moment AS (
    SELECT clock_timestamp() AS at
), entries AS (
    INSERT INTO public.audit_log (actor_id, event_type, resource_type, resource_id,
        payload, ip_address, user_agent, created_at)
    SELECT actor, event_type, resource_type, resource_id, payload,
        sqlc.narg(ip_address), sqlc.narg(user_agent), at
    FROM (
        SELECT actor, 'user.logout' AS event_type, 'user' AS resource_type,
            user_id AS resource_id, jsonb_build_object('session_id', id) AS payload, at
        FROM ended, moment
        UNION ALL
        SELECT actor, 'session.revoke', 'session', id,
            jsonb_build_object('reason', 'logout', 'user_id', user_id),
            at + interval '1 microsecond'
        FROM ended, moment
    ) AS happened
)
SELECT id AS session_id FROM ended;

-- Ends one session.
-- name: account_revoke :one
WITH ended AS (
    DELETE FROM public.user_sessions
    WHERE id = @session_id
    RETURNING id, user_id
), entry AS (
    INSERT INTO public.audit_log (actor_id, event_type, resource_type, resource_id,
        payload, ip_address, user_agent, created_at)
    SELECT CASE WHEN @as_self::boolean THEN user_id ELSE sqlc.narg(actor)::uuid END,
        'session.revoke', 'session', id,
        jsonb_build_object('reason', 'revoke', 'user_id', user_id),
        sqlc.narg(ip_address), sqlc.narg(user_agent), clock_timestamp()
    FROM ended
)
SELECT id AS session_id FROM ended;

-- Ends every session of a user, but for one that is kept.
-- name: account_revoke_all :one
WITH ended AS (
    DELETE FROM public.user_sessions
    WHERE user_id = @user_id
      AND id IS DISTINCT FROM sqlc.narg(keep_session)::uuid
    RETURNING id, user_id
), entry AS (
    INSERT INTO public.audit_log (actor_id, event_type, resource_type, resource_id,
        payload, ip_address, user_agent, created_at)
    SELECT CASE WHEN @as_self::boolean THEN user_id ELSE sqlc.narg(actor)::uuid END,
        'session.revoke', 'session', id,
        jsonb_build_object('reason', 'revoke_all', 'user_id', user_id),
        sqlc.narg(ip_address), sqlc.narg(user_agent), clock_timestamp()
    FROM ended
)
SELECT count(*) AS ended FROM ended;

-- Removes sessions that have expired, leaving those alone that somebody holds.
-- name: account_sessions_purge :one
WITH gone AS (
    DELETE FROM public.user_sessions
    WHERE id IN (
        SELECT id FROM public.user_sessions
        WHERE expires_at <= now()
           OR last_active_at <= now() - idle_timeout_ms * interval '1 millisecond'
        LIMIT @most::integer
        FOR UPDATE SKIP LOCKED)
    RETURNING id
), entry AS (
    INSERT INTO public.audit_log (actor_id, event_type, resource_type, payload,
        ip_address, user_agent, created_at)
    SELECT sqlc.narg(actor)::uuid, 'session.purge', 'session',
        jsonb_build_object('sessions', count(*)),
        sqlc.narg(ip_address), sqlc.narg(user_agent), clock_timestamp()
    FROM gone
    HAVING count(*) > 0
)
SELECT count(*) AS sessions FROM gone;
