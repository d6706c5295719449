/* SPDX-License-Identifier: MIT */
/*
 * PgBouncer, Debian's package, between a program and the server. Where it is not
 * installed the suite is skipped, unless AET_TEST_PGBOUNCER is set, as scripts/test.sh
 * does after installing it.
 * As superuser: migrating is not the game's.
 */
#include <aeturnis/models.h>

#include "support/migrating.h"

#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char *scratch;
static char *pooled; /* the url through the bouncer that runs */
static int port;
static pid_t bouncer;

static const char *
program(void)
{
	static const char *const places[] = { "/usr/sbin/pgbouncer", "/usr/bin/pgbouncer",
		"/usr/local/bin/pgbouncer" };

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (access(places[i], X_OK) == 0)
			return places[i];
	return NULL;
}

static void
find_port(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, len), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	port = ntohs(address.sin_port);
	close(fd);
}

/* PgBouncer does not run as root, and the server's folder is its owner's. */
static void
open_folder(const char *folder)
{
	char *socket_path = NULL;

	if (geteuid() != 0)
		return;
	ck_assert_int_eq(chmod(folder, 0711), 0);
	ck_assert_int_gt(asprintf(&socket_path, "%s/.s.PGSQL.5432", folder), 0);
	ck_assert_int_eq(chmod(socket_path, 0777), 0);
	free(socket_path);
}

/* What the tests' own url says, as PgBouncer wants it. */
static void
write_server(FILE *file)
{
	PQconninfoOption *options = PQconninfoParse(test_url, NULL);

	ck_assert_ptr_nonnull(options);
	for (PQconninfoOption *o = options; o->keyword != NULL; o++)
		if (o->val != NULL && strcmp(o->keyword, "host") == 0)
			open_folder(o->val);
	fprintf(file, "[databases]\n* =");
	for (PQconninfoOption *o = options; o->keyword != NULL; o++)
		if (o->val != NULL &&
		    (strcmp(o->keyword, "host") == 0 || strcmp(o->keyword, "port") == 0 ||
			strcmp(o->keyword, "dbname") == 0 ||
			strcmp(o->keyword, "user") == 0 ||
			strcmp(o->keyword, "password") == 0))
			fprintf(file, " %s=%s", o->keyword, o->val);
	PQconninfoFree(options);
}

static void
run_bouncer(void *arg)
{
	char *config = arg;

	execl(program(), program(), "-q", config, (char *)NULL);
	_exit(127);
}

static bool
listens(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool yes = connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0;

	close(fd);
	return yes;
}

static void
wait_for_it(void)
{
	const struct timespec pause = { 0, 20000000 };
	int left = 500;

	while (!listens() && left-- > 0)
		nanosleep(&pause, NULL);
	ck_assert_int_gt(left, 0);
}

/* Starts a PgBouncer of that mode; its url, as long as it runs. */
static char *
start_bouncer(const char *mode)
{
	char *config = NULL;
	FILE *file;

	find_port();
	ck_assert_int_gt(asprintf(&config, "%s/%s.ini", scratch, mode), 0);
	ck_assert_int_gt(asprintf(&pooled,
			     "postgresql://somebody@127.0.0.1:%d/"
			     "any?sslmode=disable&connect_timeout=10",
			     port),
	    0);
	file = fopen(config, "w");
	ck_assert_ptr_nonnull(file);
	write_server(file);
	fprintf(file,
	    "\n[pgbouncer]\nlogfile = %s/log\nlisten_addr = 127.0.0.1\nlisten_port = "
	    "%d\nauth_type = any\n"
	    "unix_socket_dir =\npool_mode = %s\n"
	    "ignore_startup_parameters = extra_float_digits,options\n",
	    scratch, port, mode);
	ck_assert_int_eq(fclose(file), 0);
	bouncer = test_fork_as_user(scratch, run_bouncer, config);
	wait_for_it();
	free(config);
	return pooled;
}

static void
stop(void)
{
	kill(bouncer, SIGKILL);
	waitpid(bouncer, NULL, 0);
	free(pooled);
}

static void
setup(void)
{
	migrating_setup();
	scratch = test_scratch_make();
	migrating_write("1_t.sql", "CREATE TABLE t (i int);");
}

static void
teardown(void)
{
	test_scratch_remove(scratch);
	migrating_teardown();
}

static void
migrate_through(const char *mode, aet_status expected, const char *words)
{
	aet_migrate_options options = migrating_options();
	aet_error err = { 0 };
	char *url = start_bouncer(mode);
	aet_db *db = migrating_open(url);
	aet_status status = aet_db_migrate(db, &options, NULL, &err);

	ck_assert_msg(status == expected, "%s", err.message);
	ck_assert_ptr_nonnull(strstr(err.message, words));
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
	stop();
}

START_TEST(other_modes_are_refused)
{
	static const char *const modes[] = { "transaction", "statement" };

	migrate_through(modes[_i], AET_EINVAL, "pool_mode = transaction");
	test_value_is(test_url, "SELECT to_regnamespace('aeturnis') IS NULL", "t");
}
END_TEST

START_TEST(session_mode_will_do)
{
	migrate_through("session", AET_OK, "");
	test_value_is(test_url, "SELECT to_regclass('t') IS NULL", "f");
}
END_TEST

/* ---- as servers do, in session mode --------------------------------------- */

#define SERVERS 8

static pid_t
start_server(const char *url)
{
	aet_migrate_options options = migrating_options();
	pid_t pid = fork();
	aet_db *db;

	ck_assert_int_ge(pid, 0);
	if (pid > 0)
		return pid;
	db = migrating_open(url);
	_exit(aet_db_migrate(db, &options, NULL, NULL) == AET_OK ? 0 : 1);
}

static void
write_history(void)
{
	migrating_write("2_i.sql", "-- aet: no-transaction\nINSERT INTO t VALUES (1);\n"
				   "CREATE INDEX CONCURRENTLY i ON t (i);\n"
				   "SELECT pg_sleep(0.2);\nINSERT INTO t VALUES (2);\n");
	migrating_write("3_v.sql", "INSERT INTO t VALUES (3);");
}

static void
history_is_there(void)
{
	test_value_is(test_url,
	    "SELECT string_agg(i::text, ',' ORDER BY i) || ' ' || (SELECT indisvalid "
	    "FROM "
	    "pg_index WHERE indexrelid = 'i'::regclass) FROM t",
	    "1,2,3 true");
	test_value_is(test_url,
	    "SELECT count(*) || ' ' || bool_and(finished) FROM "
	    "aeturnis.schema_migrations",
	    "3 true");
}

START_TEST(eight_servers_at_once)
{
	char *url = start_bouncer("session");
	pid_t pids[SERVERS];
	int status;

	write_history();
	for (int i = 0; i < SERVERS; i++)
		pids[i] = start_server(url);
	for (int i = 0; i < SERVERS; i++) {
		ck_assert_int_eq(waitpid(pids[i], &status, 0), pids[i]);
		ck_assert_int_eq(status, 0);
	}
	history_is_there();
	stop();
}
END_TEST

/* PgBouncer closes what a dead client had; the next one finishes. */
START_TEST(one_is_killed)
{
	const struct timespec pause = { 0, 20000000 + 60000000 * (long)_i };
	char *url = start_bouncer("session");
	int status;
	pid_t pid;

	write_history();
	pid = start_server(url);
	nanosleep(&pause, NULL);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	pid = start_server(url);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	history_is_there();
	stop();
}
END_TEST

/* A session that PgBouncer hands on has forgotten what was prepared in it. */
static void
use_models(const char *url, int number)
{
	aet_error err = { 0 };
	aet_db *db = migrating_open(url);
	aet_db *tx = NULL;
	aet_user *user = NULL;
	aet_user *found = NULL;
	char email[32];
	aet_new_user fresh = {
		.email = email, .username = email, .password_hash = "$argon2id$hash"
	};

	snprintf(email, sizeof(email), "%d@x.org", number);
	ck_assert_msg(
	    aet_user_insert(db, &fresh, &user, &err) == AET_OK, "%s", err.message);
	ck_assert_msg(
	    aet_user_find_by_email(db, email, &found, &err) == AET_OK, "%s", err.message);
	ck_assert(aet_user_id_equal(user->id, found->id));
	aet_user_free(found);
	ck_assert_int_eq(aet_user_insert(db, &fresh, NULL, &err), AET_ECONFLICT);
	ck_assert_str_eq(err.constraint, "users_email_unique");
	ck_assert_int_eq(aet_db_begin(db, NULL, &tx, &err), AET_OK);
	ck_assert_int_eq(aet_user_delete(tx, user->id, &err), AET_OK);
	aet_db_rollback(&tx);
	aet_user_free(user);
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
}

START_TEST(models_in_session_mode)
{
	aet_error err = { 0 };
	char *url = start_bouncer("session");
	aet_db *db = migrating_open(url);

	ck_assert_msg(aet_db_migrate(db, NULL, NULL, &err) == AET_OK, "%s", err.message);
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
	for (int i = 0; i < 5; i++)
		use_models(url, i);
	test_value_is(test_url, "SELECT count(*) FROM users", "5");
	stop();
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("migrate_pooler");
	TCase *tcase = tcase_create("pooler");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, other_modes_are_refused, 0, 2);
	tcase_add_test(tcase, session_mode_will_do);
	tcase_add_test(tcase, eight_servers_at_once);
	tcase_add_loop_test(tcase, one_is_killed, 0, 5);
	tcase_add_test(tcase, models_in_session_mode);
	suite_add_tcase(suite, tcase);
	return suite;
}

#define SKIPPED 77 /* as Meson reads it */

int
main(void)
{
	if (program() != NULL)
		return test_main(make_suite);
	fprintf(stderr, "PgBouncer is not installed: apt-get install pgbouncer\n");
	return getenv("AET_TEST_PGBOUNCER") != NULL ? EXIT_FAILURE : SKIPPED;
}
