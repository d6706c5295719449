/* SPDX-License-Identifier: MIT */
/* PgBouncer between the migrator and the server, where it is installed. */
/* As superuser: migrating is not the game's. */
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

/* A pool through a PgBouncer of that mode. */
static aet_db *
open_through(const char *mode)
{
	char *config = NULL;
	char *url = NULL;
	aet_db *db;
	FILE *file;

	find_port();
	ck_assert_int_gt(asprintf(&config, "%s/%s.ini", scratch, mode), 0);
	ck_assert_int_gt(asprintf(&url,
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
	db = migrating_open(url);
	free(url);
	free(config);
	return db;
}

static void
stop(void)
{
	kill(bouncer, SIGKILL);
	waitpid(bouncer, NULL, 0);
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
	aet_db *db = open_through(mode);
	aet_status status = aet_db_migrate(db, &options, NULL, &err);

	ck_assert_msg(status == expected, "%s", err.message);
	ck_assert_ptr_nonnull(strstr(err.message, words));
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
	stop();
}

START_TEST(transaction_mode_is_refused)
{
	if (program() == NULL)
		return;
	migrate_through("transaction", AET_EINVAL, "pool_mode = transaction");
	test_value_is(test_url, "SELECT to_regnamespace('aeturnis') IS NULL", "t");
}
END_TEST

START_TEST(session_mode_will_do)
{
	if (program() == NULL)
		return;
	migrate_through("session", AET_OK, "");
	test_value_is(test_url, "SELECT to_regclass('t') IS NULL", "f");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("migrate_pooler");
	TCase *tcase = tcase_create("pooler");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, transaction_mode_is_refused);
	tcase_add_test(tcase, session_mode_will_do);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
