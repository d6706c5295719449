/* SPDX-License-Identifier: MIT */
/* aet-db diff: each kind of object there and back again, beside others that it
 * hangs together with. */
#include "support/diffing.h"

#include <string.h>

#define BASE(like)                                                                    \
	"CREATE TYPE word;"                                                           \
	"CREATE FUNCTION word_in(cstring) RETURNS word LANGUAGE internal IMMUTABLE "  \
	"STRICT"                                                                      \
	" AS '" like "in';"                                                           \
	"CREATE FUNCTION word_out(word) RETURNS cstring LANGUAGE internal IMMUTABLE " \
	"STRICT"                                                                      \
	" AS '" like "out';"                                                          \
	"CREATE TYPE word (INPUT = word_in, OUTPUT = word_out, LIKE = " like ");"

static const diffing_way ways[] = {
	/* Keys to a whole table hold its partitions. */
	{ "CREATE TABLE clan (id integer, name text) PARTITION BY LIST (name);"
	  "CREATE TABLE clan_a PARTITION OF clan (PRIMARY KEY (id, name))"
	  " FOR VALUES IN ('a');"
	  "CREATE UNIQUE INDEX clan_key ON clan (id, name);"
	  "CREATE TABLE hero (clan integer, name text,"
	  " FOREIGN KEY (clan, name) REFERENCES clan (id, name));",
	    "CREATE TABLE clan (id integer, name text) PARTITION BY LIST (name);"
	    "CREATE UNIQUE INDEX clan_key ON clan (id, name);"
	    "CREATE TABLE hero (clan integer, name text,"
	    " FOREIGN KEY (clan, name) REFERENCES clan (id, name));" },
	/* A part of an index that no statement lets go of. */
	{ "CREATE TABLE p (a integer) PARTITION BY LIST (a);"
	  "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);"
	  "CREATE INDEX whole ON ONLY p (a); CREATE INDEX part ON p1 (a);"
	  "ALTER INDEX whole ATTACH PARTITION part;",
	    "CREATE TABLE p (a integer) PARTITION BY LIST (a);"
	    "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);"
	    "CREATE INDEX whole ON ONLY p (a); CREATE INDEX part ON p1 (a);" },
	/* A partition's own check holds, the whole table's need not. */
	{ "CREATE TABLE p (a integer) PARTITION BY LIST (a);"
	  "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);",
	    "CREATE TABLE p (a integer) PARTITION BY LIST (a);"
	    "ALTER TABLE p ADD CONSTRAINT small CHECK (a < 9) NOT VALID;"
	    "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);" },
	{ "SELECT", "CREATE FOREIGN DATA WRAPPER post OPTIONS (speed 'slow');"
		    "COMMENT ON FOREIGN DATA WRAPPER post IS 'by horse';"
		    "CREATE SERVER far FOREIGN DATA WRAPPER post OPTIONS (host 'x');"
		    "CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (name 'me');"
		    "CREATE FOREIGN TABLE letter (id integer OPTIONS (n 'i'))"
		    " SERVER far OPTIONS (path '/');" },
	/* A partition that becomes another table's, and what each brings. */
	{ "CREATE TABLE old (id integer, kind text NOT NULL, UNIQUE (kind, id))"
	  " PARTITION BY LIST (kind);"
	  "CREATE TABLE part PARTITION OF old FOR VALUES IN ('a');",
	    "CREATE TABLE fresh (id integer, sort text,"
	    " CONSTRAINT sane CHECK (id > 0), PRIMARY KEY (sort, id))"
	    " PARTITION BY LIST (sort);"
	    "CREATE TABLE part PARTITION OF fresh FOR VALUES IN ('a');" },
	{ "CREATE FOREIGN DATA WRAPPER post OPTIONS (speed 'slow', stamp 'red');"
	  "CREATE SERVER far VERSION '1' FOREIGN DATA WRAPPER post;"
	  "CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (name 'me');"
	  "CREATE FOREIGN TABLE letter (id integer) SERVER far OPTIONS (path '/');",
	    "CREATE FOREIGN DATA WRAPPER post VALIDATOR postgresql_fdw_validator;"
	    "CREATE SERVER far VERSION '2' FOREIGN DATA WRAPPER post;"
	    "CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (user 'you');"
	    "CREATE FOREIGN TABLE letter (id integer) SERVER far;" },
	{ "CREATE TABLE t (a integer, CONSTRAINT one PRIMARY KEY (a));",
	    "CREATE TABLE t (a integer, CONSTRAINT one PRIMARY KEY (a)"
	    " WITH (fillfactor = 70));"
	    "COMMENT ON INDEX one IS 'roomy';" },
	{ "SELECT", "CREATE CONVERSION odd FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;"
		    "CREATE FUNCTION call_it() RETURNS language_handler LANGUAGE c"
		    " AS '$libdir/plpgsql', 'plpgsql_call_handler';"
		    "CREATE TRUSTED LANGUAGE sqlish HANDLER call_it;"
		    "COMMENT ON LANGUAGE sqlish IS 'much the same';"
		    "REVOKE USAGE ON LANGUAGE sqlish FROM PUBLIC;"
		    "CREATE TYPE box2 AS (a integer);"
		    "CREATE FUNCTION to_box(internal) RETURNS internal IMMUTABLE "
		    "LANGUAGE internal"
		    " AS 'int4in';"
		    "CREATE TRANSFORM FOR box2 LANGUAGE sqlish"
		    " (FROM SQL WITH FUNCTION to_box(internal));"
		    "CREATE ACCESS METHOD pile TYPE TABLE HANDLER heap_tableam_handler;"
		    "CREATE TABLE piled (a integer) USING pile;"
		    "CREATE TYPE promise;"
		    "CREATE FUNCTION half() RETURNS integer LANGUAGE sqlish"
		    " AS 'BEGIN RETURN 1; END';" },
	{ "CREATE TABLE t (a integer);",
	    "CREATE FUNCTION less(integer, integer) RETURNS boolean LANGUAGE sql "
	    "IMMUTABLE"
	    " AS 'SELECT $1 < $2';"
	    "CREATE FUNCTION order_of(integer, integer) RETURNS integer LANGUAGE sql"
	    " IMMUTABLE AS 'SELECT $1 - $2';"
	    "CREATE OPERATOR <<< (FUNCTION = less, LEFTARG = integer, RIGHTARG = "
	    "integer);"
	    "COMMENT ON OPERATOR <<< (integer, integer) IS 'way less';"
	    "CREATE OPERATOR FAMILY odd USING btree;"
	    "CREATE OPERATOR CLASS odd_ops FOR TYPE integer USING btree FAMILY odd AS"
	    " OPERATOR 1 <<<, OPERATOR 3 =, FUNCTION 1 order_of(integer, integer);"
	    "ALTER OPERATOR FAMILY odd USING btree ADD OPERATOR 1 < (integer, bigint);"
	    "COMMENT ON OPERATOR CLASS odd_ops USING btree IS 'not sorted';"
	    "CREATE TABLE t (a integer); CREATE INDEX oddly ON t (a odd_ops);" },
	{ "SELECT",
	    "CREATE TEXT SEARCH PARSER words (START = prsd_start,"
	    " GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);"
	    "CREATE TEXT SEARCH TEMPLATE same (INIT = dsimple_init,"
	    " LEXIZE = dsimple_lexize);"
	    "CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = same);"
	    "CREATE TEXT SEARCH CONFIGURATION c (PARSER = words);"
	    "ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR word WITH d;"
	    "COMMENT ON TEXT SEARCH TEMPLATE same IS 'nothing done';" },
	/* A type of a type that a column is of. */
	{ "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE DOMAIN feeling AS mood;"
	  "CREATE TYPE pair AS (a integer, b text);"
	  "CREATE TABLE t (f feeling, p pair, q pair[]);"
	  "INSERT INTO t VALUES ('ok', '(1,x)', '{\"(2,y)\"}');",
	    "CREATE TYPE mood AS ENUM ('ok', 'sad'); CREATE DOMAIN feeling AS mood;"
	    "CREATE TYPE pair AS (a bigint, b text);"
	    "CREATE TABLE t (f feeling, p pair, q pair[]);" },
	{ "CREATE TYPE shape AS (a integer); CREATE TABLE t OF shape;",
	    "CREATE TYPE shape AS (a bigint, b text);"
	    "CREATE TABLE t OF shape (PRIMARY KEY (a));" },
	/* The trigger of a partition goes with the whole table's. */
	{ "CREATE TABLE p (a integer) PARTITION BY LIST (a);"
	  "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);"
	  "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql"
	  " AS 'BEGIN RETURN NULL; END';",
	    "CREATE TABLE p (a integer) PARTITION BY LIST (a);"
	    "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);"
	    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql"
	    " AS 'BEGIN RETURN NULL; END';"
	    "CREATE TRIGGER g AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION f();"
	    "ALTER TABLE p1 DISABLE TRIGGER g;" },
	/* What refuses everything else goes first and comes last. */
	{ "SELECT", "CREATE FUNCTION never() RETURNS event_trigger LANGUAGE plpgsql"
		    " AS 'BEGIN RAISE EXCEPTION ''no''; END';"
		    "CREATE TABLE z (a integer);"
		    "CREATE EVENT TRIGGER stop ON ddl_command_start"
		    " EXECUTE FUNCTION never();" },
	{ "CREATE TABLE t (a text, CONSTRAINT e EXCLUDE USING btree (lower(a) WITH =));",
	    "CREATE TABLE t (r int4range,"
	    " CONSTRAINT e EXCLUDE USING gist (r WITH &&));" },
	{ "CREATE SEQUENCE s; CREATE TABLE t (a integer);",
	    "CREATE UNLOGGED SEQUENCE s; CREATE TABLE t (a integer);" },
	/* A type and its functions need each other. */
	{ "SELECT", BASE("int4") "CREATE TABLE t (a word, b word[]);"
				 "CREATE FUNCTION same(word) RETURNS word LANGUAGE sql"
				 " AS 'SELECT $1';"
				 "COMMENT ON TYPE word IS 'a number';"
				 "GRANT USAGE ON TYPE word TO PUBLIC;" },
	{ "CREATE TYPE word;", BASE("int4") },
	{ "CREATE TABLE t (a integer);",
	    "CREATE TABLE t (a integer) WITH (fillfactor = 70, autovacuum_enabled = off,"
	    " toast.autovacuum_enabled = off);" },
	/* What a default calls runs while the column is added. */
	{ "CREATE TABLE visit (id integer); INSERT INTO visit VALUES (1);",
	    "CREATE FUNCTION z_first() RETURNS text LANGUAGE sql STABLE"
	    " AS 'SELECT ''z''';"
	    "CREATE FUNCTION a_then() RETURNS text LANGUAGE sql STABLE"
	    " AS 'SELECT public.z_first()';"
	    "CREATE TABLE visit (id integer, agent text DEFAULT a_then());" },
};

START_TEST(there_and_back)
{
	diffing_there_and_back(&ways[_i]);
}
END_TEST

START_TEST(no_difference_is_no_statement)
{
	test_sql(diffing_url, ways[_i].to);
	diffing_plan(ways[_i].to);
	CLI_EXITS(&diffing, 0);
	ck_assert_str_eq(diffing.out, "");
	ck_assert_str_eq(diffing.err, "");
}
END_TEST

START_TEST(new_numbers_go_on_where_the_old_ones_end)
{
	test_sql(diffing_url, "CREATE TABLE \"50%s\" (id serial, n integer);"
			      "INSERT INTO \"50%s\" VALUES (7, 40);");
	diffing_go("CREATE TABLE \"50%s\" (id integer GENERATED ALWAYS AS IDENTITY,"
		   " n serial);");
	test_value_is(diffing_url,
	    "INSERT INTO \"50%s\" DEFAULT VALUES RETURNING id || ' ' || n", "8 41");
	diffing_go("CREATE TABLE \"50%s\" (id serial, n integer);");
	test_value_is(
	    diffing_url, "INSERT INTO \"50%s\" DEFAULT VALUES RETURNING id", "9");
}
END_TEST

/* Nobody takes the place of the subscriber, and a shadow is left without it. */
START_TEST(subscriptions_come_and_go_unconnected)
{
	diffing_go("CREATE SUBSCRIPTION far CONNECTION 'host=/nowhere' PUBLICATION a, b"
		   " WITH (connect = false, slot_name = x);");
	CLI_SAYS_NOT(diffing.out, "ENABLE");
	diffing_go("CREATE SUBSCRIPTION far CONNECTION 'host=/elsewhere' PUBLICATION b"
		   " WITH (connect = false, slot_name = NONE, streaming = on);"
		   "COMMENT ON SUBSCRIPTION far IS 'the other';");
	test_value_is(diffing_url,
	    "SELECT subenabled || subconninfo || subpublications::text || substream"
	    " FROM pg_subscription AS s JOIN pg_database AS d ON d.oid = s.subdbid"
	    " WHERE datname = current_database()",
	    "falsehost=/elsewhere{b}true");
	diffing_go("SELECT");
	test_value_is(diffing_url,
	    "SELECT count(*) FROM pg_database WHERE datname LIKE 'aet_diff%'", "0");
}
END_TEST

START_TEST(grants_keep_their_order)
{
	const char *zoe, *adam;

	diffing_plan("DO $$ BEGIN CREATE ROLE zoe; CREATE ROLE adam;"
		     " EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
		     "CREATE TABLE t (a integer); GRANT SELECT ON t TO zoe;"
		     "GRANT INSERT, SELECT ON t TO adam;");
	CLI_EXITS(&diffing, 0);
	zoe = strstr(diffing.out, "SELECT ON TABLE public.t TO zoe;");
	adam = strstr(diffing.out, "INSERT ON TABLE public.t TO adam;");
	ck_assert_ptr_nonnull(zoe);
	ck_assert_ptr_nonnull(adam);
	ck_assert(zoe < adam);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("diff_kinds");
	TCase *tcase = tcase_create("kinds");
	const int count = (int)(sizeof(ways) / sizeof(ways[0]));

	tcase_add_checked_fixture(tcase, diffing_begin, diffing_end);
	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, there_and_back, 0, count);
	tcase_add_loop_test(tcase, no_difference_is_no_statement, 0, count);
	tcase_add_test(tcase, new_numbers_go_on_where_the_old_ones_end);
	tcase_add_test(tcase, subscriptions_come_and_go_unconnected);
	tcase_add_test(tcase, grants_keep_their_order);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
