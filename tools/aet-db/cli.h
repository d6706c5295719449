/* SPDX-License-Identifier: MIT */
/* What a command is given, and what it answers with. */
#ifndef AET_DB_CLI_H
#define AET_DB_CLI_H

#include <aeturnis/database.h>
#include <aeturnis/environment.h>

#include "options.h"
#include "output.h"

typedef enum exit_code {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2, /* also: no database was named */
	EXIT_UNREACHABLE = 3,
	EXIT_PENDING = 4,      /* or drift */
	EXIT_CONSENT = 5,      /* the message names the flag that gives it */
	EXIT_LOCKED = 6,       /* or an older server did not leave */
	EXIT_INTERRUPTED = 130 /* 128 + SIGINT, as the shells count */
} exit_code;

typedef struct cli_context {
	cli_options options;
	cli_output output;
	aet_environment *environment; /* NULL until target_resolve */
	const char *url;              /* borrowed from options or environment */
	char *target;                 /* url, fit to be shown */
	aet_db *db;
	char *manifest; /* the text that migrating_manifest has read; NULL: none */
	char next[512]; /* migrating_next's */
	char words[AET_MESSAGE_SIZE]; /* what a failure's advice is made of */
} cli_context;

/* Each takes what the options say and returns an exit_code. */
int run_migrate(cli_context *cli);
int run_status(cli_context *cli);
int run_rollback(cli_context *cli);
int run_baseline(cli_context *cli);
int run_repair(cli_context *cli);
int run_adopt(cli_context *cli);
int run_new(cli_context *cli);
int run_seed(cli_context *cli);
int run_reset(cli_context *cli);
int run_check(cli_context *cli);
int run_codegen(cli_context *cli);
int run_diff(cli_context *cli);
int run_lint(cli_context *cli);
int run_generate(cli_context *cli);
int run_push(cli_context *cli);
int run_roles(cli_context *cli);
int run_audit(cli_context *cli);
int run_purge(cli_context *cli);
int run_dev(cli_context *cli);
int run_doctor(cli_context *cli);
int run_completion(cli_context *cli);
int run_version(cli_context *cli);
int run_help(cli_context *cli);

#endif
