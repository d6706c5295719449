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
  WHERE t.typtype IN ('e', 'd', 'r', 'c', 'b') AND t.typelem = 0 AND t.typcategory <> 'A' AND (c.oid IS NULL OR c.relkind = 'c')
    AND NOT EXISTS (SELECT FROM member AS m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid)
  UNION ALL
  SELECT 'AGGREGATE', h.q || '.' || quote_ident(p.proname) || '('
      || COALESCE(NULLIF(pg_get_function_arguments(p.oid), ''), '*') || ')', p.proowner,
    'pg_proc/' || p.oid || '/0'
  FROM pg_proc AS p JOIN home AS h ON h.oid = p.pronamespace
  WHERE p.prokind = 'a' AND NOT EXISTS (SELECT FROM member AS m
    WHERE m.classid = 'pg_proc'::regclass AND m.objid = p.oid)
  UNION ALL
  SELECT 'COLLATION', h.q || '.' || quote_ident(c.collname), c.collowner, 'pg_collation/' || c.oid || '/0'
  FROM pg_collation AS c JOIN home AS h ON h.oid = c.collnamespace
  UNION ALL
  SELECT 'CONVERSION', h.q || '.' || quote_ident(c.conname), c.conowner, 'pg_conversion/' || c.oid || '/0'
  FROM pg_conversion AS c JOIN home AS h ON h.oid = c.connamespace
  UNION ALL
  SELECT 'OPERATOR', h.q || '.' || o.oprname || ' (' || COALESCE(format_type(NULLIF(o.oprleft, 0), NULL),
      'NONE') || ', ' || format_type(o.oprright, NULL) || ')', o.oprowner, 'pg_operator/' || o.oid || '/0'
  FROM pg_operator AS o JOIN home AS h ON h.oid = o.oprnamespace WHERE o.oprcode <> 0
  UNION ALL
  SELECT 'OPERATOR FAMILY', h.q || '.' || quote_ident(f.opfname) || ' USING ' || quote_ident(a.amname),
    f.opfowner, 'pg_opfamily/' || f.oid || '/0'
  FROM pg_opfamily AS f JOIN home AS h ON h.oid = f.opfnamespace JOIN pg_am AS a ON a.oid = f.opfmethod
  UNION ALL
  SELECT 'OPERATOR CLASS', h.q || '.' || quote_ident(c.opcname) || ' USING ' || quote_ident(a.amname),
    c.opcowner, 'pg_opclass/' || c.oid || '/0'
  FROM pg_opclass AS c JOIN home AS h ON h.oid = c.opcnamespace JOIN pg_am AS a ON a.oid = c.opcmethod
  UNION ALL
  SELECT 'TEXT SEARCH DICTIONARY', h.q || '.' || quote_ident(d.dictname), d.dictowner,
    'pg_ts_dict/' || d.oid || '/0'
  FROM pg_ts_dict AS d JOIN home AS h ON h.oid = d.dictnamespace
  UNION ALL
  SELECT 'TEXT SEARCH CONFIGURATION', h.q || '.' || quote_ident(c.cfgname), c.cfgowner,
    'pg_ts_config/' || c.oid || '/0'
  FROM pg_ts_config AS c JOIN home AS h ON h.oid = c.cfgnamespace
  UNION ALL
  SELECT 'STATISTICS', h.q || '.' || quote_ident(s.stxname), s.stxowner, 'pg_statistic_ext/' || s.oid || '/0'
  FROM pg_statistic_ext AS s JOIN home AS h ON h.oid = s.stxnamespace
  UNION ALL
  SELECT 'EVENT TRIGGER', quote_ident(e.evtname), e.evtowner, 'pg_event_trigger/' || e.oid || '/0'
  FROM pg_event_trigger AS e
  UNION ALL
  SELECT 'LANGUAGE', quote_ident(l.lanname), l.lanowner, 'pg_language/' || l.oid || '/0'
  FROM pg_language AS l WHERE l.oid >= 16384
  UNION ALL
  SELECT 'FOREIGN DATA WRAPPER', quote_ident(f.fdwname), f.fdwowner,
    'pg_foreign_data_wrapper/' || f.oid || '/0'
  FROM pg_foreign_data_wrapper AS f
  UNION ALL
  SELECT 'SERVER', quote_ident(s.srvname), s.srvowner, 'pg_foreign_server/' || s.oid || '/0'
  FROM pg_foreign_server AS s
  UNION ALL
  SELECT 'SUBSCRIPTION', quote_ident(u.subname), u.subowner, 'pg_subscription/' || u.oid || '/0'
  FROM pg_subscription AS u JOIN pg_database AS d ON d.oid = u.subdbid WHERE d.datname = current_database()
  UNION ALL
  SELECT 'PUBLICATION', quote_ident(p.pubname), p.pubowner, 'pg_publication/' || p.oid || '/0'
  FROM pg_publication AS p) AS o,
  LATERAL (SELECT 'ALTER ' || o.what || ' ' || o.q || ' OWNER TO '
    || quote_ident(pg_get_userbyid(o.owner)) AS text) AS s
WHERE pg_get_userbyid(o.owner) <> current_setting('aet.loader')
  AND o.address NOT IN (SELECT m.classid::regclass || '/' || m.objid || '/0' FROM member AS m)
ORDER BY 1, 3
