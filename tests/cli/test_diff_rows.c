/* SPDX-License-Identifier: MIT */
/* aet-db diff: a table that can only be dropped and made again keeps its rows, and
 * those of partitions go where they belong. */
#include "support/diffing.h"

#define BASE(like)                                                                    \
	"CREATE TYPE word;"                                                           \
	"CREATE FUNCTION word_in(cstring) RETURNS word LANGUAGE internal IMMUTABLE "  \
	"STRICT"                                                                      \
	" AS '" like "in';"                                                           \
	"CREATE FUNCTION word_out(word) RETURNS cstring LANGUAGE internal IMMUTABLE " \
	"STRICT"                                                                      \
	" AS '" like "out';"                                                          \
	"CREATE TYPE word (INPUT = word_in, OUTPUT = word_out, LIKE = " like ");"
#define PLAIN                                                                 \
	"CREATE TABLE clan (id integer PRIMARY KEY);"                         \
	"CREATE TABLE log (id integer GENERATED ALWAYS AS IDENTITY, at date," \
	" kind varchar(5), clan integer REFERENCES clan, n serial,"           \
	" PRIMARY KEY (id, at));"
#define PARTED                                                                      \
	"CREATE TABLE clan (id integer PRIMARY KEY);"                               \
	"CREATE TABLE log (id integer GENERATED ALWAYS AS IDENTITY, at date,"       \
	" kind text, clan integer REFERENCES clan, n serial, PRIMARY KEY (id, at))" \
	" PARTITION BY RANGE (at);"                                                 \
	"CREATE TABLE log_20 PARTITION OF log"                                      \
	" FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');"                        \
	"CREATE TABLE log_rest PARTITION OF log DEFAULT;"
#define BESIDE                                                                         \
	"CREATE TABLE ref (id integer, at date, FOREIGN KEY (id, at) REFERENCES log);" \
	"CREATE VIEW kinds AS SELECT kind, count(*) AS n FROM log GROUP BY kind;"      \
	"CREATE MATERIALIZED VIEW kept AS SELECT * FROM kinds;"                        \
	"CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql"                        \
	" AS 'BEGIN RAISE EXCEPTION ''no''; END';"                                     \
	"CREATE TRIGGER never BEFORE INSERT ON log FOR EACH ROW EXECUTE FUNCTION no();"

#define ROWS                                                                             \
	"SELECT string_agg(id || ' ' || at || ' ' || kind || n, ', ' ORDER BY id) FROM " \
	"log"

START_TEST(partitions_come_and_go)
{
	test_sql(diffing_url, PLAIN);
	test_sql(diffing_url,
	    "INSERT INTO clan VALUES (1); INSERT INTO log (at, kind, clan)"
	    " VALUES ('2020-02-01', 'a', 1), ('2022-02-01', 'b', NULL),"
	    " ('2023-02-01', 'c', 1); DELETE FROM log WHERE id = 3;");
	diffing_go(PARTED BESIDE);
	test_value_is(diffing_url, ROWS, "1 2020-02-01 a1, 2 2022-02-01 b2");
	test_value_is(diffing_url, "SELECT count(*) FROM log_20", "1");
	test_value_is(diffing_url, "SELECT count(*) FROM kept", "2");
	diffing_go(PLAIN);
	test_value_is(diffing_url, ROWS, "1 2020-02-01 a1, 2 2022-02-01 b2");
	/* Numbers go on behind those that were given out, not behind the rows. */
	test_value_is(diffing_url,
	    "INSERT INTO log (at) VALUES ('2024-01-01') RETURNING id || ' ' || n", "4 4");
}
END_TEST

START_TEST(it_is_told)
{
	test_sql(diffing_url, PLAIN);
	diffing_plan("CREATE TABLE clan (id integer PRIMARY KEY);"
		     "CREATE TABLE log (id integer NOT NULL, kind char(2))"
		     " PARTITION BY LIST (id);");
	CLI_EXITS(&diffing, 0);
	CLI_SAYS(diffing.err, "hazard table-rewrite: table public.log is made again");
	CLI_SAYS(diffing.err, "hazard existing-rows: table public.log is made again: "
			      "fails where a row fits no partition");
	CLI_SAYS(diffing.err, "hazard data-loss: column public.log.at is dropped");
	CLI_SAYS_NOT(diffing.err, "hazard data-loss: table");
}
END_TEST

START_TEST(another_key_sorts_rows_anew)
{
	test_sql(diffing_url, "CREATE TABLE m (a integer, b text, PRIMARY KEY (a, b)) "
			      "PARTITION BY LIST (b);"
			      "CREATE TABLE m1 PARTITION OF m FOR VALUES IN ('x');"
			      "CREATE TABLE m2 PARTITION OF m DEFAULT;"
			      "INSERT INTO m VALUES (1, 'x'), (5, 'x'), (2, 'y');");
	diffing_go("CREATE TABLE m (a integer, b text, PRIMARY KEY (a, b)) PARTITION BY "
		   "RANGE (a);"
		   "CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (1) TO (3)"
		   " PARTITION BY LIST (b);"
		   "CREATE TABLE m1_rest PARTITION OF m1 DEFAULT;"
		   "CREATE TABLE m2 PARTITION OF m DEFAULT;");
	test_value_is(diffing_url,
	    "SELECT string_agg(tableoid::regclass || ' ' || a || b, ', ' ORDER BY a) "
	    "FROM m",
	    "m1_rest 1x, m1_rest 2y, m2 5x");
}
END_TEST

START_TEST(other_bounds_sort_rows_anew)
{
	test_sql(diffing_url, "CREATE TABLE m (a integer) PARTITION BY RANGE (a);"
			      "CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (5);"
			      "CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (5) TO (9);"
			      "INSERT INTO m SELECT generate_series(0, 8);");
	diffing_go("CREATE TABLE m (a integer) PARTITION BY RANGE (a);"
		   "CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (3);"
		   "CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (3) TO (9);");
	test_value_is(diffing_url,
	    "SELECT (SELECT count(*) FROM m1) || ' ' || (SELECT count(*) FROM m2)",
	    "3 6");
}
END_TEST

START_TEST(a_new_partition_takes_its_rows_over)
{
	test_sql(diffing_url, "CREATE TABLE m (a integer, b text) PARTITION BY LIST (a);"
			      "CREATE TABLE rest PARTITION OF m DEFAULT;"
			      "INSERT INTO m VALUES (1, 'x'), (2, 'y'), (NULL, 'z');");
	diffing_go("CREATE TABLE m (a integer, b text) PARTITION BY LIST (a);"
		   "CREATE TABLE one PARTITION OF m FOR VALUES IN (1, NULL);"
		   "CREATE TABLE rest PARTITION OF m DEFAULT;");
	test_value_is(diffing_url,
	    "SELECT string_agg(tableoid::regclass || b, ', ' ORDER BY b) FROM m",
	    "onex, resty, onez");
}
END_TEST

START_TEST(old_types_are_not_in_the_way)
{
	test_sql(diffing_url, "CREATE TYPE mood AS ENUM ('sad', 'ok');"
			      "CREATE TYPE pair AS (a integer, b mood);"
			      "CREATE TABLE t (m mood, ms mood[], p pair, x integer);"
			      "CREATE TABLE u (p pair);"
			      "INSERT INTO t VALUES ('ok', '{sad,ok}', '(1,ok)', 5);"
			      "INSERT INTO u VALUES ('(2,sad)');");
	diffing_go(
	    "CREATE TYPE mood AS ENUM ('ok', 'sad');"
	    "CREATE TYPE pair AS (a integer, b mood);"
	    "CREATE TABLE t (m mood, ms mood[], p pair, x bigint,"
	    " y bigint GENERATED ALWAYS AS (x + 1) STORED) PARTITION BY HASH (x);"
	    "CREATE TABLE t0 PARTITION OF t FOR VALUES WITH (MODULUS 1, REMAINDER 0);"
	    "CREATE TABLE u (p pair);");
	test_value_is(diffing_url, "SELECT m || ms::text || p::text || y FROM t",
	    "ok{sad,ok}(1,ok)6");
	test_value_is(diffing_url, "SELECT p FROM u", "(2,sad)");
}
END_TEST

START_TEST(own_columns_become_inherited)
{
	const char *apart = "CREATE TABLE a (x integer, y integer);"
			    "CREATE TABLE b (x integer, y integer, z integer);";
	const char *below = "CREATE TABLE a (x integer, y integer);"
			    "CREATE TABLE b (z integer) INHERITS (a);";

	test_sql(diffing_url, apart);
	test_sql(diffing_url, "INSERT INTO b VALUES (1, 2, 3);");
	diffing_go(below);
	test_value_is(diffing_url, "SELECT x + y FROM a", "3");
	test_value_is(diffing_url,
	    "SELECT string_agg(attname || attislocal::text, ' ' ORDER BY attnum)"
	    " FROM pg_attribute WHERE attrelid = 'b'::regclass AND attnum > 0",
	    "xfalse yfalse ztrue");
	diffing_go("CREATE TABLE a (x integer, y integer);"
		   "CREATE TABLE b (y integer, z integer) INHERITS (a);");
	diffing_go(below);
	diffing_go(apart);
	test_value_is(diffing_url, "SELECT x + y + z FROM b", "6");
}
END_TEST

START_TEST(checks_are_inherited_or_not)
{
	const char *own = "CREATE TABLE a (x integer, CONSTRAINT k CHECK (x > 0));"
			  "CREATE TABLE b (CONSTRAINT k CHECK (x > 0)) INHERITS (a);";

	test_sql(diffing_url, own);
	test_sql(diffing_url, "INSERT INTO b VALUES (1);");
	diffing_go("CREATE TABLE a (x integer, CONSTRAINT k CHECK (x > 0));"
		   "CREATE TABLE b () INHERITS (a);");
	test_value_is(diffing_url,
	    "SELECT conislocal FROM pg_constraint WHERE conrelid = 'b'::regclass", "f");
	diffing_go(own);
	test_value_is(diffing_url,
	    "SELECT conislocal FROM pg_constraint WHERE conrelid = 'b'::regclass", "t");
	test_value_is(diffing_url, "SELECT x FROM b", "1");
}
END_TEST

START_TEST(a_key_of_another_type)
{
	test_sql(diffing_url,
	    "CREATE TYPE mood AS ENUM ('sad', 'ok');"
	    "CREATE TABLE t (m mood, n integer, x text) PARTITION BY LIST (m);"
	    "CREATE TABLE t_sad PARTITION OF t FOR VALUES IN ('sad')"
	    " PARTITION BY RANGE (n);"
	    "CREATE TABLE t_few PARTITION OF t_sad FOR VALUES FROM (0) TO (9);"
	    "CREATE TABLE t_rest PARTITION OF t DEFAULT;"
	    "INSERT INTO t VALUES ('sad', 1, 'a'), ('ok', 2, 'b');");
	diffing_go("CREATE TYPE mood AS ENUM ('ok', 'sad');"
		   "CREATE TABLE t (m mood, n bigint, x text) PARTITION BY LIST (m);"
		   "CREATE TABLE t_sad PARTITION OF t FOR VALUES IN ('sad')"
		   " PARTITION BY RANGE (n);"
		   "CREATE TABLE t_few PARTITION OF t_sad FOR VALUES FROM (0) TO (9);"
		   "CREATE TABLE t_rest PARTITION OF t DEFAULT;");
	test_value_is(diffing_url,
	    "SELECT string_agg(tableoid::regclass || ' ' || m || n || x, ', ' ORDER BY n)"
	    " FROM t",
	    "t_few sad1a, t_rest ok2b");
}
END_TEST

/* A column of a type that no other can take the place of. */
START_TEST(values_pass_as_text)
{
	const char *before =
	    BASE("int4") "CREATE TABLE pair (a integer, b text);"
			 "CREATE TYPE span AS RANGE (SUBTYPE = integer);"
			 "CREATE TABLE t (w word, p pair, q pair[], s span, ss span[]);";

	test_sql(diffing_url, before);
	test_sql(diffing_url,
	    "INSERT INTO t VALUES ('7', '(1,x)', '{\"(2,y)\"}', '[1,3)',"
	    " '{\"[4,5)\"}');");
	diffing_go(BASE("int8") "CREATE TABLE pair (a bigint, b text);"
				"CREATE TYPE span AS RANGE (SUBTYPE = bigint);"
				"CREATE TABLE t (w word, p pair, q pair[], s span,"
				" ss span[]);");
	test_value_is(diffing_url, "SELECT t::text FROM t",
	    "(7,\"(1,x)\",\"{\"\"(2,y)\"\"}\",\"[1,3)\",\"{\"\"[4,5)\"\"}\")");
	diffing_go(before);
	test_value_is(diffing_url, "SELECT (p).a + lower(s) FROM t", "2");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("diff_rows");
	TCase *tcase = tcase_create("rows");

	tcase_add_checked_fixture(tcase, diffing_begin, diffing_end);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, partitions_come_and_go);
	tcase_add_test(tcase, it_is_told);
	tcase_add_test(tcase, another_key_sorts_rows_anew);
	tcase_add_test(tcase, other_bounds_sort_rows_anew);
	tcase_add_test(tcase, a_new_partition_takes_its_rows_over);
	tcase_add_test(tcase, old_types_are_not_in_the_way);
	tcase_add_test(tcase, a_key_of_another_type);
	tcase_add_test(tcase, values_pass_as_text);
	tcase_add_test(tcase, own_columns_become_inherited);
	tcase_add_test(tcase, checks_are_inherited_or_not);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
