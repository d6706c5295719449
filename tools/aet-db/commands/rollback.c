/* SPDX-License-Identifier: MIT */
#include "commands/migrating.h"

#include "target.h"

static int
refuse_production(cli_context *cli)
{
	cli_failure failure = { .next = "aet-db rollback --yes" };

	aet_error_set(&failure.error, AET_EREFUSED,
	    "AETURNIS_ENV is production, where taking a migration back needs --yes");
	return output_fail(&cli->output, &failure);
}

int
run_rollback(cli_context *cli)
{
	aet_migrate_options opts = migrating_options(cli);
	aet_migrate_report report = AET_MIGRATE_REPORT_INIT;
	aet_error err;
	int code = target_open(cli);

	if (code != EXIT_DONE)
		return code;
	if (aet_environment_is_production(cli->environment) && !cli->options.yes)
		return refuse_production(cli);
	opts.progress = migrating_progress;
	opts.progress_ctx = cli;
	output_arm_interrupt(
	    &cli->output, "interrupted: everything is rolled back, and as it was");
	if (aet_db_migrate_rollback(cli->db, &opts, &report, &err) != AET_OK)
		return migrating_fail(cli, &err, &report.failure);
	return EXIT_DONE;
}
