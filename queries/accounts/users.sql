-- Makes a user.
-- name: account_register :one
WITH fresh AS (
    INSERT INTO public.users (email, username, password_hash, roles, email_verified)
    VALUES (@email, @username, @password_hash, @roles, @email_verified)
    RETURNING id, email, username, roles
), entry AS (
    INSERT INTO public.audit_log (actor_id, event_type, resource_type, resource_id,
        payload, ip_address, user_agent, created_at)
    SELECT CASE WHEN @as_self::boolean THEN id ELSE sqlc.narg(actor)::uuid END,
        'user.register', 'user', id,
        jsonb_build_object('email', email, 'username', username, 'roles', roles),
        sqlc.narg(ip_address), sqlc.narg(user_agent), clock_timestamp()
    FROM fresh
)
SELECT id AS user_id FROM fresh;

-- What a new password is checked against.
-- name: account_password_of :one
SELECT password_hash FROM public.users WHERE id = @user_id;

-- Sets a password where the old one is still what it was when it was verified,
-- and ends every session but one.
-- name: account_password_set :one
WITH changed AS (
    UPDATE public.users
    SET password_hash = @password_hash
    WHERE id = @user_id
      AND password_hash = coalesce(sqlc.narg(verified_hash), password_hash)
    RETURNING id, CASE WHEN @as_self::boolean THEN id ELSE sqlc.narg(actor)::uuid END AS actor
), ended AS (
    DELETE FROM public.user_sessions AS s
    USING changed
    WHERE s.user_id = changed.id
      AND s.id IS DISTINCT FROM sqlc.narg(keep_session)::uuid
    RETURNING s.id, changed.actor
), entries AS (
    INSERT INTO public.audit_log (actor_id, event_type, resource_type, resource_id,
        payload, ip_address, user_agent, created_at)
    SELECT actor, event_type, resource_type, resource_id, payload,
        sqlc.narg(ip_address), sqlc.narg(user_agent), clock_timestamp() + later
    FROM (
        SELECT actor, 'user.update' AS event_type, 'user' AS resource_type,
            id AS resource_id, '{"password": "changed"}'::jsonb AS payload,
            interval '0' AS later
        FROM changed
        UNION ALL
        SELECT actor, 'session.revoke', 'session', id,
            jsonb_build_object('reason', 'password', 'user_id', @user_id::uuid),
            interval '1 microsecond'
        FROM ended
    ) AS happened
)
SELECT id AS user_id FROM changed;

-- Sets an e-mail, which is to be verified again.
-- name: account_email_set :one
WITH old AS (
    SELECT id, email, email_verified,
        CASE WHEN @as_self::boolean THEN id ELSE sqlc.narg(actor)::uuid END AS actor
    FROM public.users
    WHERE id = @user_id
    FOR NO KEY UPDATE
), changed AS (
    UPDATE public.users AS u
    SET email = @email, email_verified = false
    FROM old
    WHERE u.id = old.id
      AND old.email <> @email
    RETURNING u.id
), entry AS (
    INSERT INTO public.audit_log (actor_id, event_type, resource_type, resource_id,
        payload, ip_address, user_agent, created_at)
    SELECT old.actor, 'user.update', 'user', old.id,
        jsonb_build_object('email', jsonb_build_object('old', old.email, 'new', @email::text),
            'email_verified',
            jsonb_build_object('old', old.email_verified, 'new', false)),
        sqlc.narg(ip_address), sqlc.narg(user_agent), clock_timestamp()
    FROM old JOIN changed ON changed.id = old.id
)
SELECT id AS user_id FROM old;

-- Notes that an e-mail is known to be the user's, if it is still the one.
-- name: account_email_verify :one
WITH old AS (
    SELECT id, email, email_verified,
        CASE WHEN @as_self::boolean THEN id ELSE sqlc.narg(actor)::uuid END AS actor
    FROM public.users
    WHERE id = @user_id
      AND email = @email
    FOR NO KEY UPDATE
), changed AS (
    UPDATE public.users AS u
    SET email_verified = true
    FROM old
    WHERE u.id = old.id
      AND NOT old.email_verified
    RETURNING u.id
), entry AS (
    INSERT INTO public.audit_log (actor_id, event_type, resource_type, resource_id,
        payload, ip_address, user_agent, created_at)
    SELECT old.actor, 'user.update', 'user', old.id,
        '{"email_verified": {"old": false, "new": true}}',
        sqlc.narg(ip_address), sqlc.narg(user_agent), clock_timestamp()
    FROM old JOIN changed ON changed.id = old.id
)
SELECT id AS user_id FROM old;

-- Sets the roles.
-- name: account_roles_set :one
WITH old AS (
    SELECT id, roles,
        CASE WHEN @as_self::boolean THEN id ELSE sqlc.narg(actor)::uuid END AS actor
    FROM public.users
    WHERE id = @user_id
    FOR NO KEY UPDATE
), changed AS (
    UPDATE public.users AS u
    SET roles = @roles
    FROM old
    WHERE u.id = old.id
      AND old.roles <> @roles
    RETURNING u.id
), entry AS (
    INSERT INTO public.audit_log (actor_id, event_type, resource_type, resource_id,
        payload, ip_address, user_agent, created_at)
    SELECT old.actor, 'user.update', 'user', old.id,
        jsonb_build_object('roles',
            jsonb_build_object('old', old.roles, 'new', @roles::text[])),
        sqlc.narg(ip_address), sqlc.narg(user_agent), clock_timestamp()
    FROM old JOIN changed ON changed.id = old.id
)
SELECT id AS user_id FROM old;

-- Sets the status; any but active ends every session.
-- name: account_status_set :one
WITH old AS (
    SELECT id, status,
        CASE WHEN @as_self::boolean THEN id ELSE sqlc.narg(actor)::uuid END AS actor
    FROM public.users
    WHERE id = @user_id
    FOR NO KEY UPDATE
), changed AS (
    UPDATE public.users AS u
    SET status = @status
    FROM old
    WHERE u.id = old.id
      AND old.status <> @status
    RETURNING u.id
), ended AS (
    DELETE FROM public.user_sessions AS s
    USING old
    WHERE s.user_id = old.id
      AND @status::text <> 'active'
    RETURNING s.id, old.actor
), entries AS (
    INSERT INTO public.audit_log (actor_id, event_type, resource_type, resource_id,
        payload, ip_address, user_agent, created_at)
    SELECT actor, event_type, resource_type, resource_id, payload,
        sqlc.narg(ip_address), sqlc.narg(user_agent), clock_timestamp() + later
    FROM (
        SELECT old.actor, 'user.update' AS event_type, 'user' AS resource_type,
            old.id AS resource_id, jsonb_build_object('status',
                jsonb_build_object('old', old.status, 'new', @status::text)) AS payload,
            interval '0' AS later
        FROM old JOIN changed ON changed.id = old.id
        UNION ALL
        SELECT actor, 'session.revoke', 'session', id,
            jsonb_build_object('reason', 'status', 'user_id', @user_id::uuid),
            interval '1 microsecond'
        FROM ended
    ) AS happened
)
SELECT id AS user_id FROM old;

-- Deletes a user. No entry can refer to who is gone, so that the user's own
-- deletion has the actor in actor_uuid alone. Sessions go first, as they do when
-- a refresh locks a session and then its user.
-- name: account_delete :one
WITH ended AS (
    DELETE FROM public.user_sessions
    WHERE user_id = @user_id
    RETURNING id
), gone AS (
    DELETE FROM public.users
    WHERE id = @user_id
      AND (SELECT count(*) FROM ended) >= 0
    RETURNING id, email, username, roles, status,
        CASE WHEN @as_self::boolean THEN id ELSE sqlc.narg(actor)::uuid END AS actor
), entries AS (
    INSERT INTO public.audit_log (actor_id, actor_uuid, event_type, resource_type,
        resource_id, payload, ip_address, user_agent, created_at)
    SELECT nullif(actor, @user_id), actor, event_type, resource_type, resource_id, payload,
        sqlc.narg(ip_address), sqlc.narg(user_agent), clock_timestamp() + later
    FROM (
        SELECT gone.actor, 'session.revoke' AS event_type, 'session' AS resource_type,
            ended.id AS resource_id,
            jsonb_build_object('reason', 'delete', 'user_id', @user_id::uuid) AS payload,
            interval '0' AS later
        FROM ended CROSS JOIN gone
        UNION ALL
        SELECT actor, 'user.delete', 'user', id,
            jsonb_build_object('email', email, 'username', username, 'roles', roles,
                'status', status),
            interval '1 microsecond'
        FROM gone
    ) AS happened
)
SELECT id AS user_id FROM gone;
