SELECT 'constraint', 'pg_constraint/' || k.oid || '/0', r.q || ' ' || quote_ident(k.conname),
  replace(d.text, ' NOT VALID', ''), d.text,
  'ALTER ' || r.word || CASE WHEN r.relkind = 'p' AND k.contype IN ('p', 'u', 'x')
    THEN ' ONLY ' ELSE ' ' END || r.q || ' ADD CONSTRAINT ' || quote_ident(k.conname) || ' ' || d.text,
  CASE WHEN k.convalidated THEN 'ALTER ' || r.word || ' ' || r.q || ' VALIDATE CONSTRAINT '
    || quote_ident(k.conname) END,
  'ALTER ' || r.word || ' ' || r.q || ' DROP CONSTRAINT ' || quote_ident(k.conname), NULL, r.address,
  CASE k.contype
    WHEN 'p' THEN (SELECT string_agg('notnull/' || r.oid || '/' || a.attnum, ' ')
      FROM pg_attribute AS a WHERE a.attrelid = r.oid AND a.attnum = ANY (k.conkey))
    -- The other table's key holds only once its partitions have it.
    WHEN 'f' THEN (SELECT string_agg('~pg_inherits/' || i.inhrelid || '/' || i.inhparent, ' ')
      FROM pg_inherits AS i WHERE i.inhparent = k.conindid)
    -- Those below that have it besides cannot let go of it before.
    WHEN 'c' THEN (SELECT string_agg('~pg_constraint/' || below.oid || '/0', ' ')
      FROM pg_inherits AS i JOIN pg_constraint AS below ON below.conrelid = i.inhrelid
      WHERE i.inhparent = r.oid AND below.conname = k.conname AND below.contype = 'c'
        AND below.conislocal) END,
  k.contype, NULL
FROM pg_constraint AS k JOIN rel AS r ON r.oid = k.conrelid,
  LATERAL (SELECT pg_get_constraintdef(k.oid) AS text) AS d
WHERE k.contype IN ('p', 'u', 'x', 'c', 'f') AND k.conislocal
  AND (k.conparentid = 0 OR k.contype IN ('p', 'u', 'x'))
UNION ALL
-- One that is inherited comes with the whole table's, but may hold where that one need not.
SELECT 'constraint', 'pg_constraint/' || k.oid || '/0', r.q || ' ' || quote_ident(k.conname),
  replace(d.text, ' NOT VALID', ''), d.text,
  'ALTER ' || r.word || ' ' || r.q || ' ADD CONSTRAINT ' || quote_ident(k.conname) || ' ' || d.text,
  CASE WHEN k.convalidated THEN 'ALTER ' || r.word || ' ' || r.q || ' VALIDATE CONSTRAINT '
    || quote_ident(k.conname) END,
  'ALTER ' || r.word || ' ' || r.q || ' DROP CONSTRAINT ' || quote_ident(k.conname),
  't', r.address, up.constraints, k.contype, up.links
FROM pg_constraint AS k JOIN rel AS r ON r.oid = k.conrelid CROSS JOIN LATERAL (
    SELECT string_agg('pg_constraint/' || up.oid || '/0', ' ') AS constraints,
      string_agg('pg_inherits/' || i.inhrelid || '/' || i.inhparent, ' ') AS links
    FROM pg_inherits AS i JOIN pg_constraint AS up ON up.conrelid = i.inhparent
    WHERE i.inhrelid = r.oid AND up.conname = k.conname AND up.contype = 'c') AS up,
  LATERAL (SELECT pg_get_constraintdef(k.oid) AS text) AS d
WHERE k.contype = 'c' AND NOT k.conislocal
UNION ALL
-- That it is not the table's own besides.
SELECT 'inherited constraint', NULL, r.q || ' ' || quote_ident(k.conname), NULL, '', NULL, NULL, NULL,
  NULL, 'pg_constraint/' || k.oid || '/0', NULL, NULL,
  (SELECT string_agg('pg_inherits/' || i.inhrelid || '/' || i.inhparent, ' ') FROM pg_inherits AS i
   WHERE i.inhrelid = r.oid)
FROM pg_constraint AS k JOIN rel AS r ON r.oid = k.conrelid
WHERE k.contype = 'c' AND NOT k.conislocal AND NOT r.relispartition
UNION ALL
-- Those of a partition belong to their like on the whole table, but have names of their own.
SELECT 'constraint', 'pg_constraint/' || k.oid || '/0', r.q || ' ' || quote_ident(k.conname),
  d.text, d.text,
  'ALTER TABLE ONLY ' || r.q || ' ADD CONSTRAINT ' || quote_ident(k.conname) || ' ' || d.text, NULL,
  'ALTER TABLE ' || r.q || ' DROP CONSTRAINT ' || quote_ident(k.conname), NULL, r.address,
  concat_ws(' ', '^pg_constraint/' || k.conparentid || '/0',
    (SELECT string_agg('notnull/' || r.oid || '/' || a.attnum, ' ') FROM pg_attribute AS a
     WHERE a.attrelid = r.oid AND a.attnum = ANY (k.conkey) AND k.contype = 'p')),
  k.contype, (SELECT 'pg_inherits/' || k.conrelid || '/' || up.conrelid FROM pg_constraint AS up
    WHERE up.oid = k.conparentid)
FROM pg_constraint AS k JOIN rel AS r ON r.oid = k.conrelid,
  LATERAL (SELECT pg_get_constraintdef(k.oid) AS text) AS d
WHERE k.contype IN ('p', 'u', 'x') AND NOT k.conislocal
UNION ALL
SELECT 'domain constraint', 'pg_constraint/' || k.oid || '/0', t.q || ' ' || quote_ident(k.conname),
  replace(d.text, ' NOT VALID', ''), d.text,
  'ALTER DOMAIN ' || t.q || ' ADD CONSTRAINT ' || quote_ident(k.conname) || ' ' || d.text,
  CASE WHEN k.convalidated THEN 'ALTER DOMAIN ' || t.q || ' VALIDATE CONSTRAINT '
    || quote_ident(k.conname) END,
  'ALTER DOMAIN ' || t.q || ' DROP CONSTRAINT ' || quote_ident(k.conname),
  CASE WHEN k.convalidated THEN 't' END,
  'pg_type/' || k.contypid || '/0', NULL, NULL, NULL
FROM pg_constraint AS k JOIN (SELECT t.oid, h.q || '.' || quote_ident(t.typname) AS q
  FROM pg_type AS t JOIN home AS h ON h.oid = t.typnamespace) AS t ON t.oid = k.contypid,
  LATERAL (SELECT pg_get_constraintdef(k.oid) AS text) AS d
ORDER BY 1, 3
