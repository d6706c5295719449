SELECT 'publication', 'pg_publication/' || p.oid || '/0', quote_ident(p.pubname), p.puballtables::text,
  d.text, 'CREATE PUBLICATION ' || quote_ident(p.pubname)
    || CASE WHEN p.puballtables THEN ' FOR ALL TABLES' ELSE '' END || ' WITH (' || d.text || ')',
  'ALTER PUBLICATION ' || quote_ident(p.pubname) || ' SET (' || d.text || ')',
  'DROP PUBLICATION ' || quote_ident(p.pubname), NULL, NULL, NULL, NULL
FROM pg_publication AS p, LATERAL (SELECT 'publish = ' || quote_literal(concat_ws(', ',
    CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
    CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END))
  || ', publish_via_partition_root = ' || p.pubviaroot AS text) AS d
UNION ALL
SELECT 'published table', 'pg_publication_rel/' || x.oid || '/0', quote_ident(p.pubname) || ' ' || r.q,
  NULL, d.text, 'ALTER PUBLICATION ' || quote_ident(p.pubname) || ' ADD TABLE ONLY ' || d.text, NULL,
  'ALTER PUBLICATION ' || quote_ident(p.pubname) || ' DROP TABLE ONLY ' || r.q, NULL,
  'pg_publication/' || p.oid || '/0', r.address, NULL
FROM pg_publication_rel AS x JOIN pg_publication AS p ON p.oid = x.prpubid
JOIN rel AS r ON r.oid = x.prrelid, LATERAL (SELECT r.q
  || COALESCE(' (' || (SELECT string_agg(c.q, ', ' ORDER BY c.number) FROM col AS c
     WHERE c.relation = r.oid AND c.number = ANY (x.prattrs)) || ')', '')
  || COALESCE(' WHERE (' || pg_get_expr(x.prqual, x.prrelid) || ')', '') AS text) AS d
UNION ALL
SELECT 'published schema', 'pg_publication_namespace/' || x.oid || '/0',
  quote_ident(p.pubname) || ' ' || h.q, NULL, '',
  'ALTER PUBLICATION ' || quote_ident(p.pubname) || ' ADD TABLES IN SCHEMA ' || h.q, NULL,
  'ALTER PUBLICATION ' || quote_ident(p.pubname) || ' DROP TABLES IN SCHEMA ' || h.q, NULL,
  'pg_publication/' || p.oid || '/0', 'pg_namespace/' || h.oid || '/0', NULL
FROM pg_publication_namespace AS x JOIN pg_publication AS p ON p.oid = x.pnpubid
JOIN home AS h ON h.oid = x.pnnspid
ORDER BY 1, 3
