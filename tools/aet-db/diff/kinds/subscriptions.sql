-- For superusers only. Nothing connects and nothing is enabled, as in a dump: a plan is
-- tried on a copy, which must not take the place of the subscriber. The slot, at the other
-- end, is left alone.
SELECT 'subscription', 'pg_subscription/' || u.oid || '/0', s.q, u.subtwophasestate <> 'd',
  'CONNECTION ' || quote_literal(u.subconninfo) || ' PUBLICATION ' || p.list || ' ' || s.options,
  'CREATE SUBSCRIPTION ' || s.q || ' CONNECTION ' || quote_literal(u.subconninfo) || E'\n\tPUBLICATION '
    || p.list || E'\n\tWITH (connect = false, ' || s.options
    || CASE WHEN u.subtwophasestate <> 'd' THEN ', two_phase = on' ELSE '' END || ')',
  'ALTER SUBSCRIPTION ' || s.q || ' CONNECTION ' || quote_literal(u.subconninfo)
    || E';\nALTER SUBSCRIPTION ' || s.q || ' SET PUBLICATION ' || p.list || E' WITH (refresh = false);\n'
    || 'ALTER SUBSCRIPTION ' || s.q || ' SET (' || s.options || ')',
  'ALTER SUBSCRIPTION ' || s.q || E' DISABLE;\nALTER SUBSCRIPTION ' || s.q || E' SET (slot_name = NONE);\n'
    || 'DROP SUBSCRIPTION ' || s.q, NULL, NULL, NULL, NULL
FROM pg_subscription AS u JOIN pg_database AS d ON d.oid = u.subdbid,
  LATERAL (SELECT string_agg(quote_ident(name), ', ' ORDER BY place) AS list
    FROM unnest(u.subpublications) WITH ORDINALITY AS x (name, place)) AS p,
  LATERAL (SELECT quote_ident(u.subname) AS q, 'slot_name = '
    || COALESCE(quote_literal(u.subslotname), 'NONE') || ', binary = ' || u.subbinary || ', streaming = '
    || u.substream || ', synchronous_commit = ' || quote_literal(u.subsynccommit) || ', disable_on_error = '
    || u.subdisableonerr AS options) AS s
WHERE d.datname = current_database()
ORDER BY 3
