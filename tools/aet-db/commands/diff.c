/* SPDX-License-Identifier: MIT */
#include "diff/diff.h"

#include <string.h>

#include "cli.h"
#include "codegen/files.h"
#include "commands/generating.h"
#include "commands/migrating.h"
#include "core/error.h"
#include "diff/source.h"
#include "target.h"

#define ESTIMATE_MS 10000

static void
show_hazards(cli_output *out, diff_report *report)
{
	for (size_t i = 0; i < report->hazard_count; i++) {
		const diff_hazard *hazard = &report->hazards[i];
		const char *line = change_hazard_line(&report->memory, hazard);

		output_line(out, "-- %s", line);
		output_warn(out, "%s", line);
		if (hazard->instead != NULL)
			output_note(out, "  instead: %s", hazard->instead);
		output_append(out, "hazards", generating_hazard_json(hazard));
	}
}

/* How many rows the tables have, where that can be asked. */
static void
estimate(diff_report *report, const char *from)
{
	change work = { .memory = &report->memory,
		.deadline = aet__deadline_in(ESTIMATE_MS),
		.hazards = report->hazards,
		.hazard_count = report->hazard_count };

	if (report->hazard_count > 0 && diff_source_is_url(from))
		(void)change_estimate(&work, from, NULL);
}

static void
show_plan(cli_output *out, diff_report *report)
{
	show_hazards(out, report);
	if (report->statement_count > 0)
		output_line(out, "%s;", DIFF_HEAD);
	for (size_t i = 0; i < report->statement_count; i++) {
		output_line(out, "%s;", report->statements[i]);
		output_append(out, "statements", json_string(report->statements[i]));
	}
}

/* Memory may run out here, too: see codegen/memory.h. */
static int
show(cli_context *cli, diff_report *report)
{
	cli_failure failure = { .exit = EXIT_FAILED };

	if (setjmp(report->memory.out) != 0) {
		(void)aet__error_memory(&failure.error);
		return output_fail(&cli->output, &failure);
	}
	estimate(report, cli->options.from);
	show_plan(&cli->output, report);
	return EXIT_DONE;
}

static int
fail(cli_context *cli, const diff_report *report, const aet_error *err)
{
	cli_output *out = &cli->output;
	cli_failure failure = { .error = *err };

	for (size_t i = 0; i < report->problem_count; i++) {
		output_warn(out, "%s", report->problems[i]);
		output_append(out, "problems", json_string(report->problems[i]));
	}
	if (report->failure.file[0] != '\0')
		return migrating_fail(cli, err, &report->failure);
	if (err->status == AET_EDATA)
		failure.exit = EXIT_FAILED;
	return output_fail(out, &failure);
}

/* ---- with renames, or for tables in use ---------------------------------- */

static aet_status
load_from(generating *g, const char **url, aet_error *err)
{
	const char *from = g->cli->options.from;
	aet__connection *connection = NULL;
	aet_status status = AET_OK;

	*url = from;
	if (diff_source_is_url(from))
		return AET_OK;
	status = diff_scratch_database(&g->scratch, &g->memory, url, err);
	if (status == AET_OK)
		status = diff_connect(*url, g->deadline, &connection, err);
	if (status == AET_OK)
		status = diff_source_load(
		    &g->memory, connection, from, g->deadline, &g->migrated.failure, err);
	aet__connection_close(connection);
	return status;
}

static aet_status
load_to(generating *g, aet_error *err)
{
	const char *to = g->cli->options.to;

	g->work.target = to;
	g->work.target_loaded = !diff_source_is_url(to);
	if (!g->work.target_loaded)
		return AET_OK;
	return generating_load_schema(g, to, &g->work.target, &g->work.renames, err);
}

static aet_status
make(generating *g, aet_error *err)
{
	const char *from = NULL;
	aet_status status;

	g->work.memory = &g->memory;
	g->work.deadline = g->deadline;
	g->work.transactional = !g->cli->options.live;
	status = load_from(g, &from, err);
	if (status == AET_OK)
		status = generating_copy(g, from, &g->work.working, err);
	if (status == AET_OK)
		status = load_to(g, err);
	for (size_t i = 0; i < g->flags.count; i++)
		*change_rename_add(&g->memory, &g->work.renames) = g->flags.items[i];
	return status == AET_OK ? change_make(&g->work, err) : status;
}

static int
show_change(generating *g)
{
	cli_output *out = &g->cli->output;
	aet_error err;

	if (make(g, &err) != AET_OK)
		return generating_fail(g, &err);
	if (diff_source_is_url(g->cli->options.from))
		(void)change_estimate(&g->work, g->cli->options.from, NULL);
	for (size_t i = 0; i < g->work.hazard_count; i++)
		output_line(
		    out, "-- %s", change_hazard_line(&g->memory, &g->work.hazards[i]));
	generating_show_hazards(g);
	if (g->work.part_count > 0)
		output_line(out, "%s;", DIFF_HEAD);
	for (size_t i = 0; i < g->work.part_count; i++)
		for (size_t j = 0; j < g->work.parts[i].count; j++) {
			const char *text = g->work.parts[i].statements[j];

			output_line(out, "%s;", text);
			output_append(out, "statements", json_string(text));
		}
	return EXIT_DONE;
}

static bool
declares_renames(codegen_memory *memory, const char *source)
{
	char **paths;
	size_t count = 0;

	if (diff_source_is_url(source) ||
	    codegen_file_list(memory, source, ".sql", &paths, &count) != 0)
		return false;
	for (size_t i = 0; i < count; i++) {
		size_t len = 0;
		const char *text = codegen_file_read(memory, paths[i], &len);

		if (text != NULL && strstr(text, "aet: " CHANGE_DIRECTIVE) != NULL)
			return true;
	}
	return false;
}

/* Whether there is more to it than the plain difference. */
static bool
is_change(const cli_options *given)
{
	codegen_memory memory = { .arena = aet__arena_open() };
	bool declares = false;

	if (memory.arena != NULL && setjmp(memory.out) == 0)
		declares = declares_renames(&memory, given->to);
	aet__arena_free(memory.arena);
	return declares || given->live || given->renames.count > 0;
}

/* ---- the command --------------------------------------------------------- */

int
run_diff(cli_context *cli)
{
	diff_options opts = { .from = cli->options.from,
		.to = cli->options.to,
		.shadow = cli->options.shadow,
		.bindir = cli->options.bindir };
	diff_report report = { 0 };
	aet_error err;
	int code;

	if (opts.from == NULL || opts.to == NULL)
		return output_usage(&cli->output,
		    "diff wants --from and --to, each a URL, a file or a folder");
	code = target_load_environment(cli);
	if (code != EXIT_DONE)
		return code;
	if (opts.bindir == NULL)
		opts.bindir = aet_environment_get(cli->environment, "AET_PG_BINDIR");
	output_set(&cli->output, "hazards", json_array());
	output_set(&cli->output, "statements", json_array());
	if (is_change(&cli->options))
		return generating_run(cli, show_change);
	if (diff_run(&opts, &report, &err) == AET_OK)
		code = show(cli, &report);
	else
		code = fail(cli, &report, &err);
	diff_report_free(&report);
	return code;
}
