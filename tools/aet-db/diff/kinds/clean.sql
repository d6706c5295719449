-- What empties a database, piece by piece: one statement a row. What goes with
-- another may be gone by then.
SELECT CASE o.type
    WHEN 'subscription' THEN 'ALTER SUBSCRIPTION ' || o.identity || ' DISABLE; ALTER SUBSCRIPTION '
      || o.identity || ' SET (slot_name = NONE); DROP SUBSCRIPTION ' || o.identity
    WHEN 'large object' THEN 'SELECT pg_catalog.lo_unlink(' || o.identity || ')'
    ELSE 'DROP ' || CASE o.type WHEN 'composite type' THEN 'TYPE' WHEN 'statistics object' THEN 'STATISTICS'
      WHEN 'foreign-data wrapper' THEN 'FOREIGN DATA WRAPPER' ELSE upper(o.type) END
      || ' IF EXISTS ' || o.identity
      || CASE WHEN o.type IN ('event trigger', 'publication') THEN '' ELSE ' CASCADE' END END
FROM (
  SELECT 1 AS place, 'pg_event_trigger'::regclass AS class, oid FROM pg_event_trigger
  UNION ALL SELECT 2, 'pg_publication'::regclass, oid FROM pg_publication
  UNION ALL SELECT 2, 'pg_subscription'::regclass, oid FROM pg_subscription
    WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
  UNION ALL SELECT 3, 'pg_class'::regclass, oid FROM pg_class
    WHERE relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND NOT relispartition
  UNION ALL SELECT 4, 'pg_foreign_server'::regclass, oid FROM pg_foreign_server
  UNION ALL SELECT 4, 'pg_foreign_data_wrapper'::regclass, oid FROM pg_foreign_data_wrapper
  UNION ALL SELECT 5, 'pg_ts_config'::regclass, oid FROM pg_ts_config
  UNION ALL SELECT 5, 'pg_ts_dict'::regclass, oid FROM pg_ts_dict
  UNION ALL SELECT 5, 'pg_ts_template'::regclass, oid FROM pg_ts_template
  UNION ALL SELECT 5, 'pg_ts_parser'::regclass, oid FROM pg_ts_parser
  UNION ALL SELECT 5, 'pg_statistic_ext'::regclass, oid FROM pg_statistic_ext
  UNION ALL SELECT 6, 'pg_operator'::regclass, oid FROM pg_operator
  UNION ALL SELECT 6, 'pg_opclass'::regclass, oid FROM pg_opclass
  UNION ALL SELECT 6, 'pg_opfamily'::regclass, oid FROM pg_opfamily
  UNION ALL SELECT 6, 'pg_cast'::regclass, oid FROM pg_cast
  UNION ALL SELECT 7, 'pg_proc'::regclass, oid FROM pg_proc
  UNION ALL SELECT 8, 'pg_type'::regclass, t.oid FROM pg_type AS t LEFT JOIN pg_class AS c ON c.oid = t.typrelid
    WHERE t.typelem = 0 AND t.typtype <> 'm' AND (c.oid IS NULL OR c.relkind = 'c')
  UNION ALL SELECT 9, 'pg_collation'::regclass, oid FROM pg_collation
  UNION ALL SELECT 9, 'pg_conversion'::regclass, oid FROM pg_conversion
  UNION ALL SELECT 9, 'pg_language'::regclass, oid FROM pg_language
  UNION ALL SELECT 9, 'pg_am'::regclass, oid FROM pg_am
  UNION ALL SELECT 10, 'pg_extension'::regclass, oid FROM pg_extension
  UNION ALL SELECT 11, 'pg_namespace'::regclass, oid FROM pg_namespace WHERE nspname !~ '^pg_'
  UNION ALL SELECT 12, 'pg_largeobject'::regclass, oid FROM pg_largeobject_metadata) AS x,
  pg_identify_object(x.class, x.oid, 0) AS o
WHERE x.oid >= 16384 AND o.identity IS NOT NULL AND o.schema !~ '^pg_' IS NOT FALSE
  AND NOT EXISTS (SELECT FROM pg_depend AS d
    WHERE d.classid = x.class AND d.objid = x.oid AND d.deptype IN ('e', 'i'))
ORDER BY x.place, x.oid
