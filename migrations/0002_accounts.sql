-- What registering, logging in and auditing need besides the original's tables.
-- Nothing here reads or rewrites a row: columns without a default to compute,
-- tables, functions and triggers. 0003 to 0005 bring the rows that are there
-- along, each step with locks that the game does not notice.

DO $$
BEGIN
    IF to_regnamespace('aeturnis') IS NULL THEN
        CREATE SCHEMA aeturnis;
    END IF;
END
$$;

-- What two e-mails or usernames must not share: NFKC, then case folded. ASCII
-- comes first and apart, since a Turkish database has its own idea of "I". A
-- database that is not UTF8 cannot normalize, and folds case only.
CREATE FUNCTION aeturnis.fold(name text) RETURNS text
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    AS $$
SELECT CASE WHEN pg_catalog.getdatabaseencoding() = 'UTF8' THEN
    pg_catalog.normalize(pg_catalog.replace(pg_catalog.replace(
        pg_catalog.lower(pg_catalog.lower(
            pg_catalog.normalize(name, 'NFKC') COLLATE "C") COLLATE "default"),
        pg_catalog.chr(223), 'ss'),
        pg_catalog.chr(962), pg_catalog.chr(963)), 'NFKC')
ELSE
    pg_catalog.lower(pg_catalog.lower(name COLLATE "C") COLLATE "default")
END
$$;

-- One address as inet reads it, without a netmask.
CREATE FUNCTION aeturnis.is_address(value text) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path = ''
    AS $$
BEGIN
    PERFORM value::pg_catalog.inet;
    RETURN value NOT LIKE '%/%';
EXCEPTION WHEN invalid_text_representation THEN
    RETURN false;
END
$$;

-- At least one of the three roles, none twice, nothing else.
CREATE FUNCTION aeturnis.is_roles(roles text[]) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
SELECT pg_catalog.cardinality(roles) > 0
    AND pg_catalog.array_ndims(roles) = 1
    AND roles OPERATOR(pg_catalog.<@) '{user,moderator,admin}'::pg_catalog.text[]
    AND pg_catalog.cardinality(roles) = (
        SELECT pg_catalog.count(DISTINCT role) FROM pg_catalog.unnest(roles) AS role)
$$;

ALTER TABLE users
    ADD COLUMN grandfathered boolean DEFAULT false NOT NULL;
COMMENT ON COLUMN users.grandfathered IS
    'the row is older than the rules that it breaks, and exempt from them';

ALTER TABLE user_sessions
    ADD COLUMN idle_timeout_ms bigint,
    ADD COLUMN grandfathered boolean DEFAULT false NOT NULL;
COMMENT ON COLUMN user_sessions.idle_timeout_ms IS
    'ends the session so long after last_active_at; NULL: never';
COMMENT ON COLUMN user_sessions.grandfathered IS
    'the row is older than the rules that it breaks, and exempt from them';

ALTER TABLE audit_log
    ADD COLUMN actor_uuid uuid,
    ADD COLUMN grandfathered boolean DEFAULT false NOT NULL;
COMMENT ON COLUMN audit_log.actor_uuid IS
    'the actor''s id for good: actor_id becomes NULL when the user is deleted';
COMMENT ON COLUMN audit_log.grandfathered IS
    'the row is older than the rules that it breaks, and exempt from them';

-- ---- e-mails and usernames, one each under any spelling -----------------------

-- What is NULL clashes with an older user: the row was there before the rule.
CREATE TABLE aeturnis.user_folds (
    user_id uuid NOT NULL,
    email text,
    username text,
    CONSTRAINT user_folds_pkey PRIMARY KEY (user_id),
    CONSTRAINT users_email_folded_unique UNIQUE (email),
    CONSTRAINT users_username_folded_unique UNIQUE (username),
    CONSTRAINT user_folds_user_id_fk FOREIGN KEY (user_id)
        REFERENCES users (id) ON DELETE CASCADE
);

CREATE FUNCTION aeturnis.fold_user() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = ''
    AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO aeturnis.user_folds (user_id, email, username)
        VALUES (NEW.id, aeturnis.fold(NEW.email), aeturnis.fold(NEW.username));
        RETURN NULL;
    END IF;
    INSERT INTO aeturnis.user_folds (user_id) VALUES (NEW.id)
    ON CONFLICT (user_id) DO NOTHING;
    IF NEW.email <> OLD.email THEN
        UPDATE aeturnis.user_folds SET email = aeturnis.fold(NEW.email)
        WHERE user_id = NEW.id;
    END IF;
    IF NEW.username <> OLD.username THEN
        UPDATE aeturnis.user_folds SET username = aeturnis.fold(NEW.username)
        WHERE user_id = NEW.id;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER users_fold_insert AFTER INSERT ON users
    FOR EACH ROW EXECUTE FUNCTION aeturnis.fold_user();
CREATE TRIGGER users_fold_update AFTER UPDATE ON users
    FOR EACH ROW WHEN (OLD.email <> NEW.email OR OLD.username <> NEW.username)
    EXECUTE FUNCTION aeturnis.fold_user();

-- Whatever client changes a user moves updated_at; logging in is no change.
CREATE FUNCTION aeturnis.touch_user() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = ''
    AS $$
BEGIN
    IF (OLD.email, OLD.username, OLD.password_hash, OLD.roles, OLD.email_verified,
        OLD.status, OLD.metadata)
        IS DISTINCT FROM (NEW.email, NEW.username, NEW.password_hash, NEW.roles,
        NEW.email_verified, NEW.status, NEW.metadata) THEN
        NEW.updated_at := clock_timestamp();
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER users_touch BEFORE UPDATE ON users
    FOR EACH ROW WHEN (OLD.updated_at = NEW.updated_at)
    EXECUTE FUNCTION aeturnis.touch_user();

-- ---- sessions ------------------------------------------------------------------

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

-- How often logging in has failed, by account and by address. The key is a
-- hash: what was typed may be somebody's password.
CREATE TABLE aeturnis.login_failures (
    key bytea NOT NULL,
    failures integer NOT NULL,
    window_began timestamp with time zone NOT NULL,
    CONSTRAINT login_failures_pkey PRIMARY KEY (key)
);
CREATE INDEX idx_login_failures_window_began ON aeturnis.login_failures (window_began);

-- ---- the audit log ---------------------------------------------------------------

CREATE FUNCTION aeturnis.keep_actor() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = ''
    AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.actor_uuid := coalesce(NEW.actor_uuid, NEW.actor_id);
    ELSE
        NEW.actor_uuid := coalesce(OLD.actor_uuid, OLD.actor_id, NEW.actor_id);
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER audit_log_keep_actor BEFORE INSERT OR UPDATE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION aeturnis.keep_actor();

-- Entries that no link of the chain covers yet.
CREATE TABLE aeturnis.audit_pending (
    created_at timestamp with time zone NOT NULL,
    entry_id uuid NOT NULL,
    CONSTRAINT audit_pending_pkey PRIMARY KEY (created_at, entry_id)
);

CREATE FUNCTION aeturnis.queue_entries() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = ''
    AS $$
BEGIN
    INSERT INTO aeturnis.audit_pending (created_at, entry_id)
    SELECT created_at, id FROM fresh;
    RETURN NULL;
END
$$;

CREATE TRIGGER audit_log_queue AFTER INSERT ON audit_log
    REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION aeturnis.queue_entries();

-- One link an entry, in an order of their own without gaps. hash covers the
-- entry, its position and the hash before it.
CREATE TABLE aeturnis.audit_chain (
    position bigint NOT NULL,
    entry_id uuid NOT NULL,
    hash bytea NOT NULL,
    sealed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT audit_chain_pkey PRIMARY KEY (position),
    CONSTRAINT audit_chain_entry_id_unique UNIQUE (entry_id)
);

-- Where the chain begins since a purge; entry_id is the purge's own entry.
CREATE TABLE aeturnis.audit_checkpoints (
    position bigint NOT NULL,
    hash bytea NOT NULL,
    entry_id uuid NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT audit_checkpoints_pkey PRIMARY KEY (position)
);

-- ---- rows from before the rules ----------------------------------------------------

-- Exempts the rows that break a rule, and says how many those were.
CREATE FUNCTION aeturnis.mark_rows_in_the_way() RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = ''
    AS $$
DECLARE
    marked bigint;
    total bigint := 0;
BEGIN
    UPDATE public.users SET grandfathered = true
    WHERE NOT grandfathered AND (status IN ('active', 'suspended', 'banned')
        AND aeturnis.is_roles(roles) AND jsonb_typeof(metadata) = 'object') IS FALSE;
    GET DIAGNOSTICS marked = ROW_COUNT;
    total := total + marked;
    UPDATE public.user_sessions SET grandfathered = true
    WHERE NOT grandfathered AND aeturnis.is_address(ip_address) IS FALSE;
    GET DIAGNOSTICS marked = ROW_COUNT;
    total := total + marked;
    UPDATE public.audit_log SET grandfathered = true
    WHERE NOT grandfathered AND (jsonb_typeof(payload) = 'object'
        AND aeturnis.is_address(ip_address)) IS FALSE;
    GET DIAGNOSTICS marked = ROW_COUNT;
    RETURN total + marked;
END
$$;

-- Which rows are exempt, and from which rule.
CREATE FUNCTION aeturnis.rows_in_the_way()
    RETURNS TABLE (in_table text, id uuid, rule text)
    LANGUAGE sql STABLE
    SET search_path = ''
    AS $$
SELECT 'public.users', u.id, r.rule
FROM public.users AS u
    LEFT JOIN aeturnis.user_folds AS f ON f.user_id = u.id
    CROSS JOIN LATERAL (VALUES
        ('users_status_check', u.status IN ('active', 'suspended', 'banned')),
        ('users_roles_check', aeturnis.is_roles(u.roles)),
        ('users_metadata_check', jsonb_typeof(u.metadata) = 'object'),
        ('users_email_folded_unique', f.email IS NOT NULL),
        ('users_username_folded_unique', f.username IS NOT NULL)) AS r (rule, holds)
WHERE r.holds IS FALSE
UNION ALL
SELECT 'public.user_sessions', s.id, 'user_sessions_ip_address_check'
FROM public.user_sessions AS s
WHERE s.grandfathered AND aeturnis.is_address(s.ip_address) IS FALSE
UNION ALL
SELECT 'public.audit_log', a.id, r.rule
FROM public.audit_log AS a
    CROSS JOIN LATERAL (VALUES
        ('audit_log_payload_check', jsonb_typeof(a.payload) = 'object'),
        ('audit_log_ip_address_check', aeturnis.is_address(a.ip_address))) AS r (rule, holds)
WHERE a.grandfathered AND r.holds IS FALSE
$$;
