/* SPDX-License-Identifier: MIT */
/* Rows one by one: constant memory, endings, deadlines, and lines that are cut. */
#include "support/bulk.h"

#include <malloc.h>

#include "core/deadline.h"

typedef struct seen {
	int64_t count;
	int64_t sum;
	int64_t stop_at; /* 0: never */
	aet_status stop;
	aet_db *use;
	aet_status used;
} seen;

static const aet_statement count_up = { .size = sizeof(aet_statement),
	.name = "count_up",
	.sql = "SELECT n, repeat('x', 100) FROM generate_series(1, $1) n WHERE $2 <> ''",
	.parameters = thing_parameters,
	.parameter_count = 2,
	.columns = number_columns,
	.column_count = 2,
	.row_size = sizeof(number),
	.read = read_number };

static const aet_statement how_many = { .size = sizeof(aet_statement),
	.name = "how_many",
	.sql = "SELECT count(*) FROM t" };

static aet_status
see(const void *row, void *ctx, aet_error *failure)
{
	const number *n = row;
	seen *s = ctx;
	aet_args args = { 0 };

	s->count++;
	s->sum += n->id;
	if (s->use != NULL)
		s->used = aet_statement_exec(s->use, &how_many, &args, NULL, NULL);
	if (s->count == s->stop_at)
		return s->stop == AET_EINVAL
			   ? aet_error_set(failure, AET_EINVAL, "enough")
			   : s->stop;
	return AET_OK;
}

static aet_status
each(aet_db *on, int32_t count, seen *s)
{
	aet_args args = { 0 };

	aet_args_int32(&args, count);
	aet_args_text(&args, "-");
	return aet_statement_each(on, &count_up, &args, see, s, &bulk.err);
}

#define MILLION 1000000

START_TEST(a_million_rows_take_no_memory)
{
	seen s = { 0 };
	struct mallinfo2 before;
	struct mallinfo2 after;

	ck_assert_int_eq(each(bulk.db, 10, &s), AET_OK);
	before = mallinfo2();
	s = (seen){ 0 };
	ck_assert_msg(each(bulk.db, MILLION, &s) == AET_OK, "%s", bulk.err.message);
	after = mallinfo2();
	ck_assert_int_eq(s.count, MILLION);
	ck_assert_int_eq(s.sum, (int64_t)MILLION * (MILLION + 1) / 2);
	ck_assert_uint_le(
	    after.arena + after.hblkhd, before.arena + before.hblkhd + 1024 * 1024);
	ck_assert_int_eq(each(bulk.db, 0, &s), AET_OK);
	ck_assert_int_eq(s.count, MILLION);
}
END_TEST

START_TEST(a_reading_that_is_ended_gives_its_status)
{
	seen s = { .stop_at = 3, .stop = AET_EINVAL };

	ck_assert_int_eq(each(bulk.db, 10, &s), AET_EINVAL);
	ck_assert_str_eq(bulk.err.message, "enough");
	ck_assert_int_eq(s.count, 3);
	s = (seen){ .stop_at = 3, .stop = AET_ENOTFOUND };
	ck_assert_int_eq(each(bulk.db, MILLION, &s), AET_ENOTFOUND);
	ck_assert_int_eq(bulk.err.status, AET_ENOTFOUND);
	ck_assert_int_eq(s.count, 3);
	s = (seen){ 0 };
	ck_assert_int_eq(each(bulk.db, 5, &s), AET_OK);
	ck_assert_int_eq(s.count, 5);
}
END_TEST

START_TEST(a_transaction_outlives_a_reading_that_is_ended)
{
	seen s = { .stop_at = 2, .stop = AET_ENOTFOUND };
	aet_db *tx = NULL;

	ck_assert_int_eq(aet_db_begin(bulk.db, NULL, &tx, NULL), AET_OK);
	s.use = tx;
	ck_assert_int_eq(put_things(tx, (thing[]){ { 1, "a" } }, 1, NULL, NULL), AET_OK);
	ck_assert_int_eq(each(tx, 200000, &s), AET_ENOTFOUND);
	ck_assert_int_eq(s.used, AET_EINVAL);
	ck_assert_msg(put_things(tx, (thing[]){ { 2, "b" } }, 1, NULL, NULL) == AET_OK,
	    "%s", bulk.err.message);
	ck_assert_int_eq(aet_db_commit(&tx, &bulk.err), AET_OK);
	THINGS_ARE("1=a 2=b");
	/* On a pool there is another connection. */
	s = (seen){ .use = bulk.db };
	ck_assert_int_eq(each(bulk.db, 3, &s), AET_OK);
	ck_assert_int_eq(s.used, AET_OK);
}
END_TEST

static aet_status
end_transaction(const void *row, void *ctx, aet_error *failure)
{
	aet_db **tx = ctx;
	aet_status status = aet_db_commit(tx, failure);

	(void)row;
	aet_db_rollback(tx);
	return status;
}

START_TEST(a_transaction_cannot_be_ended_from_its_rows)
{
	aet_args args = { 0 };
	aet_db *tx = NULL;

	ck_assert_int_eq(aet_db_begin(bulk.db, NULL, &tx, NULL), AET_OK);
	aet_args_int32(&args, 3);
	aet_args_text(&args, "-");
	ck_assert_int_eq(
	    aet_statement_each(tx, &count_up, &args, end_transaction, &tx, &bulk.err),
	    AET_EINVAL);
	ck_assert_str_eq(
	    bulk.err.message, "rows are being read one by one on this transaction");
	ck_assert_ptr_nonnull(tx);
	ck_assert_int_eq(aet_db_commit(&tx, &bulk.err), AET_OK);
}
END_TEST

/* Rows come as long as they come; a wait for one that does not is an end. */
static const aet_statement slowly = { .size = sizeof(aet_statement),
	.name = "slowly",
	.sql = "SELECT n, repeat('x', 9000) || pg_sleep(CASE WHEN n % 10 = 0 THEN $1 / "
	       "1000.0 ELSE 0 END) FROM generate_series(1, 100) n WHERE $2 <> ''",
	.parameters = thing_parameters,
	.parameter_count = 2,
	.columns = number_columns,
	.column_count = 2,
	.row_size = sizeof(number),
	.read = read_number };

static aet_status
each_slowly(aet_db *on, int32_t ms, seen *s)
{
	aet_args args = { 0 };

	aet_args_int32(&args, ms);
	aet_args_text(&args, "-");
	return aet_statement_each(on, &slowly, &args, see, s, &bulk.err);
}

START_TEST(the_time_is_that_of_a_wait)
{
	const aet_begin_options options = { .size = sizeof(options), .timeout_ms = 400 };
	seen s = { 0 };
	aet_db *tx = NULL;
	int64_t start = aet__clock_ms();

	ck_assert_msg(each_slowly(bulk.far, 150, &s) == AET_OK, "%s", bulk.err.message);
	ck_assert_int_eq(s.count, 100);
	ck_assert_int_ge(aet__clock_ms() - start, 1400);
	s = (seen){ 0 };
	ck_assert_int_eq(each_slowly(bulk.far, 2000, &s), AET_ETIMEOUT);
	ck_assert_int_lt(s.count, 100);
	/* A transaction's own time is that of the whole. */
	ck_assert_int_eq(aet_db_begin(bulk.far, &options, &tx, &bulk.err), AET_OK);
	ck_assert_int_eq(each_slowly(tx, 150, &s), AET_ETIMEOUT);
	aet_db_rollback(&tx);
	s = (seen){ 0 };
	ck_assert_int_eq(each(bulk.far, 7, &s), AET_OK);
	ck_assert_int_eq(s.count, 7);
}
END_TEST

START_TEST(a_cut_line_ends_the_rows)
{
	seen s = { 0 };

	ck_assert_int_eq(each(bulk.far, 1, &s), AET_OK);
	s = (seen){ 0 };
	test_proxy_set(bulk.proxy, TEST_PROXY_CUT, 50000);
	ck_assert_int_eq(each(bulk.far, 5000, &s), AET_ECONNECT);
	ck_assert_int_gt(s.count, 300);
	ck_assert_int_lt(s.count, 500);
	test_proxy_set(bulk.proxy, TEST_PROXY_PASS, 0);
	ck_assert_int_eq(each(bulk.far, 1, &s), AET_OK);
}
END_TEST

START_TEST(an_error_after_rows_is_told)
{
	const aet_statement failing = { .size = sizeof(aet_statement),
		.name = "failing",
		.sql = "SELECT 10 / (300 - n), repeat($2, 100) FROM generate_series(1, "
		       "$1) n",
		.parameters = thing_parameters,
		.parameter_count = 2,
		.columns = number_columns,
		.column_count = 2,
		.row_size = sizeof(number),
		.read = read_number };
	aet_args args = { 0 };
	seen s = { 0 };

	aet_args_int32(&args, 1000);
	aet_args_text(&args, "-");
	ck_assert_int_eq(
	    aet_statement_each(bulk.db, &failing, &args, see, &s, &bulk.err), AET_EDB);
	ck_assert_str_eq(bulk.err.sqlstate, "22012");
	ck_assert_int_eq(s.count, 299);
}
END_TEST

START_TEST(a_write_whose_rows_are_not_wanted_is_done)
{
	const aet_statement fill = { .size = sizeof(aet_statement),
		.name = "fill",
		.writes = true,
		.sql = "INSERT INTO t SELECT n, $2 FROM generate_series(1, $1) n "
		       "RETURNING id, name",
		.parameters = thing_parameters,
		.parameter_count = 2,
		.columns = number_columns,
		.column_count = 2,
		.row_size = sizeof(number),
		.read = read_number };
	seen s = { .stop_at = 1, .stop = AET_ENOTFOUND };
	aet_args args = { 0 };

	aet_args_int32(&args, 20000);
	aet_args_text(&args, "-");
	ck_assert_int_eq(
	    aet_statement_each(bulk.db, &fill, &args, see, &s, &bulk.err), AET_ENOTFOUND);
	test_value_is(bulk_game.owner, "SELECT count(*) FROM t", "20000");
}
END_TEST

START_TEST(rows_of_a_forgotten_statement_come)
{
	const aet_statement deallocate = { .size = sizeof(aet_statement),
		.name = "deallocate",
		.sql = "DEALLOCATE ALL" };
	aet_args args = { 0 };
	seen s = { 0 };

	ck_assert_int_eq(each(bulk.db, 3, &s), AET_OK);
	ck_assert_int_eq(
	    aet_statement_exec(bulk.db, &deallocate, &args, NULL, &bulk.err), AET_OK);
	ck_assert_int_eq(each(bulk.db, 3, &s), AET_OK);
	ck_assert_int_eq(s.count, 6);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("each");
	TCase *tcase = tcase_create("each");

	tcase_add_checked_fixture(tcase, bulk_setup, bulk_teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, a_million_rows_take_no_memory);
	tcase_add_test(tcase, a_reading_that_is_ended_gives_its_status);
	tcase_add_test(tcase, a_transaction_outlives_a_reading_that_is_ended);
	tcase_add_test(tcase, a_transaction_cannot_be_ended_from_its_rows);
	tcase_add_test(tcase, the_time_is_that_of_a_wait);
	tcase_add_test(tcase, a_cut_line_ends_the_rows);
	tcase_add_test(tcase, an_error_after_rows_is_told);
	tcase_add_test(tcase, a_write_whose_rows_are_not_wanted_is_done);
	tcase_add_test(tcase, rows_of_a_forgotten_statement_come);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
