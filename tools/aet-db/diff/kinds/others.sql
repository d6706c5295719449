SELECT 'statistics', 'pg_statistic_ext/' || s.oid || '/0', n.q, NULL, d.text, d.text, NULL,
  'DROP STATISTICS ' || n.q, NULL, NULL, NULL, NULL
FROM pg_statistic_ext AS s JOIN home AS h ON h.oid = s.stxnamespace,
  LATERAL (SELECT h.q || '.' || quote_ident(s.stxname) AS q) AS n,
  LATERAL (SELECT pg_get_statisticsobjdef(s.oid) || CASE WHEN s.stxstattarget >= 0
    THEN E';\nALTER STATISTICS ' || n.q || ' SET STATISTICS ' || s.stxstattarget ELSE '' END AS text) AS d
UNION ALL
SELECT 'collation', 'pg_collation/' || c.oid || '/0', n.q, NULL, d.text, d.text, NULL,
  'DROP COLLATION ' || n.q, NULL, 'pg_namespace/' || c.collnamespace || '/0', NULL, NULL
FROM pg_collation AS c JOIN home AS h ON h.oid = c.collnamespace,
  LATERAL (SELECT h.q || '.' || quote_ident(c.collname) AS q) AS n,
  LATERAL (SELECT 'CREATE COLLATION ' || n.q || ' (' || concat_ws(', ',
    'PROVIDER = ' || CASE c.collprovider WHEN 'i' THEN 'icu' ELSE 'libc' END,
    'LOCALE = ' || quote_literal(c.colliculocale),
    'LC_COLLATE = ' || quote_literal(c.collcollate), 'LC_CTYPE = ' || quote_literal(c.collctype),
    CASE WHEN NOT c.collisdeterministic THEN 'DETERMINISTIC = false' END) || ')' AS text) AS d
WHERE NOT EXISTS (SELECT FROM member AS m
  WHERE m.classid = 'pg_collation'::regclass AND m.objid = c.oid)
UNION ALL
-- Where to it connects is for superusers to read (subscriptions.sql): for others nothing
-- creates it, so that a difference is refused.
SELECT 'subscription', 'pg_subscription/' || u.oid || '/0', quote_ident(u.subname), NULL,
  concat_ws(' ', u.subbinary, u.substream, u.subtwophasestate, u.subdisableonerr,
    COALESCE(u.subslotname, 'no slot'), u.subsynccommit, u.subpublications),
  NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM pg_subscription AS u JOIN pg_database AS d ON d.oid = u.subdbid
WHERE d.datname = current_database() AND current_setting('is_superuser') = 'off'
UNION ALL
SELECT 'security label', NULL, concat_ws(' ', o.type, o.identity, l.provider), NULL, l.label,
  s.text || quote_literal(l.label), s.text || quote_literal(l.label), s.text || 'NULL', NULL,
  l.classoid::regclass || '/' || l.objoid || '/' || l.objsubid, NULL, NULL
FROM pg_seclabel AS l, pg_identify_object(l.classoid, l.objoid, l.objsubid) AS o,
  LATERAL (SELECT 'SECURITY LABEL FOR ' || quote_ident(l.provider) || ' ON '
    || CASE WHEN o.type LIKE '% column' THEN 'COLUMN' WHEN o.type = 'composite type' THEN 'TYPE'
       ELSE upper(o.type) END || ' ' || o.identity || ' IS ' AS text) AS s
WHERE l.objoid >= 16384 AND NOT EXISTS (SELECT FROM member AS m
  WHERE m.classid = l.classoid AND m.objid = l.objoid)
ORDER BY 1, 3
