/* SPDX-License-Identifier: MIT */
#include "commands/generating.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands/migrating.h"
#include "core/error.h"
#include "diff/copy.h"
#include "target.h"

#define PATIENCE_MS (30 * 60 * 1000)
#define ANSWER_SIZE 64

/* ---- the run ------------------------------------------------------------- */

static int
run_body(generating *g, int (*body)(generating *g))
{
	const cli_options *given = &g->cli->options;
	aet_error err;

	g->bindir = given->bindir;
	if (g->bindir == NULL)
		g->bindir = aet_environment_get(g->cli->environment, "AET_PG_BINDIR");
	for (size_t i = 0; i < given->renames.count; i++)
		if (change_rename_read(
			&g->memory, given->renames.items[i], &g->flags, &err) != AET_OK)
			return output_usage(&g->cli->output, "%s", err.message);
	if (diff_scratch_open(&g->scratch, given->shadow, g->bindir, g->deadline, &err) !=
	    AET_OK)
		return generating_fail(g, &err);
	return body(g);
}

/* The one place that memory running out comes back to: see memory.h. */
static int
run_guarded(generating *g, int (*body)(generating *g))
{
	aet_error err;

	if (setjmp(g->memory.out) == 0)
		return run_body(g, body);
	(void)aet__error_memory(&err);
	return generating_fail(g, &err);
}

int
generating_run(cli_context *cli, int (*body)(generating *g))
{
	const cli_options *given = &cli->options;
	generating g = { .cli = cli,
		.memory.arena = aet__arena_open(),
		.deadline = aet__deadline_in(PATIENCE_MS),
		.schema = given->schema != NULL ? given->schema : DEFAULT_SCHEMA };
	aet_error err;
	int code;

	if (g.memory.arena == NULL) {
		(void)aet__error_memory(&err);
		return generating_fail(&g, &err);
	}
	g.replay = (change_replay){
		.dir = given->dir, .source = given->source, .journal = given->journal
	};
	g.migrated.size = sizeof(g.migrated);
	code = run_guarded(&g, body);
	aet__connection_close(g.work.copy);
	change_previous_free(&g.previous);
	diff_scratch_close(&g.scratch);
	aet__arena_free(g.memory.arena);
	return code;
}

int
generating_fail(generating *g, const aet_error *err)
{
	cli_output *out = &g->cli->output;
	cli_failure failure = { .error = *err };

	if (err->status == AET_EREFUSED && g->exit != 0)
		return g->exit;
	for (size_t i = 0; i < g->work.problem_count; i++) {
		output_warn(out, "%s", g->work.problems[i]);
		output_append(out, "problems", json_string(g->work.problems[i]));
	}
	if (g->migrated.failure.file[0] != '\0')
		return migrating_fail(g->cli, err, &g->migrated.failure);
	if (err->status == AET_ECONNECT)
		return target_fail(g->cli, err);
	if (err->status == AET_EDATA || err->status == AET_EINVAL)
		failure.exit = EXIT_FAILED;
	if (strstr(err->message, "is no file or folder") != NULL &&
	    access(g->schema, F_OK) != 0) {
		failure.hint = "the schema is the tables as they should be, as CREATE "
			       "statements in a .sql file or a folder of them";
		failure.next = g->cli->options.schema == NULL
				   ? "mkdir schema, and write schema/tables.sql; or name "
				     "what there is: --schema FILE|DIR"
				   : "name a file or folder that is there: --schema "
				     "FILE|DIR";
	}
	return output_fail(out, &failure);
}

int
generating_refuse(generating *g, const char *next, const char *format, ...)
{
	cli_failure failure = { .error.status = AET_EREFUSED, .next = next };
	va_list args;

	va_start(args, format);
	vsnprintf(failure.error.message, sizeof(failure.error.message), format, args);
	va_end(args);
	g->exit = output_fail(&g->cli->output, &failure);
	return g->exit;
}

/* ---- sources ------------------------------------------------------------- */

/* Whether the failure is that something is missing, which the library's own
 * migrations may make. */
static bool
wants_library(const aet_error *err, const aet_migrate_report *report)
{
	static const char *const missing[] = { "42P01", "42704", "42883", NULL };
	const char *state =
	    err->sqlstate[0] != '\0' ? err->sqlstate : report->failure.sqlstate;

	for (size_t i = 0; missing[i] != NULL; i++)
		if (strcmp(state, missing[i]) == 0)
			return true;
	return false;
}

aet_status
generating_load_schema(generating *g, const char *source, const char **url,
    change_renames *renames, aet_error *err)
{
	const change_replay library = { .dir = "",
		.journal = g->replay.journal,
		.on_library = g->replay.on_library };
	aet__connection *connection = NULL;
	aet_status status = diff_scratch_database(&g->scratch, &g->memory, url, err);

	if (status == AET_OK)
		status = change_replay_run(&library, *url, &g->migrated, err);
	if (status == AET_OK)
		status = diff_connect(*url, g->deadline, &connection, err);
	if (status == AET_OK)
		status = change_declared_load(&g->memory, connection, source, g->deadline,
		    renames, &g->migrated.failure, err);
	aet__connection_close(connection);
	return status;
}

/* The name between the words of: role "game" does not exist. */
static const char *
missing_role(generating *g, const char *message)
{
	const char *name = strstr(message, "role \"");
	const char *end = name != NULL ? strstr(name, "\" does not exist") : NULL;

	if (end == NULL)
		return NULL;
	name += strlen("role \"");
	return codegen_copy_n(&g->memory, name, (size_t)(end - name));
}

bool
generating_makes_role(generating *g, const aet_error *err)
{
	const aet_migrate_failure *place = &g->migrated.failure;
	const char *state = err->sqlstate[0] != '\0' ? err->sqlstate : place->sqlstate;
	const char *name =
	    missing_role(g, place->message[0] != '\0' ? place->message : err->message);
	aet__connection *connection = NULL;
	aet__text sql = { 0 };
	aet_status status;

	if (!g->scratch.is_private || name == NULL || strcmp(state, "42704") != 0)
		return false;
	aet__text_add(&sql, "CREATE ROLE ");
	aet__text_add_identifier(&sql, name);
	status = diff_connect(g->scratch.url, g->deadline, &connection, NULL);
	if (status == AET_OK)
		status = aet__connection_command(
		    connection, codegen_keep(&g->memory, &sql), true, g->deadline, NULL);
	aet__connection_close(connection);
	g->migrated = (aet_migrate_report)AET_MIGRATE_REPORT_INIT;
	return status == AET_OK;
}

static aet_status
load_files(generating *g, aet_error *err)
{
	aet_status status;

	do {
		g->work.renames.count = 0;
		status = generating_load_schema(
		    g, g->schema, &g->work.target, &g->work.renames, err);
	} while (status != AET_OK && generating_makes_role(g, err));
	return status;
}

/* Whether the library has helped, though not to the end: something else is wrong than
 * without it, and not that the schema makes what the library has. */
static bool
got_further(const aet_migrate_failure *first, const aet_migrate_failure *second,
    const aet_error *again)
{
	const char *state = again->sqlstate;

	if (strcmp(state, "42P07") == 0 || strcmp(state, "42710") == 0 ||
	    strcmp(state, "42723") == 0)
		return false;
	return strcmp(first->file, second->file) != 0 || first->line != second->line ||
	       first->column != second->column;
}

aet_status
generating_with_library(
    generating *g, aet_status (*load)(generating *g, aet_error *err), aet_error *err)
{
	aet_migrate_report first;
	aet_error again = { 0 };
	aet_status second;
	aet_status status = load(g, err);

	if (status == AET_OK || g->replay.on_library || !wants_library(err, &g->migrated))
		return status;
	first = g->migrated;
	g->migrated = (aet_migrate_report)AET_MIGRATE_REPORT_INIT;
	g->replay.on_library = true;
	second = load(g, &again);
	if (second == AET_OK ||
	    got_further(&first.failure, &g->migrated.failure, &again)) {
		if (second != AET_OK && err != NULL)
			*err = again;
		return second;
	}
	g->migrated = first;
	return status;
}

aet_status
generating_load_target(generating *g, aet_error *err)
{
	return generating_with_library(g, load_files, err);
}

aet_status
generating_make(generating *g, aet_error *err)
{
	const char *manifest = g->cli->options.manifest;
	aet_status status = AET_OK;

	change_previous_free(&g->previous);
	g->previous = (change_previous){ 0 };
	if (manifest != NULL)
		status = change_previous_read(
		    &g->work, manifest, g->work.working, &g->previous, err);
	if (status == AET_OK)
		status = change_make(&g->work, err);
	if (status == AET_OK && manifest != NULL)
		status = change_previous_check(&g->work, &g->previous, err);
	return status;
}

const char *
generating_journal(const generating *g)
{
	return g->replay.journal != NULL ? g->replay.journal : "aeturnis";
}

const char *
generating_source(const generating *g)
{
	return g->replay.source != NULL ? g->replay.source : "app";
}

static aet_status
leave_others_of(generating *g, const char *url, aet_error *err)
{
	aet__connection *connection = NULL;
	aet_status status = diff_connect(url, g->deadline, &connection, err);

	if (status == AET_OK)
		status = change_leave_others(&g->work, connection, generating_journal(g),
		    generating_source(g), err);
	if (status == AET_OK)
		status = change_leave_roles(&g->work, connection, err);
	aet__connection_close(connection);
	return status;
}

aet_status
generating_leave_others(generating *g, const char *url, aet_error *err)
{
	aet_status status;

	change_leave_journal(&g->work, generating_journal(g));
	status = leave_others_of(g, url, err);
	if (status == AET_OK && g->replay.on_library)
		status = leave_others_of(g, g->work.target, err);
	return status;
}

aet_status
generating_copy(generating *g, const char *from, const char **url, aet_error *err)
{
	aet__connection *connection = NULL;
	diff_leave leave = { 0 }; /* for others */
	aet_status status = diff_connect(from, g->deadline, &connection, err);

	if (status == AET_OK)
		status = diff_scratch_roles(&g->scratch, connection, err);
	aet__connection_close(connection);
	connection = NULL;
	if (status == AET_OK)
		status = diff_scratch_database(&g->scratch, &g->memory, url, err);
	if (status == AET_OK)
		status = diff_connect(*url, g->deadline, &connection, err);
	if (status == AET_OK)
		status = diff_copy_schema(
		    &g->memory, g->bindir, from, connection, &leave, g->deadline, err);
	aet__connection_close(connection);
	return status;
}

/* ---- asking -------------------------------------------------------------- */

bool
generating_may_ask(const cli_context *cli)
{
	return !cli->options.no_input && !cli->options.json &&
	       isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
}

char
generating_ask(const char *question)
{
	char answer[ANSWER_SIZE] = "";
	char c;

	fflush(stdout);
	fputs(question, stderr);
	if (fgets(answer, sizeof(answer), stdin) == NULL)
		return '\0';
	c = answer[strspn(answer, " \t")];
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a')
				    : (char)(c == '\n' || c == '\r' ? '\0' : c);
}

static bool
was_asked(const generating *g, const char *rename)
{
	for (size_t i = 0; i < g->kept_apart_count; i++)
		if (strcmp(g->kept_apart[i], rename) == 0)
			return true;
	return false;
}

static aet_status
ask_rename(generating *g, const diff_hazard *hazard, bool *again, aet_error *err)
{
	switch (generating_ask(codegen_format(&g->memory,
	    "%s\nIs it renamed (%s)? [r] renamed  [d] dropped and made new  [Enter] "
	    "stop: ",
	    hazard->text, hazard->rename))) {
	case 'r':
		*again = true;
		return change_rename_read(&g->memory, hazard->rename, &g->flags, err);
	case 'd':
		g->kept_apart = codegen_append(&g->memory, g->kept_apart,
		    &g->kept_apart_count, sizeof(*g->kept_apart));
		g->kept_apart[g->kept_apart_count - 1] = hazard->rename;
		return AET_OK;
	default:
		(void)generating_refuse(g, NULL, "stopped: nothing was done");
		return aet_error_set(err, AET_EREFUSED, "stopped");
	}
}

aet_status
generating_ask_renames(generating *g, bool *again, aet_error *err)
{
	aet_status status = AET_OK;

	*again = false;
	if (!generating_may_ask(g->cli) || g->cli->options.accept_data_loss)
		return AET_OK;
	for (size_t i = 0; i < g->work.hazard_count && status == AET_OK; i++)
		if (g->work.hazards[i].rename != NULL &&
		    !was_asked(g, g->work.hazards[i].rename))
			status = ask_rename(g, &g->work.hazards[i], again, err);
	return status;
}

/* ---- hazards ------------------------------------------------------------- */

json_t *
generating_hazard_json(const diff_hazard *hazard)
{
	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "code", hazard->code, "text",
	    hazard->text, "table", output_text(hazard->table), "rows",
	    output_text(hazard->rows), "instead", output_text(hazard->instead), "rename",
	    output_text(hazard->rename));
}

void
generating_show_hazards(generating *g)
{
	cli_output *out = &g->cli->output;

	for (; g->shown < g->work.hazard_count; g->shown++) {
		const diff_hazard *hazard = &g->work.hazards[g->shown];

		output_warn(out, "%s", change_hazard_line(&g->memory, hazard));
		if (hazard->instead != NULL)
			output_note(out, "  instead: %s", hazard->instead);
		output_append(out, "hazards", generating_hazard_json(hazard));
	}
}

size_t
generating_losses(const change *work)
{
	size_t count = 0;

	for (size_t i = 0; i < work->hazard_count; i++)
		count += strcmp(work->hazards[i].code, "data-loss") == 0;
	return count;
}
