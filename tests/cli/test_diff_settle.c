/* SPDX-License-Identifier: MIT */
/* aet-db diff: expressions that PostgreSQL prints in another way once it has
 * read them again are the same, and what only looks like them is not. */
#include "support/diffing.h"

#include <string.h>

#define HERO(check) \
	"CREATE TABLE hero (rank varchar(9), x integer, y integer, CHECK (" check "));"

static const diffing_way ways[] = {
	{ "SELECT", HERO("rank IN ('squire', 'knight')") },
	{ "SELECT", HERO("rank NOT IN ('it''s', 'a,b', '(')") },
	{ "SELECT", HERO("x BETWEEN 1 AND 5 AND y > 0 AND rank IN ('a', 'b')") },
	{ "SELECT", HERO("x = 1 OR y NOT BETWEEN 3 AND 4 OR y = 9") },
	{ HERO("rank IN ('a', 'b')"),
	    HERO("rank IN ('a', 'b')") "CREATE VIEW knights AS SELECT x FROM hero"
				       " WHERE rank IN ('c', 'd') AND"
				       " x BETWEEN 1 AND 2 AND y > 0;"
				       "CREATE INDEX few ON hero (x)"
				       " WHERE rank IN ('e', 'f');" },
};

START_TEST(there_and_back)
{
	diffing_there_and_back(&ways[_i]);
}
END_TEST

/* What is there, as a pg_dump's copy has it, and what the schema says. */
static const diffing_way alike[] = {
	{ HERO("(rank)::text = ANY (ARRAY[('a'::character varying)::text,"
	       " ('b'::character varying)::text])"),
	    HERO("rank IN ('a', 'b')") },
	{ HERO("x >= 1 AND x <= 5 AND y > 0"), HERO("x BETWEEN 1 AND 5 AND y > 0") },
};

START_TEST(a_copy_is_its_original)
{
	test_sql(diffing_url, alike[_i].from);
	diffing_plan(alike[_i].to);
	CLI_EXITS(&diffing, 0);
	ck_assert_str_eq(diffing.out, "");
}
END_TEST

static const diffing_way unlike[] = {
	{ HERO("rank IN ('a', 'b')"), HERO("rank IN ('a', 'c')") },
	{ HERO("rank IN ('a', 'b')"), HERO("rank IN ('a', 'b', 'c')") },
	{ HERO("(x = 1 OR x = 2) AND y = 3"), HERO("x = 1 OR (x = 2 AND y = 3)") },
	{ HERO("NOT (x = 1 AND y = 2) AND x = 3"),
	    HERO("NOT (x = 1 AND y = 2 AND x = 3)") },
};

START_TEST(what_says_something_else_is_told_apart)
{
	test_sql(diffing_url, unlike[_i].from);
	diffing_plan(unlike[_i].to);
	CLI_EXITS(&diffing, 0);
	CLI_SAYS(diffing.out, "ADD CONSTRAINT hero_");
}
END_TEST

/* The plan's words are read as the schema's were. */
START_TEST(the_original_is_kept)
{
	diffing_go(HERO("rank IN ('a', 'b')"));
	test_value_is(diffing_url,
	    "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname ~ 'hero'",
	    "CHECK (((rank)::text = ANY ((ARRAY['a'::character varying,"
	    " 'b'::character varying])::text[])))");
}
END_TEST

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("diff_settle");
	TCase *tcase = tcase_create("settle");

	tcase_add_checked_fixture(tcase, diffing_begin, diffing_end);
	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, there_and_back, 0, COUNT(ways));
	tcase_add_loop_test(tcase, a_copy_is_its_original, 0, COUNT(alike));
	tcase_add_loop_test(
	    tcase, what_says_something_else_is_told_apart, 0, COUNT(unlike));
	tcase_add_test(tcase, the_original_is_kept);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
