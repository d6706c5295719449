/* SPDX-License-Identifier: MIT */
#include "diff/diff.h"

#include "cli.h"
#include "target.h"

static void
show_hazards(cli_output *out, const diff_report *report)
{
	for (size_t i = 0; i < report->hazard_count; i++) {
		const diff_hazard *hazard = &report->hazards[i];

		output_line(out, "-- hazard %s: %s", hazard->code, hazard->text);
		output_warn(out, "hazard %s: %s", hazard->code, hazard->text);
		output_append(out, "hazards",
		    json_pack("{s:s, s:s}", "code", hazard->code, "text", hazard->text));
	}
}

static void
show_plan(cli_output *out, const diff_report *report)
{
	show_hazards(out, report);
	if (report->statement_count > 0)
		output_line(out, "%s;", DIFF_HEAD);
	for (size_t i = 0; i < report->statement_count; i++) {
		output_line(out, "%s;", report->statements[i]);
		output_append(out, "statements", json_string(report->statements[i]));
	}
}

static int
fail(cli_output *out, const diff_report *report, const aet_error *err)
{
	cli_failure failure = { .error = *err };

	for (size_t i = 0; i < report->problem_count; i++) {
		output_warn(out, "%s", report->problems[i]);
		output_append(out, "problems", json_string(report->problems[i]));
	}
	if (err->status == AET_EDATA)
		failure.exit = EXIT_FAILED;
	return output_fail(out, &failure);
}

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
	if (diff_run(&opts, &report, &err) == AET_OK)
		show_plan(&cli->output, &report);
	else
		code = fail(&cli->output, &report, &err);
	diff_report_free(&report);
	return code;
}
