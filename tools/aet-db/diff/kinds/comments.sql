SELECT 'comment', NULL, s.word || ' ' || s.name, NULL, d.description,
  'COMMENT ON ' || s.word || ' ' || s.name || ' IS ' || quote_literal(d.description),
  'COMMENT ON ' || s.word || ' ' || s.name || ' IS ' || quote_literal(d.description),
  'COMMENT ON ' || s.word || ' ' || s.name || ' IS NULL', NULL,
  d.classoid::regclass || '/' || d.objoid || '/' || d.objsubid, NULL, NULL
FROM pg_description AS d, pg_identify_object(d.classoid, d.objoid, d.objsubid) AS o,
  LATERAL (SELECT CASE WHEN o.type LIKE '% column' THEN 'COLUMN'
      WHEN o.type LIKE '% constraint' THEN 'CONSTRAINT'
      WHEN o.type = 'statistics object' THEN 'STATISTICS'
      WHEN o.type = 'foreign-data wrapper' THEN 'FOREIGN DATA WRAPPER'
      WHEN o.type = 'composite type' THEN 'TYPE' ELSE upper(o.type) END AS word,
    CASE WHEN o.type = 'domain constraint' THEN replace(o.identity, ' on ', ' ON DOMAIN ')
      WHEN o.type LIKE '%operator' THEN regexp_replace(o.identity, '\(', ' (')
      ELSE o.identity END AS name) AS s
WHERE (d.objoid >= 16384 OR d.classoid = 'pg_namespace'::regclass AND d.objoid = 2200)
  AND o.identity IS NOT NULL AND NOT EXISTS (SELECT FROM member AS m
    WHERE m.classid = d.classoid AND m.objid = d.objoid)
ORDER BY 1, 3
