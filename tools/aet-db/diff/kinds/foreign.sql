SELECT 'foreign data wrapper', 'pg_foreign_data_wrapper/' || f.oid || '/0', quote_ident(f.fdwname), NULL,
  d.text, 'CREATE' || b.text || d.text,
  'ALTER' || b.text || COALESCE(' HANDLER ' || NULLIF(f.fdwhandler, 0)::regproc, ' NO HANDLER')
    || COALESCE(' VALIDATOR ' || NULLIF(f.fdwvalidator, 0)::regproc, ' NO VALIDATOR'),
  'DROP' || b.text, NULL, NULL, NULL, NULL
FROM pg_foreign_data_wrapper AS f,
  LATERAL (SELECT ' FOREIGN DATA WRAPPER ' || quote_ident(f.fdwname) AS text) AS b,
  LATERAL (SELECT COALESCE(' HANDLER ' || NULLIF(f.fdwhandler, 0)::regproc, '')
    || COALESCE(' VALIDATOR ' || NULLIF(f.fdwvalidator, 0)::regproc, '') AS text) AS d
WHERE NOT EXISTS (SELECT FROM member AS m
  WHERE m.classid = 'pg_foreign_data_wrapper'::regclass AND m.objid = f.oid)
UNION ALL
SELECT 'server', 'pg_foreign_server/' || s.oid || '/0', quote_ident(s.srvname), concat_ws(' ', s.srvtype, f.fdwname),
  COALESCE(s.srvversion, ''), 'CREATE SERVER ' || quote_ident(s.srvname) || COALESCE(' TYPE ' || quote_literal(s.srvtype), '')
  || COALESCE(' VERSION ' || quote_literal(s.srvversion), '') || ' FOREIGN DATA WRAPPER '
  || quote_ident(f.fdwname),
  'ALTER SERVER ' || quote_ident(s.srvname) || ' VERSION ' || COALESCE(quote_literal(s.srvversion), 'NULL'),
  'DROP SERVER ' || quote_ident(s.srvname), NULL, 'pg_foreign_data_wrapper/' || f.oid || '/0', NULL, NULL
FROM pg_foreign_server AS s JOIN pg_foreign_data_wrapper AS f ON f.oid = s.srvfdw
WHERE NOT EXISTS (SELECT FROM member AS m
  WHERE m.classid = 'pg_foreign_server'::regclass AND m.objid = s.oid)
UNION ALL
SELECT 'user mapping', 'pg_user_mapping/' || u.umid || '/0', b.text, NULL, '', 'CREATE ' || b.text, NULL,
  'DROP ' || b.text, NULL, 'pg_foreign_server/' || u.srvid || '/0', NULL, NULL
FROM pg_user_mappings AS u, LATERAL (SELECT 'USER MAPPING FOR ' || CASE WHEN u.umuser = 0 THEN 'PUBLIC'
    ELSE quote_ident(pg_get_userbyid(u.umuser)) END || ' SERVER ' || quote_ident(u.srvname) AS text) AS b
UNION ALL
-- An option is an object, so that no other is set anew with it.
SELECT 'foreign option', NULL, w.what || ' ' || o.option_name, NULL, o.option_value,
  b.text || '(ADD ' || quote_ident(o.option_name) || ' ' || quote_literal(o.option_value) || ')',
  b.text || '(SET ' || quote_ident(o.option_name) || ' ' || quote_literal(o.option_value) || ')',
  b.text || '(DROP ' || quote_ident(o.option_name) || ')', w.inlined, w.address, NULL, NULL
FROM (
  SELECT 'FOREIGN DATA WRAPPER ' || quote_ident(f.fdwname) AS what, f.fdwoptions AS options,
    'pg_foreign_data_wrapper/' || f.oid || '/0' AS address, NULL AS inlined
  FROM pg_foreign_data_wrapper AS f WHERE NOT EXISTS (SELECT FROM member AS m
    WHERE m.classid = 'pg_foreign_data_wrapper'::regclass AND m.objid = f.oid)
  UNION ALL
  SELECT 'SERVER ' || quote_ident(s.srvname), s.srvoptions, 'pg_foreign_server/' || s.oid || '/0', NULL
  FROM pg_foreign_server AS s WHERE NOT EXISTS (SELECT FROM member AS m
    WHERE m.classid = 'pg_foreign_server'::regclass AND m.objid = s.oid)
  UNION ALL
  SELECT 'USER MAPPING FOR ' || CASE WHEN u.umuser = 0 THEN 'PUBLIC'
      ELSE quote_ident(pg_get_userbyid(u.umuser)) END || ' SERVER ' || quote_ident(u.srvname),
    u.umoptions, 'pg_user_mapping/' || u.umid || '/0', NULL
  FROM pg_user_mappings AS u
  UNION ALL
  SELECT 'FOREIGN TABLE ' || r.q, f.ftoptions, r.address, 't'
  FROM pg_foreign_table AS f JOIN rel AS r ON r.oid = f.ftrelid) AS w,
  pg_options_to_table(w.options) AS o,
  LATERAL (SELECT 'ALTER ' || w.what || ' OPTIONS ' AS text) AS b
ORDER BY 1, 3
