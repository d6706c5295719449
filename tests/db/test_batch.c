/* SPDX-License-Identifier: MIT */
/* Batches with a status for each item: failures, transactions, forgotten statements,
 * and what is known of items when the line is cut. */
#include "support/bulk.h"

#include <stdlib.h>
#include <string.h>

#include "core/deadline.h"

START_TEST(an_item_that_fails_leaves_the_others_done)
{
	const thing things[] = { { 1, "a" }, { 1, "again" }, { 2, NULL }, { 3, "c" } };
	aet_status statuses[4] = { AET_OK };
	number *out[4] = { NULL };

	ck_assert_int_eq(put_things(bulk.db, things, 4, statuses, out), AET_ECONFLICT);
	ck_assert_str_eq(bulk.err.sqlstate, "23505");
	ck_assert_str_eq(bulk.err.constraint, "t_pkey");
	ck_assert_msg(strncmp(bulk.err.message, "item 1: put_thing: ", 19) == 0, "%s",
	    bulk.err.message);
	ck_assert_int_eq(statuses[0], AET_OK);
	ck_assert_int_eq(statuses[1], AET_ECONFLICT);
	ck_assert_int_eq(statuses[2], AET_EINVAL);
	ck_assert_int_eq(statuses[3], AET_OK);
	ck_assert_str_eq(out[0]->name, "a");
	ck_assert_ptr_null(out[1]);
	ck_assert_ptr_null(out[2]);
	ck_assert_int_eq(out[3]->id, 3);
	THINGS_ARE("1=a 3=c");
	aet_block_free(out[0]);
	aet_block_free(out[3]);
	/* Nobody need look. */
	ck_assert_int_eq(
	    put_things(bulk.db, (thing[]){ { 4, "d" } }, 1, NULL, NULL), AET_OK);
	ck_assert_int_eq(put_things(bulk.db, NULL, 0, NULL, NULL), AET_OK);
	THINGS_ARE("1=a 3=c 4=d");
}
END_TEST

START_TEST(a_batch_is_of_any_length)
{
	thing *things = many_things(1000);
	aet_status *statuses = calloc(1000, sizeof(*statuses));

	things[999].id = 0;
	ck_assert_int_eq(
	    put_things(bulk.db, things, 1000, statuses, NULL), AET_ECONFLICT);
	ck_assert_msg(
	    strncmp(bulk.err.message, "item 999: ", 10) == 0, "%s", bulk.err.message);
	ck_assert_int_eq(statuses[998], AET_OK);
	ck_assert_int_eq(statuses[999], AET_ECONFLICT);
	test_value_is(bulk_game.owner, "SELECT count(*) FROM t", "999");
	free(statuses);
	free(things);
}
END_TEST

START_TEST(a_batch_is_one_round_trip_once_prepared)
{
	thing *things = many_things(100);

	ck_assert_int_eq(put_things(bulk.far, things, 10, NULL, NULL), AET_OK);
	test_proxy_round_trips(bulk.proxy);
	ck_assert_int_eq(put_things(bulk.far, things + 10, 90, NULL, NULL), AET_OK);
	ck_assert_int_le(test_proxy_round_trips(bulk.proxy), 45);
	test_value_is(bulk_game.owner, "SELECT count(*) FROM t", "100");
	free(things);
}
END_TEST

START_TEST(in_a_transaction_a_failure_ends_it)
{
	const thing things[] = { { 1, "a" }, { 1, "again" }, { 3, "c" } };
	aet_status statuses[3] = { AET_OK };
	aet_db *tx = NULL;
	aet_db *save = NULL;

	ck_assert_int_eq(aet_db_begin(bulk.db, NULL, &tx, NULL), AET_OK);
	ck_assert_int_eq(
	    put_things(tx, (thing[]){ { 9, "kept" } }, 1, NULL, NULL), AET_OK);
	ck_assert_int_eq(aet_db_begin(tx, NULL, &save, NULL), AET_OK);
	ck_assert_int_eq(put_things(save, things, 3, statuses, NULL), AET_ECONFLICT);
	ck_assert_int_eq(statuses[0], AET_OK);
	ck_assert_int_eq(statuses[1], AET_ECONFLICT);
	ck_assert_int_eq(statuses[2], AET_EDB);
	aet_db_rollback(&save);
	ck_assert_int_eq(aet_db_commit(&tx, &bulk.err), AET_OK);
	THINGS_ARE("9=kept");
}
END_TEST

/* Fails at the Sync, behind the row. */
START_TEST(a_deferred_constraint_is_its_items)
{
	const thing things[] = { { 1, "a" }, { 2, "a" }, { 3, "c" } };
	aet_status statuses[3] = { AET_OK };
	number *out[3] = { NULL };

	test_sql(bulk_game.owner,
	    "ALTER TABLE t ADD UNIQUE (name) DEFERRABLE INITIALLY DEFERRED");
	ck_assert_int_eq(put_things(bulk.db, things, 3, statuses, out), AET_ECONFLICT);
	ck_assert_str_eq(bulk.err.constraint, "t_name_key");
	ck_assert_int_eq(statuses[0], AET_OK);
	ck_assert_int_eq(statuses[1], AET_ECONFLICT);
	ck_assert_ptr_null(out[1]);
	ck_assert_int_eq(statuses[2], AET_OK);
	THINGS_ARE("1=a 3=c");
	aet_block_free(out[0]);
	aet_block_free(out[2]);
}
END_TEST

static const aet_statement find_things = { .size = sizeof(aet_statement),
	.name = "find_things",
	.sql = "SELECT id, name FROM t WHERE id >= $1 AND name <> $2 ORDER BY id",
	.parameters = thing_parameters,
	.parameter_count = 2,
	.columns = number_columns,
	.column_count = 2,
	.row_size = sizeof(number),
	.read = read_number };

START_TEST(items_are_answered_with_rows_or_lists)
{
	const thing asked[] = { { 2, "" }, { 7, "" }, { 1, "b" } };
	aet_status statuses[3];
	number *rows[3];
	number_list *lists[3];

	test_sql(bulk_game.owner, "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')");
	ck_assert_int_eq(aet_statement_batch(bulk.db, &find_things, bind_thing, asked, 3,
			     sizeof(thing), AET_BATCH_ROWS, statuses, rows, &bulk.err),
	    AET_ENOTFOUND);
	ck_assert_str_eq(rows[0]->name, "b");
	ck_assert_int_eq(statuses[1], AET_ENOTFOUND);
	ck_assert_ptr_null(rows[1]);
	ck_assert_str_eq(rows[2]->name, "a");
	ck_assert_int_eq(aet_statement_batch(bulk.db, &find_things, bind_thing, asked, 3,
			     sizeof(thing), AET_BATCH_LISTS, NULL, lists, &bulk.err),
	    AET_OK);
	ck_assert_uint_eq(lists[0]->len, 2);
	ck_assert_uint_eq(lists[1]->len, 0);
	ck_assert_str_eq(lists[2]->items[1].name, "c");
	for (int i = 0; i < 3; i++) {
		aet_block_free(rows[i]);
		aet_block_free(lists[i]);
	}
}
END_TEST

START_TEST(what_the_server_forgot_is_sent_again)
{
	const thing things[] = { { 1, "a" }, { 2, "b" }, { 3, "c" } };
	const aet_statement deallocate = { .size = sizeof(aet_statement),
		.name = "deallocate",
		.sql = "DEALLOCATE ALL" };
	aet_status statuses[3] = { AET_OK };
	aet_args args = { 0 };
	aet_db *tx = NULL;

	ck_assert_int_eq(put_things(bulk.db, things, 1, NULL, NULL), AET_OK);
	ck_assert_int_eq(
	    aet_statement_exec(bulk.db, &deallocate, &args, NULL, &bulk.err), AET_OK);
	ck_assert_msg(put_things(bulk.db, things + 1, 2, statuses, NULL) == AET_OK, "%s",
	    bulk.err.message);
	THINGS_ARE("1=a 2=b 3=c");
	ck_assert_int_eq(aet_db_begin(bulk.db, NULL, &tx, NULL), AET_OK);
	ck_assert_int_eq(
	    aet_statement_exec(tx, &deallocate, &args, NULL, &bulk.err), AET_OK);
	ck_assert_int_eq(put_things(tx, things, 3, statuses, NULL), AET_ERETRY);
	ck_assert_int_eq(statuses[0], AET_ERETRY);
	ck_assert_int_eq(statuses[1], AET_ERETRY);
	aet_db_rollback(&tx);
	ck_assert_int_eq(
	    put_things(bulk.db, (thing[]){ { 4, "d" } }, 1, NULL, NULL), AET_OK);
}
END_TEST

/* INSERTs of three sets of columns, through a cache of four statements of which
 * others are in use. */
static const aet_statement insert_thing = { .size = sizeof(aet_statement),
	.name = "insert_thing",
	.kind = AET_STATEMENT_INSERT,
	.writes = true,
	.sql = "INSERT INTO w",
	.tail = "",
	.parameters = (const aet_parameter[]){ { "a", { INT4, NULL }, NULL },
	    { "b", { INT4, NULL }, NULL }, { "c", { INT4, NULL }, NULL } },
	.parameter_count = 3 };

static void
bind_mask(aet_args *args, const void *item)
{
	for (int i = 0; i < 3; i++)
		if ((*(const int *)item >> i & 1) != 0)
			aet_args_int32(args, i);
		else
			aet_args_unset(args);
}

START_TEST(more_texts_than_the_cache_holds_go_in_turns)
{
	const int masks[] = { 1, 2, 3, 4, 5, 6, 7, 0, 1, 7, 3, 2 };

	test_sql(bulk_game.owner, "CREATE TABLE w (a int, b int, c int)");
	ck_assert_msg(
	    aet_statement_batch(bulk.db, &insert_thing, bind_mask, masks, 12, sizeof(int),
		AET_BATCH_NOTHING, NULL, NULL, &bulk.err) == AET_OK,
	    "%s", bulk.err.message);
	test_value_is(bulk_game.owner,
	    "SELECT count(*) || ' ' || count(a) || ' ' || count(b) || ' ' || count(c) "
	    "FROM w",
	    "12 7 7 5");
}
END_TEST

START_TEST(a_batch_ends_at_its_deadline)
{
	const thing things[] = { { 1, "a" }, { 2, "b" }, { 3, "c" } };
	aet_status statuses[3];
	PGconn *holder = test_connect(bulk_game.owner);
	int64_t start;

	ck_assert_int_eq(
	    put_things(bulk.far, (thing[]){ { 8, "x" } }, 1, NULL, NULL), AET_OK);
	PQclear(PQexec(holder, "BEGIN; INSERT INTO t VALUES (2, 'held')"));
	start = aet__clock_ms();
	ck_assert_int_eq(put_things(bulk.far, things, 3, statuses, NULL), AET_EUNKNOWN);
	ck_assert_int_le(aet__clock_ms() - start, 1500);
	ck_assert_int_eq(statuses[0], AET_OK);
	ck_assert_int_eq(statuses[1], AET_EUNKNOWN);
	ck_assert_int_eq(statuses[2], AET_EUNKNOWN);
	ck_assert_msg(
	    strncmp(bulk.err.message, "item 1: ", 8) == 0, "%s", bulk.err.message);
	PQclear(PQexec(holder, "ROLLBACK"));
	PQfinish(holder);
}
END_TEST

/* An item's answer is BindComplete, RowDescription, DataRow, CommandComplete,
 * ReadyForQuery: the line is cut inside the second's. */
START_TEST(a_cut_line_says_which_items_are_done)
{
	const thing things[] = { { 1, "a" }, { 2, "b" }, { 3, "c" } };
	aet_status statuses[3];
	aet_db *tx = NULL;

	ck_assert_int_eq(
	    put_things(bulk.far, (thing[]){ { 8, "x" } }, 1, NULL, NULL), AET_OK);
	test_proxy_set(bulk.proxy, TEST_PROXY_CUT, 110);
	ck_assert_int_eq(put_things(bulk.far, things, 3, statuses, NULL), AET_EUNKNOWN);
	ck_assert_int_eq(statuses[0], AET_OK);
	ck_assert_int_eq(statuses[1], AET_EUNKNOWN);
	ck_assert_int_eq(statuses[2], AET_EUNKNOWN);
	test_proxy_set(bulk.proxy, TEST_PROXY_PASS, 0);
	ck_assert_int_eq(aet_db_begin(bulk.far, NULL, &tx, &bulk.err), AET_OK);
	ck_assert_int_eq(put_things(tx, (thing[]){ { 9, "x" } }, 1, NULL, NULL), AET_OK);
	test_proxy_set(bulk.proxy, TEST_PROXY_CUT, 110);
	ck_assert_int_eq(
	    put_things(tx, (thing[]){ { 10, "x" }, { 11, "x" } }, 2, statuses, NULL),
	    AET_ECONNECT);
	ck_assert_int_eq(statuses[0], AET_OK);
	ck_assert_int_eq(statuses[1], AET_ECONNECT);
	test_proxy_set(bulk.proxy, TEST_PROXY_PASS, 0);
	aet_db_rollback(&tx);
}
END_TEST

/* The server takes leave with words: what was behind has not happened. */
START_TEST(a_session_that_is_ended_has_not_done_the_rest)
{
	const thing things[] = { { 1, "a" }, { 2, "b" }, { 3, "c" } };
	aet_status statuses[3];

	test_sql(bulk_game.owner,
	    "CREATE FUNCTION leave() RETURNS trigger LANGUAGE plpgsql AS $$"
	    "BEGIN IF NEW.id = 2 THEN PERFORM "
	    "pg_terminate_backend(pg_backend_pid()); END IF;"
	    "RETURN NEW; END $$;"
	    "CREATE TRIGGER leave BEFORE INSERT ON t FOR EACH ROW EXECUTE "
	    "FUNCTION leave()");
	ck_assert_int_eq(put_things(bulk.db, things, 3, statuses, NULL), AET_ECONNECT);
	ck_assert_str_eq(bulk.err.sqlstate, "57P01");
	ck_assert_int_eq(statuses[0], AET_OK);
	ck_assert_int_eq(statuses[1], AET_ECONNECT);
	ck_assert_int_eq(statuses[2], AET_ECONNECT);
	THINGS_ARE("1=a");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("batch");
	TCase *tcase = tcase_create("batch");

	tcase_add_checked_fixture(tcase, bulk_setup, bulk_teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, an_item_that_fails_leaves_the_others_done);
	tcase_add_test(tcase, a_batch_is_of_any_length);
	tcase_add_test(tcase, a_batch_is_one_round_trip_once_prepared);
	tcase_add_test(tcase, in_a_transaction_a_failure_ends_it);
	tcase_add_test(tcase, a_deferred_constraint_is_its_items);
	tcase_add_test(tcase, items_are_answered_with_rows_or_lists);
	tcase_add_test(tcase, what_the_server_forgot_is_sent_again);
	tcase_add_test(tcase, more_texts_than_the_cache_holds_go_in_turns);
	tcase_add_test(tcase, a_batch_ends_at_its_deadline);
	tcase_add_test(tcase, a_cut_line_says_which_items_are_done);
	tcase_add_test(tcase, a_session_that_is_ended_has_not_done_the_rest);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
