/* SPDX-License-Identifier: MIT */
/* Statements that are run and read, and the cache of those prepared. */
#include "support/game.h"

#include <stdlib.h>

#include <aeturnis/statement.h>

/* Oids of PostgreSQL's built-in types (pg_type.dat). */
enum { INT4 = 23, TEXT = 25 };

static test_game game;
static aet_db *db;

static void
setup(void)
{
	aet_db_options options = AET_DB_OPTIONS_INIT;
	aet_error err = { 0 };

	game = test_game_create();
	options.url = game.app;
	options.statement_cache = 4;
	ck_assert_msg(aet_db_open(&options, &db, &err) == AET_OK, "%s", err.message);
}

static void
teardown(void)
{
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
	ck_assert_ptr_null(db);
	test_game_free(&game);
}

typedef struct word {
	const char *text;
} word;

typedef struct word_list {
	word *items;
	size_t len;
} word_list;

static void
word_read(aet_row *row, void *out)
{
	((word *)out)->text = aet_row_text(row, 0);
}

static const aet_parameter number_parameter[] = { { "n", { INT4, NULL }, NULL } };
static const aet_column word_column[] = { { "word", { TEXT, NULL }, false } };

#define WORD_STATEMENT(text)                                                         \
	{                                                                            \
		.size = sizeof(aet_statement), .name = "words", .sql = (text),       \
		.parameters = number_parameter, .parameter_count = 1,                \
		.columns = word_column, .column_count = 1, .row_size = sizeof(word), \
		.read = word_read                                                    \
	}

static aet_status
list_words(const aet_statement *statement, int32_t n, word_list **out, aet_error *err)
{
	aet_args args = { 0 };

	aet_args_int32(&args, n);
	return aet_statement_list(db, statement, &args, out, err);
}

START_TEST(a_list_has_every_row_in_order)
{
	static const aet_statement words =
	    WORD_STATEMENT("SELECT 'w' || i FROM generate_series(1, $1) i");
	word_list *list = NULL;

	ck_assert_int_eq(list_words(&words, 5000, &list, NULL), AET_OK);
	ck_assert_uint_eq(list->len, 5000);
	ck_assert_str_eq(list->items[0].text, "w1");
	ck_assert_str_eq(list->items[4999].text, "w5000");
	aet_block_free(list);
	ck_assert_int_eq(list_words(&words, 0, &list, NULL), AET_OK);
	ck_assert_uint_eq(list->len, 0);
	ck_assert_ptr_null(list->items);
	aet_block_free(list);
}
END_TEST

START_TEST(no_row_is_not_found)
{
	static const aet_statement none = WORD_STATEMENT("SELECT 'x' WHERE $1 < 0");
	aet_args args = { 0 };
	aet_error err = { 0 };
	word *out = NULL;

	aet_args_int32(&args, 1);
	ck_assert_int_eq(
	    aet_statement_find_one(db, &none, &args, &out, &err), AET_ENOTFOUND);
	ck_assert_str_eq(err.message, "words: no such row");
	ck_assert_ptr_null(out);
}
END_TEST

START_TEST(drift_is_named)
{
	static const aet_statement null =
	    WORD_STATEMENT("SELECT CASE WHEN $1 > 0 THEN NULL ELSE 'x' END");
	static const aet_statement type = WORD_STATEMENT("SELECT $1 + 1");
	static const aet_statement gone =
	    WORD_STATEMENT("SELECT t.\"wörd\" FROM (SELECT 'x' AS other, $1) t");
	static const aet_statement more = WORD_STATEMENT("SELECT 'x', $1");
	word_list *list = NULL;
	aet_error err = { 0 };

	ck_assert_int_eq(list_words(&null, 1, &list, &err), AET_EDATA);
	ck_assert_str_eq(err.column, "word");
	ck_assert_str_eq(err.message,
	    "words: column \"word\": NULL where the generated code expects none");
	ck_assert_int_eq(list_words(&type, 1, &list, &err), AET_EDATA);
	ck_assert_str_eq(err.column, "word");
	ck_assert_int_eq(list_words(&gone, 1, &list, &err), AET_EDATA);
	ck_assert_str_eq(err.column, "w\xC3\xB6rd");
	ck_assert_str_eq(err.sqlstate, "42703");
	ck_assert_int_eq(list_words(&more, 1, &list, &err), AET_EDATA);
	ck_assert_ptr_null(list);
}
END_TEST

START_TEST(wrong_arguments_never_reach_the_database)
{
	static const aet_statement words = WORD_STATEMENT("SELECT 'x' || $1");
	aet_args args = { 0 };
	aet_error err = { 0 };
	word *out = NULL;

	aet_args_text(&args, NULL);
	ck_assert_int_eq(
	    aet_statement_find_one(db, &words, &args, &out, &err), AET_EINVAL);
	ck_assert_str_eq(err.column, "n");
	ck_assert_int_eq(
	    aet_statement_find_one(db, &words, &args, &out, &err), AET_EINVAL);
	ck_assert_str_eq(err.message, "words: 0 arguments given, 1 expected");
	ck_assert_int_eq(
	    aet_statement_find_one(NULL, &words, &args, &out, &err), AET_EINVAL);
}
END_TEST

/* ---- the cache -------------------------------------------------------- */

static const aet_statement cached[] = {
	WORD_STATEMENT("SELECT 'a' || $1"),
	WORD_STATEMENT("SELECT 'b' || $1"),
	WORD_STATEMENT("SELECT 'c' || $1"),
	WORD_STATEMENT("SELECT 'd' || $1"),
	WORD_STATEMENT("SELECT 'e' || $1"),
	WORD_STATEMENT("SELECT 'f' || $1"),
};

/* The word that statement gives for n is its letter and n. */
static void
expect_word(const aet_statement *statement, int32_t n, const char *expected)
{
	word_list *list = NULL;
	aet_error err = { 0 };

	ck_assert_msg(list_words(statement, n, &list, &err) == AET_OK, "%s", err.message);
	ck_assert_str_eq(list->items[0].text, expected);
	aet_block_free(list);
}

static const aet_statement count_prepared =
    WORD_STATEMENT("SELECT count(*)::text FROM pg_prepared_statements WHERE $1 = $1");

START_TEST(a_full_cache_forgets_on_both_sides)
{
	for (int round = 0; round < 3; round++)
		for (size_t i = 0; i < 6; i++) {
			char expected[3] = { (char)('a' + (int)i), '7', '\0' };

			expect_word(&cached[i], 7, expected);
		}
	expect_word(&count_prepared, 1, "4");
}
END_TEST

static const aet_parameter no_parameters[1];
static const aet_statement discard_all = { .size = sizeof(aet_statement),
	.name = "discard_all",
	.sql = "DISCARD ALL",
	.parameters = no_parameters };

START_TEST(a_forgotten_statement_is_prepared_again)
{
	aet_args args = { 0 };
	aet_db *tx = NULL;
	aet_error err = { 0 };
	word *out = NULL;

	expect_word(&cached[0], 1, "a1");
	ck_assert_int_eq(aet_statement_exec(db, &discard_all, &args, NULL, &err), AET_OK);
	expect_word(&cached[0], 2, "a2");

	test_sql(game.owner, "CREATE TABLE t (v text); INSERT INTO t VALUES ('x')");
	ck_assert_int_eq(aet_db_begin(db, NULL, &tx, NULL), AET_OK);
	aet_args_int32(&args, 1);
	ck_assert_int_eq(
	    aet_statement_find_one(tx, &cached[0], &args, &out, &err), AET_OK);
	aet_block_free(out);
	aet_db_rollback(&tx);
}
END_TEST

static const aet_statement star = WORD_STATEMENT("SELECT * FROM t WHERE $1 = $1");

START_TEST(a_changed_result_type_is_retried_or_told)
{
	aet_args args = { 0 };
	aet_db *tx = NULL;
	aet_error err = { 0 };
	word *out = NULL;

	test_sql(game.owner, "CREATE TABLE t (v varchar(5)); INSERT INTO t VALUES ('x')");
	expect_word(&star, 1, "x");
	test_sql(game.owner, "ALTER TABLE t ALTER v TYPE text");
	expect_word(&star, 1, "x");
	test_sql(game.owner, "ALTER TABLE t ALTER v TYPE varchar(9)");
	ck_assert_int_eq(aet_db_begin(db, NULL, &tx, NULL), AET_OK);
	aet_args_int32(&args, 1);
	ck_assert_int_eq(
	    aet_statement_find_one(tx, &star, &args, &out, &err), AET_ERETRY);
	ck_assert_str_eq(err.sqlstate, "0A000");
	aet_db_rollback(&tx);
	expect_word(&star, 1, "x");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("statement");
	TCase *tcase = tcase_create("statement");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, a_list_has_every_row_in_order);
	tcase_add_test(tcase, no_row_is_not_found);
	tcase_add_test(tcase, drift_is_named);
	tcase_add_test(tcase, wrong_arguments_never_reach_the_database);
	tcase_add_test(tcase, a_full_cache_forgets_on_both_sides);
	tcase_add_test(tcase, a_forgotten_statement_is_prepared_again);
	tcase_add_test(tcase, a_changed_result_type_is_retried_or_told);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
