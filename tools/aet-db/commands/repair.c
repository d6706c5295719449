/* SPDX-License-Identifier: MIT */
#include "commands/migrating.h"

#include "target.h"

static int
resolve(cli_context *cli, const char *name, const aet_migrate_options *opts)
{
	bool done = cli->options.done;
	aet_error err;

	if (aet_db_migrate_resolve(cli->db, opts, name, done, &err) != AET_OK)
		return migrating_fail(cli, &err, NULL);
	output_line(&cli->output,
	    done ? "%s goes on behind the statement that was in doubt"
		 : "%s goes on with the statement that was in doubt, from its beginning",
	    name);
	output_note(&cli->output, "next: %s", migrating_next(cli, "aet-db migrate"));
	output_set(&cli->output, "resolved", json_string(name));
	return EXIT_DONE;
}

int
run_repair(cli_context *cli)
{
	const char *name = cli->options.operands[0];
	aet_migrate_options opts = migrating_options(cli);
	aet_error err;
	int code;

	if (cli->options.done && cli->options.again)
		return output_usage(
		    &cli->output, "--done and --again contradict each other");
	code = target_open(cli);
	if (code != EXIT_DONE)
		return code;
	if (cli->options.done || cli->options.again)
		return resolve(cli, name, &opts);
	if (aet_db_migrate_repair(cli->db, &opts, name, &err) != AET_OK)
		return migrating_fail(cli, &err, NULL);
	output_line(&cli->output, "accepted %s as it is now", name);
	output_set(&cli->output, "accepted", json_string(name));
	return EXIT_DONE;
}
