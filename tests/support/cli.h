/* SPDX-License-Identifier: MIT */
/*
 * Running aet-db (AET_DB_BIN) as a shell would: its streams and its exit code.
 * It runs in a scratch directory of the test's own, with only those settings
 * that the test gives, so that nobody's .env or DATABASE_URL has a say.
 */
#ifndef TEST_SUPPORT_CLI_H
#define TEST_SUPPORT_CLI_H

#include <sys/types.h>

#include <jansson.h>

typedef struct test_cli {
	char *directory;
	const char *settings[8]; /* "NAME=value"; NULL-ended */
	const char *input;       /* of stdin; NULL: none */
	const char *typed; /* at a terminal, which is stdin and stderr; NULL: none */
	int out_fd;        /* stdout, in place of out; 0: out */
	int exit;          /* 128 + the signal that ended it */
	char *out;
	char *err;
} test_cli;

/* For a checked fixture: zeroes, and makes the directory. */
void test_cli_begin(test_cli *cli);
void test_cli_end(test_cli *cli);

/* Adds a setting: borrowed. */
void test_cli_set(test_cli *cli, const char *setting);

/* Runs with the words of args, NULL-ended; fills exit, out and err. */
void test_cli_run(test_cli *cli, const char *const args[]);

/* The same in two parts: the process, and its end. */
pid_t test_cli_start(test_cli *cli, const char *const args[]);
void test_cli_wait(test_cli *cli, pid_t pid);

/* CLI(&cli, "status", "--json") */
#define CLI(cli, ...) test_cli_run(cli, (const char *const[]){ __VA_ARGS__, NULL })

/* Asserts the exit code; on failure both streams are shown. */
#define CLI_EXITS(cli, code)                                                            \
	ck_assert_msg((cli)->exit == (code), "exit %d, not %d\nstdout: %s\nstderr: %s", \
	    (cli)->exit, (code), (cli)->out, (cli)->err)
#define CLI_SAYS(text, part) \
	ck_assert_msg(strstr(text, part) != NULL, "no \"%s\" in: %s", part, text)
#define CLI_SAYS_NOT(text, part) \
	ck_assert_msg(strstr(text, part) == NULL, "\"%s\" in: %s", part, text)

/* stdout as the one document that it must be; json_decref(). */
json_t *test_cli_document(const test_cli *cli);

/* Writes a file into the directory, or below it. */
void test_cli_write(const test_cli *cli, const char *name, const char *text);

#endif
