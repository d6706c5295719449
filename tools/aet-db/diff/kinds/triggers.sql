SELECT 'trigger', 'pg_trigger/' || t.oid || '/0', r.q || ' ' || quote_ident(t.tgname), NULL,
  pg_get_triggerdef(t.oid), pg_get_triggerdef(t.oid), NULL,
  'DROP TRIGGER ' || quote_ident(t.tgname) || ' ON ' || r.q, NULL, r.address, NULL, NULL
FROM pg_trigger AS t JOIN rel AS r ON r.oid = t.tgrelid
WHERE NOT t.tgisinternal AND t.tgparentid = 0
UNION ALL
SELECT 'trigger state', NULL, r.q || ' ' || quote_ident(t.tgname), NULL, t.tgenabled::text,
  'ALTER TABLE ' || r.q || s.word || ' TRIGGER ' || quote_ident(t.tgname),
  'ALTER TABLE ' || r.q || s.word || ' TRIGGER ' || quote_ident(t.tgname),
  'ALTER TABLE ' || r.q || ' ENABLE TRIGGER ' || quote_ident(t.tgname), NULL,
  'pg_trigger/' || t.oid || '/0', NULL, NULL
FROM pg_trigger AS t JOIN rel AS r ON r.oid = t.tgrelid, LATERAL (SELECT CASE t.tgenabled
  WHEN 'D' THEN ' DISABLE' WHEN 'R' THEN ' ENABLE REPLICA' ELSE ' ENABLE ALWAYS' END AS word) AS s
WHERE NOT t.tgisinternal AND t.tgenabled <> 'O'
UNION ALL
SELECT 'event trigger', 'pg_event_trigger/' || e.oid || '/0', quote_ident(e.evtname), NULL,
  d.text || e.evtenabled::text, d.text || CASE e.evtenabled WHEN 'O' THEN '' ELSE E';\nALTER EVENT TRIGGER '
    || quote_ident(e.evtname) || CASE e.evtenabled WHEN 'D' THEN ' DISABLE' WHEN 'R'
    THEN ' ENABLE REPLICA' ELSE ' ENABLE ALWAYS' END END, NULL,
  'DROP EVENT TRIGGER ' || quote_ident(e.evtname), NULL, NULL, NULL, NULL
FROM pg_event_trigger AS e JOIN pg_proc AS p ON p.oid = e.evtfoid
JOIN pg_namespace AS n ON n.oid = p.pronamespace,
  LATERAL (SELECT 'CREATE EVENT TRIGGER ' || quote_ident(e.evtname) || ' ON ' || e.evtevent
    || COALESCE(E'\n\tWHEN TAG IN (' || (SELECT string_agg(quote_literal(tag), ', ')
       FROM unnest(e.evttags) AS tag) || ')', '') || E'\n\tEXECUTE FUNCTION '
    || quote_ident(n.nspname) || '.' || quote_ident(p.proname) || '()' AS text) AS d
WHERE NOT EXISTS (SELECT FROM member AS m
  WHERE m.classid = 'pg_event_trigger'::regclass AND m.objid = e.oid)
ORDER BY 1, 3
