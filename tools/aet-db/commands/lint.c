/* SPDX-License-Identifier: MIT */
#include "lint/lint.h"

#include <string.h>

#include "cli.h"
#include "commands/linting.h"
#include "target.h"

static void
show_finding(cli_output *out, const lint_finding *finding)
{
	const hazard_kind *kind = &hazard_kinds[finding->hazard];
	const char *path = finding->file->path;

	output_append(out, finding->allowed != NULL ? "allowed" : "hazards",
	    json_pack("{s:s, s:s, s:i, s:i, s:s, s:o, s:s, s:s, s:s, s:o}", "code",
		kind->code, "file", path, "line", finding->line, "column",
		finding->column, "object", finding->object, "rows",
		finding->rows >= 0 ? json_integer((json_int_t)finding->rows)
				   : json_null(),
		"what", finding->what, "instead", finding->instead, "statement",
		finding->statement, "reason", output_text(finding->allowed)));
	if (finding->allowed != NULL) {
		output_detail(out, "%s:%d:%d: %s: %s (allowed: %s)", path, finding->line,
		    finding->column, kind->code, finding->what, finding->allowed);
		return;
	}
	output_line(out, "%s:%d:%d: %s: %s", path, finding->line, finding->column,
	    kind->code, finding->what);
	output_line(out, "    instead: %s", finding->instead);
}

static void
show_note(cli_output *out, const lint_note *note)
{
	output_warn(
	    out, "%s:%d:%d: %s", note->file->path, note->line, note->column, note->text);
	output_append(out, "notes",
	    json_pack("{s:s, s:i, s:i, s:s}", "file", note->file->path, "line",
		note->line, "column", note->column, "text", note->text));
}

static int
show(cli_output *out, const lint_report *report, size_t files)
{
	size_t hazards = 0;

	for (size_t i = 0; i < report->finding_count; i++) {
		show_finding(out, &report->findings[i]);
		hazards += report->findings[i].allowed == NULL;
	}
	for (size_t i = 0; i < report->note_count; i++)
		show_note(out, &report->notes[i]);
	output_note(out, "%zu hazard%s in %zu file%s, %zu allowed", hazards,
	    hazards == 1 ? "" : "s", files, files == 1 ? "" : "s",
	    report->finding_count - hazards);
	return hazards > 0 ? EXIT_PENDING : EXIT_DONE;
}

static int
fail(cli_context *cli, const lint_report *report, const aet_error *err)
{
	const aet_migrate_failure *place = &report->failure;
	cli_failure failure = { .error = *err };

	if (err->status != AET_EMIGRATION)
		return target_fail(cli, err);
	memcpy(failure.error.sqlstate, place->sqlstate, sizeof(place->sqlstate));
	failure.file = place->file;
	failure.line = place->line;
	failure.column = place->column;
	failure.excerpt = place->excerpt;
	failure.detail = place->detail;
	failure.hint = place->hint;
	failure.next = "correct the file: it fails on an empty copy, too";
	return output_fail(&cli->output, &failure);
}

static int
judge(cli_context *cli, const linting_files *files)
{
	const cli_options *given = &cli->options;
	lint_options opts = { .files = files->items,
		.file_count = files->count,
		.each_alone = given->all,
		.live = given->all ? NULL : cli->url,
		.counts = cli->url,
		.journal = given->journal != NULL ? given->journal : "aeturnis",
		.manifest = given->manifest,
		.bindir = given->bindir };
	lint_report report;
	aet_error err;
	size_t judged = 0;
	int code;

	if (opts.bindir == NULL)
		opts.bindir = aet_environment_get(cli->environment, "AET_PG_BINDIR");
	for (size_t i = 0; i < files->count; i++)
		judged += files->items[i].judged;
	if (lint_run(&opts, &report, &err) == AET_OK)
		code = show(&cli->output, &report, judged);
	else
		code = fail(cli, &report, &err);
	lint_report_free(&report);
	return code;
}

/* A database is asked where it is named, or where it alone knows what is pending. */
static int
open_database(cli_context *cli)
{
	if (cli->options.url == NULL &&
	    (cli->options.all || cli->options.operand_count > 0))
		return target_load_environment(cli);
	return target_open(cli);
}

int
run_lint(cli_context *cli)
{
	linting_files files = { 0 };
	int code;

	if (cli->options.all && cli->options.operand_count > 0)
		return output_usage(
		    &cli->output, "--all is every file: name none beside it");
	code = open_database(cli);
	if (code != EXIT_DONE)
		return code;
	output_set(&cli->output, "hazards", json_array());
	output_set(&cli->output, "allowed", json_array());
	output_set(&cli->output, "notes", json_array());
	code = linting_read(cli, &files);
	if (code == EXIT_DONE)
		code = judge(cli, &files);
	linting_free(&files);
	return code;
}
