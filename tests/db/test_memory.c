/* SPDX-License-Identifier: MIT */
/*
 * What happens when memory runs out: a whole scenario is run again and again,
 * and each time a later allocation fails, until a run needs no more of them.
 * Every run but the last must fail cleanly, leave its outputs alone, leak
 * nothing, and leave a handle behind that works.
 */
#include "support/allocation.h"
#include "support/game.h"
#include "support/process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>
#include <openssl/err.h>

#include <aeturnis/db.h>

#include "pg/resolve.h"

/* More allocations than any run needs. */
#define RUNS_MAX 20000

static test_game game;
static const char *url; /* the app's; the owner's where it is migrating that is tested */
static PGconn *beside;  /* the test's own connection, which never fails */
static aet_db *db;
static aet_user_id user_id;

static void
setup(void)
{
	game = test_game_create();
	url = game.app;
	beside = test_connect(game.owner);
	PQclear(PQexec(beside, "SET client_min_messages = error"));
	/* libcrypto keeps what it has once allocated for a thread's errors. */
	for (int i = 0; i < 32; i++)
		ERR_raise_data(ERR_LIB_USER, 1, "%d", i);
	ERR_clear_error();
}

static void
teardown(void)
{
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
	PQfinish(beside);
	test_game_free(&game);
}

static aet_status
open_pool(aet_error *err)
{
	aet_db_options options = AET_DB_OPTIONS_INIT;

	options.url = url;
	options.application_name = "memory";
	options.statement_cache = 4;
	return aet_db_open(&options, &db, err);
}

static void
sql_beside(const char *sql)
{
	PGresult *result = PQexec(beside, sql);

	ck_assert_msg(PQresultStatus(result) != PGRES_FATAL_ERROR, "%s: %s", sql,
	    PQerrorMessage(beside));
	PQclear(result);
}

/* ---- the steps -------------------------------------------------------- */

/* Check's own assertions allocate, and so would be met too. */
#define MUST(condition)                                 \
	do {                                            \
		if (!(condition)) {                     \
			test_allocation_end();          \
			ck_abort_msg("%s", #condition); \
		}                                       \
	} while (0)

/* Where no failing call may write. */
#define UNTOUCHED(type) ((type *)(void *)&untouched)
static char untouched;

/* A step's end: with a failure its output is what it was, else the caller's to
 * free. */
#define MUST_STAY(status, out, type)                    \
	do {                                            \
		if ((status) != AET_OK) {               \
			MUST((out) == UNTOUCHED(type)); \
			return (status);                \
		}                                       \
	} while (0)

static const aet_user_role roles[] = { AET_USER_ROLE_USER, AET_USER_ROLE_ADMIN };

static aet_new_user
new_user(const char *name)
{
	aet_new_user made = { 0 };

	made.email = name;
	made.username = name;
	made.password_hash = "x";
	return made;
}

static aet_status
insert(aet_db *on, aet_error *err)
{
	aet_user *out = UNTOUCHED(aet_user);
	aet_new_user user = new_user("all");
	aet_status status;

	user.roles = (aet_field_user_role_array){ AET_SET, { roles, 2 } };
	user.email_verified = aet_set_bool(true);
	user.status = aet_set_user_status(AET_USER_STATUS_SUSPENDED);
	user.last_login = aet_set_timestamp((aet_timestamp){ 1 });
	user.metadata = aet_set_json("{\"level\": 7, \"names\": [\"a\", \"b\"]}");
	status = aet_user_insert(on, &user, &out, err);
	MUST_STAY(status, out, aet_user);
	MUST(out->roles.len == 2);
	user_id = out->id;
	aet_user_free(out);
	return AET_OK;
}

/* Two sets of columns, so that one statement is prepared twice. */
static aet_status
insert_all(aet_db *on, aet_error *err)
{
	aet_user_list *out = UNTOUCHED(aet_user_list);
	aet_new_user users[3] = { new_user("a"), new_user("b"), new_user("c") };
	aet_status status;

	users[1].metadata = aet_set_json("{\"n\": 1}");
	status = aet_user_insert_all(on, users, 3, &out, err);
	MUST_STAY(status, out, aet_user_list);
	MUST(out->len == 3);
	MUST(strcmp(out->items[2].username, "c") == 0);
	aet_user_list_free(out);
	return AET_OK;
}

static aet_status
find(aet_db *on, aet_error *err)
{
	aet_user *out = UNTOUCHED(aet_user);
	struct json_t *tree = UNTOUCHED(struct json_t);
	char *text = &untouched;
	aet_status status = aet_user_find(on, user_id, &out, err);

	MUST_STAY(status, out, aet_user);
	status = aet_json_to_tree(out->metadata, &tree, err);
	aet_user_free(out);
	MUST_STAY(status, tree, struct json_t);
	status = aet_json_from_tree(tree, &text, err);
	json_decref(tree);
	MUST_STAY(status, text, char);
	MUST(strcmp(text, "{\"level\":7,\"names\":[\"a\",\"b\"]}") == 0);
	aet_json_text_free(text);
	return AET_OK;
}

static aet_status
pages(aet_db *on, aet_error *err)
{
	aet_user_list *out = UNTOUCHED(aet_user_list);
	aet_user_page page = { .limit = 2 };
	aet_user_cursor cursor;
	aet_status status = aet_user_list_newest(on, &page, &out, err);

	MUST_STAY(status, out, aet_user_list);
	MUST(out->len == 2);
	cursor = aet_user_cursor_of(&out->items[1]);
	aet_user_list_free(out);
	page.after = &cursor;
	out = UNTOUCHED(aet_user_list);
	status = aet_user_list_newest(on, &page, &out, err);
	MUST_STAY(status, out, aet_user_list);
	MUST(out->len == 2);
	aet_user_list_free(out);
	return AET_OK;
}

static aet_status
update(aet_db *on, aet_error *err)
{
	aet_user *out = UNTOUCHED(aet_user);
	aet_user_changes changes = { .email_verified = aet_set_bool(false) };
	aet_status status = aet_user_update(on, user_id, &changes, &out, err);

	MUST_STAY(status, out, aet_user);
	MUST(!out->email_verified);
	aet_user_free(out);
	return AET_OK;
}

static aet_status
relations(aet_db *on, aet_error *err)
{
	aet_session *session = UNTOUCHED(aet_session);
	aet_session_list *list = UNTOUCHED(aet_session_list);
	aet_user *user = UNTOUCHED(aet_user);
	const aet_session *first;
	const aet_new_session fresh = { .user_id = user_id,
		.refresh_token_jti = "jti",
		.ip_address = aet_set_text("::1"),
		.expires_at = { AET_TIMESTAMP_INFINITY } };
	aet_status status = aet_session_insert(on, &fresh, &session, err);

	MUST_STAY(status, session, aet_session);
	status = aet_session_user(on, session, &user, err);
	aet_session_free(session);
	MUST_STAY(status, user, aet_user);
	aet_user_free(user);
	status = aet_session_list_by_users(on, &user_id, 1, 5, &list, err);
	MUST_STAY(status, list, aet_session_list);
	MUST(aet_session_list_of_user(list, user_id, &first) == 1);
	aet_session_list_free(list);
	return AET_OK;
}

static aet_status
work_in_savepoint(aet_db *tx, aet_error *err)
{
	int64_t rows = -5;
	aet_status status = aet_user_touch_login(tx, user_id, &rows, err);

	MUST(rows == (status == AET_OK ? 1 : -5));
	return status;
}

static aet_status
work(aet_db *tx, void *ctx, aet_error *err)
{
	aet_db *inner = UNTOUCHED(aet_db);
	aet_status status = insert_all(tx, err);

	(void)ctx;
	if (status != AET_OK)
		return status;
	status = aet_db_begin(tx, NULL, &inner, err);
	MUST_STAY(status, inner, aet_db);
	status = work_in_savepoint(inner, err);
	if (status == AET_OK)
		return aet_db_commit(&inner, err);
	aet_db_rollback(&inner);
	return status;
}

static aet_status
transaction(aet_db *on, aet_error *err)
{
	aet_begin_options options = AET_BEGIN_OPTIONS_INIT;

	options.isolation = AET_SERIALIZABLE;
	return aet_db_transaction(on, &options, work, NULL, err);
}

static aet_status
limits(aet_db *on, aet_error *err)
{
	aet_db *out = UNTOUCHED(aet_db);
	aet_status status = aet_db_limit(on, 20000, &out, err);

	MUST_STAY(status, out, aet_db);
	status = aet_db_ping(out, err);
	MUST(aet_db_close(&out) == AET_OK);
	return status;
}

static aet_status
health(aet_db *on, aet_error *err)
{
	aet_health out = AET_HEALTH_INIT;

	return aet_db_health(on, NULL, &out, err);
}

static aet_status
migrate(aet_db *on, aet_error *err)
{
	aet_migrate_report report = AET_MIGRATE_REPORT_INIT;

	return aet_db_migrate(on, NULL, &report, err);
}

static aet_status
migrations(aet_db *on, aet_error *err)
{
	aet_migration_list *out = UNTOUCHED(aet_migration_list);
	aet_status status = aet_db_migrations(on, NULL, &out, err);

	MUST_STAY(status, out, aet_migration_list);
	aet_migration_list_free(out);
	return AET_OK;
}

/* ---- a rolling deploy ---------------------------------------------------- */

static char *folder;

static const aet_parameter moods[] = { { "m", { .name = "mood" }, NULL } };
static const aet_column one_column[] = { { "m", { .name = "mood" }, false } };

static void
read_mood(aet_row *row, void *out)
{
	(void)aet_row_text(row, 0);
	(void)out;
}

static const aet_statement mood_insert = { .size = sizeof(aet_statement),
	.name = "mood_insert",
	.kind = AET_STATEMENT_INSERT,
	.sql = "INSERT INTO moods",
	.tail = " RETURNING m",
	.parameters = moods,
	.parameter_count = 1,
	.columns = one_column,
	.column_count = 1,
	.row_size = 1,
	.read = read_mood };
static const aet_statement mood_lost = { .size = sizeof(aet_statement),
	.name = "mood_lost",
	.sql = "SELECT lost FROM moods" };
static const aet_statement *const working[] = { &mood_insert };
static const aet_statement *const failing[] = { &mood_lost };
static const aet_statement_set works = { working, 1, NULL, 0 };
static const aet_statement_set fails = { failing, 1, NULL, 0 };

static aet_migrate_options
released(const char *source)
{
	aet_migrate_options options = AET_MIGRATE_OPTIONS_INIT;

	options.dir = folder;
	options.source = source;
	options.release = "2.0";
	return options;
}

static aet_status
accept_newer(aet_db *on, aet_error *err)
{
	aet_migrate_options options = released("ahead");

	options.statements = &works;
	return aet_db_migrate(on, &options, NULL, err);
}

static aet_status
refuse_newer(aet_db *on, aet_error *err)
{
	aet_migrate_options options = released("ahead");
	aet_error failed = { 0 };
	aet_status status;

	options.statements = &fails;
	status = aet_db_migrate(on, &options, NULL, &failed);
	MUST(status != AET_OK);
	if (status == AET_EAHEAD)
		return AET_OK;
	*err = failed;
	return status;
}

static aet_status
hold(aet_db *on, aet_error *err)
{
	aet_migrate_options options = released("held");
	aet_migrate_report report = AET_MIGRATE_REPORT_INIT;
	aet_status status = aet_db_migrate(on, &options, &report, err);

	MUST(status != AET_OK || report.held == 1);
	return status;
}

static aet_status
see_held(aet_db *on, aet_error *err)
{
	aet_migrate_options options = released("held");
	aet_migration_list *out = UNTOUCHED(aet_migration_list);
	aet_status status = aet_db_migrations(on, &options, &out, err);

	MUST_STAY(status, out, aet_migration_list);
	aet_migration_list_free(out);
	return aet_db_health(on, &options, NULL, err);
}

static aet_status
servers(aet_db *on, aet_error *err)
{
	aet_migrate_options options = released("held");
	aet_server_list *out = UNTOUCHED(aet_server_list);
	aet_status status = aet_db_servers(on, &options, &out, err);

	MUST_STAY(status, out, aet_server_list);
	aet_server_list_free(out);
	return AET_OK;
}

/* ---- many items and many rows -------------------------------------------- */

enum { GRAINS = 80 };

static void
bind_grain(aet_args *args, const void *item)
{
	const int32_t *n = item;
	const char *const words[] = { "a word" };

	aet_args_int32(args, *n);
	aet_args_text_array(args, (aet_text_array){ .items = words, .len = 1 });
}

static void
bind_number(aet_args *args, const void *item)
{
	aet_args_int32(args, *(const int32_t *)item);
	aet_args_text(args, "some text");
}

typedef struct grain {
	const char *name;
} grain;

static void
read_grain(aet_row *row, void *out)
{
	((grain *)out)->name = aet_row_text(row, 0);
}

#define GRAIN_ROW                                                           \
	.columns = (const aet_column[]){ { "name", { 25, NULL }, false } }, \
	.column_count = 1, .row_size = sizeof(grain), .read = read_grain
#define GRAIN(name_, kind_, sql_, second, type)                                          \
	.size = sizeof(aet_statement), .name = (name_), .kind = (kind_), .writes = true, \
	.sql = (sql_), .tail = "", .parameter_count = 2,                                 \
	.parameters = (const aet_parameter[])                                            \
	{                                                                                \
		{ "n", { 23, NULL }, NULL },                                             \
		{                                                                        \
			second, { type, NULL }, NULL                                     \
		}                                                                        \
	}

static const aet_statement copy_grains = { GRAIN(
    "copy_grains", AET_STATEMENT_COPY, "grains", "words", 1009) };
static const aet_statement pour_grains = { GRAIN(
    "pour_grains", AET_STATEMENT_INSERT, "INSERT INTO grains", "name", 25) };
static const aet_statement put_grains = { GRAIN("put_grains", AET_STATEMENT_FIXED,
					      "INSERT INTO grains VALUES ($1, $2) "
					      "RETURNING name",
					      "name", 25),
	GRAIN_ROW };

static aet_status
bulk(aet_db *on, aet_error *err)
{
	int32_t numbers[GRAINS] = { 0 };
	void *rows[3] = { NULL };
	aet_status status;

	status = aet_statement_copy(
	    on, &copy_grains, bind_grain, numbers, GRAINS, sizeof(int32_t), err);
	if (status == AET_OK)
		status = aet_statement_insert_all(on, &pour_grains, bind_number, numbers,
		    GRAINS, sizeof(int32_t), NULL, err);
	if (status != AET_OK)
		return status;
	status = aet_statement_batch(on, &put_grains, bind_number, numbers, 3,
	    sizeof(int32_t), AET_BATCH_ROWS, NULL, rows, err);
	for (int i = 0; i < 3; i++)
		aet_block_free(rows[i]);
	return status;
}

static aet_status
see_grain(const void *row, void *ctx, aet_error *err)
{
	(void)err;
	*(size_t *)ctx += strlen(((const grain *)row)->name);
	return AET_OK;
}

static aet_status
each_row(aet_db *on, aet_error *err)
{
	const int32_t number = 0;
	aet_args args = { 0 };
	size_t letters = 0;
	aet_status status;

	bind_number(&args, &number);
	status = aet_statement_each(on, &put_grains, &args, see_grain, &letters, err);
	if (status == AET_OK)
		MUST(letters == 9);
	return status;
}

static aet_status
bulk_in_transaction(aet_db *on, aet_error *err)
{
	aet_db *tx = NULL;
	aet_status status = aet_db_begin(on, NULL, &tx, err);

	if (status == AET_OK)
		status = bulk(tx, err);
	if (status == AET_OK)
		status = aet_db_commit(&tx, err);
	aet_db_rollback(&tx);
	return status;
}

/* ---- the loop --------------------------------------------------------- */

typedef aet_status (*step)(aet_db *on, aet_error *err);

/* After a failure the handle works, and nobody has kept a connection. */
static void
handle_works(unsigned long nth)
{
	aet_db_stats stats = { .size = sizeof(stats) };
	aet_error err = { 0 };

	ck_assert_msg(aet_db_ping(db, &err) == AET_OK, "%lu: %s", nth, err.message);
	ck_assert_int_eq(aet_db_get_stats(db, &stats, NULL), AET_OK);
	ck_assert_msg(stats.open == stats.idle, "%lu: a connection leaks", nth);
}

/* Of insert_all's three users. */
static void
all_or_none(unsigned long nth)
{
	PGresult *result = PQexec(
	    beside, "SELECT count(*) % 3 FROM users WHERE username IN ('a', 'b', 'c')");

	/* Without a table there is no row either. */
	ck_assert_msg(
	    PQntuples(result) == 0 || strcmp(PQgetvalue(result, 0, 0), "0") == 0,
	    "%lu: some rows, not all", nth);
	PQclear(result);
}

static aet_status
run_steps(const step *steps, aet_error *err)
{
	aet_status status = db == NULL ? open_pool(err) : AET_OK;

	if (status != AET_OK)
		MUST(db == NULL);
	for (; status == AET_OK && *steps != NULL; steps++)
		status = (*steps)(db, err);
	return status;
}

/* One run with the nth allocation failing; whether there was one. */
static bool
run_failing(
    const step *steps, test_allocation_scope scope, unsigned long nth, const char *reset)
{
	aet_error err = { 0 };
	aet_status status;
	bool failed;

	sql_beside(reset);
	test_allocation_fail(scope, nth);
	status = run_steps(steps, &err);
	failed = test_allocation_end();
	if (!failed || scope == TEST_ALLOCATION_LIBRARY)
		ck_assert_msg(status == (failed ? AET_ENOMEM : AET_OK), "%lu: %s: %s",
		    nth, aet_status_name(status), err.message);
	ck_assert_msg(err.status == status, "%lu: %s, but %s in the error", nth,
	    aet_status_name(status), aet_status_name(err.status));
	if (db != NULL)
		handle_works(nth);
	all_or_none(nth);
	/* All of libpq's allocations are many: calls share one pool. */
	if (scope == TEST_ALLOCATION_LIBRARY || *steps == NULL)
		ck_assert_int_eq(aet_db_close(&db), AET_OK);
	return failed;
}

static void
nothing_leaks(unsigned long nth, long before)
{
	ck_assert_msg(db != NULL || test_allocation_live() == before,
	    "%lu: %ld blocks leak", nth, test_allocation_live() - before);
}

/* The first run warms up what libraries allocate once and keep. */
static void
run_all(const step *steps, test_allocation_scope scope, const char *reset)
{
	unsigned long nth = 1;
	long before;

	ck_assert(!run_failing(steps, scope, RUNS_MAX, reset));
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
	for (before = test_allocation_live(); run_failing(steps, scope, nth, reset);
	     nth++)
		nothing_leaks(nth, before);
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
	nothing_leaks(nth, before);
	ck_assert_uint_gt(nth, 50);
}

static const step opening[] = { NULL };
static const step calls[] = { insert, insert_all, find, pages, update, relations, limits,
	health, NULL };
static const step transactions[] = { insert, transaction, NULL };
static const step migrating[] = { migrate, migrations, health, NULL };

static const char *const no_users = "DELETE FROM users";
static const char *const nothing_migrated =
    "DROP SCHEMA IF EXISTS aeturnis CASCADE; DROP SCHEMA public CASCADE; "
    "CREATE SCHEMA public";

START_TEST(calls_survive_the_librarys_failures)
{
	test_game_migrate(&game);
	run_all(calls, TEST_ALLOCATION_LIBRARY, no_users);
}
END_TEST

static const step bulks[] = { bulk, each_row, bulk_in_transaction, NULL };

START_TEST(bulk_survives_the_librarys_failures)
{
	sql_beside("CREATE TABLE users (username text); CREATE TABLE grains (n int, name "
		   "text, words text[])");
	run_all(bulks, TEST_ALLOCATION_LIBRARY, "TRUNCATE grains");
	sql_beside("DROP TABLE users");
}
END_TEST

START_TEST(transactions_survive_the_librarys_failures)
{
	test_game_migrate(&game);
	run_all(transactions, TEST_ALLOCATION_LIBRARY, no_users);
}
END_TEST

START_TEST(migrating_survives_the_librarys_failures)
{
	/* As the owner: migrating is not the game's. */
	url = game.owner;
	run_all(migrating, TEST_ALLOCATION_LIBRARY, nothing_migrated);
}
END_TEST

static void
put_file(const char *name, const char *text)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(text, 1, strlen(text), file), strlen(text));
	ck_assert_int_eq(fclose(file), 0);
}

static const step rolling[] = { accept_newer, refuse_newer, hold, see_held, servers,
	NULL };

/* One source has a newer file than the folder, the other lacks one that waits. */
START_TEST(rolling_survives_the_librarys_failures)
{
	aet_migrate_options options;
	char path[512];

	/* As the owner: migrating is not the game's. */
	url = game.owner;
	folder = test_scratch_make();
	put_file("1_one.sql", "SELECT 1;");
	put_file("2_two.sql", "-- aet: phase contract\nSELECT 2;");
	put_file("3_three.sql", "-- aet: phase contract\nSELECT 3;");
	ck_assert_int_eq(open_pool(NULL), AET_OK);
	options = released("ahead");
	ck_assert_int_eq(aet_db_migrate(db, &options, NULL, NULL), AET_OK);
	snprintf(path, sizeof(path), "%s/3_three.sql", folder);
	ck_assert_int_eq(unlink(path), 0);
	options = released("held");
	ck_assert_int_eq(aet_db_migrate(db, &options, NULL, NULL), AET_OK);
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
	sql_beside("CREATE TABLE users (username text); CREATE TYPE mood AS ENUM ('sad');"
		   "CREATE TABLE moods (m mood NOT NULL);"
		   "DELETE FROM aeturnis.schema_migrations WHERE source = 'held' AND"
		   " version = 2; INSERT INTO aeturnis.schema_servers (server, source,"
		   " release, host, pid, knows, beat_at, expires_at) VALUES"
		   " (gen_random_uuid(), 'held', '1.0', 'h', 1, '{1}', now(), now() +"
		   " interval '1 hour')");
	run_all(rolling, TEST_ALLOCATION_LIBRARY, "SELECT 1");
	test_scratch_remove(folder);
}
END_TEST

/* Names and numbers, of which only the names are looked up. */
START_TEST(resolving_survives_the_librarys_failures)
{
	aet__resolved resolved = { 0 };
	aet_error err = { 0 };
	aet_status status;
	bool failed;

	for (unsigned long nth = 1;; nth++) {
		test_allocation_fail(TEST_ALLOCATION_LIBRARY, nth);
		status = aet__resolve("localhost,127.0.0.1", "1,2",
		    aet__deadline_in(10000), &resolved, &err);
		failed = test_allocation_end();
		ck_assert_int_eq(status, failed ? AET_ENOMEM : AET_OK);
		if (!failed)
			break;
		ck_assert_ptr_null(resolved.hosts);
	}
	ck_assert_ptr_nonnull(strstr(resolved.hosts, "localhost"));
	aet__resolved_free(&resolved);
}
END_TEST

START_TEST(opening_survives_everybodys_failures)
{
	run_all(opening, TEST_ALLOCATION_PROCESS, "SELECT");
}
END_TEST

START_TEST(calls_survive_everybodys_failures)
{
	test_game_migrate(&game);
	run_all(calls, TEST_ALLOCATION_PROCESS, no_users);
}
END_TEST

START_TEST(transactions_survive_everybodys_failures)
{
	test_game_migrate(&game);
	run_all(transactions, TEST_ALLOCATION_PROCESS, no_users);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("memory");
	TCase *library = tcase_create("library");
	TCase *process = tcase_create("process");

	tcase_add_checked_fixture(library, setup, teardown);
	tcase_set_timeout(library, 240);
	tcase_add_test(library, calls_survive_the_librarys_failures);
	tcase_add_test(library, bulk_survives_the_librarys_failures);
	tcase_add_test(library, transactions_survive_the_librarys_failures);
	tcase_add_test(library, resolving_survives_the_librarys_failures);
	tcase_add_test(library, migrating_survives_the_librarys_failures);
	tcase_add_test(library, rolling_survives_the_librarys_failures);
	suite_add_tcase(suite, library);
	tcase_add_checked_fixture(process, setup, teardown);
	tcase_set_timeout(process, 240);
	if (test_allocation_sees_process()) {
		tcase_add_test(process, opening_survives_everybodys_failures);
		tcase_add_test(process, calls_survive_everybodys_failures);
		tcase_add_test(process, transactions_survive_everybodys_failures);
	}
	suite_add_tcase(suite, process);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
