-- What a table inherits comes and goes with the table that it is inherited from,
-- as long as it is inherited.
SELECT 'column', c.address, c.relation_q || '.' || c.q,
  CASE WHEN c.attgenerated = 's' THEN c.expression END, c.type || c.collation,
  CASE WHEN c.reloftype <> 0 THEN ''
    ELSE 'ALTER ' || c.word || ' ' || c.relation_q || ' ADD COLUMN ' || d.definition END,
  CASE WHEN c.reloftype <> 0 THEN ''
    ELSE 'ALTER ' || c.word || ' ' || c.relation_q || ' ALTER COLUMN ' || c.q
      || ' SET DATA TYPE ' || c.type || c.collation END,
  CASE WHEN c.reloftype <> 0 THEN ''
    ELSE 'ALTER ' || c.word || ' ' || c.relation_q || ' DROP COLUMN ' || c.q END,
  't', c.relation_address, up.columns, c.category || format_type(c.atttypid, NULL), up.links, c.number
FROM col AS c JOIN defined AS d ON d.relation = c.relation AND d.number = c.number
LEFT JOIN LATERAL (
  SELECT string_agg('pg_class/' || a.attrelid || '/' || a.attnum, ' ') AS columns,
    string_agg('pg_inherits/' || i.inhrelid || '/' || i.inhparent, ' ') AS links
  FROM pg_inherits AS i JOIN pg_attribute AS a ON a.attrelid = i.inhparent
  WHERE i.inhrelid = c.relation AND a.attname = c.attname AND a.attnum > 0) AS up ON NOT c.local
WHERE c.relkind IN ('r', 'p', 'f')
UNION ALL
-- That it goes with the other table's; no statement makes one's own column so.
SELECT 'inherited column', NULL, c.relation_q || '.' || c.q, NULL, '', NULL, NULL, NULL, NULL, c.address,
  NULL, NULL, up.links, c.number
FROM col AS c JOIN LATERAL (
  SELECT string_agg('pg_inherits/' || i.inhrelid || '/' || i.inhparent, ' ') AS links
  FROM pg_inherits AS i WHERE i.inhrelid = c.relation) AS up ON NOT c.local
WHERE c.relkind IN ('r', 'f') AND NOT c.relispartition
ORDER BY 1, 10, 14
