SELECT 'statistics', 'pg_statistic_ext/' || s.oid || '/0', n.q, NULL, d.text, d.text, NULL,
  'DROP STATISTICS ' || n.q, NULL, NULL, NULL, NULL
FROM pg_statistic_ext AS s JOIN home AS h ON h.oid = s.stxnamespace,
  LATERAL (SELECT h.q || '.' || quote_ident(s.stxname) AS q) AS n,
  LATERAL (SELECT pg_get_statisticsobjdef(s.oid) || CASE WHEN s.stxstattarget >= 0
    THEN E';\nALTER STATISTICS ' || n.q || ' SET STATISTICS ' || s.stxstattarget ELSE '' END AS text) AS d
UNION ALL
SELECT 'collation', 'pg_collation/' || c.oid || '/0', n.q, NULL, d.text, d.text, NULL,
  'DROP COLLATION ' || n.q, NULL, 'pg_namespace/' || c.collnamespace || '/0', NULL, NULL
FROM pg_collation AS c JOIN home AS h ON h.oid = c.collnamespace,
  LATERAL (SELECT h.q || '.' || quote_ident(c.collname) AS q) AS n,
  LATERAL (SELECT 'CREATE COLLATION ' || n.q || ' (' || concat_ws(', ',
    'PROVIDER = ' || CASE c.collprovider WHEN 'i' THEN 'icu' ELSE 'libc' END,
    'LOCALE = ' || quote_literal(c.colliculocale),
    'LC_COLLATE = ' || quote_literal(c.collcollate), 'LC_CTYPE = ' || quote_literal(c.collctype),
    CASE WHEN NOT c.collisdeterministic THEN 'DETERMINISTIC = false' END) || ')' AS text) AS d
WHERE NOT EXISTS (SELECT FROM member AS m
  WHERE m.classid = 'pg_collation'::regclass AND m.objid = c.oid)
UNION ALL
SELECT 'cast', 'pg_cast/' || c.oid || '/0', n.q, NULL, d.text, d.text, NULL, 'DROP CAST ' || n.q, NULL,
  NULL, NULL, NULL
FROM pg_cast AS c, LATERAL (SELECT '(' || format_type(c.castsource, NULL) || ' AS '
    || format_type(c.casttarget, NULL) || ')' AS q) AS n,
  LATERAL (SELECT 'CREATE CAST ' || n.q || CASE c.castmethod WHEN 'f' THEN ' WITH FUNCTION '
    || c.castfunc::regprocedure WHEN 'i' THEN ' WITH INOUT' ELSE ' WITHOUT FUNCTION' END
    || CASE c.castcontext WHEN 'i' THEN ' AS IMPLICIT' WHEN 'a' THEN ' AS ASSIGNMENT' ELSE '' END
    AS text) AS d
WHERE c.oid >= 16384 AND NOT EXISTS (SELECT FROM member AS m
  WHERE m.classid = 'pg_cast'::regclass AND m.objid = c.oid)
  AND NOT EXISTS (SELECT FROM pg_depend AS made WHERE made.classid = 'pg_cast'::regclass
    AND made.objid = c.oid AND made.deptype = 'i')
UNION ALL
SELECT 'operator', 'pg_operator/' || o.oid || '/0', o.oid::regoperator::text, NULL, d.text, d.text, NULL,
  'DROP OPERATOR ' || h.q || '.' || o.oprname || ' (' || COALESCE(format_type(NULLIF(o.oprleft, 0), NULL),
  'NONE') || ', ' || format_type(o.oprright, NULL) || ')', NULL,
  'pg_namespace/' || o.oprnamespace || '/0', NULL, NULL
FROM pg_operator AS o JOIN home AS h ON h.oid = o.oprnamespace,
  LATERAL (SELECT 'CREATE OPERATOR ' || h.q || '.' || o.oprname || ' (' || concat_ws(', ',
    'FUNCTION = ' || o.oprcode::regproc, 'LEFTARG = ' || format_type(NULLIF(o.oprleft, 0), NULL),
    'RIGHTARG = ' || format_type(o.oprright, NULL),
    'COMMUTATOR = ' || (SELECT 'OPERATOR(' || quote_ident(n.nspname) || '.' || x.oprname || ')'
       FROM pg_operator AS x JOIN pg_namespace AS n ON n.oid = x.oprnamespace WHERE x.oid = o.oprcom),
    'NEGATOR = ' || (SELECT 'OPERATOR(' || quote_ident(n.nspname) || '.' || x.oprname || ')'
       FROM pg_operator AS x JOIN pg_namespace AS n ON n.oid = x.oprnamespace WHERE x.oid = o.oprnegate),
    'RESTRICT = ' || NULLIF(o.oprrest, 0)::regproc, 'JOIN = ' || NULLIF(o.oprjoin, 0)::regproc,
    CASE WHEN o.oprcanhash THEN 'HASHES' END, CASE WHEN o.oprcanmerge THEN 'MERGES' END) || ')' AS text) AS d
WHERE o.oprcode <> 0 AND NOT EXISTS (SELECT FROM member AS m
  WHERE m.classid = 'pg_operator'::regclass AND m.objid = o.oid)
UNION ALL
SELECT 'publication', 'pg_publication/' || p.oid || '/0', quote_ident(p.pubname), p.puballtables::text,
  d.text, 'CREATE PUBLICATION ' || quote_ident(p.pubname)
    || CASE WHEN p.puballtables THEN ' FOR ALL TABLES' ELSE '' END || ' WITH (' || d.text || ')',
  'ALTER PUBLICATION ' || quote_ident(p.pubname) || ' SET (' || d.text || ')',
  'DROP PUBLICATION ' || quote_ident(p.pubname), NULL, NULL, NULL, NULL
FROM pg_publication AS p, LATERAL (SELECT 'publish = ' || quote_literal(concat_ws(', ',
    CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
    CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END))
  || ', publish_via_partition_root = ' || p.pubviaroot AS text) AS d
UNION ALL
SELECT 'published table', 'pg_publication_rel/' || x.oid || '/0', quote_ident(p.pubname) || ' ' || r.q,
  NULL, d.text, 'ALTER PUBLICATION ' || quote_ident(p.pubname) || ' ADD TABLE ONLY ' || d.text, NULL,
  'ALTER PUBLICATION ' || quote_ident(p.pubname) || ' DROP TABLE ONLY ' || r.q, NULL,
  'pg_publication/' || p.oid || '/0', r.address, NULL
FROM pg_publication_rel AS x JOIN pg_publication AS p ON p.oid = x.prpubid
JOIN rel AS r ON r.oid = x.prrelid, LATERAL (SELECT r.q
  || COALESCE(' (' || (SELECT string_agg(c.q, ', ' ORDER BY c.number) FROM col AS c
     WHERE c.relation = r.oid AND c.number = ANY (x.prattrs)) || ')', '')
  || COALESCE(' WHERE (' || pg_get_expr(x.prqual, x.prrelid) || ')', '') AS text) AS d
UNION ALL
SELECT 'published schema', 'pg_publication_namespace/' || x.oid || '/0',
  quote_ident(p.pubname) || ' ' || h.q, NULL, '',
  'ALTER PUBLICATION ' || quote_ident(p.pubname) || ' ADD TABLES IN SCHEMA ' || h.q, NULL,
  'ALTER PUBLICATION ' || quote_ident(p.pubname) || ' DROP TABLES IN SCHEMA ' || h.q, NULL,
  'pg_publication/' || p.oid || '/0', 'pg_namespace/' || h.oid || '/0', NULL
FROM pg_publication_namespace AS x JOIN pg_publication AS p ON p.oid = x.pnpubid
JOIN home AS h ON h.oid = x.pnnspid
UNION ALL
-- What is known by name only: nothing creates it, so that a difference is refused.
SELECT u.kind, u.address, u.name, NULL, '', NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM (
  SELECT 'operator class' AS kind, 'pg_opclass' AS class, c.oid, 'pg_opclass/' || c.oid || '/0' AS address,
    (pg_identify_object('pg_opclass'::regclass, c.oid, 0)).identity AS name
  FROM pg_opclass AS c WHERE c.oid >= 16384
  UNION ALL SELECT 'operator family', 'pg_opfamily', c.oid, 'pg_opfamily/' || c.oid || '/0',
    (pg_identify_object('pg_opfamily'::regclass, c.oid, 0)).identity
  FROM pg_opfamily AS c WHERE c.oid >= 16384
  UNION ALL SELECT 'conversion', 'pg_conversion', c.oid, 'pg_conversion/' || c.oid || '/0', c.conname
  FROM pg_conversion AS c WHERE c.oid >= 16384
  UNION ALL SELECT 'language', 'pg_language', c.oid, 'pg_language/' || c.oid || '/0', c.lanname
  FROM pg_language AS c WHERE c.oid >= 16384
  UNION ALL SELECT 'transform', 'pg_transform', c.oid, 'pg_transform/' || c.oid || '/0',
    (pg_identify_object('pg_transform'::regclass, c.oid, 0)).identity
  FROM pg_transform AS c WHERE c.oid >= 16384
  UNION ALL SELECT 'access method', 'pg_am', c.oid, 'pg_am/' || c.oid || '/0', c.amname
  FROM pg_am AS c WHERE c.oid >= 16384
  UNION ALL SELECT 'text search parser', 'pg_ts_parser', c.oid, 'pg_ts_parser/' || c.oid || '/0', c.prsname
  FROM pg_ts_parser AS c WHERE c.oid >= 16384
  UNION ALL SELECT 'text search template', 'pg_ts_template', c.oid, 'pg_ts_template/' || c.oid || '/0',
    c.tmplname FROM pg_ts_template AS c WHERE c.oid >= 16384
  UNION ALL SELECT 'subscription', 'pg_subscription', c.oid, 'pg_subscription/' || c.oid || '/0', c.subname
  FROM pg_subscription AS c JOIN pg_database AS d ON d.oid = c.subdbid
  WHERE d.datname = current_database()) AS u
WHERE NOT EXISTS (SELECT FROM member AS m
  WHERE m.classid = ('pg_catalog.' || u.class)::regclass AND m.objid = u.oid)
ORDER BY 1, 3
