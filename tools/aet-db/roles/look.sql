-- What the roles of roles.sql have, and who owns what: an object, a role, what the
-- role may. The session of a superuser shows them like any other's.
WITH mine (role, name) AS (
    SELECT oid, rolname::text
    FROM pg_catalog.pg_roles
    WHERE rolname IN ('aeturnis_owner', 'aeturnis_migrator', 'aeturnis_app',
        'aeturnis_maintenance', 'aeturnis_reader')
    UNION ALL
    SELECT 0, 'PUBLIC'
), home AS (
    SELECT oid, nspname, nspowner, nspacl
    FROM pg_catalog.pg_namespace
    WHERE nspname IN ('public', 'aeturnis')
), thing (object, owner, acl) AS (
    SELECT 'the database', NULL::oid,
        coalesce(datacl, pg_catalog.acldefault('d', datdba))
    FROM pg_catalog.pg_database
    WHERE datname = pg_catalog.current_database()
    UNION ALL
    SELECT pg_catalog.format('schema %s', nspname), nspowner,
        coalesce(nspacl, pg_catalog.acldefault('n', nspowner))
    FROM home
    UNION ALL
    SELECT pg_catalog.format('%s %s.%s',
            CASE c.relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view'
                WHEN 'm' THEN 'view' ELSE 'table' END, home.nspname, c.relname),
        c.relowner, coalesce(c.relacl, pg_catalog.acldefault(
            CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner))
    FROM pg_catalog.pg_class AS c
        JOIN home ON home.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
        WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
          AND d.objid = c.oid AND d.deptype IN ('e', 'a', 'i'))
    UNION ALL
    SELECT pg_catalog.format('function %s.%s(%s)', home.nspname, p.proname,
            pg_catalog.pg_get_function_identity_arguments(p.oid)),
        p.proowner, coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))
    FROM pg_catalog.pg_proc AS p
        JOIN home ON home.oid = p.pronamespace
    WHERE p.prokind <> 'a'
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
        WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
          AND d.objid = p.oid AND d.deptype = 'e')
    UNION ALL
    SELECT pg_catalog.format('%s to come in schema %s',
            CASE d.defaclobjtype WHEN 'S' THEN 'sequences' ELSE 'tables' END,
            home.nspname), NULL, d.defaclacl
    FROM pg_catalog.pg_default_acl AS d
        JOIN home ON home.oid = d.defaclnamespace
    WHERE d.defaclrole = (SELECT role FROM mine WHERE name = 'aeturnis_owner')
      AND d.defaclobjtype IN ('r', 'S')
), said (object, role, may) AS (
    SELECT thing.object, mine.name,
        a.privilege_type || CASE WHEN a.is_grantable THEN ' with grant option' ELSE '' END
    FROM thing
        CROSS JOIN LATERAL pg_catalog.aclexplode(thing.acl) AS a
        JOIN mine ON mine.role = a.grantee
    WHERE a.grantee IS DISTINCT FROM thing.owner
      AND (mine.name, a.privilege_type) <> ('aeturnis_owner', 'CONNECT')
    UNION ALL
    -- The columns as one, so that one is missed as one.
    SELECT pg_catalog.format('table %s.%s', home.nspname, c.relname), mine.name,
        pg_catalog.format('%s (%s)', a.privilege_type,
            pg_catalog.string_agg(t.attname, ', ' ORDER BY t.attnum))
    FROM pg_catalog.pg_class AS c
        JOIN home ON home.oid = c.relnamespace
        JOIN pg_catalog.pg_attribute AS t ON t.attrelid = c.oid AND NOT t.attisdropped
        CROSS JOIN LATERAL pg_catalog.aclexplode(t.attacl) AS a
        JOIN mine ON mine.role = a.grantee
    GROUP BY home.nspname, c.relname, mine.name, a.privilege_type
    UNION ALL
    SELECT object, coalesce(mine.name, 'somebody else'), 'OWNERSHIP'
    FROM thing
        LEFT JOIN mine ON mine.role = thing.owner
    WHERE thing.owner IS NOT NULL
    UNION ALL
    SELECT 'the server', mine.name, can.what
    FROM mine
        JOIN pg_catalog.pg_roles AS r ON r.oid = mine.role
        CROSS JOIN LATERAL (VALUES ('SUPERUSER', r.rolsuper), ('CREATEDB', r.rolcreatedb),
            ('CREATEROLE', r.rolcreaterole), ('REPLICATION', r.rolreplication),
            ('BYPASSRLS', r.rolbypassrls), ('LOGIN', r.rolcanlogin AND r.rolname = 'aeturnis_owner')) AS can (what, is_so)
    WHERE can.is_so
    UNION ALL
    SELECT 'the server', mine.name, 'membership in ' || other.name
    FROM pg_catalog.pg_auth_members AS m
        JOIN mine ON mine.role = m.member
        JOIN mine AS other ON other.role = m.roleid
    UNION ALL
    SELECT 'the database', mine.name, setting
    FROM pg_catalog.pg_db_role_setting AS s
        JOIN mine ON mine.role = s.setrole
        CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) AS setting
    WHERE s.setdatabase = (SELECT oid FROM pg_catalog.pg_database
        WHERE datname = pg_catalog.current_database())
      AND pg_catalog.split_part(setting, '=', 1) IN ('search_path', 'role')
)
SELECT object, role, may
FROM said
ORDER BY object COLLATE "C", role COLLATE "C", may COLLATE "C";
