-- Lists a user's sessions that have not expired, the newest first.
-- name: session_list_active_by_user :many
SELECT id, user_id, refresh_token_jti, ip_address, user_agent, expires_at, created_at,
       last_active_at
FROM public.user_sessions
WHERE user_id = @user_id
  AND expires_at > now()
ORDER BY created_at DESC, id DESC;

-- Notes that a session is in use. 0 rows: it has ended, or has expired.
-- name: session_touch :execrows
UPDATE public.user_sessions
SET last_active_at = now()
WHERE id = @session_id
  AND expires_at > now();

-- Ends every session of a user, and says how many there were.
-- name: session_delete_by_user :execrows
DELETE FROM public.user_sessions
WHERE user_id = @user_id;

-- Removes sessions that have expired, and says how many there were.
-- name: session_delete_expired :execrows
DELETE FROM public.user_sessions
WHERE expires_at <= now();
