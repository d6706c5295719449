/* SPDX-License-Identifier: MIT */
#include "commands/rehearse.h"

#include "target.h"

static int
say_outcome(cli_context *cli, const aet_migrate_report *report)
{
	int known = report->applied + report->adopted + report->already;

	if (report->held > 0)
		output_line(&cli->output,
		    "held: %s waits for an older release to leave: %s%s",
		    report->held_file, report->held_by,
		    report->held > 1 ? "; others wait behind it" : "");
	if (report->held == 0 && report->applied == 0 && report->adopted == 0)
		output_line(&cli->output, "up to date: %d applied", known);
	else
		output_line(&cli->output, "done: %d applied now, %d adopted, %d before",
		    report->applied, report->adopted, report->already);
	return EXIT_DONE;
}

static void
would_hold(cli_context *cli, const aet_migration *migration)
{
	output_line(
	    &cli->output, "would hold %s: %s", migration->name, migration->held_by);
	output_append(&cli->output, "would_hold",
	    json_pack(
		"{s:s, s:s}", "name", migration->name, "held_by", migration->held_by));
}

/* What aet_db_migrate would run; its refusals are status's to explain. */
static int
dry_run(cli_context *cli, const aet_migrate_options *opts)
{
	aet_migration_list *list = NULL;
	aet_error err;
	int pending = 0;

	if (aet_db_migrations(cli->db, opts, &list, &err) != AET_OK)
		return migrating_fail(cli, &err, NULL);
	for (size_t i = 0; i < list->len; i++) {
		const aet_migration *migration = list->items[i];

		if (opts->to != NULL &&
		    (migration->version < 0 || migration->version > *opts->to))
			continue;
		if (migration->state == AET_MIGRATION_HELD && !opts->force_contract) {
			would_hold(cli, migration);
			continue;
		}
		if (migration->state != AET_MIGRATION_PENDING &&
		    migration->state != AET_MIGRATION_HELD &&
		    migration->state != AET_MIGRATION_OUT_OF_ORDER &&
		    migration->state != AET_MIGRATION_HALF_DONE)
			continue;
		pending++;
		output_line(&cli->output, "would apply %s", migration->name);
		output_append(&cli->output, "would_apply", json_string(migration->name));
	}
	aet_migration_list_free(list);
	if (pending > 0)
		return rehearse(cli, opts);
	output_line(&cli->output, "nothing to apply");
	return EXIT_DONE;
}

int
run_migrate(cli_context *cli)
{
	aet_migrate_options opts = migrating_options(cli);
	aet_migrate_report report = AET_MIGRATE_REPORT_INIT;
	aet_error err;
	aet_status status;
	int64_t to;
	int code = EXIT_DONE;

	if (cli->options.to != NULL) {
		code = migrating_version(cli, cli->options.to, &to);
		opts.to = &to;
	}
	if (code == EXIT_DONE)
		code = migrating_manifest(cli, &opts);
	if (code == EXIT_DONE)
		code = target_open(cli);
	if (code != EXIT_DONE)
		return code;
	if (cli->options.dry_run)
		return dry_run(cli, &opts);
	opts.progress = migrating_progress;
	opts.progress_ctx = cli;
	output_arm_interrupt(&cli->output,
	    "interrupted: what was not committed is rolled "
	    "back; aet-db status tells where it stands");
	status = aet_db_migrate(cli->db, &opts, &report, &err);
	migrating_set_report(cli, &report);
	if (status != AET_OK)
		return migrating_fail(cli, &err, &report.failure);
	return say_outcome(cli, &report);
}
