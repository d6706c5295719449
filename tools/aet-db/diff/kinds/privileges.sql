-- What was granted beyond what the owner and everybody have of old, and what of
-- that was withheld. A grant to the owner follows the owner.
SELECT CASE WHEN e.granted THEN 'grant' ELSE 'withheld grant' END, NULL,
  o.what || ' ' || o.q || ' ' || e.privilege_type || ' ' || e.who, NULL,
  CASE WHEN e.is_grantable THEN 'grantable' ELSE '' END,
  CASE WHEN e.granted THEN s.give ELSE s.take END,
  CASE WHEN e.granted AND NOT e.is_grantable THEN s.bind WHEN e.granted THEN s.give END,
  CASE WHEN e.granted THEN s.take ELSE s.give END, NULL, o.address, NULL, NULL, NULL,
  o.what || ' ' || o.q || to_char(e.place, '00000')
FROM (
  SELECT r.address, CASE r.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS what, r.q,
    '' AS part, r.relowner AS owner, r.relacl AS acl,
    acldefault(CASE r.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", r.relowner) AS usual
  FROM rel AS r WHERE r.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND r.relacl IS NOT NULL
  UNION ALL
  SELECT c.address, 'TABLE', c.relation_q || '.' || c.q, ' (' || c.q || ')', r.relowner, c.attacl,
    acldefault('c', r.relowner)
  FROM col AS c JOIN rel AS r ON r.oid = c.relation WHERE c.attacl IS NOT NULL
  UNION ALL
  SELECT 'pg_proc/' || p.oid || '/0', CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END,
    h.q || '.' || quote_ident(p.proname) || '(' || oidvectortypes(p.proargtypes) || ')',
    '', p.proowner, p.proacl, acldefault('f', p.proowner)
  FROM pg_proc AS p JOIN home AS h ON h.oid = p.pronamespace WHERE p.proacl IS NOT NULL
    AND NOT EXISTS (SELECT FROM member AS m
      WHERE m.classid = 'pg_proc'::regclass AND m.objid = p.oid)
  UNION ALL
  SELECT 'pg_type/' || t.oid || '/0', CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END,
    h.q || '.' || quote_ident(t.typname), '', t.typowner, t.typacl, acldefault('T', t.typowner)
  FROM pg_type AS t JOIN home AS h ON h.oid = t.typnamespace WHERE t.typacl IS NOT NULL
    AND NOT EXISTS (SELECT FROM member AS m
      WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid)
  UNION ALL
  SELECT 'pg_namespace/' || n.oid || '/0', 'SCHEMA', h.q, '', n.nspowner, n.nspacl,
    CASE WHEN h.q = 'public' THEN (SELECT array_agg(acl) FROM unnest(
      acldefault('n', n.nspowner) || makeaclitem(0, n.nspowner, 'USAGE', false)) AS acl)
    ELSE acldefault('n', n.nspowner) END
  FROM pg_namespace AS n JOIN home AS h ON h.oid = n.oid WHERE n.nspacl IS NOT NULL
  UNION ALL
  SELECT 'pg_language/' || l.oid || '/0', 'LANGUAGE', quote_ident(l.lanname), '', l.lanowner, l.lanacl,
    acldefault('l', l.lanowner)
  FROM pg_language AS l WHERE l.lanacl IS NOT NULL AND l.oid >= 16384
    AND NOT EXISTS (SELECT FROM member AS m
      WHERE m.classid = 'pg_language'::regclass AND m.objid = l.oid)
  UNION ALL
  SELECT 'pg_foreign_data_wrapper/' || f.oid || '/0', 'FOREIGN DATA WRAPPER', quote_ident(f.fdwname),
    '', f.fdwowner, f.fdwacl, acldefault('F', f.fdwowner)
  FROM pg_foreign_data_wrapper AS f WHERE f.fdwacl IS NOT NULL AND NOT EXISTS (SELECT FROM member AS m
    WHERE m.classid = 'pg_foreign_data_wrapper'::regclass AND m.objid = f.oid)
  UNION ALL
  SELECT 'pg_foreign_server/' || f.oid || '/0', 'FOREIGN SERVER', quote_ident(f.srvname),
    '', f.srvowner, f.srvacl, acldefault('S', f.srvowner)
  FROM pg_foreign_server AS f WHERE f.srvacl IS NOT NULL) AS o,
  LATERAL (
    SELECT COALESCE(h.grantee, u.grantee) AS grantee, h.grantee IS NOT NULL AS granted,
      COALESCE(h.privilege_type, u.privilege_type) AS privilege_type,
      COALESCE(h.is_grantable, u.is_grantable) AS is_grantable, COALESCE(h.place, 0) AS place,
      CASE COALESCE(h.grantee, u.grantee) WHEN o.owner THEN 'its owner' WHEN 0 THEN 'PUBLIC'
        ELSE quote_ident(pg_get_userbyid(COALESCE(h.grantee, u.grantee))) END AS who,
      CASE COALESCE(h.grantee, u.grantee) WHEN 0 THEN 'PUBLIC'
        ELSE quote_ident(pg_get_userbyid(COALESCE(h.grantee, u.grantee))) END AS role
    FROM (SELECT grantee, privilege_type, bool_or(is_grantable) AS is_grantable, min(place) AS place
      FROM aclexplode(NULLIF(o.acl, '{}')) WITH ORDINALITY
        AS x (grantor, grantee, privilege_type, is_grantable, place) GROUP BY 1, 2) AS h
    FULL JOIN (SELECT grantee, privilege_type, bool_or(is_grantable) AS is_grantable
      FROM aclexplode(o.usual) GROUP BY 1, 2) AS u
      ON u.grantee = h.grantee AND u.privilege_type = h.privilege_type
    WHERE h.grantee IS NULL OR u.grantee IS NULL OR h.is_grantable <> u.is_grantable) AS e,
  LATERAL (SELECT e.privilege_type || o.part || ' ON ' || o.what || ' '
    || CASE o.part WHEN '' THEN o.q ELSE left(o.q, length(o.q) - length(o.part) + 2) END AS scope) AS p,
  LATERAL (SELECT 'GRANT ' || p.scope || ' TO ' || e.role
      || CASE WHEN e.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS give,
    'REVOKE ' || p.scope || ' FROM ' || e.role AS take,
    'REVOKE GRANT OPTION FOR ' || p.scope || ' FROM ' || e.role AS bind) AS s
UNION ALL
SELECT 'default grant', NULL, concat_ws(' ', pg_get_userbyid(a.defaclrole), a.defaclobjtype,
    a.defaclnamespace::regnamespace, e.privilege_type, e.role, e.granted), NULL,
  CASE WHEN e.is_grantable THEN 'grantable' ELSE '' END,
  CASE WHEN e.granted THEN s.give ELSE s.take END, CASE WHEN e.granted THEN s.take || E';\n' || s.give END,
  CASE WHEN e.granted THEN s.take ELSE s.give END, NULL,
  'pg_namespace/' || a.defaclnamespace || '/0', NULL, NULL, NULL,
  concat_ws(' ', a.defaclrole::regrole, a.defaclnamespace::regnamespace, a.defaclobjtype,
    to_char(e.place, '00000'))
FROM pg_default_acl AS a, LATERAL (
    SELECT CASE COALESCE(h.grantee, u.grantee) WHEN 0 THEN 'PUBLIC'
        ELSE quote_ident(pg_get_userbyid(COALESCE(h.grantee, u.grantee))) END AS role,
      h.grantee IS NOT NULL AS granted,
      COALESCE(h.privilege_type, u.privilege_type) AS privilege_type,
      COALESCE(h.is_grantable, u.is_grantable) AS is_grantable, COALESCE(h.place, 0) AS place
    FROM (SELECT * FROM aclexplode(NULLIF(a.defaclacl, '{}')) WITH ORDINALITY
      AS x (grantor, grantee, privilege_type, is_grantable, place)) AS h
    FULL JOIN (SELECT * FROM aclexplode(CASE WHEN a.defaclnamespace = 0
      THEN acldefault(CASE a.defaclobjtype WHEN 'S' THEN 's' ELSE a.defaclobjtype END::"char",
        a.defaclrole) END)) AS u
      ON u.grantee = h.grantee AND u.privilege_type = h.privilege_type
    WHERE h.grantee IS NULL OR u.grantee IS NULL OR h.is_grantable <> u.is_grantable) AS e,
  LATERAL (SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE ' || quote_ident(pg_get_userbyid(a.defaclrole))
      || CASE WHEN a.defaclnamespace = 0 THEN '' ELSE ' IN SCHEMA ' || a.defaclnamespace::regnamespace END
      AS begin, e.privilege_type || ' ON ' || CASE a.defaclobjtype WHEN 'r' THEN 'TABLES'
      WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES' ELSE 'SCHEMAS' END
      AS scope) AS p,
  LATERAL (SELECT p.begin || ' GRANT ' || p.scope || ' TO ' || e.role
      || CASE WHEN e.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS give,
    p.begin || ' REVOKE ' || p.scope || ' FROM ' || e.role AS take) AS s
-- As pg_dump would have it: in the order in which they were given.
ORDER BY 1, 14, 3
