/* SPDX-License-Identifier: MIT */
#include "commands/migrating.h"

#include "target.h"

int
run_repair(cli_context *cli)
{
	const char *name = cli->options.operands[0];
	aet_migrate_options opts = migrating_options(cli);
	aet_error err;
	int code = target_open(cli);

	if (code != EXIT_DONE)
		return code;
	if (aet_db_migrate_repair(cli->db, &opts, name, &err) != AET_OK)
		return migrating_fail(cli, &err, NULL);
	output_line(&cli->output, "accepted %s as it is now", name);
	output_set(&cli->output, "accepted", json_string(name));
	return EXIT_DONE;
}
