SELECT CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END,
  'pg_proc/' || p.oid || '/0', s.q,
  concat_ws(' ', p.prokind, pg_get_function_arguments(p.oid), 'returns',
    pg_get_function_result(p.oid)),
  d.text, d.text, d.text, 'DROP ' || s.word || ' ' || s.q, NULL,
  'pg_namespace/' || p.pronamespace || '/0', NULL, NULL
FROM pg_proc AS p JOIN home AS h ON h.oid = p.pronamespace,
  LATERAL (SELECT h.q || '.' || quote_ident(p.proname) || '(' || oidvectortypes(p.proargtypes) || ')'
    AS q, CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END AS word) AS s,
  LATERAL (SELECT rtrim(pg_get_functiondef(p.oid), E'\n') AS text) AS d
WHERE p.prokind IN ('f', 'p', 'w') AND NOT EXISTS (SELECT FROM member AS m
  WHERE m.classid = 'pg_proc'::regclass AND m.objid = p.oid)
  AND NOT EXISTS (SELECT FROM pg_depend AS made WHERE made.classid = 'pg_proc'::regclass
    AND made.objid = p.oid AND made.deptype = 'i')
UNION ALL
SELECT 'aggregate', 'pg_proc/' || p.oid || '/0', s.q, NULL, d.text, d.text, NULL,
  'DROP AGGREGATE ' || s.q, NULL, 'pg_namespace/' || p.pronamespace || '/0', NULL, NULL
FROM pg_proc AS p JOIN home AS h ON h.oid = p.pronamespace
JOIN pg_aggregate AS a ON a.aggfnoid = p.oid,
  LATERAL (SELECT h.q || '.' || quote_ident(p.proname) || '('
    || COALESCE(NULLIF(pg_get_function_arguments(p.oid), ''), '*') || ')' AS q) AS s,
  LATERAL (SELECT 'CREATE AGGREGATE ' || s.q || E' (\n\t' || concat_ws(E',\n\t',
    'SFUNC = ' || a.aggtransfn::regproc, 'STYPE = ' || format_type(a.aggtranstype, NULL),
    'SSPACE = ' || NULLIF(a.aggtransspace, 0),
    'FINALFUNC = ' || NULLIF(a.aggfinalfn, 0)::regproc,
    CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
    'FINALFUNC_MODIFY = ' || CASE a.aggfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's'
      THEN 'SHAREABLE' ELSE 'READ_WRITE' END,
    'COMBINEFUNC = ' || NULLIF(a.aggcombinefn, 0)::regproc,
    'SERIALFUNC = ' || NULLIF(a.aggserialfn, 0)::regproc,
    'DESERIALFUNC = ' || NULLIF(a.aggdeserialfn, 0)::regproc,
    'INITCOND = ' || quote_literal(a.agginitval),
    'MSFUNC = ' || NULLIF(a.aggmtransfn, 0)::regproc,
    'MINVFUNC = ' || NULLIF(a.aggminvtransfn, 0)::regproc,
    'MSTYPE = ' || format_type(NULLIF(a.aggmtranstype, 0), NULL),
    'MSSPACE = ' || NULLIF(a.aggmtransspace, 0),
    'MFINALFUNC = ' || NULLIF(a.aggmfinalfn, 0)::regproc,
    CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
    CASE WHEN a.aggmtransfn <> 0 THEN 'MFINALFUNC_MODIFY = ' || CASE a.aggmfinalmodify WHEN 'r'
      THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
    'MINITCOND = ' || quote_literal(a.aggminitval),
    'SORTOP = ' || (SELECT 'OPERATOR(' || quote_ident(n.nspname) || '.' || o.oprname || ')'
      FROM pg_operator AS o JOIN pg_namespace AS n ON n.oid = o.oprnamespace
      WHERE o.oid = a.aggsortop),
    'PARALLEL = ' || CASE p.proparallel WHEN 's' THEN 'SAFE' WHEN 'r' THEN 'RESTRICTED'
      ELSE 'UNSAFE' END,
    CASE WHEN a.aggkind = 'h' THEN 'HYPOTHETICAL' END) || E'\n)' AS text) AS d
WHERE NOT EXISTS (SELECT FROM member AS m
  WHERE m.classid = 'pg_proc'::regclass AND m.objid = p.oid)
ORDER BY 1, 3
