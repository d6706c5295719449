-- A table with its columns: what a new one is made of in one statement. Each of
-- these things is an object of its own besides, for tables that are there.
SELECT 'table', r.address, r.q,
  concat_ws(' ', r.relkind, pg_get_partkeydef(r.oid), r.reloftype::regtype, s.srvname), '',
  'CREATE ' || CASE WHEN r.relpersistence = 'u' THEN 'UNLOGGED ' ELSE '' END || r.word || ' ' || r.q
    || CASE WHEN r.reloftype <> 0 THEN ' OF ' || format_type(r.reloftype, NULL)
       ELSE ' (' || COALESCE(E'\n' || columns.text
       -- Attaching a partition wants the whole table's constraints to be there.
       || COALESCE((SELECT string_agg(E',\n\tCONSTRAINT ' || quote_ident(k.conname) || ' '
         || pg_get_constraintdef(k.oid), '' ORDER BY k.conname) FROM pg_constraint AS k
         WHERE k.conrelid = r.oid AND k.contype = 'c' AND NOT k.conislocal AND r.relispartition), '')
       || E'\n', '') || ')' END
    || COALESCE(E'\nINHERITS (' || (SELECT string_agg(p.q, ', ' ORDER BY i.inhseqno)
       FROM pg_inherits AS i JOIN rel AS p ON p.oid = i.inhparent
       WHERE i.inhrelid = r.oid AND NOT r.relispartition) || ')', '')
    || COALESCE(E'\nPARTITION BY ' || pg_get_partkeydef(r.oid), '')
    || COALESCE(E'\nUSING ' || (SELECT quote_ident(am.amname) FROM pg_am AS am
       WHERE am.oid = r.relam AND am.amname <> 'heap'), '')
    || COALESCE(E'\nSERVER ' || quote_ident(s.srvname) || COALESCE(' OPTIONS (' || (
       SELECT string_agg(quote_ident(o.option_name) || ' ' || quote_literal(o.option_value), ', ')
       FROM pg_options_to_table(f.ftoptions) AS o) || ')', ''), ''),
  NULL, 'DROP ' || r.word || ' ' || r.q, NULL, 'pg_namespace/' || r.relnamespace || '/0',
  NULLIF('pg_foreign_server/' || COALESCE(f.ftserver, 0) || '/0', 'pg_foreign_server/0/0'),
  r.relkind
FROM rel AS r LEFT JOIN pg_foreign_table AS f ON f.ftrelid = r.oid
LEFT JOIN (SELECT d.relation, string_agg(E'\t' || d.definition, E',\n' ORDER BY d.number) AS text
  FROM defined AS d WHERE d.local OR d.relispartition GROUP BY d.relation) AS columns
  ON columns.relation = r.oid
LEFT JOIN pg_foreign_server AS s ON s.oid = f.ftserver
WHERE r.relkind IN ('r', 'p', 'f')
ORDER BY 3
