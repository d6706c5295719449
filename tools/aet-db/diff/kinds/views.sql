SELECT CASE r.relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END, r.address, r.q, NULL,
  pg_get_viewdef(r.oid) || COALESCE((SELECT string_agg(c.q || ' ' || c.type || c.collation, ','
    ORDER BY c.number) FROM col AS c WHERE c.relation = r.oid), ''),
  'CREATE ' || r.word || ' ' || r.q || COALESCE(' (' || (SELECT string_agg(c.q, ', ' ORDER BY c.number)
      FROM col AS c WHERE c.relation = r.oid) || ')', '')
    || COALESCE(E'\nUSING ' || (SELECT quote_ident(am.amname) FROM pg_am AS am
       WHERE am.oid = r.relam AND am.amname <> 'heap'), '')
    || COALESCE(E'\nWITH (' || (SELECT string_agg(quote_ident(o.option_name) || '='
       || quote_literal(o.option_value), ', ') FROM pg_options_to_table(r.reloptions) AS o) || ')', '')
    || E' AS\n' || rtrim(pg_get_viewdef(r.oid), ';')
    || CASE WHEN r.relkind = 'm' AND NOT r.relispopulated THEN E'\nWITH NO DATA' ELSE '' END,
  NULL, 'DROP ' || r.word || ' ' || r.q, NULL, 'pg_namespace/' || r.relnamespace || '/0', NULL, NULL
FROM rel AS r WHERE r.relkind IN ('v', 'm')
UNION ALL
SELECT 'rule', 'pg_rewrite/' || w.oid || '/0', r.q || ' ' || quote_ident(w.rulename), NULL,
  pg_get_ruledef(w.oid), rtrim(pg_get_ruledef(w.oid), ';'), NULL,
  'DROP RULE ' || quote_ident(w.rulename) || ' ON ' || r.q, NULL, r.address, NULL, NULL
FROM pg_rewrite AS w JOIN rel AS r ON r.oid = w.ev_class WHERE w.rulename <> '_RETURN'
UNION ALL
SELECT 'rule state', NULL, r.q || ' ' || quote_ident(w.rulename), NULL, w.ev_enabled::text,
  'ALTER TABLE ' || r.q || s.word || ' RULE ' || quote_ident(w.rulename),
  'ALTER TABLE ' || r.q || s.word || ' RULE ' || quote_ident(w.rulename),
  'ALTER TABLE ' || r.q || ' ENABLE RULE ' || quote_ident(w.rulename), NULL,
  'pg_rewrite/' || w.oid || '/0', NULL, NULL
FROM pg_rewrite AS w JOIN rel AS r ON r.oid = w.ev_class, LATERAL (SELECT CASE w.ev_enabled
  WHEN 'D' THEN ' DISABLE' WHEN 'R' THEN ' ENABLE REPLICA' ELSE ' ENABLE ALWAYS' END AS word) AS s
WHERE w.rulename <> '_RETURN' AND w.ev_enabled <> 'O'
ORDER BY 1, 3
