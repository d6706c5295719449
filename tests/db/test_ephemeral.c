/* SPDX-License-Identifier: MIT */
/* A private PostgreSQL: what a start gives, and what it refuses. */
/* As superuser: it is the server itself that is tested. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/deadline.h"
#include "ephemeral/ephemeral.h"
#include "support/process.h"
#include "support/server.h"

static aet_ephemeral *
start(const aet_ephemeral_options *options)
{
	aet_ephemeral *server = NULL;
	aet_error err;
	aet_status status = aet_ephemeral_start(options, &server, &err);

	ck_assert_msg(status == AET_OK, "%s", err.message);
	return server;
}

static char *
socket_directory(const aet_ephemeral *server)
{
	return test_value(aet_ephemeral_url(server), "SHOW unix_socket_directories");
}

/* The server's process: the first line of postmaster.pid. */
static pid_t
postmaster_of(const aet_ephemeral *server)
{
	char *text = test_value(aet_ephemeral_url(server),
	    "SELECT split_part(pg_read_file('postmaster.pid'), chr(10), 1)");
	pid_t pid = (pid_t)atoi(text);

	free(text);
	return pid;
}

static aet_status
refused(const aet_ephemeral_options *options, aet_error *err)
{
	aet_ephemeral *server = NULL;
	aet_status status = aet_ephemeral_start(options, &server, err);

	ck_assert_ptr_null(server);
	ck_assert_int_eq(status, err->status);
	return status;
}

START_TEST(stopping_leaves_nothing)
{
	aet_ephemeral *server = start(NULL);
	char *directory = socket_directory(server);
	pid_t pid = postmaster_of(server);

	test_value_is(aet_ephemeral_url(server), "SELECT current_user", "postgres");
	test_value_is(aet_ephemeral_url(server), "SELECT current_database()", "aeturnis");
	test_value_is(aet_ephemeral_url(server), "SHOW server_encoding", "UTF8");
	test_value_is(aet_ephemeral_url(server), "SHOW fsync", "off");
	test_value_is(aet_ephemeral_url(server), "SHOW listen_addresses", "");
	test_value_is(aet_ephemeral_url(server), "SHOW TimeZone", "UTC");
	ck_assert_int_eq(access(directory, F_OK), 0);
	aet_ephemeral_stop(&server);
	ck_assert_ptr_null(server);
	ck_assert_int_eq(access(directory, F_OK), -1);
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_int_eq(kill(pid, 0), -1);
	ck_assert_int_eq(errno, ESRCH);
	aet_ephemeral_stop(&server);
	aet_ephemeral_stop(NULL);
	free(directory);
}
END_TEST

START_TEST(what_is_small_is_in_memory_where_there_is_plenty)
{
	aet_ephemeral *server = NULL;
	struct statvfs room = { 0 };
	char *directory;
	bool plenty;

	plenty = statvfs("/dev/shm", &room) == 0 &&
		 room.f_bavail >= (1UL << 30) / room.f_frsize;
	ck_assert_int_eq(aet__ephemeral_start_small(NULL, &server, NULL), AET_OK);
	directory = socket_directory(server);
	ck_assert_int_eq(strncmp(directory, "/dev/shm/", 9) == 0, plenty);
	aet_ephemeral_stop(&server);
	ck_assert_int_eq(access(directory, F_OK), -1);
	free(directory);
}
END_TEST

START_TEST(a_start_stays_within_its_bound)
{
	aet_ephemeral *server = start(NULL); /* fills the cache, where there is one */
	int64_t began;

	aet_ephemeral_stop(&server);
	began = aet__clock_ms();
	server = start(NULL);
	ck_assert_int_lt(aet__clock_ms() - began, 5000);
	began = aet__clock_ms();
	aet_ephemeral_stop(&server);
	ck_assert_int_lt(aet__clock_ms() - began, 5000);
}
END_TEST

START_TEST(two_servers_are_separate)
{
	aet_ephemeral *one = start(NULL);
	aet_ephemeral *two = start(NULL);

	ck_assert_str_ne(aet_ephemeral_url(one), aet_ephemeral_url(two));
	test_sql(aet_ephemeral_url(one), "CREATE TABLE only_here ()");
	test_value_is(
	    aet_ephemeral_url(two), "SELECT to_regclass('only_here') IS NULL", "t");
	aet_ephemeral_stop(&one);
	test_value_is(aet_ephemeral_url(two), "SELECT 1", "1");
	aet_ephemeral_stop(&two);
}
END_TEST

START_TEST(a_database_of_any_name)
{
	aet_ephemeral_options options = AET_EPHEMERAL_OPTIONS_INIT;
	aet_ephemeral *server;

	options.database = "J\xC3\xA4ger's \"50%\" & more/less";
	server = start(&options);
	test_value_is(
	    aet_ephemeral_url(server), "SELECT current_database()", options.database);
	aet_ephemeral_stop(&server);
}
END_TEST

START_TEST(wrong_options_are_refused)
{
	aet_ephemeral_options options = AET_EPHEMERAL_OPTIONS_INIT;
	aet_error err;

	options.size = 0;
	ck_assert_int_eq(refused(&options, &err), AET_EINVAL);
	ck_assert_str_eq(err.message,
	    "options.size is not that of aet_ephemeral_options; "
	    "start from AET_EPHEMERAL_OPTIONS_INIT");
	options = (aet_ephemeral_options)AET_EPHEMERAL_OPTIONS_INIT;
	options.database = "two\nlines";
	ck_assert_int_eq(refused(&options, &err), AET_EINVAL);
	ck_assert_str_eq(err.message,
	    "options.database must have 1 to 63 bytes and no control character");
	options = (aet_ephemeral_options)AET_EPHEMERAL_OPTIONS_INIT;
	options.timeout_ms = -1;
	ck_assert_int_eq(refused(&options, &err), AET_EINVAL);
	ck_assert_str_eq(err.message, "options.timeout_ms must not be negative");
	ck_assert_int_eq(aet_ephemeral_start(NULL, NULL, NULL), AET_EINVAL);
}
END_TEST

START_TEST(missing_binaries_name_the_package)
{
	aet_ephemeral_options options = AET_EPHEMERAL_OPTIONS_INIT;
	aet_error err;

	options.bindir = "/nowhere";
	ck_assert_int_eq(refused(&options, &err), AET_EINVAL);
	ck_assert_str_eq(err.message,
	    "no initdb and postgres in bindir \"/nowhere\"; name the directory that "
	    "holds "
	    "both, or install the Debian package postgresql-15");
	setenv("AET_PG_BINDIR", "/nowhere", 1);
	ck_assert_int_eq(refused(NULL, &err), AET_EINVAL);
	ck_assert_str_eq(err.message,
	    "no initdb and postgres in AET_PG_BINDIR \"/nowhere\"; name the directory "
	    "that "
	    "holds both, or install the Debian package postgresql-15");
}
END_TEST

/* ---- servers that do not start ---------------------------------------- */

static void
write_program(const char *directory, const char *name, const char *script)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_gt(fputs(script, file), 0);
	ck_assert_int_eq(fclose(file), 0);
	ck_assert_int_eq(chmod(path, 0755), 0);
}

START_TEST(a_failure_ends_with_what_the_log_says)
{
	char *scratch = test_scratch_make();
	aet_ephemeral_options options = AET_EPHEMERAL_OPTIONS_INIT;
	aet_error err;
	char expected[256];

	write_program(scratch, "postgres", "#!/bin/sh\n");
	write_program(scratch, "initdb",
	    "#!/bin/sh\necho 'initdb: error: no luck' >&2\necho bye\nexit 3\n");
	options.bindir = scratch;
	ck_assert_int_eq(refused(&options, &err), AET_ECONNECT);
	snprintf(expected, sizeof(expected),
	    "the private PostgreSQL did not start: \"%s/initdb\" ended with status 3: "
	    "error: no luck",
	    scratch);
	ck_assert_str_eq(err.message, expected);
	test_scratch_remove(scratch);
}
END_TEST

START_TEST(a_server_that_hangs_is_given_up)
{
	char *scratch = test_scratch_make();
	aet_ephemeral_options options = AET_EPHEMERAL_OPTIONS_INIT;
	aet_error err;

	write_program(scratch, "postgres", "#!/bin/sh\n");
	write_program(scratch, "initdb", "#!/bin/sh\nexec sleep 60\n");
	options.bindir = scratch;
	options.timeout_ms = 300;
	ck_assert_int_eq(refused(&options, &err), AET_ETIMEOUT);
	ck_assert_str_eq(
	    err.message, "the private PostgreSQL did not answer within 300 ms");
	test_scratch_remove(scratch);
}
END_TEST

/* ---- kept data -------------------------------------------------------- */

START_TEST(kept_data_outlives_its_server)
{
	char *scratch = test_scratch_make();
	aet_ephemeral_options options = AET_EPHEMERAL_OPTIONS_INIT;
	aet_ephemeral *server;
	char path[64];

	snprintf(path, sizeof(path), "%s/kept", scratch);
	options.datadir = path;
	server = start(&options);
	test_value_is(aet_ephemeral_url(server), "SHOW fsync", "on");
	test_sql(aet_ephemeral_url(server),
	    "CREATE TABLE kept (n int); INSERT INTO kept VALUES (42)");
	aet_ephemeral_stop(&server);
	server = start(&options);
	test_value_is(aet_ephemeral_url(server), "SELECT n FROM kept", "42");
	aet_ephemeral_stop(&server);
	options.database = "second";
	server = start(&options);
	test_value_is(aet_ephemeral_url(server), "SELECT current_database()", "second");
	aet_ephemeral_stop(&server);
	test_scratch_remove(scratch);
}
END_TEST

START_TEST(kept_data_has_one_server)
{
	char *scratch = test_scratch_make();
	aet_ephemeral_options options = AET_EPHEMERAL_OPTIONS_INIT;
	aet_ephemeral *server;
	aet_error err;
	char path[64];
	char expected[160];

	snprintf(path, sizeof(path), "%s/kept", scratch);
	options.datadir = path;
	server = start(&options);
	ck_assert_int_eq(refused(&options, &err), AET_EBUSY);
	snprintf(expected, sizeof(expected),
	    "datadir \"%s\" is in use by another server; stop that one, or name another "
	    "directory",
	    path);
	ck_assert_str_eq(err.message, expected);
	test_value_is(aet_ephemeral_url(server), "SELECT 1", "1");
	aet_ephemeral_stop(&server);
	test_scratch_remove(scratch);
}
END_TEST

/* Root's own folder is shut to the user that root's server runs as. */
START_TEST(a_folder_that_the_server_cannot_enter_is_named)
{
	char *scratch = test_scratch_make();
	aet_ephemeral_options options = AET_EPHEMERAL_OPTIONS_INIT;
	aet_error err;
	char path[64];
	char expected[100];

	ck_assert_int_eq(chmod(scratch, 0700), 0);
	snprintf(path, sizeof(path), "%s/kept", scratch);
	options.datadir = path;
	if (geteuid() == 0) {
		ck_assert_int_eq(refused(&options, &err), AET_EINVAL);
		snprintf(expected, sizeof(expected),
		    "that user may not enter \"%s\" (Permission denied)", scratch);
		ck_assert_msg(strstr(err.message, expected) != NULL, "%s", err.message);
	}
	test_scratch_remove(scratch);
}
END_TEST

/* A process that keeps data and is killed: the next one waits for its server
 * to stop, and finds what was committed. */
START_TEST(kept_data_survives_a_killed_owner)
{
	char *scratch = test_scratch_make();
	aet_ephemeral_options options = AET_EPHEMERAL_OPTIONS_INIT;
	aet_ephemeral *server;
	char path[64];
	pid_t child;
	int status;

	snprintf(path, sizeof(path), "%s/kept", scratch);
	options.datadir = path;
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		server = start(&options);
		test_sql(aet_ephemeral_url(server),
		    "CREATE TABLE kept (n int); INSERT INTO kept VALUES (42)");
		raise(SIGKILL);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFSIGNALED(status));
	server = start(&options);
	test_value_is(aet_ephemeral_url(server), "SELECT n FROM kept", "42");
	aet_ephemeral_stop(&server);
	test_scratch_remove(scratch);
}
END_TEST

START_TEST(data_of_another_version_is_refused)
{
	char *scratch = test_scratch_make();
	aet_ephemeral_options options = AET_EPHEMERAL_OPTIONS_INIT;
	aet_ephemeral *server;
	aet_error err;
	FILE *file;
	char path[64];
	const char *start_of_message =
	    "datadir needs another PostgreSQL; set bindir or AET_PG_BINDIR to that "
	    "one's, "
	    "or name an empty directory: The data directory was initialized by "
	    "PostgreSQL "
	    "version 9, which is not compatible with this version ";

	options.datadir = scratch;
	ck_assert_int_eq(chmod(scratch, 0700), 0);
	server = start(&options);
	aet_ephemeral_stop(&server);
	snprintf(path, sizeof(path), "%s/data/PG_VERSION", scratch);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_gt(fputs("9\n", file), 0);
	ck_assert_int_eq(fclose(file), 0);
	ck_assert_int_eq(refused(&options, &err), AET_EINVAL);
	ck_assert_msg(
	    strncmp(err.message, start_of_message, strlen(start_of_message)) == 0, "%s",
	    err.message);
	test_scratch_remove(scratch);
}
END_TEST

START_TEST(a_directory_of_something_else_is_refused)
{
	char *scratch = test_scratch_make();
	aet_ephemeral_options options = AET_EPHEMERAL_OPTIONS_INIT;
	aet_error err;
	char path[64];

	snprintf(path, sizeof(path), "%s/letters", scratch);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	options.datadir = scratch;
	ck_assert_int_eq(refused(&options, &err), AET_EINVAL);
	ck_assert_int_eq(test_scratch_count(scratch), 1);
	snprintf(path, sizeof(path), "%s/absent/kept", scratch);
	options.datadir = path;
	ck_assert_int_eq(refused(&options, &err), AET_EINVAL);
	test_scratch_remove(scratch);
}
END_TEST

static void
add_kept(TCase *tcase)
{
	tcase_add_test(tcase, kept_data_outlives_its_server);
	tcase_add_test(tcase, kept_data_has_one_server);
	tcase_add_test(tcase, a_folder_that_the_server_cannot_enter_is_named);
	tcase_add_test(tcase, kept_data_survives_a_killed_owner);
	tcase_add_test(tcase, data_of_another_version_is_refused);
	tcase_add_test(tcase, a_directory_of_something_else_is_refused);
}

int
main(void)
{
	Suite *suite = suite_create("ephemeral");
	TCase *tcase = tcase_create("ephemeral");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, stopping_leaves_nothing);
	tcase_add_test(tcase, what_is_small_is_in_memory_where_there_is_plenty);
	tcase_add_test(tcase, a_start_stays_within_its_bound);
	tcase_add_test(tcase, two_servers_are_separate);
	tcase_add_test(tcase, a_database_of_any_name);
	tcase_add_test(tcase, wrong_options_are_refused);
	tcase_add_test(tcase, missing_binaries_name_the_package);
	tcase_add_test(tcase, a_failure_ends_with_what_the_log_says);
	tcase_add_test(tcase, a_server_that_hangs_is_given_up);
	add_kept(tcase);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	test_scratch_begin();
	srunner_run_all(runner, CK_NORMAL);
	test_scratch_end();
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
