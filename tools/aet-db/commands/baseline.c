/* SPDX-License-Identifier: MIT */
#include "commands/migrating.h"

#include "target.h"

int
run_baseline(cli_context *cli)
{
	aet_migrate_options opts = migrating_options(cli);
	aet_migrate_report report = AET_MIGRATE_REPORT_INIT;
	aet_error err;
	int64_t version;
	int code = migrating_version(cli, cli->options.operands[0], &version);

	if (code == EXIT_DONE)
		code = target_open(cli);
	if (code != EXIT_DONE)
		return code;
	opts.progress = migrating_progress;
	opts.progress_ctx = cli;
	if (aet_db_migrate_baseline(cli->db, &opts, version, &report, &err) != AET_OK)
		return migrating_fail(cli, &err, &report.failure);
	migrating_set_report(cli, &report);
	output_line(&cli->output, "done: %d recorded, none run", report.adopted);
	output_note(&cli->output, "aet-db check tells whether the database has them");
	return EXIT_DONE;
}
