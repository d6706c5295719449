SELECT 'extension', 'pg_extension/' || e.oid || '/0', quote_ident(e.extname), NULL,
  quote_ident(n.nspname),
  'CREATE EXTENSION ' || quote_ident(e.extname) || CASE WHEN own.objid IS NULL
    THEN ' WITH SCHEMA ' || quote_ident(n.nspname) ELSE '' END,
  'ALTER EXTENSION ' || quote_ident(e.extname) || ' SET SCHEMA ' || quote_ident(n.nspname),
  'DROP EXTENSION ' || quote_ident(e.extname), NULL, NULL,
  'pg_namespace/' || CASE WHEN own.objid IS NULL THEN n.oid ELSE 0 END || '/0', NULL
FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace
LEFT JOIN member AS own ON own.classid = 'pg_namespace'::regclass AND own.objid = n.oid
UNION ALL
SELECT 'extension version', NULL, quote_ident(e.extname), NULL, e.extversion,
  'ALTER EXTENSION ' || quote_ident(e.extname) || ' UPDATE TO ' || quote_literal(e.extversion),
  'ALTER EXTENSION ' || quote_ident(e.extname) || ' UPDATE TO ' || quote_literal(e.extversion),
  '', 't', 'pg_extension/' || e.oid || '/0', NULL, NULL
FROM pg_extension AS e
ORDER BY 1, 3
