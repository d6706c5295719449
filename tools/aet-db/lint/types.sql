-- What becomes of a value when its column changes from type $1 to type $2, each oid/modifier:
-- it is kept, the statement fails where it does not fit, or it is rounded or cut.
WITH given AS (
  SELECT split_part($1, '/', 1)::oid AS old, split_part($1, '/', 2)::integer AS old_modifier,
    split_part($2, '/', 1)::oid AS new, split_part($2, '/', 2)::integer AS new_modifier),
known AS (
  SELECT g.*, o.typname AS was, n.typname AS becomes, n.typcategory AS category,
    ((g.old_modifier - 4) >> 16) & 65535 AS old_digits, (g.old_modifier - 4) & 2047 AS old_scale,
    ((g.new_modifier - 4) >> 16) & 65535 AS new_digits, (g.new_modifier - 4) & 2047 AS new_scale
  FROM given AS g JOIN pg_type AS o ON o.oid = g.old JOIN pg_type AS n ON n.oid = g.new)
SELECT CASE
  WHEN becomes = 'numeric' AND was = 'numeric' AND new_modifier >= 4 THEN CASE
    WHEN old_modifier < 4 OR new_scale < old_scale THEN 'rounds'
    WHEN new_digits - new_scale < old_digits - old_scale THEN 'fails' ELSE 'keeps' END
  WHEN was = becomes AND was IN ('timestamp', 'timestamptz', 'time', 'timetz', 'interval') THEN
    CASE WHEN new_modifier >= 0 AND (old_modifier < 0 OR new_modifier < old_modifier)
      THEN 'rounds' ELSE 'keeps' END
  WHEN becomes IN ('varchar', 'bpchar', 'varbit', 'bit') AND new_modifier >= 0
    AND (old_modifier < 0 OR new_modifier < old_modifier OR was NOT IN ('varchar', 'bpchar', 'varbit', 'bit'))
    THEN 'fails'
  WHEN old = new OR category = 'S' THEN 'keeps'
  WHEN EXISTS (SELECT FROM pg_cast WHERE castsource = old AND casttarget = new
    AND castcontext = 'i') THEN 'keeps'
  WHEN (was, becomes) IN (('json', 'jsonb'), ('jsonb', 'json'), ('timestamptz', 'timestamp')) THEN 'keeps'
  WHEN was IN ('numeric', 'float4', 'float8', 'money') AND category = 'N' THEN 'rounds'
  WHEN (was, becomes) IN (('timestamp', 'date'), ('timestamptz', 'date'), ('timestamp', 'time'),
    ('timestamptz', 'time'), ('timestamptz', 'timetz')) THEN 'rounds'
  ELSE 'fails' END
FROM known
