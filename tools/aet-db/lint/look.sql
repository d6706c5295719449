-- What a statement may change, and what it does on the way: one row a fact, of
-- relations and what hangs on them, of grants, of the locks that this session
-- holds, and of what it has scanned in this transaction. $1 is the journal's schema. Oids
-- from 16384 on are nobody's but the user's.
WITH home AS MATERIALIZED (
  SELECT oid, CASE nspname WHEN 'public' THEN '' ELSE quote_ident(nspname) || '.' END AS q,
    quote_ident(nspname) AS name, nspacl, nspowner
  FROM pg_namespace
  WHERE nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'aet_lint', $1)
    AND nspname !~ '^pg_(toast_)?temp_'),
rel AS MATERIALIZED (
  SELECT c.oid, h.q || quote_ident(c.relname) AS q, c.relkind, c.relfilenode,
    c.relrowsecurity, c.relispartition, c.relacl, c.relowner,
    coalesce(pg_partition_root(c.oid)::oid,
      (SELECT min(inhparent) FROM pg_inherits WHERE inhrelid = c.oid), c.oid) AS family
  FROM pg_class AS c JOIN home AS h ON h.oid = c.relnamespace),
granted AS (
  SELECT 'relation ' || q AS what, q AS name, relacl AS acl, relowner AS owner,
    CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char" AS kind
  FROM rel WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  UNION ALL
  SELECT 'function ' || h.q || quote_ident(p.proname) || '(' ||
    pg_get_function_identity_arguments(p.oid) || ')',
    'function ' || h.q || quote_ident(p.proname), p.proacl, p.proowner, 'f'
  FROM pg_proc AS p JOIN home AS h ON h.oid = p.pronamespace WHERE p.oid >= 16384
  UNION ALL
  SELECT 'schema ' || name, 'schema ' || name, nspacl, nspowner, 'n' FROM home
  UNION ALL
  SELECT 'type ' || h.q || quote_ident(t.typname), 'type ' || h.q || quote_ident(t.typname),
    t.typacl, t.typowner, 'T'
  FROM pg_type AS t JOIN home AS h ON h.oid = t.typnamespace
  WHERE t.oid >= 16384 AND t.typtype IN ('e', 'd', 'r'))
SELECT 'relation' AS kind, oid::text AS id, oid::text AS belongs, q AS name, relkind::text AS a,
  relfilenode::text AS b, relrowsecurity::text AS c, relispartition::text AS d, family::text AS e
FROM rel WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
UNION ALL
SELECT 'schema', oid::text, oid::text, name, NULL, NULL, NULL, NULL, NULL FROM home
UNION ALL
SELECT 'column', r.oid || '/' || a.attnum, r.oid::text, r.q || '.' || quote_ident(a.attname),
  a.atttypid || '/' || a.atttypmod, a.attnotnull::text,
  concat(CASE WHEN a.atthasdef THEN 'd' END, CASE WHEN a.atthasmissing THEN 'm' END,
    CASE WHEN a.attidentity <> '' THEN 'i' END, CASE WHEN a.attgenerated <> '' THEN 'g' END),
  format_type(a.atttypid, a.atttypmod), t.typtype::text
FROM rel AS r JOIN pg_attribute AS a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type AS t ON t.oid = a.atttypid
WHERE r.relkind IN ('r', 'p', 'v', 'm', 'f')
UNION ALL
SELECT 'constraint', c.oid::text, r.oid::text, quote_ident(c.conname), c.contype::text,
  c.convalidated::text, c.conkey::text, c.confrelid::text, c.conindid::text
FROM pg_constraint AS c JOIN rel AS r ON r.oid = c.conrelid WHERE c.contype <> 't'
UNION ALL
SELECT 'index', r.oid::text, i.indrelid::text, r.q, i.indisunique::text, i.indisvalid::text,
  r.relfilenode::text, i.indkey::text, i.indisready::text
FROM pg_index AS i JOIN rel AS r ON r.oid = i.indexrelid WHERE r.relkind = 'i'
UNION ALL
SELECT 'label', e.oid::text, e.enumtypid::text,
  h.q || quote_ident(t.typname) || '.' || quote_literal(e.enumlabel),
  h.q || quote_ident(t.typname), e.enumlabel, NULL, NULL, NULL
FROM pg_enum AS e JOIN pg_type AS t ON t.oid = e.enumtypid JOIN home AS h ON h.oid = t.typnamespace
UNION ALL
SELECT 'type', t.oid::text, t.oid::text, h.q || quote_ident(t.typname), NULL, NULL, NULL, NULL, NULL
FROM pg_type AS t JOIN home AS h ON h.oid = t.typnamespace
WHERE t.oid >= 16384 AND t.typtype IN ('e', 'd', 'r')
UNION ALL
SELECT 'function', p.oid::text, p.oid::text,
  h.q || quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')',
  NULL, NULL, NULL, NULL, NULL
FROM pg_proc AS p JOIN home AS h ON h.oid = p.pronamespace
WHERE p.oid >= 16384 AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
UNION ALL
SELECT 'policy', p.oid::text, p.polrelid::text, quote_ident(p.polname), NULL, NULL, NULL, NULL, NULL
FROM pg_policy AS p
UNION ALL
SELECT 'grant', g.what || '|' || x.grantee || '|' || x.privilege_type, g.name,
  g.what || '|' || coalesce(a.rolname, 'public') || '|' || x.privilege_type,
  x.privilege_type, coalesce(quote_ident(a.rolname), 'PUBLIC'), g.what, NULL, NULL
FROM granted AS g
CROSS JOIN LATERAL aclexplode(coalesce(g.acl, acldefault(g.kind, g.owner))) AS x
LEFT JOIN pg_roles AS a ON a.oid = x.grantee
WHERE NOT coalesce(a.rolsuper, false)
UNION ALL
SELECT 'grant', 'column ' || r.q || '.' || quote_ident(a.attname) || '|' || x.grantee || '|' ||
  x.privilege_type, r.q || '.' || quote_ident(a.attname),
  'column ' || r.q || '.' || quote_ident(a.attname) || '|' || coalesce(o.rolname, 'public') ||
  '|' || x.privilege_type, x.privilege_type, coalesce(quote_ident(o.rolname), 'PUBLIC'),
  'column ' || r.q || '.' || quote_ident(a.attname), NULL, NULL
FROM rel AS r JOIN pg_attribute AS a ON a.attrelid = r.oid AND a.attacl IS NOT NULL
  AND NOT a.attisdropped
CROSS JOIN LATERAL aclexplode(a.attacl) AS x LEFT JOIN pg_roles AS o ON o.oid = x.grantee
UNION ALL
SELECT 'lock', l.relation || '/' || l.mode, l.relation::text, l.mode, NULL, NULL, NULL, NULL, NULL
FROM pg_locks AS l
WHERE l.locktype = 'relation' AND l.pid = pg_backend_pid() AND l.granted
  AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock',
    'RowExclusiveLock', 'ShareUpdateExclusiveLock')
  AND l.relation IN (SELECT oid FROM rel)
UNION ALL
SELECT 'work', r.oid::text, r.oid::text, r.q, s.scans::text, s.updated::text, s.deleted::text,
  NULL, NULL
FROM rel AS r
CROSS JOIN LATERAL (SELECT pg_stat_get_xact_numscans(r.oid) AS scans,
  pg_stat_get_xact_tuples_updated(r.oid) AS updated,
  pg_stat_get_xact_tuples_deleted(r.oid) AS deleted) AS s
WHERE r.relkind IN ('r', 'm') AND (s.scans > 0 OR s.updated > 0 OR s.deleted > 0)
