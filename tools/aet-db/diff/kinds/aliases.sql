-- Rows that belong to an object which is read under another address.
SELECT 'pg_rewrite/' || w.oid || '/0', 'pg_class/' || w.ev_class || '/0'
FROM pg_rewrite AS w WHERE w.rulename = '_RETURN' AND w.oid >= 16384
UNION ALL
SELECT 'pg_class/' || k.conindid || '/0', 'pg_constraint/' || k.oid || '/0'
FROM pg_constraint AS k WHERE k.contype IN ('p', 'u', 'x') AND k.conindid <> 0
UNION ALL
SELECT 'pg_attrdef/' || c.attrdef || '/0', c.address
FROM col AS c WHERE c.attrdef IS NOT NULL AND c.attgenerated = 's'
UNION ALL
SELECT 'pg_constraint/' || t.tgconstraint || '/0', 'pg_trigger/' || t.oid || '/0'
FROM pg_trigger AS t JOIN pg_constraint AS k ON k.oid = t.tgconstraint
WHERE k.contype = 't' AND t.tgparentid = 0
UNION ALL
SELECT 'pg_type/' || t.oid || '/0', CASE WHEN t.typelem <> 0 THEN 'pg_type/' || t.typelem || '/0'
  WHEN c.relkind = 'c' THEN NULL ELSE 'pg_class/' || t.typrelid || '/0' END
FROM pg_type AS t LEFT JOIN pg_class AS c ON c.oid = t.typrelid
WHERE t.oid >= 16384 AND (t.typelem <> 0 OR c.relkind <> 'c')
UNION ALL
SELECT 'pg_class/' || t.typrelid || '/0', 'pg_type/' || t.oid || '/0'
FROM pg_type AS t JOIN pg_class AS c ON c.oid = t.typrelid AND c.relkind = 'c'
UNION ALL
SELECT 'pg_type/' || g.rngmultitypid || '/0', 'pg_type/' || g.rngtypid || '/0'
FROM pg_range AS g WHERE g.rngtypid >= 16384
UNION ALL
SELECT 'pg_proc/' || d.objid || '/0', 'pg_type/' || d.refobjid || '/0' FROM pg_depend AS d
WHERE d.classid = 'pg_proc'::regclass AND d.deptype = 'i' AND d.refclassid = 'pg_type'::regclass
UNION ALL
SELECT m.classid::regclass || '/' || m.objid || '/0', 'pg_extension/' || d.refobjid || '/0'
FROM member AS m JOIN pg_depend AS d ON d.classid = m.classid AND d.objid = m.objid AND d.deptype = 'e'
WHERE m.classid NOT IN ('pg_cast'::regclass)
UNION ALL
SELECT d.classid::regclass || '/' || d.objid || '/0', 'pg_opclass/' || d.refobjid || '/0'
FROM pg_depend AS d WHERE d.classid IN ('pg_amop'::regclass, 'pg_amproc'::regclass) AND d.deptype = 'i'
  AND d.refclassid = 'pg_opclass'::regclass
UNION ALL
-- That of a partition goes with that of the whole table.
SELECT 'pg_trigger/' || t.oid || '/0', 'pg_trigger/' || t.tgparentid || '/0'
FROM pg_trigger AS t WHERE t.tgparentid <> 0
