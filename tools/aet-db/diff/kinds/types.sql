SELECT CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range'
    WHEN 'c' THEN 'composite' ELSE 'base type' END,
  'pg_type/' || t.oid || '/0', n.q, NULL,
  CASE t.typtype WHEN 'e' THEN labels.text WHEN 'd' THEN format_type(t.typbasetype, t.typtypmod)
    || c.text WHEN 'r' THEN range.text WHEN 'c' THEN ''
    ELSE concat_ws(' ', t.typlen, t.typbyval, t.typcategory, t.typispreferred, t.typdelim, t.typsubscript,
      t.typinput, t.typoutput, t.typreceive, t.typsend, t.typmodin, t.typmodout, t.typanalyze, t.typalign,
      t.typstorage, t.typcollation, t.typdefault) END,
  CASE t.typtype WHEN 'e' THEN 'CREATE TYPE ' || n.q || ' AS ENUM (' || labels.text || ')'
    WHEN 'd' THEN 'CREATE DOMAIN ' || n.q || ' AS ' || format_type(t.typbasetype, t.typtypmod)
      || c.text || COALESCE(' DEFAULT ' || t.typdefault, '')
      || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END
      || COALESCE((SELECT string_agg(E'\n\tCONSTRAINT ' || quote_ident(k.conname) || ' '
        || pg_get_constraintdef(k.oid), '' ORDER BY k.conname) FROM pg_constraint AS k
        WHERE k.contypid = t.oid AND k.convalidated), '')
    WHEN 'r' THEN 'CREATE TYPE ' || n.q || ' AS RANGE (' || range.text || ')'
    WHEN 'c' THEN 'CREATE TYPE ' || n.q || ' AS (' || COALESCE((
      SELECT string_agg(E'\n\t' || a.q || ' ' || a.type || a.collation, ',' ORDER BY a.number)
      FROM col AS a WHERE a.relation = t.typrelid) || E'\n', '') || ')'
    ELSE 'CREATE TYPE ' || n.q || E' (\n\t' || concat_ws(E',\n\t', 'INPUT = ' || t.typinput::regproc,
      'OUTPUT = ' || t.typoutput::regproc, 'RECEIVE = ' || NULLIF(t.typreceive, 0)::regproc,
      'SEND = ' || NULLIF(t.typsend, 0)::regproc, 'TYPMOD_IN = ' || NULLIF(t.typmodin, 0)::regproc,
      'TYPMOD_OUT = ' || NULLIF(t.typmodout, 0)::regproc, 'ANALYZE = ' || NULLIF(t.typanalyze, 0)::regproc,
      'SUBSCRIPT = ' || NULLIF(t.typsubscript, 0)::regproc,
      'INTERNALLENGTH = ' || CASE t.typlen WHEN -1 THEN 'VARIABLE' ELSE t.typlen::text END,
      CASE WHEN t.typbyval THEN 'PASSEDBYVALUE' END,
      'ALIGNMENT = ' || CASE t.typalign WHEN 'c' THEN 'char' WHEN 's' THEN 'int2' WHEN 'i' THEN 'int4'
        ELSE 'double' END,
      'STORAGE = ' || CASE t.typstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main'
        ELSE 'extended' END,
      'CATEGORY = ' || quote_literal(t.typcategory::text), CASE WHEN t.typispreferred THEN 'PREFERRED = true' END,
      'DEFAULT = ' || quote_literal(t.typdefault), 'DELIMITER = ' || quote_literal(t.typdelim::text),
      CASE WHEN t.typcollation <> 0 THEN 'COLLATABLE = true' END) || E'\n)' END,
  -- It and its functions need each other: they go with what stood for it before it was made.
  NULL, CASE t.typtype WHEN 'b' THEN '' ELSE 'DROP ' || n.word || ' ' || n.q END, NULL,
  CASE t.typtype WHEN 'b' THEN 'shell/' || t.oid ELSE 'pg_namespace/' || t.typnamespace END || '/0', NULL,
  labels.list
FROM pg_type AS t JOIN home AS h ON h.oid = t.typnamespace
LEFT JOIN pg_class AS of ON of.oid = t.typrelid,
  LATERAL (SELECT h.q || '.' || quote_ident(t.typname) AS q,
    CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END AS word) AS n,
  LATERAL (SELECT CASE WHEN t.typcollation <> 0 AND t.typcollation <> (SELECT b.typcollation
      FROM pg_type AS b WHERE b.oid = t.typbasetype) THEN (SELECT ' COLLATE '
      || quote_ident(cn.nspname) || '.' || quote_ident(co.collname) FROM pg_collation AS co
      JOIN pg_namespace AS cn ON cn.oid = co.collnamespace WHERE co.oid = t.typcollation)
    ELSE '' END AS text) AS c,
  LATERAL (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) AS text,
      string_agg(quote_literal(e.enumlabel), E'\x01' ORDER BY e.enumsortorder) AS list
    FROM pg_enum AS e WHERE e.enumtypid = t.oid) AS labels,
  LATERAL (SELECT (SELECT concat_ws(', ', 'SUBTYPE = ' || format_type(g.rngsubtype, NULL),
    'SUBTYPE_OPCLASS = ' || (SELECT quote_ident(ns.nspname) || '.' || quote_ident(o.opcname)
      FROM pg_opclass AS o JOIN pg_namespace AS ns ON ns.oid = o.opcnamespace
      WHERE o.oid = g.rngsubopc AND NOT o.opcdefault),
    'COLLATION = ' || (SELECT quote_ident(ns.nspname) || '.' || quote_ident(co.collname)
      FROM pg_collation AS co JOIN pg_namespace AS ns ON ns.oid = co.collnamespace
      JOIN pg_type AS st ON st.oid = g.rngsubtype
      WHERE co.oid = g.rngcollation AND co.oid <> st.typcollation),
    'CANONICAL = ' || NULLIF(g.rngcanonical, 0)::regproc,
    'SUBTYPE_DIFF = ' || NULLIF(g.rngsubdiff, 0)::regproc,
    'MULTIRANGE_TYPE_NAME = ' || format_type(g.rngmultitypid, NULL))
    FROM pg_range AS g WHERE g.rngtypid = t.oid) AS text) AS range
WHERE t.typtype IN ('e', 'd', 'r', 'b', 'c') AND t.typelem = 0
  AND (t.typtype <> 'c' OR of.relkind = 'c') AND t.typcategory <> 'A'
  AND NOT EXISTS (SELECT FROM member AS m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid)
UNION ALL
SELECT 'shell type', CASE t.typtype WHEN 'b' THEN 'shell/' ELSE 'pg_type/' END || t.oid || '/0', n.q, NULL, '',
  'CREATE TYPE ' || n.q, NULL, 'DROP TYPE ' || n.q || ' CASCADE', NULL, 'pg_namespace/' || t.typnamespace || '/0', NULL, NULL
FROM pg_type AS t JOIN home AS h ON h.oid = t.typnamespace,
  LATERAL (SELECT h.q || '.' || quote_ident(t.typname) AS q) AS n
WHERE (NOT t.typisdefined AND t.typtype = 'p' OR t.typtype = 'b' AND t.typelem = 0 AND t.typcategory <> 'A')
  AND NOT EXISTS (SELECT FROM member AS m
  WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid)
UNION ALL
SELECT 'attribute', a.address, a.relation_q || '.' || a.q, NULL, a.type || a.collation,
  'ALTER TYPE ' || a.relation_q || ' ADD ATTRIBUTE ' || a.q || ' ' || a.type || a.collation || typed.word,
  'ALTER TYPE ' || a.relation_q || ' ALTER ATTRIBUTE ' || a.q || ' SET DATA TYPE ' || a.type
    || a.collation || typed.word,
  'ALTER TYPE ' || a.relation_q || ' DROP ATTRIBUTE ' || a.q || typed.word, 't',
  'pg_type/' || c.reltype || '/0', NULL, NULL
FROM col AS a JOIN pg_class AS c ON c.oid = a.relation, LATERAL (SELECT CASE WHEN EXISTS (
  SELECT FROM pg_class AS t WHERE t.reloftype = c.reltype) THEN ' CASCADE' ELSE '' END AS word) AS typed
WHERE a.relkind = 'c'
UNION ALL
SELECT 'domain default', NULL, h.q || '.' || quote_ident(t.typname), NULL, t.typdefault,
  'ALTER DOMAIN ' || h.q || '.' || quote_ident(t.typname) || ' SET DEFAULT ' || t.typdefault,
  'ALTER DOMAIN ' || h.q || '.' || quote_ident(t.typname) || ' SET DEFAULT ' || t.typdefault,
  'ALTER DOMAIN ' || h.q || '.' || quote_ident(t.typname) || ' DROP DEFAULT', 't',
  'pg_type/' || t.oid || '/0', NULL, NULL
FROM pg_type AS t JOIN home AS h ON h.oid = t.typnamespace
WHERE t.typtype = 'd' AND t.typdefault IS NOT NULL
UNION ALL
SELECT 'domain not null', NULL, h.q || '.' || quote_ident(t.typname), NULL, '',
  'ALTER DOMAIN ' || h.q || '.' || quote_ident(t.typname) || ' SET NOT NULL', NULL,
  'ALTER DOMAIN ' || h.q || '.' || quote_ident(t.typname) || ' DROP NOT NULL', 't',
  'pg_type/' || t.oid || '/0', NULL, NULL
FROM pg_type AS t JOIN home AS h ON h.oid = t.typnamespace
WHERE t.typtype = 'd' AND t.typnotnull
ORDER BY 1, 3
