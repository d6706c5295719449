/* SPDX-License-Identifier: MIT */
#include "commands/seeding.h"

#include <string.h>

#include "target.h"

static int
fail(cli_context *cli, const aet_error *err)
{
	cli_failure failure = { .error = *err };

	if (err->status == AET_ECONNECT)
		return target_fail(cli, err);
	if (strcmp(err->sqlstate, "42P01") == 0) {
		failure.exit = EXIT_PENDING;
		failure.hint = "the tables are not there yet";
		failure.next = "aet-db migrate";
	} else if (err->status == AET_EREFUSED) {
		failure.next =
		    "leave --demo-passwords out, or set "
		    "AETURNIS_SEED_ADMIN_PASSWORD and AETURNIS_SEED_TEST_PASSWORD";
	}
	return output_fail(&cli->output, &failure);
}

int
run_seed(cli_context *cli)
{
	aet_seed_options opts;
	aet_seed_report report = { .size = sizeof(report) };
	aet_error err;
	int code = target_open(cli);

	if (code != EXIT_DONE)
		return code;
	opts = seeding_options(cli);
	if (aet_db_seed(cli->db, &opts, &report, &err) != AET_OK)
		return fail(cli, &err);
	seeding_show(cli, &report);
	return EXIT_DONE;
}
