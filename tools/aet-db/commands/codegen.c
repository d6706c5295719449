/* SPDX-License-Identifier: MIT */
#include "codegen/codegen.h"

#include <stdlib.h>

#include "cli.h"
#include "codegen/library.h"
#include "core/error.h"
#include "diff/dump.h"

/* The full text on stderr, since stdout is the list of files. */
static void
show_messages(cli_output *out, const codegen_report *report)
{
	for (size_t i = 0; i < report->message_count; i++) {
		const codegen_message *message = &report->messages[i];
		char *text = codegen_message_format(message);

		output_warn(out, "%s", text != NULL ? text : message->text);
		free(text);
		output_append(out, "messages",
		    json_pack("{s:s, s:I, s:I, s:s, s:o}", "file", message->file, "line",
			(json_int_t)message->line, "column", (json_int_t)message->column,
			"message", message->text, "hint", output_text(message->hint)));
	}
}

static void
show_files(cli_output *out, const codegen_report *report, bool check)
{
	output_set(out, check ? "stale" : "written", json_array());
	for (size_t i = 0; i < report->file_count; i++) {
		const codegen_file *file = &report->files[i];

		output_line(out, "%s %s", check ? "stale" : "wrote", file->path);
		if (check && file->difference[0] != '\0')
			output_detail(out, "%s", file->difference);
		output_append(out, check ? "stale" : "written", json_string(file->path));
	}
	output_set(out, "unchanged", json_integer((json_int_t)report->unchanged_count));
	if (report->file_count == 0 && report->message_count == 0)
		output_line(out, "up to date: %zu files", report->unchanged_count);
}

static int
fail(cli_output *out, const aet_error *err, bool check)
{
	cli_failure failure = { .error = *err };

	if (check && err->status == AET_EDATA)
		failure.next = "aet-db codegen";
	else if (err->status == AET_ECONNECT || err->status == AET_ETIMEOUT)
		failure.next = "aet-db doctor";
	return output_fail(out, &failure);
}

/* Roles are no part of a schema, and of a private server only one is known. */
static char *
dump_schema(void *ctx, const char *url, bool library, aet_error *err)
{
	static const char *const all[] = { "--no-owner", "--no-privileges", NULL };
	const cli_context *cli = ctx;
	codegen_memory memory = { .arena = aet__arena_open() };
	aet__text text = { 0 };
	diff_leave leave = { 0 };
	aet_status status = AET_ENOMEM;

	if (memory.arena == NULL || setjmp(memory.out) != 0)
		(void)aet__error_memory(err);
	else
		status = diff_dump(&memory, cli->options.bindir, url,
		    library ? codegen_library_dump_flags : all, &leave, &text, err);
	aet__arena_free(memory.arena);
	if (status == AET_OK)
		return aet__text_take(&text);
	aet__text_free(&text);
	return NULL;
}

int
run_codegen(cli_context *cli)
{
	codegen_options opts = {
		.config = cli->options.config,
		.check = cli->options.check,
		.url = cli->options.url,
		.flags = {
			.schema = cli->options.schema,
			.migrations = cli->options.migrations,
			.queries = cli->options.queries,
			.prefix = cli->options.prefix,
			.include = cli->options.out_include,
			.source = cli->options.out_source,
			.manifest = cli->options.manifest,
			.test = cli->options.test,
			.tables = cli->options.tables,
		},
		.dumping = { dump_schema, cli },
	};
	codegen_report report = { 0 };
	aet_error err;
	aet_status status;
	int code = EXIT_DONE;

	output_arm_interrupt(&cli->output, "interrupted: files are written whole or not");
	status = codegen_run(&opts, &report, &err);
	show_messages(&cli->output, &report);
	if (status == AET_OK || status == AET_EDATA)
		show_files(&cli->output, &report, opts.check);
	if (status != AET_OK)
		code = fail(&cli->output, &err, opts.check);
	codegen_report_free(&report);
	return code;
}
