-- Who owns what. What the one who loads a file owns goes without saying there;
-- an owner that the newer schema does not name stays.
SELECT 'owner', NULL, o.what || ' ' || o.q, NULL, pg_get_userbyid(o.owner)::text, s.text, s.text, '',
  NULL, o.address, NULL, NULL
FROM (
  SELECT r.word AS what, r.q, r.relowner AS owner, r.address FROM rel AS r
  WHERE r.relkind IN ('r', 'p', 'v', 'm', 'f')
    OR r.relkind = 'S' AND NOT EXISTS (SELECT FROM pg_depend AS d
      WHERE d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.deptype IN ('a', 'i')
        AND d.refclassid = 'pg_class'::regclass)
  UNION ALL
  SELECT 'SCHEMA', h.q, n.nspowner, 'pg_namespace/' || n.oid || '/0'
  FROM pg_namespace AS n JOIN home AS h ON h.oid = n.oid
  UNION ALL
  SELECT CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, h.q || '.'
      || quote_ident(p.proname) || '(' || oidvectortypes(p.proargtypes) || ')', p.proowner,
    'pg_proc/' || p.oid || '/0'
  FROM pg_proc AS p JOIN home AS h ON h.oid = p.pronamespace
  WHERE p.prokind IN ('f', 'p', 'w') AND NOT EXISTS (SELECT FROM pg_depend AS made
    WHERE made.classid = 'pg_proc'::regclass AND made.objid = p.oid AND made.deptype IN ('e', 'i'))
  UNION ALL
  SELECT CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, h.q || '.' || quote_ident(t.typname),
    t.typowner, 'pg_type/' || t.oid || '/0'
  FROM pg_type AS t JOIN home AS h ON h.oid = t.typnamespace
  LEFT JOIN pg_class AS c ON c.oid = t.typrelid
  WHERE t.typtype IN ('e', 'd', 'r', 'c') AND (c.oid IS NULL OR c.relkind = 'c')
    AND NOT EXISTS (SELECT FROM member AS m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid)
  UNION ALL
  SELECT 'SERVER', quote_ident(s.srvname), s.srvowner, 'pg_foreign_server/' || s.oid || '/0'
  FROM pg_foreign_server AS s
  UNION ALL
  SELECT 'PUBLICATION', quote_ident(p.pubname), p.pubowner, 'pg_publication/' || p.oid || '/0'
  FROM pg_publication AS p) AS o,
  LATERAL (SELECT 'ALTER ' || o.what || ' ' || o.q || ' OWNER TO '
    || quote_ident(pg_get_userbyid(o.owner)) AS text) AS s
WHERE pg_get_userbyid(o.owner) <> current_setting('aet.loader')
ORDER BY 1, 3
