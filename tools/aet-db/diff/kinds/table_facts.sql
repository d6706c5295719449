SELECT 'persistence', NULL, r.q, NULL, r.relpersistence::text, s.text, s.text, '', 't', r.address,
  NULL, NULL
FROM rel AS r, LATERAL (SELECT CASE WHEN r.relkind <> 'f' THEN 'ALTER ' || r.word || ' ' || r.q
  || CASE r.relpersistence WHEN 'u' THEN ' SET UNLOGGED' ELSE ' SET LOGGED' END END AS text) AS s
WHERE r.relkind IN ('r', 'p', 'f')
  OR r.relkind = 'S' AND r.oid NOT IN (SELECT i.sequence FROM identity AS i)
UNION ALL
SELECT 'table access method', NULL, r.q, NULL, am.amname::text,
  'ALTER TABLE ' || r.q || ' SET ACCESS METHOD ' || quote_ident(am.amname),
  'ALTER TABLE ' || r.q || ' SET ACCESS METHOD ' || quote_ident(am.amname),
  '', 't', r.address, NULL, NULL
FROM rel AS r JOIN pg_am AS am ON am.oid = r.relam WHERE r.relkind IN ('r', 'm')
UNION ALL
-- Its columns cannot change their types: then the table is made again.
SELECT 'partition key', 'key/' || r.oid || '/0', r.q, NULL, '', '', NULL, '', 't', r.address,
  (SELECT string_agg('pg_class/' || d.objid || '/' || d.objsubid, ' ') FROM pg_depend AS d
   WHERE d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.objsubid > 0 AND d.deptype = 'i'
     AND d.refclassid = 'pg_class'::regclass AND d.refobjid = r.oid AND d.refobjsubid = 0), NULL
FROM rel AS r WHERE r.relkind = 'p'
UNION ALL
SELECT 'row security', NULL, r.q, NULL, '', 'ALTER TABLE ' || r.q || ' ENABLE ROW LEVEL SECURITY',
  NULL, 'ALTER TABLE ' || r.q || ' DISABLE ROW LEVEL SECURITY', NULL, r.address, NULL, NULL
FROM rel AS r WHERE r.relrowsecurity
UNION ALL
SELECT 'forced row security', NULL, r.q, NULL, '',
  'ALTER TABLE ' || r.q || ' FORCE ROW LEVEL SECURITY',
  NULL, 'ALTER TABLE ' || r.q || ' NO FORCE ROW LEVEL SECURITY', NULL, r.address, NULL, NULL
FROM rel AS r WHERE r.relforcerowsecurity
UNION ALL
SELECT 'replica identity', 'replica/' || r.oid || '/0', r.q, NULL, s.what,
  'ALTER TABLE ONLY ' || r.q || ' REPLICA IDENTITY ' || s.what,
  'ALTER TABLE ONLY ' || r.q || ' REPLICA IDENTITY ' || s.what,
  'ALTER TABLE ONLY ' || r.q || ' REPLICA IDENTITY DEFAULT', NULL, r.address,
  'pg_class/' || i.indexrelid || '/0', NULL
FROM rel AS r LEFT JOIN pg_index AS i ON i.indrelid = r.oid AND i.indisreplident
LEFT JOIN pg_class AS x ON x.oid = i.indexrelid, LATERAL (SELECT CASE r.relreplident
  WHEN 'n' THEN 'NOTHING' WHEN 'f' THEN 'FULL' WHEN 'i' THEN 'USING INDEX ' || quote_ident(x.relname)
  END AS what) AS s
WHERE r.relkind IN ('r', 'p') AND r.relreplident <> 'd' AND s.what IS NOT NULL
UNION ALL
SELECT 'cluster', 'cluster/' || r.oid || '/0', r.q, NULL, quote_ident(x.relname),
  'ALTER ' || r.word || ' ' || r.q || ' CLUSTER ON ' || quote_ident(x.relname),
  'ALTER ' || r.word || ' ' || r.q || ' CLUSTER ON ' || quote_ident(x.relname),
  'ALTER ' || r.word || ' ' || r.q || ' SET WITHOUT CLUSTER', NULL, r.address,
  'pg_class/' || i.indexrelid || '/0', NULL
FROM rel AS r JOIN pg_index AS i ON i.indrelid = r.oid AND i.indisclustered
JOIN pg_class AS x ON x.oid = i.indexrelid WHERE r.relkind IN ('r', 'm')
UNION ALL
SELECT 'inheritance', 'pg_inherits/' || r.oid || '/' || p.oid, r.q || ' from ' || p.q, NULL, '',
  'ALTER TABLE ' || r.q || ' INHERIT ' || p.q, NULL,
  'ALTER TABLE ' || r.q || ' NO INHERIT ' || p.q, 't', r.address, p.address, NULL
FROM rel AS r JOIN pg_inherits AS i ON i.inhrelid = r.oid JOIN rel AS p ON p.oid = i.inhparent
WHERE NOT r.relispartition AND r.relkind IN ('r', 'f')
UNION ALL
-- After the partition's own indexes, since attaching makes those that it lacks.
SELECT 'partition', 'pg_inherits/' || r.oid || '/' || p.oid, r.q || ' of ' || p.q, NULL,
  pg_get_expr(r.relpartbound, r.oid),
  'ALTER TABLE ONLY ' || p.q || ' ATTACH PARTITION ' || r.q || ' '
    || pg_get_expr(r.relpartbound, r.oid), NULL,
  'ALTER TABLE ' || p.q || ' DETACH PARTITION ' || r.q
    || CASE WHEN i.inhdetachpending THEN ' FINALIZE' ELSE '' END, NULL, r.address,
  concat_ws(' ', p.address, (SELECT string_agg('~pg_class/' || x.indexrelid || '/0', ' ')
    FROM pg_index AS x WHERE x.indrelid = r.oid)),
  -- Whether foreign keys hold it, and which rows belong there.
  CASE WHEN EXISTS (SELECT FROM pg_constraint AS k WHERE k.confrelid = p.oid AND k.contype = 'f')
    THEN 'f' ELSE '-' END || CASE WHEN pg_get_expr(r.relpartbound, r.oid) = 'DEFAULT' THEN ''
    ELSE COALESCE(pg_get_partition_constraintdef(r.oid), '') END
FROM rel AS r JOIN pg_inherits AS i ON i.inhrelid = r.oid JOIN rel AS p ON p.oid = i.inhparent
WHERE r.relispartition AND r.relkind IN ('r', 'p', 'f')
UNION ALL
SELECT 'tablespace', NULL, r.q, NULL, s.spcname, 'ALTER ' || r.word || ' ' || r.q || ' SET TABLESPACE '
  || quote_ident(s.spcname), 'ALTER ' || r.word || ' ' || r.q || ' SET TABLESPACE ' || quote_ident(s.spcname),
  'ALTER ' || r.word || ' ' || r.q || ' SET TABLESPACE pg_default', NULL, r.address, NULL, NULL
FROM rel AS r JOIN pg_tablespace AS s ON s.oid = r.reltablespace
ORDER BY 1, 3
