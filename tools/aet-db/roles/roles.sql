-- Who may do what in this database, from `aet-db roles`. A superuser runs it, in
-- one transaction; running it again brings new tables in line.
--
--   aeturnis_owner        owns everything, and logs in as nobody
--   aeturnis_migrator     runs migrations, as the owner
--   aeturnis_app          the game: rows, never the audit log's past
--   aeturnis_maintenance  purges, seals and verifies
--   aeturnis_reader       looks; password hashes and token ids are not shown
--
-- Those that log in have no password until you set one: \password aeturnis_app

DO $$
DECLARE
    command text;
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['aeturnis_owner', 'aeturnis_migrator', 'aeturnis_app',
        'aeturnis_maintenance', 'aeturnis_reader'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I', name);
        END IF;
        EXECUTE format('ALTER ROLE %I NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION'
            ' NOBYPASSRLS %s', name,
            CASE name WHEN 'aeturnis_owner' THEN 'NOLOGIN' ELSE 'LOGIN' END);
    END LOOP;
    -- Nobody of them acts as another, but the migrator.
    FOR command IN
        SELECT format('REVOKE %I FROM %I', held.rolname, holder.rolname)
        FROM pg_auth_members AS m
            JOIN pg_roles AS held ON held.oid = m.roleid
            JOIN pg_roles AS holder ON holder.oid = m.member
        WHERE held.rolname LIKE 'aeturnis\_%' AND holder.rolname IN ('aeturnis_owner',
                'aeturnis_app', 'aeturnis_maintenance', 'aeturnis_reader')
    LOOP
        EXECUTE command;
    END LOOP;
    IF NOT pg_has_role('aeturnis_migrator', 'aeturnis_owner', 'MEMBER') THEN
        GRANT aeturnis_owner TO aeturnis_migrator;
    END IF;

    -- The database, and the settings that a session begins with.
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC, aeturnis_app,'
        ' aeturnis_maintenance, aeturnis_reader', current_database());
    EXECUTE format('GRANT CREATE, TEMPORARY ON DATABASE %I TO aeturnis_owner',
        current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO aeturnis_migrator, aeturnis_app,'
        ' aeturnis_maintenance, aeturnis_reader', current_database());
    FOREACH name IN ARRAY ARRAY['aeturnis_migrator', 'aeturnis_app',
        'aeturnis_maintenance', 'aeturnis_reader'] LOOP
        EXECUTE format('ALTER ROLE %I IN DATABASE %I SET search_path = public',
            name, current_database());
    END LOOP;
    EXECUTE format('ALTER ROLE aeturnis_migrator IN DATABASE %I SET role = aeturnis_owner',
        current_database());
END
$$;

-- The schemas.
DO $$
BEGIN
    IF to_regnamespace('aeturnis') IS NULL THEN
        CREATE SCHEMA aeturnis;
    END IF;
END
$$;
ALTER SCHEMA public OWNER TO aeturnis_owner;
ALTER SCHEMA aeturnis OWNER TO aeturnis_owner;
REVOKE ALL ON SCHEMA public, aeturnis
    FROM PUBLIC, aeturnis_app, aeturnis_maintenance, aeturnis_reader;
GRANT USAGE ON SCHEMA public, aeturnis
    TO aeturnis_app, aeturnis_maintenance, aeturnis_reader;

-- What is in them belongs to the owner, but for what extensions brought.
DO $$
DECLARE
    command text;
BEGIN
    FOR command IN
        SELECT format('ALTER %s %s OWNER TO aeturnis_owner',
            CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
                WHEN 'S' THEN 'SEQUENCE' WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END,
            c.oid::regclass)
        FROM pg_class AS c
        WHERE c.relnamespace IN ('public'::regnamespace, 'aeturnis'::regnamespace)
            AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
            AND NOT EXISTS (SELECT FROM pg_depend AS d
                WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                    AND d.deptype IN ('e', 'a', 'i'))
        UNION ALL
        SELECT format('ALTER ROUTINE %s OWNER TO aeturnis_owner', p.oid::regprocedure)
        FROM pg_proc AS p
        WHERE p.pronamespace IN ('public'::regnamespace, 'aeturnis'::regnamespace)
            AND p.prokind <> 'a'
            AND NOT EXISTS (SELECT FROM pg_depend AS d
                WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
                    AND d.deptype = 'e')
    LOOP
        EXECUTE command;
    END LOOP;
END
$$;

-- Rows: the game's own tables first, also those to come.
REVOKE ALL ON ALL TABLES IN SCHEMA public, aeturnis
    FROM PUBLIC, aeturnis_app, aeturnis_maintenance, aeturnis_reader;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public, aeturnis
    FROM PUBLIC, aeturnis_app, aeturnis_maintenance, aeturnis_reader;
REVOKE ALL ON ALL ROUTINES IN SCHEMA aeturnis
    FROM PUBLIC, aeturnis_app, aeturnis_maintenance, aeturnis_reader;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO aeturnis_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO aeturnis_app;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO aeturnis_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE aeturnis_owner IN SCHEMA public
    REVOKE ALL ON TABLES FROM aeturnis_app, aeturnis_maintenance, aeturnis_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE aeturnis_owner IN SCHEMA public
    REVOKE ALL ON SEQUENCES FROM aeturnis_app, aeturnis_maintenance, aeturnis_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE aeturnis_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO aeturnis_app;
ALTER DEFAULT PRIVILEGES FOR ROLE aeturnis_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO aeturnis_app;
ALTER DEFAULT PRIVILEGES FOR ROLE aeturnis_owner IN SCHEMA public
    GRANT SELECT ON TABLES TO aeturnis_reader;

-- The library's tables, once migrations have made them.
DO $$
DECLARE
    -- All columns of a table but those.
    columns text := 'SELECT string_agg(quote_ident(attname), '', '' ORDER BY attnum)'
        ' FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0'
        ' AND NOT attisdropped AND attname <> ALL ($2)';
    list text;
    name text;
BEGIN
    IF to_regclass('aeturnis.schema_migrations') IS NOT NULL THEN
        GRANT SELECT ON aeturnis.schema_migrations, aeturnis.schema_objects
            TO aeturnis_app, aeturnis_maintenance, aeturnis_reader;
    END IF;
    -- A server says that it lives (rolling deploys).
    IF to_regclass('aeturnis.schema_servers') IS NOT NULL THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON aeturnis.schema_servers
            TO aeturnis_app;
        GRANT SELECT ON aeturnis.schema_servers
            TO aeturnis_maintenance, aeturnis_reader;
    END IF;
    IF to_regclass('aeturnis.audit_chain') IS NULL THEN
        RETURN;
    END IF;

    -- No row exempts itself from a rule, and no entry is changed or deleted.
    REVOKE INSERT, UPDATE ON public.users, public.user_sessions FROM aeturnis_app;
    REVOKE INSERT, UPDATE, DELETE ON public.audit_log FROM aeturnis_app;
    FOREACH name IN ARRAY ARRAY['public.users', 'public.user_sessions',
        'public.audit_log'] LOOP
        EXECUTE columns INTO list USING name, ARRAY['grandfathered'];
        EXECUTE format('GRANT INSERT (%s) ON %s TO aeturnis_app', list, name);
        IF name <> 'public.audit_log' THEN
            EXECUTE format('GRANT UPDATE (%s) ON %s TO aeturnis_app', list, name);
        END IF;
    END LOOP;
    GRANT SELECT ON aeturnis.user_folds TO aeturnis_app;
    GRANT SELECT, INSERT ON aeturnis.retired_tokens TO aeturnis_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON aeturnis.login_failures TO aeturnis_app;
    GRANT EXECUTE ON FUNCTION aeturnis.fold(text), aeturnis.is_address(text),
        aeturnis.is_roles(text[]) TO aeturnis_app, aeturnis_maintenance, aeturnis_reader;
    GRANT EXECUTE ON FUNCTION aeturnis.end_sessions(uuid, uuid) TO aeturnis_app;

    -- UPDATE on a column is what locking rows asks for.
    GRANT SELECT, DELETE, UPDATE (last_active_at) ON public.user_sessions
        TO aeturnis_maintenance;
    GRANT SELECT, DELETE, UPDATE (failures) ON aeturnis.login_failures
        TO aeturnis_maintenance;
    GRANT SELECT, INSERT, DELETE ON public.audit_log TO aeturnis_maintenance;
    GRANT SELECT, DELETE ON aeturnis.audit_pending TO aeturnis_maintenance;
    GRANT SELECT, INSERT, DELETE ON aeturnis.audit_chain TO aeturnis_maintenance;
    GRANT SELECT, INSERT ON aeturnis.audit_checkpoints TO aeturnis_maintenance;

    REVOKE SELECT ON public.users, public.user_sessions FROM aeturnis_reader;
    EXECUTE columns INTO list USING 'public.users', ARRAY['password_hash'];
    EXECUTE format('GRANT SELECT (%s) ON public.users TO aeturnis_reader', list);
    EXECUTE columns INTO list USING 'public.user_sessions', ARRAY['refresh_token_jti'];
    EXECUTE format('GRANT SELECT (%s) ON public.user_sessions TO aeturnis_reader', list);
    GRANT SELECT ON aeturnis.user_folds, aeturnis.audit_pending, aeturnis.audit_chain,
        aeturnis.audit_checkpoints TO aeturnis_reader;
    GRANT EXECUTE ON FUNCTION aeturnis.rows_in_the_way() TO aeturnis_reader;
END
$$;
