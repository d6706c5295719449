-- One a row, in their order, which is that of their setting.
SELECT 'option', NULL, r.q || ' ' || o.prefix || o.name, NULL, o.value,
  'ALTER ' || r.word || ' ' || r.q || ' SET (' || o.prefix || quote_ident(o.name) || '='
    || quote_literal(o.value) || ')',
  'ALTER ' || r.word || ' ' || r.q || ' SET (' || o.prefix || quote_ident(o.name) || '='
    || quote_literal(o.value) || ')',
  'ALTER ' || r.word || ' ' || r.q || ' RESET (' || o.prefix || quote_ident(o.name) || ')',
  CASE WHEN r.relkind IN ('v', 'm') THEN 't' END, r.address, NULL, NULL, NULL
FROM rel AS r LEFT JOIN pg_class AS toast ON toast.oid = r.reltoastrelid, LATERAL (
  SELECT '' AS prefix, option_name AS name, option_value AS value, place
  FROM pg_options_to_table(r.reloptions) WITH ORDINALITY AS own (option_name, option_value, place)
  UNION ALL SELECT 'toast.', option_name, option_value, place
  FROM pg_options_to_table(toast.reloptions) WITH ORDINALITY AS own (option_name, option_value, place)) AS o
WHERE r.relkind IN ('r', 'p', 'm', 'v')
  -- A constraint's definition says nothing of its index's.
  OR r.relkind IN ('i', 'I') AND EXISTS (SELECT FROM pg_constraint AS k
    WHERE k.conindid = r.oid AND k.contype IN ('p', 'u', 'x'))
ORDER BY r.q, o.prefix, o.place
