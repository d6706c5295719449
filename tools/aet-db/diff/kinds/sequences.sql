SELECT 'sequence', s.address, s.q, NULL, o.type || ' ' || o.options,
  'CREATE ' || CASE WHEN s.relpersistence = 'u' THEN 'UNLOGGED ' ELSE '' END || 'SEQUENCE ' || s.q
    || ' AS ' || o.type || ' ' || o.options,
  'ALTER SEQUENCE ' || s.q || ' AS ' || o.type || ' ' || o.options,
  'DROP SEQUENCE ' || CASE WHEN d.objid IS NULL THEN '' ELSE 'IF EXISTS ' END || s.q,
  NULL, 'pg_namespace/' || s.relnamespace || '/0', NULL, o.moved
FROM rel AS s JOIN sequence_options AS o ON o.seqrelid = s.oid
LEFT JOIN pg_depend AS d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.deptype = 'a'
  AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
WHERE s.relkind = 'S' AND NOT EXISTS (SELECT FROM identity AS i WHERE i.sequence = s.oid)
UNION ALL
SELECT 'sequence owner', 'owned/' || s.oid || '/0', s.q, NULL, c.relation_q || '.' || c.q,
  'ALTER SEQUENCE ' || s.q || ' OWNED BY ' || c.relation_q || '.' || c.q,
  'ALTER SEQUENCE ' || s.q || ' OWNED BY ' || c.relation_q || '.' || c.q,
  'ALTER SEQUENCE ' || s.q || ' OWNED BY NONE', NULL, c.address, s.address,
  CASE WHEN c.category = 'N' THEN 'SELECT pg_catalog.setval(' || o.literal || ', pg_catalog.' || o.side || '(' || c.q || ')) FROM '
    || c.relation_q || ' HAVING pg_catalog.' || o.side || '(' || c.q || ')' || o.bounds END
FROM rel AS s JOIN sequence_options AS o ON o.seqrelid = s.oid JOIN pg_depend AS d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid
  AND d.deptype = 'a' AND d.refclassid = 'pg_class'::regclass
JOIN col AS c ON c.relation = d.refobjid AND c.number = d.refobjsubid
WHERE s.relkind = 'S'
ORDER BY 1, 3
