/* SPDX-License-Identifier: MIT */
#include <aeturnis/adopt.h>

#include "commands/migrating.h"
#include "target.h"

/* Also of a call that failed. */
static void
set_report(cli_context *cli, const aet_adopt_report *report)
{
	cli_output *out = &cli->output;

	output_set(out, "journal",
	    output_text(report->kind != 0 ? aet_journal_kind_text(report->kind) : NULL));
	output_set(out, "table", output_text(report->table));
	output_set(out, "recorded", json_integer(report->recorded));
	output_set(out, "pending", json_integer(report->pending));
	output_set(out, "replayed", json_boolean(report->replayed));
}

static int
fail(cli_context *cli, const aet_error *err, const aet_adopt_report *report)
{
	cli_failure failure = { .error = *err };

	if (err->status != AET_EADOPT)
		return migrating_fail(cli, err, &report->failure);
	failure.next = report->differences > 0
			   ? "set right what is named above, then: aet-db adopt --dry-run"
			   : "aet-db adopt TABLE, or: aet-db baseline VERSION";
	return output_fail(&cli->output, &failure);
}

static void
say(cli_context *cli, const aet_adopt_report *report)
{
	cli_output *out = &cli->output;

	output_line(out, "%s: %d of %s's migrations (%s)%s",
	    cli->options.dry_run ? "would record" : "recorded", report->recorded,
	    aet_journal_kind_text(report->kind), report->table,
	    report->replayed ? ", which make what is there" : "");
	if (report->pending > 0)
		output_note(out, "%d pending; next: aet-db migrate", report->pending);
}

int
run_adopt(cli_context *cli)
{
	const cli_options *given = &cli->options;
	aet_migrate_options opts = migrating_options(cli);
	aet_adopt_options adopt = AET_ADOPT_OPTIONS_INIT;
	aet_adopt_report report = AET_ADOPT_REPORT_INIT;
	aet_error err;
	int code;

	if (given->dir == NULL)
		return output_usage(&cli->output,
		    "adopt compares their journal with their files: name the folder, "
		    "--dir=DIR");
	code = target_open(cli);
	if (code != EXIT_DONE)
		return code;
	opts.progress = migrating_progress;
	opts.progress_ctx = cli;
	adopt.table = given->operand_count > 0 ? given->operands[0] : NULL;
	adopt.dry_run = given->dry_run;
	adopt.skip_replay = given->no_replay;
	adopt.bindir = given->bindir != NULL
			   ? given->bindir
			   : aet_environment_get(cli->environment, "AET_PG_BINDIR");
	output_set(&cli->output, "differences", json_array());
	if (aet_db_migrate_adopt(cli->db, &opts, &adopt, &report, &err) != AET_OK) {
		set_report(cli, &report);
		return fail(cli, &err, &report);
	}
	set_report(cli, &report);
	say(cli, &report);
	return EXIT_DONE;
}
