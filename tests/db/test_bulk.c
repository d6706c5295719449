/* SPDX-License-Identifier: MIT */
/* Many items and many rows: COPY, batches with a status for each item, rows one
 * by one; with failures, in transactions, late, and over a line that is cut. */
#include "support/proxy.h"
#include "support/game.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include <aeturnis/statement.h>

#include "core/deadline.h"

enum { INT4 = 23, TEXT = 25 };

static test_game game;
static test_proxy *proxy;
static aet_db *db;
static aet_db *far; /* through the proxy, with little time */
static aet_error err;

#define TABLE                                                                   \
	"CREATE TABLE t (id int PRIMARY KEY, name text NOT NULL, extra int[], " \
	"at timestamptz DEFAULT now());"

static void
setup(void)
{
	aet_db_options options = AET_DB_OPTIONS_INIT;

	game = test_game_create();
	test_sql(game.owner, TABLE);
	proxy = test_proxy_start(game.app);
	options.url = game.app;
	options.statement_cache = 4;
	options.max_connections = 2;
	ck_assert_msg(aet_db_open(&options, &db, &err) == AET_OK, "%s", err.message);
	options.url = test_proxy_url(proxy);
	options.call_timeout_ms = 700;
	ck_assert_msg(aet_db_open(&options, &far, &err) == AET_OK, "%s", err.message);
}

static void
teardown(void)
{
	ck_assert_int_eq(aet_db_close(&far), AET_OK);
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
	test_proxy_stop(proxy);
	test_game_free(&game);
}

typedef struct thing {
	int32_t id;
	const char *name;
} thing;

static void
bind_thing(aet_args *args, const void *item)
{
	const thing *t = item;

	aet_args_int32(args, t->id);
	aet_args_text(args, t->name);
}

static const aet_parameter thing_parameters[] = {
	{ "id", { INT4, NULL }, NULL },
	{ "name", { TEXT, NULL }, NULL },
};

static const aet_statement copy_things = { .size = sizeof(aet_statement),
	.name = "copy_things",
	.kind = AET_STATEMENT_COPY,
	.writes = true,
	.sql = "public.t",
	.parameters = thing_parameters,
	.parameter_count = 2 };

#define THINGS_ARE(expected)      \
	test_value_is(game.owner, \
	    "SELECT string_agg(id || '=' || name, ' ' ORDER BY id) FROM t", expected)

static aet_status
copy(aet_db *on, const thing *things, size_t count)
{
	return aet_statement_copy(
	    on, &copy_things, bind_thing, things, count, sizeof(thing), &err);
}

/* ---- COPY ------------------------------------------------------------------ */

static thing *
many_things(size_t count)
{
	thing *things = calloc(count, sizeof(*things));

	ck_assert_ptr_nonnull(things);
	for (size_t i = 0; i < count; i++)
		things[i] = (thing){ (int32_t)i, i % 2 == 0 ? "even" : "odd" };
	return things;
}

#define MANY 20000

START_TEST(a_copy_is_all_or_none)
{
	thing *things = many_things(MANY);

	ck_assert_msg(copy(db, things, MANY) == AET_OK, "%s", err.message);
	test_value_is(game.owner,
	    "SELECT count(*) || ' ' || sum(id) || ' ' || count(at) || ' ' ||"
	    " count(*) FILTER (WHERE name = 'odd') FROM t",
	    "20000 199990000 20000 10000");
	/* Refused at once, while most of it is still to be sent. */
	ck_assert_int_eq(copy(db, things, MANY), AET_ECONFLICT);
	ck_assert_msg(
	    strncmp(err.message, "item 0: copy_things: ", 21) == 0, "%s", err.message);
	things[0].id = MANY;
	things[1].id = 7; /* is there */
	ck_assert_int_eq(copy(db, things, 2), AET_ECONFLICT);
	ck_assert_str_eq(err.sqlstate, "23505");
	ck_assert_str_eq(err.constraint, "t_pkey");
	ck_assert_str_eq(err.table, "t");
	ck_assert_msg(
	    strncmp(err.message, "item 1: copy_things: ", 21) == 0, "%s", err.message);
	test_value_is(game.owner, "SELECT count(*) FROM t", "20000");
	ck_assert_int_eq(copy(db, NULL, 0), AET_OK);
	free(things);
}
END_TEST

START_TEST(a_wrong_item_is_found_before_the_server_is_asked)
{
	const thing things[] = { { 1, "a" }, { 2, NULL } };

	ck_assert_int_eq(copy(db, things, 2), AET_EINVAL);
	ck_assert_str_eq(err.message,
	    "item 1: copy_things: \"name\" is required, or is no valid value");
	ck_assert_str_eq(err.column, "name");
	ck_assert_int_eq(copy(db, things, 1), AET_OK);
	THINGS_ARE("1=a");
}
END_TEST

START_TEST(what_is_no_copy_is_refused)
{
	const thing one = { 1, "a" };
	aet_args args = { 0 };
	aet_statement fixed = copy_things;

	fixed.kind = AET_STATEMENT_FIXED;
	ck_assert_int_eq(
	    aet_statement_copy(db, &fixed, bind_thing, &one, 1, sizeof(one), &err),
	    AET_EINVAL);
	bind_thing(&args, &one);
	ck_assert_int_eq(
	    aet_statement_exec(db, &copy_things, &args, NULL, &err), AET_EINVAL);
	ck_assert_str_eq(
	    err.message, "copy_things: is a COPY: run it with aet_statement_copy");
	test_value_is(game.owner, "SELECT count(*) FROM t", "0");
}
END_TEST

/* The bytes of one type may well be a value of another. */
START_TEST(a_copy_into_other_types_is_drift)
{
	const thing one = { 1, "a" };

	ck_assert_int_eq(copy(db, &one, 1), AET_OK);
	test_sql(game.owner, "ALTER TABLE t ALTER id TYPE real");
	ck_assert_int_eq(copy(db, &one, 1), AET_EDATA);
	ck_assert_str_eq(err.column, "id");
	test_sql(game.owner, "ALTER TABLE t RENAME id TO number");
	ck_assert_int_eq(copy(db, &one, 1), AET_EDATA);
	ck_assert_str_eq(err.sqlstate, "42703");
	test_sql(game.owner, "DROP TABLE t");
	ck_assert_int_eq(copy(db, &one, 1), AET_EDATA);
	ck_assert_str_eq(err.sqlstate, "42P01");
	test_sql(game.owner, "CREATE TABLE t (id int CHECK (id > 0), name varchar(3))");
	ck_assert_int_eq(copy(db, &one, 1), AET_OK);
	ck_assert_int_eq(copy(db, &(thing){ 0, "a" }, 1), AET_ECONSTRAINT);
	ck_assert_str_eq(err.constraint, "t_id_check");
	ck_assert_int_eq(copy(db, &(thing){ 5, "abcd" }, 1), AET_EDB);
	ck_assert_str_eq(err.sqlstate, "22001");
	THINGS_ARE("1=a");
}
END_TEST

START_TEST(a_copy_in_a_transaction_is_its_own)
{
	const thing things[] = { { 1, "a" }, { 1, "b" } };
	aet_db *tx = NULL;
	aet_db *save = NULL;

	ck_assert_int_eq(aet_db_begin(db, NULL, &tx, NULL), AET_OK);
	ck_assert_int_eq(copy(tx, things, 1), AET_OK);
	ck_assert_int_eq(aet_db_begin(tx, NULL, &save, NULL), AET_OK);
	ck_assert_int_eq(copy(save, things + 1, 1), AET_ECONFLICT);
	aet_db_rollback(&save);
	test_value_is(game.owner, "SELECT count(*) FROM t", "0");
	ck_assert_int_eq(aet_db_commit(&tx, &err), AET_OK);
	THINGS_ARE("1=a");
	ck_assert_int_eq(aet_db_begin(db, NULL, &tx, NULL), AET_OK);
	ck_assert_int_eq(copy(tx, things + 1, 1), AET_ECONFLICT);
	ck_assert_int_eq(aet_db_commit(&tx, &err), AET_ECONFLICT);
}
END_TEST

/* A lock that nobody lets go of: the time is over before the end of the data is
 * sent, or behind it. */
START_TEST(a_copy_ends_at_its_deadline)
{
	const thing one = { 1, "a" };
	PGconn *holder = test_connect(game.owner);
	int64_t start = aet__clock_ms();

	PQclear(PQexec(holder, "BEGIN; LOCK t"));
	ck_assert_int_eq(copy(far, &one, 1), AET_ETIMEOUT);
	ck_assert_int_le(aet__clock_ms() - start, 1500);
	PQclear(PQexec(holder, "ROLLBACK; BEGIN; INSERT INTO t VALUES (1, 'x')"));
	ck_assert_int_eq(copy(far, &one, 1), AET_EUNKNOWN);
	PQclear(PQexec(holder, "ROLLBACK"));
	PQfinish(holder);
	ck_assert_int_eq(copy(far, &(thing){ 2, "b" }, 1), AET_OK);
}
END_TEST

START_TEST(a_copy_over_a_cut_line_is_lost_or_unknown)
{
	const thing things[] = { { 1, "a" }, { 2, "b" }, { 3, "c" } };

	ck_assert_int_eq(copy(far, things, 1), AET_OK);
	/* Before the data: the answer to the question for the types is cut. */
	test_proxy_set(proxy, TEST_PROXY_CUT, 1);
	ck_assert_int_eq(copy(far, things + 1, 1), AET_ECONNECT);
	test_proxy_set(proxy, TEST_PROXY_PASS, 0);
	ck_assert_int_eq(copy(far, things + 1, 1), AET_OK);
	/* Behind it: ParseComplete and ReadyForQuery, ParameterDescription, the
	 * columns and ReadyForQuery, CopyInResponse have passed. */
	test_proxy_set(proxy, TEST_PROXY_CUT, 5 + 6 + 7 + 53 + 6 + 12 + 4);
	ck_assert_int_eq(copy(far, things + 2, 1), AET_EUNKNOWN);
	test_proxy_set(proxy, TEST_PROXY_PASS, 0);
	THINGS_ARE("1=a 2=b 3=c");
	ck_assert_int_eq(copy(far, &(thing){ 4, "d" }, 1), AET_OK);
}
END_TEST

/* ---- batches ---------------------------------------------------------------- */

typedef struct number {
	int32_t id;
	const char *name;
} number;

static void
read_number(aet_row *row, void *out)
{
	number *n = out;

	n->id = aet_row_int32(row, 0);
	n->name = aet_row_text(row, 1);
}

static const aet_column number_columns[] = {
	{ "id", { INT4, NULL }, false },
	{ "name", { TEXT, NULL }, false },
};

static const aet_statement put_thing = { .size = sizeof(aet_statement),
	.name = "put_thing",
	.writes = true,
	.sql = "INSERT INTO t (id, name) VALUES ($1, $2) RETURNING id, name",
	.parameters = thing_parameters,
	.parameter_count = 2,
	.columns = number_columns,
	.column_count = 2,
	.row_size = sizeof(number),
	.read = read_number };

static aet_status
put(aet_db *on, const thing *things, size_t count, aet_status *statuses, number **out)
{
	return aet_statement_batch(on, &put_thing, bind_thing, things, count,
	    sizeof(thing), AET_BATCH_ROWS, statuses, out, &err);
}

START_TEST(an_item_that_fails_leaves_the_others_done)
{
	const thing things[] = { { 1, "a" }, { 1, "again" }, { 2, NULL }, { 3, "c" } };
	aet_status statuses[4] = { AET_OK };
	number *out[4] = { NULL };

	ck_assert_int_eq(put(db, things, 4, statuses, out), AET_ECONFLICT);
	ck_assert_str_eq(err.sqlstate, "23505");
	ck_assert_str_eq(err.constraint, "t_pkey");
	ck_assert_msg(
	    strncmp(err.message, "item 1: put_thing: ", 19) == 0, "%s", err.message);
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
	ck_assert_int_eq(put(db, (thing[]){ { 4, "d" } }, 1, NULL, NULL), AET_OK);
	ck_assert_int_eq(put(db, NULL, 0, NULL, NULL), AET_OK);
	THINGS_ARE("1=a 3=c 4=d");
}
END_TEST

START_TEST(a_batch_is_of_any_length)
{
	thing *things = many_things(1000);
	aet_status *statuses = calloc(1000, sizeof(*statuses));

	things[999].id = 0;
	ck_assert_int_eq(put(db, things, 1000, statuses, NULL), AET_ECONFLICT);
	ck_assert_msg(strncmp(err.message, "item 999: ", 10) == 0, "%s", err.message);
	ck_assert_int_eq(statuses[998], AET_OK);
	ck_assert_int_eq(statuses[999], AET_ECONFLICT);
	test_value_is(game.owner, "SELECT count(*) FROM t", "999");
	free(statuses);
	free(things);
}
END_TEST

START_TEST(a_batch_is_one_round_trip_once_prepared)
{
	thing *things = many_things(100);

	ck_assert_int_eq(put(far, things, 10, NULL, NULL), AET_OK);
	test_proxy_round_trips(proxy);
	ck_assert_int_eq(put(far, things + 10, 90, NULL, NULL), AET_OK);
	ck_assert_int_le(test_proxy_round_trips(proxy), 45);
	test_value_is(game.owner, "SELECT count(*) FROM t", "100");
	free(things);
}
END_TEST

START_TEST(in_a_transaction_a_failure_ends_it)
{
	const thing things[] = { { 1, "a" }, { 1, "again" }, { 3, "c" } };
	aet_status statuses[3] = { AET_OK };
	aet_db *tx = NULL;
	aet_db *save = NULL;

	ck_assert_int_eq(aet_db_begin(db, NULL, &tx, NULL), AET_OK);
	ck_assert_int_eq(put(tx, (thing[]){ { 9, "kept" } }, 1, NULL, NULL), AET_OK);
	ck_assert_int_eq(aet_db_begin(tx, NULL, &save, NULL), AET_OK);
	ck_assert_int_eq(put(save, things, 3, statuses, NULL), AET_ECONFLICT);
	ck_assert_int_eq(statuses[0], AET_OK);
	ck_assert_int_eq(statuses[1], AET_ECONFLICT);
	ck_assert_int_eq(statuses[2], AET_EDB);
	aet_db_rollback(&save);
	ck_assert_int_eq(aet_db_commit(&tx, &err), AET_OK);
	THINGS_ARE("9=kept");
}
END_TEST

/* Fails at the Sync, behind the row. */
START_TEST(a_deferred_constraint_is_its_items)
{
	const thing things[] = { { 1, "a" }, { 2, "a" }, { 3, "c" } };
	aet_status statuses[3] = { AET_OK };
	number *out[3] = { NULL };

	test_sql(
	    game.owner, "ALTER TABLE t ADD UNIQUE (name) DEFERRABLE INITIALLY DEFERRED");
	ck_assert_int_eq(put(db, things, 3, statuses, out), AET_ECONFLICT);
	ck_assert_str_eq(err.constraint, "t_name_key");
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

typedef struct number_list {
	number *items;
	size_t len;
} number_list;

START_TEST(items_are_answered_with_rows_or_lists)
{
	const thing asked[] = { { 2, "" }, { 7, "" }, { 1, "b" } };
	aet_status statuses[3];
	number *rows[3];
	number_list *lists[3];

	test_sql(game.owner, "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')");
	ck_assert_int_eq(aet_statement_batch(db, &find_things, bind_thing, asked, 3,
			     sizeof(thing), AET_BATCH_ROWS, statuses, rows, &err),
	    AET_ENOTFOUND);
	ck_assert_str_eq(rows[0]->name, "b");
	ck_assert_int_eq(statuses[1], AET_ENOTFOUND);
	ck_assert_ptr_null(rows[1]);
	ck_assert_str_eq(rows[2]->name, "a");
	ck_assert_int_eq(aet_statement_batch(db, &find_things, bind_thing, asked, 3,
			     sizeof(thing), AET_BATCH_LISTS, NULL, lists, &err),
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

	ck_assert_int_eq(put(db, things, 1, NULL, NULL), AET_OK);
	ck_assert_int_eq(aet_statement_exec(db, &deallocate, &args, NULL, &err), AET_OK);
	ck_assert_msg(
	    put(db, things + 1, 2, statuses, NULL) == AET_OK, "%s", err.message);
	THINGS_ARE("1=a 2=b 3=c");
	ck_assert_int_eq(aet_db_begin(db, NULL, &tx, NULL), AET_OK);
	ck_assert_int_eq(aet_statement_exec(tx, &deallocate, &args, NULL, &err), AET_OK);
	ck_assert_int_eq(put(tx, things, 3, statuses, NULL), AET_ERETRY);
	ck_assert_int_eq(statuses[0], AET_ERETRY);
	ck_assert_int_eq(statuses[1], AET_ERETRY);
	aet_db_rollback(&tx);
	ck_assert_int_eq(put(db, (thing[]){ { 4, "d" } }, 1, NULL, NULL), AET_OK);
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

	test_sql(game.owner, "CREATE TABLE w (a int, b int, c int)");
	ck_assert_msg(aet_statement_batch(db, &insert_thing, bind_mask, masks, 12,
			  sizeof(int), AET_BATCH_NOTHING, NULL, NULL, &err) == AET_OK,
	    "%s", err.message);
	test_value_is(game.owner,
	    "SELECT count(*) || ' ' || count(a) || ' ' || count(b) || ' ' || count(c) "
	    "FROM w",
	    "12 7 7 5");
}
END_TEST

START_TEST(a_batch_ends_at_its_deadline)
{
	const thing things[] = { { 1, "a" }, { 2, "b" }, { 3, "c" } };
	aet_status statuses[3];
	PGconn *holder = test_connect(game.owner);
	int64_t start;

	ck_assert_int_eq(put(far, (thing[]){ { 8, "x" } }, 1, NULL, NULL), AET_OK);
	PQclear(PQexec(holder, "BEGIN; INSERT INTO t VALUES (2, 'held')"));
	start = aet__clock_ms();
	ck_assert_int_eq(put(far, things, 3, statuses, NULL), AET_EUNKNOWN);
	ck_assert_int_le(aet__clock_ms() - start, 1500);
	ck_assert_int_eq(statuses[0], AET_OK);
	ck_assert_int_eq(statuses[1], AET_EUNKNOWN);
	ck_assert_int_eq(statuses[2], AET_EUNKNOWN);
	ck_assert_msg(strncmp(err.message, "item 1: ", 8) == 0, "%s", err.message);
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

	ck_assert_int_eq(put(far, (thing[]){ { 8, "x" } }, 1, NULL, NULL), AET_OK);
	test_proxy_set(proxy, TEST_PROXY_CUT, 110);
	ck_assert_int_eq(put(far, things, 3, statuses, NULL), AET_EUNKNOWN);
	ck_assert_int_eq(statuses[0], AET_OK);
	ck_assert_int_eq(statuses[1], AET_EUNKNOWN);
	ck_assert_int_eq(statuses[2], AET_EUNKNOWN);
	test_proxy_set(proxy, TEST_PROXY_PASS, 0);
	ck_assert_int_eq(aet_db_begin(far, NULL, &tx, &err), AET_OK);
	ck_assert_int_eq(put(tx, (thing[]){ { 9, "x" } }, 1, NULL, NULL), AET_OK);
	test_proxy_set(proxy, TEST_PROXY_CUT, 110);
	ck_assert_int_eq(
	    put(tx, (thing[]){ { 10, "x" }, { 11, "x" } }, 2, statuses, NULL),
	    AET_ECONNECT);
	ck_assert_int_eq(statuses[0], AET_OK);
	ck_assert_int_eq(statuses[1], AET_ECONNECT);
	test_proxy_set(proxy, TEST_PROXY_PASS, 0);
	aet_db_rollback(&tx);
}
END_TEST

/* The server takes leave with words: what was behind has not happened. */
START_TEST(a_session_that_is_ended_has_not_done_the_rest)
{
	const thing things[] = { { 1, "a" }, { 2, "b" }, { 3, "c" } };
	aet_status statuses[3];

	test_sql(game.owner,
	    "CREATE FUNCTION leave() RETURNS trigger LANGUAGE plpgsql AS $$"
	    "BEGIN IF NEW.id = 2 THEN PERFORM "
	    "pg_terminate_backend(pg_backend_pid()); END IF;"
	    "RETURN NEW; END $$;"
	    "CREATE TRIGGER leave BEFORE INSERT ON t FOR EACH ROW EXECUTE "
	    "FUNCTION leave()");
	ck_assert_int_eq(put(db, things, 3, statuses, NULL), AET_ECONNECT);
	ck_assert_str_eq(err.sqlstate, "57P01");
	ck_assert_int_eq(statuses[0], AET_OK);
	ck_assert_int_eq(statuses[1], AET_ECONNECT);
	ck_assert_int_eq(statuses[2], AET_ECONNECT);
	THINGS_ARE("1=a");
}
END_TEST

/* ---- masses of inserts ---------------------------------------------------- */

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
	    on, &put_grain, bind_grain, grains, count, sizeof(grain), list, &err);
}

/* How many statements there were, by what a trigger of statements counts. */
static void
count_statements(void)
{
	test_sql(game.owner,
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

	test_sql(game.owner, MASS);
	count_statements();
	grains[9000].name = "";
	ck_assert_msg(pour(db, grains, GRAINS, &list) == AET_OK, "%s", err.message);
	ck_assert_uint_eq(list->len, GRAINS);
	for (int i = 0; i < GRAINS; i++) {
		ck_assert_int_eq(list->items[i].id, i + 1);
		ck_assert_str_eq(list->items[i].name, i % 3 == 0 ? "-" : "x");
	}
	aet_block_free(list);
	test_value_is(game.owner,
	    "SELECT count(*) || ' ' || min(n - id) || ' ' || max(n - id) || ' ' || "
	    "count(name) || ' ' || count(*) FILTER (WHERE f = 'happy') FROM m",
	    "12000 99 99 8000 6000");
	/* 5,000 and 4,000, the one without a name, and the rest. */
	test_value_is(game.owner, "SELECT n FROM counted", "4");
	ck_assert_int_eq(
	    pour(db, (grain[]){ { 1, "y", "sad", false } }, 1, NULL), AET_OK);
	free(grains);
}
END_TEST

START_TEST(an_item_of_a_mass_that_fails_is_named)
{
	grain *grains = many_grains(1000);
	number_list *list = NULL;
	aet_db *tx = NULL;

	test_sql(game.owner, MASS);
	grains[777].n = 13;
	ck_assert_int_eq(pour(db, grains, 1000, &list), AET_ECONSTRAINT);
	ck_assert_str_eq(err.constraint, "m_n_check");
	ck_assert_msg(
	    strncmp(err.message, "item 777: put_grain: ", 21) == 0, "%s", err.message);
	test_value_is(game.owner, "SELECT count(*) FROM m", "0");
	ck_assert_int_eq(aet_db_begin(db, NULL, &tx, NULL), AET_OK);
	ck_assert_int_eq(pour(tx, grains, 500, NULL), AET_OK);
	ck_assert_int_eq(pour(tx, grains + 500, 500, NULL), AET_ECONSTRAINT);
	ck_assert_msg(strncmp(err.message, "item 277: ", 10) == 0, "%s", err.message);
	ck_assert_int_eq(aet_db_commit(&tx, &err), AET_ECONSTRAINT);
	test_value_is(game.owner, "SELECT count(*) FROM m", "0");
	grains[778].name = "y";
	grains[777].feeling = "angry";
	grains[777].n = 14;
	ck_assert_int_eq(pour(db, grains, 1000, NULL), AET_EDB);
	ck_assert_str_eq(err.sqlstate, "22P02");
	ck_assert_msg(strncmp(err.message, "item 777: ", 10) == 0, "%s", err.message);
	free(grains);
}
END_TEST

START_TEST(what_arrays_cannot_hold_goes_item_by_item)
{
	grain *grains = many_grains(200);

	test_sql(game.owner, MASS);
	count_statements();
	for (int i = 0; i < 200; i++)
		grains[i].words = true;
	ck_assert_msg(pour(db, grains, 200, NULL) == AET_OK, "%s", err.message);
	test_value_is(game.owner,
	    "SELECT count(*) || ' ' || min(array_length(words, 1)) FROM m", "200 1");
	test_value_is(game.owner, "SELECT n FROM counted", "200");
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
	ck_assert_msg(aet_statement_insert_all(db, &upsert, bind_thing, things, 100,
			  sizeof(thing), NULL, &err) == AET_OK,
	    "%s", err.message);
	test_value_is(game.owner,
	    "SELECT count(*) || max(name) FILTER (WHERE id = 7) FROM t", "99last");
	things[99].name = "again";
	ck_assert_int_eq(aet_db_begin(db, NULL, &tx, NULL), AET_OK);
	ck_assert_int_eq(aet_statement_insert_all(tx, &upsert, bind_thing, things, 100,
			     sizeof(thing), NULL, &err),
	    AET_OK);
	ck_assert_int_eq(aet_db_commit(&tx, &err), AET_OK);
	test_value_is(game.owner, "SELECT name FROM t WHERE id = 7", "again");
	free(things);
}
END_TEST

START_TEST(a_mass_that_is_not_answered_is_unknown)
{
	grain *grains = many_grains(200);
	aet_db *tx = NULL;

	test_sql(game.owner, MASS);
	ck_assert_int_eq(pour(far, grains, 100, NULL), AET_OK);
	test_proxy_set(proxy, TEST_PROXY_SILENT, 0);
	ck_assert_int_eq(pour(far, grains + 100, 100, NULL), AET_EUNKNOWN);
	test_proxy_set(proxy, TEST_PROXY_PASS, 0);
	ck_assert_int_eq(aet_db_begin(far, NULL, &tx, NULL), AET_OK);
	test_proxy_set(proxy, TEST_PROXY_CUT, 60);
	ck_assert_int_eq(pour(tx, grains, 100, NULL), AET_ECONNECT);
	test_proxy_set(proxy, TEST_PROXY_PASS, 0);
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

	test_sql(game.owner, MASS);
	ck_assert_int_eq(pour(db, grains, 100, NULL), AET_OK);
	ck_assert_int_eq(aet_statement_exec(db, &deallocate, &args, NULL, &err), AET_OK);
	ck_assert_int_eq(pour(db, grains + 100, 100, NULL), AET_OK);
	ck_assert_int_eq(aet_db_begin(db, NULL, &tx, NULL), AET_OK);
	ck_assert_int_eq(aet_statement_exec(tx, &deallocate, &args, NULL, &err), AET_OK);
	ck_assert_msg(pour(tx, grains + 200, 100, NULL) == AET_OK, "%s", err.message);
	ck_assert_int_eq(aet_db_commit(&tx, &err), AET_OK);
	test_value_is(game.owner, "SELECT count(*) FROM m", "300");
	free(grains);
}
END_TEST

/* ---- texts of pieces ----------------------------------------------------- */

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
	ck_assert_msg(aet_statement_list(db, &search, &args, &list, &err) == AET_OK, "%s",
	    err.message);
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

	test_sql(
	    game.owner, "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'b')");
	for (int turn = 0; turn < 2; turn++) {
		search_gives(&(question){ 0 }, "1234");
		search_gives(&(question){ .by = 1 }, "3241");
		search_gives(&(question){ .name = "b" }, "24");
		search_gives(&(question){ .low = 3, .high = 4, .by = 1 }, "34");
		search_gives(&(question){ "b", 3, 4, 0 }, "4");
		search_gives(&(question){ .name = "x' OR true --" }, "");
	}
	ck_assert_int_eq(aet_statement_batch(db, &search, bind_question, all, 3,
			     sizeof(question), AET_BATCH_LISTS, NULL, lists, &err),
	    AET_OK);
	ck_assert_int_eq(lists[0]->items[0].id, 3);
	ck_assert_uint_eq(lists[1]->len, 2);
	ck_assert_int_eq(lists[2]->items[0].id, 3);
	for (int i = 0; i < 3; i++)
		aet_block_free(lists[i]);
	bind_question(&args, &(question){ .high = 4 });
	ck_assert_int_eq(
	    aet_statement_list(db, &search, &args, &lists[0], &err), AET_EINVAL);
	ck_assert_str_eq(err.message, "search: \"high\" is given without \"low\"");
	ck_assert_str_eq(err.column, "low");
	bind_question(&args, &(question){ .by = 2 });
	ck_assert_int_eq(
	    aet_statement_list(db, &search, &args, &lists[0], &err), AET_EINVAL);
	ck_assert_str_eq(err.message, "search: 2 is none of its choices");
}
END_TEST

/* ---- rows one by one ---------------------------------------------------------- */

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
	return aet_statement_each(on, &count_up, &args, see, s, &err);
}

#define MILLION 1000000

START_TEST(a_million_rows_take_no_memory)
{
	seen s = { 0 };
	struct mallinfo2 before;
	struct mallinfo2 after;

	ck_assert_int_eq(each(db, 10, &s), AET_OK);
	before = mallinfo2();
	s = (seen){ 0 };
	ck_assert_msg(each(db, MILLION, &s) == AET_OK, "%s", err.message);
	after = mallinfo2();
	ck_assert_int_eq(s.count, MILLION);
	ck_assert_int_eq(s.sum, (int64_t)MILLION * (MILLION + 1) / 2);
	ck_assert_uint_le(
	    after.arena + after.hblkhd, before.arena + before.hblkhd + 1024 * 1024);
	ck_assert_int_eq(each(db, 0, &s), AET_OK);
	ck_assert_int_eq(s.count, MILLION);
}
END_TEST

START_TEST(a_reading_that_is_ended_gives_its_status)
{
	seen s = { .stop_at = 3, .stop = AET_EINVAL };

	ck_assert_int_eq(each(db, 10, &s), AET_EINVAL);
	ck_assert_str_eq(err.message, "enough");
	ck_assert_int_eq(s.count, 3);
	s = (seen){ .stop_at = 3, .stop = AET_ENOTFOUND };
	ck_assert_int_eq(each(db, MILLION, &s), AET_ENOTFOUND);
	ck_assert_int_eq(err.status, AET_ENOTFOUND);
	ck_assert_int_eq(s.count, 3);
	s = (seen){ 0 };
	ck_assert_int_eq(each(db, 5, &s), AET_OK);
	ck_assert_int_eq(s.count, 5);
}
END_TEST

START_TEST(a_transaction_outlives_a_reading_that_is_ended)
{
	seen s = { .stop_at = 2, .stop = AET_ENOTFOUND };
	aet_db *tx = NULL;

	ck_assert_int_eq(aet_db_begin(db, NULL, &tx, NULL), AET_OK);
	s.use = tx;
	ck_assert_int_eq(put(tx, (thing[]){ { 1, "a" } }, 1, NULL, NULL), AET_OK);
	ck_assert_int_eq(each(tx, 200000, &s), AET_ENOTFOUND);
	ck_assert_int_eq(s.used, AET_EINVAL);
	ck_assert_msg(
	    put(tx, (thing[]){ { 2, "b" } }, 1, NULL, NULL) == AET_OK, "%s", err.message);
	ck_assert_int_eq(aet_db_commit(&tx, &err), AET_OK);
	THINGS_ARE("1=a 2=b");
	/* On a pool there is another connection. */
	s = (seen){ .use = db };
	ck_assert_int_eq(each(db, 3, &s), AET_OK);
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

	ck_assert_int_eq(aet_db_begin(db, NULL, &tx, NULL), AET_OK);
	aet_args_int32(&args, 3);
	aet_args_text(&args, "-");
	ck_assert_int_eq(
	    aet_statement_each(tx, &count_up, &args, end_transaction, &tx, &err),
	    AET_EINVAL);
	ck_assert_str_eq(
	    err.message, "rows are being read one by one on this transaction");
	ck_assert_ptr_nonnull(tx);
	ck_assert_int_eq(aet_db_commit(&tx, &err), AET_OK);
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
	return aet_statement_each(on, &slowly, &args, see, s, &err);
}

START_TEST(the_time_is_that_of_a_wait)
{
	const aet_begin_options options = { .size = sizeof(options), .timeout_ms = 400 };
	seen s = { 0 };
	aet_db *tx = NULL;
	int64_t start = aet__clock_ms();

	ck_assert_msg(each_slowly(far, 150, &s) == AET_OK, "%s", err.message);
	ck_assert_int_eq(s.count, 100);
	ck_assert_int_ge(aet__clock_ms() - start, 1400);
	s = (seen){ 0 };
	ck_assert_int_eq(each_slowly(far, 2000, &s), AET_ETIMEOUT);
	ck_assert_int_lt(s.count, 100);
	/* A transaction's own time is that of the whole. */
	ck_assert_int_eq(aet_db_begin(far, &options, &tx, &err), AET_OK);
	ck_assert_int_eq(each_slowly(tx, 150, &s), AET_ETIMEOUT);
	aet_db_rollback(&tx);
	s = (seen){ 0 };
	ck_assert_int_eq(each(far, 7, &s), AET_OK);
	ck_assert_int_eq(s.count, 7);
}
END_TEST

START_TEST(a_cut_line_ends_the_rows)
{
	seen s = { 0 };

	ck_assert_int_eq(each(far, 1, &s), AET_OK);
	s = (seen){ 0 };
	test_proxy_set(proxy, TEST_PROXY_CUT, 50000);
	ck_assert_int_eq(each(far, 5000, &s), AET_ECONNECT);
	ck_assert_int_gt(s.count, 300);
	ck_assert_int_lt(s.count, 500);
	test_proxy_set(proxy, TEST_PROXY_PASS, 0);
	ck_assert_int_eq(each(far, 1, &s), AET_OK);
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
	ck_assert_int_eq(aet_statement_each(db, &failing, &args, see, &s, &err), AET_EDB);
	ck_assert_str_eq(err.sqlstate, "22012");
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
	    aet_statement_each(db, &fill, &args, see, &s, &err), AET_ENOTFOUND);
	test_value_is(game.owner, "SELECT count(*) FROM t", "20000");
}
END_TEST

START_TEST(rows_of_a_forgotten_statement_come)
{
	const aet_statement deallocate = { .size = sizeof(aet_statement),
		.name = "deallocate",
		.sql = "DEALLOCATE ALL" };
	aet_args args = { 0 };
	seen s = { 0 };

	ck_assert_int_eq(each(db, 3, &s), AET_OK);
	ck_assert_int_eq(aet_statement_exec(db, &deallocate, &args, NULL, &err), AET_OK);
	ck_assert_int_eq(each(db, 3, &s), AET_OK);
	ck_assert_int_eq(s.count, 6);
}
END_TEST

static void
add_copies(Suite *suite)
{
	TCase *tcase = tcase_create("copy");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, a_copy_is_all_or_none);
	tcase_add_test(tcase, a_wrong_item_is_found_before_the_server_is_asked);
	tcase_add_test(tcase, what_is_no_copy_is_refused);
	tcase_add_test(tcase, a_copy_into_other_types_is_drift);
	tcase_add_test(tcase, a_copy_in_a_transaction_is_its_own);
	tcase_add_test(tcase, a_copy_ends_at_its_deadline);
	tcase_add_test(tcase, a_copy_over_a_cut_line_is_lost_or_unknown);
	suite_add_tcase(suite, tcase);
}

static void
add_batches(Suite *suite)
{
	TCase *tcase = tcase_create("batch");

	tcase_add_checked_fixture(tcase, setup, teardown);
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
}

static void
add_masses(Suite *suite)
{
	TCase *tcase = tcase_create("masses");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, a_mass_is_a_few_statements);
	tcase_add_test(tcase, an_item_of_a_mass_that_fails_is_named);
	tcase_add_test(tcase, what_arrays_cannot_hold_goes_item_by_item);
	tcase_add_test(tcase, a_mass_with_the_same_key_twice_is_taken);
	tcase_add_test(tcase, a_mass_that_is_not_answered_is_unknown);
	tcase_add_test(tcase, a_mass_of_a_forgotten_statement_is_done_once);
	suite_add_tcase(suite, tcase);
}

static void
add_pieces(Suite *suite)
{
	TCase *tcase = tcase_create("pieces");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_text_is_made_of_what_is_given);
	suite_add_tcase(suite, tcase);
}

static void
add_rows(Suite *suite)
{
	TCase *tcase = tcase_create("each");

	tcase_add_checked_fixture(tcase, setup, teardown);
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
}

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("bulk");

	add_copies(suite);
	add_batches(suite);
	add_masses(suite);
	add_pieces(suite);
	add_rows(suite);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
