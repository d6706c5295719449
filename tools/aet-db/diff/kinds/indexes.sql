SELECT 'index', x.address, x.q, NULL, pg_get_indexdef(i.indexrelid)
    || CASE WHEN i.indisvalid OR x.relkind = 'I' THEN '' ELSE ' invalid' END,
  pg_get_indexdef(i.indexrelid), NULL, 'DROP INDEX ' || x.q, NULL, r.address,
  (SELECT '^pg_class/' || h.inhparent || '/0' FROM pg_inherits AS h WHERE h.inhrelid = x.oid),
  CASE WHEN i.indisunique THEN 'unique' END,
  (SELECT 'pg_inherits/' || i.indrelid || '/' || up.indrelid FROM pg_inherits AS h
   JOIN pg_index AS up ON up.indexrelid = h.inhparent WHERE h.inhrelid = x.oid)
FROM pg_index AS i JOIN rel AS x ON x.oid = i.indexrelid JOIN rel AS r ON r.oid = i.indrelid
WHERE NOT EXISTS (SELECT FROM pg_constraint AS k
  WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
UNION ALL
-- Only after both tables are together: it comes by itself where the table is attached later.
SELECT 'index partition', 'pg_inherits/' || x.oid || '/' || p.oid, x.q || ' of ' || p.q, NULL, '',
  'ALTER INDEX ' || p.q || ' ATTACH PARTITION ' || x.q, NULL, '', NULL, x.address,
  concat_ws(' ', x.address, p.address, '~pg_inherits/' || i.indrelid || '/' || up.indrelid), NULL, NULL
FROM pg_inherits AS h JOIN rel AS x ON x.oid = h.inhrelid AND x.relkind IN ('i', 'I')
JOIN rel AS p ON p.oid = h.inhparent JOIN pg_index AS i ON i.indexrelid = x.oid
JOIN pg_index AS up ON up.indexrelid = p.oid
UNION ALL
SELECT 'index statistics target', NULL, x.q || ' ' || a.attnum, NULL, a.attstattarget::text,
  'ALTER INDEX ' || x.q || ' ALTER COLUMN ' || a.attnum || ' SET STATISTICS ' || a.attstattarget,
  'ALTER INDEX ' || x.q || ' ALTER COLUMN ' || a.attnum || ' SET STATISTICS ' || a.attstattarget,
  'ALTER INDEX ' || x.q || ' ALTER COLUMN ' || a.attnum || ' SET STATISTICS -1', NULL, x.address,
  NULL, NULL, NULL
FROM rel AS x JOIN pg_attribute AS a ON a.attrelid = x.oid
WHERE x.relkind IN ('i', 'I') AND a.attstattarget >= 0
ORDER BY 1, 3
