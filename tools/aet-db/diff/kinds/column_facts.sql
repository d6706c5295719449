SELECT 'default', 'pg_attrdef/' || c.attrdef || '/0', c.relation_q || '.' || c.q, NULL, c.expression,
  'ALTER ' || CASE WHEN c.relkind = 'v' THEN 'VIEW ' ELSE 'TABLE ONLY ' END || c.relation_q
    || ' ALTER COLUMN ' || c.q || ' SET DEFAULT ' || c.expression,
  'ALTER ' || CASE WHEN c.relkind = 'v' THEN 'VIEW ' ELSE 'TABLE ONLY ' END || c.relation_q
    || ' ALTER COLUMN ' || c.q || ' SET DEFAULT ' || c.expression,
  'ALTER ' || CASE WHEN c.relkind = 'v' THEN 'VIEW ' ELSE 'TABLE ONLY ' END || c.relation_q
    || ' ALTER COLUMN ' || c.q || ' DROP DEFAULT',
  CASE WHEN c.relkind <> 'v' AND (c.local OR c.relispartition) THEN 't' END, c.address, NULL, NULL, NULL
FROM col AS c WHERE c.attrdef IS NOT NULL AND c.attgenerated = ''
UNION ALL
SELECT 'not null', 'notnull/' || c.relation || '/' || c.number, c.relation_q || '.' || c.q, NULL, '',
  'ALTER ' || c.word || ' ' || c.relation_q || ' ALTER COLUMN ' || c.q || ' SET NOT NULL', NULL,
  'ALTER ' || c.word || ' ' || c.relation_q || ' ALTER COLUMN ' || c.q || ' DROP NOT NULL',
  CASE WHEN c.local OR c.relispartition OR up.links IS NOT NULL THEN 't' END, c.address, up.columns, NULL, up.links
FROM col AS c CROSS JOIN LATERAL (
  SELECT string_agg('notnull/' || a.attrelid || '/' || a.attnum, ' ') AS columns,
    string_agg('pg_inherits/' || i.inhrelid || '/' || i.inhparent, ' ') AS links
  FROM pg_inherits AS i JOIN pg_attribute AS a ON a.attrelid = i.inhparent
  WHERE i.inhrelid = c.relation AND a.attname = c.attname AND a.attnotnull AND a.attnum > 0
    AND NOT a.attisdropped) AS up
WHERE c.attnotnull AND c.relkind IN ('r', 'p', 'f')
UNION ALL
SELECT 'identity', 'pg_class/' || i.sequence || '/0', c.relation_q || '.' || c.q, i.sequence_q,
  c.identity || ' ' || i.options,
  'ALTER TABLE ' || c.relation_q || ' ALTER COLUMN ' || c.q || ' ADD GENERATED ' || c.identity
    || ' AS IDENTITY (SEQUENCE NAME ' || i.sequence_q || ' ' || i.options || E');\n'
    || 'SELECT pg_catalog.setval(' || i.literal || ', pg_catalog.' || i.side || '(' || c.q || ')) FROM '
    || c.relation_q || ' HAVING pg_catalog.' || i.side || '(' || c.q || ')' || i.bounds,
  'ALTER TABLE ' || c.relation_q || ' ALTER COLUMN ' || c.q || ' SET GENERATED ' || c.identity
    || ' ' || i.settings,
  'ALTER TABLE ' || c.relation_q || ' ALTER COLUMN ' || c.q || ' DROP IDENTITY', 't', c.address,
  'notnull/' || c.relation || '/' || c.number, i.moved, NULL
FROM col AS c JOIN identity AS i ON i.relation = c.relation AND i.number = c.number
UNION ALL
SELECT 'statistics target', NULL, c.relation_q || '.' || c.q, NULL, c.attstattarget::text,
  s.begin || ' SET STATISTICS ' || c.attstattarget, s.begin || ' SET STATISTICS ' || c.attstattarget,
  s.begin || ' SET STATISTICS -1', NULL, s.owner, NULL, NULL, NULL
FROM col AS c, LATERAL (SELECT 'ALTER ' || c.word || ' ' || c.relation_q || ' ALTER COLUMN ' || c.q
  AS begin, CASE WHEN c.relkind IN ('r', 'p', 'f') THEN c.address ELSE c.relation_address END AS owner)
  AS s
WHERE c.attstattarget >= 0 AND c.relkind IN ('r', 'p', 'f', 'm')
UNION ALL
SELECT 'storage', NULL, c.relation_q || '.' || c.q, NULL, c.attstorage::text,
  s.begin || ' SET STORAGE ' || s.name, s.begin || ' SET STORAGE ' || s.name,
  s.begin || ' SET STORAGE ' || s.usual, NULL,
  CASE WHEN c.relkind = 'm' THEN c.relation_address ELSE c.address END, NULL, NULL, NULL
FROM col AS c, LATERAL (SELECT 'ALTER ' || c.word || ' ' || c.relation_q || ' ALTER COLUMN ' || c.q
  AS begin, CASE c.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN'
  ELSE 'EXTENDED' END AS name, CASE c.typstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL'
  WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END AS usual) AS s
WHERE c.attstorage <> c.typstorage AND c.relkind IN ('r', 'p', 'f', 'm')
UNION ALL
SELECT 'compression', NULL, c.relation_q || '.' || c.q, NULL, c.attcompression::text,
  s.begin || s.name, s.begin || s.name, s.begin || 'default', NULL,
  CASE WHEN c.relkind = 'm' THEN c.relation_address ELSE c.address END, NULL, NULL, NULL
FROM col AS c, LATERAL (SELECT 'ALTER ' || c.word || ' ' || c.relation_q || ' ALTER COLUMN ' || c.q
  || ' SET COMPRESSION ' AS begin,
  CASE c.attcompression WHEN 'p' THEN 'pglz' ELSE 'lz4' END AS name) AS s
WHERE c.attcompression <> '' AND c.relkind IN ('r', 'p', 'm')
UNION ALL
-- A late minor release keeps pg_attver among them, which is no setting.
SELECT 'column option', NULL, c.relation_q || '.' || c.q || ' ' || o.option_name, NULL,
  o.option_value, s.begin || ' SET (' || quote_ident(o.option_name) || '=' || o.option_value || ')',
  s.begin || ' SET (' || quote_ident(o.option_name) || '=' || o.option_value || ')',
  s.begin || ' RESET (' || quote_ident(o.option_name) || ')', NULL,
  CASE WHEN c.relkind = 'm' THEN c.relation_address ELSE c.address END, NULL, NULL, NULL
FROM col AS c, pg_options_to_table(c.attoptions) AS o, LATERAL (SELECT 'ALTER ' || c.word || ' '
  || c.relation_q || ' ALTER COLUMN ' || c.q AS begin) AS s
WHERE o.option_name <> 'pg_attver' AND c.relkind IN ('r', 'p', 'f', 'm')
UNION ALL
SELECT 'foreign column option', NULL, c.relation_q || '.' || c.q || ' ' || o.option_name, NULL,
  o.option_value,
  s.begin || '(ADD ' || quote_ident(o.option_name) || ' ' || quote_literal(o.option_value) || ')',
  s.begin || '(SET ' || quote_ident(o.option_name) || ' ' || quote_literal(o.option_value) || ')',
  s.begin || '(DROP ' || quote_ident(o.option_name) || ')', NULL, c.address, NULL, NULL, NULL
FROM col AS c, pg_options_to_table(c.attfdwoptions) AS o, LATERAL (SELECT 'ALTER FOREIGN TABLE '
  || c.relation_q || ' ALTER COLUMN ' || c.q || ' OPTIONS ' AS begin) AS s
ORDER BY 1, 3
