-- Who stands on whom. What table_facts, sequences and indexes say better is left
-- out: inheritance, a sequence's owner, an index's part in another.
, edge AS MATERIALIZED (
  SELECT d.* FROM pg_depend AS d
  LEFT JOIN pg_class AS f ON d.classid = 'pg_class'::regclass AND f.oid = d.objid
  LEFT JOIN pg_class AS t ON d.refclassid = 'pg_class'::regclass AND t.oid = d.refobjid
  WHERE d.deptype IN ('n', 'a', 'i')
    AND (d.refobjid >= 16384 OR d.refclassid = 'pg_namespace'::regclass)
    AND (f.relkind IN ('r', 'p', 'f') AND d.objsubid = 0 AND t.relkind IN ('r', 'p', 'f')
      AND f.oid <> t.oid) IS NOT TRUE
    -- A trigger of a partition goes with the whole table's.
    AND (d.classid = 'pg_trigger'::regclass AND EXISTS (SELECT FROM pg_trigger AS t
      WHERE t.oid = d.objid AND t.tgparentid <> 0)) IS NOT TRUE
    AND (f.relkind = 'S' AND d.deptype = 'a' AND t.relkind IN ('r', 'p', 'f')) IS NOT TRUE)
SELECT e.classid::regclass || '/' || e.objid || '/' || e.objsubid,
  -- A type's own functions are made before it is.
  CASE WHEN own.oid IS NOT NULL THEN 'shell' ELSE e.refclassid::regclass::text END
    || '/' || e.refobjid || '/' || e.refobjsubid, CASE WHEN own.oid IS NOT NULL THEN 'a' ELSE e.deptype END
FROM edge AS e LEFT JOIN pg_type AS own ON own.typtype = 'b' AND own.typelem = 0 AND own.oid >= 16384
  AND e.refclassid = 'pg_type'::regclass AND own.oid = e.refobjid AND e.classid = 'pg_proc'::regclass
  AND e.objid IN (own.typinput, own.typoutput, own.typreceive, own.typsend, own.typmodin, own.typmodout,
    own.typanalyze, own.typsubscript)
UNION ALL
SELECT e.classid::regclass || '/' || e.objid || '/' || e.objsubid,
  'pg_class/' || p.attrelid || '/' || p.attnum, 'n'
FROM edge AS e JOIN pg_attribute AS a ON a.attrelid = e.refobjid AND a.attnum = e.refobjsubid
JOIN pg_inherits AS i ON i.inhrelid = a.attrelid
JOIN pg_attribute AS p ON p.attrelid = i.inhparent AND p.attname = a.attname
WHERE e.refclassid = 'pg_class'::regclass AND e.refobjsubid > 0 AND NOT a.attislocal
