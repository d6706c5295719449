/* SPDX-License-Identifier: MIT */
/* COPY of many items: all or none, refused, late, cut. */
#include "support/bulk.h"

#include <stdlib.h>
#include <string.h>

#include "core/deadline.h"

static const aet_statement copy_things = { .size = sizeof(aet_statement),
	.name = "copy_things",
	.kind = AET_STATEMENT_COPY,
	.writes = true,
	.sql = "public.t",
	.parameters = thing_parameters,
	.parameter_count = 2 };

static aet_status
copy(aet_db *on, const thing *things, size_t count)
{
	return aet_statement_copy(
	    on, &copy_things, bind_thing, things, count, sizeof(thing), &bulk.err);
}

#define MANY 20000

START_TEST(a_copy_is_all_or_none)
{
	thing *things = many_things(MANY);

	ck_assert_msg(copy(bulk.db, things, MANY) == AET_OK, "%s", bulk.err.message);
	test_value_is(bulk_game.owner,
	    "SELECT count(*) || ' ' || sum(id) || ' ' || count(at) || ' ' ||"
	    " count(*) FILTER (WHERE name = 'odd') FROM t",
	    "20000 199990000 20000 10000");
	/* Refused at once, while most of it is still to be sent. */
	ck_assert_int_eq(copy(bulk.db, things, MANY), AET_ECONFLICT);
	ck_assert_msg(strncmp(bulk.err.message, "item 0: copy_things: ", 21) == 0, "%s",
	    bulk.err.message);
	things[0].id = MANY;
	things[1].id = 7; /* is there */
	ck_assert_int_eq(copy(bulk.db, things, 2), AET_ECONFLICT);
	ck_assert_str_eq(bulk.err.sqlstate, "23505");
	ck_assert_str_eq(bulk.err.constraint, "t_pkey");
	ck_assert_str_eq(bulk.err.table, "t");
	ck_assert_msg(strncmp(bulk.err.message, "item 1: copy_things: ", 21) == 0, "%s",
	    bulk.err.message);
	test_value_is(bulk_game.owner, "SELECT count(*) FROM t", "20000");
	ck_assert_int_eq(copy(bulk.db, NULL, 0), AET_OK);
	free(things);
}
END_TEST

START_TEST(a_wrong_item_is_found_before_the_server_is_asked)
{
	const thing things[] = { { 1, "a" }, { 2, NULL } };

	ck_assert_int_eq(copy(bulk.db, things, 2), AET_EINVAL);
	ck_assert_str_eq(bulk.err.message,
	    "item 1: copy_things: \"name\" is required, or is no valid value");
	ck_assert_str_eq(bulk.err.column, "name");
	ck_assert_int_eq(copy(bulk.db, things, 1), AET_OK);
	THINGS_ARE("1=a");
}
END_TEST

START_TEST(what_is_no_copy_is_refused)
{
	const thing one = { 1, "a" };
	aet_args args = { 0 };
	aet_statement fixed = copy_things;

	fixed.kind = AET_STATEMENT_FIXED;
	ck_assert_int_eq(aet_statement_copy(bulk.db, &fixed, bind_thing, &one, 1,
			     sizeof(one), &bulk.err),
	    AET_EINVAL);
	bind_thing(&args, &one);
	ck_assert_int_eq(
	    aet_statement_exec(bulk.db, &copy_things, &args, NULL, &bulk.err),
	    AET_EINVAL);
	ck_assert_str_eq(
	    bulk.err.message, "copy_things: is a COPY: run it with aet_statement_copy");
	test_value_is(bulk_game.owner, "SELECT count(*) FROM t", "0");
}
END_TEST

/* The bytes of one type may well be a value of another. */
START_TEST(a_copy_into_other_types_is_drift)
{
	const thing one = { 1, "a" };

	ck_assert_int_eq(copy(bulk.db, &one, 1), AET_OK);
	test_sql(bulk_game.owner, "ALTER TABLE t ALTER id TYPE real");
	ck_assert_int_eq(copy(bulk.db, &one, 1), AET_EDATA);
	ck_assert_str_eq(bulk.err.column, "id");
	test_sql(bulk_game.owner, "ALTER TABLE t RENAME id TO number");
	ck_assert_int_eq(copy(bulk.db, &one, 1), AET_EDATA);
	ck_assert_str_eq(bulk.err.sqlstate, "42703");
	test_sql(bulk_game.owner, "DROP TABLE t");
	ck_assert_int_eq(copy(bulk.db, &one, 1), AET_EDATA);
	ck_assert_str_eq(bulk.err.sqlstate, "42P01");
	test_sql(
	    bulk_game.owner, "CREATE TABLE t (id int CHECK (id > 0), name varchar(3))");
	ck_assert_int_eq(copy(bulk.db, &one, 1), AET_OK);
	ck_assert_int_eq(copy(bulk.db, &(thing){ 0, "a" }, 1), AET_ECONSTRAINT);
	ck_assert_str_eq(bulk.err.constraint, "t_id_check");
	ck_assert_int_eq(copy(bulk.db, &(thing){ 5, "abcd" }, 1), AET_EDB);
	ck_assert_str_eq(bulk.err.sqlstate, "22001");
	THINGS_ARE("1=a");
}
END_TEST

START_TEST(a_copy_in_a_transaction_is_its_own)
{
	const thing things[] = { { 1, "a" }, { 1, "b" } };
	aet_db *tx = NULL;
	aet_db *save = NULL;

	ck_assert_int_eq(aet_db_begin(bulk.db, NULL, &tx, NULL), AET_OK);
	ck_assert_int_eq(copy(tx, things, 1), AET_OK);
	ck_assert_int_eq(aet_db_begin(tx, NULL, &save, NULL), AET_OK);
	ck_assert_int_eq(copy(save, things + 1, 1), AET_ECONFLICT);
	aet_db_rollback(&save);
	test_value_is(bulk_game.owner, "SELECT count(*) FROM t", "0");
	ck_assert_int_eq(aet_db_commit(&tx, &bulk.err), AET_OK);
	THINGS_ARE("1=a");
	ck_assert_int_eq(aet_db_begin(bulk.db, NULL, &tx, NULL), AET_OK);
	ck_assert_int_eq(copy(tx, things + 1, 1), AET_ECONFLICT);
	ck_assert_int_eq(aet_db_commit(&tx, &bulk.err), AET_ECONFLICT);
}
END_TEST

/* A lock that nobody lets go of: the time is over before the end of the data is
 * sent, or behind it. */
START_TEST(a_copy_ends_at_its_deadline)
{
	const thing one = { 1, "a" };
	PGconn *holder = test_connect(bulk_game.owner);
	int64_t start = aet__clock_ms();

	PQclear(PQexec(holder, "BEGIN; LOCK t"));
	ck_assert_int_eq(copy(bulk.far, &one, 1), AET_ETIMEOUT);
	ck_assert_int_le(aet__clock_ms() - start, 1500);
	PQclear(PQexec(holder, "ROLLBACK; BEGIN; INSERT INTO t VALUES (1, 'x')"));
	ck_assert_int_eq(copy(bulk.far, &one, 1), AET_EUNKNOWN);
	PQclear(PQexec(holder, "ROLLBACK"));
	PQfinish(holder);
	ck_assert_int_eq(copy(bulk.far, &(thing){ 2, "b" }, 1), AET_OK);
}
END_TEST

START_TEST(a_copy_over_a_cut_line_is_lost_or_unknown)
{
	const thing things[] = { { 1, "a" }, { 2, "b" }, { 3, "c" } };

	ck_assert_int_eq(copy(bulk.far, things, 1), AET_OK);
	/* Before the data: the answer to the question for the types is cut. */
	test_proxy_set(bulk.proxy, TEST_PROXY_CUT, 1);
	ck_assert_int_eq(copy(bulk.far, things + 1, 1), AET_ECONNECT);
	test_proxy_set(bulk.proxy, TEST_PROXY_PASS, 0);
	ck_assert_int_eq(copy(bulk.far, things + 1, 1), AET_OK);
	/* Behind it: ParseComplete and ReadyForQuery, ParameterDescription, the
	 * columns and ReadyForQuery, CopyInResponse have passed. */
	test_proxy_set(bulk.proxy, TEST_PROXY_CUT, 5 + 6 + 7 + 53 + 6 + 12 + 4);
	ck_assert_int_eq(copy(bulk.far, things + 2, 1), AET_EUNKNOWN);
	test_proxy_set(bulk.proxy, TEST_PROXY_PASS, 0);
	THINGS_ARE("1=a 2=b 3=c");
	ck_assert_int_eq(copy(bulk.far, &(thing){ 4, "d" }, 1), AET_OK);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("copy");
	TCase *tcase = tcase_create("copy");

	tcase_add_checked_fixture(tcase, bulk_setup, bulk_teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, a_copy_is_all_or_none);
	tcase_add_test(tcase, a_wrong_item_is_found_before_the_server_is_asked);
	tcase_add_test(tcase, what_is_no_copy_is_refused);
	tcase_add_test(tcase, a_copy_into_other_types_is_drift);
	tcase_add_test(tcase, a_copy_in_a_transaction_is_its_own);
	tcase_add_test(tcase, a_copy_ends_at_its_deadline);
	tcase_add_test(tcase, a_copy_over_a_cut_line_is_lost_or_unknown);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
