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
SELECT 'language', 'pg_language/' || l.oid || '/0', quote_ident(l.lanname), NULL, d.text, d.text, NULL,
  'DROP LANGUAGE ' || quote_ident(l.lanname), NULL, NULL, NULL, NULL
FROM pg_language AS l, LATERAL (SELECT 'CREATE ' || CASE WHEN l.lanpltrusted THEN 'TRUSTED ' ELSE '' END
  || 'LANGUAGE ' || quote_ident(l.lanname) || ' HANDLER ' || l.lanplcallfoid::regproc
  || COALESCE(' INLINE ' || NULLIF(l.laninline, 0)::regproc, '')
  || COALESCE(' VALIDATOR ' || NULLIF(l.lanvalidator, 0)::regproc, '') AS text) AS d
WHERE l.oid >= 16384 AND NOT EXISTS (SELECT FROM member AS m
  WHERE m.classid = 'pg_language'::regclass AND m.objid = l.oid)
UNION ALL
SELECT 'transform', 'pg_transform/' || t.oid || '/0', n.q, NULL, d.text,
  'CREATE TRANSFORM ' || n.q || ' (' || d.text || ')', NULL, 'DROP TRANSFORM ' || n.q, NULL, NULL,
  NULL, NULL
FROM pg_transform AS t JOIN pg_language AS l ON l.oid = t.trflang,
  LATERAL (SELECT 'FOR ' || format_type(t.trftype, NULL) || ' LANGUAGE ' || quote_ident(l.lanname) AS q)
    AS n,
  LATERAL (SELECT concat_ws(', ',
    'FROM SQL WITH FUNCTION ' || NULLIF(t.trffromsql, 0)::regprocedure,
    'TO SQL WITH FUNCTION ' || NULLIF(t.trftosql, 0)::regprocedure) AS text) AS d
WHERE NOT EXISTS (SELECT FROM member AS m
  WHERE m.classid = 'pg_transform'::regclass AND m.objid = t.oid)
UNION ALL
SELECT 'access method', 'pg_am/' || a.oid || '/0', quote_ident(a.amname), NULL, d.text, d.text, NULL,
  'DROP ACCESS METHOD ' || quote_ident(a.amname), NULL, NULL, NULL, NULL
FROM pg_am AS a, LATERAL (SELECT 'CREATE ACCESS METHOD ' || quote_ident(a.amname) || ' TYPE '
  || CASE a.amtype WHEN 't' THEN 'TABLE' ELSE 'INDEX' END || ' HANDLER ' || a.amhandler AS text) AS d
WHERE a.oid >= 16384 AND NOT EXISTS (SELECT FROM member AS m
  WHERE m.classid = 'pg_am'::regclass AND m.objid = a.oid)
UNION ALL
SELECT 'conversion', 'pg_conversion/' || c.oid || '/0', n.q, NULL, d.text, d.text, NULL,
  'DROP CONVERSION ' || n.q, NULL, 'pg_namespace/' || c.connamespace || '/0', NULL, NULL
FROM pg_conversion AS c JOIN home AS h ON h.oid = c.connamespace,
  LATERAL (SELECT h.q || '.' || quote_ident(c.conname) AS q) AS n,
  LATERAL (SELECT 'CREATE ' || CASE WHEN c.condefault THEN 'DEFAULT ' ELSE '' END || 'CONVERSION '
    || n.q || ' FOR ' || quote_literal(pg_encoding_to_char(c.conforencoding)) || ' TO '
    || quote_literal(pg_encoding_to_char(c.contoencoding)) || ' FROM ' || c.conproc AS text) AS d
WHERE NOT EXISTS (SELECT FROM member AS m
  WHERE m.classid = 'pg_conversion'::regclass AND m.objid = c.oid)
ORDER BY 1, 3
