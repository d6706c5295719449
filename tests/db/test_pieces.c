/* SPDX-License-Identifier: MIT */
/* A text that is made of the pieces whose parameters are given. */
#include "support/bulk.h"

#include <stdio.h>
#include <string.h>

static const aet_statement search = { .size = sizeof(aet_statement),
	.name = "search",
	.kind = AET_STATEMENT_PIECES,
	.sql = "SELECT id, name FROM t WHERE true",
	.parameters = (const aet_parameter[]){ { "name", { TEXT, NULL }, NULL },
	    { "low", { INT4, NULL }, NULL }, { "high", { INT4, NULL }, NULL },
	    { "most", { INT4, NULL }, NULL } },
	.parameter_count = 4,
	.columns = number_columns,
	.column_count = 2,
	.row_size = sizeof(number),
	.read = read_number,
	.pieces = (const aet_piece[]){ { " AND name = $1", 1, 0 },
	    { " AND id BETWEEN $2 AND $3", 6, 0 }, { " ORDER BY ", 0, 0 }, { "id", 0, 1 },
	    { "name DESC, id", 0, 2 }, { " LIMIT $4", 0, 0 } },
	.piece_count = 6,
	.choices = 2 };

typedef struct question {
	const char *name;
	int low; /* 0: none */
	int high;
	uint32_t by;
} question;

static void
bind_question(aet_args *args, const void *item)
{
	const question *q = item;

	if (q->name != NULL)
		aet_args_text(args, q->name);
	else
		aet_args_unset(args);
	if (q->low != 0)
		aet_args_int32(args, q->low);
	else
		aet_args_unset(args);
	if (q->high != 0)
		aet_args_int32(args, q->high);
	else
		aet_args_unset(args);
	aet_args_int32(args, 10);
	aet_args_choose(args, q->by);
}

static void
search_gives(const question *asked, const char *expected)
{
	number_list *list = NULL;
	char said[200] = "";
	aet_args args = { 0 };

	bind_question(&args, asked);
	ck_assert_msg(
	    aet_statement_list(bulk.db, &search, &args, &list, &bulk.err) == AET_OK, "%s",
	    bulk.err.message);
	for (size_t i = 0; i < list->len; i++)
		sprintf(said + strlen(said), "%d", list->items[i].id);
	ck_assert_str_eq(said, expected);
	aet_block_free(list);
}

START_TEST(a_text_is_made_of_what_is_given)
{
	const question all[] = { { .by = 1 }, { "b", 1, 4, 0 }, { .low = 3, .high = 4 } };
	number_list *lists[3];
	aet_args args = { 0 };

	test_sql(bulk_game.owner,
	    "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'b')");
	for (int turn = 0; turn < 2; turn++) {
		search_gives(&(question){ 0 }, "1234");
		search_gives(&(question){ .by = 1 }, "3241");
		search_gives(&(question){ .name = "b" }, "24");
		search_gives(&(question){ .low = 3, .high = 4, .by = 1 }, "34");
		search_gives(&(question){ "b", 3, 4, 0 }, "4");
		search_gives(&(question){ .name = "x' OR true --" }, "");
	}
	ck_assert_int_eq(aet_statement_batch(bulk.db, &search, bind_question, all, 3,
			     sizeof(question), AET_BATCH_LISTS, NULL, lists, &bulk.err),
	    AET_OK);
	ck_assert_int_eq(lists[0]->items[0].id, 3);
	ck_assert_uint_eq(lists[1]->len, 2);
	ck_assert_int_eq(lists[2]->items[0].id, 3);
	for (int i = 0; i < 3; i++)
		aet_block_free(lists[i]);
	bind_question(&args, &(question){ .high = 4 });
	ck_assert_int_eq(
	    aet_statement_list(bulk.db, &search, &args, &lists[0], &bulk.err),
	    AET_EINVAL);
	ck_assert_str_eq(bulk.err.message, "search: \"high\" is given without \"low\"");
	ck_assert_str_eq(bulk.err.column, "low");
	bind_question(&args, &(question){ .by = 2 });
	ck_assert_int_eq(
	    aet_statement_list(bulk.db, &search, &args, &lists[0], &bulk.err),
	    AET_EINVAL);
	ck_assert_str_eq(bulk.err.message, "search: 2 is none of its choices");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("pieces");
	TCase *tcase = tcase_create("pieces");

	tcase_add_checked_fixture(tcase, bulk_setup, bulk_teardown);
	tcase_add_test(tcase, a_text_is_made_of_what_is_given);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
