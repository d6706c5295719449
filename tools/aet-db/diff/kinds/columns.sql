-- What a table inherits comes and goes with the table that it is inherited from.
SELECT 'column', c.address, c.relation_q || '.' || c.q,
  CASE WHEN c.attgenerated = 's' THEN c.expression END, c.type || c.collation,
  CASE WHEN NOT c.local OR c.reloftype <> 0 THEN ''
    ELSE 'ALTER ' || c.word || ' ' || c.relation_q || ' ADD COLUMN ' || d.definition END,
  CASE WHEN NOT c.local OR c.reloftype <> 0 THEN ''
    ELSE 'ALTER ' || c.word || ' ' || c.relation_q || ' ALTER COLUMN ' || c.q
      || ' SET DATA TYPE ' || c.type || c.collation END,
  CASE WHEN NOT c.local OR c.reloftype <> 0 THEN ''
    ELSE 'ALTER ' || c.word || ' ' || c.relation_q || ' DROP COLUMN ' || c.q END,
  't', c.relation_address,
  (SELECT string_agg('pg_class/' || a.attrelid || '/' || a.attnum, ' ')
   FROM pg_inherits AS i JOIN pg_attribute AS a ON a.attrelid = i.inhparent
   WHERE i.inhrelid = c.relation AND a.attname = c.attname AND NOT c.local),
  c.category || format_type(c.atttypid, NULL)
FROM col AS c JOIN defined AS d ON d.relation = c.relation AND d.number = c.number
WHERE c.relkind IN ('r', 'p', 'f')
ORDER BY c.relation_q, c.number
