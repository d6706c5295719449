SELECT 'text search dictionary', 'pg_ts_dict/' || d.oid || '/0', s.q, NULL, s.text, s.text, NULL,
  'DROP TEXT SEARCH DICTIONARY ' || s.q, NULL, 'pg_namespace/' || d.dictnamespace || '/0', NULL, NULL
FROM pg_ts_dict AS d JOIN home AS h ON h.oid = d.dictnamespace
JOIN pg_ts_template AS t ON t.oid = d.dicttemplate
JOIN pg_namespace AS n ON n.oid = t.tmplnamespace,
  LATERAL (SELECT h.q || '.' || quote_ident(d.dictname) AS q) AS named,
  LATERAL (SELECT named.q, 'CREATE TEXT SEARCH DICTIONARY ' || named.q || ' (TEMPLATE = '
    || quote_ident(n.nspname) || '.' || quote_ident(t.tmplname)
    || COALESCE(', ' || d.dictinitoption, '') || ')' AS text) AS s
WHERE NOT EXISTS (SELECT FROM member AS m
  WHERE m.classid = 'pg_ts_dict'::regclass AND m.objid = d.oid)
UNION ALL
SELECT 'text search parser', 'pg_ts_parser/' || p.oid || '/0', n.q, NULL, d.text,
  'CREATE TEXT SEARCH PARSER ' || n.q || ' (' || d.text || ')', NULL, 'DROP TEXT SEARCH PARSER ' || n.q,
  NULL, 'pg_namespace/' || p.prsnamespace || '/0', NULL, NULL
FROM pg_ts_parser AS p JOIN home AS h ON h.oid = p.prsnamespace,
  LATERAL (SELECT h.q || '.' || quote_ident(p.prsname) AS q) AS n,
  LATERAL (SELECT concat_ws(', ', 'START = ' || p.prsstart, 'GETTOKEN = ' || p.prstoken,
    'END = ' || p.prsend, 'HEADLINE = ' || NULLIF(p.prsheadline::oid, 0)::regproc,
    'LEXTYPES = ' || p.prslextype) AS text) AS d
WHERE NOT EXISTS (SELECT FROM member AS m
  WHERE m.classid = 'pg_ts_parser'::regclass AND m.objid = p.oid)
UNION ALL
SELECT 'text search template', 'pg_ts_template/' || t.oid || '/0', n.q, NULL, d.text,
  'CREATE TEXT SEARCH TEMPLATE ' || n.q || ' (' || d.text || ')', NULL,
  'DROP TEXT SEARCH TEMPLATE ' || n.q, NULL, 'pg_namespace/' || t.tmplnamespace || '/0', NULL, NULL
FROM pg_ts_template AS t JOIN home AS h ON h.oid = t.tmplnamespace,
  LATERAL (SELECT h.q || '.' || quote_ident(t.tmplname) AS q) AS n,
  LATERAL (SELECT concat_ws(', ', 'INIT = ' || NULLIF(t.tmplinit::oid, 0)::regproc,
    'LEXIZE = ' || t.tmpllexize) AS text) AS d
WHERE NOT EXISTS (SELECT FROM member AS m
  WHERE m.classid = 'pg_ts_template'::regclass AND m.objid = t.oid)
UNION ALL
SELECT 'text search configuration', 'pg_ts_config/' || c.oid || '/0', s.q, NULL, s.text, s.text, NULL,
  'DROP TEXT SEARCH CONFIGURATION ' || s.q, NULL, 'pg_namespace/' || c.cfgnamespace || '/0', NULL, NULL
FROM pg_ts_config AS c JOIN home AS h ON h.oid = c.cfgnamespace
JOIN pg_ts_parser AS p ON p.oid = c.cfgparser JOIN pg_namespace AS n ON n.oid = p.prsnamespace,
  LATERAL (SELECT h.q || '.' || quote_ident(c.cfgname) AS q) AS named,
  LATERAL (SELECT named.q, 'CREATE TEXT SEARCH CONFIGURATION ' || named.q || ' (PARSER = '
    || quote_ident(n.nspname) || '.' || quote_ident(p.prsname) || ')' AS text) AS s
WHERE NOT EXISTS (SELECT FROM member AS m
  WHERE m.classid = 'pg_ts_config'::regclass AND m.objid = c.oid)
UNION ALL
SELECT 'text search mapping', NULL, s.q || ' ' || k.alias, NULL, s.dictionaries,
  'ALTER TEXT SEARCH CONFIGURATION ' || s.q || ' ADD MAPPING FOR ' || quote_ident(k.alias) || ' WITH '
    || s.dictionaries,
  'ALTER TEXT SEARCH CONFIGURATION ' || s.q || ' ALTER MAPPING FOR ' || quote_ident(k.alias)
    || ' WITH ' || s.dictionaries,
  'ALTER TEXT SEARCH CONFIGURATION ' || s.q || ' DROP MAPPING FOR ' || quote_ident(k.alias), NULL,
  'pg_ts_config/' || c.oid || '/0', s.needs, NULL
FROM pg_ts_config AS c JOIN home AS h ON h.oid = c.cfgnamespace
CROSS JOIN LATERAL ts_token_type(c.cfgparser) AS k
CROSS JOIN LATERAL (SELECT h.q || '.' || quote_ident(c.cfgname) AS q,
    string_agg(quote_ident(n.nspname) || '.' || quote_ident(d.dictname), ', ' ORDER BY m.mapseqno)
      AS dictionaries, string_agg('pg_ts_dict/' || d.oid || '/0', ' ') AS needs
  FROM pg_ts_config_map AS m JOIN pg_ts_dict AS d ON d.oid = m.mapdict
  JOIN pg_namespace AS n ON n.oid = d.dictnamespace
  WHERE m.mapcfg = c.oid AND m.maptokentype = k.tokid) AS s
WHERE s.dictionaries IS NOT NULL AND NOT EXISTS (SELECT FROM member AS m
  WHERE m.classid = 'pg_ts_config'::regclass AND m.objid = c.oid)
ORDER BY 1, 3
