SELECT 'policy', 'pg_policy/' || p.oid || '/0', r.q || ' ' || quote_ident(p.polname), NULL, d.text,
  d.text, NULL, 'DROP POLICY ' || quote_ident(p.polname) || ' ON ' || r.q, NULL, r.address, NULL, NULL
FROM pg_policy AS p JOIN rel AS r ON r.oid = p.polrelid, LATERAL (
  SELECT 'CREATE POLICY ' || quote_ident(p.polname) || ' ON ' || r.q
    || CASE WHEN p.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END
    || ' FOR ' || CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
       WHEN 'd' THEN 'DELETE' ELSE 'ALL' END
    || ' TO ' || (SELECT string_agg(CASE WHEN x.role = 0 THEN 'PUBLIC'
         ELSE quote_ident(pg_get_userbyid(x.role)) END, ', ' ORDER BY pg_get_userbyid(x.role))
       FROM unnest(p.polroles) AS x (role))
    || COALESCE(E'\n\tUSING (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
    || COALESCE(E'\n\tWITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '') AS text) AS d
ORDER BY 1, 3
