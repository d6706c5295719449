SELECT 'schema' AS kind, 'pg_namespace/' || n.oid || '/0' AS address, h.q AS name,
  NULL AS shape, '' AS definition, 'CREATE SCHEMA ' || h.q AS "create", NULL AS alter,
  'DROP SCHEMA ' || h.q AS drop, NULL AS inlined, NULL AS parent, NULL AS needs, NULL AS detail
FROM pg_namespace AS n JOIN home AS h ON h.oid = n.oid
WHERE NOT EXISTS (SELECT FROM member AS m
  WHERE m.classid = 'pg_namespace'::regclass AND m.objid = n.oid)
ORDER BY 3
