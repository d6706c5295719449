-- What the queries of several kinds stand on. A query of a kind is put behind it.
-- An address is catalogue/oid/part: that of a row, or of something smaller that
-- has no row of its own, under a catalogue's name that does not exist. What a
-- thing needs only to come after has ~ before it, what takes it along has ^.
WITH member AS MATERIALIZED (
  SELECT classid, objid FROM pg_depend WHERE deptype = 'e'),
-- Schema aeturnis is the migrator's, and left out where it has nothing but the
-- journal; the library's own migrations put more into it.
journal AS MATERIALIZED (
  SELECT c.oid FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = 'aeturnis' AND c.relname IN ('schema_migrations', 'schema_objects', 'schema_servers')),
home AS MATERIALIZED (
  SELECT oid, quote_ident(nspname) AS q FROM pg_namespace AS n
  WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
    AND (nspname <> 'aeturnis' OR EXISTS (SELECT FROM pg_proc AS p WHERE p.pronamespace = n.oid))),
rel AS MATERIALIZED (
  SELECT c.*, h.q || '.' || quote_ident(c.relname) AS q, quote_ident(c.relname) AS own,
    'pg_class/' || c.oid || '/0' AS address,
    CASE c.relkind WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'v' THEN 'VIEW'
      WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
      WHEN 'i' THEN 'INDEX' WHEN 'I' THEN 'INDEX' WHEN 'c' THEN 'TYPE' ELSE 'TABLE' END AS word
  FROM pg_class AS c JOIN home AS h ON h.oid = c.relnamespace
  WHERE NOT EXISTS (SELECT FROM member AS m
    WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid)
  AND NOT EXISTS (SELECT FROM journal AS j LEFT JOIN pg_index AS i ON i.indrelid = j.oid
    WHERE c.oid IN (j.oid, i.indexrelid))),
sequence_options AS (
  SELECT s.seqrelid, concat_ws(' ', 'START WITH', s.seqstart, 'INCREMENT BY', s.seqincrement,
    'MINVALUE', s.seqmin, 'MAXVALUE', s.seqmax, 'CACHE', s.seqcache,
    CASE WHEN s.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END) AS options,
    format('SELECT pg_catalog.setval(%L, %s, false) FROM %s WHERE last_value NOT BETWEEN %s AND %s',
      r.q, s.seqstart, r.q, s.seqmin, s.seqmax) AS moved,
    concat_ws(' ', 'SET START WITH', s.seqstart, 'SET INCREMENT BY', s.seqincrement,
    'SET MINVALUE', s.seqmin, 'SET MAXVALUE', s.seqmax, 'SET CACHE', s.seqcache,
    CASE WHEN s.seqcycle THEN 'SET CYCLE' ELSE 'SET NO CYCLE' END) AS settings,
    quote_literal(r.q) AS literal, side.name AS side, ' BETWEEN ' || s.seqmin || ' AND ' || s.seqmax AS bounds,
    format_type(s.seqtypid, NULL) AS type
  FROM pg_sequence AS s JOIN rel AS r ON r.oid = s.seqrelid,
    LATERAL (SELECT CASE WHEN s.seqincrement < 0 THEN 'min' ELSE 'max' END AS name) AS side),
identity AS (
  SELECT d.refobjid AS relation, d.refobjsubid AS number, s.oid AS sequence, s.q AS sequence_q,
    o.options, o.settings, o.moved, o.literal, o.side, o.bounds
  FROM pg_depend AS d JOIN rel AS s ON s.oid = d.objid AND s.relkind = 'S'
  JOIN sequence_options AS o ON o.seqrelid = s.oid
  WHERE d.classid = 'pg_class'::regclass AND d.deptype = 'i'
    AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0),
col AS MATERIALIZED (
  SELECT r.oid AS relation, r.q AS relation_q, r.address AS relation_address, r.relkind, r.word,
    r.relispartition, a.attnum AS number, quote_ident(a.attname) AS q,
    'pg_class/' || r.oid || '/' || a.attnum AS address,
    a.attislocal AS local, a.attinhcount, a.attname, a.attnotnull, a.attidentity, a.attgenerated,
    a.attstorage, a.attcompression, a.attstattarget, a.attoptions, a.attfdwoptions, a.attacl,
    a.atttypid, t.typstorage, t.typcategory::text AS category, r.reloftype,
    format_type(a.atttypid, a.atttypmod) AS type,
    CASE WHEN a.attcollation <> 0 AND a.attcollation <> t.typcollation THEN
      (SELECT ' COLLATE ' || quote_ident(n.nspname) || '.' || quote_ident(c.collname)
       FROM pg_collation AS c JOIN pg_namespace AS n ON n.oid = c.collnamespace
       WHERE c.oid = a.attcollation) ELSE '' END AS collation,
    pg_get_expr(d.adbin, d.adrelid) AS expression, d.oid AS attrdef,
    CASE a.attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END AS identity
  FROM rel AS r JOIN pg_attribute AS a ON a.attrelid = r.oid
  JOIN pg_type AS t ON t.oid = a.atttypid
  LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE r.relkind IN ('r', 'p', 'f', 'v', 'm', 'c') AND a.attnum > 0 AND NOT a.attisdropped),
defined AS (
  SELECT c.*, c.q || ' ' || c.type || c.collation
    || CASE WHEN c.attgenerated = 's' THEN ' GENERATED ALWAYS AS (' || c.expression || ') STORED'
       WHEN c.expression IS NOT NULL THEN ' DEFAULT ' || c.expression ELSE '' END
    || COALESCE(' GENERATED ' || c.identity || ' AS IDENTITY (SEQUENCE NAME ' || i.sequence_q
       || ' ' || i.options || ')', '')
    || CASE WHEN c.attnotnull THEN ' NOT NULL' ELSE '' END AS definition
  FROM col AS c LEFT JOIN identity AS i ON i.relation = c.relation AND i.number = c.number)
