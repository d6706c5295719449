/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <aeturnis/statement.h>

#include "commands/migrating.h"
#include "commands/seeding.h"
#include "inspect.h"
#include "target.h"

static int refuse(cli_context *cli, const char *next, const char *format, ...)
    AET_PRINTF(3, 4);

/* Nothing was done. next may be NULL. */
static int
refuse(cli_context *cli, const char *next, const char *format, ...)
{
	cli_failure failure = { .error.status = AET_EREFUSED, .next = next };
	va_list args;

	va_start(args, format);
	vsnprintf(failure.error.message, sizeof(failure.error.message), format, args);
	va_end(args);
	return output_fail(&cli->output, &failure);
}

static bool
may_ask(const cli_context *cli)
{
	return !cli->options.no_input && !cli->options.json &&
	       isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
}

/* What was typed, without its line's end; free(). NULL at the end of input. */
static char *
ask_for_name(const char *database)
{
	char *line = NULL;
	size_t size = 0;

	fprintf(stderr,
	    "This drops everything that the migrations made in \"%s\", with its rows.\n"
	    "Type the database's name to go on: ",
	    database);
	if (getline(&line, &size, stdin) < 0) {
		free(line);
		return NULL;
	}
	line[strcspn(line, "\r\n")] = '\0';
	return line;
}

/* The consent: --confirm, or what is typed at the terminal. */
static int
obtain_consent(cli_context *cli, const char *database, char **typed)
{
	char next[AET_NAME_SIZE + 32];

	if (cli->options.confirm != NULL)
		return EXIT_DONE;
	snprintf(next, sizeof(next), "aet-db reset --confirm=%s", database);
	if (!may_ask(cli))
		return refuse(cli, next,
		    "reset drops everything that the migrations made in \"%s\", and "
		    "wants the consent of --confirm=NAME with the database's name",
		    database);
	*typed = ask_for_name(database);
	if (*typed == NULL || strcmp(*typed, database) != 0)
		return refuse(
		    cli, next, "that is not \"%s\": nothing was done", database);
	return EXIT_DONE;
}

/* Of a file that no transaction could hold together with the others. */
static int
fail_later(cli_context *cli, const aet_error *err, aet_reset_report *report)
{
	output_note(&cli->output,
	    "the reset itself is done; %d of the migrations, from the first on that "
	    "cannot share its transaction, %s still to run",
	    report->migrated.remaining, report->migrated.remaining == 1 ? "is" : "are");
	output_set(&cli->output, "dropped", json_integer((json_int_t)report->dropped));
	migrating_set_report(cli, &report->migrated);
	if (report->has_users)
		seeding_show(cli, &report->seeded);
	return migrating_fail(cli, err, &report->migrated.failure);
}

static int
fail(cli_context *cli, const aet_error *err, aet_reset_report *report)
{
	cli_failure failure = { .error = *err };

	if (report->committed)
		return fail_later(cli, err, report);
	if (strcmp(err->sqlstate, "42501") == 0) {
		failure.hint =
		    "what the migrations made belongs to another role: nothing "
		    "was changed";
		failure.next = "aet-db reset --url URL, as the role that owns the tables";
		return output_fail(&cli->output, &failure);
	}
	if (err->status != AET_EREFUSED)
		return migrating_fail(cli, err, &report->migrated.failure);
	if (aet_environment_is_production(cli->environment))
		failure.hint = "AETURNIS_ENV is production, where no flag allows a reset";
	else if (strcmp(err->sqlstate, "2BP01") == 0)
		failure.hint =
		    "drop or move what hangs on the tables yourself: reset never "
		    "drops what the migrations did not make";
	else if (strcmp(err->sqlstate, "42P07") == 0)
		failure.hint =
		    "aet-db migrate compares the tables with the migrations and "
		    "records them";
	else if (!cli->options.allow_remote)
		failure.hint =
		    "--confirm=NAME names the database; --allow-remote allows a server "
		    "on another host";
	return output_fail(&cli->output, &failure);
}

static int
reset(cli_context *cli, const char *consent)
{
	aet_migrate_options migrate = migrating_options(cli);
	aet_seed_options seed = seeding_options(cli);
	aet_reset_options opts = AET_RESET_OPTIONS_INIT;
	aet_reset_report report = { .size = sizeof(report) };
	aet_error err;
	aet_status status;

	report.migrated.size = sizeof(report.migrated);
	report.seeded.size = sizeof(report.seeded);
	opts.confirm = consent;
	opts.allow_remote = cli->options.allow_remote;
	opts.production = aet_environment_is_production(cli->environment);
	opts.migrate = &migrate;
	opts.seed = &seed;
	output_arm_interrupt(&cli->output,
	    "interrupted: everything is rolled back, and as it was, unless "
	    "files outside the transaction had begun: aet-db status tells");
	status = aet_db_reset(cli->db, &opts, &report, &err);
	if (status != AET_OK)
		return fail(cli, &err, &report);
	output_line(&cli->output, "dropped %zu, applied %d", report.dropped,
	    report.migrated.applied);
	output_set(&cli->output, "dropped", json_integer((json_int_t)report.dropped));
	migrating_set_report(cli, &report.migrated);
	if (report.has_users)
		seeding_show(cli, &report.seeded);
	return EXIT_DONE;
}

int
run_reset(cli_context *cli)
{
	server_facts *facts = NULL;
	char *typed = NULL;
	aet_error err;
	int code = target_open(cli);

	if (code != EXIT_DONE)
		return code;
	if (aet_environment_is_production(cli->environment))
		return refuse(cli, NULL,
		    "AETURNIS_ENV is production, where reset is always refused");
	if (inspect_server(cli->db, &facts, &err) != AET_OK)
		return target_fail(cli, &err);
	code = obtain_consent(cli, facts->database, &typed);
	if (code == EXIT_DONE)
		code = reset(cli, typed != NULL ? typed : cli->options.confirm);
	free(typed);
	aet_block_free(facts);
	return code;
}
