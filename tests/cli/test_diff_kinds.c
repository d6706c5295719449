/* SPDX-License-Identifier: MIT */
/* aet-db diff: each kind of object there and back again, beside others that it
 * hangs together with. */
#include "support/diffing.h"

#include <string.h>

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
	tcase_add_test(tcase, grants_keep_their_order);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
