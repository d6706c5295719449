-- What a log-in asks for: the one place where the password's hash is read.
-- name: user_credentials_by_email :one
SELECT id, status, password_hash
FROM public.users
WHERE email = @email;

-- As user_credentials_by_email.
-- name: user_credentials_by_username :one
SELECT id, status, password_hash
FROM public.users
WHERE username = @username;

-- Notes that a user has just logged in. AET_OK with 0 rows: there is no such user.
-- name: user_touch_login :execrows
UPDATE public.users
SET last_login = now()
WHERE id = @user_id;
