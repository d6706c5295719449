-- What registering, logging in and auditing need besides the original's tables: here
-- users, then sessions (0003) and the audit log (0004). A file locks one of the
-- three tables and no other, so that no transaction of the game's meets it half
-- way. Nothing here reads or rewrites a row: columns without a default to compute,
-- tables, functions and triggers. 0005 to 0009 bring the rows that are there along.

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
