-- Lists a user's sessions that have not expired, the newest first.
-- name: session_list_active_by_user :many
SELECT id, user_id, refresh_token_jti, ip_address, user_agent, expires_at, created_at,
       last_active_at, idle_timeout_ms
FROM public.user_sessions
WHERE user_id = @user_id
  AND expires_at > now()
  AND (idle_timeout_ms IS NULL
       OR last_active_at > now() - idle_timeout_ms * interval '1 millisecond')
ORDER BY created_at DESC, id DESC;

-- Notes that a session is in use, once a minute at most: more often it only
-- looks. 0 rows: it has ended or expired, or its user is not active.
-- name: session_touch :execrows
WITH live AS (
    SELECT id
    FROM public.user_sessions AS s
    WHERE id = @session_id
      AND expires_at > now()
      AND (idle_timeout_ms IS NULL
           OR last_active_at > now() - idle_timeout_ms * interval '1 millisecond')
      AND EXISTS (
          SELECT FROM public.users AS u
          WHERE u.id = s.user_id AND u.status = 'active')
), touched AS (
    UPDATE public.user_sessions AS s
    SET last_active_at = now()
    FROM live
    WHERE s.id = live.id
      AND s.last_active_at <= now() - interval '1 minute'
)
SELECT id FROM live;

-- Ends every session of a user, and says how many there were. There is no entry in
-- the audit log: aet_session_revoke_all makes them.
-- name: session_delete_by_user :execrows
DELETE FROM public.user_sessions
WHERE user_id = @user_id;

-- Removes sessions that have expired, and says how many there were. All at once, and
-- without an entry in the audit log: aet_session_purge does it in batches, with one.
-- name: session_delete_expired :execrows
DELETE FROM public.user_sessions
WHERE expires_at <= now();
