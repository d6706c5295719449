-- What sessions need: see 0002.

ALTER TABLE user_sessions
    ADD COLUMN idle_timeout_ms bigint,
    ADD COLUMN grandfathered boolean DEFAULT false NOT NULL;
COMMENT ON COLUMN user_sessions.idle_timeout_ms IS
    'ends the session so long after last_active_at; NULL: never';
COMMENT ON COLUMN user_sessions.grandfathered IS
    'the row is older than the rules that it breaks, and exempt from them';

-- Tokens that were rotated away, for as long as their session lives: who shows
-- one again is not whom it was given to, or is no longer alone with it. A trigger
-- and no foreign key, so that user_sessions is as free to go as it ever was.
CREATE TABLE aeturnis.retired_tokens (
    jti character varying(255) NOT NULL,
    session_id uuid NOT NULL,
    retired_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT retired_tokens_pkey PRIMARY KEY (jti)
);
CREATE INDEX idx_retired_tokens_session_id ON aeturnis.retired_tokens (session_id);

CREATE FUNCTION aeturnis.forget_tokens() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = ''
    AS $$
BEGIN
    DELETE FROM aeturnis.retired_tokens AS t USING gone WHERE t.session_id = gone.id;
    RETURN NULL;
END
$$;

CREATE TRIGGER user_sessions_forget_tokens AFTER DELETE ON user_sessions
    REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION aeturnis.forget_tokens();

-- Ends a user's sessions but one. A function that writes looks at the tables
-- anew: called once the user is locked, it finds the session of a log-in that
-- the statement around it had to wait for.
CREATE FUNCTION aeturnis.end_sessions(of_user uuid, but_not uuid) RETURNS SETOF uuid
    LANGUAGE sql VOLATILE
    SET search_path = ''
    AS $$
DELETE FROM public.user_sessions
WHERE user_id = of_user
  AND id IS DISTINCT FROM but_not
RETURNING id
$$;

-- How often logging in has failed, by account and by address. The key is a
-- hash: what was typed may be somebody's password.
CREATE TABLE aeturnis.login_failures (
    key bytea NOT NULL,
    failures integer NOT NULL,
    window_began timestamp with time zone NOT NULL,
    CONSTRAINT login_failures_pkey PRIMARY KEY (key)
);
CREATE INDEX idx_login_failures_window_began ON aeturnis.login_failures (window_began);
