/* SPDX-License-Identifier: MIT */
/* Masses of inserts as arrays through unnest: few statements, the item that fails is
 * named, and what arrays cannot hold goes one by one. */
#include "support/bulk.h"

#include <stdlib.h>
#include <string.h>

#define MASS                                                                     \
	"CREATE TYPE mood AS ENUM ('sad', 'happy');"                             \
	"CREATE TYPE pair AS (a int, b int);"                                    \
	"CREATE TABLE m (id serial, n int UNIQUE CHECK (n <> 13), name text, f " \
	"mood, words text[], p pair);"

typedef struct grain {
	int32_t n;
	const char *name; /* NULL: NULL; "": its default */
	const char *feeling;
	bool words;
} grain;

static void
bind_grain(aet_args *args, const void *item)
{
	const grain *g = item;

	aet_args_int32(args, g->n);
	if (g->name != NULL && g->name[0] == '\0')
		aet_args_unset(args);
	else
		aet_args_text_or_null(args, g->name);
	aet_args_text_or_null(args, g->feeling);
	if (g->words)
		aet_args_text_array(
		    args, (aet_text_array){ .items = &g->feeling, .len = 1 });
	else
		aet_args_unset(args);
}

static const aet_statement put_grain = { .size = sizeof(aet_statement),
	.name = "put_grain",
	.kind = AET_STATEMENT_INSERT,
	.writes = true,
	.sql = "INSERT INTO m",
	.tail = " RETURNING id, coalesce(name, '-')",
	.parameters = (const aet_parameter[]){ { "n", { INT4, NULL }, NULL },
	    { "name", { TEXT, NULL }, NULL }, { "f", { 0, "public.mood" }, NULL },
	    { "words", { 1009, NULL }, NULL } },
	.parameter_count = 4,
	.columns = number_columns,
	.column_count = 2,
	.row_size = sizeof(number),
	.read = read_number };

static grain *
many_grains(size_t count)
{
	grain *grains = calloc(count, sizeof(*grains));

	ck_assert_ptr_nonnull(grains);
	for (size_t i = 0; i < count; i++)
		grains[i] = (grain){ (int32_t)i + 100, i % 3 == 0 ? NULL : "x",
			i % 2 == 0 ? "happy" : "sad", false };
	return grains;
}

static aet_status
pour(aet_db *on, const grain *grains, size_t count, number_list **list)
{
	return aet_statement_insert_all(
	    on, &put_grain, bind_grain, grains, count, sizeof(grain), list, &bulk.err);
}

/* How many statements there were, by what a trigger of statements counts. */
static void
count_statements(void)
{
	test_sql(bulk_game.owner,
	    "CREATE TABLE counted (n int); INSERT INTO counted VALUES (0);"
	    "CREATE FUNCTION count_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
	    "UPDATE counted SET n = n + 1; RETURN NULL; END $$;"
	    "CREATE TRIGGER count_it AFTER INSERT ON m EXECUTE FUNCTION count_it()");
}

#define GRAINS 12000

START_TEST(a_mass_is_a_few_statements)
{
	grain *grains = many_grains(GRAINS);
	number_list *list = NULL;

	test_sql(bulk_game.owner, MASS);
	count_statements();
	grains[9000].name = "";
	ck_assert_msg(
	    pour(bulk.db, grains, GRAINS, &list) == AET_OK, "%s", bulk.err.message);
	ck_assert_uint_eq(list->len, GRAINS);
	for (int i = 0; i < GRAINS; i++) {
		ck_assert_int_eq(list->items[i].id, i + 1);
		ck_assert_str_eq(list->items[i].name, i % 3 == 0 ? "-" : "x");
	}
	aet_block_free(list);
	test_value_is(bulk_game.owner,
	    "SELECT count(*) || ' ' || min(n - id) || ' ' || max(n - id) || ' ' || "
	    "count(name) || ' ' || count(*) FILTER (WHERE f = 'happy') FROM m",
	    "12000 99 99 8000 6000");
	/* 5,000 and 4,000, the one without a name, and the rest. */
	test_value_is(bulk_game.owner, "SELECT n FROM counted", "4");
	ck_assert_int_eq(
	    pour(bulk.db, (grain[]){ { 1, "y", "sad", false } }, 1, NULL), AET_OK);
	free(grains);
}
END_TEST

START_TEST(an_item_of_a_mass_that_fails_is_named)
{
	grain *grains = many_grains(1000);
	number_list *list = NULL;
	aet_db *tx = NULL;

	test_sql(bulk_game.owner, MASS);
	grains[777].n = 13;
	ck_assert_int_eq(pour(bulk.db, grains, 1000, &list), AET_ECONSTRAINT);
	ck_assert_str_eq(bulk.err.constraint, "m_n_check");
	ck_assert_msg(strncmp(bulk.err.message, "item 777: put_grain: ", 21) == 0, "%s",
	    bulk.err.message);
	test_value_is(bulk_game.owner, "SELECT count(*) FROM m", "0");
	ck_assert_int_eq(aet_db_begin(bulk.db, NULL, &tx, NULL), AET_OK);
	ck_assert_int_eq(pour(tx, grains, 500, NULL), AET_OK);
	ck_assert_int_eq(pour(tx, grains + 500, 500, NULL), AET_ECONSTRAINT);
	ck_assert_msg(
	    strncmp(bulk.err.message, "item 277: ", 10) == 0, "%s", bulk.err.message);
	ck_assert_int_eq(aet_db_commit(&tx, &bulk.err), AET_ECONSTRAINT);
	test_value_is(bulk_game.owner, "SELECT count(*) FROM m", "0");
	grains[778].name = "y";
	grains[777].feeling = "angry";
	grains[777].n = 14;
	ck_assert_int_eq(pour(bulk.db, grains, 1000, NULL), AET_EDB);
	ck_assert_str_eq(bulk.err.sqlstate, "22P02");
	ck_assert_msg(
	    strncmp(bulk.err.message, "item 777: ", 10) == 0, "%s", bulk.err.message);
	free(grains);
}
END_TEST

START_TEST(what_arrays_cannot_hold_goes_item_by_item)
{
	grain *grains = many_grains(200);

	test_sql(bulk_game.owner, MASS);
	count_statements();
	for (int i = 0; i < 200; i++)
		grains[i].words = true;
	ck_assert_msg(pour(bulk.db, grains, 200, NULL) == AET_OK, "%s", bulk.err.message);
	test_value_is(bulk_game.owner,
	    "SELECT count(*) || ' ' || min(array_length(words, 1)) FROM m", "200 1");
	test_value_is(bulk_game.owner, "SELECT n FROM counted", "200");
	free(grains);
}
END_TEST

/* Twice the same row: one statement cannot, two can. */
START_TEST(a_mass_with_the_same_key_twice_is_taken)
{
	const aet_statement upsert = { .size = sizeof(aet_statement),
		.name = "upsert",
		.kind = AET_STATEMENT_INSERT,
		.writes = true,
		.sql = "INSERT INTO t",
		.tail = " ON CONFLICT (id) DO UPDATE SET name = excluded.name",
		.parameters = thing_parameters,
		.parameter_count = 2 };
	thing *things = many_things(100);
	aet_db *tx = NULL;

	things[99] = (thing){ 7, "last" };
	ck_assert_msg(aet_statement_insert_all(bulk.db, &upsert, bind_thing, things, 100,
			  sizeof(thing), NULL, &bulk.err) == AET_OK,
	    "%s", bulk.err.message);
	test_value_is(bulk_game.owner,
	    "SELECT count(*) || max(name) FILTER (WHERE id = 7) FROM t", "99last");
	things[99].name = "again";
	ck_assert_int_eq(aet_db_begin(bulk.db, NULL, &tx, NULL), AET_OK);
	ck_assert_int_eq(aet_statement_insert_all(tx, &upsert, bind_thing, things, 100,
			     sizeof(thing), NULL, &bulk.err),
	    AET_OK);
	ck_assert_int_eq(aet_db_commit(&tx, &bulk.err), AET_OK);
	test_value_is(bulk_game.owner, "SELECT name FROM t WHERE id = 7", "again");
	free(things);
}
END_TEST

START_TEST(a_mass_that_is_not_answered_is_unknown)
{
	grain *grains = many_grains(200);
	aet_db *tx = NULL;

	test_sql(bulk_game.owner, MASS);
	ck_assert_int_eq(pour(bulk.far, grains, 100, NULL), AET_OK);
	test_proxy_set(bulk.proxy, TEST_PROXY_SILENT, 0);
	ck_assert_int_eq(pour(bulk.far, grains + 100, 100, NULL), AET_EUNKNOWN);
	test_proxy_set(bulk.proxy, TEST_PROXY_PASS, 0);
	ck_assert_int_eq(aet_db_begin(bulk.far, NULL, &tx, NULL), AET_OK);
	test_proxy_set(bulk.proxy, TEST_PROXY_CUT, 60);
	ck_assert_int_eq(pour(tx, grains, 100, NULL), AET_ECONNECT);
	test_proxy_set(bulk.proxy, TEST_PROXY_PASS, 0);
	aet_db_rollback(&tx);
	free(grains);
}
END_TEST

START_TEST(a_mass_of_a_forgotten_statement_is_done_once)
{
	const aet_statement deallocate = { .size = sizeof(aet_statement),
		.name = "deallocate",
		.sql = "DEALLOCATE ALL" };
	grain *grains = many_grains(300);
	aet_args args = { 0 };
	aet_db *tx = NULL;

	test_sql(bulk_game.owner, MASS);
	ck_assert_int_eq(pour(bulk.db, grains, 100, NULL), AET_OK);
	ck_assert_int_eq(
	    aet_statement_exec(bulk.db, &deallocate, &args, NULL, &bulk.err), AET_OK);
	ck_assert_int_eq(pour(bulk.db, grains + 100, 100, NULL), AET_OK);
	ck_assert_int_eq(aet_db_begin(bulk.db, NULL, &tx, NULL), AET_OK);
	ck_assert_int_eq(
	    aet_statement_exec(tx, &deallocate, &args, NULL, &bulk.err), AET_OK);
	ck_assert_msg(
	    pour(tx, grains + 200, 100, NULL) == AET_OK, "%s", bulk.err.message);
	ck_assert_int_eq(aet_db_commit(&tx, &bulk.err), AET_OK);
	test_value_is(bulk_game.owner, "SELECT count(*) FROM m", "300");
	free(grains);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("masses");
	TCase *tcase = tcase_create("masses");

	tcase_add_checked_fixture(tcase, bulk_setup, bulk_teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, a_mass_is_a_few_statements);
	tcase_add_test(tcase, an_item_of_a_mass_that_fails_is_named);
	tcase_add_test(tcase, what_arrays_cannot_hold_goes_item_by_item);
	tcase_add_test(tcase, a_mass_with_the_same_key_twice_is_taken);
	tcase_add_test(tcase, a_mass_that_is_not_answered_is_unknown);
	tcase_add_test(tcase, a_mass_of_a_forgotten_statement_is_done_once);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
