/* SPDX-License-Identifier: MIT */
#include "target.h"

#include <stdlib.h>
#include <string.h>

#include "core/deadline.h"
#include "core/text.h"
#include "pg/client.h"

#define CALL_TIMEOUT_MS 30000
#define CONNECT_TIMEOUT_MS 5000
#define RETRY_LOW_MS 100
#define RETRY_HIGH_MS 400

static void
log_line(void *ctx, aet_log_level level, const char *message)
{
	cli_output *out = ctx;

	if (level >= AET_LOG_WARNING)
		output_note(out, "%s", message);
	else
		output_detail(out, "%s", message);
}

int
target_load_environment(cli_context *cli)
{
	cli_failure failure = { .exit = EXIT_USAGE };

	if (cli->environment != NULL)
		return EXIT_DONE;
	if (aet_environment_load(
		cli->options.env_file, &cli->environment, &failure.error) == AET_OK)
		return EXIT_DONE;
	if (cli->options.env_file != NULL)
		failure.next =
		    "name a file that is there, or leave --env-file out: .env is "
		    "read where there is one";
	return output_fail(&cli->output, &failure);
}

static int
no_database(cli_context *cli)
{
	cli_failure failure = { .exit = EXIT_USAGE };

	aet_error_set(&failure.error, AET_EINVAL,
	    "no database is named: DATABASE_URL is neither in the environment nor in "
	    ".env, and --url is not given");
	failure.next = "export DATABASE_URL=postgresql://user:password@host/database, "
		       "or start a private one: aet-db dev -- COMMAND";
	return output_fail(&cli->output, &failure);
}

static void
show_target(cli_context *cli)
{
	const char *origin =
	    cli->options.url != NULL
		? "--url"
		: aet_environment_origin(cli->environment, "DATABASE_URL");

	output_note(&cli->output, "database: %s (from %s)", cli->target, origin);
	output_set(&cli->output, "database", output_text(cli->target));
}

const char *
target_url(const cli_context *cli)
{
	return cli->options.url != NULL
		   ? cli->options.url
		   : aet_environment_get(cli->environment, "DATABASE_URL");
}

static void
add_url_advice(cli_failure *failure)
{
	failure->hint =
	    "postgresql://user:password@host:5432/database, or host=... "
	    "user=... dbname=...; in a password of the first form, @ is %40, / "
	    "is %2F, : is %3A and % is %25";
	failure->next = "aet-db doctor --url URL";
}

/* Blanks name no database. */
static bool
is_nothing(const char *url)
{
	return url == NULL || url[strspn(url, " \t\r\n")] == '\0';
}

/* Nothing named is no failure yet. */
static int
find(cli_context *cli)
{
	cli_failure failure = { .exit = 0 };
	int code = target_load_environment(cli);

	if (code != EXIT_DONE)
		return code;
	cli->url = target_url(cli);
	if (is_nothing(cli->url) ||
	    aet_url_redact(cli->url, &cli->target, &failure.error) == AET_OK)
		return EXIT_DONE;
	add_url_advice(&failure);
	return output_fail(&cli->output, &failure);
}

int
target_resolve(cli_context *cli)
{
	int code = find(cli);

	if (code != EXIT_DONE)
		return code;
	if (is_nothing(cli->url))
		return no_database(cli);
	show_target(cli);
	return EXIT_DONE;
}

/* As a word for the shell. */
static void
add_shell_word(aet__text *text, const char *word)
{
	if (word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			      "0123456789_.-/:@%+,=")] == '\0') {
		aet__text_add(text, word);
		return;
	}
	aet__text_add_char(text, '\'');
	for (; *word != '\0'; word++) {
		if (*word == '\'')
			aet__text_add(text, "'\\''");
		else
			aet__text_add_char(text, *word);
	}
	aet__text_add_char(text, '\'');
}

/* One of createdb's options, where the connection string has its value. */
static void
add_option(aet__text *text, const char *url, const char *option, const char *keyword)
{
	char *value = NULL;

	if (aet__client_url_value(url, keyword, &value, NULL) != AET_OK || value == NULL)
		return;
	aet__text_addf(text, " %s", option);
	add_shell_word(text, value);
	free(value);
}

/* createdb(1) asks for the password, if there is one. */
static void
add_createdb(aet__text *text, const char *url)
{
	aet__text_add(text, "createdb");
	add_option(text, url, "-h ", "host");
	add_option(text, url, "-p ", "port");
	add_option(text, url, "-U ", "user");
	add_option(text, url, "", "dbname");
}

char *
target_next(const cli_context *cli, const aet_error *err)
{
	aet__text next = { 0 };

	if (strcmp(err->sqlstate, "3D000") != 0)
		return NULL;
	add_createdb(&next, cli->url);
	return aet__text_take(&next);
}

int
target_fail(cli_context *cli, const aet_error *err)
{
	cli_failure failure = { .error = *err };
	char *next = target_next(cli, err);
	int code;

	if (err->status == AET_EINVAL && cli->db == NULL)
		add_url_advice(&failure);
	if (strncmp(err->sqlstate, "28", 2) == 0)
		failure.hint =
		    "the server answers, but refuses this role or its password";
	else if (strcmp(err->sqlstate, "42501") == 0)
		failure.hint = "the server knows this role, which lacks CONNECT on the "
			       "database: its owner grants it, or connect as another";
	else if (strstr(err->message, "definition of service") != NULL)
		failure.hint = "services are in ~/.pg_service.conf, or in the file that "
			       "PGSERVICEFILE names";
	else if (err->status == AET_ECONNECT && err->sqlstate[0] == '\0')
		failure.hint =
		    "is the server running, and does the URL name its host and port?";
	if (next != NULL)
		failure.next = next;
	else if (err->status == AET_ECONNECT)
		failure.next = "aet-db doctor";
	code = output_fail(&cli->output, &failure);
	free(next);
	return code;
}

/* Nobody answered, or only to say that it is starting (57P03): worth waiting. */
static bool
may_come_up(const aet_error *err)
{
	return (err->status == AET_ECONNECT || err->status == AET_ETIMEOUT) &&
	       (err->sqlstate[0] == '\0' || strcmp(err->sqlstate, "57P03") == 0);
}

static aet_status
open_waiting(cli_context *cli, const aet_db_options *opts, aet_error *err)
{
	int wait_ms = cli->options.wait_ms;
	aet__deadline deadline = aet__deadline_in(wait_ms);
	aet_status status = aet_db_open(opts, &cli->db, err);

	if (status == AET_OK || wait_ms <= 0 || !may_come_up(err))
		return status;
	output_note(&cli->output, "waiting for the server");
	while (status != AET_OK && may_come_up(err) && !aet__deadline_passed(deadline)) {
		aet__sleep_ms(aet__jitter(RETRY_LOW_MS, RETRY_HIGH_MS), deadline);
		status = aet_db_open(opts, &cli->db, err);
	}
	return status;
}

aet_status
target_try(cli_context *cli, aet_error *err)
{
	aet_db_options opts = AET_DB_OPTIONS_INIT;

	opts.url = cli->url;
	opts.application_name = "aet-db";
	opts.max_connections = 2;
	opts.connect_timeout_ms = CONNECT_TIMEOUT_MS;
	opts.call_timeout_ms = CALL_TIMEOUT_MS;
	opts.log = log_line;
	opts.log_ctx = &cli->output;
	return open_waiting(cli, &opts, err);
}

int
target_open(cli_context *cli)
{
	aet_error err;
	aet_status status;
	int code = target_resolve(cli);

	if (code != EXIT_DONE)
		return code;
	output_arm_interrupt(
	    &cli->output, "interrupted: what was not committed is rolled back");
	status = target_try(cli, &err);
	if (status == AET_OK)
		return EXIT_DONE;
	code = target_fail(cli, &err);
	if (status == AET_EINVAL)
		return EXIT_USAGE;
	return status == AET_ETIMEOUT ? EXIT_UNREACHABLE : code;
}

void
target_close(cli_context *cli)
{
	(void)aet_db_close(&cli->db);
	aet_environment_free(cli->environment);
	cli->environment = NULL;
	free(cli->target);
	free(cli->manifest);
	cli->target = NULL;
	cli->manifest = NULL;
}
