-- Rows to try migrations on: of each table a plain one, its twin, one with values at
-- their limits, and a bare one, as far as the table takes them. Triggers do not fire, and
-- nobody but a superuser can call these. A table is planted again once it has other columns.
CREATE SCHEMA aet_lint;
GRANT USAGE ON SCHEMA aet_lint TO PUBLIC;
CREATE TABLE aet_lint.planted (relation oid, columns text, PRIMARY KEY (relation, columns));
CREATE TABLE aet_lint.rows (relation oid, writer xid);

-- The nth value of a type, as an expression; at its limit where that is asked for.
CREATE FUNCTION aet_lint.value(of oid, modifier integer, at_limit boolean, n integer)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
DECLARE
  t pg_type;
  base oid := of;
  base_modifier integer := modifier;
  size integer;
  literal text;
BEGIN
  LOOP
    SELECT * INTO t FROM pg_type WHERE oid = base;
    EXIT WHEN t.typtype <> 'd';
    base := t.typbasetype;
    base_modifier := t.typtypmod;
  END LOOP;
  size := CASE WHEN base_modifier > 4 THEN base_modifier - 4 END;
  literal := CASE
    WHEN t.typtype = 'e' THEN coalesce(
      (SELECT enumlabel FROM pg_enum WHERE enumtypid = base
       ORDER BY CASE WHEN at_limit THEN -enumsortorder ELSE enumsortorder END
       OFFSET CASE WHEN at_limit THEN 0 ELSE n - 1 END LIMIT 1),
      (SELECT max(enumlabel::text) FROM pg_enum WHERE enumtypid = base))
    WHEN t.typtype = 'c' THEN '(' || repeat(',', (SELECT count(*)::integer - 1 FROM pg_attribute
      WHERE attrelid = t.typrelid AND attnum > 0 AND NOT attisdropped)) || ')'
    WHEN t.typtype = 'r' THEN 'empty'
    WHEN t.typtype = 'm' OR t.typcategory = 'A' THEN '{}'
    WHEN t.typname IN ('int2', 'int4', 'int8') AND at_limit THEN
      (CASE t.typname WHEN 'int2' THEN 32767 WHEN 'int4' THEN 2147483647
       ELSE 9223372036854775807 END - n)::text
    WHEN t.typname = 'numeric' AND at_limit THEN CASE
      WHEN base_modifier < 4 THEN (123456789.987654321 - n)::text
      ELSE (power(10::numeric, (((base_modifier - 4) >> 16) & 65535) - ((base_modifier - 4) & 2047))
        - power(10::numeric, - ((base_modifier - 4) & 2047)) * n)::text END
    WHEN t.typname IN ('float4', 'float8') AND at_limit THEN (123456.789 + n)::text
    WHEN t.typname = 'name' THEN 'aet' || n
    WHEN t.typcategory = 'S' AND at_limit THEN right(repeat('x', 300) || n, coalesce(size, 300))
    WHEN t.typcategory = 'S' THEN left(chr(96 + n) || 'et@example.test', coalesce(size, 300))
    WHEN t.typname = 'money' OR t.typcategory = 'N' THEN n::text
    WHEN t.typname = 'bool' THEN (NOT at_limit)::text
    WHEN t.typname = 'uuid' THEN md5('aet' || n || at_limit)
    WHEN t.typname IN ('timestamp', 'timestamptz') THEN
      (timestamp '2020-01-01 12:34:56.789' + n * interval '1 day')::text
    WHEN t.typname = 'date' THEN (date '2020-01-01' + n)::text
    WHEN t.typname IN ('time', 'timetz') THEN (time '12:34:56.789' + n * interval '1 minute')::text
    WHEN t.typname = 'interval' THEN n || ' hours'
    WHEN t.typname = 'bytea' THEN '\x0' || n
    WHEN t.typname IN ('json', 'jsonb') THEN '{"aet": ' || n || '}'
    WHEN t.typname = 'inet' THEN '10.0.0.' || n
    WHEN t.typname = 'cidr' THEN '10.0.' || n || '.0/24'
    WHEN t.typname = 'macaddr' THEN '08:00:2b:01:02:0' || n
    WHEN t.typname = 'macaddr8' THEN '08:00:2b:01:02:03:04:0' || n
    WHEN t.typname = 'bit' THEN lpad(n::bit(4)::text, greatest(base_modifier, 1), '0')
    WHEN t.typname = 'varbit' THEN '1'
    WHEN t.typname = 'xml' THEN '<aet/>'
    WHEN t.typname = 'point' THEN format('(%s,0)', n)
    WHEN t.typname IN ('tsvector', 'tsquery', 'ltree', 'hstore') THEN ''
    END;
  RETURN CASE WHEN literal IS NULL THEN 'NULL'
    ELSE format('%L::%s', literal, format_type(base, base_modifier)) END;
END $$;

-- What one column gets in the row of that number, 0 to 3.
CREATE FUNCTION aet_lint.expression(a pg_attribute, number integer)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
DECLARE
  reference record;
  apart boolean := EXISTS (SELECT FROM pg_index
    WHERE indrelid = a.attrelid AND indisunique AND a.attnum = ANY (indkey));
BEGIN
  IF number = 3 AND NOT a.attnotnull THEN
    RETURN 'NULL';
  ELSIF number = 3 AND a.atthasdef AND NOT apart THEN
    RETURN 'DEFAULT';
  END IF;
  SELECT c.confrelid::regclass AS target, p.attname INTO reference
  FROM pg_constraint AS c CROSS JOIN LATERAL unnest(c.conkey, c.confkey) AS k(mine, other)
  JOIN pg_attribute AS p ON p.attrelid = c.confrelid AND p.attnum = k.other
  WHERE c.contype = 'f' AND c.conrelid = a.attrelid AND k.mine = a.attnum LIMIT 1;
  IF FOUND THEN
    RETURN format('coalesce((SELECT %1$I FROM %2$s ORDER BY ctid OFFSET %3$s LIMIT 1),'
      '(SELECT %1$I FROM %2$s ORDER BY ctid LIMIT 1))', reference.attname, reference.target,
      CASE WHEN apart OR number > 1 THEN number ELSE 0 END);
  END IF;
  RETURN aet_lint.value(a.atttypid, a.atttypmod, number = 2,
    CASE WHEN apart THEN number + 1 ELSE 1 END);
END $$;

CREATE FUNCTION aet_lint.plant_table(into_relation oid)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  names text;
  expressions text;
  writer xid;
BEGIN
  FOR number IN 0..3 LOOP
    SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum),
      string_agg(aet_lint.expression(a, number), ', ' ORDER BY a.attnum)
    INTO names, expressions FROM pg_attribute AS a
    WHERE a.attrelid = into_relation AND a.attnum > 0 AND NOT a.attisdropped
      AND a.attgenerated = '' AND a.attidentity <> 'a';
    CONTINUE WHEN names IS NULL;
    BEGIN
      EXECUTE format('INSERT INTO %s (%s) VALUES (%s) RETURNING xmin', into_relation::regclass,
        names, expressions) INTO writer;
      INSERT INTO aet_lint.rows VALUES (into_relation, writer);
    EXCEPTION WHEN OTHERS THEN
      NULL; -- the table takes no such row
    END;
  END LOOP;
END $$;

-- Those that others refer to first; what refers in a circle in the last round.
CREATE FUNCTION aet_lint.plant(journal text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog
SET session_replication_role = replica SET row_security = off AS $$
DECLARE
  t record;
  waiting integer;
BEGIN
  CREATE TEMPORARY TABLE aet_lint_todo ON COMMIT DROP AS
  SELECT c.oid, string_agg(a.attname || ' ' || a.atttypid, ',' ORDER BY a.attnum) AS columns
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE c.relkind = 'r' AND n.nspname NOT IN ('information_schema', 'aet_lint', journal)
    AND n.nspname !~ '^pg_'
  GROUP BY c.oid;
  DELETE FROM pg_temp.aet_lint_todo AS d USING aet_lint.planted AS p
  WHERE p.relation = d.oid AND p.columns = d.columns;
  LOOP
    waiting := (SELECT count(*) FROM pg_temp.aet_lint_todo);
    EXIT WHEN waiting = 0;
    FOR t IN SELECT * FROM pg_temp.aet_lint_todo AS d WHERE NOT EXISTS (
      SELECT FROM pg_constraint AS c JOIN pg_temp.aet_lint_todo AS o ON o.oid = c.confrelid
      WHERE c.contype = 'f' AND c.conrelid = d.oid AND o.oid <> d.oid) ORDER BY oid
    LOOP
      PERFORM aet_lint.plant_table(t.oid);
      INSERT INTO aet_lint.planted VALUES (t.oid, t.columns);
    END LOOP;
    DELETE FROM pg_temp.aet_lint_todo AS d USING aet_lint.planted AS p
    WHERE p.relation = d.oid AND p.columns = d.columns;
    CONTINUE WHEN (SELECT count(*) FROM pg_temp.aet_lint_todo) < waiting;
    FOR t IN SELECT * FROM pg_temp.aet_lint_todo ORDER BY oid LOOP
      PERFORM aet_lint.plant_table(t.oid);
      INSERT INTO aet_lint.planted VALUES (t.oid, t.columns);
    END LOOP;
    EXIT;
  END LOOP;
  DROP TABLE pg_temp.aet_lint_todo;
END $$;

-- Takes rows away, those planted or all, of the named table, or of all that were planted;
-- and says whether there were any.
CREATE FUNCTION aet_lint.clear(in_schema text, in_table text, all_rows boolean)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
SET session_replication_role = replica SET row_security = off AS $$
DECLARE
  t record;
  gone bigint := 0;
  n bigint;
BEGIN
  FOR t IN SELECT c.oid FROM pg_class AS c JOIN pg_namespace AS s ON s.oid = c.relnamespace
    WHERE c.oid IN (SELECT relation FROM aet_lint.planted)
      AND (in_table = '' OR (c.relname = in_table AND s.nspname = in_schema))
  LOOP
    EXECUTE format('DELETE FROM ONLY %s', t.oid::regclass) || CASE WHEN all_rows THEN '' ELSE
      format(' WHERE xmin IN (SELECT writer FROM aet_lint.rows WHERE relation = %s)', t.oid) END;
    GET DIAGNOSTICS n = ROW_COUNT;
    gone := gone + n;
  END LOOP;
  -- What was made of planted rows goes with them.
  FOR t IN SELECT oid FROM pg_class WHERE relkind = 'm' AND relispopulated AND oid >= 16384
    AND gone > 0 AND in_table = '' ORDER BY oid
  LOOP
    BEGIN
      EXECUTE format('REFRESH MATERIALIZED VIEW %s', t.oid::regclass);
    EXCEPTION WHEN others THEN
      CONTINUE;
    END;
  END LOOP;
  RETURN gone > 0;
END $$;

-- The roles that migrations name, as another's work.
CREATE FUNCTION aet_lint.make_role(name text)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  EXECUTE format('CREATE ROLE %I', name);
  RETURN true;
END $$;
