/* SPDX-License-Identifier: MIT */
/* The command line itself: what needs no database, and what lacks one. */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <aeturnis/version.h>

#include "support/process.h"
#include "support/cli.h"

#define NOBODY "postgresql://game:sekret@127.0.0.1:1/game"

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

static const char *const every_command[] = { "migrate", "status", "new", "seed", "reset",
	"check", "codegen", "diff", "dev", "doctor", "completion", "version", "help",
	"rollback", "baseline", "repair", "adopt", "lint", "generate", "push", "roles",
	"audit" };
#define COMMANDS (int)(sizeof(every_command) / sizeof(every_command[0]))

static const struct {
	const char *args[4];
	const char *message;
} mistakes[] = {
	{ { NULL }, "no command is given" },
	{ { "migrat" }, "there is no command \"migrat\"; did you mean \"migrate\"?" },
	{ { "gen" }, "there is no command \"gen\"; did you mean \"generate\"?" },
	{ { "psuh" }, "there is no command \"psuh\"; did you mean \"push\"?" },
	{ { "baseline", "--accept", "1" }, "there is no flag \"--accept\"\n" },
	{ { "push", "--accept-dataloss" }, "there is no flag \"--accept-dataloss\"; did "
					   "you mean \"--accept-data-loss\"?" },
	{ { "xyzzy" }, "there is no command \"xyzzy\"; see aet-db --help" },
	{ { "migrate", "--jsn" },
	    "there is no flag \"--jsn\"; did you mean \"--json\"?" },
	{ { "migrate", "--xyzzy=sekret" }, "there is no flag \"--xyzzy\"" },
	{ { "status", "-x" }, "there is no flag -x" },
	{ { "status", "--json=yes" }, "--json takes no value" },
	{ { "status", "--url" }, "--url needs a value: --url=URL" },
	{ { "migrate", "--to" }, "--to needs a value: --to=VERSION" },
	{ { "diff", "--to" }, "--to needs a value: --to=SOURCE" },
	{ { "status", "--url=" }, "--url is empty" },
	{ { "status", "-u" }, "-u needs a value" },
	{ { "status", "--persist" }, "status does not take --persist" },
	{ { "status", "more" }, "status does not take \"more\"" },
	{ { "new" }, "new needs NAME" },
	{ { "new", "!?" }, "the name must hold letters or digits" },
	{ { "dev", "--" }, "no program follows --" },
	{ { "status", "--", "psql" }, "status runs no program" },
	{ { "status", "--wait=3x" }, "--wait: \"3x\" is no time; write 500ms, 3s or 2m" },
	{ { "status", "--wait=-1s" }, "\"-1s\" is no time" },
	{ { "status", "--wait=99999999m" }, "is no time" },
	{ { "migrate", "--lock-timeout=0" }, "--lock-timeout=0 would" },
	{ { "migrate", NOBODY }, "migrate takes a connection string only with --url" },
	{ { NOBODY }, "a connection string goes with --url" },
	{ { "completion", "tcsh" }, "\"tcsh\" is none of bash, zsh, fish, man" },
	{ { "help", "xyzzy" }, "there is no command \"xyzzy\"" },
};

START_TEST(a_mistake_is_usage)
{
	test_cli_run(&cli, mistakes[_i].args);
	CLI_EXITS(&cli, 2);
	ck_assert_str_eq(cli.out, "");
	CLI_SAYS(cli.err, mistakes[_i].message);
	CLI_SAYS(cli.err, "--help");
	CLI_SAYS_NOT(cli.err, "sekret");
}
END_TEST

START_TEST(a_mistake_is_a_document_with_json)
{
	json_t *document, *error;

	CLI(&cli, "migrate", "--bogus", "--json");
	CLI_EXITS(&cli, 2);
	document = test_cli_document(&cli);
	ck_assert_str_eq(
	    json_string_value(json_object_get(document, "command")), "migrate");
	error = json_object_get(document, "error");
	ck_assert_str_eq(
	    json_string_value(json_object_get(error, "status")), "AET_EINVAL");
	ck_assert_str_eq(json_string_value(json_object_get(error, "message")),
	    "there is no flag \"--bogus\"");
	ck_assert(json_is_null(json_object_get(error, "sqlstate")));
	ck_assert_str_eq(
	    json_string_value(json_object_get(error, "next")), "aet-db migrate --help");
	json_decref(document);
}
END_TEST

/* One flag, and what it is to each command. */
START_TEST(a_flag_is_explained_for_its_command)
{
	CLI(&cli, "migrate", "--help");
	CLI_SAYS(cli.out, "--to=VERSION          The number of the last migration");
	CLI_SAYS(
	    cli.out, "--url=URL             The database, instead of DATABASE_URL.\n");
	CLI(&cli, "diff", "--help");
	CLI_SAYS(cli.out, "--to=SOURCE           The schema as it should be");
	CLI(&cli, "codegen", "--help");
	CLI_SAYS(cli.out, "--manifest=FILE       Write what each query takes");
	CLI(&cli, "push", "--help");
	CLI_SAYS(cli.out, "--manifest=FILE       The manifest of the release that runs");
	CLI(&cli, "completion", "man");
	CLI_SAYS(cli.out,
	    "Of \\fBlint\\fR, \\fBgenerate\\fR, \\fBpush\\fR: The manifest of the "
	    "release that runs");
	CLI(&cli, "completion", "fish");
	CLI_SAYS(
	    cli.out, "from migrate' -l to -r -F -d 'The number of the last migration");
}
END_TEST

START_TEST(help_is_a_result)
{
	char usage[64];

	snprintf(usage, sizeof(usage), "usage: aet-db %s ", every_command[_i]);
	CLI(&cli, every_command[_i], "--help");
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(cli.err, "");
	ck_assert_int_eq(strncmp(cli.out, usage, strlen(usage)), 0);
	CLI_SAYS(cli.out, "--json");
}
END_TEST

START_TEST(help_names_every_command)
{
	CLI(&cli, "--help");
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(cli.err, "");
	for (int i = 0; i < COMMANDS; i++)
		CLI_SAYS(cli.out, every_command[i]);
}
END_TEST

START_TEST(flags_stand_anywhere)
{
	char *first;

	CLI(&cli, "version", "--json");
	CLI_EXITS(&cli, 0);
	first = strdup(cli.out);
	CLI(&cli, "--json", "version");
	ck_assert_str_eq(cli.out, first);
	test_cli_set(&cli, "POSIXLY_CORRECT=1");
	CLI(&cli, "version", "-j");
	ck_assert_str_eq(cli.out, first);
	CLI(&cli, "-qj", "version");
	ck_assert_str_eq(cli.out, first);
	free(first);
}
END_TEST

START_TEST(version_tells_three)
{
	CLI(&cli, "version");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "aet-db " AET_VERSION_STRING "\n");
	CLI_SAYS(cli.out, "libaeturnis-db " AET_VERSION_STRING "\n");
	CLI_SAYS(cli.out, "libpq ");
}
END_TEST

START_TEST(no_database_is_usage)
{
	CLI(&cli, every_command[_i]);
	CLI_EXITS(&cli, 2);
	ck_assert_str_eq(cli.out, "");
	CLI_SAYS(cli.err, "DATABASE_URL");
	CLI_SAYS(cli.err, "next:");
}
END_TEST

START_TEST(nobody_answers)
{
	test_cli_set(&cli, "DATABASE_URL=" NOBODY);
	CLI(&cli, "status");
	CLI_EXITS(&cli, 3);
	ck_assert_str_eq(cli.out, "");
	CLI_SAYS(cli.err, "postgresql://game:***@127.0.0.1:1/game");
	CLI_SAYS_NOT(cli.err, "sekret");
	CLI(&cli, "status", "--quiet");
	CLI_EXITS(&cli, 3);
	CLI_SAYS_NOT(cli.err, "database:");
}
END_TEST

START_TEST(nobody_answers_in_json)
{
	json_t *document, *error;

	CLI(&cli, "migrate", "--json", "--url", NOBODY);
	CLI_EXITS(&cli, 3);
	document = test_cli_document(&cli);
	error = json_object_get(document, "error");
	ck_assert_str_eq(
	    json_string_value(json_object_get(error, "status")), "AET_ECONNECT");
	ck_assert_str_eq(json_string_value(json_object_get(document, "database")),
	    "postgresql://game:***@127.0.0.1:1/game");
	json_decref(document);
	CLI_SAYS_NOT(cli.out, "sekret");
	CLI_SAYS_NOT(cli.err, "sekret");
}
END_TEST

START_TEST(waiting_ends)
{
	CLI(&cli, "status", "--wait=300ms", "--url", NOBODY);
	CLI_EXITS(&cli, 3);
	CLI_SAYS(cli.err, "waiting for the server");
}
END_TEST

START_TEST(an_unreadable_url_is_usage)
{
	CLI(&cli, "status", "--url=postgresql://game:sekret@[::1");
	CLI_EXITS(&cli, 2);
	CLI_SAYS_NOT(cli.err, "sekret");
}
END_TEST

START_TEST(settings_come_from_files)
{
	test_cli_write(&cli, ".env", "DATABASE_URL=" NOBODY "\n");
	CLI(&cli, "status");
	CLI_EXITS(&cli, 3);
	CLI_SAYS(cli.err, "(from .env)");
	test_cli_write(&cli, "other", "DATABASE_URL=postgresql://127.0.0.1:1/other\n");
	CLI(&cli, "status", "--env-file=other");
	CLI_EXITS(&cli, 3);
	CLI_SAYS(cli.err, "postgresql://127.0.0.1:1/other (from other)");
	CLI(&cli, "status", "--url= \t");
	CLI_EXITS(&cli, 2);
	CLI_SAYS(cli.err, "no database is named");
	CLI(&cli, "status", "--url=service=nobodys");
	CLI_EXITS(&cli, 3);
	CLI_SAYS(cli.err, "definition of service \"nobodys\" not found");
	CLI_SAYS(cli.err, "hint:      services are in ~/.pg_service.conf");
	CLI(&cli, "push", "--url=mysql://sekret");
	CLI_EXITS(&cli, 2);
	CLI_SAYS(cli.err, "neither a postgresql:// URI");
	CLI_SAYS_NOT(cli.err, "sekret");
	CLI(&cli, "status", "--env-file=absent");
	CLI_EXITS(&cli, 2);
	CLI_SAYS(cli.err, "absent");
}
END_TEST

/* Half of it would be taken for the host's name. */
START_TEST(a_password_with_an_at_is_not_shown)
{
	CLI(&cli, "status", "--url", "postgresql://u:se@cret@127.0.0.1:1/x", "--json");
	CLI_EXITS(&cli, 2);
	CLI_SAYS(cli.out, "write it as %40");
	CLI_SAYS_NOT(cli.out, "cret");
	CLI_SAYS_NOT(cli.err, "cret");
}
END_TEST

START_TEST(doctor_says_what_is_missing)
{
	json_t *document;

	CLI(&cli, "doctor", "--json");
	CLI_EXITS(&cli, 1);
	document = test_cli_document(&cli);
	ck_assert_int_eq(json_integer_value(json_object_get(document, "failed")), 1);
	json_decref(document);
	CLI(&cli, "doctor");
	CLI_SAYS(cli.out, "fail  url        DATABASE_URL is neither");
	CLI_SAYS(cli.out, "next: export DATABASE_URL=");
}
END_TEST

/* What is broken here is what doctor is run for. */
START_TEST(doctor_goes_on_where_settings_are_broken)
{
	test_cli_write(&cli, ".env", "DATABASE_URL=\"postgresql:///a\nX=1\n");
	CLI(&cli, "doctor");
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.out,
	    "fail  settings   .env:1: the quote that opens here is not closed\n"
	    "                 next: mend the file");
	CLI_SAYS(cli.out, "fail  url        DATABASE_URL is neither");
	CLI_SAYS(cli.out, "  passwords  one argon2id hash takes");
	CLI(&cli, "doctor", "--url=postgresql://127.0.0.1:1/nothing");
	CLI_EXITS(&cli, 1);
	CLI_SAYS(
	    cli.out, "ok    url        postgresql://127.0.0.1:1/nothing, from --url");
	CLI_SAYS(cli.out, "fail  server     cannot connect");
	CLI(&cli, "doctor", "--env-file=absent", "--url=postgresql://ada:sekret@[::1");
	CLI_EXITS(&cli, 1);
	CLI_SAYS(
	    cli.out, "fail  settings   the environment file \"absent\" does not exist");
	CLI_SAYS(cli.out, "fail  server     the database url is neither");
	CLI_SAYS_NOT(cli.out, "sekret");
	CLI_SAYS(cli.out, "  passwords  one argon2id hash takes");
}
END_TEST

START_TEST(a_full_disk_is_a_failure)
{
	cli.out_fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	ck_assert_int_ge(cli.out_fd, 0);
	CLI(&cli, "version");
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "cannot write the result to standard output: No space left");
	CLI(&cli, "version", "--json");
	CLI_EXITS(&cli, 1);
	close(cli.out_fd);
}
END_TEST

START_TEST(a_reader_that_left_is_a_failure)
{
	int ends[2];

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	close(ends[0]);
	cli.out_fd = ends[1];
	CLI(&cli, "--help");
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "Broken pipe");
	close(ends[1]);
}
END_TEST

/* By the shell itself where it is installed. */
static void
assert_shell_reads(const char *shell, const char *script)
{
	char command[600];
	int status;

	snprintf(command, sizeof(command),
	    "command -v %s >/dev/null || exit 0; %s -n %s/%s", shell, shell,
	    cli.directory, script);
	status = system(command);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s", command);
}

START_TEST(completions_are_scripts)
{
	static const char *const shells[] = { "bash", "zsh", "fish" };

	CLI(&cli, "completion", shells[_i]);
	CLI_EXITS(&cli, 0);
	for (int i = 0; i < COMMANDS; i++)
		CLI_SAYS(cli.out, every_command[i]);
	CLI_SAYS(cli.out, "lock-timeout");
	test_cli_write(&cli, "script", cli.out);
	assert_shell_reads(shells[_i], "script");
}
END_TEST

/* fish says so, skips the line and goes on. */
START_TEST(fish_is_told_files_or_none)
{
	CLI(&cli, "completion", "fish");
	for (char *line = strtok(cli.out, "\n"); line != NULL; line = strtok(NULL, "\n"))
		ck_assert_msg(strstr(line, " -f ") == NULL || strstr(line, " -F") == NULL,
		    "%s", line);
}
END_TEST

START_TEST(bash_completes)
{
	char command[700];

	if (access("/bin/bash", X_OK) != 0)
		return;
	CLI(&cli, "completion", "bash");
	test_cli_write(&cli, "script", cli.out);
	snprintf(command, sizeof(command),
	    "bash -c '. %s/script; "
	    "try() { COMP_WORDS=(aet-db \"$@\"); COMP_CWORD=$#; _aet_db 2>/dev/null; "
	    "echo \"${COMPREPLY[*]}\"; }; "
	    "[ \"$(try mig)\" = migrate ] && [ \"$(try completion z)\" = zsh ] && "
	    "[ \"$(try migrate --out)\" = --out-of-order ] && [ -z \"$(try seed --out)\" "
	    "] && [ \"$(try lint %s/scr)\" = %s/script ] && "
	    "[ \"$(try help mig)\" = migrate ]'",
	    cli.directory, cli.directory, cli.directory);
	ck_assert_int_eq(system(command), 0);
}
END_TEST

START_TEST(the_manual_page_names_everything)
{
	CLI(&cli, "completion", "man");
	CLI_EXITS(&cli, 0);
	ck_assert_int_eq(strncmp(cli.out, ".TH AET\\-DB 1 ", 14), 0);
	for (int i = 0; i < COMMANDS; i++)
		CLI_SAYS(cli.out, every_command[i]);
	CLI_SAYS(cli.out, "lock\\-timeout");
	CLI_SAYS(cli.out, ".SH EXIT STATUS");
}
END_TEST

START_TEST(new_counts_on)
{
	CLI(&cli, "new", "Add Players!");
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(cli.out, "migrations/0001_add_players.sql\n");
	CLI(&cli, "new", "add players", "-q");
	ck_assert_str_eq(cli.out, "migrations/0002_add_players.sql\n");
	ck_assert_str_eq(cli.err, "");
	test_cli_write(&cli, "migrations/0041_late.sql", "SELECT 1;\n");
	CLI(&cli, "new", "--dry-run", "x");
	ck_assert_str_eq(cli.out, "migrations/0042_x.sql\n");
	CLI(&cli, "new", "x", "--dir=migrations", "--json");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "\"path\":\"migrations/0042_x.sql\"");
	CLI(&cli, "new", "x", "--dir=no/such");
	CLI_EXITS(&cli, 1);
}
END_TEST

START_TEST(new_at_once_takes_each_number_once)
{
	static const char *const args[] = { "new", "same", NULL };
	enum { TIMES = 8 };
	test_cli runs[TIMES];
	pid_t pids[TIMES];
	char path[512];

	for (int i = 0; i < TIMES; i++) {
		runs[i] = cli;
		pids[i] = test_cli_start(&runs[i], args);
	}
	for (int i = 0; i < TIMES; i++) {
		int status;

		ck_assert_int_eq(waitpid(pids[i], &status, 0), pids[i]);
		ck_assert_int_eq(status, 0);
	}
	for (int i = 1; i <= TIMES; i++) {
		snprintf(
		    path, sizeof(path), "%s/migrations/%04d_same.sql", cli.directory, i);
		ck_assert_msg(access(path, F_OK) == 0, "%s", path);
	}
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("cli");
	TCase *tcase = tcase_create("cli");

	tcase_set_timeout(tcase, 60);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(
	    tcase, a_mistake_is_usage, 0, (int)(sizeof(mistakes) / sizeof(mistakes[0])));
	tcase_add_test(tcase, a_mistake_is_a_document_with_json);
	tcase_add_test(tcase, a_flag_is_explained_for_its_command);
	tcase_add_loop_test(tcase, help_is_a_result, 0, COMMANDS);
	tcase_add_test(tcase, help_names_every_command);
	tcase_add_test(tcase, flags_stand_anywhere);
	tcase_add_test(tcase, version_tells_three);
	tcase_add_loop_test(tcase, no_database_is_usage, 0, 2);
	tcase_add_loop_test(tcase, no_database_is_usage, 3, 6);
	tcase_add_test(tcase, nobody_answers);
	tcase_add_test(tcase, nobody_answers_in_json);
	tcase_add_test(tcase, waiting_ends);
	tcase_add_test(tcase, an_unreadable_url_is_usage);
	tcase_add_test(tcase, settings_come_from_files);
	tcase_add_test(tcase, doctor_says_what_is_missing);
	tcase_add_test(tcase, doctor_goes_on_where_settings_are_broken);
	tcase_add_test(tcase, a_full_disk_is_a_failure);
	tcase_add_test(tcase, a_reader_that_left_is_a_failure);
	tcase_add_test(tcase, fish_is_told_files_or_none);
	tcase_add_loop_test(tcase, completions_are_scripts, 0, 3);
	tcase_add_test(tcase, bash_completes);
	tcase_add_test(tcase, the_manual_page_names_everything);
	tcase_add_test(tcase, a_password_with_an_at_is_not_shown);
	tcase_add_test(tcase, new_counts_on);
	tcase_add_test(tcase, new_at_once_takes_each_number_once);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	SRunner *runner = srunner_create(make_suite());
	int failed;

	test_scratch_begin();
	srunner_run_all(runner, CK_NORMAL);
	test_scratch_end();
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
