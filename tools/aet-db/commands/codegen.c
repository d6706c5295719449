/* SPDX-License-Identifier: MIT */
#include "codegen/codegen.h"

#include <stdlib.h>

#include "cli.h"

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
