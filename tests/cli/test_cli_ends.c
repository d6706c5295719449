/* SPDX-License-Identifier: MIT */
/* How aet-db ends when something from outside ends it. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/deadline.h"
#include "support/cli.h"
#include "support/process.h"
#include "support/server.h"

static test_cli cli;

static void
setup(void)
{
	test_cli_begin(&cli);
}

static void
teardown(void)
{
	test_cli_end(&cli);
}

static void
wait_for_file(const char *name)
{
	aet__deadline deadline = aet__deadline_in(test_ms(20000));
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", cli.directory, name);
	while (access(path, F_OK) != 0) {
		ck_assert_msg(!aet__deadline_passed(deadline), "no %s", path);
		aet__sleep_ms(20, deadline);
	}
}

/* stdout, to be looked at while the program runs. */
static int
open_output(void)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "%s/out", cli.directory);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_gt(fd, 0);
	cli.out_fd = fd;
	return fd;
}

static void
wait_for_output(int fd)
{
	aet__deadline deadline = aet__deadline_in(test_ms(20000));
	struct stat info = { 0 };

	while (info.st_size == 0) {
		ck_assert(!aet__deadline_passed(deadline));
		aet__sleep_ms(20, deadline);
		ck_assert_int_eq(fstat(fd, &info), 0);
	}
}

/* Tables are made slowly once new files stand in TMPDIR to be tried, and a file says
 * so. In the migrations and in the schema, so that it is no difference. */
static void
write_sleeper(void)
{
	char sql[2048];

	snprintf(sql, sizeof(sql),
	    "CREATE FUNCTION doze() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN\n"
	    "IF EXISTS (SELECT FROM pg_ls_dir('%s/tmp') AS f"
	    " WHERE f LIKE 'aet-generate-%%') THEN\n"
	    "  COPY (SELECT 1) TO '%s/tried';\n"
	    "  PERFORM pg_sleep(600);\n"
	    "END IF; END $$;\n"
	    "CREATE EVENT TRIGGER doze ON ddl_command_end WHEN TAG IN ('CREATE TABLE')"
	    " EXECUTE FUNCTION doze();\n",
	    cli.directory, cli.directory);
	test_cli_write(&cli, "migrations/0001_doze.sql", sql);
	test_cli_write(&cli, "schema/a.sql", sql);
}

/* A private server runs then, and a copy of the migrations is in TMPDIR. */
START_TEST(an_interrupted_generate_leaves_nothing)
{
	static const char *const args[] = { "generate", "--json", NULL };
	char temporary[512], setting[600];
	json_t *document, *error;
	pid_t pid;

	snprintf(temporary, sizeof(temporary), "%s/tmp", cli.directory);
	snprintf(setting, sizeof(setting), "TMPDIR=%s", temporary);
	ck_assert_int_eq(mkdir(temporary, 0755), 0);
	test_cli_set(&cli, setting);
	write_sleeper();
	test_cli_write(&cli, "schema/b.sql", "CREATE TABLE hero (id int);\n");
	pid = test_cli_start(&cli, args);
	wait_for_file("tried");
	ck_assert_int_ge(test_scratch_count(temporary), 1);
	ck_assert_int_eq(kill(pid, SIGTERM), 0);
	test_cli_wait(&cli, pid);
	CLI_EXITS(&cli, 143);
	CLI_SAYS(cli.err, "aet-db: interrupted\n");
	document = test_cli_document(&cli);
	error = json_object_get(document, "error");
	ck_assert_str_eq(
	    json_string_value(json_object_get(error, "message")), "interrupted");
	json_decref(document);
	ck_assert_int_eq(test_scratch_count(temporary), 0);
}
END_TEST

/* The connection must not take the place of a stream that is closed: what is
 * printed would go to the server. */
START_TEST(a_closed_stream_is_no_other)
{
	char setting[512];

	snprintf(setting, sizeof(setting), "PROGRAM=%s", getenv("AET_DB_BIN"));
	test_cli_set(&cli, setting);
	CLI(&cli, "dev", "--", "sh", "-c",
	    "$PROGRAM migrate -q; $PROGRAM status >&-; echo $?; "
	    "$PROGRAM status --json >&-; echo $?; $PROGRAM status 2>&- >out; echo $?; "
	    "$PROGRAM migrate <&- >out 2>&-; echo $?; "
	    "$PROGRAM reset --yes <&- >&- 2>&-; echo $?");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "\n1\n1\n0\n0\n5\n");
	CLI_SAYS(
	    cli.err, "cannot write the result to standard output: Bad file descriptor");
}
END_TEST

/* As nohup(1) starts it. */
START_TEST(what_is_ignored_ends_nothing)
{
	static const char *const args[] = { "dev", "--", "sh", "-c",
		"echo > started; while [ ! -e end ]; do sleep 0.02; done; exit 7", NULL };
	static const char *const alone[] = { "dev", NULL };
	aet__deadline deadline;
	pid_t pid;
	int fd;

	signal(SIGHUP, SIG_IGN);
	pid = test_cli_start(&cli, args);
	wait_for_file("started");
	ck_assert_int_eq(kill(pid, SIGHUP), 0);
	test_cli_write(&cli, "end", "");
	test_cli_wait(&cli, pid);
	CLI_EXITS(&cli, 7);

	fd = open_output();
	pid = test_cli_start(&cli, alone);
	wait_for_output(fd);
	ck_assert_int_eq(kill(pid, SIGHUP), 0);
	deadline = aet__deadline_in(300);
	while (!aet__deadline_passed(deadline)) {
		ck_assert_int_eq(waitpid(pid, NULL, WNOHANG), 0);
		aet__sleep_ms(20, deadline);
	}
	ck_assert_int_eq(kill(pid, SIGTERM), 0);
	test_cli_wait(&cli, pid);
	CLI_EXITS(&cli, 0);
	close(fd);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("cli_ends");
	TCase *tcase = tcase_create("ends");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, an_interrupted_generate_leaves_nothing);
	tcase_add_test(tcase, a_closed_stream_is_no_other);
	tcase_add_test(tcase, what_is_ignored_ends_nothing);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
