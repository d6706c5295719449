SELECT 'foreign data wrapper', 'pg_foreign_data_wrapper/' || f.oid || '/0', quote_ident(f.fdwname), NULL,
  d.text, 'CREATE ' || d.text, NULL, 'DROP FOREIGN DATA WRAPPER ' || quote_ident(f.fdwname), NULL, NULL,
  NULL, NULL
FROM pg_foreign_data_wrapper AS f, LATERAL (SELECT 'FOREIGN DATA WRAPPER ' || quote_ident(f.fdwname)
  || COALESCE(' HANDLER ' || NULLIF(f.fdwhandler, 0)::regproc, '')
  || COALESCE(' VALIDATOR ' || NULLIF(f.fdwvalidator, 0)::regproc, '')
  || COALESCE(' OPTIONS (' || (SELECT string_agg(quote_ident(o.option_name) || ' '
     || quote_literal(o.option_value), ', ') FROM pg_options_to_table(f.fdwoptions) AS o) || ')', '')
  AS text) AS d
WHERE NOT EXISTS (SELECT FROM member AS m
  WHERE m.classid = 'pg_foreign_data_wrapper'::regclass AND m.objid = f.oid)
UNION ALL
SELECT 'server', 'pg_foreign_server/' || s.oid || '/0', quote_ident(s.srvname), concat_ws(' ', s.srvtype, f.fdwname),
  COALESCE(s.srvversion, ''), 'CREATE SERVER ' || quote_ident(s.srvname) || COALESCE(' TYPE ' || quote_literal(s.srvtype), '')
  || COALESCE(' VERSION ' || quote_literal(s.srvversion), '') || ' FOREIGN DATA WRAPPER '
  || quote_ident(f.fdwname),
  'ALTER SERVER ' || quote_ident(s.srvname) || ' VERSION ' || quote_literal(s.srvversion),
  'DROP SERVER ' || quote_ident(s.srvname), NULL, 'pg_foreign_data_wrapper/' || f.oid || '/0', NULL, NULL
FROM pg_foreign_server AS s JOIN pg_foreign_data_wrapper AS f ON f.oid = s.srvfdw
UNION ALL
SELECT 'server option', NULL, quote_ident(s.srvname) || ' ' || o.option_name, NULL, o.option_value,
  b.text || '(ADD ' || quote_ident(o.option_name) || ' ' || quote_literal(o.option_value) || ')',
  b.text || '(SET ' || quote_ident(o.option_name) || ' ' || quote_literal(o.option_value) || ')',
  b.text || '(DROP ' || quote_ident(o.option_name) || ')', NULL, 'pg_foreign_server/' || s.oid || '/0',
  NULL, NULL
FROM pg_foreign_server AS s, pg_options_to_table(s.srvoptions) AS o, LATERAL (SELECT
  'ALTER SERVER ' || quote_ident(s.srvname) || ' OPTIONS ' AS text) AS b
UNION ALL
SELECT 'user mapping', 'pg_user_mapping/' || u.oid || '/0', b.text, NULL, d.text,
  'CREATE ' || b.text || d.text, NULL, 'DROP ' || b.text, NULL, 'pg_foreign_server/' || s.oid || '/0',
  NULL, NULL
FROM pg_user_mapping AS u JOIN pg_foreign_server AS s ON s.oid = u.umserver,
  LATERAL (SELECT 'USER MAPPING FOR ' || CASE WHEN u.umuser = 0 THEN 'PUBLIC'
    ELSE quote_ident(pg_get_userbyid(u.umuser)) END || ' SERVER ' || quote_ident(s.srvname) AS text) AS b,
  LATERAL (SELECT COALESCE(' OPTIONS (' || (SELECT string_agg(quote_ident(o.option_name) || ' '
     || quote_literal(o.option_value), ', ') FROM pg_options_to_table(u.umoptions) AS o) || ')', '')
     AS text) AS d
ORDER BY 1, 3
