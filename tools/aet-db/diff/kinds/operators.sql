SELECT 'operator', 'pg_operator/' || o.oid || '/0', o.oid::regoperator::text, NULL, d.text, d.text, NULL,
  'DROP OPERATOR ' || h.q || '.' || o.oprname || ' (' || COALESCE(format_type(NULLIF(o.oprleft, 0), NULL),
  'NONE') || ', ' || format_type(o.oprright, NULL) || ')', NULL,
  'pg_namespace/' || o.oprnamespace || '/0', NULL, NULL
FROM pg_operator AS o JOIN home AS h ON h.oid = o.oprnamespace,
  LATERAL (SELECT 'CREATE OPERATOR ' || h.q || '.' || o.oprname || ' (' || concat_ws(', ',
    'FUNCTION = ' || o.oprcode::regproc, 'LEFTARG = ' || format_type(NULLIF(o.oprleft, 0), NULL),
    'RIGHTARG = ' || format_type(o.oprright, NULL),
    'COMMUTATOR = ' || (SELECT 'OPERATOR(' || quote_ident(n.nspname) || '.' || x.oprname || ')'
       FROM pg_operator AS x JOIN pg_namespace AS n ON n.oid = x.oprnamespace WHERE x.oid = o.oprcom),
    'NEGATOR = ' || (SELECT 'OPERATOR(' || quote_ident(n.nspname) || '.' || x.oprname || ')'
       FROM pg_operator AS x JOIN pg_namespace AS n ON n.oid = x.oprnamespace WHERE x.oid = o.oprnegate),
    'RESTRICT = ' || NULLIF(o.oprrest, 0)::regproc, 'JOIN = ' || NULLIF(o.oprjoin, 0)::regproc,
    CASE WHEN o.oprcanhash THEN 'HASHES' END, CASE WHEN o.oprcanmerge THEN 'MERGES' END) || ')' AS text) AS d
WHERE o.oprcode <> 0 AND NOT EXISTS (SELECT FROM member AS m
  WHERE m.classid = 'pg_operator'::regclass AND m.objid = o.oid)
UNION ALL
SELECT 'operator family', 'pg_opfamily/' || f.oid || '/0', n.q, NULL, '',
  'CREATE OPERATOR FAMILY ' || n.q, NULL, 'DROP OPERATOR FAMILY ' || n.q, NULL,
  'pg_namespace/' || f.opfnamespace || '/0', 'pg_am/' || f.opfmethod || '/0', NULL
FROM pg_opfamily AS f JOIN home AS h ON h.oid = f.opfnamespace JOIN pg_am AS am ON am.oid = f.opfmethod,
  LATERAL (SELECT h.q || '.' || quote_ident(f.opfname) || ' USING ' || quote_ident(am.amname) AS q) AS n
WHERE NOT EXISTS (SELECT FROM member AS m
  WHERE m.classid = 'pg_opfamily'::regclass AND m.objid = f.oid)
UNION ALL
SELECT 'operator class', 'pg_opclass/' || c.oid || '/0', n.q || n.using, NULL, d.text,
  'CREATE OPERATOR CLASS ' || n.q || d.text, NULL, 'DROP OPERATOR CLASS ' || n.q || n.using, NULL,
  'pg_namespace/' || c.opcnamespace || '/0', NULL, NULL
FROM pg_opclass AS c JOIN home AS h ON h.oid = c.opcnamespace JOIN pg_am AS am ON am.oid = c.opcmethod
JOIN pg_opfamily AS f ON f.oid = c.opcfamily JOIN pg_namespace AS fn ON fn.oid = f.opfnamespace,
  LATERAL (SELECT h.q || '.' || quote_ident(c.opcname) AS q,
    ' USING ' || quote_ident(am.amname) AS using) AS n,
  LATERAL (SELECT CASE WHEN c.opcdefault THEN ' DEFAULT' ELSE '' END || ' FOR TYPE '
    || format_type(c.opcintype, NULL) || n.using || ' FAMILY ' || quote_ident(fn.nspname) || '.'
    || quote_ident(f.opfname) || E' AS\n\t' || concat_ws(E',\n\t',
      'STORAGE ' || format_type(COALESCE(NULLIF(c.opckeytype, 0), c.opcintype), NULL),
      (SELECT string_agg('OPERATOR ' || o.amopstrategy || ' ' || o.amopopr::regoperator
         || COALESCE(' FOR ORDER BY ' || (SELECT quote_ident(sn.nspname) || '.' || quote_ident(s.opfname)
              FROM pg_opfamily AS s JOIN pg_namespace AS sn ON sn.oid = s.opfnamespace
              WHERE s.oid = o.amopsortfamily), ''),
         E',\n\t' ORDER BY o.amopstrategy, o.amopopr::regoperator::text)
       FROM pg_amop AS o JOIN pg_depend AS i ON i.classid = 'pg_amop'::regclass AND i.objid = o.oid
         AND i.refclassid = 'pg_opclass'::regclass AND i.refobjid = c.oid AND i.deptype = 'i'),
      (SELECT string_agg('FUNCTION ' || p.amprocnum || ' (' || format_type(p.amproclefttype, NULL)
         || ', ' || format_type(p.amprocrighttype, NULL) || ') ' || p.amproc::regprocedure,
         E',\n\t' ORDER BY p.amprocnum, p.amproc::regprocedure::text)
       FROM pg_amproc AS p JOIN pg_depend AS i ON i.classid = 'pg_amproc'::regclass AND i.objid = p.oid
         AND i.refclassid = 'pg_opclass'::regclass AND i.refobjid = c.oid AND i.deptype = 'i')) AS text) AS d
WHERE NOT EXISTS (SELECT FROM member AS m
  WHERE m.classid = 'pg_opclass'::regclass AND m.objid = c.oid)
UNION ALL
-- What was added to a family by itself, not with a class.
SELECT 'operator family member', o.class || '/' || o.oid || '/0', n.q || ' ' || o.part, NULL,
  o.what || o.purpose, 'ALTER OPERATOR FAMILY ' || n.q || ' ADD ' || o.what || o.purpose, NULL,
  'ALTER OPERATOR FAMILY ' || n.q || ' DROP ' || o.part, NULL, 'pg_opfamily/' || f.oid || '/0', NULL, NULL
FROM (
  SELECT 'pg_amop' AS class, o.oid, o.amopfamily AS family, 'OPERATOR ' || o.amopstrategy || ' ('
      || format_type(o.amoplefttype, NULL) || ', ' || format_type(o.amoprighttype, NULL) || ')' AS part,
    'OPERATOR ' || o.amopstrategy || ' ' || o.amopopr::regoperator AS what,
    CASE o.amoppurpose WHEN 'o' THEN ' FOR ORDER BY ' || (SELECT quote_ident(sn.nspname) || '.'
      || quote_ident(s.opfname) FROM pg_opfamily AS s JOIN pg_namespace AS sn ON sn.oid = s.opfnamespace
      WHERE s.oid = o.amopsortfamily) ELSE '' END AS purpose
  FROM pg_amop AS o WHERE o.oid >= 16384
  UNION ALL
  SELECT 'pg_amproc', p.oid, p.amprocfamily, w.part, w.part || ' ' || p.amproc::regprocedure, ''
  FROM pg_amproc AS p, LATERAL (SELECT 'FUNCTION ' || p.amprocnum || ' ('
    || format_type(p.amproclefttype, NULL) || ', ' || format_type(p.amprocrighttype, NULL) || ')'
    AS part) AS w WHERE p.oid >= 16384) AS o
JOIN pg_opfamily AS f ON f.oid = o.family JOIN pg_namespace AS fn ON fn.oid = f.opfnamespace
JOIN pg_am AS am ON am.oid = f.opfmethod, LATERAL (SELECT quote_ident(fn.nspname) || '.'
  || quote_ident(f.opfname) || ' USING ' || quote_ident(am.amname) AS q) AS n
WHERE NOT EXISTS (SELECT FROM pg_depend AS i WHERE i.classid = o.class::regclass AND i.objid = o.oid
    AND i.refclassid = 'pg_opclass'::regclass AND i.deptype = 'i')
  AND NOT EXISTS (SELECT FROM member AS m
    WHERE m.classid = 'pg_opfamily'::regclass AND m.objid = f.oid)
ORDER BY 1, 3
